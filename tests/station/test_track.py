"""The slot's sound before it reaches a device."""

import time
from pathlib import Path

import numpy as np

from radio.station.job import JobCue
from radio.station.track import AHEAD, Samples, Track
from tests.station.world import Item, make_item

ITEMS = [make_item(seed, 0.5) for seed in (1, 2)]


def cue(folder: Path, number: int, start: int, item: Item) -> JobCue:
    """A cue whose item lies in ``folder``."""
    path = folder / f"{number}.mp3"
    path.write_bytes(item.data)
    ref = item.ref
    return JobCue(number, start, str(path), ref.length, ref.sha256, ref.offset, ref.samples)


def track(*cues: JobCue, volume: int = 100, seek: int = 0) -> tuple[Track, list[tuple[int, str]]]:
    """A track that has decoded all it will."""
    refused: list[tuple[int, str]] = []
    made = Track(cues, volume, lambda number, reason: refused.append((number, reason)))
    made.seek(seek)
    made.start()
    made.join(timeout=20)
    return made, refused


def take(made: Track, low: int, high: int, step: int = 960) -> Samples:
    """What sounds between two places, asked for in steps as a device does."""
    return np.concatenate([made.take(place, min(step, high - place)) for place in range(low, high, step)])


def test_items_sound_at_their_places_to_the_sample(tmp_path: Path) -> None:
    first, second = cue(tmp_path, 0, 100, ITEMS[0]), cue(tmp_path, 1, 30_001, ITEMS[1])
    made, refused = track(first, second)
    sound = take(made, 0, 60_000)
    expected = np.zeros(60_000, np.int16)
    expected[100 : 100 + 24_000] = ITEMS[0].sound
    expected[30_001 : 30_001 + 24_000] = ITEMS[1].sound
    assert np.array_equal(sound, expected)
    assert made.heard == {0: 24_000, 1: 24_000} and made.first == {0: 100, 1: 30_001}
    assert refused == []


def test_joining_in_the_middle_gives_the_rest_at_its_place(tmp_path: Path) -> None:
    made, _refused = track(cue(tmp_path, 0, 0, ITEMS[0]), seek=10_000)
    assert np.array_equal(take(made, 10_000, 24_000), ITEMS[0].sound[10_000:])
    assert made.heard == {0: 14_000} and made.first == {0: 10_000}


def test_a_damaged_item_is_silence_and_the_next_keeps_its_place(tmp_path: Path) -> None:
    first, second = cue(tmp_path, 0, 0, ITEMS[0]), cue(tmp_path, 1, 24_000, ITEMS[1])
    data = bytearray(Path(first.path).read_bytes())
    data[1000] ^= 255
    Path(first.path).write_bytes(data)
    made, refused = track(first, second)
    sound = take(made, 0, 48_000)
    assert not np.any(sound[:24_000])
    assert np.array_equal(sound[24_000:], ITEMS[1].sound)
    assert [number for number, _reason in refused] == [0]
    assert made.starved_since is None


def test_a_file_that_is_no_mp3_is_refused_though_its_hash_is_right(tmp_path: Path) -> None:
    import hashlib

    path = tmp_path / "noise.mp3"
    data = bytes(5000)
    path.write_bytes(data)
    _made, refused = track(JobCue(0, 0, str(path), len(data), hashlib.sha256(data).hexdigest(), 0, 1000))
    assert [number for number, _reason in refused] == [0]


def test_volume_is_amplitude_in_percent(tmp_path: Path) -> None:
    made, _refused = track(cue(tmp_path, 0, 0, ITEMS[0]), volume=50)
    assert np.array_equal(take(made, 0, 24_000), np.rint(ITEMS[0].sound * 0.5).astype(np.int16))


def test_decoding_stays_a_bounded_way_ahead(tmp_path: Path) -> None:
    """Half a minute of sound is not decoded at once, and all of it comes out as it is taken."""
    item = make_item(3, 30.0)
    made = Track((cue(tmp_path, 0, 0, item),), 100, lambda _number, _reason: None)
    made.start()
    made.join(timeout=1.5)
    assert made.is_alive()
    sounds = []
    for place in range(0, item.ref.samples, 48_000):
        while made.is_alive() and made.decoded < min(place + 48_000, item.ref.samples):
            time.sleep(0.005)
        assert made.decoded <= place + AHEAD + 4800
        sounds.append(made.take(place, 48_000))
    assert np.array_equal(np.concatenate(sounds), item.sound)
