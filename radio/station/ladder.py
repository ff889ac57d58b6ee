"""What plays now and until when. Pure: playlists, what has begun and the time go in, one answer comes out.

The rungs, first that holds wins: an emergency → a slot already begun → a slot in its own time (on time or
joined in progress) → a late slot that its policy lets start now → silence. A day without a playlist of its own
is given one made of repeats (`held`), so the rungs below today's are the same. There is always an answer:
silence has an end too, the moment to ask again.

Policies of a slot that could not start on time:

====== =====================================================================================================
skip   left out
join   goes on as if it had started in time, until its own end
late   the whole of it, if no more than ``late_seconds`` late and over before the next slot
next   the whole of it as soon as nothing else plays, if over before the next slot
====== =====================================================================================================
"""

import datetime
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Literal
from zoneinfo import ZoneInfo

from ..i18n import _
from ..package import RATE, Manifest, Slot, window_refusal

Key = tuple[datetime.date, str]
"""A slot by the date of its playlist and its id."""

READY = datetime.timedelta(seconds=6)
"""What the player needs to load, to open its device and to learn its latency; a slot that starts late starts
this much after the decision, so that its first second is not lost."""

LOOK_AGAIN = datetime.timedelta(hours=1)
"""The longest silence that is promised at once."""


@dataclass(frozen=True)
class Begun:
    """A slot that was given to the player and is not done with, with the playlist it was taken from.

    ``start`` is when its first sample sounds, later than planned if it started late.
    """

    manifest: Manifest
    slot: Slot
    start: datetime.datetime

    @property
    def end(self) -> datetime.datetime:
        """When its last sample sounds."""
        return self.start + datetime.timedelta(seconds=self.slot.length / RATE)


@dataclass(frozen=True)
class Play:
    """This slot sounds; its first sample is (or was) at ``start``, its last at ``until``."""

    manifest: Manifest
    slot: Slot
    start: datetime.datetime
    until: datetime.datetime
    reason: str

    @property
    def key(self) -> Key:
        """The slot by date and id."""
        return self.manifest.date, self.slot.id


@dataclass(frozen=True)
class Silence:
    """Nothing sounds; ask again at ``until``. ``upcoming`` is when the next known slot starts, if there is one."""

    until: datetime.datetime
    reason: str
    upcoming: datetime.datetime | None


@dataclass(frozen=True)
class Missed:
    """A slot that will not be played any more: its time has passed, or it must not sound (``refused``)."""

    manifest: Manifest
    slot: Slot
    outcome: Literal["missed", "refused"]
    reason: str

    @property
    def key(self) -> Key:
        """The slot by date and id."""
        return self.manifest.date, self.slot.id


@dataclass(frozen=True)
class Answer:
    """What sounds at the asked moment, and the slots that moment settles as not played."""

    now: Play | Silence
    missed: tuple[Missed, ...]


def decide(
    days: Sequence[Manifest],
    begun: Mapping[Key, Begun],
    over: Set[Key],
    now: datetime.datetime,
    ready: datetime.timedelta = READY,
    cut_in: Begun | None = None,
) -> Answer:
    """What plays at ``now``: of the playlists of neighbouring ``days``, what has ``begun``, what is ``over``.

    ``cut_in`` is a verified emergency that goes before everything until it ends.

    ``now`` must carry its offset from UTC. It may lie ahead: so one learns what to prepare.
    """
    open_slots = sorted(
        (
            (day, slot)
            for day in days
            for slot in day.slots
            if (day.date, slot.id) not in begun and (day.date, slot.id) not in over
        ),
        key=lambda pair: pair[1].start,
    )
    starts = [slot.start for _day, slot in open_slots] + [entry.start for entry in begun.values()]
    upcoming = min((start for start in starts if start > now), default=None)
    verdicts = [_verdict(day, slot, now, upcoming, ready) for day, slot in open_slots if slot.start <= now]
    missed = tuple(verdict for verdict in verdicts if isinstance(verdict, Missed))
    plays = [verdict for verdict in verdicts if isinstance(verdict, Play)]
    running = [
        Play(entry.manifest, entry.slot, entry.start, entry.end, _("goes on"))
        for entry in begun.values()
        if entry.start <= now < entry.end
    ]
    in_time = [play for play in plays if play.start <= now]
    for play in [*_emergency(cut_in, now), *running, *in_time, *plays]:
        return Answer(play, missed)
    return Answer(_silence(bool(days), now, upcoming), missed)


def quiet(now: datetime.datetime, reason: str, cut_in: Begun | None = None) -> Answer:
    """The answer where nothing planned may sound, whatever is planned: an emergency, or silence."""
    for play in _emergency(cut_in, now):
        return Answer(play, ())
    return Answer(Silence(now + LOOK_AGAIN, reason, None), ())


def _emergency(cut_in: Begun | None, now: datetime.datetime) -> list[Play]:
    if cut_in is None or now >= cut_in.end:
        return []
    return [Play(cut_in.manifest, cut_in.slot, cut_in.start, cut_in.end, _("an emergency"))]


def _silence(known: bool, now: datetime.datetime, upcoming: datetime.datetime | None) -> Silence:
    if upcoming is not None:
        return Silence(min(upcoming, now + LOOK_AGAIN), _("waiting for the next slot"), upcoming)
    reason = _("no slot is planned") if known else _("there is no playlist")
    return Silence(now + LOOK_AGAIN, reason, None)


def local(manifest: Manifest, slot: Slot, start: datetime.datetime) -> Slot:
    """The slot as it would be with its first sample at ``start``, told in the playlist's own time zone."""
    return replace(slot, start=start.astimezone(ZoneInfo(manifest.timezone)))


def _verdict(
    manifest: Manifest,
    slot: Slot,
    now: datetime.datetime,
    upcoming: datetime.datetime | None,
    ready: datetime.timedelta,
) -> Play | Missed:
    """Whether a slot whose time has come, and which has not begun, may sound at ``now``."""
    if reason := window_refusal(manifest, local(manifest, slot, slot.start), slot.start):
        return Missed(manifest, slot, "refused", reason)
    late = now - slot.start
    whole_late = late and slot.late in ("late", "next")
    start = now + ready if whole_late else slot.start
    moved = local(manifest, slot, start)
    if reason := _too_late(slot, moved, now, upcoming):
        return Missed(manifest, slot, "missed", reason)
    if reason := window_refusal(manifest, moved, now):
        return Missed(manifest, slot, "refused", reason)
    return Play(manifest, slot, start, moved.end, _on_air(slot, late))


def _on_air(slot: Slot, late: datetime.timedelta) -> str:
    seconds = int(late.total_seconds())
    if not late:
        return _("on time")
    if slot.late == "join":
        return _("joined in progress, %(seconds)d s late") % {"seconds": seconds}
    return _("started %(seconds)d s late") % {"seconds": seconds}


def _too_late(
    slot: Slot, moved: Slot, now: datetime.datetime, upcoming: datetime.datetime | None
) -> str | None:
    late = now - slot.start
    numbers = {"seconds": int(late.total_seconds()), "most": slot.late_seconds}
    if not late:
        return None
    if slot.late == "skip":
        return _("%(seconds)d s late; it is left out when it cannot start on time") % numbers
    if slot.late == "join":
        return _("its time had passed") if now >= slot.end else None
    if slot.late == "late" and late > datetime.timedelta(seconds=slot.late_seconds):
        return _("%(seconds)d s late; it may start at most %(most)d s late") % numbers
    if upcoming is not None and moved.end > upcoming:
        return _("%(seconds)d s late, and too long to end before the next slot") % numbers
    return None
