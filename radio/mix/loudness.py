"""Loudness and true peak as ITU-R BS.1770-5 and EBU R 128 define them, from energies per millisecond.

Keeping the energies, not the samples, makes the loudness of any mix of levels a matter of a few thousand
numbers: a gain squared times an energy.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .filters import K_WEIGHTING, Chain
from .plan import RATE
from .sources import Samples

Curve = npt.NDArray[np.float32]
"""One number for each millisecond."""

MS = RATE // 1000
FLOOR_LUFS = -120.0
ABSOLUTE_GATE = -70.0
RELATIVE_GATE = -10.0
SHORT_MS = 1000
"""Under 1 s an item is judged by its loudest 0.4 s: gating needs time, and an ear catches the onset."""


@dataclass(frozen=True, eq=False)
class Grid:
    """What the level decisions need to know of a sound: per ms its K-weighted energy and highest sample."""

    energy: Curve
    peak: Curve

    def __len__(self) -> int:
        return len(self.energy)

    def cut(self, start_ms: int, end_ms: int) -> "Grid":
        """The part from ``start_ms`` up to, not including, ``end_ms``."""
        return Grid(self.energy[start_ms:end_ms], self.peak[start_ms:end_ms])


class Meter:
    """Takes blocks of samples (each of whole milliseconds) and gives their `Grid`.

    Where a millisecond's highest sample reaches ``near``, its peak is the true peak (between the samples, 4 x
    oversampled). Elsewhere the sample stands: what lies between is at most 1.25 dB higher in sound that ends
    at 8 kHz (1 / cos(pi/6), Ehlich and Zeller 1964), so ``near`` a good deal under a limit loses nothing.
    """

    def __init__(self, near: float = np.inf) -> None:
        self._chain = Chain(K_WEIGHTING)
        self._near = near
        self._before = np.zeros(_REACH, dtype=np.float32)
        self._energy: list[Curve] = []
        self._peak: list[Curve] = []

    def add(self, block: Samples) -> None:
        """Measure the next block."""
        weighted = self._chain.run(block).reshape(-1, MS)
        self._energy.append(np.einsum("ij,ij->i", weighted, weighted) / np.float32(MS))
        peak: Curve = np.maximum.reduceat(np.abs(block), np.arange(0, len(block), MS))
        high = np.flatnonzero(peak >= self._near)
        wide = np.concatenate([self._before, block, np.zeros(_REACH, dtype=np.float32)])
        if len(high):
            peak[high] = np.maximum(peak[high], _between(wide, high))
        self._before = wide[-2 * _REACH : -_REACH]
        self._peak.append(peak)

    def grid(self) -> Grid:
        """Everything measured so far."""
        if not self._energy:
            return Grid(np.zeros(0, np.float32), np.zeros(0, np.float32))
        return Grid(np.concatenate(self._energy), np.concatenate(self._peak))


def lufs(energy: float) -> float:
    """The loudness of a mean K-weighted energy of one channel."""
    return FLOOR_LUFS if energy < 1e-12 else float(-0.691 + 10 * np.log10(energy))


def energy_of(level_lufs: float) -> float:
    """The mean energy that has this loudness: the inverse of `lufs`."""
    return float(10 ** ((level_lufs + 0.691) / 10))


def momentary(energy: Curve) -> Curve:
    """Mean energies of the windows of 0.4 s, one every 0.1 s; a shorter sound is one window."""
    if len(energy) < 400:
        return np.array([energy.sum() / 400], dtype=np.float32)
    tenths = energy[: len(energy) // 100 * 100].reshape(-1, 100).mean(axis=1)
    return np.convolve(tenths, np.full(4, 0.25, np.float32), mode="valid")


def gated(energy: Curve) -> float:
    """Integrated loudness (LUFS) with both gates of BS.1770."""
    windows = momentary(energy)
    loud = windows[windows > energy_of(ABSOLUTE_GATE)]
    if not len(loud):
        return FLOOR_LUFS
    return lufs(float(loud[loud > loud.mean() * 10 ** (RELATIVE_GATE / 10)].mean()))


def loudness(energy: Curve) -> float:
    """The loudness an item is judged by: integrated, or the loudest 0.4 s when it is shorter than `SHORT_MS`."""
    if len(energy) < SHORT_MS:
        return lufs(float(momentary(energy).max())) if len(energy) else FLOOR_LUFS
    return gated(energy)


def decibels(ratio: float) -> float:
    """An amplitude ratio in dB, -120 at the least."""
    return float(20 * np.log10(max(ratio, 1e-6)))


_REACH = 12


def _interpolators() -> Samples:
    """Windowed sinc for the three places between two samples (4 x oversampling)."""
    steps = np.arange(-_REACH + 1, _REACH + 1)
    shifts = np.array([[0.25], [0.5], [0.75]])
    away = steps - shifts
    return np.asarray(np.sinc(away) * np.cos(np.pi * away / (2 * _REACH + 1)) ** 2, dtype=np.float32)


_BETWEEN = _interpolators()


def _between(wide: Samples, rows: npt.NDArray[np.intp]) -> Curve:
    """The highest value between the samples of each of these milliseconds; ``wide`` has a margin each side."""
    start = rows[:, np.newaxis] * MS + np.arange(MS + 2 * _REACH)
    windows = np.lib.stride_tricks.sliding_window_view(wide[start], 2 * _REACH, axis=1)
    peaks: Curve = np.abs(windows @ _BETWEEN.T).max(axis=(1, 2))
    return peaks
