"""Finished items: exact, the same every time, tagged, found again, and never half written."""

import errno
import hashlib
import os
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import av
import mutagen.id3
import numpy as np
import pytest

from radio.files import sha256_file
from radio.mix.items import Item, ItemStore, make_item, plan_timeline
from radio.mix.plan import Bed, ItemPlan, Music, Silence, SoundSettings, Speech, Tags

from . import sounds
from .measuring import momentary, probe, samples

TAGS = Tags(
    title="Tuần lễ hưởng ứng học tập suốt đời",
    section="Xã hội học tập",
    centre="Trung tâm Văn hóa Hà Quảng",
    text="Kính mời bà con.\nĐây là Đài Truyền thanh xã Trường Hà.",
    script_sha256="ab" * 32,
    machine_voice="espeak",
)


def decoded(path: Path) -> np.ndarray:
    """Every sample as PyAV gives it."""
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def small_plan(folder: Path) -> ItemPlan:
    """A jingle and two sentences on a bed, three chapters."""
    clips = [sounds.write(folder / f"clip{n}.wav", sounds.voice(2.5, n)) for n in range(2)]
    jingle = sounds.write(folder / "jingle.wav", sounds.music(3, 2))
    bed = sounds.write(folder / "bed.wav", sounds.music(4, 4))
    parts = (
        Music(jingle, fade_out_ms=500, pause_ms=300, chapter="Nhạc hiệu của đài truyền thanh"),
        Speech(clips[0], 807, chapter="Tin"),
        Speech(clips[1], 200, chapter="Thông báo"),
        Silence(1234),
    )
    return sounds.plan(*parts, bed=Bed(bed), tags=TAGS)


def test_item_begins_at_its_offset_and_is_exactly_as_long_as_planned(tmp_path: Path) -> None:
    """Noise bursts at the first and last millisecond are found, by cross-correlation, where they must be."""
    burst = np.random.default_rng(9).normal(0, 0.2, 2400)
    sound = np.concatenate([burst, sounds.voice(4), burst])
    clip = sounds.write(tmp_path / "clip.wav", sound)
    store = ItemStore(tmp_path)
    item = store.make(sounds.plan(Music(clip), sound=SoundSettings(horn=False, bitrate=128)))
    assert item.samples == len(sound)
    heard = decoded(store.path(item))
    assert len(heard) >= item.offset + item.samples
    assert _best_place(heard[:9000], burst) == item.offset
    tail = item.offset + item.samples - 9000
    assert tail + _best_place(heard[tail : item.offset + item.samples + 1], burst) == (
        item.offset + item.samples - len(burst)
    )


def _best_place(sound: np.ndarray, pattern: np.ndarray) -> int:
    return int(np.argmax(np.correlate(sound, pattern, mode="valid")))


def test_length_of_a_mixed_item_is_the_sum_of_its_parts(tmp_path: Path) -> None:
    """3 s of jingle, 0.3 s, 2.5 s, 0.807 s, 2.5 s, 0.2 s and 1.234 s: to the sample."""
    item = ItemStore(tmp_path).make(small_plan(tmp_path))
    assert item.samples == (3000 + 300 + 2500 + 807 + 2500 + 200 + 1234) * 48


def test_timeline_of_a_plan_is_that_of_its_item(tmp_path: Path) -> None:
    """What is printed beforehand is what is made, and looking leaves no file behind."""
    plan = small_plan(tmp_path)
    (tmp_path / "look").mkdir()
    line = plan_timeline(plan, tmp_path / "look")
    assert list((tmp_path / "look").iterdir()) == []
    assert line.samples == ItemStore(tmp_path).make(plan).samples
    assert [title for _start, title in line.chapters] == [part.chapter for part in plan.parts[:3]]


@pytest.mark.parametrize("bitrate", [48, 96, 160, 256])
def test_no_bitrate_loses_the_last_sample(bitrate: int, tmp_path: Path) -> None:
    """The decoder gives at least all samples, whatever the length is against MP3's frames of 1,152."""
    for ms in (3000, 3007, 3011, 3023):
        clip = sounds.write(tmp_path / f"{ms}.wav", sounds.voice(ms / 1000))
        store = ItemStore(tmp_path)
        item = store.make(sounds.plan(Speech(clip), sound=SoundSettings(bitrate=bitrate)))
        assert len(decoded(store.path(item))) >= item.offset + item.samples


def test_same_plan_same_bytes_in_two_processes(tmp_path: Path) -> None:
    """Made in two fresh processes of a pool, in two houses, the item has one hash."""
    plan = small_plan(tmp_path)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        first, second = pool.map(make_item, [plan, plan], [tmp_path / "one/items", tmp_path / "two/items"])
    assert first == second
    third = make_item(plan, tmp_path / "three/items")
    again = make_item(plan, tmp_path / "four/items")  # its music is still at hand from the last one
    assert again == third == first
    assert sha256_file(tmp_path / "one/items" / f"{first.sha256}.mp3") == first.sha256


def test_made_item_is_found_and_not_made_again(tmp_path: Path) -> None:
    """The second day costs a look at the file."""
    store = ItemStore(tmp_path)
    plan = small_plan(tmp_path)
    item = store.make(plan)
    path = store.path(item)
    before = path.stat().st_mtime_ns
    assert store.make(plan) == item == store.find(plan.recipe())
    assert path.stat().st_mtime_ns == before
    assert path.stat().st_size == item.length
    assert store.whole(item)


def test_shortened_or_lost_file_is_made_again(tmp_path: Path) -> None:
    """A card that says an item exists is not believed against the disk."""
    store = ItemStore(tmp_path)
    plan = small_plan(tmp_path)
    item = store.make(plan)
    os.truncate(store.path(item), item.length - 1)
    assert store.find(plan.recipe()) is None
    assert store.make(plan) == item
    store.path(item).unlink()
    assert store.find(plan.recipe()) is None
    assert not store.whole(item)


def test_rotten_byte_is_noticed_on_demand(tmp_path: Path) -> None:
    """Same length, other bytes: `whole` reads them."""
    store = ItemStore(tmp_path)
    item = store.make(small_plan(tmp_path))
    data = bytearray(store.path(item).read_bytes())
    data[len(data) // 2] ^= 1
    store.path(item).write_bytes(data)
    assert not store.whole(item)


@pytest.mark.parametrize("card", ["", "[]", "{}", '{"sha256": 5}', "\udc80"])
def test_unreadable_card_means_making_the_item(card: str, tmp_path: Path) -> None:
    """A damaged index costs work, nothing else."""
    store = ItemStore(tmp_path)
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "r.json").write_bytes(card.encode("utf-8", "surrogateescape"))
    assert store.find("r") is None


def test_tags_are_read_by_mutagen_and_ffprobe(tmp_path: Path) -> None:
    """Title, section, centre, text, language, machine mark and script hash; ID3v2.3, nothing at the end."""
    store = ItemStore(tmp_path)
    path = store.path(store.make(small_plan(tmp_path)))
    tags = mutagen.id3.ID3(path, translate=False)
    assert tags.version == (2, 3, 0)
    assert tags["TIT2"].text == [TAGS.title]
    assert tags["TALB"].text == [TAGS.section]
    assert tags["TPE1"].text == tags["TPUB"].text == [TAGS.centre]
    assert tags["USLT::vie"].text == TAGS.text
    assert tags["TXXX:machine-voice"].text == ["espeak"]
    assert tags["TXXX:script-sha256"].text == [TAGS.script_sha256]
    assert path.read_bytes()[-128:-125] != b"TAG"
    seen = probe(path)["format"]["tags"]
    assert seen["title"] == TAGS.title
    assert seen["album"] == TAGS.section
    assert seen["artist"] == TAGS.centre
    assert seen["machine-voice"] == "espeak"
    assert TAGS.text.splitlines()[1] in seen["lyrics-vie"]


def test_no_machine_mark_where_people_speak(tmp_path: Path) -> None:
    """The mark means something only if it is absent elsewhere."""
    clip = sounds.write(tmp_path / "clip.wav", sounds.voice(3))
    store = ItemStore(tmp_path)
    item = store.make(sounds.plan(Speech(clip), tags=Tags("Người thật")))
    assert not mutagen.id3.ID3(store.path(item)).getall("TXXX")


def test_chapters_come_in_order_with_their_times(tmp_path: Path) -> None:
    """Titles of very different length (frames are written by size) are read in the order of the programme."""
    titles = ["Nhạc hiệu và lời chào của Đài Truyền thanh", "Tin", "Dự báo thời tiết", "𠀋 chữ Nôm", "Hết"]
    clips = [sounds.write(tmp_path / f"{n}.wav", sounds.voice(1.5, n)) for n in range(len(titles))]
    store = ItemStore(tmp_path)
    parts = [Speech(clip, 500, chapter=title) for clip, title in zip(clips, titles, strict=True)]
    item = store.make(sounds.plan(*parts))
    chapters = probe(store.path(item))["chapters"]
    assert [chapter["tags"]["title"].rstrip() for chapter in chapters] == titles
    starts = [float(chapter["start_time"]) for chapter in chapters]
    assert starts == pytest.approx([2.0 * n + item.offset / 48000 for n in range(len(titles))], abs=0.002)


def test_joins_do_not_click(tmp_path: Path) -> None:
    """Tones cut off at their height: no join is brighter than the tone itself by more than a cut's share."""
    tone = 0.5 * np.cos(2 * np.pi * 300 * np.arange(48_000) / 48_000)
    clip = sounds.write(tmp_path / "tone.wav", tone)
    store = ItemStore(tmp_path)
    plan = sounds.plan(*[Music(clip, pause_ms=200)] * 3, sound=SoundSettings(horn=False, bitrate=256))
    item = store.make(plan)
    heard = decoded(store.path(item))[item.offset : item.offset + item.samples]
    hard = np.concatenate([tone, np.zeros(9600)] * 3) * np.abs(heard).max() / 0.5
    assert _brightest(heard) < 0.1 * _brightest(hard)


def _brightest(sound: np.ndarray) -> float:
    """The most energy above 4 kHz in any 10 ms."""
    frames = np.lib.stride_tricks.sliding_window_view(sound, 480)[::120] * np.hanning(480)
    return float((np.abs(np.fft.rfft(frames, axis=1))[:, 40:] ** 2).sum(axis=1).max())


def test_speech_is_15_lu_over_the_bed(tmp_path: Path) -> None:
    """The item with the bed minus the item without it is the bed: 15 LU under every 0.4 s of speech.

    Made too quiet for the limiter to act, which would show in the difference as well.
    """
    clips = [sounds.write(tmp_path / f"{n}.wav", sounds.voice(4, n)) for n in range(3)]
    bed = Bed(sounds.write(tmp_path / "bed.wav", sounds.music(7.5, 4)))
    store = ItemStore(tmp_path)
    quiet = SoundSettings(lufs=-32, bitrate=320)
    parts = [Silence(3000), *[Speech(clip, 800) for clip in clips], Silence(4000)]
    voice, both = (store.make(sounds.plan(*parts, bed=each, sound=quiet)) for each in (None, bed))
    alone, mixed = (
        samples(store.path(item))[item.offset : item.offset + item.samples].astype(float)
        for item in (voice, both)
    )
    spoken = np.concatenate(
        [np.arange((3 + 4.8 * n) * 48_000, (7 + 4.8 * n) * 48_000, dtype=int) for n in range(3)]
    )
    alone *= np.dot(mixed[spoken], alone[spoken]) / np.dot(alone[spoken], alone[spoken])
    speech, music = (
        momentary(sounds.write(tmp_path / f"{name}.wav", sound).path)
        for name, sound in (("speech", alone), ("music", mixed - alone))
    )
    ends = (np.arange(len(speech)) + 1) / 10
    inside = np.isin(
        (ends * 10).round().astype(int), [10 * 3 + 48 * n + k for n in range(3) for k in range(4, 41)]
    )
    speaking = inside & (speech > speech[inside].max() - 10)
    assert speaking.sum() > 90
    assert (speech - music)[speaking].min() >= 15
    assert music[speaking].max() > speech.max() - 35, "there is a bed"
    assert music[(ends > 1.5) & (ends < 2.5)].max() > music[speaking].max() + 6, "alone, the bed comes up"


def test_bed_goes_round_without_a_seam(tmp_path: Path) -> None:
    """A bed of whole periods loops on and on as one unbroken tone."""
    tone = 0.3 * np.sin(2 * np.pi * 500 * np.arange(48_000) / 48_000)
    bed = sounds.write(tmp_path / "bed.wav", tone)
    clip = sounds.write(tmp_path / "clip.wav", sounds.voice(0.5))
    store = ItemStore(tmp_path)
    plan = sounds.plan(Speech(clip), Silence(9000), bed=Bed(bed), sound=SoundSettings(bitrate=256))
    item = store.make(plan)
    alone = decoded(store.path(item))[item.offset + 3 * 48_000 : item.offset + 8 * 48_000]
    frames = alone.reshape(-1, 480)
    level = 10 * np.log10(frames.var(axis=1))
    assert level.max() - level.min() < 0.5
    ours = alone - np.roll(alone, 96)  # a whole period: nothing is left of the tone
    assert np.abs(ours[96:]).max() < 0.02 * np.abs(alone).max()


def test_no_space_left_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    """The kernel refuses to let files grow: an OSError, and no piece of an item is left behind."""
    plan = small_plan(tmp_path)
    (tmp_path / "plan").write_bytes(pickle.dumps(plan))
    limited = (
        "import pickle, pathlib, resource, signal, sys\n"
        "from radio.mix.items import make_item\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "plan = pickle.loads(pathlib.Path(sys.argv[1], 'plan').read_bytes())\n"
        "try:\n"
        "    make_item(plan, pathlib.Path(sys.argv[1], 'var', 'items'))\n"
        "except OSError as error:\n"
        "    sys.exit(error.errno)\n"
    )
    run = subprocess.run([sys.executable, "-c", limited, str(tmp_path)], check=False)
    assert run.returncode == errno.EFBIG
    assert [path for path in (tmp_path / "var").rglob("*") if path.is_file()] == []


def test_item_card_round_trip(tmp_path: Path) -> None:
    """What was measured is what is found."""
    store = ItemStore(tmp_path)
    plan = small_plan(tmp_path)
    made = store.make(plan)
    found = store.find(plan.recipe())
    assert isinstance(found, Item)
    assert found == made
    data = store.path(made).read_bytes()
    assert hashlib.sha256(data).hexdigest() == made.sha256


def test_memory_does_not_grow_with_the_item(tmp_path: Path) -> None:
    """Ten minutes of song, 115 MB as the mixer's samples, are made within 60 MB more than one minute."""
    song = sounds.write(tmp_path / "song.wav", sounds.music(20))
    peaks = []
    for minutes in (1, 10):
        plan = sounds.plan(Music(song, ms=minutes * 60_000, loop=True))
        (tmp_path / "plan").write_bytes(pickle.dumps(plan))
        code = (
            "import pathlib, pickle, re, sys\n"
            "from radio.mix.items import make_item\n"
            "make_item(pickle.loads(pathlib.Path(sys.argv[1], 'plan').read_bytes()), pathlib.Path(sys.argv[1]))\n"
            "print(re.search(r'VmHWM:\\s+(\\d+)', pathlib.Path('/proc/self/status').read_text())[1])\n"
        )
        run = subprocess.run(
            [sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True
        )
        peaks.append(int(run.stdout) / 1024)
    assert peaks[1] - peaks[0] < 60
