"""The player: a process of its own that makes one slot heard (``python -m radio.station.player``).

It reads a `Job` as one line of JSON from standard input and prints what really happens, one JSON object a
line: ``open`` (output), ``notice`` (text), ``started`` and ``ended`` (cue, at, heard), ``refused`` (cue,
reason), ``beat`` (position, heard, drift) every second while samples flow, ``failed`` (reason), ``finished``.
Times are seconds of the monotonic clock, which all processes of a machine share.

It ends with 0 when the slot is over and 1 when sound cannot be made or stops flowing; when its standard
input closes, whoever started it is gone and it stops at once.
"""

import json
import os
import statistics
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

from ..i18n import _
from ..package import RATE
from .job import Job
from .sinks import LATENCY, NoSound, Sink, open_sink
from .track import Track

WARM = 4.0
"""Seconds before the start at which the device is opened and runs on silence, until its latency is known; a
sound server's sleeping sink was seen to take 1.8 s to begin."""

STEADY = 0.5
"""Seconds over which the measured origin must stay within `STEADY_SPREAD` to be believed."""
STEADY_SPREAD = 0.003
PATIENCE = 2.5
"""Seconds after which the last measured origin has to do, if the start has come near."""

STALLED = 4.0
"""Seconds without a request for samples after which the device counts as dead."""
STARVED = 12.0
"""Seconds of lacking samples after which the decoder counts as hung."""
TAIL = 0.3
"""Seconds of silence played behind the last sample, so that none is lost in the device."""


class Failed(Exception):
    """The slot cannot go on; the text says why."""


@dataclass
class _Measured:
    at: float
    origin: float


class Feed:
    """Turns the stream of the device into places of the slot: the job's start sounds at its time.

    Until the device's latency is known the stream is silence. From then on its samples follow each other
    without a break, whatever is measured later.
    """

    def __init__(self, job: Job, track: Track) -> None:
        self._job, self._track = job, track
        self._lock = threading.Lock()
        self._count = 0
        self._shift: int | None = None
        self._first_at: float | None = None
        self._steady: _Measured | None = None
        self._recent: deque[float] = deque(maxlen=20)
        self._last_at = time.monotonic()

    def fill(self, count: int, origin: float) -> bytes:
        """The stream's next samples; see `sinks.Fill`."""
        now = time.monotonic()
        with self._lock:
            self._last_at = now
            self._recent.append(origin)
            if self._shift is None:
                self._settle(now, origin)
            place = None if self._shift is None else self._count + self._shift
            self._count += count
        if place is None:
            return bytes(2 * count)
        return self._samples(place, count)

    def idle(self, since: float) -> float:
        """Seconds since the device last asked for samples, counted from ``since`` at the earliest."""
        return time.monotonic() - max(self._last_at, since)

    def _settle(self, now: float, origin: float) -> None:
        """Believe the origin once it has stood still long enough, or when there is no more time."""
        if self._steady is None or abs(origin - self._steady.origin) > STEADY_SPREAD:
            self._steady = _Measured(now, origin)
        self._first_at = self._first_at or now
        hurried = now > max(self._first_at + PATIENCE, self._job.start - 2 * LATENCY)
        if now - self._steady.at >= STEADY or hurried:
            self._shift = round((origin - self._job.start) * RATE)
            self._track.seek(self._count + self._shift)

    def _samples(self, place: int, count: int) -> bytes:
        """Silence before the slot and behind it, the track inside."""
        low, high = max(place, 0), min(place + count, self._job.length)
        if low >= high:
            return bytes(2 * count)
        sound = self._track.take(low, high - low).tobytes()
        return bytes(2 * (low - place)) + sound + bytes(2 * (place + count - high))

    def drift(self) -> float:
        """Seconds by which sound is heard later than planned: a gap in the device, or its slow clock."""
        with self._lock:
            if self._shift is None:
                return 0.0
            return statistics.median(self._recent) - (self._job.start + self._shift / RATE)

    def heard(self, now: float) -> int:
        """The place of the slot that is heard now; never one that was not handed out."""
        place = round((now - self._job.start - self.drift()) * RATE)
        with self._lock:
            return -1 if self._shift is None else min(place, self._count + self._shift)


class Player:
    """One slot from the first preparation to its last sample."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._lock = threading.Lock()
        self._track = Track(job.cues, job.volume, self._refused, job.fill)
        self._feed = Feed(job, self._track)
        self._open: dict[int, None] = {}
        self._done: set[int] = set()

    def run(self) -> None:
        """Play the slot. Raises `Failed`."""
        now = time.monotonic()
        self._track.seek(round((now - self._job.start) * RATE))
        self._track.start()
        time.sleep(max(0.0, self._job.start - WARM - now))
        try:
            sink = open_sink(self._job.output, self._job.device, self._feed.fill, self._notice)
        except NoSound as error:
            raise Failed(_("no sound output: %(reason)s") % {"reason": error}) from error
        self.tell("open", output=sink.name)
        try:
            self._watch(sink)
        finally:
            sink.close()

    def _watch(self, sink: Sink) -> None:
        beat = opened = time.monotonic()
        while True:
            now = time.monotonic()
            heard = self._feed.heard(now)
            self._follow(heard)
            if heard >= self._job.length + TAIL * RATE:
                return
            if self._feed.idle(opened) > STALLED:
                raise Failed(_("the sound device takes no more samples"))
            self._check(sink, now)
            if now >= beat:
                beat = now + 1
                counts = {number: self._track.heard.get(number, 0) for number in self._open}
                self.tell("beat", position=heard, heard=counts, drift=round(self._feed.drift(), 4))
            time.sleep(0.1)

    def _check(self, sink: Sink, now: float) -> None:
        if sink.error:
            raise Failed(sink.error)
        if self._track.starved_since is not None and now - self._track.starved_since > STARVED:
            raise Failed(_("the audio is not decoded in time"))

    def _follow(self, heard: int) -> None:
        """Tell of the cues whose first or last sample has been heard."""
        for cue in self._job.cues:
            first = self._track.first.get(cue.number)
            if cue.number in self._done or first is None or first > heard:
                continue
            if cue.number not in self._open:
                self._open[cue.number] = None
                self.tell("started", cue=cue.number, at=self._time(first))
            if heard >= cue.end:
                self._done.add(cue.number)
                del self._open[cue.number]
                count = self._track.heard[cue.number]
                self.tell("ended", cue=cue.number, at=self._time(cue.end), heard=count)

    def _time(self, place: int) -> float:
        return self._job.start + place / RATE + self._feed.drift()

    def _refused(self, cue: int, reason: str) -> None:
        self.tell("refused", cue=cue, reason=reason)

    def _notice(self, text: str) -> None:
        self.tell("notice", text=text)

    def tell(self, name: str, **details: Any) -> None:
        """Print one message for the agent."""
        line = json.dumps({"event": name, **details}) + "\n"
        with self._lock:
            sys.stdout.write(line)
            sys.stdout.flush()


def _end_with_parent() -> None:
    """Leave at once when standard input closes: the agent has gone, and another may be starting."""
    sys.stdin.buffer.read()
    os._exit(1)


def main() -> int:
    """Read the job, play it, say how it went."""
    job = Job.from_line(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    player = Player(job)
    try:
        player.run()
    except Failed as error:
        player.tell("failed", reason=str(error))
        return 1
    player.tell("finished")
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # threads in C libraries must not hold the process back
