"""The horn in the yard, measured: its band, its echoes, its distortion, its wind."""

import numpy as np
import pytest

from radio.mix.horn import YARD, Path, through_horn

from . import sounds

RATE = sounds.RATE


def tone(hertz: float, seconds: float = 1.0, level: float = 0.3) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def gain_db(hertz: float) -> float:
    """Of the horn alone, at a level that bends nothing."""
    sound = tone(hertz, level=0.003)
    heard = through_horn(sound, paths=())
    half = len(sound) // 2
    return float(20 * np.log10(heard[half:].std() / sound[half:].std()))


def test_a_horn_has_neither_bass_nor_treble() -> None:
    """Vowels and consonants pass; the hum of a motor and the hiss of a cymbal do not."""
    middle = gain_db(1200)
    assert 0 < middle < 6
    assert all(gain_db(hertz) > middle - 8 for hertz in (500, 800, 2000, 3500))
    assert gain_db(100) < middle - 30
    assert gain_db(12_000) < middle - 18


def test_every_echo_comes_in_its_time_and_strength() -> None:
    """One short chirp arrives once by each path, as late and as soft as the path says."""
    burst = tone(1000, 0.01, 0.1) * np.hanning(480).astype(np.float32)
    heard = through_horn(np.concatenate([burst, np.zeros(RATE, np.float32)]))
    direct = through_horn(burst, paths=())
    likeness = np.correlate(heard, direct, mode="valid") / np.dot(direct, direct)
    assert likeness[:50].max() == pytest.approx(1, abs=0.02)
    for path in YARD:
        place = path.ms * RATE // 1000
        near = likeness[place - 240 : place + 241]
        assert abs(int(near.argmax()) - 240) < 15, "within 0.3 ms"
        assert 20 * np.log10(near.max()) == pytest.approx(path.db, abs=3)
    quiet = np.ones(len(likeness), bool)
    for place in [0, *(path.ms * RATE // 1000 for path in YARD)]:
        quiet[max(0, place - 960) : place + 960] = False
    assert np.abs(likeness[quiet]).max() < 0.01


def test_the_driver_distorts_a_little() -> None:
    """A loud tone gets harmonics of 1 to 10 per cent, even ones among them; a soft one hardly any."""

    def harmonics(level: float) -> np.ndarray:
        spectrum = np.abs(np.fft.rfft(through_horn(tone(600, 1.0, level), paths=()) * np.hanning(RATE)))
        return spectrum[[1200, 1800, 2400, 3000]] / spectrum[600]

    loud, soft = harmonics(0.5), harmonics(0.02)
    assert 0.01 < np.sqrt((loud**2).sum()) < 0.1
    assert loud[0] > 0.003
    assert np.sqrt((soft**2).sum()) < 0.01


def test_nothing_is_clipped_however_loud() -> None:
    """Five echoes as strong as the sound itself stay under full scale."""
    sound = np.clip(sounds.voice(3) * 6, -1, 1).astype(np.float32)
    heard = through_horn(sound, tuple(Path(ms, 0.0, 4000) for ms in (10, 20, 30, 40, 50)), wind_db=0.0)
    assert np.abs(heard).max() <= 0.9 + 1e-6


def test_wind_is_a_rumble_as_strong_as_asked_for() -> None:
    """The difference it makes is 12 dB under the sound, and nine tenths of it lie under 500 Hz."""
    sound = (0.3 * sounds.voice(5)).astype(np.float32)
    still, windy = through_horn(sound), through_horn(sound, wind_db=-12.0)
    wind = (windy - still).astype(float)
    assert 20 * np.log10(wind.std() / still.std()) == pytest.approx(-12, abs=0.2)
    spectrum = np.abs(np.fft.rfft(wind)) ** 2
    assert spectrum[: 500 * len(wind) // RATE].sum() > 0.9 * spectrum.sum()


def test_a_function_of_its_samples() -> None:
    """Twice the same, the argument untouched, longer by the last echo; nothing in, nothing out."""
    sound = sounds.voice(2).astype(np.float32)
    before = sound.copy()
    assert np.array_equal(through_horn(sound, wind_db=-20.0), through_horn(sound, wind_db=-20.0))
    assert np.array_equal(sound, before)
    assert len(through_horn(sound)) == len(sound) + max(path.ms for path in YARD) * RATE // 1000
    assert np.abs(through_horn(np.zeros(RATE, np.float32))).max() < 1e-6
    assert len(through_horn(np.zeros(0, np.float32), paths=())) == 0
