"""The clip store: whole, verified, shared by processes, bounded."""

import hashlib
import multiprocessing
import os
import wave
from pathlib import Path

import numpy as np
import pytest

from radio.package import RATE
from radio.voice import ClipStore

KEY = hashlib.sha256(b"a clip").hexdigest()
OTHER = hashlib.sha256(b"another").hexdigest()


def noise(seed: int, seconds: float = 0.5) -> np.ndarray:
    return np.random.default_rng(seed).integers(-9000, 9000, int(seconds * RATE)).astype(np.int16)


def test_round_trip(store: ClipStore) -> None:
    """What is put comes back: the samples in a 48 kHz mono WAV, whose bytes have the clip's hash."""
    made = store.put(KEY, noise(1))
    found = store.get(KEY)
    assert found is not None and made.made and not found.made
    assert (found.path, found.sha256, found.samples) == (made.path, made.sha256, RATE // 2)
    assert hashlib.sha256(found.path.read_bytes()).hexdigest() == found.sha256
    with wave.open(str(found.path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        assert (np.frombuffer(file.readframes(RATE), np.int16) == noise(1)).all()


def test_unknown_key(store: ClipStore) -> None:
    """A key never put is None, also before the folder exists."""
    assert store.get(KEY) is None
    store.put(KEY, noise(1))
    assert store.get(OTHER) is None


@pytest.mark.parametrize("damage", ["flip", "cut", "empty"])
def test_damaged(store: ClipStore, damage: str) -> None:
    """A damaged clip is removed and reported as absent; it can be put again."""
    path = store.put(KEY, noise(1)).path
    data = path.read_bytes()
    path.write_bytes(
        {"flip": data[:999] + bytes([data[999] ^ 1]) + data[1000:], "cut": data[:999]}.get(damage, b"")
    )
    assert store.get(KEY) is None and not path.exists()
    assert store.put(KEY, noise(1)).made


def test_first_one_counts(store: ClipStore) -> None:
    """A second sound for one key does not replace the first: items made from it keep their hash."""
    first = store.put(KEY, noise(1))
    assert store.put(KEY, noise(2)).sha256 == first.sha256
    assert len(list(first.path.parent.iterdir())) == 1


def _put_many(
    folder: Path, seed: int, start: "multiprocessing.synchronize.Barrier", results: "multiprocessing.Queue"
) -> None:
    store = ClipStore(folder)
    for number in range(40):
        start.wait()
        key = hashlib.sha256(str(number).encode()).hexdigest()
        results.put((number, store.put(key, noise(seed * 1000 + number, 0.05)).sha256))


def test_two_processes_put_the_same_keys(tmp_path: Path) -> None:
    """Two processes put different sounds under the same keys at the same moment: both get one and the same."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(2), context.Queue()
    workers = [context.Process(target=_put_many, args=(tmp_path, seed, barrier, results)) for seed in (1, 2)]
    for worker in workers:
        worker.start()
    got = [results.get(timeout=60) for _ in range(80)]
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    assert len(set(got)) == 40
    assert len(list(tmp_path.glob("??/*.wav"))) == 40 and not (tmp_path / ".part").exists()


def test_crash_while_writing(store: ClipStore, tmp_path: Path) -> None:
    """A half-written file of a killed process is in nobody's way."""
    store.put(OTHER, noise(1))
    (tmp_path / "clips" / ".part").write_bytes(b"RIFF half")
    assert store.get(KEY) is None
    made = store.put(KEY, noise(2))
    found = store.get(KEY)
    assert found is not None and found.sha256 == made.sha256


def test_prune(store: ClipStore) -> None:
    """The clips not used for longest go first, until the rest fits; a read one counts as used."""
    keys = [hashlib.sha256(bytes([number])).hexdigest() for number in range(4)]
    for age, key in zip((40, 30, 20, 10), keys, strict=True):
        os.utime(store.put(key, noise(1)).path, (1_700_000_000 - age, 1_700_000_000 - age))
    assert store.get(keys[0])
    size = 44 + RATE
    assert store.prune(4 * size) == 0
    assert store.prune(2 * size + 100) == 2
    assert [bool(store.get(key)) for key in keys] == [True, False, False, True]
