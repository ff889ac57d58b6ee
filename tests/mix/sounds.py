"""Sounds for the tests, made by arithmetic: a voice of formants, music, noise; the same every time."""

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

from radio.files import sha256_file
from radio.mix.plan import Bed, ItemPlan, Part, SoundSettings, Source, Tags

RATE = 48_000
Sound = npt.NDArray[np.float64]
VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (570, 840, 2410), (300, 870, 2240), (530, 1840, 2480))


def voice(seconds: float, seed: int = 1, pitch: float = 140.0) -> Sound:
    """Syllables of about 0.25 s (a hiss, then a vowel on a gliding pitch) with short pauses; peak about 0.5."""
    hand = np.random.default_rng(seed)
    made = [np.zeros(0)]
    while sum(map(len, made)) < seconds * RATE:
        made += [_syllable(hand, pitch), np.zeros(int(hand.choice([0.02, 0.05, 0.25]) * RATE))]
    return 0.5 * np.concatenate(made)[: round(seconds * RATE)]


def _syllable(hand: np.random.Generator, pitch: float) -> Sound:
    length = int(hand.uniform(0.16, 0.3) * RATE)
    glide = pitch * np.linspace(*hand.uniform(0.8, 1.3, 2), length)
    phase = np.cumsum(glide) / RATE
    sound = np.zeros(length)
    formants = VOWELS[hand.integers(len(VOWELS))]
    for harmonic in range(1, 28):
        near = sum(1 / (1 + ((harmonic * pitch - formant) / 120) ** 2) for formant in formants)
        sound += (near + 0.02) / harmonic**0.5 * np.sin(2 * np.pi * harmonic * phase)
    shape = np.minimum(1, np.minimum(np.arange(length) / 1500, np.arange(length)[::-1] / 2500))
    hiss = hand.normal(0, 0.08, int(0.06 * RATE)) * np.hanning(int(0.06 * RATE))
    return np.concatenate([hiss, sound * shape / max(1.0, float(np.abs(sound).max()))])


def music(seconds: float, seed: int = 1) -> Sound:
    """Plucked notes with overtones up to 12 kHz; peak about 0.7."""
    hand = np.random.default_rng(seed)
    sound = np.zeros(round(seconds * RATE) + RATE)
    for at in np.arange(0, seconds, 0.2):
        time = np.arange(RATE) / RATE
        tone = hand.choice([262, 294, 330, 392, 440, 523])
        note = sum(np.exp(-(3 + k) * time) * np.sin(2 * np.pi * tone * k * time) / k for k in range(1, 24, 2))
        start = round(float(at) * RATE)
        sound[start : start + RATE] += note
    sound = sound[: round(seconds * RATE)]
    return 0.7 * sound / np.abs(sound).max()


def write(path: Path, sound: Sound, rate: int = RATE) -> Source:
    """A 16-bit WAV of one channel (or of each row of ``sound``), clipped at full scale."""
    rows = np.atleast_2d(sound)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(rows))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.rint(np.clip(rows.T, -1, 1) * 32767).astype("<i2").tobytes())
    return source(path)


def source(path: Path) -> Source:
    """The file as a mix source."""
    return Source(path, sha256_file(path))


def plan(
    *parts: Part,
    bed: Bed | None = None,
    sound: SoundSettings | None = None,
    tags: Tags | None = None,
) -> ItemPlan:
    """An item plan with the least said."""
    return ItemPlan(parts, bed, sound or SoundSettings(), tags or Tags("Thử"))
