"""The cover picture of items (the centre's logo): a small PNG or JPEG, looked at before it is used."""

import struct
from dataclasses import dataclass
from pathlib import Path

from ..i18n import _
from ..problem import os_reason
from .problems import MixError

MOST_BYTES = 100_000
"""The picture travels with every spoken item; half a minute of speech at 64 kbit/s is 240,000 bytes."""

MOST_PIXELS = 1500
"""On a side: more than any player shows."""

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_START_OF_FRAME = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True)
class Picture:
    """A picture's bytes, media type and size in pixels."""

    mime: str
    width: int
    height: int
    data: bytes


def read_picture(path: Path) -> Picture:
    """The picture in a file. Raises `MixError` where it is no PNG or JPEG, or larger than the bounds above."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise MixError(
            _("%(file)s: cannot be read: %(reason)s") % {"file": path, "reason": os_reason(error)}
        ) from error
    if len(data) > MOST_BYTES:
        message = _("%(file)s: a picture for the items may have at most %(most)d kB")
        raise MixError(message % {"file": path, "most": MOST_BYTES // 1000})
    mime, size = ("image/png", _png_size(data)) if data.startswith(_PNG) else ("image/jpeg", _jpeg_size(data))
    if size is None:
        raise MixError(_("%(file)s: is no whole PNG or JPEG picture") % {"file": path})
    if not 0 < min(size) <= max(size) <= MOST_PIXELS:
        words = {"file": path, "width": size[0], "height": size[1], "most": MOST_PIXELS}
        raise MixError(
            _("%(file)s: %(width)d × %(height)d pixels; at most %(most)d on a side are allowed") % words
        )
    return Picture(mime, *size, data)


def _png_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in its first chunk; None without that or without its last one."""
    if data[12:16] != b"IHDR" or b"IEND" not in data[-12:]:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in its frame header; None where there is none or the end of the picture is missing."""
    if not data.startswith(_JPEG) or b"\xff\xd9" not in data[-16:]:
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in _START_OF_FRAME:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
