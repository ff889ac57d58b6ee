"""An emergency that cuts in: what it is, and which one sounds. Pure.

A `CutIn` comes from whoever has verified it (signature, station, single use); this module judges it again at
the moment of playing. Of several the highest level goes first, then the one that arrived first; a higher one
cuts into a lower one, which goes on afterwards as far as its time lasts. The rest of a slot that was cut goes
on at the clock's place.
"""

import datetime
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from ..i18n import _
from ..package import RATE, Cue, ItemRef, Manifest, Slot, Window
from .bundled import ATTENTION
from .ladder import Begun

PREFIX = "cut-in-"
"""In front of a cut-in's id: its slot's name in the as-run log."""
PAUSE = 2 * RATE
"""Samples of silence between the tone, the text and its repeats."""
MAX_REPEATS = 10

State = Literal["waiting", "begun", "over", "cancelled"]


@dataclass(frozen=True)
class CutIn:
    """A verified emergency: ``item`` is said ``repeats`` times after the attention tone.

    ``level`` 1 to 9, the higher first; ``issued`` and ``expires`` bound when it may begin; a ``drill`` is
    logged as one (its text says so itself).
    """

    id: str
    level: int
    issued: datetime.datetime
    expires: datetime.datetime
    title: str
    item: ItemRef
    repeats: int
    drill: bool


@dataclass(frozen=True)
class Entry:
    """A cut-in as the station remembers it: when it arrived, how it stands, when its first sample sounded."""

    cut_in: CutIn
    arrived: datetime.datetime
    state: State
    start: datetime.datetime | None


def expired(entry: Entry, now: datetime.datetime, trusted: bool) -> bool:
    """Whether it is too late to begin. With a clock that is not trusted, its lifetime counts from its arrival."""
    cut_in = entry.cut_in
    if trusted:
        return now >= cut_in.expires
    return not datetime.timedelta() <= now - entry.arrived < cut_in.expires - cut_in.issued


def first(entries: Iterable[Entry], now: datetime.datetime, trusted: bool) -> Entry | None:
    """The cut-in that sounds at ``now``, or None."""
    able = [
        entry
        for entry in entries
        if entry.state == "begun" or (entry.state == "waiting" and not expired(entry, now, trusted))
    ]
    return min(able, key=lambda entry: (-entry.cut_in.level, entry.arrived, entry.cut_in.id), default=None)


def to_begun(
    cut_in: CutIn, start: datetime.datetime, station: str, zone: datetime.tzinfo, name: str, volume: int = 100
) -> Begun:
    """The cut-in as a slot that begins at ``start``: tone, then the text with its repeats."""
    moment = start.astimezone(zone)
    kind = "drill" if cut_in.drill else "cut-in"
    cues = [Cue(0, ATTENTION.sha256, kind, _("attention tone"), "")]
    place = ATTENTION.samples + PAUSE
    for number in range(max(1, min(cut_in.repeats, MAX_REPEATS))):
        reason = _("repeat %(number)d") % {"number": number} if number else ""
        cues.append(Cue(place, cut_in.item.sha256, kind, cut_in.title, reason))
        place += cut_in.item.samples + PAUSE
    slot = Slot(slot_id(cut_in), moment, place - PAUSE, "join", 0, volume, tuple(cues))
    manifest = Manifest(
        house="",
        station=station,
        station_name="",
        date=moment.date(),
        timezone=name,
        sequence=1,
        issued=cut_in.issued,
        not_before=cut_in.issued,
        not_after=cut_in.expires,
        windows=(Window("00:00:00", "24:00:00"),),
        slots=(slot,),
        items=(cut_in.item, ATTENTION),
    )
    return Begun(manifest, slot, moment)


def slot_id(cut_in: CutIn) -> str:
    """The name of a cut-in in the as-run log."""
    return PREFIX + cut_in.id


def serialise(cut_in: CutIn) -> str:
    """The cut-in as one line of JSON."""

    def plain(value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime.datetime) else value

    tree = asdict(cut_in)
    tree["item"] = {name: plain(value) for name, value in tree["item"].items()}
    return json.dumps({name: plain(value) for name, value in tree.items()}, ensure_ascii=False)


def parse(text: str) -> CutIn:
    """What `serialise` wrote: the station's own memory, nothing from outside."""
    tree = json.loads(text)
    moment = datetime.datetime.fromisoformat
    item = tree.pop("item")
    item["repeat_until"] = moment(item["repeat_until"])
    cut_in = CutIn(**tree, item=ItemRef(**item))
    return replace(cut_in, issued=moment(tree["issued"]), expires=moment(tree["expires"]))
