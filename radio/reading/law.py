"""Points, clauses and articles of laws: "điểm a khoản 2 Điều 5", "Điều 12a", "khoản 1, 2, 3"."""

import re

from .line import Hit, Line
from .number import whole

_NUMBER = re.compile(r"(\d{1,3})([a-zđA-ZĐ])?(?![\w%]|[.,/:\-–]\d)")
_POINTED = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{1,2}))?([a-zđ])?(?![\d%])")
_FORM_CODE = re.compile(r"(\d{1,2})([A-Za-z]?)[-/]([A-ZĐ]{1,5})(?!\w)")


def article(line: Line, at: int) -> Hit | None:
    """The number of an article, clause or point, with the letter that may follow it."""
    if not (line.follows(at, "law") or line.in_list(at, "law")):
        return None
    if pointed := _POINTED.match(line.text, at):
        words = [whole(part.lstrip("0") or "0", line.settings) for part in pointed.groups()[:3] if part]
        letter = f" {pointed[4]}" if pointed[4] else ""
        return Hit(pointed.end(), " chấm ".join(words) + letter, "law")
    match = _NUMBER.match(line.text, at)
    if match is None:
        return None
    letter = f" {line.tables.letter.get(match[2].upper(), match[2])}" if match[2] else ""
    return Hit(match.end(), whole(match[1].lstrip("0") or "0", line.settings) + letter, "law")


def form(line: Line, at: int) -> Hit | None:
    """The number of a form: "mẫu số 01/ĐK", "mẫu 2C-BNV"."""
    match = _FORM_CODE.match(line.text, at)
    if match is None or not line.follows(at, "form", loose=True):
        return None
    words = [whole(match[1].lstrip("0") or "0", line.settings)]
    words += [line.tables.letter.get(c.upper(), c) for c in match[2] + match[3]]
    return Hit(match.end(), " ".join(words), "law")
