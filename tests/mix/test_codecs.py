"""Opus items and covers: exact, the same every time, within the same limits, tagged so that others read it."""

import base64
import io
import struct
import zlib
from pathlib import Path

import av
import mutagen.flac
import mutagen.id3
import mutagen.oggopus
import numpy as np
import pytest

from radio.mix.items import ItemStore
from radio.mix.picture import read_picture
from radio.mix.plan import Bed, ItemPlan, Music, Recording, Silence, SoundSettings, Source, Speech, Tags
from radio.mix.problems import MixError
from radio.package import Codec, ItemRef
from radio.station.job import JobCue
from radio.station.track import Track

from . import sounds
from .measuring import level, probe
from .test_items import TAGS, decoded

OPUS = SoundSettings(codec="opus")


def picture(folder: Path, width: int = 64, height: int = 48, kind: str = "png") -> Source:
    """A picture of noise, as PNG (by arithmetic) or JPEG (by FFmpeg's encoder)."""
    hand = np.random.default_rng(width)
    pixels = hand.integers(0, 256, (height, width, 3), dtype=np.uint8)
    path = folder / f"logo-{width}.{kind}"
    if kind == "png":
        rows = b"".join(b"\0" + row.tobytes() for row in pixels)
        header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
        data = b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
            for name, body in chunks
        )
    else:
        target = io.BytesIO()
        with av.open(target, "w", format="image2pipe") as container:
            stream = container.add_stream("mjpeg", rate=1)
            stream.width, stream.height, stream.pix_fmt = width, height, "yuvj420p"
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
            container.mux(stream.encode(None))
        data = target.getvalue()
    path.write_bytes(data)
    return sounds.source(path)


def opening(folder: Path, sound: SoundSettings, tags: Tags = TAGS) -> ItemPlan:
    """A jingle and three sentences on a bed, with chapters."""
    clips = [sounds.write(folder / f"{n}.wav", sounds.voice(3, n)) for n in range(3)]
    jingle, bed = (sounds.write(folder / f"m{n}.wav", sounds.music(4, n)) for n in (2, 4))
    titles = ("Lời chào của Đài Truyền thanh xã", "Tin", "Hết")
    speech = [Speech(clip, 807, chapter=title) for clip, title in zip(clips, titles, strict=True)]
    parts = (Music(jingle, fade_out_ms=500, pause_ms=300, chapter="Nhạc hiệu"), *speech, Silence(1234))
    return sounds.plan(*parts, bed=Bed(bed), sound=sound, tags=tags)


@pytest.mark.parametrize("bitrate", [32, 64, 128])
@pytest.mark.parametrize("ms", [3000, 3007, 3011])
def test_opus_gives_back_exactly_the_samples_planned(bitrate: int, ms: int, tmp_path: Path) -> None:
    """No sample in front, none behind; a burst at each end is where it was put."""
    burst = np.random.default_rng(9).normal(0, 0.2, 2400)
    middle = sounds.voice((ms - 100) / 1000)
    clip = sounds.write(tmp_path / "clip.wav", np.concatenate([burst, middle, burst]))
    store = ItemStore(tmp_path)
    sound = SoundSettings(horn=False, bitrate=bitrate, codec="opus")
    item = store.make(sounds.plan(Music(clip), sound=sound))
    heard = decoded(store.path(item))
    assert (item.offset, item.samples, len(heard)) == (0, ms * 48, ms * 48)
    for part, place in ((heard[:6000], 0), (heard[-6000:], 6000 - 2400)):
        found = int(np.argmax(np.correlate(part, burst, mode="valid")))
        assert (
            abs(found - place) <= 1
        )  # a codec of waveforms below, of spectra above: the peak is a little wide


@pytest.mark.parametrize("horn", [True, False], ids=["horn", "plain"])
def test_opus_item_meets_the_same_limits(horn: bool, tmp_path: Path) -> None:
    """-16 LUFS ±0.5 and -1.5 dBTP by ffmpeg on the file, for a mixed item, a clipped voice and a hot song."""
    sound = SoundSettings(codec="opus", horn=horn)
    clipped = Recording(sounds.write(tmp_path / "clipped.wav", sounds.voice(8) * 12))
    song = Music(sounds.write(tmp_path / "hot.wav", np.tanh(sounds.music(8) * 9)), fade_out_ms=1000)
    store = ItemStore(tmp_path)
    for plan in (opening(tmp_path, sound), sounds.plan(clipped, sound=sound), sounds.plan(song, sound=sound)):
        item = store.make(plan)
        found = level(store.path(item))
        assert found.lufs == pytest.approx(-16, abs=0.5)
        assert found.dbtp <= -1.5
        assert item.lufs == pytest.approx(found.lufs, abs=0.15)


def test_same_plan_same_opus_bytes(tmp_path: Path) -> None:
    """Two houses, one hash; and the file's name says what it is."""
    plan = opening(tmp_path, OPUS)
    first, second = (ItemStore(tmp_path / name) for name in ("one", "two"))
    item = first.make(plan)
    assert second.make(plan) == item
    assert first.path(item).read_bytes() == second.path(item).read_bytes()
    assert first.path(item).name == f"{item.sha256}.opus"
    assert first.find(plan.recipe()) == item


def test_codec_is_part_of_the_recipe(tmp_path: Path) -> None:
    """A house that changes its codec gets its items anew."""
    assert opening(tmp_path, OPUS).recipe() != opening(tmp_path, SoundSettings()).recipe()


def test_opus_tags_chapters_and_cover_are_read_by_others(tmp_path: Path) -> None:
    """mutagen and ffprobe find title, section, text, marks, chapters in order and the picture, whole."""
    cover = picture(tmp_path)
    tags = Tags(**{**TAGS.__dict__, "cover": cover})
    store = ItemStore(tmp_path)
    path = store.path(store.make(opening(tmp_path, OPUS, tags)))
    file = mutagen.oggopus.OggOpus(path)
    assert file["TITLE"] == [TAGS.title] and file["LYRICS"] == [TAGS.text] and file["LANGUAGE"] == ["vie"]
    assert file["MACHINE-VOICE"] == ["espeak"] and file["SCRIPT-SHA256"] == [TAGS.script_sha256]
    found = mutagen.flac.Picture(base64.b64decode(file["METADATA_BLOCK_PICTURE"][0]))
    assert (found.mime, found.width, found.height, found.type) == ("image/png", 64, 48, 3)
    assert found.data == cover.path.read_bytes()
    seen = probe(path)
    chapters = [(float(one["start_time"]), one["tags"]["title"]) for one in seen["chapters"]]
    expected = [
        (0.0, "Nhạc hiệu"),
        (4.3, "Lời chào của Đài Truyền thanh xã"),
        (8.107, "Tin"),
        (11.914, "Hết"),
    ]
    assert chapters == [(pytest.approx(start, abs=0.002), title) for start, title in expected]
    assert [stream.type for stream in av.open(str(path)).streams] == ["audio", "video"]


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_cover_is_in_the_mp3(kind: str, tmp_path: Path) -> None:
    """APIC as mutagen and PyAV read it; the sound is the same as without."""
    cover = picture(tmp_path, kind=kind)
    store = ItemStore(tmp_path)
    clip = sounds.write(tmp_path / "clip.wav", sounds.voice(3))
    bare, covered = (
        store.make(sounds.plan(Speech(clip), tags=Tags("Tin", cover=each))) for each in (None, cover)
    )
    frame = mutagen.id3.ID3(store.path(covered)).getall("APIC")[0]
    assert (frame.mime, frame.type, frame.data) == (f"image/{kind}", 3, cover.path.read_bytes())
    assert np.array_equal(decoded(store.path(bare)), decoded(store.path(covered)))
    assert bare.recipe != covered.recipe


def test_pictures_are_looked_at(tmp_path: Path) -> None:
    """Size and type come from the bytes; what is no picture, is cut off or is too large is refused by name."""
    found = read_picture(picture(tmp_path, 130, 70, "jpeg").path)
    assert (found.mime, found.width, found.height) == ("image/jpeg", 130, 70)
    whole = picture(tmp_path, 50).path.read_bytes()
    jpeg = picture(tmp_path, 52, kind="jpeg").path.read_bytes()
    wide = whole[:16] + struct.pack(">II", 20_000, 3) + whole[24:]
    for number, data in enumerate(
        (b"", b"GIF89a" + bytes(50), whole[:-20], jpeg[:-20], wide, whole + bytes(100_000))
    ):
        path = tmp_path / f"xau-{number}.png"
        path.write_bytes(data)
        with pytest.raises(MixError, match=path.name):
            read_picture(path)
    with pytest.raises(MixError, match=r"thieu\.png"):
        read_picture(tmp_path / "thieu.png")


@pytest.mark.parametrize("codec", ["mp3", "opus"])
def test_station_plays_the_item_to_the_sample(codec: Codec, tmp_path: Path) -> None:
    """The station's track gives exactly what the file decodes to, from the first sample to the last."""
    store = ItemStore(tmp_path)
    item = store.make(opening(tmp_path, SoundSettings(codec=codec)))
    path = store.path(item)
    cue = JobCue(0, 480, str(path), item.length, item.sha256, item.offset, item.samples)
    refused: list[tuple[int, str]] = []
    track = Track((cue,), 100, lambda number, reason: refused.append((number, reason)))
    track.start()
    track.join(timeout=20)
    heard = np.concatenate([track.take(at, 960) for at in range(0, 480 + item.samples + 4800, 960)])
    sound = decoded(path)[item.offset : item.offset + item.samples]
    assert refused == [] and track.heard == {0: item.samples}
    assert np.abs(heard[480 : 480 + item.samples] / 32768 - sound).max() < 2 / 32768
    assert not heard[:480].any() and not heard[480 + item.samples :].any()


def test_reference_and_item_lie_in_one_place(tmp_path: Path) -> None:
    """What the centre keeps and what the manifest names is one file name."""
    store = ItemStore(tmp_path)
    item = store.make(opening(tmp_path, OPUS))
    import datetime

    until = datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)
    reference = ItemRef(item.sha256, item.length, item.offset, item.samples, item.title, until, item.codec)
    assert store.path(reference) == store.path(item)
