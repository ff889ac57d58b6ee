"""The timetable as a calendar file (iCalendar, RFC 5545), for telephones and desktop calendars. Pure."""

import datetime
from collections.abc import Iterable, Iterator, Sequence

from .config import House, Station
from .timetable import DatedSlot, timetable_of

LINE_BYTES = 75
"""RFC 5545, 3.1: longer lines are folded."""


def calendar(
    house: House, stations: Sequence[Station], dates: Iterable[datetime.date], now: datetime.datetime
) -> str:
    """Every slot of the dates as an event; stations that share one are named in it. Times are in UTC."""
    groups: dict[DatedSlot, list[Station]] = {}
    for date in dates:
        for station in stations:
            for dated in timetable_of(house).day(station, date).slots:
                groups.setdefault(dated, []).append(station)
    names = {programme.id: programme.name for programme in house.programme}
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//radio-commune//timetable//VI"]
    lines.append(f"X-WR-CALNAME:{_text(house.centre.name)}")
    for dated, where in groups.items():
        lines += _event(house, dated, names[dated.programme], where, len(stations), now)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(
    house: House,
    dated: DatedSlot,
    programme: str,
    where: Sequence[Station],
    everywhere: int,
    now: datetime.datetime,
) -> Iterator[str]:
    first = "" if len(where) == everywhere else f"-{where[0].id}"
    yield "BEGIN:VEVENT"
    yield f"UID:{dated.slot.id}-{dated.start.date()}{first}@{house.centre.id}"
    yield f"DTSTAMP:{_utc(now)}"
    yield f"DTSTART:{_utc(dated.start)}"
    yield f"DTEND:{_utc(dated.end)}"
    yield f"SUMMARY:{_text(programme)}"
    if len(where) < everywhere:
        yield f"LOCATION:{_text(', '.join(station.name for station in where))}"
    if dated.note:
        yield f"DESCRIPTION:{_text(dated.note)}"
    yield "END:VEVENT"


def _utc(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    """Text as RFC 5545 writes it."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\n").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """A line in pieces of at most 75 bytes that cut no letter; each but the first begins with a space."""
    piece = ""
    for letter in line:
        if len((piece + letter).encode()) > LINE_BYTES:
            yield piece
            piece = " "
        piece += letter
    yield piece
