"""An Opus file of a loop whose join is as clean as its inside.

An Opus encoder starts from silence and ends in silence, so the first and last milliseconds of a sound that does
neither come out bent, and the join clicks. The remedy is the format's own (RFC 7845, 4.2 and 4.4): encode the
end of the loop before its beginning and its beginning after its end, then tell the player through *pre-skip*
and the last page's *granule position* which samples to drop. FFmpeg's muxer offers no way to say so: the two
fields are written into the finished file here.
"""

import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

FRAME = 960  # samples: Opus frames of 20 ms
PRE_ROLL = 3_840  # samples: the 80 ms a decoder needs to settle, RFC 7845, 4.6
_PAGE = struct.Struct("<4sBBqIIIB")  # RFC 3533, section 6
_PRE_SKIP_AT = 10  # in OpusHead
_GRANULE_AT = 6  # in a page
_CHECKSUM_AT = 22
_POLYNOMIAL = 0x04C11DB7


def pre_skip(head: bytes) -> int:
    """Samples a player drops before the first it plays, from an ``OpusHead`` header: the encoder's own delay."""
    return int(struct.unpack_from("<H", head, _PRE_SKIP_AT)[0])


def with_rolls(samples: NDArray[np.int16], delay: int) -> NDArray[np.int16]:
    """The loop with its end before it and its beginning after it, in whole frames.

    ``delay`` is the encoder's own look-ahead in samples; the last frame reaches past the loop's end by it.
    """
    whole = -(-(PRE_ROLL + len(samples) + delay) // FRAME) * FRAME
    return np.take(samples, np.arange(-PRE_ROLL, whole - PRE_ROLL), mode="wrap")


def declare(data: bytes, delay: int, length: int) -> bytes:
    """The Ogg Opus file ``data`` made from `with_rolls`, telling players to keep just the loop's samples."""
    skip = PRE_ROLL + delay
    pages = list(_pages(data))
    head = bytearray(pages[0])
    struct.pack_into("<H", head, head.index(b"OpusHead") + _PRE_SKIP_AT, skip)
    last = bytearray(pages[-1])
    struct.pack_into("<q", last, _GRANULE_AT, skip + length)
    return b"".join([_sealed(head), *pages[1:-1], _sealed(last)])


def _pages(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        segments = _PAGE.unpack_from(data, at)[-1]
        start = at + _PAGE.size + segments
        end = start + sum(data[at + _PAGE.size : start])
        yield data[at:end]
        at = end


def _sealed(page: bytearray) -> bytes:
    """The page with its checksum made to fit."""
    page[_CHECKSUM_AT : _CHECKSUM_AT + 4] = bytes(4)
    checksum = 0
    for byte in page:
        checksum = ((checksum << 8) & 0xFFFFFFFF) ^ _TABLE[(checksum >> 24) ^ byte]
    struct.pack_into("<I", page, _CHECKSUM_AT, checksum)
    return bytes(page)


def _entry(value: int) -> int:
    value <<= 24
    for _bit in range(8):
        value = ((value << 1) ^ _POLYNOMIAL if value & 0x80000000 else value << 1) & 0xFFFFFFFF
    return value


_TABLE = tuple(_entry(value) for value in range(256))
