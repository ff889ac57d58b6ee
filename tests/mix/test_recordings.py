"""Recordings by people: uneven ones made even, dead air cut, faint ones raised, hopeless ones refused."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from radio.mix.items import Item, ItemStore
from radio.mix.levels import EVEN_LU, REFERENCE_LUFS, active_level, riding, speech_spans
from radio.mix.loudness import Grid, Meter
from radio.mix.plan import Recording
from radio.mix.problems import MixError
from radio.mix.sources import mono
from tests import needs

from . import sounds
from .measuring import level, samples

RATE = sounds.RATE


def made(folder: Path, sound: np.ndarray) -> tuple[Item, Path]:
    """The item of one recording, and its file."""
    store = ItemStore(folder)
    item = store.make(sounds.plan(Recording(sounds.write(folder / "thu.wav", sound))))
    return item, store.path(item)


def grid_of(folder: Path, sound: np.ndarray) -> Grid:
    """What the level decisions see of a sound, brought to the mix's reference level."""
    meter = Meter()
    for block in mono(sounds.write(folder / "grid.wav", sound).path):
        meter.add(block)
    grid = meter.grid()
    gain = 10 ** ((REFERENCE_LUFS - active_level(grid)) / 20)
    return Grid(grid.energy * gain**2, grid.peak * gain)


def uneven(kind: str) -> np.ndarray:
    """30 s of a voice that changes its distance."""
    voice = sounds.voice(30)
    time = np.arange(len(voice)) / RATE
    gains = {
        "near, then far": np.where(time < 15, 1, 0.12),
        "ever softer": 10 ** (-1.4 * time / 30),
        "two by turns": np.where(time // 5 % 2 > 0, 0.125, 1),
        "soft, then close": np.where(time < 15, 0.1, 1),
    }
    return voice * gains[kind]


KINDS = ("near, then far", "ever softer", "two by turns", "soft, then close")


@pytest.mark.parametrize("kind", KINDS)
def test_uneven_recording_becomes_even(kind: str, tmp_path: Path) -> None:
    """18 to 28 dB between its parts: the loudness range of the item (EBU 3342, by ffmpeg) is 7 LU at most."""
    source = sounds.write(tmp_path / "thu.wav", uneven(kind)).path
    assert level(source).lra > 12
    _item, path = made(tmp_path, uneven(kind))
    found = level(path)
    assert found.lra <= 7
    assert found.lufs == pytest.approx(-16, abs=0.5)
    assert found.dbtp <= -1.5


def test_even_voice_is_left_alone(tmp_path: Path) -> None:
    """The hand stays off the fader: less than 1 dB either way over half a minute of one voice."""
    gain_db = 20 * np.log10(riding(grid_of(tmp_path, sounds.voice(30))))
    assert np.abs(gain_db).max() < 1


def test_noise_in_a_pause_is_not_turned_up(tmp_path: Path) -> None:
    """Ten seconds of room tone between two speeches of one level keep their gain."""
    noise = np.random.default_rng(3).normal(0, 0.002, 30 * RATE)
    sound = np.concatenate([sounds.voice(10), np.zeros(10 * RATE), sounds.voice(10, 2)]) + noise
    gain_db = 20 * np.log10(riding(grid_of(tmp_path, sound)))
    assert np.abs(gain_db[11_000:19_000]).max() < 1


def test_riding_brings_a_far_voice_to_the_same_level(tmp_path: Path) -> None:
    """20 dB between two speakers; after riding as much as the tolerance for evenness allows is left on each side."""
    grid = grid_of(tmp_path, np.concatenate([sounds.voice(10), 0.1 * sounds.voice(10, 4)]))
    ridden = Grid(grid.energy * riding(grid) ** 2, grid.peak)
    near, far = (active_level(ridden.cut(start, start + 8000)) for start in (0, 12_000))
    assert abs(near - far) < 2 * EVEN_LU


def test_a_short_recording_is_not_ridden(tmp_path: Path) -> None:
    """Three seconds have no slow changes."""
    assert (riding(grid_of(tmp_path, sounds.voice(3))) == 1).all()


@pytest.mark.parametrize("noise", [0.0, 0.0005])
def test_dead_air_is_shortened_to_a_breath(noise: float, tmp_path: Path) -> None:
    """20 s of nothing (or of room tone) become one second; pauses of a second stay; ffmpeg finds no silence."""
    needs.program("ffmpeg")
    still = [np.zeros(int(seconds * RATE)) for seconds in (20, 1.0, 6)]
    voices = [sounds.voice(4, seed) for seed in (1, 2, 3, 5)]
    sound = np.concatenate([voices[0], still[0], voices[1], still[1], voices[2], still[2], voices[3]])
    sound = sound + np.random.default_rng(7).normal(0, noise, len(sound))
    item, path = made(tmp_path, sound)
    assert item.samples / RATE == pytest.approx(4 * 4 + 3 * 1.0, abs=0.7)
    run = subprocess.run(
        ["ffmpeg", "-nostats", "-i", path, "-af", "silencedetect=n=-45dB:d=1.5", "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "silence_duration" not in run.stderr


def test_cutting_dead_air_takes_no_syllable_and_makes_no_click(tmp_path: Path) -> None:
    """What is cut lies wholly between the words, and the join in room tone is as smooth as room tone."""
    noise = np.random.default_rng(7).normal(0, 0.002, 20 * RATE)
    sound = np.concatenate([sounds.voice(5), np.zeros(10 * RATE), sounds.voice(5, 2)]) + noise
    spans = speech_spans(grid_of(tmp_path, sound))
    assert len(spans) == 2
    assert spans[0][1] > 5000 and spans[1][0] < 15_000
    _item, path = made(tmp_path, sound)
    heard = samples(path)
    join = heard[round(5.4 * RATE) : round(5.6 * RATE)]
    calm = heard[round(5.1 * RATE) : round(5.3 * RATE)]
    assert np.abs(np.diff(join)).max() < 1.5 * np.abs(np.diff(calm)).max()


def test_a_whisper_60_db_down_is_raised(tmp_path: Path) -> None:
    """As long as it stands out of its noise, a voice is not too faint."""
    noise = np.random.default_rng(3).normal(0, 2e-5, 12 * RATE)
    _item, path = made(tmp_path, sounds.voice(12) * 0.002 + noise)
    assert level(path).lufs == pytest.approx(-16, abs=0.5)


@pytest.mark.parametrize("kind", ["hiss", "hum", "drowned"])
def test_a_recording_without_a_voice_is_reported(kind: str, tmp_path: Path) -> None:
    """Noise alone, a tone alone, and a voice under noise of twice its strength are not aired."""
    noise = np.random.default_rng(3).normal(0, 1, 12 * RATE)
    voice = sounds.voice(12)
    sound = {
        "hiss": 0.1 * noise,
        "hum": 0.3 * np.sin(2 * np.pi * 440 * np.arange(12 * RATE) / RATE),
        "drowned": 0.3 * (voice + 2 * voice.std() * noise),
    }[kind]
    with pytest.raises(MixError, match=r"thu\.wav"):
        made(tmp_path, sound)
    assert [path for path in (tmp_path / "items").rglob("*") if path.is_file()] == []
