"""Roman numerals, only where one belongs: after "khóa, quý, thế kỷ, chương …", in headings, after a ruler's name."""

import re

from . import notes
from .letters import LOWER, UPPER
from .line import Hit, Line
from .number import cardinal

_NUMERAL = re.compile(
    r"(?=[IVXLCDM])(M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))(?![^\W_]|\d)"
)
_NAME = re.compile(rf"[{UPPER}][{LOWER}]+\s$")
_RANGE = re.compile(r"\s?[-–]\s?(?=[IVXL])")
_YEAR = re.compile(r"\s?[/\-.]\s?((?:19|20)\d\d)(?![\d/])")
_HEADING = re.compile(r"\s?[.)/\-–:]+\W{0,4}(?=\w)")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def number_of(numeral: str) -> int:
    """The value of a well-formed Roman numeral.

    >>> number_of("XIV")
    14
    """
    total = 0
    for letter, following in zip(numeral, numeral[1:] + " ", strict=True):
        sign = -1 if _VALUES.get(following, 0) > _VALUES[letter] else 1
        total += sign * _VALUES[letter]
    return total


def ordinal_words(n: int, line: Line) -> str:
    """After "thứ": nhất, tư, otherwise the number."""
    return {1: "nhất", 4: "tư"}.get(n, cardinal(n, line.settings))


def numeral(line: Line, at: int) -> Hit | None:
    """A Roman numeral where the words before it call for one."""
    match = _NUMERAL.match(line.text, at)
    if (
        match is None
        or not match[1]
        or (at > 0 and (line.text[at - 1].isalnum() or line.text[at - 1] in "/&"))
    ):
        return None
    letters = match[1]
    n = number_of(letters)
    if line.last_kind == "code" and line.last_end == at - 1 and line.text[at - 1] == "-" and n < 10:
        return Hit(match.end(), cardinal(n, line.settings), "roman")
    if line.follows(at, "ordinal"):
        return Hit(match.end(), ordinal_words(n, line), "roman")
    if line.follows(at, "roman") or line.in_list(at, "roman"):
        if letters in ("C", "D", "L", "M") or n > 60:
            return None
        return _with_range(line, match.end(), n)
    if set(letters) <= set("IVX") and _heading(line, at, match.end()):
        return Hit(match.end(), cardinal(n, line.settings), "roman")
    if set(letters) <= set("IVX") and line.near(at, "ruler", 32):
        return Hit(match.end(), cardinal(n, line.settings), "roman")
    if (
        len(letters) >= 2
        and set(letters) <= set("IVX")
        and not line.shouting
        and _NAME.search(line.text[max(0, at - 24) : at])
    ):
        sure = letters not in ("VI", "XI", "IX", "IV", "XV")
        return Hit(match.end(), cardinal(n, line.settings), "roman", sure, "" if sure else notes.ROMAN)
    if letters in ("II", "III", "VII", "VIII", "XII", "XIII", "XIV", "XVI", "XVII", "XVIII", "XIX", "XXI"):
        return Hit(match.end(), cardinal(n, line.settings), "roman", False, notes.ROMAN)
    return None


def _with_range(line: Line, end: int, n: int) -> Hit:
    """A numeral, with the end of its range if one follows ("quý I-II")."""
    join = _RANGE.match(line.text, end)
    other = _NUMERAL.match(line.text, join.end()) if join else None
    if join and other and number_of(other[1]) > n:
        words = f"{cardinal(n, line.settings)} đến {cardinal(number_of(other[1]), line.settings)}"
        return Hit(other.end(), words, "roman")
    year = _YEAR.match(line.text, end)
    if year:
        words = f"{cardinal(n, line.settings)} năm {cardinal(int(year[1]), line.settings)}"
        return Hit(year.end(), words, "roman")
    return Hit(end, cardinal(n, line.settings), "roman")


def _heading(line: Line, at: int, end: int) -> bool:
    """True for a numeral that opens a line and is followed by a dot, a bracket, a dash or a slash."""
    return line.opens(at, "*#_(") and _HEADING.match(line.text, end) is not None
