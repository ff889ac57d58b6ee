"""Choosing bulletins and laying out a day: written-out expected plans."""

import datetime

from radio.config import ClockPart, parse_house
from radio.day import BETWEEN_SECONDS, plan_station
from radio.programme import Offer, choose
from radio.script import parse
from radio.timetable import campaigns_on, slots_on

from .houses import SCHEDULE, ZONE, script

DAY = datetime.date(2026, 11, 23)
PART = ClockPart(part="bulletins")


def offer(name: str, seconds: float = 30, **front: str) -> Offer:
    bulletin, problems = parse(f"scripts/{name}.md", script(name, "Nói.", **front).encode())
    assert bulletin, problems
    return Offer(bulletin, seconds)


def ids(offers, seconds=1000.0, campaigns=None, aired=None, part=PART, date=DAY):
    return [pick.bulletin.id for pick in choose(part, offers, seconds, 0, date, campaigns or {}, aired or {})]


def house(schedule: str = SCHEDULE):
    parsed, problems = parse_house("schedule.toml", schedule.encode())
    assert parsed, problems
    return parsed


def test_priority_then_campaign_then_dated_then_the_rest():
    offers = [
        offer("thuong"),
        offer("co-han", until="2026-12-01"),
        offer("chien-dich", section='"hoc"'),
        offer("uu-tien", level='"priority"'),
    ]
    assert ids(offers, campaigns={"hoc": "Tuần lễ"}) == ["uu-tien", "chien-dich", "co-han", "thuong"]


def test_an_emergency_never_enters_a_programme():
    assert ids([offer("lu", level='"emergency"'), offer("tin")]) == ["tin"]


def test_a_bulletin_is_never_cut_and_its_place_goes_to_one_that_fits():
    offers = [offer("dai", 100, level='"priority"'), offer("ngan", 20)]
    assert ids(offers, seconds=60) == ["ngan"]


def test_times_a_day_is_a_limit():
    offers = [offer("mot-lan"), offer("hai-lan", times="2")]
    assert ids(offers, aired={"mot-lan": 1, "hai-lan": 1}) == ["hai-lan"]


def test_equal_bulletins_take_turns_and_the_same_day_is_always_the_same():
    offers = [offer(f"b{number}") for number in range(6)]
    days = [DAY + datetime.timedelta(days=offset) for offset in range(30)]
    first = [ids(offers, seconds=35, date=day)[0] for day in days]
    assert set(first) == {f"b{number}" for number in range(6)}
    assert first == [ids(list(reversed(offers)), seconds=35, date=day)[0] for day in days]


def test_sections_and_most_limit_a_place():
    offers = [offer("a"), offer("b", section='"hoc"'), offer("c")]
    assert ids(offers, part=ClockPart(part="bulletins", sections=("hoc",))) == ["b"]
    assert len(ids(offers, part=ClockPart(part="bulletins", most=2))) == 2


def test_a_station_hears_only_what_is_meant_for_it_today():
    one = house(SCHEDULE.replace("minutes = 2", "minutes = 5"))
    offers = [
        offer("moi-noi"),
        offer("phia-bac", stations='["bac"]'),
        offer("ma-ba", stations='["ma-ba"]'),
        offer("het-han", until="2026-11-22"),
        offer("chua-toi", from_="2026-11-24"),
    ]
    heard = {
        station.id: {
            bulletin.id
            for slot in plan_station(one, station, DAY, offers).slots
            for bulletin in slot.bulletins
        }
        for station in one.station
    }
    assert heard == {"ma-ba": {"moi-noi", "ma-ba"}, "truong-ha": {"moi-noi", "phia-bac"}}


def test_what_is_chosen_fits_the_slot():
    one = house()
    offers = [offer(f"b{number}", 25) for number in range(10)]
    plan = plan_station(one, one.station[0], DAY, offers)
    (slot,) = plan.slots
    assert 0 < len(slot.bulletins) * (25 + BETWEEN_SECONDS) <= 120


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
    ma_ba, truong_ha = one.station

    def starts(station, *date):
        return [dated.start for dated in slots_on(one, station, datetime.date(*date))]

    assert starts(truong_ha, 2026, 12, 6) == [
        datetime.datetime(2026, 12, 6, 5, 30, tzinfo=ZONE),
        datetime.datetime(2026, 12, 6, 23, 50, 30, tzinfo=ZONE),
    ]
    assert len(starts(ma_ba, 2026, 12, 6)) == 1
    assert len(starts(truong_ha, 2026, 11, 29)) == 1, "not before its first day"
    assert starts(ma_ba, 2027, 2, 6) == [datetime.datetime(2027, 2, 6, 6, 0, tzinfo=ZONE)]
    assert starts(ma_ba, 2027, 2, 7) == []
    assert len(starts(ma_ba, 2028, 2, 29)) == 1


def test_campaigns_come_back_every_year_and_may_cross_new_year():
    text = (
        SCHEDULE
        + '\n[[campaign]]\nid = "tet"\nname = "Tết"\nfrom = "12-25"\nuntil = "01-05"\nsection = "tin"\n'
    )
    one = house(text)

    def running(*date):
        return [campaign.id for campaign in campaigns_on(one, datetime.date(*date))]

    assert running(2027, 10, 1) == running(2030, 10, 7) == ["tuan-le"]
    assert running(2027, 10, 8) == []
    assert running(2027, 12, 31) == running(2028, 1, 5) == ["tet"]
