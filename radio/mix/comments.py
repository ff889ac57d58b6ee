"""Tags of an Opus file: Vorbis comments, written by mutagen.

| comment | holds |
| --- | --- |
| TITLE, ALBUM, ARTIST, ORGANIZATION | title, section, centre (twice) |
| LANGUAGE, LYRICS | language; the text that is spoken |
| CHAPTER000, CHAPTER000NAME, … | chapters |
| METADATA_BLOCK_PICTURE | the centre's logo |
| MACHINE-VOICE, SCRIPT-SHA256 | as in `tags` |
"""

import base64
import io
from collections.abc import Sequence
from typing import Any

import mutagen.flac
import mutagen.oggopus

from .picture import Picture
from .plan import Tags
from .tags import FRONT_COVER, language_code

_flac: Any = mutagen.flac  # its classes carry no types
_opus: Any = mutagen.oggopus


def with_comments(
    data: bytes, tags: Tags, chapters: Sequence[tuple[int, str]], cover: Picture | None = None
) -> bytes:
    """The Opus file ``data`` with its tags; ``chapters`` are (start in ms, title) in order."""
    target = io.BytesIO(data)
    file = _opus.OggOpus(target)
    for name, value in _comments(tags, chapters, cover):
        file[name] = value
    target.seek(0)
    file.save(target, padding=lambda info: 0)
    return target.getvalue()


def _comments(
    tags: Tags, chapters: Sequence[tuple[int, str]], cover: Picture | None
) -> list[tuple[str, str]]:
    rows = [
        ("TITLE", tags.title),
        ("ALBUM", tags.section),
        ("ARTIST", tags.centre),
        ("ORGANIZATION", tags.centre),
        ("LANGUAGE", language_code(tags.language)),
        ("LYRICS", tags.text),
        ("MACHINE-VOICE", tags.machine_voice),
        ("SCRIPT-SHA256", tags.script_sha256),
        ("METADATA_BLOCK_PICTURE", "" if cover is None else _block(cover)),
    ]
    for number, (start, title) in enumerate(chapters):
        rows += [(f"CHAPTER{number:03d}", _clock(start)), (f"CHAPTER{number:03d}NAME", title)]
    return [(name, value) for name, value in rows if value]


def _block(cover: Picture) -> str:
    """A FLAC picture block in base 64, as RFC 9639 (8.8) and the Vorbis comment field want it."""
    block = _flac.Picture()
    block.type, block.mime, block.data = FRONT_COVER, cover.mime, cover.data
    block.width, block.height, block.depth = cover.width, cover.height, 24
    return base64.b64encode(block.write()).decode("ascii")


def _clock(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"
