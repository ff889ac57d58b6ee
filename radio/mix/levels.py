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


def speech_span(grid: Grid) -> tuple[int, int]:
    """Where a voice begins and ends in a recording (ms), with room so that no consonant is cut.

    The line between voice and room tone lies a little above the quietest moments, but never so high that a
    soft ending falls under it (25 LU below the loud syllables), nor lower than 45 LU below them.
    """
    level = 10 * np.log10(smooth(grid.energy, 20) + 1e-12)
    loud, quiet = float(np.percentile(level, 95)), float(np.percentile(level, 3))
    line = max(loud - 45, min(quiet + 8, loud - 25))
    steady = np.flatnonzero(_erode(level > line, 40))
    if not len(steady):
        return 0, len(grid)
    return max(0, int(steady[0]) - 20 - 150), min(len(grid), int(steady[-1]) + 20 + 300)


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
