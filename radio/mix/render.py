"""Carrying a `Mix` out: parts joined, gains applied, the bed added, in blocks of one second."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from pydub import AudioSegment

from .joins import EDGE_MS, PIECE_MS, faded, numbers, segment, silence
from .loudness import Curve
from .master import Mix
from .sources import Samples
from .takes import Scratch, Take
from .timeline import MS, Cue, fades

BLOCK_MS = 1000
AUDIBLE = 0.0005
"""A step to or from less than this (43 dB under the speech) is no click."""
_STEPS = (np.arange(MS) / MS).astype(np.float32)


def render(mix: Mix, scratch: Scratch) -> Iterator[Samples]:
    """The finished item, full scale ±1, before encoding; as many samples as the timeline says."""
    parts, bed = mix.voice * mix.common, mix.bed_curve * mix.common
    at = 0
    for block in _reblocked(_joined(mix, scratch)):
        end = at + len(block) // MS
        sound = block * ramp(parts, at, end)
        if mix.bed is not None and bed[at : end + 1].any():
            sound += scratch.read(mix.bed, at * MS, (end - at) * MS) * ramp(bed, at, end)
        yield sound
        at = end


def ramp(curve: Curve, start: int, end: int) -> Samples:
    """A curve per ms as a gain per sample, straight from one ms to the next."""
    points = curve[start : end + 1].astype(np.float32)
    if len(points) == end - start:
        points = np.append(points, points[-1])
    rise = np.diff(points)
    gains = rise[:, np.newaxis] * _STEPS
    gains += points[:-1, np.newaxis]
    return gains.reshape(-1)


def integers(block: Samples, gain: float) -> npt.NDArray[np.int16]:
    """Samples times ``gain`` as 16-bit numbers, clipped at full scale."""
    scaled = np.clip(block * np.float32(gain * 32768), -32768, 32767)
    rounded: npt.NDArray[np.int16] = np.rint(scaled).astype(np.int16)
    return rounded


def _joined(mix: Mix, scratch: Scratch) -> Iterator[AudioSegment]:
    for cue, take, gain in zip(mix.timeline.cues, mix.takes, mix.gains, strict=True):
        if take is not None and cue.end > cue.start:
            fade_in, fade_out = _edges(cue, take, gain)
            yield from faded(_pieces(cue, take, gain, scratch), fade_in, fade_out)
            yield from silence(cue.until - cue.end)
        else:
            yield from silence(cue.until - cue.start)


def _edges(cue: Cue, take: Take, gain: float) -> tuple[int, int]:
    """The fades asked for; where none is, the few milliseconds that keep a cut through sound from clicking."""
    fade_in, fade_out = fades(cue)
    length = cue.end - cue.start
    edge = min(EDGE_MS, length // 2)
    peak = take.grid.peak * gain
    cut_in = edge if peak[0] > AUDIBLE else 0
    cut_out = edge if peak[(length - 1) % len(take)] > AUDIBLE else 0
    return fade_in or min(cut_in, length - fade_out), fade_out or min(cut_out, length - fade_in)


def _pieces(cue: Cue, take: Take, gain: float, scratch: Scratch) -> Iterator[AudioSegment]:
    """The sound of one part, from its beginning and, if it is looped, round and round."""
    length = cue.end - cue.start
    for at in range(0, length, PIECE_MS):
        samples = scratch.read(take, at * MS, min(PIECE_MS, length - at) * MS)
        yield segment(samples * np.float32(gain))


def _reblocked(pieces: Iterator[AudioSegment]) -> Iterator[Samples]:
    held: list[Samples] = []
    waiting = 0
    for piece in pieces:
        held.append(numbers(piece))
        waiting += len(held[-1])
        if waiting >= BLOCK_MS * MS:
            joined = np.concatenate(held)
            whole = waiting // (BLOCK_MS * MS) * BLOCK_MS * MS
            yield from (joined[at : at + BLOCK_MS * MS] for at in range(0, whole, BLOCK_MS * MS))
            held, waiting = [joined[whole:]], waiting - whole
    if waiting:
        yield np.concatenate(held)
