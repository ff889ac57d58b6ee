"""Choosing bulletins and laying out a day: written-out expected plans."""

import datetime
from collections import Counter

from radio.config import ClockPart, parse_house
from radio.day import BETWEEN_SECONDS, Past, plan_station
from radio.programme import Hearing, Offer, choose, ranked
from radio.script import parse

from .houses import SCHEDULE, ZONE, script

DAY = datetime.date(2026, 11, 23)
ONE_DAY = datetime.timedelta(days=1)
PART = ClockPart(part="bulletins")
LONG = SCHEDULE.replace("minutes = 2", "minutes = 8")


def offer(name: str, seconds: float = 30, **front: str) -> Offer:
    bulletin, problems = parse(f"scripts/{name}.md", script(name, "Nói.", **front).encode())
    assert bulletin, problems
    return Offer(bulletin, seconds)


def ids(offers, seconds=1000.0, campaigns=None, aired=None, part=PART, date=DAY, order=(), last=None):
    hearing = Hearing(date, campaigns or {}, order, last or {})
    picks = choose(part, ranked(offers, hearing), seconds, 0, aired or {}, hearing)
    return [pick.bulletin.id for pick in picks]


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


def test_every_bulletin_is_first_equally_often():
    for count in (1, 2, 5, 12, 13):
        offers = [offer(f"b{number:02d}") for number in range(count)]
        first = Counter(ids(offers, date=DAY + datetime.timedelta(days=day))[0] for day in range(3 * count))
        assert set(first.values()) == {3} and len(first) == count


def test_what_was_heard_longest_ago_comes_first_whatever_the_turn():
    offers = [offer(name) for name in ("a", "b", "c", "d")]
    last = {"a": DAY - ONE_DAY, "b": DAY - 3 * ONE_DAY, "d": DAY - 2 * ONE_DAY}
    for later in range(8):
        assert ids(offers, last=last, date=DAY + later * ONE_DAY) == ["c", "b", "d", "a"]


def test_over_weeks_every_bulletin_is_aired_equally_often_as_the_longest_ago_comes_first():
    offers = [offer(f"b{number}", 20 + 7 * number) for number in range(9)]
    last: dict[str, datetime.date] = {}
    aired: Counter[str] = Counter()
    for later in range(90):
        date = DAY + later * ONE_DAY
        chosen = ids(offers, seconds=120, date=date, last=last)
        aired.update(chosen)
        last |= dict.fromkeys(chosen, date)
    assert max(aired.values()) - min(aired.values()) <= max(aired.values()) // 3
    assert min(aired.values()) >= 90 * 2 // 9


def test_the_communes_own_order_decides_between_priorities():
    offers = [
        offer("cong-an", level='"priority"', source='"Công an"'),
        offer("y-te", level='"priority"', source='"Trạm Y tế"'),
        offer("thuong", source='"Trạm Y tế"'),
    ]
    assert ids(offers, order=("Trạm Y tế", "Công an"))[0] == "y-te"
    assert ids(offers, order=("cong-an",)) == ["cong-an", "y-te", "thuong"]


def test_quotas_by_section_and_genre():
    offers = [offer(f"t{number}") for number in range(4)] + [offer("bai", genre='"bai"', section='"hoc"')]
    by_section = ids(offers, part=ClockPart(part="bulletins", quota={"tin": 2}))
    assert len(by_section) == 3 and "bai" in by_section
    by_genre = ids(offers, part=ClockPart(part="bulletins", mix={"tin": 1, "bai": 0}))
    assert len(by_genre) == 1 and "bai" not in by_genre
    assert ids(offers, part=ClockPart(part="bulletins", genres=("bai",))) == ["bai"]


def test_a_notice_read_twice_takes_room_twice():
    offers = [offer("hai-lan", 30, readings="2", level='"priority"'), offer("mot-lan", 30)]
    assert ids(offers, seconds=59) == ["mot-lan"]
    assert ids(offers, seconds=60) == ["hai-lan"]


def plan(one, offers, past=None, date=DAY, station=0):
    return plan_station(one, one.station[station], date, offers, past)


def heard(one, offers, past=None, **kwargs):
    return [bulletin.id for slot in plan(one, offers, past, **kwargs).slots for bulletin in slot.bulletins]


def test_a_routine_bulletin_from_above_waits_for_the_commune_but_a_priority_one_does_not():
    offers = [offer("tinh", origin='"above"'), offer("gap", origin='"above"', level='"priority"')]
    one = house(LONG)
    assert heard(one, offers) == ["gap"]
    assert [bulletin.id for bulletin in plan(one, offers).waiting] == ["tinh"]
    assert heard(one, offers, Past(chosen={"tinh"})) == ["gap", "tinh"]
    standing = house(LONG.replace('group = "nam"', 'group = "nam"\ntakes_routine = true'))
    assert heard(standing, offers) == ["gap", "tinh"]


def test_a_bulletin_for_clusters_airs_where_they_are():
    one = house(LONG.replace('group = "nam"', 'group = "nam"\nclusters = ["xóm A", "xóm B"]'))
    offers = [offer("xom", clusters='["xóm B", "xóm C"]')]
    assert heard(one, offers) == ["xom"] and heard(one, offers, station=1) == []
    (slot,) = plan(one, offers).slots
    assert "xóm B" in slot.picks[3][0].reason


def test_a_correction_airs_first_and_only_where_the_error_aired():
    offers = [offer("gap", level='"priority"'), offer("sua", corrects='"sai"', stations='["bac"]')]
    one = house(LONG)
    assert heard(one, offers, Past(heard={"sai"})) == ["sua", "gap"]
    assert heard(one, offers, Past(heard={"khac"}), station=1) == ["gap"]


def test_what_found_less_room_than_it_asked_for_is_carried_over_and_told():
    offers = [offer("hai", 30, times="2", until="2026-12-01"), offer("dai", 500, level='"priority"')]
    carried = {one.bulletin.id: (one.aired, one.times) for one in plan(house(), offers).carried}
    assert carried == {"hai": (1, 2), "dai": (0, 1)}


def test_a_decided_slot_keeps_its_bulletins_takes_a_notice_and_fills_what_a_withdrawal_leaves():
    one = house(LONG)
    offers = [offer(f"b{number}", 60) for number in range(9)]
    decided = tuple(heard(one, offers))
    fixed = {"sang": ((), (), (), decided, (), ())}
    assert heard(one, offers, Past(fixed=fixed), date=DAY) == list(decided)
    later = [*offers, offer("moi", 10, level='"priority"')]
    assert heard(one, later, Past(fixed=fixed)) == list(decided), "nothing new comes in"
    notice = [*offers, offer("tin-buon", 60, same_day="true")]
    taken = heard(one, notice, Past(fixed=fixed))
    assert taken[0] == "tin-buon" and set(taken[1:]) <= set(decided)
    left = [each for each in offers if each.bulletin.id != decided[0]]
    replaced = heard(one, left, Past(fixed=fixed))
    assert replaced[: len(decided) - 1] == list(decided[1:])
    assert len(replaced) == len(decided) and decided[0] not in replaced


def test_a_notice_enters_no_decided_slot_that_starts_too_soon():
    one, offers = house(LONG), [offer("tin-buon", same_day="true")]
    start = datetime.datetime(2026, 11, 23, 5, 30, tzinfo=ZONE)
    fixed = {"sang": ((), (), (), (), (), ())}
    assert heard(one, offers, Past(fixed=fixed, notices_from=start)) == ["tin-buon"]
    soon = start + datetime.timedelta(seconds=1)
    assert heard(one, offers, Past(fixed=fixed, notices_from=soon)) == []


def test_a_day_of_mourning_has_no_music():
    text = LONG + '\n[[quiet]]\nfrom = 2026-11-23\nuntil = 2026-11-24\nnote = "Quốc tang"\n'
    (slot,) = plan(house(text), [offer("tin")]).slots
    assert slot.dated.quiet and not slot.fills
    assert {part.part for part in slot.programme.clock} == {"call", "greeting", "bulletins", "farewell"}
    assert not any(part.audio or part.bed for part in slot.programme.clock)
    (after,) = plan(house(text), [offer("tin")], date=datetime.date(2026, 11, 25)).slots
    assert after.fills and not after.dated.quiet


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
