"""Fractions, ratios, counts out of a total, scores and the slash in house numbers."""

import re

from . import notes
from .line import Hit, Line
from .number import cardinal, say, value, whole
from .quantity import unit_at

_PART = r"(\d{1,3}(?:\.\d{3})+(?:,\d{1,3})?|\d{1,6}(?:,\d{1,3})?)"
_SLASH = re.compile(rf"{_PART}\s?/\s?{_PART}(?!\d)")
_RATIO = re.compile(
    r"(\d{1,4}(?:,\d{1,2})?)\s?:\s?(\d{1,3}(?:[. ]\d{3})+|\d{1,6})(?:\s?:\s?(\d{1,6}))?(?!\d)"
)
_GAME = re.compile(
    r"(?<!\w)(?:thắng|thua|tỷ số|tỉ số|ván|séc|set|hiệp|bóng chuyền|cầu lông|bóng bàn)[^.;]*[(,:]\s?$"
)
_SCORE = re.compile(r"(\d{1,3})\s?[-–:]\s?(\d{1,3})(?![\d]|[.,/]\d|%)")


def slashed(line: Line, at: int) -> Hit | None:
    """ "2/3 đại biểu", "15/21 xã", "ngõ 12/5", "120/80": decided by the words around."""
    if at > 0 and line.text[at - 1] == "/":
        return None
    match = _SLASH.match(line.text, at)
    if match is None:
        return None
    third = re.compile(r"\s?/\s?\d{1,5}(?!\d)").match(line.text, match.end())
    if line.follows(at, "house", loose=True):
        return _house(line, match, third)
    if third:
        return None
    upper, lower = (value(part) for part in match.groups())
    if 11 <= max(upper, lower) <= 40 and _GAME.search(line.before(at)):
        return Hit(match.end(), " ".join(_part_words(line, part) for part in match.groups()), "fraction")
    words = [_part_words(line, part) for part in match.groups()]
    unit = unit_at(line, match.end())
    if unit is not None:
        return Hit(unit.end, f"{words[0]} trên {words[1]} {unit.spoken}", "fraction")
    lower_word = "tư" if lower == 4 else words[1]
    part, count = f"{words[0]} phần {lower_word}", f"{words[0]} trên {words[1]}"
    if lower == 0 or upper >= lower or line.near(at, "blood", 24):
        return Hit(match.end(), count, "fraction")
    if line.precedes(match.end(), "share"):
        return Hit(match.end(), part if lower <= 10 else count, "fraction")
    if line.follows(at, "approximate") and lower <= 10:
        return Hit(match.end(), part, "fraction")
    if line.precedes(match.end(), "counted"):
        doubtful = lower <= 4 and upper < lower
        note = notes.FRACTION_OR_COUNT if doubtful else ""
        return Hit(match.end(), count, "fraction", not doubtful, note, (part,) if doubtful else ())
    if upper == 1 or lower <= 5 or lower == 10:
        return Hit(match.end(), part, "fraction")
    return Hit(match.end(), count, "fraction")


def _part_words(line: Line, written: str) -> str:
    """One side of the slash; a zero in front is a form of writing."""
    return say(written if set(".,") & set(written) else written.lstrip("0") or "0", line.settings)


def _house(line: Line, match: re.Match[str], third: re.Match[str] | None) -> Hit:
    """A house number: its slashes as the house voices them."""
    sign = line.settings.slash or "trên"
    end = third.end() if third else match.end()
    parts = re.findall(r"\d+", match[0] + (third[0] if third else ""))
    words = f" {sign} ".join(whole(part.lstrip("0") or "0", line.settings) for part in parts)
    return Hit(end, words, "fraction")


def ratio(line: Line, at: int) -> Hit | None:
    """ "tỷ lệ 1:500": one to five hundred."""
    match = _RATIO.match(line.text, at)
    if match is None or not line.near(at, "ratio", 24):
        return None
    words = f"{say(match[1], line.settings)} trên {say(match[2], line.settings)}"
    if match[3]:
        words += f" trên {say(match[3], line.settings)}"
    return Hit(match.end(), words, "fraction")


def score(line: Line, at: int) -> Hit | None:
    """ "thắng 2-1", "tỷ số 3 - 0": two numbers, nothing between them."""
    match = _SCORE.match(line.text, at)
    if match is None or not (line.near(at, "score") or _follows_score(line, at)):
        return None
    if line.near(at, "ratio", 24) and ":" in match[0] and "số" not in line.before(at, 12):
        return None
    first, second = (cardinal(int(part), line.settings) for part in match.groups())
    if line.text[match.end() : match.end() + 1] == "%" or line.precedes(match.end(), "things"):
        return None
    return Hit(match.end(), f"{first} {second}", "fraction")


def _follows_score(line: Line, at: int) -> bool:
    return (
        line.last_kind == "fraction"
        and at - line.last_end <= 3
        and "-" in line.text[max(0, line.last_end - 6) : line.last_end]
    )
