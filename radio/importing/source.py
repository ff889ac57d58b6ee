"""Bytes of a document → numbered lines, refusing what must not or cannot be read. Pure."""

import codecs
import re
import unicodedata
from dataclasses import dataclass

from ..i18n import _
from ..problem import RadioError

MAX_BYTES = 512 * 1024
"""Ten hours of speech; an office document has a hundredth of that."""

_OTHER_FORMATS = (
    (b"PK\x03\x04", ".docx, .odt"),
    (b"%PDF", ".pdf"),
    (b"\xd0\xcf\x11\xe0", ".doc"),
    (b"{\\rtf", ".rtf"),
)
_SECRET = {"MẬT", "TỐIMẬT", "TUYỆTMẬT"}
_CELLS = re.compile(r"\t|\||\s{2,}")


@dataclass(frozen=True)
class Line:
    """One line of the document, numbered from 1, without space at its ends; "" when blank."""

    number: int
    text: str


def decode(data: bytes) -> str:
    """The text of a plain-text file: UTF-8, or UTF-16 with its byte order mark.

    Raises `RadioError` for anything else, for an empty file and for one larger than 512 kB.
    """
    if len(data) > MAX_BYTES:
        raise RadioError(_("the document is larger than 512 kB"))
    for mark, formats in _OTHER_FORMATS:
        if data.startswith(mark):
            raise RadioError(_("this is a %s file; save it as plain text (UTF-8) and import that") % formats)
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise RadioError(
            _("line %d is not UTF-8; old TCVN3 or VNI text has to be converted first") % line
        ) from error
    if "\0" in text:
        raise RadioError(_("this is not a text file"))
    if not text.strip():
        raise RadioError(_("the document is empty"))
    return text


def read_lines(text: str) -> tuple[Line, ...]:
    """Number the lines of ``text`` (NFC, bold marks and control characters removed).

    Raises `RadioError` when a line, or a cell of one, is a secrecy stamp (MẬT, TỐI MẬT, TUYỆT MẬT): such a
    document must not reach a loudspeaker (Law on the Protection of State Secrets).
    """
    text = (
        unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    )
    raw = text.split("\n")
    for number, line in enumerate(raw, 1):
        if stamp := _secrecy(line):
            message = _('line %(line)d is stamped "%(stamp)s": a secret document is never broadcast')
            raise RadioError(message % {"line": number, "stamp": stamp})
    return tuple(Line(number, _clean(line)) for number, line in enumerate(raw, 1))


def _clean(line: str) -> str:
    visible = "".join(
        " " if char in "\t\f\xa0" else char
        for char in line
        if char in "\t\f" or unicodedata.category(char)[0] != "C"
    )
    return re.sub(r" {2,}", " ", visible.replace("**", "")).strip()


def _secrecy(line: str) -> str:
    """The secrecy stamp that ``line`` carries; "" for none. ``bí mật`` in a sentence is no stamp."""
    for cell in (line, *_CELLS.split(line)):
        letters = "".join(char for char in cell if char.isalpha())
        labelled = letters.upper()
        if letters in _SECRET or (labelled.startswith("ĐỘMẬT") and labelled[5:] in _SECRET):
            return cell.strip(" *[](){}")
    return ""
