"""Ordinals and weekdays: "lần thứ 4" is "thứ tư", "T2-T6", "thứ 2, 4, 6", "CN"."""

import re

from . import notes
from .line import Hit, Line
from .number import cardinal

_NUMBER = re.compile(r"(\d{1,3})(?![\d]|[.,/]\d)|([2-7])(?=,[2-7](?!\d))")
_RANGE = re.compile(r"([2-7])\s?[-–]\s?([2-7])(?![\d.,/])")
_TO_SUNDAY = re.compile(r"([2-7])\s?[-–]\s?(?=CN|[Cc]hủ nhật)")
_T_DAY = re.compile(r"[Tt]([2-7])(?!\w)(?!\s?[/.]\s?\d)")
_T_RANGE = re.compile(r"T([2-7])\s?[-–]\s?(?:T([2-7])|(CN))(?!\w)")
_T_MONTH = re.compile(r"T(1[0-2]|[1-9])(?!\w)(?!\s?[/.]\s?\d|-\d)")
_DAY_FOLLOWS = re.compile(r"\s?(?:,|-|–|và|&|/|đến)\s?(?:T[2-7](?!\d)|CN|chủ nhật|thứ)|\s?(?:hằng|hàng) tuần")


def _words(n: int, line: Line) -> str:
    return {1: "nhất", 4: "tư"}.get(n, cardinal(n, line.settings))


def ordinal(line: Line, at: int) -> Hit | None:
    """The number after "thứ", also in a list or a range of weekdays."""
    first = line.follows(at, "ordinal")
    if not first and not line.in_list(at, "ordinal"):
        return None
    if first and (match := _RANGE.match(line.text, at)) and match[1] < match[2]:
        return Hit(
            match.end(), f"{_words(int(match[1]), line)} đến thứ {_words(int(match[2]), line)}", "ordinal"
        )
    if first and (match := _TO_SUNDAY.match(line.text, at)):
        return Hit(match.end(), f"{_words(int(match[1]), line)} đến ", "ordinal")
    match = _NUMBER.match(line.text, at)
    return Hit(match.end(), _words(int(match[0]), line), "ordinal") if match else None


def short_weekday(line: Line, at: int) -> Hit | None:
    """ "T2" … "T7" and "T2-T6" as weekdays, "T8" … "T12" as months; what stands around decides the rest."""
    if match := _T_RANGE.match(line.text, at):
        last = "chủ nhật" if match[3] else f"thứ {_words(int(match[2]), line)}"
        if not match[3] and match[1] >= match[2]:
            return None
        return Hit(match.end(), f"thứ {_words(int(match[1]), line)} đến {last}", "ordinal")
    if line.text[at - 1 : at] in ("-", "/") and line.text[at - 2 : at - 1].isalpha():
        return None
    before = line.before(at)
    day = _T_DAY.match(line.text, at)
    month = _T_MONTH.match(line.text, at)
    if line.text[at] == "t" and not (line.follows(at, "weekday") or _in_week(line, at)):
        return None
    if day and not line.follows(at, "month end"):
        words = _words(int(day[1]), line)
        doubtful = not (
            line.follows(at, "weekday") or _in_week(line, at) or _DAY_FOLLOWS.match(line.after(day.end(), 16))
        )
        said = words if before.rstrip().endswith("thứ") else f"thứ {words}"
        alternatives = (f"tháng {_words(int(day[1]), line)}",) if doubtful else ()
        return Hit(
            day.end(), said, "ordinal", not doubtful, notes.AMBIGUOUS if doubtful else "", alternatives
        )
    if month:
        words = "tư" if month[1] == "4" else cardinal(int(month[1]), line.settings)
        return Hit(month.end(), words if before.rstrip().endswith("tháng") else f"tháng {words}", "date")
    return None


def _in_week(line: Line, at: int) -> bool:
    """True when another weekday was said just before ("T2, T4")."""
    return line.last_kind == "ordinal" and at - line.last_end <= 4
