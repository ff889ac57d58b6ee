"""Cutting, fading and joining with pydub, piece by piece, so that no part need fit in memory.

pydub counts in whole milliseconds and 16-bit samples. Both are exact here: every part is a whole number of
milliseconds long, and comes in at the mix's reference level with room above it. `AudioSegment.silent` and
`set_frame_rate` are not used: the one rounds its length down, the other resamples badly.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
from pydub import AudioSegment

from .loudness import MS
from .plan import RATE
from .sources import Samples

PIECE_MS = 10_000
EDGE_MS = 2
"""Every cut is faded this long: no click, and too short to take anything from a consonant."""


def segment(samples: Samples) -> AudioSegment:
    """Samples (full scale ±1, clipped there) as a pydub segment."""
    return _segment(np.rint(np.clip(samples, -1.0, 1.0) * np.float32(32767)).astype("<i2").tobytes())


def numbers(piece: AudioSegment) -> Samples:
    """A segment as samples again."""
    integers: npt.NDArray[np.int16] = np.frombuffer(piece.raw_data, dtype="<i2")
    return integers.astype(np.float32) / np.float32(32767)


def silence(ms: int) -> Iterator[AudioSegment]:
    """Exactly ``ms`` of nothing."""
    for start in range(0, ms, PIECE_MS):
        yield _segment(bytes(2 * MS * min(PIECE_MS, ms - start)))


def faded(pieces: Iterable[AudioSegment], fade_in_ms: int, fade_out_ms: int) -> Iterator[AudioSegment]:
    """The same sound with its first and last milliseconds faded; together they are no longer than the sound."""
    held = _segment(b"")
    begun = fade_in_ms == 0
    for piece in pieces:
        held = held.append(piece, crossfade=0)
        if not begun:
            if len(held) < fade_in_ms:
                continue
            held, begun = held.fade_in(fade_in_ms), True
        ready = len(held) - fade_out_ms
        if ready > 0:
            yield held[:ready]
            held = held[ready:]
    yield held.fade_out(fade_out_ms) if fade_out_ms else held


def _segment(data: bytes) -> AudioSegment:
    return AudioSegment(data=data, sample_width=2, frame_rate=RATE, channels=1)
