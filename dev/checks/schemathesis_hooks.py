"""What schemathesis has to know of the application beside its contract."""

import os

import schemathesis
from hypothesis import strategies as st

USER = os.environ["TODO_USER"]

schemathesis.openapi.format("iana-time-zone", st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]))
schemathesis.openapi.format(
    "recurrence-rule",
    st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=5"]),
)
schemathesis.openapi.format(
    "date-time-local",
    st.datetimes().filter(lambda time: time.year > 1).map(lambda time: time.replace(microsecond=0).isoformat()),
)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Every call is that of the token's user. As a parameter, the user would be something that other calls have to make
    first, and no sequence of calls would begin."""
    paths = raw_schema["paths"]
    for path in [path for path in paths if path.startswith("/api/{user_id}/")]:
        item = paths.pop(path)
        item["parameters"] = [one for one in item["parameters"] if not one["$ref"].endswith("/user_id")]
        paths[path.replace("{user_id}", USER)] = item
    for link in links(raw_schema):
        link["parameters"].pop("user_id", None)


def links(part):
    if isinstance(part, dict):
        yield from part.get("links", {}).values()
        for value in part.values():
            yield from links(value)


@schemathesis.hook
def filter_path_parameters(context, path_parameters):
    """The only such path is that of an erasure: others need the user's tasks."""
    return not path_parameters or path_parameters.get("user_id") != USER


@schemathesis.hook
def filter_headers(context, headers):
    """Which host is called is the connection's to say, and no test of the application."""
    return not headers or "host" not in map(str.lower, headers)


@schemathesis.hook
def map_case(context, case):
    """Sequences of calls get far only without conditions, because chance knows no version."""
    if case.meta.phase.name.value == "stateful" and case.headers:
        for name in ("If-Match", "If-None-Match"):
            case.headers.pop(name, None)
    return case


restored = set()


@schemathesis.hook
def after_call(context, case, response):
    if case.path.endswith("/{id}/restore") and response.status_code == 200:
        restored.add(case.path_parameters["id"])


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """What is no failure of the application."""
    if failure.code == "ST301":
        # It was deleted, and then restored.
        return case.path_parameters["id"] not in restored
    # Spin answers 500 to a header that is not UTF-8, before the application hears of it.
    return response.status_code != 500 or all(map(is_utf8, response.request.headers.values()))


def is_utf8(value):
    try:
        (value if isinstance(value, bytes) else value.encode("latin-1")).decode()
    except UnicodeDecodeError:
        return False
    return True
