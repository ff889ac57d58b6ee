"""Making items, and finding those already made."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from ..files import sha256_file, write_text, write_with
from ..i18n import _
from ..package import Codec, ItemRef, item_path
from .codecs import CODINGS, Coding
from .loudness import MS, Curve, decibels, loudness
from .master import Mix, arranged, mastered, silent
from .picture import read_picture
from .plan import ItemPlan
from .problems import MixError
from .render import render
from .sources import check
from .takes import Scratch, Take, record_bed, record_parts
from .timeline import Timeline, timeline

HEADROOM_DB = 1.3
"""How far under the true peak allowed the samples are kept at first: both codecs add up to about 1 dB."""

TOLERANCE_LU = 0.2
SAFETY_DB = 0.05
NEAR_DB = 3.0
ATTEMPTS = 5


@dataclass(frozen=True)
class Item:
    """A finished piece of audio, the file ``items/<sha256>.mp3`` (or ``.opus``).

    Decoded (by PyAV, which gives every sample) it begins at sample ``offset`` and is ``samples`` long.
    ``lufs`` and ``dbtp`` were measured on the decoded file; ``length`` is in bytes.
    """

    sha256: str
    length: int
    offset: int
    samples: int
    lufs: float
    dbtp: float
    recipe: str
    title: str
    text: str
    codec: Codec


class ItemStore:
    """The items of a house: ``<var>/items/`` (`package.item_path`), and which plan made which: ``<var>/recipes/``."""

    def __init__(self, var: Path) -> None:
        self.items = var / "items"

    def path(self, item: Item | ItemRef) -> Path:
        """Where the file of this item is, or would be."""
        return _place(self.items, item)

    def find(self, recipe: str) -> Item | None:
        """The item made from a plan of this `ItemPlan.recipe`, if its file is there with every byte it should have.

        A file that has rotted is removed: it is made again.
        """
        item = _find(recipe, self.items)
        if item and not self.whole(item):
            self.path(item).unlink(missing_ok=True)
            return None
        return item

    def whole(self, item: Item) -> bool:
        """Whether the item's file has every byte it should have (reads it all)."""
        path = self.path(item)
        return path.is_file() and sha256_file(path) == item.sha256

    def make(self, plan: ItemPlan) -> Item:
        """The plan's item, made now unless it exists. Raises as `make_item`."""
        return self.find(plan.recipe()) or make_item(plan, self.items)


def make_item(plan: ItemPlan, items: Path) -> Item:
    """Mix, master, encode, tag and keep the item of a plan in the folder ``items``; for a process pool.

    Raises `MixError` for a source that cannot be used and `OSError` (no space left, for one); the folder then
    holds what it held before.
    """
    items.mkdir(parents=True, exist_ok=True)
    if silent(plan):
        raise MixError(_("%(title)s: there is nothing to hear") % {"title": plan.tags.title})
    coding = CODINGS[plan.sound.codec]
    with Scratch(items) as scratch:
        takes, bed = record_parts(plan, scratch), record_bed(plan, scratch)
        line = timeline(plan, [0 if take is None else len(take) for take in takes])
        made = _mastered(plan, arranged(plan, line, takes, bed), scratch)
    pieces = _tagged(plan, line, made.data)
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    item = Item(
        sha256=digest.hexdigest(),
        length=sum(map(len, pieces)),
        offset=coding.offset,
        samples=line.samples,
        lufs=round(made.lufs, 2),
        dbtp=round(made.dbtp, 2),
        recipe=plan.recipe(),
        title=plan.tags.title,
        text=plan.tags.text,
        codec=plan.sound.codec,
    )
    write_with(_place(items, item), lambda part: _write(part, *pieces))
    write_text(_card(item.recipe, items), json.dumps(asdict(item), ensure_ascii=False, indent=1) + "\n")
    return item


def plan_timeline(plan: ItemPlan, scratch_folder: Path) -> Timeline:
    """The plan's timeline, its sources decoded only to know their lengths. Raises as `make_item`."""
    with Scratch(scratch_folder) as scratch:
        takes: tuple[Take | None, ...] = record_parts(plan, scratch)
    return timeline(plan, [0 if take is None else len(take) for take in takes])


@dataclass(frozen=True)
class _Made:
    data: bytes
    lufs: float
    dbtp: float


def _mastered(plan: ItemPlan, mix: Mix, scratch: Scratch) -> _Made:
    """Encode, decode, measure and correct until the decoded sound is what was asked for."""
    sound, coding = plan.sound, CODINGS[plan.sound.codec]
    target = sound.lufs
    ceiling = np.full(mix.timeline.ms, 10 ** ((sound.peak_dbtp - HEADROOM_DB) / 20), np.float32)
    made = _Made(b"", 0.0, 0.0)
    for _attempt in range(ATTEMPTS):
        data = coding.encode(render(mastered(mix, target, ceiling), scratch), sound.bitrate)
        grid = coding.measured(data, near=10 ** ((sound.peak_dbtp - NEAR_DB) / 20))
        made = _Made(data, loudness(grid.energy), decibels(float(grid.peak.max())))
        if abs(made.lufs - sound.lufs) <= TOLERANCE_LU and made.dbtp <= sound.peak_dbtp - SAFETY_DB:
            return made
        target += sound.lufs - made.lufs
        ceiling = _lowered(ceiling, grid.peak, 10 ** ((sound.peak_dbtp - 2 * SAFETY_DB) / 20), coding)
    raise MixError(
        _("%(title)s: stays at %(lufs).1f LUFS and %(dbtp).1f dBTP")
        % {"title": plan.tags.title, "lufs": made.lufs, "dbtp": made.dbtp}
    )


def _lowered(ceiling: Curve, peaks: Curve, limit: float, coding: Coding) -> Curve:
    """The ceiling, lower around each moment (25 ms) where the decoded peaks passed the limit."""
    lowered = ceiling.copy()
    delay = coding.offset // MS
    for at in np.flatnonzero(peaks > limit):
        near = slice(max(0, at - delay - 12), max(0, at - delay + 13))
        lowered[near] = np.minimum(lowered[near], ceiling[near] * limit / peaks[at])
    return lowered


def _write(path: Path, *pieces: bytes) -> None:
    with path.open("wb") as file:
        file.writelines(pieces)


def _tagged(plan: ItemPlan, line: Timeline, data: bytes) -> tuple[bytes, ...]:
    """The pieces of the finished file."""
    cover = plan.tags.cover
    if cover is not None:
        check(cover)
    picture = None if cover is None else read_picture(cover.path)
    return CODINGS[plan.sound.codec].tagged(data, plan.tags, line.chapters, line.ms, picture)


def _place(items: Path, item: Item | ItemRef) -> Path:
    return items / Path(item_path(item.sha256, item.codec)).name


def _card(recipe: str, items: Path) -> Path:
    return items.parent / "recipes" / f"{recipe}.json"


def _find(recipe: str, items: Path) -> Item | None:
    """A card that cannot be read is no card: the item is made again."""
    try:
        item = Item(**json.loads(_card(recipe, items).read_text("utf-8")))
        return item if _place(items, item).stat().st_size == item.length else None
    except (OSError, ValueError, TypeError):
        return None
