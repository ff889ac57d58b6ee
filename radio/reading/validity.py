"""How long a text stays true: from its relative days ("sáng mai") and the hours and dates that it announces.

A text that says "hôm nay" is true only on the day it was written for; one that announces an hour is stale once
that hour has come. Nothing here guesses: what cannot be told is left open.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .lexicon import Lexicon
from .model import Span
from .reader import NO_LEXICON, read

_END_OF_DAY = time(23, 59, 59)
_PARTS = {
    "rạng sáng": time(6),
    "sáng": time(11),
    "trưa": time(13),
    "chiều": time(18),
    "tối": time(22),
    "đêm": _END_OF_DAY,
    "khuya": _END_OF_DAY,
}
"""When the parts of a day are over for a listener; an assumption, used only where no hour is told."""
_WEEKDAYS = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5, "nhật": 6}
_CLOCK = re.compile(r"(\d{1,2})\s?(?:h|g|giờ|:)(?:\s?(\d{2}))?", re.IGNORECASE)
_DAY_MONTH = re.compile(r"(\d{1,2})\s?[/.\-]\s?(\d{1,2})(?:\s?[/.\-]\s?(\d{4}))?$")
_IN_WORDS = re.compile(r"ngày\s(\d{1,2})\stháng\s(\d{1,2})(?:\snăm\s(\d{4}))?", re.IGNORECASE)
_PAST = re.compile(
    r"(?<!\w)(?:đã|vừa|vừa qua|ghi nhận|xảy ra|tâm bão|vị trí tâm|đo được|đạt đỉnh|quan trắc|mực nước)(?!\w)",
    re.IGNORECASE,
)
_YEARLY = re.compile(r"(?<!\w)(?:hằng|hàng|mỗi) năm(?!\w)", re.IGNORECASE)
_OPEN_START = re.compile(
    r"(?:từ|kể từ|bắt đầu|hiệu lực|ban hành|áp dụng)\s(?:từ\s)?(?:\S+\s)?ngày\s?$|(?:từ|kể từ)\s$"
)
_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?](?!\s|$)[^.!?\n]*)*(?:[.!?\n]|$)")
_BACK = timedelta(days=60)


@dataclass(frozen=True)
class Expiry:
    """``at``: the last moment (local time of the house) at which the text is true; ``written``: the words that
    say so, at ``start`` to ``end`` of the text."""

    at: datetime
    written: str
    start: int
    end: int


def true_until(text: str, first: date, lexicon: Lexicon = NO_LEXICON) -> Expiry | None:
    """The last moment at which ``text``, first heard on ``first``, is true; None where that cannot be told.

    Every relative day has to be true still; of the dates and hours that are announced the last one counts,
    because a notice of several days is needed until the last of them. What lies before ``first``, what is told as
    past ("đã", "vừa"), what comes back every year, and a date from which something begins ("có hiệu lực từ
    ngày …") set no end.

    >>> str(true_until("Mất điện từ 7h30 đến 11h30 ngày 26/11.", date(2026, 11, 23)).at)
    '2026-11-26 11:30:00'
    """
    relative: list[Expiry] = []
    announced: list[Expiry] = []
    spans = [span for span in read(text, lexicon).spans if span.kind in ("date", "time", "relative")]
    starts = [span.start for span in spans]
    for match in _SENTENCE.finditer(text):
        if not match[0].strip():
            continue
        inside = spans[bisect_left(starts, match.start()) : bisect_left(starts, match.end())]
        days = [span for span in inside if span.kind == "relative" and not _is_clock(span)]
        if days:
            relative += [_of_relative(text, span, match, inside, first) for span in days]
        else:
            announced += _of_dates(match, inside, first)
    last = max(announced, key=lambda expiry: expiry.at, default=None)
    return min([*relative, *([last] if last else [])], key=lambda expiry: expiry.at, default=None)


def _is_clock(span: Span) -> bool:
    """True for an announced hour; "24 giờ tới" is a relative day."""
    return _CLOCK.match(span.written) is not None and not span.written.endswith("tới")


def _clocks(spans: list[Span]) -> list[tuple[int, time]]:
    """(place, time of day) of the last hour of each span that tells one."""
    found = []
    for span in spans:
        if span.kind == "date" or not _is_clock(span):
            continue
        hours = [(int(hour), int(minute or 0)) for hour, minute in _CLOCK.findall(span.written)]
        if hours and hours[-1][0] <= 24 and hours[-1][1] < 60:
            found.append((span.start, _END_OF_DAY if hours[-1][0] == 24 else time(*hours[-1])))
    return found


def _of_relative(text: str, span: Span, sentence: re.Match[str], inside: list[Span], first: date) -> Expiry:
    words = " ".join(span.written.lower().split())
    past = _PAST.search(sentence[0]) is not None
    on, last = _day_of(words, first)
    hours = [] if past else [hour for _, hour in _clocks(inside)]
    if on is None or on > last:
        at = datetime.combine(last, _END_OF_DAY)
    elif hours and on == last:
        at = datetime.combine(on, max(hours))
    else:
        part = next((name for name in _PARTS if words.startswith(name)), "")
        over = _PARTS[part] if part and on == first and not past else _END_OF_DAY
        at = datetime.combine(last if on < last and past else min(on, last), over)
    return Expiry(at, span.written, span.start, span.end)


def _day_of(words: str, first: date) -> tuple[date | None, date]:
    """The day that relative words mean (None: more than one), and the last day on which they mean it."""
    weekday = next((number for name, number in _WEEKDAYS.items() if f" {name}" in f" {words}"), None)
    sunday = first + timedelta(days=6 - first.weekday())
    if words.startswith(("thứ", "chủ nhật")) and weekday is not None:
        monday = sunday - timedelta(days=6)
        if "sau" in words or "tuần tới" in words:
            return monday + timedelta(days=7 + weekday), sunday
        if "tuần này" in words:
            day = monday + timedelta(days=weekday)
            return day, max(day, first)
        day = first + timedelta(days=(weekday - first.weekday()) % 7)
        return day, day
    if "tuần" in words:
        return None, sunday
    if words.endswith(("mai", "mốt", "kia", "kìa")):
        return first + timedelta(days=1 if words.endswith("mai") else 2), first
    if words.endswith("nay") or "bây giờ" in words:
        return first, first
    return None, first


def _of_dates(sentence: re.Match[str], inside: list[Span], first: date) -> Iterator[Expiry]:
    """The end of what a sentence without relative days announces: its last date, with the hour told for it."""
    if _PAST.search(sentence[0]) or _YEARLY.search(sentence[0]):
        return
    dates = list(_dates(sentence, inside, first))
    if not dates:
        return
    day, start, end = max(dates)
    if day < first:
        return
    others = [place for _, place, _ in dates if place > start]
    before = [hour for place, hour in _clocks(inside) if place < start and start - place <= 60]
    after = [hour for place, hour in _clocks(inside) if end <= place < min(others, default=sentence.end())]
    hours = before or after
    at = datetime.combine(day, max(hours) if hours else _END_OF_DAY)
    written = sentence.string[start:end].strip()
    yield Expiry(at, written, start, end)


def _dates(sentence: re.Match[str], inside: list[Span], first: date) -> Iterator[tuple[date, int, int]]:
    """(day, start, end) of every date that something is announced for."""
    text = sentence.string
    for span in inside:
        if span.kind != "date" or _open(text, span.start, span.end):
            continue
        match = _DAY_MONTH.search(span.written.strip())
        if match and (day := _near(match[1], match[2], match[3], first)):
            yield day, span.start, span.end
    for words in _IN_WORDS.finditer(text, sentence.start(), sentence.end()):
        if not _open(text, words.start(1), words.end()) and (
            day := _near(words[1], words[2], words[3], first)
        ):
            yield day, words.start(), words.end()


def _open(text: str, start: int, end: int) -> bool:
    """True for a date from which something begins, with no end told: "có hiệu lực từ ngày 01/01/2027"."""
    ended = re.match(r".{0,40}?(?:đến|tới|-|–)\s", text[end : end + 48])
    return ended is None and _OPEN_START.search(text[max(0, start - 40) : start].lower()) is not None


def _near(day: str, month: str, year: str | None, first: date) -> date | None:
    """The date; without a year the one from sixty days before ``first`` on."""
    try:
        if year:
            return date(int(year), int(month), int(day))
        found = date(first.year, int(month), int(day))
        earlier = found.replace(year=first.year - 1) if found - first > timedelta(days=300) else found
        return earlier if first - earlier <= _BACK else earlier.replace(year=earlier.year + 1)
    except ValueError:
        return None
