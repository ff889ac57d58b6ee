"""A bulletin airs only while its own words are true: none after the hour that it announces."""

import datetime

import pytest

from radio.config import parse_house
from radio.day import plan_station
from radio.house import ready
from radio.newsroom import not_chosen
from radio.programme import Offer
from radio.reading import Lexicon, Settings
from radio.script import parse

from .houses import SCHEDULE, script

TWO_SLOTS = SCHEDULE.replace("minutes = 2", "minutes = 5") + (
    '\n[[slot]]\nid = "chieu"\nat = "17:00"\nprogramme = "ngan"\nminutes = 5\n'
)


@pytest.mark.parametrize(
    ("text", "first", "day", "slots"),
    [
        ("Mất điện từ 7h30 đến 11h30 ngày 26/11.", "2026-11-23", "2026-11-25", ["sang", "chieu"]),
        ("Mất điện từ 7h30 đến 11h30 ngày 26/11.", "2026-11-23", "2026-11-26", ["sang"]),
        ("Mất điện từ 7h30 đến 11h30 ngày 26/11.", "2026-11-23", "2026-11-27", []),
        ("Sáng mai có họp xóm.", "2026-11-23", "2026-11-23", ["sang", "chieu"]),
        ("Sáng mai có họp xóm.", "2026-11-23", "2026-11-24", []),
        ("Ngày 21 tháng 4 hằng năm là Ngày Sách.", "2026-11-23", "2027-10-01", ["sang", "chieu"]),
        ("Mời bà con rửa tay bằng xà phòng.", "2026-11-23", "2029-01-01", ["sang", "chieu"]),
    ],
)
def test_slots_that_still_take_it(tmp_path, text, first, day, slots):
    house, problems = parse_house("schedule.toml", TWO_SLOTS.encode())
    assert house, problems
    bulletin, problems = parse(f"scripts/{first}-tin.md", script("Tin", text, times="9").encode())
    assert bulletin, problems
    known = ready(tmp_path, bulletin, Lexicon(), Settings())
    offer = Offer(bulletin, 20.0, known.expiry.at if known.expiry else None)
    plan = plan_station(house, house.station[0], datetime.date.fromisoformat(day), [offer])
    assert [slot.dated.slot.id for slot in plan.slots if slot.bulletins] == slots
    told = [row.reason for row in not_chosen([offer], [plan])]
    assert bool(told) == (not slots) and all("true only until" in reason for reason in told)
