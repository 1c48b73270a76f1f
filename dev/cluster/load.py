#!/usr/bin/env python3
"""load.py URL USER COUNT: makes and completes COUNT daily tasks, ten in a second at most, a new connection for each call. Prints
`COMPLETED refused: WHAT`, with the second in which it was.
load.py URL USER settle COUNT: waits until there are COUNT next occurrences of completed tasks, and no more.
"""

import http.client
import json
import sys
import time
import urllib.parse

base, user = sys.argv[1], sys.argv[2]
host = urllib.parse.urlsplit(base).netloc


def call(method, path, body=None):
    """The status, or the kind of error, and the answer."""
    connection = http.client.HTTPConnection(host, timeout=10)
    try:
        text = json.dumps(body) if body is not None else None
        connection.request(method, f"/api/{user}/{path}", text, {"content-type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        return answer.status, json.loads(content) if content else None
    except Exception as error:
        return type(error).__name__, None
    finally:
        connection.close()


def load(count):
    completed, refused, begin = 0, [], time.time()
    for number in range(count):
        time.sleep(max(0, begin + number / 10 - time.time()))
        since = time.time() - begin
        task = {
            "title": f"Task {number}",
            "due_date": "2031-01-31T09:00:00Z",
            "is_recurring": True,
            "recurring_interval": "daily",
        }
        status, made = call("POST", "tasks", task)
        if status == 201:
            status, _ = call("POST", f"tasks/{made['id']}/complete")
            if status == 200:
                completed += 1
                continue
        refused.append(f"{status}@{since:.1f}s")
    print(completed, "refused:", " ".join(refused) or "none")


def pending():
    """How many occurrences after the first are pending."""
    found, cursor = 0, ""
    while True:
        status, page = call("GET", f"tasks?status=pending&limit=100{cursor}")
        if status != 200:
            return -1
        found += sum(1 for task in page["items"] if task["occurrence"] > 1)
        if not page.get("next_cursor"):
            return found
        cursor = "&cursor=" + urllib.parse.quote(page["next_cursor"])


def settle(count):
    deadline, found = time.time() + 120, -1
    while time.time() < deadline:
        found = pending()
        if found >= count:
            # A complete whose answer was lost has its effect too, so there may be more than were counted.
            print(f"{found} next occurrences for {count} confirmed completions")
            return 0
        time.sleep(1)
    print(f"only {found} next occurrences for {count} confirmed completions")
    return 1


if sys.argv[3] == "settle":
    sys.exit(settle(int(sys.argv[4])))
load(int(sys.argv[3]))
