#!/usr/bin/env python3
"""Passes on the resources of spin-operator's chart without those of cert-manager, with the certificate $1 in the webhooks."""

import base64
import sys

certificate = base64.b64encode(open(sys.argv[1], "rb").read()).decode()
for document in sys.stdin.read().split("\n---\n"):
    if "apiVersion: cert-manager.io" in document:
        continue
    document = document.replace("spin-operator:v0.6.0", "spin-operator:v0.6.1")
    document = document.replace("  clientConfig:\n", f"  clientConfig:\n    caBundle: {certificate}\n")
    print("---\n" + document)
