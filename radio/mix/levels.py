"""Every level decision as a pure function of energies and peaks: one gain for each millisecond."""

import numpy as np
import numpy.typing as npt

from .loudness import FLOOR_LUFS, Curve, Grid, lufs

Mask = npt.NDArray[np.bool_]

REFERENCE_LUFS = -23.0
"""Where parts meet before mastering: 23 dB of room for peaks in 16-bit samples."""

ACTIVE_RANGE = 15.0
KNEE_LU = 6.0
RATIO = 3.0
THRESHOLD = -2.0
"""Of the compressor, against `REFERENCE_LUFS`: only what stands out of the voice's own level is turned down."""

DEAD_MS = 1500
PAUSE_MS = 1000
JOIN_MS = 20
"""Where dead air is cut out, what is before fades into what is after for this long."""

RIDE_MS = 2000
RIDE_STEP_MS = 20
RIDE_GATE_LU = 10.0
RIDE_LEAST = 0.1
"""Share of the time around a moment in which somebody must speak, or the gain of before and after is taken."""

RIDE_MOST_DB = 24.0
EVEN_LU = 2.0


def smooth(curve: Curve, width_ms: int) -> Curve:
    """A running mean over ``width_ms``, centred, the ends held."""
    half = width_ms // 2
    total = np.cumsum(np.pad(curve, (half + 1, half), mode="edge"), dtype=np.float64)
    mean: Curve = ((total[2 * half + 1 :] - total[: -2 * half - 1]) / (2 * half + 1)).astype(np.float32)
    return mean


def active_level(grid: Grid) -> float:
    """Loudness (LUFS) of a voice while it speaks: pauses do not count, however long the sound is.

    Unlike the integrated loudness it is the same for one word as for a paragraph of such words.
    """
    if not len(grid):
        return FLOOR_LUFS
    level = smooth(grid.energy, 30)
    loud = float(np.percentile(level, 95))
    return lufs(float(grid.energy[level >= loud * 10 ** (-ACTIVE_RANGE / 10)].mean()))


def contrast(grid: Grid) -> float:
    """How far (LU) the loud syllables of a recording stand over its quietest moments, which hold only noise."""
    level = 10 * np.log10(smooth(grid.energy, 100) + 1e-12)
    return float(np.percentile(level, 95) - np.percentile(level, 3))


def speech_spans(grid: Grid) -> list[tuple[int, int]]:
    """The stretches (ms) of a recording worth hearing: from the first word to the last, and no dead air inside.

    There is room around each for every consonant. A pause is dead air when it lasts more than `DEAD_MS`: of that,
    `PAUSE_MS` are kept, as a speaker's breath between two sentences.
    """
    steady = np.flatnonzero(_erode(_speaking(grid), 40))
    if not len(steady):
        return [(0, len(grid))]
    begin, end = max(0, int(steady[0]) - 20 - 150), min(len(grid), int(steady[-1]) + 20 + 300)
    gaps = np.flatnonzero(np.diff(steady) > DEAD_MS)
    cuts = [
        (int(steady[at]) + 20 + PAUSE_MS // 2, int(steady[at + 1]) - 20 - PAUSE_MS // 2 + JOIN_MS)
        for at in gaps
    ]
    return list(
        zip([begin, *(start for _end, start in cuts)], [*(end for end, _start in cuts), end], strict=True)
    )


def _speaking(grid: Grid) -> Mask:
    """True where there is a voice.

    The line between voice and room tone lies a little above the quietest moments, but never so high that a
    soft ending falls under it (25 LU below the loud syllables), nor lower than 45 LU below them.
    """
    level = 10 * np.log10(smooth(grid.energy, 20) + 1e-12)
    loud, quiet = float(np.percentile(level, 95)), float(np.percentile(level, 3))
    mask: Mask = np.greater(level, max(loud - 45, min(quiet + 8, loud - 25)))
    return mask


def riding(grid: Grid) -> Curve:
    """The gain of a slow hand on the fader, for a voice at `REFERENCE_LUFS`: who goes away from the microphone, or
    speaks after somebody nearer, is brought back.

    The level of the voice around each moment is followed; what is even within `EVEN_LU` stays as it is, and pauses
    take the gain of the words around them, so that the noise in them is not turned up on its own.
    """
    steps = len(grid) // RIDE_STEP_MS
    if steps < 2 * RIDE_MS // RIDE_STEP_MS:
        return np.ones(len(grid), np.float32)
    shape = (steps, RIDE_STEP_MS)
    energy: Curve = grid.energy[: steps * RIDE_STEP_MS].reshape(shape).mean(axis=1)
    speaking: Mask = _speaking(grid)[: steps * RIDE_STEP_MS].reshape(shape).mean(axis=1) > 0.5
    level = _local_level(energy, speaking)
    level = _local_level(energy, speaking & (energy > level * 10 ** (-RIDE_GATE_LU / 10)))
    off = REFERENCE_LUFS + 0.691 - 10 * np.log10(level)
    wanted = np.clip(np.sign(off) * (np.abs(off) - EVEN_LU).clip(0), -RIDE_MOST_DB, RIDE_MOST_DB)
    middles = (np.arange(steps) + 0.5) * RIDE_STEP_MS
    gain_db = np.interp(np.arange(len(grid)), middles, wanted).astype(np.float32)
    gain: Curve = np.power(np.float32(10), smooth(gain_db, RIDE_MS // 4) / 20)
    return gain


def _local_level(energy: Curve, counted: Mask) -> Curve:
    """Mean energy of the counted steps within `RIDE_MS` around each; where there are none, of those on both sides."""
    width = RIDE_MS // RIDE_STEP_MS
    shares = smooth(counted.astype(np.float32), width)
    sums = smooth(np.where(counted, energy, np.float32(0)), width)
    known = np.flatnonzero(shares > RIDE_LEAST)
    if not len(known):
        return np.full(len(energy), 10 ** ((REFERENCE_LUFS + 0.691) / 10), np.float32)
    level = 10 * np.log10(sums[known] / shares[known])
    filled: Curve = (10 ** (np.interp(np.arange(len(energy)), known, level) / 10)).astype(np.float32)
    return filled


def _erode(mask: Mask, width: int) -> Mask:
    """True where the mask is true for ``width`` ms around: a click is not a voice."""
    total = np.cumsum(np.pad(mask, (width // 2 + 1, width // 2)))
    eroded: Mask = np.greater_equal((total[width:] - total[:-width])[: len(mask)], width)
    return eroded


def compression(grid: Grid) -> Curve:
    """The gain of a gentle compressor on a voice at `REFERENCE_LUFS` (active level).

    The whole sound is known, so the level is looked at around each moment instead of behind it: the gain is
    down before a loud syllable begins, and there is no pumping after it.
    """
    level = 10 * np.log10(smooth(smooth(grid.energy, 60), 60) + 1e-12) - 0.691
    over = level - (REFERENCE_LUFS + THRESHOLD)
    bent = np.where(over < KNEE_LU / 2, (over + KNEE_LU / 2).clip(0) ** 2 / (2 * KNEE_LU), over)
    gain: Curve = 10 ** (-(1 - 1 / RATIO) * bent / 20)
    return gain


def limiter(peaks: Curve, ceiling: Curve, slope_ms: int) -> Curve:
    """The gain that keeps ``peaks`` (after all other gains) under ``ceiling``.

    It is down before a peak comes and moves over about four times ``slope_ms``: the longer, the less it is
    heard, and the less loudness it wins from a peaky voice.
    """
    need = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    if need.min() >= 1.0:
        return need
    width = 2 * slope_ms + 1  # of each of the two running means; a gain point rules the ms on both its sides
    lowest = _lowest(need, width)
    return smooth(smooth(lowest, 2 * slope_ms), 2 * slope_ms)


def _lowest(curve: Curve, reach: int) -> Curve:
    """The lowest value within ``reach`` on either side, by windows that double their width."""
    wide = 2 * reach + 1
    lowest, width = np.pad(curve, reach, mode="edge"), 1
    while width < wide:
        step = min(width, wide - width)
        lowest = np.minimum(lowest[:-step], lowest[step:])
        width += step
    return lowest
