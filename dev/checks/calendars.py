"""What other programs read in a calendar: icalendar, recurring-ical-events, and dateutil for its VTIMEZONEs.

Reads as JSON: calendar (the file) and spans (pairs of times). Writes as JSON, with all times in UTC:

    todos, events: what icalendar reads, a component each
    spans: for each of them the starts and UIDs of the events that recurring-ical-events finds in it
    wrong: what does not follow RFC 5545, and the times that the file's own VTIMEZONE says otherwise than Python's zones
"""

import io
import json
import re
import sys
from datetime import UTC, datetime, timedelta

import recurring_ical_events
from dateutil.tz import tzical
from icalendar import Calendar


def instant(time):
    return time and time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def time(component, name):
    return component.get(name) and component[name].dt


def read(component):
    alarms = [alarm["TRIGGER"].dt for alarm in component.walk("VALARM")]
    text = lambda name: component.get(name) and str(component[name])
    return {
        "uid": text("UID"),
        "summary": text("SUMMARY"),
        "description": text("DESCRIPTION"),
        "categories": [str(category) for category in component.categories],
        "priority": component.get("PRIORITY"),
        "status": text("STATUS"),
        "sequence": component.get("SEQUENCE"),
        "due": instant(time(component, "DUE") or time(component, "DTSTART")),
        "created": instant(time(component, "CREATED")),
        "changed": instant(time(component, "LAST-MODIFIED")),
        "completed": instant(time(component, "COMPLETED")),
        "alarms": [int(before / timedelta(minutes=-1)) for before in alarms],
    }


def zoned(calendar):
    """The times that are given by the clocks of a zone: its name and what the clocks show."""
    for component in calendar.walk():
        for name in ("DUE", "DTSTART"):
            if component.name in ("VTODO", "VEVENT") and name in component and "TZID" in component[name].params:
                yield component[name].params["TZID"], component[name].dt


def wrong(calendar, file):
    """What is wrong with it."""
    lines = file.split("\r\n")
    yield from (f"longer than 75 bytes: {line}" for line in lines if len(line.encode()) > 75)
    yield from (f"a line end alone: {line!r}" for line in lines if "\r" in line or "\n" in line)
    for component in calendar.walk():
        yield from (f"{component.name}: {error}" for error in component.errors)
    ours = {zone["TZID"]: zone.to_tz(lookup_tzid=False) for zone in calendar.walk("VTIMEZONE")}
    # It takes other characters for line ends too, so it gets nothing but these.
    zones = re.findall("BEGIN:VTIMEZONE\r\n.*?END:VTIMEZONE\r\n", file, re.DOTALL)
    theirs = tzical(io.StringIO("".join(zones)))
    for name, shown in zoned(calendar):
        local = shown.replace(tzinfo=None, fold=0)
        for zone in (ours[name], theirs.get(name)):
            if local.replace(tzinfo=zone).utcoffset() != shown.utcoffset():
                yield f"{shown} is {local.replace(tzinfo=zone).isoformat()} by the VTIMEZONE of {name}"
    unused = set(ours) - {name for name, _ in zoned(calendar)}
    yield from (f"nothing uses {name}" for name in unused)


def main():
    asked = json.load(sys.stdin)
    calendar = Calendar.from_ical(asked["calendar"])
    found = recurring_ical_events.of(calendar)
    spans = []
    for start, end in asked["spans"]:
        events = found.between(datetime.fromisoformat(start), datetime.fromisoformat(end))
        spans.append(sorted([instant(event["DTSTART"].dt), str(event["UID"])] for event in events))
    answer = {
        "todos": [read(todo) for todo in calendar.walk("VTODO")],
        "events": [read(event) for event in calendar.walk("VEVENT")],
        "spans": spans,
        "wrong": list(wrong(calendar, asked["calendar"])),
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
