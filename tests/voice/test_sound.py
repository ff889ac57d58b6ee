"""Cuts and changes of sound, measured on sounds whose truth is known."""

import numpy as np
import pytest

from radio.package import RATE
from radio.voice import VoiceError
from radio.voice.sound import check, decode, join, pauses, reshape, silence, trim

from .google import mp3


def tone(hertz: float, seconds: float, rate: int = RATE, level: float = 8000) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(np.int16)


def peak_hertz(pcm: np.ndarray) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(pcm * np.hanning(len(pcm)))))) * RATE / len(pcm)


@pytest.mark.parametrize("rate", [22_050, 24_000, 44_100, 48_000])
def test_resampled(rate: int) -> None:
    """A tone keeps its pitch, length and level, without images above -60 dB."""
    pcm = reshape(tone(7000, 1.0, rate), rate)
    assert len(pcm) == pytest.approx(RATE, abs=4)
    spectrum = np.abs(np.fft.rfft(pcm * np.hanning(len(pcm)))) ** 2
    around = slice(int(6900 * len(pcm) / RATE), int(7100 * len(pcm) / RATE))
    assert (spectrum.sum() - spectrum[around].sum()) / spectrum.sum() < 1e-6
    assert np.abs(pcm[1000:-1000]).max() == pytest.approx(8000, rel=0.02)


@pytest.mark.parametrize(
    ("semitones", "tempo"), [(-4, 1.0), (3, 1.0), (0, 0.8), (0, 1.25), (-3, 0.9), (6, 0.5), (-6, 1.9)]
)
def test_pitch_and_tempo(semitones: float, tempo: float) -> None:
    """Pitch and length change as asked, each without the other."""
    pcm = reshape(tone(440, 2.0), RATE, semitones, tempo)
    assert peak_hertz(pcm) == pytest.approx(440 * 2 ** (semitones / 12), rel=0.01)
    assert len(pcm) / RATE == pytest.approx(2.0 / tempo, rel=0.03)


def test_trim_keeps_a_faint_consonant() -> None:
    """A hiss 40 dB under its vowel, at the start and at the end, is kept; the silence around it is not."""
    rng = np.random.default_rng(1)
    hiss = (rng.standard_normal(int(0.08 * RATE)) * 70).astype(np.int16)
    pcm = np.concatenate([silence(0.5), hiss, tone(200, 0.3), hiss, silence(0.7)])
    kept = trim(pcm)
    assert len(kept) / RATE == pytest.approx(0.46 + 0.05, abs=0.012)
    assert np.sum(kept.astype(float) ** 2) == pytest.approx(np.sum(pcm.astype(float) ** 2), rel=1e-4)


def test_trim_of_noise_floor() -> None:
    """Noise 60 dB under the speech counts as silence."""
    rng = np.random.default_rng(1)
    floor = rng.standard_normal(RATE) * 3
    pcm = np.concatenate([floor, tone(200, 0.3), floor]).astype(np.int16)
    assert len(trim(pcm)) / RATE == pytest.approx(0.35, abs=0.012)


@pytest.mark.parametrize("pcm", [silence(0), silence(1)])
def test_trim_of_nothing(pcm: np.ndarray) -> None:
    """Silence, or no sample at all, leaves nothing."""
    assert len(trim(pcm)) == 0


def test_join_and_pauses() -> None:
    """Joined pieces have exactly the silences asked for between their sounds."""
    piece = np.concatenate([silence(0.3), tone(300, 0.4), silence(0.1)])
    pcm = join([piece, piece, piece], [0.4, 0.8])
    assert [(end - start) / RATE for start, end in pauses(pcm, 0.1)] == pytest.approx([0.4, 0.8], abs=0.012)
    assert len(pcm) / RATE == pytest.approx(3 * 0.4 + 1.2 + 0.05, abs=0.02)


def test_cuts_do_not_click() -> None:
    """The first and the last sample of a trimmed sound are nothing, also where sound was cut."""
    pcm = trim(tone(200, 0.5))
    assert pcm[0] == 0 and abs(int(pcm[-1])) < 100


def test_decode() -> None:
    """An MP3 at 24 kHz comes back at the pitch and length it had."""
    pcm = decode(mp3(tone(500, 1.0, 24_000)))
    assert peak_hertz(pcm) == pytest.approx(500, rel=0.01)
    assert len(pcm) / RATE == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("data", [b"", b"<html>", bytes(5000)])
def test_decode_of_no_sound(data: bytes) -> None:
    """Bytes that are no sound raise ValueError."""
    with pytest.raises(ValueError):
        decode(data)


@pytest.mark.parametrize(
    ("seconds", "level", "fine"), [(2.4, 8000, True), (0.5, 8000, False), (30, 8000, False), (2.4, 50, False)]
)
def test_plausible(seconds: float, level: float, fine: bool) -> None:
    """Ten syllables in half a second, or in thirty, or all but silent, are no reading of ten syllables."""
    text = "một hai ba bốn năm sáu bảy tám chín mười"
    if fine:
        check(tone(200, seconds, level=level), text)
    else:
        with pytest.raises(VoiceError):
            check(tone(200, seconds, level=level), text)
