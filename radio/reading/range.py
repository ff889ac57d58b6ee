"""Ranges of bare numbers: "2021-2030", "trang 12-15", "cấp 6-7"; and chains such as "16-16-8"."""

import re

from . import notes
from .line import Hit, Line
from .number import NUMBER, cardinal, say, value

_YEARS = re.compile(r"((?:1[5-9]|20|21)\d\d)\s?[-–/]\s?((?:1[5-9]|20|21)\d\d)(?![\d.,/]\d|\d|[-–]\d)")
_TWO = re.compile(rf"({NUMBER})(?P<join>\s?(?:-|–|÷|->|→|~)\s?)({NUMBER})(?![\d]|[-–/]\d)")
_LISTED = re.compile(r"[1-9]\d?(?:,[1-9]\d?){1,7}(?![\d/%]|[.,]\d|\s?(?:-|–|tuổi|điểm|lần|%))")
_CHAIN = re.compile(r"\d{1,4}(?:[-–+:]\d{1,4}){2,6}(?![\d])")
_TWO_YEARS = re.compile(r"(?:2|hai|02) năm (?:học )?\(?$")


def years(line: Line, at: int) -> Hit | None:
    """ "giai đoạn 2021-2030", "năm học 2024-2025", "2 năm 2022-2023"."""
    match = _YEARS.match(line.text, at)
    if match is None:
        return None
    first, last = int(match[1]), int(match[2])
    if first >= last:
        return None
    link = "và" if last == first + 1 and _TWO_YEARS.search(line.before(at)) else "đến"
    words = f"{cardinal(first, line.settings)} {link} {cardinal(last, line.settings)}"
    return Hit(match.end(), words, "range")


def numbers(line: Line, at: int) -> Hit | None:
    """Two numbers joined by a dash: from one to the other; a falling pair is shown to the editor."""
    match = _TWO.match(line.text, at)
    if match is None:
        return None
    first, second = match[1], match[3]
    spaced = match["join"].startswith(" ") and match["join"].endswith(" ")
    ranged = line.follows(at, "range")
    following = line.next_word(match.end())
    if spaced and not ranged and not following[:1].islower():
        return None
    words = (say(_bare(first), line.settings), say(_bare(second), line.settings))
    if value(first) < value(second):
        return Hit(match.end(), f"{words[0]} đến {words[1]}", "range")
    if value(first) == value(second) or not ranged:
        alternatives = (f"{words[0]} đến {words[1]}", f"{words[0]} trừ {words[1]}")
        return Hit(match.end(), " ".join(words), "range", False, notes.FALLING_RANGE, alternatives)
    return Hit(
        match.end(), f"{words[0]} đến {words[1]}", "range", False, notes.FALLING_RANGE, (" ".join(words),)
    )


def listed(line: Line, at: int) -> Hit | None:
    """ "lớp 6,7,8", "các ngày 5,6": numbers of things, set apart by commas without a space; no decimals."""
    match = _LISTED.match(line.text, at)
    if match is None or not line.follows(at, "numbered thing"):
        return None
    numbers_ = [int(part) for part in match[0].split(",")]
    if numbers_ != sorted(set(numbers_)):
        return None
    return Hit(match.end(), ", ".join(cardinal(number, line.settings) for number in numbers_), "range")


def _bare(written: str) -> str:
    return written.lstrip("0") or "0" if written.isdecimal() and len(written) < 4 else written


def chain(line: Line, at: int) -> Hit | None:
    """ "NPK 16-16-8", "4-4-2": numbers in a row, joined by nothing."""
    match = _CHAIN.match(line.text, at)
    if match is None:
        return None
    parts = re.findall(r"\d+", match[0])
    known = line.near(at, "chain")
    words = " ".join(cardinal(int(part), line.settings) for part in parts)
    return Hit(match.end(), words, "range", known, "" if known else notes.FALLING_RANGE)
