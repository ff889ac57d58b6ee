"""The clip store: each voiced sentence once, on disk, by what was asked of which engine.

A clip is ``<first two of the key>/<key>.<sha256 of the file>.wav``: its name says what its bytes must be.
"""

import fcntl
import hashlib
import io
import json
import os
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ..package import RATE
from .base import Pcm, Speaker, Voice
from .phrases import normalise

FORMAT = 1
"""Part of every key; raised when the shaping of speech changes, so that no clip of the old kind is used."""


@dataclass(frozen=True)
class Clip:
    """A voiced sentence: ``samples`` at `RATE` in the WAV file ``path``, whose bytes have this ``sha256``.

    ``made`` says that it was synthesised now and not found in the store.
    """

    key: str
    path: Path
    samples: int
    made: bool
    sha256: str


def clip_key(voice: Voice, speaker: Speaker, text: str) -> str:
    """Hex SHA-256 over everything that decides the sound: text (NFC), engine, version, settings.

    Raises `VoiceDown` when the engine cannot tell its version.
    """
    parts = [FORMAT, normalise(text), voice.name, voice.version(), voice.settings(speaker)]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


class ClipStore:
    """A folder of clips. Any number of processes may use it at once; all of it can be made again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> Clip | None:
        """The clip of that key, or None. Each reading checks its hash; a damaged file is removed.

        Its time of change becomes the time of its last use, for `prune`.
        """
        for path in sorted(self._home(key).glob(f"{key}.*.wav")):
            sha256 = path.name.split(".")[1]
            try:
                data = path.read_bytes()
                os.utime(path)
            except FileNotFoundError:
                continue
            if hashlib.sha256(data).hexdigest() == sha256:
                return Clip(key, path, _samples(data), False, sha256)
            path.unlink(missing_ok=True)
        return None

    def put(self, key: str, pcm: Pcm) -> Clip:
        """Keep ``pcm`` and return its clip; where another process was first, its clip counts.

        Raises OSError when the folder cannot be written.
        """
        with self._locked():
            if earlier := self.get(key):
                return replace(earlier, made=True)
            data = _wav(pcm)
            sha256 = hashlib.sha256(data).hexdigest()
            path = self._home(key) / f"{key}.{sha256}.wav"
            path.parent.mkdir(exist_ok=True)
            part = self._folder / ".part"  # the lock makes it ours; one left by a crash is overwritten
            try:
                part.write_bytes(data)  # without fsync, 35 ms a clip: what a power cut tears, the hash finds
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
            return Clip(key, path, len(pcm), True, sha256)

    def prune(self, most_bytes: int) -> int:
        """Remove the clips not used for longest until at most ``most_bytes`` are left; returns how many went."""
        with self._locked():
            ages = sorted((path.stat().st_mtime, path) for path in self._folder.glob("??/*.wav"))
            sizes = [path.stat().st_size for _age, path in ages]
            excess, removed = sum(sizes) - most_bytes, 0
            while excess > 0:
                ages[removed][1].unlink()
                excess -= sizes[removed]
                removed += 1
            return removed

    def _home(self, key: str) -> Path:
        return self._folder / key[:2]

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time, whichever process or thread it is; the lock goes with its holder."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _wav(pcm: Pcm) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm.astype("<i2", copy=False).tobytes())
    return buffer.getvalue()


def _samples(data: bytes) -> int:
    with wave.open(io.BytesIO(data)) as file:
        return int(file.getnframes())
