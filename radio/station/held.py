"""A day without a playlist: what an earlier one still allows to be repeated. Pure.

Each item carries until when it may be repeated; slots, hours and volumes are those of the earlier day. What
tells of its day (call, greeting, contents, farewell) is never repeated, nor is a relay's stream in question:
its cue stays and plays as on any day. A slot of which nothing is left is filled with the music that may still
be heard, and if there is none, the bundled chime says that the station lives.
"""

import datetime
from dataclasses import replace

from ..i18n import _
from ..package import RATE, Cue, ItemRef, Manifest, Slot
from .bundled import CHIME

DATED = ("greeting", "contents", "farewell")
"""Kinds of cues that name a day or an hour."""
FRAMES = ("ident", "call", "sting", "jingle")
"""Kinds of cues that carry nothing by themselves."""
FILL = "music"


def held(manifest: Manifest, date: datetime.date) -> Manifest:
    """The playlist that ``date`` can be given out of an earlier day's ``manifest``."""
    days = date - manifest.date
    slots = tuple(_slot(manifest, slot, days) for slot in manifest.slots)
    return replace(
        manifest,
        date=date,
        not_before=manifest.not_before + days,
        not_after=manifest.not_after + days,
        slots=slots,
        items=(*manifest.items, CHIME) if _uses(slots, CHIME) else manifest.items,
    )


def _uses(slots: tuple[Slot, ...], item: ItemRef) -> bool:
    return any(cue.item == item.sha256 for slot in slots for cue in slot.cues)


def _slot(manifest: Manifest, slot: Slot, days: datetime.timedelta) -> Slot:
    shifted = replace(slot, start=slot.start + days)
    reason = _("repeated from %(date)s") % {"date": manifest.date.strftime("%d/%m/%Y")}
    cues = _allowed(manifest, shifted, reason)
    if not any(cue.kind not in FRAMES for cue in cues):
        cues = _fill(manifest, shifted) or [
            Cue(0, CHIME.sha256, "ident", CHIME.title, _("nothing to repeat"))
        ]
    samples = {item.sha256: item.samples for item in (*manifest.items, CHIME)}
    return replace(shifted, cues=tuple(cues), length=max(cue.start + samples[cue.item] for cue in cues))


def _allowed(manifest: Manifest, slot: Slot, reason: str) -> list[Cue]:
    """The cues that may sound again, moved up where others are left out; pauses stay behind their items."""
    items = {item.sha256: item for item in manifest.items}
    ends = [cue.start for cue in slot.cues[1:]] + [slot.length]
    found, place = [], slot.cues[0].start if slot.cues else 0
    for cue, end in zip(slot.cues, ends, strict=True):
        if cue.kind in DATED or not _may_sound(items[cue.item], slot, place):
            continue
        found.append(replace(cue, start=place, reason=reason))
        place += end - cue.start
    return found


def _may_sound(item: ItemRef, slot: Slot, place: int) -> bool:
    end = slot.start + datetime.timedelta(seconds=(place + item.samples) / RATE)
    return end <= item.repeat_until


def _fill(manifest: Manifest, slot: Slot) -> list[Cue]:
    """Music of that day that may still be heard, one piece after the other, for as long as the slot lasts."""
    wanted = {cue.item: cue.title for old in manifest.slots for cue in old.cues if cue.kind == FILL}
    items = {item.sha256: item for item in manifest.items}
    cues: list[Cue] = []
    place = 0
    for sha256, title in wanted.items():
        if place + items[sha256].samples <= slot.length and _may_sound(items[sha256], slot, place):
            cues.append(Cue(place, sha256, FILL, title, _("fills a slot without content")))
            place += items[sha256].samples
    return cues
