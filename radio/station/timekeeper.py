"""The machine's clocks, read; and the keeper of what is believed of them between two lives of the agent."""

import contextlib
import ctypes
import datetime
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from .clock import RTC_AGREES, Anchor, Belief, Known, Reading, judge
from .facts import Facts

SAVE_AFTER = 600.0
"""Seconds between two notes of a time that goes on as it should: what a power cut may lose of the floor."""

_ADJTIMEX_BYTES = 512
"""More than ``struct timex`` takes on any machine; asking (modes 0) changes nothing."""
_TIME_ERROR = 5


def _uptime() -> float:
    """Seconds since the machine was switched on, sleep included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def kernel_synchronised() -> bool:
    """Whether the kernel says that something keeps its clock right (``adjtimex``)."""
    try:
        state: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_ADJTIMEX_BYTES))
    except (OSError, AttributeError):
        return False
    return 0 <= state < _TIME_ERROR


def real_time_clock(root: Path = Path("/sys/class/rtc")) -> datetime.datetime | None:
    """What the first real-time clock says, or None where there is none."""
    for path in sorted(root.glob("rtc*/since_epoch")):
        with contextlib.suppress(OSError, ValueError, OverflowError):
            return datetime.datetime.fromtimestamp(int(path.read_text()), datetime.UTC)
    return None


def boot_name(path: Path = Path("/proc/sys/kernel/random/boot_id")) -> str:
    """A name of this run of the machine, empty where it has none: the anchor is good for one run only."""
    try:
        return path.read_text().strip()
    except OSError:
        return ""


@dataclass(frozen=True)
class Clock:
    """The machine's clocks: ``now`` with its offset from UTC, ``monotonic`` in seconds as the player reads it,
    ``uptime`` in seconds with sleep, the kernel's word, the real-time clock and the name of this boot."""

    now: Callable[[], datetime.datetime]
    monotonic: Callable[[], float]
    uptime: Callable[[], float] = _uptime
    synchronised: Callable[[], bool] = kernel_synchronised
    rtc: Callable[[], datetime.datetime | None] = real_time_clock
    boot: Callable[[], str] = boot_name


class Timekeeper:
    """Asks the clocks, judges, and keeps in the station's memory what must outlive the agent."""

    def __init__(
        self, clock: Clock, facts: Facts, floor: Callable[[], datetime.datetime | None], vouched: bool
    ) -> None:
        self._clock, self._facts, self._floor, self._vouched = clock, facts, floor, vouched
        self._known = _known(facts)
        self._anchor = _anchor(facts, clock.boot())
        self._saved: Anchor | None = self._anchor
        self.belief = self.look()

    def look(self) -> Belief:
        """Read the clocks again. `belief` is the result."""
        clock = self._clock
        reading = Reading(clock.now(), clock.uptime(), clock.synchronised(), clock.rtc())
        self._known = replace(self._known, signed=self._floor())
        self.belief = judge(reading, self._anchor, self._known, self._vouched)
        self._anchor = self.belief.anchor
        self._keep(reading)
        return self.belief

    def now(self) -> datetime.datetime:
        """The time of day to act on, by the last belief and the monotonic clock."""
        return self._anchor.at(self._clock.uptime()) if self._anchor else self._clock.now()

    def _keep(self, reading: Reading) -> None:
        """Note a new anchor at once, an old one now and then."""
        anchor, saved = self._anchor, self._saved
        if anchor is None:
            return
        if saved and saved.source == anchor.source and anchor.uptime - saved.uptime < SAVE_AFTER:
            return
        self._saved = anchor
        tree = {"time": anchor.time.isoformat(), "uptime": anchor.uptime, "source": anchor.source}
        self._facts.put("anchor", json.dumps({**tree, "boot": self._clock.boot()}))
        if anchor.source == "network":
            agreed = reading.rtc is not None and abs(reading.rtc - anchor.time) <= RTC_AGREES
            self._known = replace(
                self._known, synchronised=anchor.time, rtc_agreed=agreed or self._known.rtc_agreed
            )
            self._facts.put("synchronised", anchor.time.isoformat())
            self._facts.put("rtc_agreed", "1" if self._known.rtc_agreed else "")


def _known(facts: Facts) -> Known:
    text = facts.get("synchronised")
    synchronised = datetime.datetime.fromisoformat(text) if text else None
    return Known(None, synchronised, bool(facts.get("rtc_agreed")))


def _anchor(facts: Facts, boot: str) -> Anchor | None:
    """The anchor of this run of the machine, if an earlier agent has left one."""
    tree = json.loads(facts.get("anchor") or "{}")
    if not boot or tree.get("boot") != boot:
        return None
    return Anchor(datetime.datetime.fromisoformat(tree["time"]), tree["uptime"], tree["source"])
