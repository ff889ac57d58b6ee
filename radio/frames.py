"""What is said around the bulletins: greeting, contents, farewell; the house's templates filled in. Pure."""

import datetime
import re
from collections.abc import Sequence

from .calendar_vn import lunar_of
from .config import House, Station
from .timetable import DatedSlot

WEEKDAY_NAMES = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def part_of_day(time: datetime.time) -> str:
    """What a Vietnamese announcer calls that hour: sáng, trưa, chiều, tối, đêm."""
    for until, name in ((3, "đêm"), (11, "sáng"), (13, "trưa"), (18, "chiều"), (22, "tối")):
        if time.hour < until:
            return name
    return "đêm"


def clock_words(time: datetime.time) -> str:
    """A time of day as an office writes it: ``5 giờ 30 phút``."""
    return f"{time.hour} giờ {time.minute} phút" if time.minute else f"{time.hour} giờ"


def next_time_words(now: DatedSlot, following: DatedSlot | None) -> str:
    """When the station is next on the air, as the farewell says it; "" if not within a week.

    "mai" is counted from the date on which the farewell is heard, which may be after midnight.
    """
    if following is None:
        return ""
    heard = now.end - datetime.timedelta(seconds=1)
    days = (following.start.date() - heard.date()).days
    part = part_of_day(following.start.timetz())
    day = {0: "nay", 1: "mai"}.get(days)
    time = clock_words(following.start.time())
    return f"{time} {part} {day}" if day else f"{time} {part} {WEEKDAY_NAMES[following.start.weekday()]}"


def fill(
    text: str,
    house: House,
    dated: DatedSlot,
    station: Station | None = None,
    following: DatedSlot | None = None,
    titles: Sequence[str] = (),
) -> str:
    """A template of the running order as a sentence for the reading. Titles become sentences of their own."""
    programme = next(programme for programme in house.programme if programme.id == dated.programme)
    date = dated.start.date()
    lunar = lunar_of(date)
    next_time = next_time_words(dated, following)
    if not next_time:
        text = _without("{next_time}", text)
    return text.format(
        station=station.name if station else "",
        province=house.centre.province,
        programme=programme.name,
        part_of_day=part_of_day(dated.start.time()),
        weekday=WEEKDAY_NAMES[date.weekday()],
        date=f"ngày {date.day} tháng {date.month} năm {date.year}",
        lunar_date=f"{lunar.words} âm lịch",
        lunar_year=lunar.year_words,
        next_time=next_time,
        titles=" ".join(f"{title.strip().rstrip('.')}." for title in titles),
    ).strip()


def _without(placeholder: str, text: str) -> str:
    """The template without the sentences that need the placeholder."""
    sentences = re.split(r"(?<=[.!?])\s+", text)
    return " ".join(sentence for sentence in sentences if placeholder not in sentence)
