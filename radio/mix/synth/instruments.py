"""Instruments as formulas: a pitch and a length in, a mono sound at 48 kHz out.

Timbres lie between 200 and 6,000 Hz, which is what a horn loudspeaker carries. Partials are summed one by one,
so every note is in tune and free of aliasing, and the same call always gives the same samples.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
TOP_HZ = 6_500.0

Sound = NDArray[np.float64]


@dataclass(frozen=True)
class Instrument:
    """``play(key, seconds)`` gives one note, longer than ``seconds`` where it rings on.

    ``strum`` is the delay in seconds between notes plucked together; ``loose`` how far, in seconds, a player's
    strokes stray from the beat.
    """

    play: Callable[[int, float], Sound]
    strum: float = 0.0
    loose: float = 0.004


def hertz(key: float) -> float:
    """Frequency of a MIDI number, A4 = 440 Hz."""
    return float(440.0 * 2 ** ((key - 69) / 12))


def band_noise(samples: int, low: float, high: float, seed: int) -> Sound:
    """Noise between two frequencies in Hz with soft edges, RMS 1."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(samples))
    frequency = np.fft.rfftfreq(samples, 1 / RATE) + 1e-9
    spectrum *= 1 / (1 + (low / frequency) ** 4) / (1 + (frequency / high) ** 4)
    noise = np.fft.irfft(spectrum, samples)
    return np.asarray(noise / np.sqrt(np.mean(noise**2)))


def dan_tinh(key: int, seconds: float) -> Sound:
    """A plucked silk string over a gourd, after the đàn tính of the Tày and Nùng: round, quick to fade."""
    sound = _string(key).copy()
    after = _time(len(sound)) - seconds
    return sound * np.exp(-np.maximum(after, 0) / 0.34)  # the finger leaves the string


def sao(key: int, seconds: float) -> Sound:
    """A bamboo flute: slides up into the note, a breath of air, vibrato only on long notes."""
    samples = round((seconds + 0.09) * RATE)
    time = _time(samples)
    slide = -35 * np.exp(-time / 0.035)
    vibrato = 14 * np.clip((time - 0.28) / 0.4, 0, 1) * np.sin(2 * np.pi * 5.1 * time)
    phase = 2 * np.pi * np.cumsum(hertz(key) * 2 ** ((slide + vibrato) / 1200)) / RATE
    tone = np.zeros(samples)
    for partial, level in enumerate((1, 0.42, 0.24, 0.09, 0.05, 0.02), 1):
        if partial * hertz(key) < TOP_HZ:
            swell = 1 + 0.012 * (partial - 1) * vibrato
            tone += level * swell * np.sin(partial * phase)
    air = band_noise(samples, 1.4 * hertz(key), 4_200, key)
    puff = 0.028 + 0.16 * np.exp(-time / 0.03)
    shape = _ramp(time, 0.045) * _ramp(seconds + 0.09 - time, 0.1) * (0.86 + 0.14 * _ramp(time, 0.3))
    return 0.6 * shape * (tone + puff * air)


def chuong(key: int, seconds: float) -> Sound:
    """A small soft bell; it rings as long as it likes."""
    partials = ((1, 1, 1.5), (2.003, 0.5, 0.9), (2.76, 0.2, 0.5), (4.09, 0.13, 0.3), (5.43, 0.05, 0.16))
    time = _time(round(3.2 * RATE))
    sound = np.zeros(len(time))
    for ratio, level, decay in partials:
        if ratio * hertz(key) < TOP_HZ:
            beat = 1 + 0.12 * np.sin(2 * np.pi * (0.9 + ratio) * time)  # the slow shimmer of a cast bell
            sound += level * beat * np.exp(-time / decay) * np.sin(2 * np.pi * ratio * hertz(key) * time)
    return 0.6 * sound * _ramp(time, 0.003) * _ramp(3.2 - time, 0.4)


def nen(key: int, seconds: float) -> Sound:
    """A quiet held chord tone for beds: slow to come, slow to go, three players not quite in unison."""
    samples = round((seconds + 0.9) * RATE)
    time = _time(samples)
    sound = np.zeros(samples)
    for voice, cents in enumerate((-5.0, 0.0, 6.0)):
        frequency = hertz(key + cents / 100)
        for partial, level in enumerate((1, 0.5, 0.3, 0.14, 0.08, 0.04), 1):
            drift = 0.25 * np.sin(2 * np.pi * (0.13 + 0.07 * voice) * time + partial)
            sound += level * np.sin(2 * np.pi * partial * frequency * time + 1.9 * voice * partial + drift)
    return 0.2 * sound * _ramp(time, 0.9) * _ramp(seconds + 0.9 - time, 1.2)


def xoc_nhac(key: int, seconds: float) -> Sound:
    """A shake of the chain of little bells that goes with Then singing."""
    time = _time(round(0.22 * RATE))
    jingle = sum(np.sin(2 * np.pi * f * time + f) for f in (3310.0, 3970.0, 4630.0, 5480.0))
    grain = band_noise(len(time), 2_800, 5_600, 7)
    return 0.16 * (grain + 0.35 * jingle) * _ramp(time, 0.012) * np.exp(-time / 0.045)


def mo(key: int, seconds: float) -> Sound:
    """A wooden fish: a short hollow knock."""
    time = _time(round(0.25 * RATE))
    knock = np.sin(2 * np.pi * 720 * time) + 0.55 * np.sin(2 * np.pi * 1130 * time)
    return 0.5 * knock * _ramp(time, 0.001) * np.exp(-time / 0.035) * _ramp(0.25 - time, 0.05)


def trong(key: int, seconds: float) -> Sound:
    """A small skin drum struck with the hand, high enough for a horn to carry."""
    time = _time(round(0.5 * RATE))
    phase = 2 * np.pi * np.cumsum(205 + 85 * np.exp(-time / 0.03)) / RATE
    skin = np.sin(phase) + 0.4 * np.sin(1.59 * phase) * np.exp(-time / 0.05)
    slap = 0.3 * band_noise(len(time), 500, 1_800, 11) * np.exp(-time / 0.012)
    return 0.6 * (skin * np.exp(-time / 0.13) + slap) * _ramp(time, 0.002) * _ramp(0.5 - time, 0.1)


def coi(key: int, seconds: float) -> Sound:
    """An alerting horn: even, bright, cut off at its end. Not for music."""
    time = _time(round((seconds + 0.006) * RATE))
    tone = sum(
        (np.sin(2 * np.pi * n * hertz(key) * time) / n for n in (1, 2, 3, 4, 5, 6)), np.zeros(len(time))
    )
    return 0.5 * tone * _ramp(time, 0.008) * _ramp(seconds + 0.006 - time, 0.012)


BAND: dict[str, Instrument] = {
    "tinh": Instrument(dan_tinh, strum=0.022, loose=0.006),
    "tram": Instrument(dan_tinh, strum=0.022, loose=0.004),  # a second, lower player
    "sao": Instrument(sao, loose=0.008),
    "chuong": Instrument(chuong, strum=0.03),
    "nen": Instrument(nen, loose=0.0),
    "xoc": Instrument(xoc_nhac),
    "mo": Instrument(mo, loose=0.003),
    "trong": Instrument(trong, loose=0.003),
    "coi": Instrument(coi, loose=0.0),
}


@lru_cache(maxsize=64)
def _string(key: int) -> Sound:
    """The undamped string: each partial has a quick and a slow decay, the gourd colours the lower ones."""
    ring = 1.15 * 2 ** (-(key - 60) / 30)  # higher strings fade sooner
    time = _time(round(3 * ring * RATE))
    sound = np.zeros(len(time))
    for partial in range(1, 22):
        frequency = partial * hertz(key) * np.sqrt(1 + 9e-5 * partial**2)
        if frequency > TOP_HZ:
            break
        level = abs(np.sin(np.pi * partial * 0.17)) / partial**1.15 * _gourd(frequency)
        slow = ring / (1 + 0.32 * (partial - 1))
        decay = 0.65 * np.exp(-time / slow) + 0.35 * np.exp(-time / (0.22 * slow))
        bend = 0.0035 * frequency * (1 - np.exp(-time / 0.04)) * 0.04  # a plucked string starts a hair sharp
        sound += level * decay * np.sin(2 * np.pi * (frequency * time + bend) + 0.7 * partial)
    pick = 0.12 * band_noise(len(time), 700, 3_000, 3) * np.exp(-time / 0.006)
    sound = (sound + pick) * _ramp(time, 0.0025) * _ramp(3 * ring - time, 0.3)
    return np.asarray(sound / np.max(np.abs(sound)))


def _gourd(frequency: float) -> float:
    """Resonance of the body, as a factor."""
    peaks: Sequence[tuple[float, float, float]] = ((330, 110, 0.9), (760, 220, 0.8), (1_900, 700, 0.6))
    return float(0.5 + sum(gain / (1 + ((frequency - at) / width) ** 2) for at, width, gain in peaks))


def _time(samples: int) -> Sound:
    return np.arange(samples) / RATE


def _ramp(time: Sound, seconds: float) -> Sound:
    """0 to 1 over ``seconds`` on half a cosine, 1 after, 0 before."""
    ramp: Sound = 0.5 - 0.5 * np.cos(np.pi * np.clip(time / seconds, 0, 1))
    return ramp
