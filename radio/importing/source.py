"""Bytes of a plain-text document → its text; text → numbered lines. Pure."""

import codecs
import re
import unicodedata
from collections.abc import Sequence
from itertools import groupby

from ..i18n import _
from .advice import shorten
from .content import Aside, Element, Extracted, LeftOut, Line, Paragraph, check_length, refused
from .legacy import by_evidence, convert, decode_old
from .marks import secrecy
from .tabular import is_layout, spoken

MAX_BYTES = 4 * 1024 * 1024
"""A larger file of plain text is no office document."""

_OLD_STAMP = re.compile(r"M\s*(?:Ë|A\s*Ä)\s*T")
"""MẬT as it looks in TCVN3 and VNI, also where the font is lost."""


def decode(data: bytes, file: str = "") -> str:
    """The text of a plain-text file: UTF-8, UTF-16 with its byte order mark, TCVN3, VNI or Windows-1258.

    The old encodings are recognised by the Vietnamese words that they give. Raises `BadInput` for anything
    else, for an empty file and for one larger than 4 MB.
    """
    return _decode(data, file)[0]


def read_text(data: bytes, file: str = "") -> Extracted:
    """A plain-text file as numbered lines. Raises `BadInput`."""
    text, encoding = _decode(data, file)
    lines, notes = old_text(_normal(text).split("\n"))
    if encoding:
        notes = (_("read as %s text and converted to Unicode") % encoding, *notes)
    return Extracted(numbered(lines, file), (), notes)


def read_lines(text: str, file: str = "") -> tuple[Line, ...]:
    """Number the lines of ``text`` (NFC, bold marks and control characters removed).

    Raises `BadInput` when a line, or a cell of one, is a secrecy stamp (MẬT, TỐI MẬT, TUYỆT MẬT): such a
    document must not reach a loudspeaker (Law on the Protection of State Secrets).
    """
    return numbered(_normal(text).split("\n"), file)


def flatten(elements: Sequence[Element], asides: Sequence[Aside] = (), file: str = "") -> Extracted:
    """Paragraphs and tables as numbered lines; what stands beside them is left out. Raises `BadInput`."""
    lines: list[Line] = []
    unsaid: list[LeftOut] = []
    _add(elements, lines, unsaid, file)
    check_length(file, [line.text for line in lines])
    texts, notes = old_text([line.text for line in lines])
    lines = [
        Line(line.number, text, line.whole, line.centred) for line, text in zip(lines, texts, strict=True)
    ]
    if not any(line.text for line in lines):
        hint = _("Type the text, or ask for the document as text: pictures of text cannot be read.")
        raise refused(file, _("there is no text in the document"), hint)
    for aside in asides:
        _refuse_secret(aside.text, 0, file)
    beside = [LeftOut(0, 0, clean_lines(aside.text), aside.reason) for aside in dict.fromkeys(asides)]
    return Extracted(tuple(lines), (*(one for one in beside if one.text), *unsaid), notes)


def old_text(lines: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """Lines in an old encoding converted by evidence, and a note that says which lines."""
    converted, found = by_evidence(lines)
    notes = []
    for encoding in sorted(set(found.values())):
        numbers = [number + 1 for number in sorted(found) if found[number] == encoding]
        values = {"encoding": encoding, "lines": _ranges(numbers)}
        notes.append(_("lines %(lines)s were %(encoding)s text and are converted: compare them") % values)
    return converted, tuple(notes)


def clean_lines(text: str) -> str:
    """``text`` line by line without control characters and without blank lines."""
    return "\n".join(line for raw in _normal(text).split("\n") if (line := _clean(raw)))


def _add(elements: Sequence[Element], lines: list[Line], unsaid: list[LeftOut], file: str) -> None:
    for element in elements:
        if isinstance(element, Paragraph):
            parts = _normal(element.text).split("\n")
            for index, part in enumerate(parts, 1):
                number = len(lines) + 1
                _refuse_secret(part, number, file)
                lines.append(Line(number, _clean(part), index == len(parts), element.centred))
        elif is_layout(element):
            for row in element.rows:
                for cell in row:
                    _add(cell.elements, lines, unsaid, file)
        else:
            for row in element.rows:
                for cell in row:
                    scratch: list[Line] = []
                    _add(cell.elements, scratch, [], file)  # for the stamps in it
            told = spoken(element)
            first = len(lines) + 1
            lines += [
                Line(number, _clean(_normal(text).replace("\n", " ")), True)
                for number, text in enumerate(told.lines, first)
            ]
            reason = _("heading of a column that is not read out")
            unsaid += [LeftOut(first, first, clean_lines(text), reason) for text in told.unsaid]


def _decode(data: bytes, file: str) -> tuple[str, str]:
    again = _("Save it again from the program that wrote it, as .docx or as plain text (UTF-8).")
    if len(data) > MAX_BYTES:
        raise refused(file, _("the text is larger than 4 MB"), shorten())
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not wide and b"\0" in data:
        raise refused(file, _("this is not a text file"), again)
    encoding = ""
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        old = None if wide else decode_old(data)
        if old is None:
            line = data[: error.start].count(b"\n") + 1
            message = _("this is neither UTF-8 nor text in an encoding that is known (TCVN3, VNI)")
            raise refused(file, message, again, line) from error
        text, encoding = old
    if not text.strip():
        raise refused(file, _("the document is empty"), _("Import the document that has the text."))
    check_length(file, [text])
    return text, encoding


def _normal(text: str) -> str:
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\u2028", "\n").replace("\u2029", "\n").replace("\v", "\n")


def numbered(raw: Sequence[str], file: str) -> tuple[Line, ...]:
    """``raw`` cleaned and numbered from 1. Raises `BadInput` at a secrecy stamp."""
    for number, line in enumerate(raw, 1):
        _refuse_secret(line, number, file)
    return tuple(Line(number, _clean(line)) for number, line in enumerate(raw, 1))


def _refuse_secret(text: str, number: int, file: str) -> None:
    for line in _normal(text).split("\n"):
        stamp = secrecy(line)
        if not stamp and _OLD_STAMP.search(line):
            stamp = secrecy(convert(line, "TCVN3")) or secrecy(convert(line, "VNI"))
        if stamp:
            message = _('it is stamped "%(stamp)s": a secret document is never broadcast') % {"stamp": stamp}
            hint = _(
                "Import nothing of it; whoever is answerable for state secrets decides what may be said."
            )
            raise refused(file, message, hint, number)


def _clean(line: str) -> str:
    visible = "".join(
        " " if char in "\t\f\xa0" else char
        for char in line
        if char in "\t\f" or unicodedata.category(char)[0] != "C"
    )
    return re.sub(r" {2,}", " ", visible.replace("**", "")).strip()


def _ranges(numbers: Sequence[int]) -> str:
    """``[1, 2, 3, 7]`` → ``1–3, 7``."""
    parts = []
    for _key, group in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        run = [number for _index, number in group]
        parts.append(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}")
    return ", ".join(parts)
