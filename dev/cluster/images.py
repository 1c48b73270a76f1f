#!/usr/bin/env python3
"""Writes container images from folders: images.py LIST WORK

Each line of LIST is an image: `NAMES LAYERS [key=value ...]`, names and layers with commas between. A layer is a folder; keys are
entrypoint and cmd (words with commas between), user, workdir, and env (repeatable). All images are in one archive of Docker's format, in
which a layer that several of them have is once, and goes to the standard output: `ctr images import -` reads it. Layers are put
together in WORK.
"""

import hashlib
import io
import json
import os
import sys
import tarfile

PATH = "PATH=/usr/lib/postgresql/15/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def layer(folder, cache):
    """The archive of a folder, and its digest. One whose folder has a file `.once` is kept for the next time."""
    path = os.path.join(cache, os.path.basename(folder) + ".layer")
    keep = os.path.exists(folder + ".once")
    if not (keep and os.path.exists(path)):

        def owned_by_root(entry):
            if not keep:
                entry.uid = entry.gid = 0
                entry.uname = entry.gname = ""
            return None if entry.name.startswith("dev/") else entry

        with tarfile.open(path, "w") as archive:
            for name in sorted(os.listdir(folder)):
                archive.add(os.path.join(folder, name), name, filter=owned_by_root)
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return path, digest.hexdigest()


def main(listing, folder):
    layers, manifest, configs = {}, [], {}
    for line in open(listing):
        words = line.split()
        if not words or line.startswith("#"):
            continue
        names, parts = words[0].split(","), words[1].split(",")
        settings = {"Env": [PATH]}
        for word in words[2:]:
            key, value = word.split("=", 1)
            if key == "env":
                settings["Env"].append(value)
            elif key in ("user", "workdir"):
                settings[{"user": "User", "workdir": "WorkingDir"}[key]] = value
            else:
                settings[{"entrypoint": "Entrypoint", "cmd": "Cmd"}[key]] = value.split(",")
        for part in parts:
            if part not in layers:
                layers[part] = layer(os.path.join(folder, part), folder)
        digests = [layers[part][1] for part in parts]
        config = json.dumps(
            {
                "architecture": "amd64",
                "os": "linux",
                "created": "2026-01-01T00:00:00Z",
                "config": settings,
                "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest for digest in digests]},
            }
        ).encode()
        name = hashlib.sha256(config).hexdigest() + ".json"
        configs[name] = config
        manifest.append({"Config": name, "RepoTags": names, "Layers": [digest + "/layer.tar" for digest in digests]})
    with tarfile.open(fileobj=sys.stdout.buffer, mode="w|") as archive:

        def put(name, content):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))

        for name, config in configs.items():
            put(name, config)
        for path, digest in layers.values():
            archive.add(path, digest + "/layer.tar")
        put("manifest.json", json.dumps(manifest).encode())


main(*sys.argv[1:])
