"""E-mail and web addresses, sign by sign."""

import re

from .line import Hit, Line
from .number import digit_by_digit
from .syllable import is_pronounceable

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_-]{1,63}){1,6}"
_MAIL = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._+-]{{0,63}}\s?@\s?{_HOST}")
_SITE = re.compile(
    rf"(?:https?://|www\.)[A-Za-z0-9](?:[A-Za-z0-9_-]{{0,62}})(?:\.[A-Za-z0-9_-]{{1,63}}){{0,6}}(?::\d{{1,5}})?(?:/[\w./?=&%#~+-]{{0,200}})?"
    rf"|{_HOST}(?<=\.vn|com|org|net|edu|gov|nfo|.io|.me)(?![\w])(?:/[\w./?=&%#~+-]{{0,200}})?",
    re.IGNORECASE,
)
_PIECE = re.compile(r"[A-Za-zÀ-ỹĐđ]+|\d+|[^\w\s]|_")
_SIGNS = {
    ".": "chấm",
    "@": "a còng",
    "-": "gạch ngang",
    "_": "gạch dưới",
    "/": "gạch chéo",
    ":": "hai chấm",
    "?": "hỏi chấm",
    "=": "bằng",
    "&": "và",
    "+": "cộng",
    "%": "phần trăm",
    "#": "thăng",
    "~": "ngã",
}


def _say(line: Line, address: str) -> str:
    words = []
    for piece in _PIECE.findall(address):
        if piece in _SIGNS:
            words.append(_SIGNS[piece])
        elif piece.isdecimal():
            words.append(digit_by_digit(piece))
        elif piece.lower() in line.tables.web:
            words.append(line.tables.web[piece.lower()])
        elif line.tables.foreign.get(piece.lower(), ("", False))[1]:
            words.append(line.tables.foreign[piece.lower()][0])
        elif len(piece) > 1 and is_pronounceable(piece):
            words.append(piece.lower())
        elif len(piece) <= 4 or not re.search(r"[aeiouy]", piece.lower()):
            words.append(" ".join(line.tables.letter.get(c.upper(), c) for c in piece))
        else:
            words.append(piece.lower())
    return " ".join(words)


def address(line: Line, at: int) -> Hit | None:
    """A mail or web address; "https://" is not said, nor a full stop that ends the sentence."""
    if at > 0 and (line.text[at - 1].isalnum() or line.text[at - 1] in "@."):
        return None
    match = _MAIL.match(line.text, at) or _SITE.match(line.text, at)
    if match is None:
        return None
    written = match[0].rstrip(".,;:/-?")
    spoken = _say(line, re.sub(r"^https?://", "", written, flags=re.IGNORECASE))
    return Hit(at + len(written), spoken, "web")
