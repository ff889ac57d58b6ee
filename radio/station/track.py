"""The sound of a slot, decoded ahead, sample for sample. Loads the codecs: only for the player's process."""

import io
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from ..i18n import _
from ..package import RATE
from ..trust.rules import Refused
from .inbox import read_item
from .job import JobCue

AHEAD = 20 * RATE
"""Samples kept decoded in front of the place that sounds."""

Samples = NDArray[np.int16]


def decode(data: bytes) -> Iterator[Samples]:
    """Blocks of 48 kHz mono samples of an MP3 or Ogg Opus file. Raises `Refused` where it cannot be decoded."""
    try:
        kind = "ogg" if data.startswith(b"OggS") else "mp3"
        with av.open(io.BytesIO(data), mode="r", format=kind) as container:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            for frame in container.decode(audio=0):
                for block in resampler.resample(frame):
                    yield block.to_ndarray()[0]
            for block in resampler.resample(None):
                yield block.to_ndarray()[0]
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise Refused(_("the audio file cannot be decoded")) from error


class Track(threading.Thread):
    """Decodes the cues of a slot in the background; `take` hands out what sounds at a place.

    What is not there in time is silence at its place, so what follows still sounds at its own. ``heard`` and
    ``first`` tell for each cue number how many samples were handed out, and the place of the first; ``decoded``
    is the place up to which samples have been made ready.
    """

    def __init__(self, cues: tuple[JobCue, ...], volume: int, refused: Callable[[int, str], None]) -> None:
        super().__init__(daemon=True)
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
            try:
                self._decode(cue)
            except Refused as error:
                self._gone.add(cue.number)
                self._refused(cue.number, str(error))

    def _decode(self, cue: JobCue) -> None:
        place = cue.start - cue.offset
        for block in decode(read_item(Path(cue.path), cue.length, cue.sha256)):
            low, high = max(cue.start - place, 0), min(cue.end - place, len(block))
            if low < high:
                self._push(place + low, cue, block[low:high])
            place += len(block)
            if place >= cue.end:
                return
        self._gone.add(cue.number)

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
