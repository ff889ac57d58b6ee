"""The timetable: written-out days for every kind of recurrence and every edge of the calendar and the clock."""

import datetime
import os
import subprocess
import sys
import zoneinfo

import pytest

from radio.calendar_vn import animal_of, holiday_of, lunar_of
from radio.config import House, parse_house
from radio.frames import fill
from radio.timetable import campaigns_on, slots_on, timetable_of

from .houses import SCHEDULE, ZONE

OPEN = SCHEDULE.replace('windows = ["05:00-21:00"]', 'windows = ["00:00-24:00"]')

TET = """
2000-02-05 2001-01-24 2002-02-12 2003-02-01 2004-01-22 2005-02-09 2006-01-29 2007-02-17 2008-02-07 2009-01-26
2010-02-14 2011-02-03 2012-01-23 2013-02-10 2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05
2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13
2030-02-02 2031-01-23 2032-02-11 2033-01-31 2034-02-19 2035-02-08 2036-01-28 2037-02-15 2038-02-04 2039-01-24
2040-02-12 2041-02-01 2042-01-22 2043-02-10 2044-01-30 2045-02-17 2046-02-06 2047-01-26 2048-02-14 2049-02-02
2050-01-23
""".split()  # noqa: SIM905 (a table to be read)
"""New moons at UTC+7 by an ephemeris (PyEphem 4.2); the Chinese dates of 2007 and 2030 are a day later."""


def house(schedule: str) -> House:
    parsed, problems = parse_house("schedule.toml", schedule.encode())
    assert parsed, [str(problem) for problem in problems]
    return parsed


def day(*date: int) -> datetime.date:
    return datetime.date(*date)


def starts(one: House, date: datetime.date, station: int = 0) -> list[str]:
    """Each slot of the day as ``HH:MM:SS id``."""
    return [f"{each.start:%H:%M:%S} {each.slot.id}" for each in slots_on(one, one.station[station], date)]


def days_of(one: House, slot: str, first: datetime.date, count: int) -> list[str]:
    """The dates among ``count`` on which the slot airs."""
    dates = [first + datetime.timedelta(days=number) for number in range(count)]
    return [str(date) for date in dates if any(row.endswith(f" {slot}") for row in starts(one, date))]


def slot(**keys: str) -> str:
    rows = {"id": '"x"', "at": '"09:00"', "programme": '"ngan"', "minutes": "5", **keys}
    return "\n[[slot]]\n" + "\n".join(f"{key.rstrip('_')} = {value}" for key, value in rows.items()) + "\n"


@pytest.mark.parametrize("tet", TET)
def test_tet_by_the_vietnamese_calendar(tet):
    date = datetime.date.fromisoformat(tet)
    assert (lunar_of(date).day, lunar_of(date).month, lunar_of(date).year) == (1, 1, date.year)
    eve = lunar_of(date - datetime.timedelta(days=1))
    assert eve.month == 12 and eve.last and eve.year == date.year - 1


def test_the_words_of_lunar_days():
    assert lunar_of(day(2026, 11, 23)).words == "ngày rằm tháng Mười"
    assert lunar_of(day(2025, 7, 25)).words == "ngày mồng một tháng Sáu nhuận"
    assert lunar_of(day(2027, 2, 5)).words == "ngày hai mươi chín tháng Chạp"
    assert lunar_of(day(2027, 2, 6)).year_words == "Đinh Mùi"


def test_the_animals_of_days_and_public_holidays():
    assert [animal_of(day(2024, 1, 1) + datetime.timedelta(days=n)) for n in (0, 1, 11, 12)] == [
        "tý", "sửu", "hợi", "tý"
    ]  # fmt: skip
    assert animal_of(day(2023, 12, 31)) == "hợi"
    assert holiday_of(day(2027, 9, 2)) and holiday_of(day(2027, 2, 6)) and not holiday_of(day(2027, 9, 7))


def test_weeks_of_the_month():
    one = house(OPEN + slot(days='["mon"]', weeks="[1, -1]"))
    assert days_of(one, "x", day(2026, 11, 1), 61) == ["2026-11-02", "2026-11-30", "2026-12-07", "2026-12-28"]


def test_lunar_days_of_every_month_and_of_one():
    one = house(OPEN + slot(lunar='["1", "15"]') + slot(id='"tet"', at='"10:00"', lunar='"1/1"'))
    assert days_of(one, "x", day(2027, 1, 20), 40) == ["2027-01-22", "2027-02-06", "2027-02-20"]
    assert days_of(one, "tet", day(2026, 1, 1), 1500) == [
        "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-02"
    ]  # fmt: skip


def test_the_last_day_of_the_lunar_year_has_29_or_30_days():
    one = house(OPEN + slot(lunar='"last/12"'))
    assert days_of(one, "x", day(2026, 1, 1), 800) == ["2026-02-16", "2027-02-05", "2028-01-25"]
    assert (lunar_of(day(2028, 1, 25)).day, lunar_of(day(2024, 2, 9)).day) == (29, 30)


def test_market_days_by_two_animals_and_by_every_five_days():
    one = house(
        OPEN
        + slot(animals='["tý", "Ngọ"]')
        + slot(id='"nam"', at='"10:00"', every="5", from_="2026-11-25", until="2026-12-31")
    )
    assert days_of(one, "x", day(2026, 11, 23), 20) == ["2026-11-28", "2026-12-04", "2026-12-10"]
    assert days_of(one, "nam", day(2026, 11, 1), 90) == [
        "2026-11-25", "2026-11-30", "2026-12-05", "2026-12-10", "2026-12-15", "2026-12-20", "2026-12-25", "2026-12-30"
    ]  # fmt: skip


def test_slots_only_or_never_on_public_holidays():
    one = house(OPEN + slot(holidays='"only"') + slot(id='"y"', at='"10:00"', holidays='"no"'))
    assert "09:00:00 x" in starts(one, day(2027, 9, 2)) and "10:00:00 y" not in starts(one, day(2027, 9, 2))
    assert "09:00:00 x" not in starts(one, day(2027, 9, 7)) and "10:00:00 y" in starts(one, day(2027, 9, 7))


EXTRA = """
[[slot]]
id = "chu-nhat"
at = "23:50:30"
days = ["sun"]
programme = "ngan"
minutes = 5
from = 2026-12-01
stations = ["bac"]

[[exception]]
date = 2027-02-06
slot = "sang"
action = "move"
at = "06:00"
note = "mồng Một Tết"

[[exception]]
date = 2027-02-07
slot = "sang"
action = "cancel"
"""


def test_days_seconds_groups_validity_and_exceptions():
    one = house(SCHEDULE.replace('"05:00-21:00"', '"05:00-21:00", "23:00-24:00"') + EXTRA)
    assert starts(one, day(2026, 12, 6), 1) == ["05:30:00 sang", "23:50:30 chu-nhat"]
    assert starts(one, day(2026, 12, 6), 0) == ["05:30:00 sang"]
    assert starts(one, day(2026, 11, 29), 1) == ["05:30:00 sang"], "not before its first day"
    assert starts(one, day(2027, 2, 6)) == ["06:00:00 sang"]
    assert starts(one, day(2027, 2, 7)) == []


def test_exceptions_by_lunar_day_for_some_stations_with_added_and_shortened_slots():
    rules = """
[[exception]]
lunar = "1/1"
slot = "sang"
action = "replace"
at = "06:30"
programme = "ngan"
minutes = 1
stations = ["bac"]

[[exception]]
date = 2027-02-01
until = 2027-02-03
slot = "cho-hoa"
action = "add"
at = "16:00"
programme = "ngan"
minutes = 3
"""
    one = house(SCHEDULE + rules)
    for tet in (day(2027, 2, 6), day(2030, 2, 2)):
        assert starts(one, tet, 0) == ["05:30:00 sang"] and starts(one, tet, 1) == ["06:30:00 sang"]
        assert slots_on(one, one.station[1], tet)[0].slot.seconds == 60
    assert days_of(one, "cho-hoa", day(2027, 1, 25), 20) == ["2027-02-01", "2027-02-02", "2027-02-03"]


def test_29_february_and_31_december():
    one = house(OPEN + slot(from_="2028-02-29", until="2028-02-29") + slot(id='"y"', at='"23:55"'))
    assert starts(one, day(2028, 2, 29)) == ["05:30:00 sang", "09:00:00 x", "23:55:00 y"]
    assert days_of(one, "x", day(2028, 2, 1), 400) == ["2028-02-29"]
    assert starts(one, day(2026, 12, 31)) == ["05:30:00 sang", "23:55:00 y"]
    (_sang, last) = slots_on(one, one.station[0], day(2026, 12, 31))
    assert last.end == datetime.datetime(2027, 1, 1, 0, 0, tzinfo=ZONE)


def test_a_slot_across_midnight_needs_both_sides_and_belongs_to_its_first_day():
    late = slot(at='"23:50"', minutes="20")
    assert parse_house("schedule.toml", (SCHEDULE + late).encode())[0] is None
    one = house(SCHEDULE.replace('"05:00-21:00"', '"00:00-00:10", "05:00-21:00", "23:50-24:00"') + late)
    assert starts(one, day(2026, 12, 31)) == ["05:30:00 sang", "23:50:00 x"]
    assert slots_on(one, one.station[0], day(2026, 12, 31))[1].end == datetime.datetime(
        2027, 1, 1, 0, 10, tzinfo=ZONE
    )
    early = slot(id='"y"', at='"00:05"', minutes="5", from_="2027-01-01", until="2027-01-01")
    two = house(
        SCHEDULE.replace('"05:00-21:00"', '"00:00-00:10", "05:00-21:00", "23:50-24:00"') + late + early
    )
    (refused,) = timetable_of(two).day(two.station[0], day(2027, 1, 1)).refused
    assert refused.rule == "overlap" and refused.span.slot == "y"


def test_a_slot_must_not_sound_into_a_day_on_which_the_station_is_silent():
    text = SCHEDULE.replace('["05:00-21:00"]', '["00:00-24:00"]\ndays = ["thu", "fri"]')
    assert house(text + slot(at='"23:50"', minutes="20", days='["thu"]'))
    parsed, problems = parse_house(
        "schedule.toml", (text + slot(at='"23:50"', minutes="20", days='["fri"]')).encode()
    )
    assert parsed is None and "23:50" in str(problems[0])


def test_a_lunar_date_is_not_repeated_in_a_leap_month():
    one = house(OPEN + slot(lunar='"1/6"') + slot(id='"y"', at='"10:00"', lunar='"1"'))
    assert days_of(one, "x", day(2025, 6, 1), 60) == ["2025-06-25"]
    assert days_of(one, "y", day(2025, 6, 1), 60) == ["2025-06-25", "2025-07-25"]


def test_two_slots_that_touch_are_both_aired_as_one_session():
    touching = slot(at='"05:32"', minutes="3")
    one = house(SCHEDULE + touching)
    assert starts(one, day(2026, 12, 1)) == ["05:30:00 sang", "05:32:00 x"]
    short = SCHEDULE.replace('["05:00-21:00"]', '["05:00-21:00"]\nsession_minutes = 4')
    parsed, problems = parse_house("schedule.toml", (short + touching).encode())
    assert parsed is None and len(problems) == 1
    assert house(short + slot(at='"05:34"', minutes="3")), "two minutes apart they are two sessions"


def test_overlaps_and_sessions_a_day_are_refused_when_the_file_is_read():
    def wrong(schedule: str) -> list[str]:
        return [f"{one.message} {one.hint}" for one in parse_house("schedule.toml", schedule.encode())[1]]

    (overlap,) = wrong(SCHEDULE + slot(at='"05:31"'))
    assert "sang" in overlap and "05:32" in overlap, "the nearest place is named"
    two = SCHEDULE.replace('["05:00-21:00"]', '["05:00-21:00"]\nsessions = 2')
    assert not wrong(two + slot())
    assert len(wrong(two + slot() + slot(id='"y"', at='"12:00"'))) == 1
    weekly = slot(days='["mon"]') + slot(id='"y"', at='"09:02"', days='["tue"]')
    assert not wrong(SCHEDULE + weekly), "they never meet"


PERMIT = """
[[permit]]
from = 2027-02-05T23:45:00
until = 2027-02-06T00:20:00
by = "Chủ tịch Ủy ban nhân dân"
document = "Công văn số 12/UBND-VX"
stations = ["bac"]

[[exception]]
date = 2027-02-05
slot = "giao-thua"
action = "add"
at = "23:50"
programme = "ngan"
minutes = 25
note = "Giao thừa"
"""


def test_an_approved_permit_opens_the_hours_of_one_night_at_its_stations_only():
    one = house(SCHEDULE + PERMIT)
    assert starts(one, day(2027, 2, 5), 1) == ["05:30:00 sang", "23:50:00 giao-thua"]
    assert starts(one, day(2027, 2, 5), 0) == ["05:30:00 sang"]
    (refused,) = timetable_of(one).day(one.station[0], day(2027, 2, 5)).refused
    assert refused.rule == "hours"
    assert refused.nearest is not None and (refused.nearest.start, refused.nearest.seconds) == (
        73_500 + 600,
        1500,
    )
    assert starts(one, day(2027, 2, 6), 1) == ["05:30:00 sang"]
    assert (
        parse_house("schedule.toml", (SCHEDULE + PERMIT.replace('by = "Chủ', 'bi = "Chủ')).encode())[0]
        is None
    )


def test_what_is_refused_names_the_nearest_allowed_place():
    text = (
        SCHEDULE.replace('"05:00-21:00"', '"05:30-07:00"')
        + """
[[exception]]
date = 2026-12-01
slot = "sang"
action = "move"
at = "05:10"
"""
    )
    one = house(text)
    today = timetable_of(one).day(one.station[0], day(2026, 12, 1))
    assert not today.slots
    (refused,) = today.refused
    assert refused.nearest is not None and refused.nearest.start == 5 * 3600 + 30 * 60


def test_a_machine_clock_in_utc_changes_nothing():
    code = (
        "import datetime, sys; sys.path.insert(0, '.');"
        "from tests.test_timetable import house, starts; from tests.houses import SCHEDULE;"
        "print(starts(house(SCHEDULE), datetime.date(2026, 12, 31)))"
    )
    told = {
        zone: subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for zone in ("UTC", "America/New_York", "Asia/Ho_Chi_Minh")
    }
    assert set(told.values()) == {"['05:30:00 sang']\n"}
    one = house(SCHEDULE)
    start = slots_on(one, one.station[0], day(2026, 12, 31))[0].start
    assert start.astimezone(datetime.UTC) == datetime.datetime(2026, 12, 30, 22, 30, tzinfo=datetime.UTC)


def test_where_clocks_change_a_slot_lasts_as_long_as_it_says():
    """Europe, 29 March 2026: 02:00 becomes 03:00."""
    text = OPEN.replace("[centre]", '[centre]\ntimezone = "Europe/Berlin"') + slot(at='"01:50"', minutes="20")
    one = house(text)
    (night, _morning) = slots_on(one, one.station[0], day(2026, 3, 29))
    assert night.end - night.start.astimezone(datetime.UTC) == datetime.timedelta(minutes=20)
    assert night.end.astimezone(zoneinfo.ZoneInfo("Europe/Berlin")).strftime("%H:%M") == "03:10"


def test_campaigns_come_back_every_year_and_may_cross_new_year():
    text = (
        SCHEDULE
        + '\n[[campaign]]\nid = "tet"\nname = "Tết"\nfrom = "12-25"\nuntil = "01-05"\nsection = "tin"\n'
    )
    one = house(text)

    def running(*date: int) -> list[str]:
        return [campaign.id for campaign in campaigns_on(one, datetime.date(*date))]

    assert running(2027, 10, 1) == running(2030, 10, 7) == ["tuan-le"]
    assert running(2027, 10, 8) == []
    assert running(2027, 12, 31) == running(2028, 1, 5) == ["tet"]


def test_the_greeting_names_the_lunar_date_and_the_farewell_the_next_time():
    one = house(
        SCHEDULE.replace('"05:00-21:00"', '"00:00-24:00"') + slot(at='"23:50"', minutes="15", days='["thu"]')
    )
    station = one.station[0]
    (morning, night) = slots_on(one, station, day(2026, 12, 31))
    (next_day,) = slots_on(one, station, day(2027, 1, 1))
    text = "Hôm nay {date}, tức {lunar_date}, năm {lunar_year}. Hẹn gặp lại vào {next_time}. Chào bà con."
    assert fill(text, one, morning, station, night) == (
        "Hôm nay ngày 31 tháng 12 năm 2026, tức ngày hai mươi ba tháng Mười một âm lịch, năm Bính Ngọ. "
        "Hẹn gặp lại vào 23 giờ 50 phút đêm nay. Chào bà con."
    )
    assert "5 giờ 30 phút sáng nay" in fill(text, one, night, station, next_day), "it is heard after midnight"
    assert fill(text, one, night, station, None).endswith("năm Bính Ngọ. Chào bà con.")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (slot(lunar='"31"'), "31"),
        (slot(lunar='"1/13"'), "1/13"),
        (slot(animals='["mèo"]'), "mèo"),
        (slot(weeks="[6]"), "week"),
        (slot(every="5"), "every"),
        (slot(from_="2027-01-02", until="2027-01-01"), "until"),
        ('\n[[exception]]\nslot = "sang"\naction = "cancel"\n', "date"),
        ('\n[[exception]]\ndate = 2027-01-01\nslot = "sang"\naction = "add"\n', "sang"),
        ('\n[[quiet]]\nfrom = 2027-01-01\nuntil = 2027-01-02\nstations = ["ma-baa"]\n', "ma-ba"),
        ('\n[[relay]]\nid = "vov"\nname = "VOV"\nurl = "vov.vn"\nfallback = "song.wav"\n', "vov.vn"),
    ],
)
def test_mistakes_in_the_timetable_are_told(wrong, words):
    parsed, problems = parse_house("schedule.toml", (SCHEDULE + wrong).encode())
    assert parsed is None
    assert any(words in f"{one.message} {one.hint}" for one in problems), [str(one) for one in problems]
