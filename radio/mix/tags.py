"""ID3v2.3 tags, written by mutagen in front of the frames.

| frame | holds |
| --- | --- |
| TIT2 | title |
| TALB | section (chuyên mục): players list the items of a section together |
| TPE1, TPUB | the centre |
| TLAN, USLT | language; the text that is spoken |
| CHAP, CTOC | chapters |
| APIC | the centre's logo |
| TXXX machine-voice | the engine of a synthetic voice (Law 134/2025/QH15); absent when only people speak |
| TXXX script-sha256 | which script this is |
"""

import io
from collections.abc import Sequence
from typing import Any

import mutagen.id3

from .picture import Picture
from .plan import Tags

LANGUAGES = {"vi": "vie", "en": "eng", "tyz": "tyz", "nut": "nut", "hmn": "hmn", "mww": "mww", "ium": "ium"}
UNKNOWN_LANGUAGE = "und"
NO_OFFSET = 0xFFFFFFFF
FRONT_COVER = 3

_id3: Any = mutagen.id3  # its classes carry no types
_UTF16 = _id3.Encoding.UTF16


def language_code(tag: str) -> str:
    """The ISO 639-2 or 639-3 code of a BCP 47 tag, as ID3 wants it."""
    return LANGUAGES.get(tag.split("-")[0], UNKNOWN_LANGUAGE)


def id3(
    tags: Tags, chapters: Sequence[tuple[int, str]], length_ms: int, cover: Picture | None = None
) -> bytes:
    """The tag that goes before the frames; ``chapters`` are (start in ms, title) in order."""
    language = language_code(tags.language)
    frames = _id3.ID3()
    frames.add(_id3.TIT2(encoding=_UTF16, text=tags.title))
    frames.add(_id3.TLAN(encoding=_id3.Encoding.LATIN1, text=language))
    if tags.section:
        frames.add(_id3.TALB(encoding=_UTF16, text=tags.section))
    if tags.centre:
        frames.add(_id3.TPE1(encoding=_UTF16, text=tags.centre))
        frames.add(_id3.TPUB(encoding=_UTF16, text=tags.centre))
    if tags.text:
        frames.add(_id3.USLT(encoding=_UTF16, lang=language, desc="", text=tags.text))
    for name, value in (("machine-voice", tags.machine_voice), ("script-sha256", tags.script_sha256)):
        if value:
            frames.add(_id3.TXXX(encoding=_UTF16, desc=name, text=value))
    if cover is not None:
        picture = _id3.APIC(
            encoding=_id3.Encoding.LATIN1, mime=cover.mime, type=FRONT_COVER, desc="", data=cover.data
        )
        frames.add(picture)
    for frame in _chapter_frames(chapters, length_ms):
        frames.add(frame)
    frames.update_to_v23()
    target = io.BytesIO()
    frames.save(target, v1=0, v2_version=3, padding=lambda info: 0)
    return target.getvalue()


def _chapter_frames(chapters: Sequence[tuple[int, str]], length_ms: int) -> list[Any]:
    """One CHAP each and their CTOC.

    Titles are filled up with spaces to one length: mutagen writes frames by size, and readers trust the order.
    """
    if not chapters:
        return []
    width = max(_units(title) for _start, title in chapters)
    ends = [start for start, _title in chapters[1:]] + [length_ms]
    names = [f"ch{number:04d}" for number in range(len(chapters))]
    frames: list[Any] = [
        _id3.CHAP(
            element_id=name,
            start_time=start,
            end_time=end,
            start_offset=NO_OFFSET,
            end_offset=NO_OFFSET,
            sub_frames=[_id3.TIT2(encoding=_UTF16, text=title + " " * (width - _units(title)))],
        )
        for name, (start, title), end in zip(names, chapters, ends, strict=True)
    ]
    contents = _id3.CTOC(
        element_id="toc",
        flags=_id3.CTOCFlags.TOP_LEVEL | _id3.CTOCFlags.ORDERED,
        child_element_ids=names,
        sub_frames=[],
    )
    return [contents, *frames]


def _units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2
