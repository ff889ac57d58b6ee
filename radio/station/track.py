"""The sound of a slot, decoded ahead, sample for sample. Loads the codecs: only for the player's process."""

import io
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from ..i18n import _
from ..package import RATE
from ..trust.rules import Refused
from .bundled import CHIME, PREFIX, samples
from .inbox import read_item
from .job import JobCue

AHEAD = 20 * RATE
"""Samples kept decoded in front of the place that sounds."""

Samples = NDArray[np.int16]


PREROLL = RATE
"""Samples decoded in front of a place inside an item and thrown away: a codec needs some to find its feet."""


def decode(data: bytes, place: int = 0) -> Iterator[tuple[int, Samples]]:
    """Blocks of 48 kHz mono samples of an MP3 or Ogg Opus file, each with its place, up to the last.

    What ends before ``place`` may be left out, and is not decoded where the file allows it. Raises `Refused`
    where it cannot be decoded.
    """
    try:
        kind = "ogg" if data.startswith(b"OggS") else "mp3"
        with av.open(io.BytesIO(data), mode="r", format=kind) as container:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            at = 0
            for first, frame in _frames(container, place - PREROLL if kind == "mp3" else 0):
                at = max(at, first)
                for block in resampler.resample(frame):
                    yield at, block.to_ndarray()[0]
                    at += block.samples
            for block in resampler.resample(None):
                yield at, block.to_ndarray()[0]
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise Refused(_("the audio file cannot be decoded")) from error


def _frames(container: "av.container.InputContainer", place: int) -> Iterator[tuple[int, av.AudioFrame]]:
    """The frames from the packet on in which ``place`` lies, with the place of the first after those left out.

    Packets are left out only where every one of them stands for exactly its own samples (no start offset).
    """
    stream = container.streams.audio[0]
    known = stream.codec_context.sample_rate == RATE and not stream.start_time
    left_out = 0
    for packet in container.demux(stream):
        if known and packet.pts is not None and packet.duration and packet.time_base:
            end = round((packet.pts + packet.duration) * packet.time_base * RATE)
            if end <= place:
                left_out = end
                continue
        for frame in stream.decode(packet):
            yield left_out, frame


SUBSTITUTE = -1
"""The number of what sounds in the place of a refused cue: nobody is told of it."""
FADE = RATE // 10


def _chime() -> JobCue:
    return JobCue(SUBSTITUTE, 0, PREFIX + CHIME.sha256, CHIME.length, CHIME.sha256, 0, CHIME.samples)


def _faded(block: Samples, place: int, end: int) -> Samples:
    """``block`` with the last `FADE` samples before ``end`` dying away."""
    left = end - place - np.arange(len(block))
    return np.asarray(block * np.clip(left / FADE, 0, 1), np.int16)


class Track(threading.Thread):
    """Decodes the cues of a slot in the background; `take` hands out what sounds at a place.

    What is not there in time is silence at its place, so what follows still sounds at its own. ``heard`` and
    ``first`` tell for each cue number how many samples were handed out, and the place of the first; ``decoded``
    is the place up to which samples have been made ready. Where a cue is refused, ``fill`` is heard, or the chime.
    """

    def __init__(
        self,
        cues: tuple[JobCue, ...],
        volume: int,
        refused: Callable[[int, str], None],
        fill: tuple[JobCue, ...] = (),
    ) -> None:
        super().__init__(daemon=True)
        self._fill = fill
        self.heard: dict[int, int] = {}
        self.first: dict[int, int] = {}
        self.decoded = 0
        self.starved_since: float | None = None
        self._cues, self._gain, self._refused = cues, volume / 100, refused
        self._gone: set[int] = set()
        self._blocks: deque[tuple[int, JobCue, Samples]] = deque()
        self._needed = 0
        self._room = threading.Condition()

    def seek(self, place: int) -> None:
        """Nothing before ``place`` will be asked for any more."""
        with self._room:
            self._needed = max(self._needed, place)
            self._room.notify_all()

    def run(self) -> None:
        """Decode every cue that is not past, and push its blocks while there is room."""
        for cue in self._cues:
            if cue.end <= self._needed:
                continue
            reached = cue.start
            try:
                for place, block in self._blocks_of(cue):
                    self._push(place, cue, block)
                    reached = place + len(block)
                if reached < cue.end:
                    raise Refused(_("the audio file ends too early"))
            except Refused as error:
                self._gone.add(cue.number)
                self._refused(cue.number, str(error))
                self._substitute(replace(cue, start=reached, samples=cue.end - reached))

    def _blocks_of(self, cue: JobCue) -> Iterator[tuple[int, Samples]]:
        """The samples of a cue that may still be needed, each block with its place in the slot."""
        if cue.path.startswith(PREFIX):
            yield cue.start, samples(cue.path)[: cue.samples]
            return
        origin = cue.start - cue.offset
        data = read_item(Path(cue.path), cue.length, cue.sha256)
        for place, block in decode(data, self._needed - origin):
            low, high = max(cue.offset - place, 0), min(cue.end - origin - place, len(block))
            if low < high:
                yield origin + place + low, block[low:high]
            if origin + place + len(block) >= cue.end:
                return

    def _substitute(self, gap: JobCue) -> None:
        """Fill the place of a cue that cannot be heard: with the first music that can, else with the chime."""
        own = replace(gap, number=SUBSTITUTE)
        for other in (*self._fill, _chime()):
            piece = replace(
                other, number=SUBSTITUTE, start=gap.start, samples=min(other.samples, gap.samples)
            )
            try:
                for place, block in self._blocks_of(piece):
                    self._push(place, own, _faded(block, place, piece.end))
            except Refused:
                continue
            return

    def _push(self, place: int, cue: JobCue, block: Samples) -> None:
        with self._room:
            while place > self._needed + AHEAD:
                self._room.wait()
            if place + len(block) > self._needed:
                self._blocks.append((place, cue, block))
            self.decoded = place + len(block)

    def take(self, place: int, count: int) -> Samples:
        """The ``count`` samples from ``place`` on; called with places that only grow."""
        out = np.zeros(count, np.int16)
        end, copied = place + count, 0
        with self._room:
            self._needed = end
            while self._blocks and self._blocks[0][0] < end:
                start, cue, block = self._blocks[0]
                low, high = max(start, place), min(start + len(block), end)
                if low < high:
                    out[low - place : high - place] = block[low - start : high - start]
                    if cue.number != SUBSTITUTE:
                        self.first.setdefault(cue.number, low)
                        self.heard[cue.number] = self.heard.get(cue.number, 0) + high - low
                        copied += high - low
                if start + len(block) > end:
                    break
                self._blocks.popleft()
            self._room.notify_all()
        self._note_lack(copied < self._due(place, end))
        if self._gain != 1:
            out = np.rint(out * self._gain).astype(np.int16)
        return out

    def _due(self, place: int, end: int) -> int:
        """How many samples of cues that can be decoded lie between two places."""
        cues = (cue for cue in self._cues if cue.number not in self._gone)
        return sum(max(0, min(cue.end, end) - max(cue.start, place)) for cue in cues)

    def _note_lack(self, lacking: bool) -> None:
        if not lacking:
            self.starved_since = None
        elif self.starved_since is None:
            self.starved_since = time.monotonic()
