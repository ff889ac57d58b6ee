"""The formats an item may have, behind one shape: encoded, decoded, tagged."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ..package import Codec
from . import mp3, opus
from .loudness import MS, Grid, Meter
from .picture import Picture
from .plan import Tags
from .sources import Samples
from .tags import id3

Chapters = tuple[tuple[int, str], ...]
"""(start in ms, title) in order."""


@dataclass(frozen=True)
class Coding:
    """One format. ``offset`` samples come out of the decoder before the first that went in.

    ``encode`` takes blocks of samples and kbit/s, ``decode`` gives blocks again; ``tagged`` gives the pieces of the
    finished file for encoded bytes, tags, chapters, length in ms and cover.
    """

    offset: int
    encode: Callable[[Iterable[Samples], int], bytes]
    decode: Callable[[bytes], Iterator[Samples]]
    tagged: Callable[[bytes, Tags, Chapters, int, Picture | None], tuple[bytes, ...]]

    def measured(self, data: bytes, near: float) -> Grid:
        """The `Grid` of what ``data`` decodes to, with true peaks from ``near`` (full scale 1) on."""
        meter = Meter(near)
        for block in self.decode(data):
            meter.add(block)
        return meter.grid()


def _tagged_mp3(
    data: bytes, tags: Tags, chapters: Chapters, length_ms: int, cover: Picture | None
) -> tuple[bytes, ...]:
    """Players count time from the first sample that comes out, so chapters start later by the offset."""
    delay = mp3.OFFSET // MS
    later = [(start + delay, title) for start, title in chapters]
    return id3(tags, later, length_ms + delay, cover), data


def _tagged_opus(
    data: bytes, tags: Tags, chapters: Chapters, _length_ms: int, cover: Picture | None
) -> tuple[bytes, ...]:
    from .comments import with_comments  # 10 ms that the usual format does not pay

    return (with_comments(data, tags, chapters, cover),)


CODINGS: dict[Codec, Coding] = {
    "mp3": Coding(mp3.OFFSET, mp3.encode, mp3.decode, _tagged_mp3),
    "opus": Coding(opus.OFFSET, opus.encode, opus.decode, _tagged_opus),
}
