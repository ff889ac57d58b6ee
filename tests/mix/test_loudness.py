"""Every item, whatever it is made of, comes out equally loud and under the peak: judged by ffmpeg."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from radio.mix.items import ItemStore
from radio.mix.plan import Bed, Music, Part, Recording, Silence, SoundSettings, Source, Speech
from tests import needs

from . import sounds
from .measuring import level


def _whisper(folder: Path) -> Part:
    quiet = sounds.voice(12) * 0.02
    return Recording(sounds.write(folder / "whisper.wav", quiet))


def _clipped(folder: Path) -> Part:
    return Recording(sounds.write(folder / "clipped.wav", sounds.voice(12) * 12))


def _noisy(folder: Path) -> Part:
    noise = np.random.default_rng(5).normal(0, 0.05, 12 * sounds.RATE)
    return Recording(sounds.write(folder / "noisy.wav", sounds.voice(12) + noise))


def _opposite(folder: Path) -> Part:
    voice = sounds.voice(12)
    return Recording(sounds.write(folder / "opposite.wav", np.stack([voice, -voice])))


def _one_dead_channel(folder: Path) -> Part:
    voice = sounds.voice(12)
    hum = 0.002 * np.sin(np.arange(len(voice)) * 2 * np.pi * 50 / sounds.RATE)
    return Recording(sounds.write(folder / "dead.wav", np.stack([hum, voice])))


def _silent_inside(folder: Path) -> Part:
    gap = np.zeros(20 * sounds.RATE)
    return Recording(
        sounds.write(folder / "gap.wav", np.concatenate([sounds.voice(6), gap, sounds.voice(6, 2)]))
    )


def _telephone(folder: Path) -> Part:
    voice = sounds.voice(12)
    narrow = voice.reshape(-1, 6).mean(axis=1)
    return Recording(sounds.write(folder / "telephone.wav", narrow, rate=8000))


def _near_and_far(folder: Path) -> Part:
    far = sounds.voice(8, 4, 200) * 0.06
    return Recording(sounds.write(folder / "interview.wav", np.concatenate([sounds.voice(8), far])))


def _click_and_voice(folder: Path) -> Part:
    sound = sounds.voice(10) * 0.05
    sound[100_000:100_003] = 1.0
    return Recording(sounds.write(folder / "click.wav", sound))


def _song(folder: Path) -> Part:
    return Music(sounds.write(folder / "song.wav", sounds.music(15)), fade_out_ms=1500)


def _hot_song(folder: Path) -> Part:
    return Music(sounds.write(folder / "hot.wav", np.tanh(sounds.music(15) * 9)))


def _three_seconds(folder: Path) -> Part:
    return Speech(sounds.write(folder / "three.wav", sounds.voice(3)))


KINDS = [
    _whisper,
    _clipped,
    _noisy,
    _opposite,
    _one_dead_channel,
    _silent_inside,
    _telephone,
    _near_and_far,
    _click_and_voice,
    _song,
    _hot_song,
    _three_seconds,
]


@pytest.mark.parametrize("horn", [True, False], ids=["horn", "plain"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__.strip("_"))
def test_item_is_16_lufs_under_the_peak(kind, horn: bool, tmp_path: Path) -> None:
    """-16 LUFS ±0.5 and at most -1.5 dBTP in the decoded file, and our own figures say the same."""
    store = ItemStore(tmp_path)
    item = store.make(sounds.plan(kind(tmp_path), sound=SoundSettings(horn=horn)))
    found = level(store.path(item))
    assert found.lufs == pytest.approx(-16, abs=0.5)
    assert found.dbtp <= -1.5
    assert item.lufs == pytest.approx(found.lufs, abs=0.15)
    assert item.dbtp == pytest.approx(found.dbtp, abs=0.3)


def _programme(folder: Path, seconds: float) -> tuple[tuple[Part, ...], Bed]:
    jingle = sounds.write(folder / "jingle.wav", sounds.music(8, 3))
    bed = sounds.write(folder / "bed.wav", sounds.music(11, 4) * 0.3)
    clips: list[Part] = []
    while 4.8 * len(clips) < seconds:
        sound = sounds.voice(4, len(clips), 110 + 40 * (len(clips) % 3))
        clips.append(Speech(sounds.write(folder / f"{len(clips)}.wav", sound), 800))
    parts: tuple[Part, ...] = (Music(jingle, fade_out_ms=800, pause_ms=500), *clips, Silence(4000))
    return parts, Bed(bed)


def test_speech_with_bed_and_jingle(tmp_path: Path) -> None:
    """The opening of a programme: jingle, speech on a bed, the bed alone at the end."""
    parts, bed = _programme(tmp_path, 20)
    store = ItemStore(tmp_path)
    item = store.make(sounds.plan(*parts, bed=bed))
    found = level(store.path(item))
    assert found.lufs == pytest.approx(-16, abs=0.5)
    assert found.dbtp <= -1.5


def test_three_minutes(tmp_path: Path) -> None:
    """Length changes nothing: a long item meets the same limits."""
    parts, bed = _programme(tmp_path, 180)
    store = ItemStore(tmp_path)
    item = store.make(sounds.plan(*parts, bed=bed))
    found = level(store.path(item))
    assert item.samples > 180 * sounds.RATE
    assert found.lufs == pytest.approx(-16, abs=0.5)
    assert found.dbtp <= -1.5


@pytest.mark.parametrize("bitrate", [48, 64, 128, 192, 256])
def test_every_bitrate_is_as_loud(bitrate: int, tmp_path: Path) -> None:
    """LAME turns low bitrates down; nobody hears it."""
    clip = sounds.write(tmp_path / "clip.wav", sounds.voice(8))
    store = ItemStore(tmp_path)
    item = store.make(sounds.plan(Speech(clip), sound=SoundSettings(bitrate=bitrate)))
    found = level(store.path(item))
    assert found.lufs == pytest.approx(-16, abs=0.5)
    assert found.dbtp <= -1.5


@pytest.mark.parametrize(("wanted", "peak"), [(-20.0, -3.0), (-14.0, -1.0)])
def test_another_loudness_may_be_set(wanted: float, peak: float, tmp_path: Path) -> None:
    """The house's own loudness and peak are met as exactly."""
    clip = sounds.write(tmp_path / "clip.wav", sounds.voice(8))
    store = ItemStore(tmp_path)
    item = store.make(sounds.plan(Speech(clip), sound=SoundSettings(lufs=wanted, peak_dbtp=peak)))
    found = level(store.path(item))
    assert found.lufs == pytest.approx(wanted, abs=0.5)
    assert found.dbtp <= peak


def test_a_sting_of_half_a_second_is_levelled_by_its_onset(tmp_path: Path) -> None:
    """Under 1 s the loudest 0.4 s count, so a short bell is not blown up to a bang."""
    store = ItemStore(tmp_path)
    bell = sounds.write(tmp_path / "bell.wav", sounds.music(0.5))
    item = store.make(sounds.plan(Music(bell)))
    found = level(store.path(item))
    assert -18 < found.lufs < -15.5
    assert found.dbtp <= -1.5


@pytest.mark.parametrize("suffix", ["mp3", "m4a", "opus", "ogg", "flac"])
def test_any_common_format(suffix: str, tmp_path: Path) -> None:
    """A telephone's m4a, a messenger's opus and the rest are read, stereo and 44.1 kHz too."""
    voice = sounds.voice(6)
    plain = sounds.write(tmp_path / "voice.wav", np.stack([voice, voice]))
    coded = tmp_path / f"voice.{suffix}"
    rate = "48000" if suffix == "opus" else "44100"
    subprocess.run(
        [needs.program("ffmpeg"), "-v", "error", "-i", plain.path, "-ar", rate, "-strict", "-2", coded],
        check=True,
    )
    store = ItemStore(tmp_path)
    item = store.make(sounds.plan(Recording(sounds.source(coded))))
    assert item.samples == pytest.approx(6 * sounds.RATE, abs=0.5 * sounds.RATE)
    assert level(store.path(item)).lufs == pytest.approx(-16, abs=0.5)


def test_long_recording_is_trimmed_but_not_its_words(tmp_path: Path) -> None:
    """Two seconds of room tone at both ends go; the voice between stays whole."""
    hand = np.random.default_rng(3)
    voice = sounds.voice(5)
    room = hand.normal(0, 0.0008, len(voice) + 4 * sounds.RATE)
    room[2 * sounds.RATE : 2 * sounds.RATE + len(voice)] += voice
    recording: Source = sounds.write(tmp_path / "room.wav", room)
    item = ItemStore(tmp_path).make(sounds.plan(Recording(recording)))
    assert 4.9 <= item.samples / sounds.RATE <= 5.7
