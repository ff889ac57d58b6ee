"""The kinds of value that ``schedule.toml`` holds: how each is written, and what is said of one that is not.

Functions here raise ValueError with a sentence for the user; pydantic calls them, `radio.config` shows it.
"""

import datetime
import difflib
import re
import unicodedata
import zoneinfo
from collections.abc import Iterable
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BeforeValidator

from .calendar_vn import ANIMALS
from .i18n import _

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


def _id(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", value):
        raise ValueError(_("use small letters a–z, digits and hyphens, for example truong-ha"))
    return value


def _time(value: object) -> datetime.time:
    if isinstance(value, datetime.time):
        return value
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", str(value))
    if not match or int(match[1]) > 23 or int(match[2]) > 59 or int(match[3] or 0) > 59:
        raise ValueError(_('"%s" is not a time of day; write for example 05:30 or 17:00:30') % value)
    return datetime.time(int(match[1]), int(match[2]), int(match[3] or 0))


def _days(value: object) -> object:
    return WEEKDAYS if value == "daily" else value


def _month_day(value: str) -> str:
    try:
        datetime.date.fromisoformat(f"2028-{value}")  # a leap year, so that 02-29 may be written
    except ValueError:
        raise ValueError(
            _('"%s" is not a day of the year; write month-day, for example 10-01') % value
        ) from None
    return value


def _zone(value: str) -> str:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        raise ValueError(_('"%s" is not a time zone; write for example Asia/Ho_Chi_Minh') % value) from None
    return value


def _late(value: object) -> str:
    if not re.fullmatch(r"skip|join|next|late \d{1,3}", str(value)):
        raise ValueError(
            _('"%s" is no lateness policy; choose skip, join, next or "late 5" (minutes)') % value
        )
    return str(value)


def _window(value: object) -> tuple[datetime.time, datetime.time | None]:
    """``05:00-06:30`` → its two times; None as the end stands for midnight (24:00)."""
    start, dash, end = str(value).partition("-")
    if not dash:
        raise ValueError(_('"%s" is no stretch of hours; write for example 05:00-06:30') % value)
    begin, until = _time(start.strip()), None if end.strip() == "24:00" else _time(end.strip())
    if until is not None and until <= begin:
        raise ValueError(_('"%s" ends before it begins; cut it in two at midnight') % value)
    return begin, until


def _week(value: int) -> int:
    if value not in (-1, 1, 2, 3, 4, 5):
        raise ValueError(_("a week of the month is 1 to 5, or -1 for the last"))
    return value


def _local(value: datetime.datetime) -> datetime.datetime:
    if value.tzinfo is not None:
        raise ValueError(_("write local time without an offset: 2027-02-05T23:30:00"))
    return value


LunarRule = tuple[int, int]
"""A day of a lunar month and the month: day 0 is the month's last, month 0 any month (leap months too)."""


def _lunar(value: object) -> LunarRule:
    """``15`` → the 15th of every lunar month; ``1/1`` → Tết; ``last/12`` → the year's last day."""
    match = re.fullmatch(r"(\d{1,2}|last)(?:/(\d{1,2}))?", str(value).strip())
    day = 0 if match and match[1] == "last" else int(match[1]) if match else 99
    month = int(match[2]) if match and match[2] else 0
    if not match or day > 30 or (match[1] != "last" and day == 0) or month > 12 or match[2] in ("0", "00"):
        raise ValueError(
            _('"%s" is no lunar day; write "15", "1/1" (day/month), "last" or "last/12"') % value
        )
    return day, month


def _lunars(value: object) -> object:
    return tuple(_lunar(one) for one in (value if isinstance(value, list | tuple) else [value]))


def _animal(value: str) -> str:
    name = unicodedata.normalize("NFC", value).casefold()
    if name not in ANIMALS:
        raise ValueError(_('"%s" is none of the twelve animals. ') % value + did_you_mean(name, ANIMALS))
    return name


def _names(value: object) -> object:
    """One name or a list of names."""
    return ((value,) if value else ()) if isinstance(value, str) else value


def _voice_file(value: str) -> str:
    if value and not re.fullmatch(r"[^/\\]+\.onnx", value):
        raise ValueError(_('"%s" is not a voice file; write the name of an .onnx file in voices/') % value)
    return value


Engine = Literal["gtts", "espeak", "piper", "http"]
VoiceFile = Annotated[str, AfterValidator(_voice_file)]
Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
Id = Annotated[str, AfterValidator(_id)]
Time = Annotated[datetime.time, BeforeValidator(_time)]
Days = Annotated[tuple[Weekday, ...], BeforeValidator(_days)]
Window = Annotated[tuple[datetime.time, datetime.time | None], BeforeValidator(_window)]
MonthDay = Annotated[str, AfterValidator(_month_day)]
LunarRules = Annotated[tuple[LunarRule, ...], BeforeValidator(_lunars)]
Animals = Annotated[tuple[Annotated[str, AfterValidator(_animal)], ...], BeforeValidator(_names)]
Week = Annotated[int, AfterValidator(_week)]
Zone = Annotated[str, AfterValidator(_zone)]
LateText = Annotated[str, BeforeValidator(_late)]
LocalTime = Annotated[datetime.datetime, AfterValidator(_local)]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    known = list(known)
    close = difflib.get_close_matches(word, known, 1, 0.6)
    return _('Did you mean "%s"?') % close[0] if close else _("Known: %s.") % ", ".join(known)
