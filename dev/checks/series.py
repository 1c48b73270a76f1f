"""The dates of recurring tasks by dateutil's rules and Python's time zones: made from docs/api.md, not from the application.

Reads a series a line as JSON, and writes a line with its next due dates:

    interval, every, zone, policy, until, count: as a client gives them; until is in UTC
    due: the first due date; without an offset it is a time of the zone
    delays: for each occurrence, how many seconds after its due date it is completed
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule


def rule(interval, every, anchor):
    """The wall-clock times of a series. A day that a month does not have is its last."""
    last = {"byhour": anchor.hour, "byminute": anchor.minute, "bysecond": anchor.second}
    if interval in ("monthly", "yearly"):
        # Of the 28th to the day, those that the month has, and of these the last.
        last |= {"bymonthday": range(min(anchor.day, 28), anchor.day + 1), "bysetpos": -1}
    if interval == "yearly":
        last["bymonth"] = anchor.month
    kinds = {"daily": DAILY, "weekly": WEEKLY, "monthly": MONTHLY, "yearly": YEARLY}
    return iter(rrule(kinds[interval], interval=every, dtstart=anchor, **last))


def instant(local, zone):
    """When clocks of the zone show it: the first time, and in a gap as if the clocks had not been put forward yet."""
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def clock(time, zone):
    return time.astimezone(zone).replace(tzinfo=None)


def following(series):
    """The next due dates of a series."""
    zone = ZoneInfo(series["zone"])
    due = datetime.fromisoformat(series["due"])
    if due.tzinfo:
        due = due.astimezone(UTC)
        anchor = clock(due, zone)
    else:
        anchor, due = due, instant(due, zone)
    until = series["until"] and datetime.fromisoformat(series["until"])
    times = rule(series["interval"], series["every"], anchor)
    next(times)
    for number, delay in enumerate(series["delays"], start=2):
        completed = due + timedelta(seconds=delay)
        after = max(due, completed) if series["policy"] == "skip_missed" else due
        if series["policy"] == "from_completion":
            after = completed
            times = rule(series["interval"], series["every"], clock(completed, zone))
            next(times)
        due = next((time for time in (instant(local, zone) for local in times) if time > after), None)
        ended = due is None or (until and due > until) or (series["count"] and number > series["count"])
        if ended:
            return
        yield due.strftime("%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(list(following(json.loads(line)))))
