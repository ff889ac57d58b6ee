"""Recordings that cannot go on air are refused with the file's name; the strange but usable are used."""

import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest

from radio.mix import sources as mix_sources
from radio.mix.items import ItemStore
from radio.mix.plan import Music, Part, Recording, Silence, Source, Speech
from radio.mix.problems import MixError
from radio.mix.sources import mono
from tests import needs

from . import sounds


def refused(part: Part, folder: Path) -> str:
    """The message with which a part is refused; nothing may be left in the items folder."""
    with pytest.raises(MixError) as caught:
        ItemStore(folder).make(sounds.plan(part))
    assert [path for path in (folder / "items").rglob("*") if path.is_file()] == []
    return str(caught.value)


def test_missing_file(tmp_path: Path) -> None:
    """A jingle that is not there."""
    message = refused(Music(Source(tmp_path / "nhac.opus", "00")), tmp_path)
    assert "nhac.opus" in message


def test_folder_in_place_of_a_file(tmp_path: Path) -> None:
    """A path that leads to a folder."""
    assert str(tmp_path) in refused(Music(Source(tmp_path, "00")), tmp_path)


def test_changed_file(tmp_path: Path) -> None:
    """What was approved is what is mixed: other bytes under the same name are refused."""
    clip = sounds.write(tmp_path / "clip.wav", sounds.voice(3))
    sounds.write(tmp_path / "clip.wav", sounds.voice(3, 2))
    assert "clip.wav" in refused(Speech(clip), tmp_path)


@pytest.mark.parametrize(
    "data",
    [b"", b"x", b"RIFF\x00\x00\x00\x00WAVE", b"<html>not found</html>" * 50, bytes(5000), b"\xff\xfb" * 40],
    ids=["empty", "byte", "header", "html", "zeros", "sync words"],
)
def test_not_a_sound_file(data: bytes, tmp_path: Path) -> None:
    """An empty file, a web page saved as .mp3 and the like."""
    path = tmp_path / "phong-van.mp3"
    path.write_bytes(data)
    assert "phong-van.mp3" in refused(Recording(sounds.source(path)), tmp_path)


@pytest.mark.parametrize("level", [0.0, 1e-4])
def test_silent_recording(level: float, tmp_path: Path) -> None:
    """A muted microphone, or one that was far away from everything."""
    noise = level * np.random.default_rng(1).normal(0, 1, 5 * sounds.RATE)
    quiet = sounds.write(tmp_path / "im-lang.wav", noise)
    assert "im-lang.wav" in refused(Recording(quiet), tmp_path)


def test_recording_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A recorder left running (the limit is lowered here to one minute)."""
    monkeypatch.setattr(mix_sources, "LONGEST_MINUTES", 1)
    long = sounds.write(tmp_path / "quen-tat.wav", np.zeros(61 * 8000), rate=8000)
    ours = sounds.write(tmp_path / "quen-tat-48.wav", np.zeros(61 * sounds.RATE))
    assert "quen-tat.wav" in refused(Recording(long), tmp_path)
    assert "quen-tat-48.wav" in refused(Recording(ours), tmp_path)


def test_picture_in_place_of_sound(tmp_path: Path) -> None:
    """A video without a sound track."""
    film = tmp_path / "phim.mp4"
    source = "testsrc=size=64x64:rate=5:duration=1"
    subprocess.run([needs.program("ffmpeg"), "-v", "error", "-f", "lavfi", "-i", source, film], check=True)
    assert "phim.mp4" in refused(Recording(sounds.source(film)), tmp_path)


def test_playlist_is_not_followed(tmp_path: Path) -> None:
    """A file that only points to other files (they were never approved) is no recording."""
    sounds.write(tmp_path / "secret.wav", sounds.voice(3))
    for name, text in {
        "list.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nsecret.wav\n#EXT-X-ENDLIST\n",
        "list.ffconcat": "ffconcat version 1.0\nfile secret.wav\n",
    }.items():
        (tmp_path / name).write_text(text)
        assert name in refused(Recording(sounds.source(tmp_path / name)), tmp_path)


def test_numbers_that_are_no_numbers(tmp_path: Path) -> None:
    """A float WAV with NaN in it would poison every sum after it."""
    samples = sounds.voice(3).astype("<f4")
    samples[1000] = np.nan
    path = tmp_path / "nan.wav"
    data = samples.tobytes()
    path.write_bytes(
        b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 3, 1, 48_000, 192_000, 4, 32)
        + b"data" + struct.pack("<I", len(data)) + data
    )  # fmt: skip
    assert "nan.wav" in refused(Recording(sounds.source(path)), tmp_path)


def test_damaged_in_the_middle(tmp_path: Path) -> None:
    """A fifth of the frames overwritten: a listener would hear holes, so it is reported."""
    plain = sounds.write(tmp_path / "voice.wav", sounds.voice(10))
    coded = tmp_path / "hong.flac"
    subprocess.run([needs.program("ffmpeg"), "-v", "error", "-i", plain.path, coded], check=True)
    data = bytearray(coded.read_bytes())
    middle = len(data) // 2
    hole = np.random.default_rng(2).integers(0, 256, len(data) // 5, dtype=np.uint8)
    data[middle : middle + len(hole)] = hole.tobytes()
    coded.write_bytes(data)
    assert "hong.flac" in refused(Recording(sounds.source(coded)), tmp_path)


@pytest.mark.parametrize("name", ["dut.flac", "dut.wav"])
def test_copied_by_halves(name: str, tmp_path: Path) -> None:
    """A file whose copying broke off still says how long it was."""
    plain = sounds.write(tmp_path / "voice.wav", np.stack([sounds.voice(10)] * 2))
    coded = tmp_path / name
    subprocess.run([needs.program("ffmpeg"), "-v", "error", "-i", plain.path, coded], check=True)
    data = coded.read_bytes()
    coded.write_bytes(data[: len(data) * 6 // 10])
    assert name in refused(Recording(sounds.source(coded)), tmp_path)


def test_wav_from_a_pipe(tmp_path: Path) -> None:
    """Its header promises four gigabytes; what is there counts."""
    plain = sounds.write(tmp_path / "voice.wav", sounds.voice(4))
    run = subprocess.run(
        [needs.program("ffmpeg"), "-v", "error", "-i", plain.path, "-f", "wav", "-"],
        check=True,
        capture_output=True,
    )
    piped = tmp_path / "pipe.wav"
    piped.write_bytes(run.stdout)
    assert sum(len(block) for block in mono(piped)) == 4 * sounds.RATE


def test_nothing_but_silence(tmp_path: Path) -> None:
    """An item of pauses is a mistake in the script."""
    refused(Silence(5000), tmp_path)


def test_one_click_is_no_programme(tmp_path: Path) -> None:
    """A single sample of full scale cannot be made as loud as speech without harm."""
    click = np.zeros(5 * sounds.RATE)
    click[1000] = 1
    refused(Music(sounds.write(tmp_path / "click.wav", click)), tmp_path)


@pytest.mark.parametrize(
    ("left", "right"), [(1.0, 1.0), (1.0, -1.0), (1.0, 0.0), (0.0, 1.0), (1.0, 0.4), (-0.9, 1.0)]
)
def test_stereo_keeps_the_voice_whatever_the_phase(left: float, right: float, tmp_path: Path) -> None:
    """Equal, opposite, one-sided: the mono sound is the voice, at most 7 dB down (and levelled later)."""
    voice = sounds.voice(4)
    noise = np.random.default_rng(1).normal(0, 1e-4, (2, len(voice)))
    stereo = sounds.write(tmp_path / "stereo.wav", np.stack([left * voice, right * voice]) + noise)
    heard = np.concatenate(list(mono(stereo.path)))
    likeness = abs(np.corrcoef(heard, voice)[0, 1])
    assert likeness > 0.999
    assert 10 * np.log10(heard.var() / voice.var()) > -7


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 96_000])
def test_any_rate_keeps_pitch_and_length(rate: int, tmp_path: Path) -> None:
    """A tone of 1 kHz stays one, without images above the old band."""
    tone = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(2 * rate) / rate)
    heard = np.concatenate(list(mono(sounds.write(tmp_path / "tone.wav", tone, rate=rate).path)))
    assert len(heard) == pytest.approx(2 * 48_000, abs=60)
    spectrum = np.abs(np.fft.rfft(heard[4800 : 4800 + 48_000] * np.hanning(48_000))) ** 2
    assert int(spectrum.argmax()) == 1000
    assert spectrum[1100:].sum() < 1e-7 * spectrum.sum()
