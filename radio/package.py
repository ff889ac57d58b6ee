"""What a station is given for one day. Pure, standard library only.

The tree that carries it is drawn in `radio.trust`. A manifest names its station, its date and the hours in which
it may sound; `parse` reads it strictly and within bounds, `window_refusal` decides whether a slot may sound now.
Whether a manifest is believed at all is a matter of signatures and of `radio.trust.rules`.
"""

import datetime
import itertools
import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, TypeVar

from .i18n import _

T = TypeVar("T")

RATE = 48_000
"""Samples a second of every item."""

FORMAT = 1
MAX_MANIFEST_BYTES = 1 << 20
MAX_ITEM_BYTES = 64 << 20
"""An hour at 128 kbit/s is 57 MB; nothing in a programme is longer."""
MAX_SLOTS = 96
MAX_CUES = 500
MAX_SLOT_SECONDS = 4 * 3600

Late = Literal["skip", "join", "late", "next"]
"""What to do when a slot cannot start on time: leave it out; go on as if it had started in time; start late
within ``late_seconds``; play the whole of it at the next possible moment before the next slot."""

Codec = Literal["mp3", "opus"]
"""How an item is encoded; also the ending of its file's name."""

CODECS: tuple[Codec, ...] = ("mp3", "opus")

LATE: tuple[Late, ...] = ("skip", "join", "late", "next")


@dataclass(frozen=True)
class ItemRef:
    """A finished piece of audio of ``length`` bytes; ``samples`` of its decoded samples count, from ``offset``."""

    sha256: str
    length: int
    offset: int
    samples: int
    title: str
    repeat_until: datetime.datetime
    codec: Codec = "mp3"


@dataclass(frozen=True)
class Cue:
    """``item`` starts ``start`` samples after its slot does. ``kind`` and ``reason`` are for people."""

    start: int
    item: str
    kind: str
    title: str
    reason: str


@dataclass(frozen=True)
class Slot:
    """One stretch of a station's day. ``length`` is in samples and covers the last cue."""

    id: str
    start: datetime.datetime
    length: int
    late: Late
    late_seconds: int
    volume: int
    cues: tuple[Cue, ...]

    @property
    def end(self) -> datetime.datetime:
        """When the last sample has sounded."""
        return self.start + datetime.timedelta(seconds=self.length / RATE)


@dataclass(frozen=True)
class Window:
    """Local hours in which the station may sound, ``HH:MM:SS``; ``until`` is exclusive."""

    start: str
    until: str


@dataclass(frozen=True)
class Manifest:
    """A station's day: what is heard when, and within which bounds."""

    house: str
    station: str
    station_name: str
    date: datetime.date
    timezone: str
    sequence: int
    issued: datetime.datetime
    not_before: datetime.datetime
    not_after: datetime.datetime
    windows: tuple[Window, ...]
    slots: tuple[Slot, ...]
    items: tuple[ItemRef, ...]

    def item(self, sha256: str) -> ItemRef:
        """The item of that hash; KeyError if the manifest does not list it."""
        return {item.sha256: item for item in self.items}[sha256]

    @property
    def content(self) -> dict[str, Any]:
        """Everything but ``sequence`` and ``issued``: two manifests of equal content need no second push."""
        tree = to_tree(self)
        return {key: value for key, value in tree.items() if key not in ("sequence", "issued")}


def item_path(sha256: str, codec: Codec = "mp3") -> str:
    """Place of an item inside the tree."""
    return f"items/{sha256}.{codec}"


def built_path(station: str, date: datetime.date) -> str:
    """Place of a manifest that was built, signed or not, inside ``var/packages``."""
    return f"{station}/{date.isoformat()}.json"


def to_tree(manifest: Manifest) -> dict[str, Any]:
    """The manifest as plain JSON values; times in ISO 8601 with their offset from UTC."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [plain(inner) for inner in value]
        return value.isoformat() if isinstance(value, datetime.date) else value

    return {"format": FORMAT, **plain(asdict(manifest))}


def serialise(manifest: Manifest) -> bytes:
    """The manifest's bytes: the same manifest gives the same bytes."""
    tree = to_tree(manifest)
    return json.dumps(tree, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


class BadManifest(Exception):
    """Bytes that are no manifest of this format; the text says where and why."""


def parse(data: bytes) -> Manifest:
    """Read a manifest from untrusted bytes, strictly: known keys only, bounded counts and lengths.

    Raises `BadManifest`.
    """
    if len(data) > MAX_MANIFEST_BYTES:
        raise BadManifest(_("the manifest is larger than 1 MB"))
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadManifest(_("the manifest is not JSON")) from error
    if not isinstance(tree, dict) or tree.get("format") != FORMAT:
        raise BadManifest(_("the manifest has an unknown format"))
    return _manifest({key: value for key, value in tree.items() if key != "format"})


def remembered(data: bytes) -> Manifest | None:
    """A manifest that was believed and kept; None where another version of this program kept it in another form."""
    try:
        return parse(data)
    except BadManifest:
        return None


_SHA256 = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_ODD = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
"""Control characters and halves of characters, which no title needs and some programs choke on."""
_YEARS = (2020, 2200)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d|24:00:00")


def _fail(name: str) -> BadManifest:
    return BadManifest(_('the manifest\'s "%s" is wrong') % name)


def _text(name: str, value: Any, pattern: re.Pattern[str] | None = None) -> str:
    if not isinstance(value, str) or len(value) > 500 or (pattern and not pattern.fullmatch(value)):
        raise _fail(name)
    if _ODD.search(value):
        raise _fail(name)
    return value


def _number(name: str, value: Any, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise _fail(name)
    return value


def _moment(name: str, value: Any) -> datetime.datetime:
    try:
        moment = datetime.datetime.fromisoformat(_text(name, value))
    except ValueError as error:
        raise _fail(name) from error
    if moment.tzinfo is None or not _YEARS[0] <= moment.year <= _YEARS[1]:
        raise _fail(name)
    return moment


def _fields(name: str, value: Any, cls: type) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != {field.name for field in fields(cls)}:
        raise _fail(name)
    return value


def _rows(name: str, value: Any, make: Callable[[Any], T], most: int) -> tuple[T, ...]:
    if not isinstance(value, list) or len(value) > most:
        raise _fail(name)
    return tuple(make(row) for row in value)


def _item(value: Any) -> ItemRef:
    row = _fields("items", value, ItemRef)
    if row["codec"] not in CODECS:
        raise _fail("items.codec")
    return ItemRef(
        sha256=_text("items.sha256", row["sha256"], _SHA256),
        length=_number("items.length", row["length"], 1, MAX_ITEM_BYTES),
        offset=_number("items.offset", row["offset"], 0, RATE),
        samples=_number("items.samples", row["samples"], 1, MAX_SLOT_SECONDS * RATE),
        title=_text("items.title", row["title"]),
        repeat_until=_moment("items.repeat_until", row["repeat_until"]),
        codec=row["codec"],
    )


def _cue(value: Any) -> Cue:
    row = _fields("cues", value, Cue)
    return Cue(
        start=_number("cues.start", row["start"], 0, MAX_SLOT_SECONDS * RATE),
        item=_text("cues.item", row["item"], _SHA256),
        kind=_text("cues.kind", row["kind"]),
        title=_text("cues.title", row["title"]),
        reason=_text("cues.reason", row["reason"]),
    )


def _slot(value: Any) -> Slot:
    row = _fields("slots", value, Slot)
    if row["late"] not in LATE:
        raise _fail("slots.late")
    return Slot(
        id=_text("slots.id", row["id"], _ID),
        start=_moment("slots.start", row["start"]),
        length=_number("slots.length", row["length"], 1, MAX_SLOT_SECONDS * RATE),
        late=row["late"],
        late_seconds=_number("slots.late_seconds", row["late_seconds"], 0, 86_400),
        volume=_number("slots.volume", row["volume"], 0, 100),
        cues=_rows("slots.cues", row["cues"], _cue, MAX_CUES),
    )


def _window(value: Any) -> Window:
    row = _fields("windows", value, Window)
    return Window(_text("windows.start", row["start"], _CLOCK), _text("windows.until", row["until"], _CLOCK))


def _manifest(tree: dict[str, Any]) -> Manifest:
    row = _fields("manifest", tree, Manifest)
    try:
        date = datetime.date.fromisoformat(_text("date", row["date"]))
    except ValueError as error:
        raise _fail("date") from error
    manifest = Manifest(
        house=_text("house", row["house"], _ID),
        station=_text("station", row["station"], _ID),
        station_name=_text("station_name", row["station_name"]),
        date=date,
        timezone=_text("timezone", row["timezone"]),
        sequence=_number("sequence", row["sequence"], 1, 1 << 53),
        issued=_moment("issued", row["issued"]),
        not_before=_moment("not_before", row["not_before"]),
        not_after=_moment("not_after", row["not_after"]),
        windows=_rows("windows", row["windows"], _window, MAX_SLOTS),
        slots=_rows("slots", row["slots"], _slot, MAX_SLOTS),
        items=_rows("items", row["items"], _item, MAX_SLOTS * MAX_CUES),
    )
    _consistent(manifest)
    return manifest


def _consistent(manifest: Manifest) -> None:
    """Raise `BadManifest` unless cues name listed items, follow each other and end inside their slot."""
    items = {item.sha256: item for item in manifest.items}
    for slot in manifest.slots:
        if not manifest.not_before <= slot.start < manifest.not_after:
            raise _fail(f"slots.{slot.id}.start")
        free = 0
        for cue in slot.cues:
            if cue.item not in items or cue.start < free:
                raise _fail(f"slots.{slot.id}.cues")
            free = cue.start + items[cue.item].samples
        if free > slot.length:
            raise _fail(f"slots.{slot.id}.length")
    starts = [(slot.start, slot.end) for slot in manifest.slots]
    if any(end > start for (_begin, end), (start, _end) in itertools.pairwise(starts)):
        raise _fail("slots")


def window_refusal(manifest: Manifest, slot: Slot, now: datetime.datetime) -> str | None:
    """Why ``slot`` must not sound at ``now``, or None if it may: validity first, then the allowed hours.

    The whole slot has to lie inside one window, told in local time (the UTC offset of the slot's start); one
    that crosses midnight needs a window up to 24:00:00 and another from 00:00:00.
    """
    if not manifest.not_before <= now < manifest.not_after:
        return _("the manifest is not valid at this hour")
    start, end = slot.start.strftime("%H:%M:%S"), slot.end.strftime("%H:%M:%S.%f")
    pieces = (
        [(start, end)] if slot.end.date() == slot.start.date() else [(start, "24:00:00"), ("00:00:00", end)]
    )
    allowed = all(
        any(window.start <= begin and until <= f"{window.until}.000000" for window in manifest.windows)
        for begin, until in pieces
        if until != "00:00:00.000000"
    )
    return None if allowed else _("it lies outside the allowed hours")
