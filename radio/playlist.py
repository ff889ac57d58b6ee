"""A station's day: elements laid out in time, as its manifest. Pure."""

import datetime
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from . import package
from .config import House, Station
from .limits import DAY, Interval, joined
from .timetable import DatedSlot

MUSIC_GAP_SECONDS = 0.5
"""Silence where music or an announcement of the running order meets something else."""

REPEAT_DAYS = 14
"""How long a station that is cut off may repeat an item, unless its bulletin ends sooner."""


@dataclass(frozen=True)
class Element:
    """One thing to be heard: its kind (a clock part's name, "sting" or "jingle"), its item and why it is there."""

    kind: str
    item: package.ItemRef
    title: str
    reason: str


def gap(before: Element | None, after: Element, item_pause: float) -> int:
    """Samples of silence between two elements: the item pause after a bulletin, a breath at music and frames."""
    if before is None:
        return 0
    after_bulletin = before.kind == "bulletins" and after.kind in ("bulletins", "farewell")
    return round((item_pause if after_bulletin else min(MUSIC_GAP_SECONDS, item_pause)) * package.RATE)


def length(elements: Sequence[Element], item_pause: float) -> int:
    """Samples from the first element's start to the last one's end."""
    pairs = zip([None, *elements], elements, strict=False)
    return sum(gap(before, after, item_pause) + after.item.samples for before, after in pairs)


def lay_out(
    dated: DatedSlot, station: Station, elements: Sequence[Element], item_pause: float
) -> package.Slot:
    """The slot with each element at its sample."""
    cues, at = [], 0
    before: Element | None = None
    for element in elements:
        at += gap(before, element, item_pause)
        cues.append(package.Cue(at, element.item.sha256, element.kind, element.title, element.reason))
        at += element.item.samples
        before = element
    late, seconds = dated.slot.lateness
    return package.Slot(dated.slot.id, dated.start, at, late, seconds, station.volume, tuple(cues))


def manifest(
    house: House,
    station: Station,
    date: datetime.date,
    slots: Iterable[package.Slot],
    items: Iterable[package.ItemRef],
    now: datetime.datetime,
    windows: Iterable[Interval],
) -> package.Manifest:
    """What ``station`` is given for ``date``; valid from midnight until midnight, or until the last slot ends.

    ``windows`` are the stretches in which sound is allowed, in seconds from this midnight.
    """
    slots = tuple(slots)
    midnight = datetime.datetime.combine(date, datetime.time(), tzinfo=house.zone)
    ends = [midnight + datetime.timedelta(days=1), *(slot.end for slot in slots)]
    heard = {cue.item for slot in slots for cue in slot.cues}
    unique = {item.sha256: item for item in items if item.sha256 in heard}
    return package.Manifest(
        house=house.centre.id,
        station=station.id,
        station_name=station.name,
        date=date,
        timezone=house.centre.timezone,
        sequence=1,
        issued=now,
        not_before=midnight,
        not_after=max(ends),
        windows=hours(windows, max((_end(slot, midnight) for slot in slots), default=0)),
        slots=slots,
        items=tuple(unique[sha256] for sha256 in sorted(unique)),
    )


def hours(windows: Iterable[Interval], until: int) -> tuple[package.Window, ...]:
    """Stretches of seconds from midnight as the manifest's hours; past midnight only as far as ``until``, where a
    slot ends that crosses it."""
    today = [(start, min(end, DAY)) for start, end in windows if start < DAY]
    night = [(start - DAY, min(end, until) - DAY) for start, end in windows if end > DAY and until > DAY]
    night = [(max(0, start), end) for start, end in night if end > max(0, start)]
    return tuple(package.Window(_clock(start), _clock(end)) for start, end in joined([*night, *today]))


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _end(slot: package.Slot, midnight: datetime.datetime) -> int:
    """When a slot ends, in whole seconds from midnight."""
    return math.ceil((slot.end - midnight).total_seconds())


def tolerance(seconds: float) -> float:
    """How far a programme may differ from its slot: 3 %, at most 30 s (costing norm, Circular 09/2020)."""
    return min(seconds * 0.03, 30.0)


def numbered(draft: package.Manifest, sequence: int, issued: str) -> package.Manifest:
    """The manifest with the sequence and issue time that it goes out under."""
    return replace(draft, sequence=sequence, issued=datetime.datetime.fromisoformat(issued))


def repeat_until(date: datetime.date, valid_until: datetime.date | None, house: House) -> datetime.datetime:
    """Until when a station that is cut off may repeat an item: two weeks, never past its bulletin's last day."""
    last = date + datetime.timedelta(days=REPEAT_DAYS)
    if valid_until:
        last = min(last, valid_until)
    return datetime.datetime.combine(last + datetime.timedelta(days=1), datetime.time(), tzinfo=house.zone)
