"""The dates of tasks with a recurrence rule by dateutil and Python's time zones: made from docs/api.md, not from the
application.

Reads a series a line as JSON, and writes a line with its next due dates:

    rule, zone, policy: as a client gives them
    due: the first due date; without an offset it is a time of the zone
    delays: for each occurrence, how many seconds after its due date it is completed
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from series import clock, instant


def without_ends(rule):
    """A rule without its ends, and these."""
    parts = dict(part.split("=") for part in rule.split(";"))
    count, until = parts.pop("COUNT", None), parts.pop("UNTIL", None)
    return ";".join(f"{name}={value}" for name, value in parts.items()), int(count) if count else None, until


def over(due, local, until):
    """Whether a date is after the end: an instant, a time of the zone, or a whole day of it."""
    if until.endswith("Z"):
        return due.strftime("%Y%m%dT%H%M%SZ") > until
    return local.strftime("%Y%m%dT%H%M%S")[: len(until)] > until


def following(series):
    """The next due dates of a series."""
    zone = ZoneInfo(series["zone"])
    due = datetime.fromisoformat(series["due"])
    if due.tzinfo:
        due = due.astimezone(UTC)
        anchor = clock(due, zone)
    else:
        anchor, due = due, instant(due, zone)
    rule, count, until = without_ends(series["rule"])
    # dateutil counts the first due date only if the rule has it, and knows no end that is an instant or a day in a zone.
    if series["policy"] == "each" and len(until or "T" * 15) == 15 and next(iter(rrulestr(rule, dtstart=anchor)), None) == anchor:
        rule, count, until = series["rule"], None, None
    times = iter(rrulestr(rule, dtstart=anchor))
    for number, delay in enumerate(series["delays"], start=2):
        completed = due + timedelta(seconds=delay)
        after = max(due, completed) if series["policy"] == "skip_missed" else due
        if series["policy"] == "from_completion":
            after = completed
            times = iter(rrulestr(rule, dtstart=clock(completed, zone)))
        dates = ((instant(local, zone), local) for local in times)
        due, local = next((date for date in dates if date[0] > after), (None, None))
        if due is None or (count and number > count) or (until and over(due, local, until)):
            return
        yield due.strftime("%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(list(following(json.loads(line)))))
