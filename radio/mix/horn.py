"""What a villager hears: an item through a horn on its pole, with the echoes of the place around it.

For listening only; nothing of it goes on air. A pure function: the same samples give the same sound.
"""

from dataclasses import dataclass

import numpy as np

from .filters import Chain, Step
from .plan import RATE
from .sources import BLOCK, Samples

BAND: tuple[Step, ...] = (
    ("highpass", "f=300"),
    ("highpass", "f=300"),
    ("equalizer", "f=1200:t=q:w=1:g=4"),
    ("lowpass", "f=6000"),
    ("lowpass", "f=6000"),
)
"""A re-entrant horn of 15 to 30 W: data sheets give 250–400 Hz to 5–8 kHz and a hump between."""

DRIVE = 1.4
ASYMMETRY = 0.15
"""The driver's diaphragm moves less far one way: even harmonics, a few per cent at full power."""

CEILING = 0.9
WIND_SEED = 1
WIND_GUST_SECONDS = 1.5
WIND_BAND: tuple[Step, ...] = (("lowpass", "f=300"), ("lowpass", "f=300"), ("highpass", "f=60"))
"""Wind in the ear is a rumble."""


@dataclass(frozen=True)
class Path:
    """One way of the sound to the listener: ``ms`` later and ``db`` softer than the nearest horn, and duller.

    ``lowpass`` (Hz) stands for what walls, leaves and a hundred metres of air take from the highs first.
    """

    ms: int
    db: float
    lowpass: int


YARD = (
    Path(64, -9.0, 3500),  # the wall of a house 11 m behind: 22 m more at 343 m/s
    Path(292, -8.0, 2500),  # the next horn of the cluster, 100 m further away
    Path(408, -16.0, 1600),  # the slope on the other side of the yard, 70 m there and back
)
"""A listener about 30 m from the nearest horn."""


def through_horn(sound: Samples, paths: tuple[Path, ...] = YARD, wind_db: float | None = None) -> Samples:
    """``sound`` (48 kHz, full scale ±1) as it arrives in the yard; longer by the last echo.

    With ``wind_db`` wind blows so far under (negative) the sound's own mean power.
    """
    driven = _filtered(sound, BAND)
    driven = _saturated(driven)
    heard = np.pad(driven, (0, max((path.ms for path in paths), default=0) * RATE // 1000))
    for path in paths:
        start = path.ms * RATE // 1000
        heard[start : start + len(driven)] += _filtered(driven, (("lowpass", f"f={path.lowpass}"),)) * (
            np.float32(10 ** (path.db / 20))
        )
    if wind_db is not None:
        blowing = _wind(len(heard))
        heard += blowing * np.float32(_power(heard) / _power(blowing) * 10 ** (wind_db / 20))
    peak = float(np.abs(heard).max(initial=0.0))
    return heard * np.float32(CEILING / peak) if peak > CEILING else heard


def _saturated(sound: Samples) -> Samples:
    """A soft limit, not quite the same on both sides, and without a standing offset."""
    bent = np.tanh(np.float32(DRIVE) * sound + np.float32(ASYMMETRY)) - np.float32(np.tanh(ASYMMETRY))
    return _filtered((bent / np.float32(DRIVE)).astype(np.float32), (("highpass", "f=120"),))


def _wind(count: int) -> Samples:
    """Rumble that swells and fades every few seconds."""
    hand = np.random.default_rng(WIND_SEED)
    rumble = _filtered(hand.standard_normal(count, dtype=np.float32), WIND_BAND)
    knots = np.arange(0, count + 2 * RATE, round(WIND_GUST_SECONDS * RATE))
    gusts = np.interp(np.arange(count), knots, hand.uniform(0.2, 1.0, len(knots)))
    return (rumble * gusts).astype(np.float32)


def _power(sound: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))) if len(sound) else 0.0


def _filtered(sound: Samples, steps: tuple[Step, ...]) -> Samples:
    chain = Chain(steps)
    blocks = [chain.run(np.ascontiguousarray(sound[at : at + BLOCK])) for at in range(0, len(sound), BLOCK)]
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
