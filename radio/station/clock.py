"""Which time the station believes, and why. Pure: what the machine's clocks say goes in, a belief comes out.

A time once known stays known by the monotonic clock until the machine goes down; that is the *anchor*. So a
clock that somebody steps, or a time server gone mad, moves nothing that is planned. The rules, first that
holds wins; every time must lie between the floor and 400 days after it:

1. synchronised by the kernel's word, and in agreement with an earlier synchronisation: believed;
2. synchronised, but stepped away from an earlier synchronisation: the anchor is kept until the new time has
   stood for ten minutes;
3. not synchronised, but known since: the anchor is kept;
4. never synchronised since the start, but a real-time clock that has agreed with a synchronised time before
   and agrees with the system now: believed as "RTC only";
5. vouched for by the person who started the station: believed;
6. else not believed: nothing that is planned sounds.

The floor is the latest of: this program's own time, the newest signed time less two days (`radio.trust.rules`),
and (only for a time that is not synchronised) the last synchronised one. What this cannot find out: a real-time
clock that is wrong by less than these bounds, and a time server that was wrong from the first moment on.
"""

import datetime
from dataclasses import dataclass, replace
from typing import Literal

from ..i18n import _

BUILT = datetime.datetime(2025, 7, 1, tzinfo=datetime.UTC)
"""No station with this program existed before; a clock that says so is wrong."""
HORIZON = datetime.timedelta(days=400)
STEP = datetime.timedelta(seconds=2)
"""A synchronised clock may be corrected by this much at once."""
SETTLING = 600.0
"""Seconds for which a synchronised time that contradicts an earlier one must stand to be believed."""
RTC_AGREES = datetime.timedelta(seconds=60)

Source = Literal["network", "rtc", "vouched"]


@dataclass(frozen=True)
class Reading:
    """What the machine says at one moment: time of day, seconds since it was switched on, the kernel's word on
    synchronisation, and the real-time clock, if there is one."""

    now: datetime.datetime
    uptime: float
    synchronised: bool
    rtc: datetime.datetime | None


@dataclass(frozen=True)
class Anchor:
    """``time`` was right at ``uptime``; ``disputed`` is since when a synchronised clock says otherwise."""

    time: datetime.datetime
    uptime: float
    source: Source
    disputed: float | None = None

    def at(self, uptime: float) -> datetime.datetime:
        """The time of day at another moment of the same uptime."""
        return self.time + datetime.timedelta(seconds=uptime - self.uptime)


@dataclass(frozen=True)
class Known:
    """What outlives a power cut: the earliest moment that it can be by what was signed (`Store.floor`), the last
    synchronised time, whether the real-time clock has ever agreed with that."""

    signed: datetime.datetime | None = None
    synchronised: datetime.datetime | None = None
    rtc_agreed: bool = False

    @property
    def floor(self) -> datetime.datetime:
        """No right time lies before it."""
        return max(BUILT, self.signed) if self.signed else BUILT

    def allows(self, time: datetime.datetime) -> bool:
        """Whether ``time`` may be right at all."""
        return self.floor <= time and (self.signed is None or time <= self.signed + HORIZON)


@dataclass(frozen=True)
class Belief:
    """The time to act on, whether plans may follow it, and why. ``anchor`` goes into the next judgement."""

    time: datetime.datetime
    trusted: bool
    reason: str
    anchor: Anchor | None


def judge(reading: Reading, anchor: Anchor | None, known: Known, vouched: bool = False) -> Belief:
    """What to believe after ``reading``; ``anchor`` is what was believed before it."""
    if anchor and not known.allows(anchor.at(reading.uptime)):
        anchor = None
    possible = known.allows(reading.now)
    if reading.synchronised and possible:
        return _synchronised(reading, anchor)
    if anchor:
        return _kept(reading, anchor)
    if not possible:
        return Belief(reading.now, False, _impossible(reading.now, known), None)
    if known.synchronised and reading.now < known.synchronised:
        return Belief(reading.now, False, _("the clock is behind the last time that was right"), None)
    if reading.rtc and known.rtc_agreed and abs(reading.rtc - reading.now) <= RTC_AGREES:
        return Belief(reading.now, True, _reason("rtc"), Anchor(reading.now, reading.uptime, "rtc"))
    if vouched:
        return Belief(reading.now, True, _reason("vouched"), Anchor(reading.now, reading.uptime, "vouched"))
    return Belief(
        reading.now, False, _("the clock is not synchronised, and no RTC is known to be right"), None
    )


def _synchronised(reading: Reading, anchor: Anchor | None) -> Belief:
    fresh = Anchor(reading.now, reading.uptime, "network")
    if anchor is None or anchor.source != "network":
        return Belief(reading.now, True, _reason("network"), fresh)
    if abs(reading.now - anchor.at(reading.uptime)) <= STEP:
        return Belief(reading.now, True, _reason("network"), fresh)
    since = reading.uptime if anchor.disputed is None else anchor.disputed
    if reading.uptime - since >= SETTLING:
        return Belief(reading.now, True, _reason("network"), fresh)
    return _kept(reading, replace(anchor, disputed=since))


def _kept(reading: Reading, anchor: Anchor) -> Belief:
    time = anchor.at(reading.uptime)
    step = reading.now - time
    if abs(step) <= STEP:
        return Belief(time, True, _reason(anchor.source), anchor)
    seconds = {"seconds": round(step.total_seconds())}
    reason = _("the clock was stepped by %(seconds)+d s; the station keeps its own time") % seconds
    return Belief(time, True, reason, anchor)


def _reason(source: Source) -> str:
    match source:
        case "network":
            return _("synchronised")
        case "rtc":
            return _("RTC only")
        case "vouched":
            return _("not synchronised; believed because a person started the station")


def _impossible(now: datetime.datetime, known: Known) -> str:
    shown = {"time": now.strftime("%d/%m/%Y %H:%M")}
    if now < known.floor:
        return _("the clock says %(time)s, which has passed long ago") % shown
    return _("the clock says %(time)s, which is too far ahead") % shown
