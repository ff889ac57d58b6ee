"""From takes to gains: what is turned up or down, when and by how much, so that the item is −16 LUFS.

All of it is decided before a sample is touched; `render` only carries it out.
"""

from dataclasses import dataclass, replace

import numpy as np

from ..i18n import _
from .levels import REFERENCE_LUFS, active_level, compression, limiter, riding, smooth
from .loudness import FLOOR_LUFS, Curve, gated, loudness, lufs, momentary
from .plan import ItemPlan, Music, Recording, Silence, Speech
from .problems import MixError
from .takes import Take
from .timeline import OFF_DB, Cue, Timeline, fades

MUSIC_BELOW_LU = 2.0
"""Music against the active level of speech: about the same integrated loudness, as speech has its pauses."""

LIMITER_SLOPES_MS = (8, 3, 1)
CLEAR_LU = 15.0
"""Speech stands this far above the bed, whatever `Bed.below_lu` says."""

ROUNDS = 12
NEAR_LU = 0.02
MOST_STEP_DB = 40.0
MIN_SLOPE = 0.1
"""Where a decibel of gain brings less than this, the limiter only flattens the sound: enough."""


@dataclass(frozen=True, eq=False)
class Mix:
    """Everything `render` needs besides the samples: gains (ratios) per part, and curves per millisecond.

    ``energy`` and ``peak`` foretell the sum of parts and bed before ``common`` is applied.
    """

    timeline: Timeline
    takes: tuple[Take | None, ...]
    gains: tuple[float, ...]
    voice: Curve
    bed: Take | None
    bed_curve: Curve
    energy: Curve
    peak: Curve
    common: Curve


def arranged(plan: ItemPlan, line: Timeline, takes: tuple[Take | None, ...], bed: Take | None) -> Mix:
    """Parts levelled against each other and the bed against the speech; not yet mastered."""
    energy, peak, speech, bed_curve = np.zeros((4, line.ms), np.float32)
    voice = np.ones(line.ms, np.float32)
    gains = []
    for cue, take in zip(line.cues, takes, strict=True):
        gain = 1.0 if take is None else _part_gain(cue, take)
        gains.append(gain)
        if take is None:
            continue
        span = slice(cue.start, cue.end)
        grid = replace(take.grid, energy=take.grid.energy * gain**2, peak=take.grid.peak * gain)
        if isinstance(cue.part, Speech | Recording):
            ridden = riding(grid) if isinstance(cue.part, Recording) else np.ones(1, np.float32)
            even = replace(grid, energy=grid.energy * ridden**2, peak=grid.peak * ridden)
            voice[span] = ridden * compression(even) if plan.sound.horn else ridden
            speech[span] = grid.energy * voice[span] ** 2
        shape = voice[span] * _fade_curve(cue)
        energy[span] = np.resize(grid.energy, cue.end - cue.start) * shape**2
        peak[span] = np.resize(grid.peak, cue.end - cue.start) * shape
    if plan.bed is not None and bed is not None:
        bed_curve = _bed_curve(line, bed, speech, plan.bed.below_lu)
        energy += np.resize(bed.grid.energy, line.ms) * bed_curve**2
        peak += np.resize(bed.grid.peak, line.ms) * bed_curve
    return Mix(line, takes, tuple(gains), voice, bed, bed_curve, energy, peak, np.ones(line.ms, np.float32))


def mastered(mix: Mix, target_lufs: float, ceiling: Curve) -> Mix:
    """``mix`` with the gain and limiter that bring it to ``target_lufs`` under ``ceiling`` (sample peaks).

    The gentlest limiter that gets there is taken. Raises `MixError` where the peaks leave no room for that
    loudness.
    """
    found = FLOOR_LUFS
    for slope_ms in LIMITER_SLOPES_MS:
        common, found = _common(mix, target_lufs, ceiling, slope_ms)
        if abs(found - target_lufs) < NEAR_LU:
            return replace(mix, common=common)
    raise MixError(
        _("this sound cannot be brought to %(wanted).1f LUFS without distortion (it stays at %(found).1f)")
        % {"wanted": target_lufs, "found": found}
    )


def _common(mix: Mix, target_lufs: float, ceiling: Curve, slope_ms: int) -> tuple[Curve, float]:
    """Gain and limiter for the whole, and the loudness they give, by the secant method."""
    gain_db, slope, tried_db, found = 0.0, 1.0, 0.0, FLOOR_LUFS
    for round_number in range(ROUNDS):
        gain = 10 ** (gain_db / 20)
        common = gain * limiter(mix.peak * gain, ceiling, slope_ms)
        before, found = found, loudness(mix.energy * common**2)
        missing = target_lufs - found
        if abs(missing) < NEAR_LU:
            break
        if round_number:  # the limiter takes back a part of every further decibel
            slope = (found - before) / (gain_db - tried_db)
            if slope < MIN_SLOPE and missing > 0:
                break
        tried_db = gain_db
        gain_db += min(MOST_STEP_DB, missing / max(MIN_SLOPE, min(1.0, slope)))
    return common, found


def _part_gain(cue: Cue, take: Take) -> float:
    if isinstance(cue.part, Music):
        level = loudness(take.grid.energy[: cue.end - cue.start]) + MUSIC_BELOW_LU
    else:
        level = active_level(take.grid)
    return float(10 ** ((REFERENCE_LUFS - level) / 20))


def _bed_curve(line: Timeline, bed: Take, speech: Curve, below_lu: float) -> Curve:
    """The bed's gain for each ms, set by its loudest moment, ``Bed.below_lu`` under the speech.

    Soft words count as well: the bed is always `CLEAR_LU` under them.
    """
    level = REFERENCE_LUFS
    if speech.any():
        level = min(gated(speech), _softest(line, speech) + below_lu - CLEAR_LU)
    gain = 10 ** ((level - lufs(float(momentary(bed.grid.energy).max()))) / 20)
    amplitudes = [10 ** (point.lu / 20) if point.lu > OFF_DB else 0.0 for point in line.bed]
    curve = gain * np.interp(np.arange(line.ms), [point.ms for point in line.bed], amplitudes)
    return curve.astype(np.float32)


def _softest(line: Timeline, speech: Curve) -> float:
    """Loudness of the softest 0.4 s of speech that are not a pause (within 10 LU of the mean), to 10 ms."""
    windows = [
        smooth(speech[cue.start : cue.end], 400)[200:-200:10]
        for cue in line.cues
        if cue.end - cue.start > 400
    ]
    levels = np.concatenate(windows) if windows else np.zeros(0, np.float32)
    if not levels.any():
        return gated(speech)
    return lufs(float(levels[levels > levels.mean() / 10].min()))


def _fade_curve(cue: Cue) -> Curve:
    fade_in, fade_out = fades(cue)
    curve = np.ones(cue.end - cue.start, np.float32)
    if fade_in:
        curve[:fade_in] *= np.linspace(0, 1, fade_in, dtype=np.float32)
    if fade_out:
        curve[len(curve) - fade_out :] *= np.linspace(1, 0, fade_out, dtype=np.float32)
    return curve


def silent(plan: ItemPlan) -> bool:
    """Whether the plan holds no sound at all."""
    return all(isinstance(part, Silence) for part in plan.parts)
