"""Sounds that a station always has, because it makes them itself: a chime and an attention tone.

Each is a few partials with an envelope, so it needs no file that could be missing. The agent only names them;
the samples are made in the player's process.
"""

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..package import RATE, ItemRef

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Tone:
    """From ``start`` to ``end`` seconds ``hertz`` sound together; ``fall`` is the time constant in seconds in
    which they die away (0: they hold)."""

    start: float
    end: float
    hertz: tuple[float, ...]
    fall: float


_CHIME = (Tone(0.0, 2.4, (523.25,), 0.6), Tone(0.5, 2.4, (659.26,), 0.6), Tone(1.0, 2.4, (783.99,), 0.6))
_ATTENTION = tuple(
    Tone(start, start + 0.5, (853.0, 960.0) if number % 2 else (640.0, 720.0), 0.0)
    for number, start in enumerate(step * 0.5 for step in range(12))
)
"""Six seconds of two alternating pairs: rough, unlike music, inside what a horn carries best."""

PREFIX = "bundled:"
PEAK = 12_000


def _item(title: str, tones: Sequence[Tone]) -> ItemRef:
    name = hashlib.sha256(repr(tones).encode()).hexdigest()
    seconds = max(tone.end for tone in tones)
    return ItemRef(
        name, 1, 0, round(seconds * RATE), title, datetime.datetime.max.replace(tzinfo=datetime.UTC)
    )


CHIME = _item("chime", _CHIME)
ATTENTION = _item("attention tone", _ATTENTION)
_SOUNDS = {CHIME.sha256: _CHIME, ATTENTION.sha256: _ATTENTION}


def path_of(sha256: str) -> str | None:
    """What stands in the place of a path for a bundled sound; None for any other item."""
    return PREFIX + sha256 if sha256 in _SOUNDS else None


def samples(path: str) -> "NDArray[np.int16]":
    """The samples of the bundled sound that `path_of` named."""
    import numpy as np

    tones = _SOUNDS[path.removeprefix(PREFIX)]
    out = np.zeros(round(max(tone.end for tone in tones) * RATE))
    for tone in tones:
        low, high = round(tone.start * RATE), round(tone.end * RATE)
        time = np.arange(high - low) / RATE
        wave = sum(np.sin(2 * np.pi * hertz * time) for hertz in tone.hertz) / len(tone.hertz)
        edges = np.minimum(1, np.minimum(time, time[::-1]) / 0.01)
        out[low:high] += wave * edges * (np.exp(-time / tone.fall) if tone.fall else 1)
    return np.asarray(np.rint(out / max(1.0, np.abs(out).max()) * PEAK), np.int16)
