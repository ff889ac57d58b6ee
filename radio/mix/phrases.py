"""Music that ends where a phrase ends: what ``audio/audio.toml`` says about a house's music, and how to use it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import av

from .sources import FORMATS

CATALOGUE = "audio.toml"


@dataclass(frozen=True)
class Phrases:
    """Music of ``whole_ms``, played round and round, whose phrases are ``phrase_ms`` long (not always whole ms)."""

    phrase_ms: float
    whole_ms: int

    def end_before(self, ms: int) -> int:
        """The last moment up to ``ms`` at which a phrase ends, or the whole piece does; 0 if there is none."""
        rounds, rest = divmod(ms, self.whole_ms)
        return rounds * self.whole_ms + int(rest // self.phrase_ms * self.phrase_ms)


def phrases(path: Path) -> Phrases | None:
    """The phrases of a piece of music by the catalogue beside it; None where nothing (or nonsense) is said of it."""
    try:
        tree = tomllib.loads((path.parent / CATALOGUE).read_text("utf-8"))
        seconds = tree[path.name]["phrase_seconds"]
        with av.open(str(path), options={"protocol_whitelist": "file", "format_whitelist": FORMATS}) as file:
            whole_ms = (file.duration or 0) // 1000  # FFmpeg counts microseconds
    except (OSError, ValueError, KeyError, TypeError, av.error.FFmpegError):
        return None
    known = isinstance(seconds, int | float) and seconds >= 1 and whole_ms >= seconds * 1000
    return Phrases(seconds * 1000, whole_ms) if known else None
