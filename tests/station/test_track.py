"""The slot's sound before it reaches a device."""

import time
from pathlib import Path

import numpy as np
import pytest

from radio.station.bundled import CHIME, path_of
from radio.station.bundled import samples as chime
from radio.station.job import JobCue
from radio.station.track import AHEAD, PREROLL, Samples, Track, decode
from tests.station.world import Item, make_item

ITEMS = [make_item(seed, 0.5) for seed in (1, 2)]
CHIMES = path_of(CHIME.sha256) or ""


def cue(folder: Path, number: int, start: int, item: Item) -> JobCue:
    """A cue whose item lies in ``folder``."""
    path = folder / f"{number}.mp3"
    path.write_bytes(item.data)
    ref = item.ref
    return JobCue(number, start, str(path), ref.length, ref.sha256, ref.offset, ref.samples)


def track(
    *cues: JobCue, volume: int = 100, seek: int = 0, fill: tuple[JobCue, ...] = ()
) -> tuple[Track, list[tuple[int, str]]]:
    """A track that has decoded all it will."""
    refused: list[tuple[int, str]] = []
    made = Track(cues, volume, lambda number, reason: refused.append((number, reason)), fill)
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


def spoil(file: str) -> None:
    """Change one byte in the middle."""
    data = bytearray(Path(file).read_bytes())
    data[1000] ^= 255
    Path(file).write_bytes(data)


def test_a_damaged_item_gives_way_to_the_chime_and_the_next_keeps_its_place(tmp_path: Path) -> None:
    """From the first sample of its place; not one sample of the damaged file is heard."""
    first, second = cue(tmp_path, 0, 0, ITEMS[0]), cue(tmp_path, 1, 24_000, ITEMS[1])
    spoil(first.path)
    made, refused = track(first, second)
    sound = take(made, 0, 48_000)
    whole = chime(CHIMES)
    assert np.array_equal(sound[:1000], whole[:1000]) and sound[:24_000].any()
    assert np.array_equal(sound[24_000:], ITEMS[1].sound)
    assert [number for number, _reason in refused] == [0]
    assert made.heard == {1: 24_000}
    assert made.starved_since is None


def test_a_damaged_item_gives_way_to_the_days_music(tmp_path: Path) -> None:
    """The first piece that is whole; it dies away where the item would have ended."""
    longer = make_item(7, 1.0)
    spoilt, music = cue(tmp_path, 2, 0, ITEMS[1]), cue(tmp_path, 3, 0, longer)
    first = cue(tmp_path, 0, 100, ITEMS[0])
    for damaged in (first, spoilt):
        spoil(damaged.path)
    made, _refused = track(first, fill=(spoilt, music))
    sound = take(made, 0, 25_000)
    assert not sound[:100].any() and not sound[24_100:].any()
    assert np.array_equal(sound[100:19_000], longer.sound[:18_900])
    assert np.abs(sound[24_000:24_100]).max() < 100


@pytest.mark.parametrize("place", [0, 7, 48_000, 90_123, 143_000])
def test_joining_a_long_item_gives_its_own_samples(place: int) -> None:
    """From the asked place on they are those of the whole, and most of what lies before is not decoded."""
    item = make_item(4, 3.0)
    whole = np.concatenate([block for _place, block in decode(item.data)])
    parts = list(decode(item.data, place))
    begin, joined = parts[0][0], np.concatenate([block for _place, block in parts])
    assert begin <= place and begin >= place - PREROLL - 1152
    assert np.array_equal(joined[place - begin :], whole[place:])


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
