"""The network simulated: the rules hold on random houses, by a small independent model of what is allowed."""

import datetime
import itertools
import random
from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from radio.config import WEEKDAYS, House, parse_house
from radio.day import Past, StationPlan, plan_station
from radio.limits import DAY, Interval, Rules, Span, admit
from radio.programme import Offer
from radio.script import parse
from radio.simulate import simulate
from radio.timetable import timetable_of

from . import houses
from .command import data, radio
from .houses import SCHEDULE, script
from .test_sample_house import bulletins as sample_bulletins
from .test_sample_house import house as sample_house
from .test_sample_house import offers as sample_offers

MINUTE = 60
CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much]
FIRST = datetime.date(2027, 1, 30)  # a week with Tết and the end of a month


# ---------------------------------------------------------------- an independent model, minute by minute


def minutes(start: int, length: int) -> set[int]:
    """The minutes of the clock, from a midnight, that a stretch of sound touches."""
    return set(range(start // MINUTE, -(-(start + length) // MINUTE)))


def runs(spans: list[tuple[int, int]]) -> list[int]:
    """Lengths of the stretches that listeners take for one: a pause of over a minute parts two."""
    found: list[list[int]] = []
    for start, end in sorted(spans):
        if found and start - found[-1][1] <= 60:
            found[-1][1] = max(end, found[-1][1])
            found[-1][2] += end - start
        else:
            found.append([start, end, end - start])
    return [length for _start, _end, length in found]


def allowed(rules: Rules, hours: tuple[Interval, ...], spans: list[Span]) -> bool:
    """Whether all of these may sound on one date."""
    sounding = [minute for span in spans for minute in minutes(span.start, span.seconds)]
    open_minutes = {minute for start, end in hours for minute in minutes(start, end - start)}
    lengths = runs([(span.start, span.end) for span in spans])
    return (
        set(sounding) <= open_minutes
        and len(sounding) == len(set(sounding))
        and all(length <= rules.session for length in lengths)
        and (not rules.sessions or len(lengths) <= rules.sessions)
        and sum(span.seconds for span in spans) <= rules.day
    )


def minute_numbers(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high).map(lambda value: value * MINUTE)


windows = st.lists(st.tuples(minute_numbers(0, 1380), minute_numbers(15, 400)), min_size=1, max_size=4).map(
    lambda found: tuple((start, min(start + length, DAY)) for start, length in found)
)
rules = st.builds(Rules, windows, minute_numbers(5, 90), minute_numbers(10, 240), st.integers(0, 4))
spans = st.lists(st.tuples(minute_numbers(0, 1439), minute_numbers(1, 120)), max_size=8).map(
    lambda found: [Span(f"s{number}", start, seconds) for number, (start, seconds) in enumerate(found)]
)


@given(rules, spans, st.booleans(), st.booleans())
@settings(max_examples=400, deadline=None)
def test_what_is_admitted_is_allowed_and_what_is_refused_is_not(rules, spans, today, tomorrow):
    hours = rules.open_hours(today, tomorrow)
    answer = admit(rules, spans, hours)
    assert {span.slot for span in answer.spans} | {one.span.slot for one in answer.refused} == {
        span.slot for span in spans
    }
    assert allowed(rules, hours, list(answer.spans))
    for refused in answer.refused:
        assert not allowed(rules, hours, [*answer.spans, refused.span]), refused.reason
        if refused.nearest is not None:
            assert allowed(rules, hours, [*answer.spans, refused.nearest])
            assert refused.nearest.seconds <= refused.span.seconds


@given(rules, spans)
@settings(max_examples=150, deadline=None)
def test_the_nearest_place_is_found_when_the_whole_slot_fits_somewhere(rules, spans):
    """By trying every minute of the day: if the slot fits whole anywhere, something is suggested, at no more cost."""
    hours = rules.open_hours(True, True)
    answer = admit(rules, spans, hours)
    for refused in answer.refused[:2]:
        span = refused.span
        fits = [
            abs(start - span.start)
            for start in range(0, DAY, MINUTE)
            if allowed(rules, hours, [*answer.spans, Span(span.slot, start, span.seconds)])
        ]
        if fits:
            assert refused.nearest is not None
            cost = abs(refused.nearest.start - span.start) + span.seconds - refused.nearest.seconds
            assert cost <= min(fits) + MINUTE


# ---------------------------------------------------------------- random houses


@dataclass(frozen=True)
class World:
    """A random house and its bulletins, lengths in seconds."""

    house: House
    offers: tuple[Offer, ...]


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def random_house(dice: random.Random) -> World | None:
    """A house of two stations; None when its schedule breaks a limit that the file itself shows."""
    text = SCHEDULE.split("[[slot]]")[0]
    first = dice.choice([0, 240, 330])
    ends = dice.choice([1260, 1440])
    spans = [f"{clock(first)}-{clock(ends)}" if ends < 1440 else f"{clock(first)}-24:00"]
    text = text.replace('"05:00-21:00"', f'"{spans[0]}"')
    extra = f"\nsession_minutes = {dice.choice([20, 30, 60])}\nday_minutes = {dice.choice([60, 90, 400])}"
    text = text.replace("[[section]]", extra[1:] + f"\nsessions = {dice.choice([0, 4, 6])}\n\n[[section]]", 1)
    text = text.replace(
        '{ part = "bulletins", audio = "sting.wav" }',
        f'{{ part = "bulletins", audio = "sting.wav", most = {dice.randint(1, 3)}, quota = {{ hoc = 1 }} }},\n'
        '  { part = "bulletins", sections = ["tin"], mix = { tin = 2 } }',
    )
    for slot in range(dice.randint(1, 4)):
        at, length = dice.randint(0, 1439), dice.choice([1, 4, 10, 15, 20])
        rare = dice.choice(
            ["", 'lunar = ["1", "15"]', 'animals = ["ngọ", "tý"]', "weeks = [1, -1]", "every = 3"]
        )
        text += f'\n[[slot]]\nid = "s{slot}"\nat = "{clock(at)}"\nprogramme = "ngan"\nminutes = {length}\n{rare}\n'
        text += "from = 2027-01-01\n"  # not every week alike, so that dates decide
    text += f'\n[[quiet]]\nfrom = 2027-02-0{dice.randint(1, 5)}\nuntil = 2027-02-06\nstations = ["bac"]\n'
    text += SCHEDULE[SCHEDULE.index("[[station]]") :]
    parsed, problems = parse_house("schedule.toml", text.encode())
    if parsed is None:
        assert all(problem.line for problem in problems)
        return None
    return World(parsed, tuple(random_offer(dice, each) for each in range(dice.randint(0, 14))))


worlds = st.integers(0, 10**9).map(lambda number: random_house(random.Random(number))).filter(bool)


def random_offer(dice: random.Random, number: int) -> Offer:
    front = {
        "section": dice.choice(['"tin"', '"hoc"']),
        "genre": dice.choice(['"tin"', '"bai"', '"thong-bao"']),
        "times": str(dice.randint(1, 3)),
        "readings": str(dice.choice([1, 1, 1, 2])),
        "level": dice.choice(['"routine"', '"routine"', '"priority"', '"emergency"']),
        "origin": dice.choice(['"own"', '"own"', '"above"']),
        "stations": dice.choice(['["all"]', '["bac"]', '["ma-ba"]']),
    }
    if dice.random() < 0.4:
        front["until"] = f"2027-02-{dice.randint(1, 20):02d}"
    if dice.random() < 0.3:
        front["from_"] = "2027-01-31"
    bulletin, problems = parse(f"scripts/b{number}.md", script(f"B{number}", "Nói.", **front).encode())
    assert bulletin, problems
    return Offer(bulletin, dice.uniform(5, 400))


def check_day(world: World, plan: StationPlan, date: datetime.date) -> None:
    """Everything that must be true of one station's day, told from the file alone."""
    limits = world.house.limits_of(plan.station)
    seconds = {offer.bulletin.id: offer.seconds for offer in world.offers}
    tomorrow = WEEKDAYS[(date.weekday() + 1) % 7] in limits.days
    hours = limits.rules.open_hours(WEEKDAYS[date.weekday()] in limits.days, tomorrow)
    midnight = datetime.datetime.combine(date, datetime.time(), tzinfo=world.house.zone)
    planned = [
        Span(slot.dated.slot.id, int((slot.dated.start - midnight).total_seconds()), slot.dated.slot.seconds)
        for slot in plan.slots
    ]
    assert allowed(limits.rules, hours, planned)
    heard: Counter[str] = Counter()
    for slot in plan.slots:
        ids = [bulletin.id for bulletin in slot.bulletins]
        assert len(ids) == len(set(ids)), "never twice in one slot"
        heard.update(ids)
        spoken = sum(seconds[bulletin.id] * bulletin.readings for bulletin in slot.bulletins)
        assert not ids or spoken <= slot.dated.slot.seconds, "nothing is cut"
        for part, picks in zip(slot.programme.clock, slot.picks, strict=True):
            assert len(picks) <= part.most
            for section, most in part.quota.items():
                assert sum(pick.bulletin.section == section for pick in picks) <= most
            for genre, most in part.mix.items():
                assert sum(pick.bulletin.genre == genre for pick in picks) <= most
            assert all(not part.sections or pick.bulletin.section in part.sections for pick in picks)
        if slot.dated.quiet:
            assert plan.station.group == "bac"
            assert not any(part.audio or part.bed for part in slot.programme.clock)
    by_id = {offer.bulletin.id: offer.bulletin for offer in world.offers}
    for name, times in heard.items():
        bulletin = by_id[name]
        assert times <= bulletin.times and bulletin.level != "emergency"
        assert (bulletin.valid_from or date) <= date <= (bulletin.valid_until or date)
        assert {"all", plan.station.id, plan.station.group} & set(bulletin.stations)
        assert bulletin.origin == "own" or bulletin.level == "priority"
    carried = {one.bulletin.id for one in plan.carried}
    for bulletin in by_id.values():
        mine = {"all", plan.station.id, plan.station.group} & set(bulletin.stations)
        airs = mine and bulletin.valid_on(date) and bulletin.level == "priority"
        if airs and plan.slots and heard[bulletin.id] < bulletin.times:
            assert bulletin.id in carried, "what found no room is reported"


@given(worlds)
@settings(max_examples=60, deadline=None, suppress_health_check=CHECKS)
def test_the_rules_hold_in_random_houses_over_ten_days(world):
    days = []

    def watch(plan: StationPlan, date: datetime.date) -> None:
        check_day(world, plan, date)
        days.append((plan.station.id, date, plan.slots))

    result = simulate(world.house, world.offers, FIRST, 10, watch=watch)
    assert len(days) == 10 * len(world.house.station)
    assert sum(len(slots) for _station, _date, slots in days) == sum(one.slots for one in result.stations)
    for station, found in itertools.groupby(days, key=lambda row: row[0]):
        ends = [slot.dated for _station, _date, slots in found for slot in slots]
        for before, after in itertools.pairwise(ends):
            assert before.end <= after.start, f"{station}: two slots at once, also across midnight"


@given(worlds, st.randoms())
@settings(max_examples=25, deadline=None, suppress_health_check=CHECKS)
def test_the_same_inputs_give_the_same_day_in_whatever_order_they_come(world, dice):
    shuffled = list(world.offers)
    dice.shuffle(shuffled)
    for station in world.house.station:
        one = plan_station(world.house, station, FIRST, world.offers)
        assert one == plan_station(world.house, station, FIRST, shuffled)


# ---------------------------------------------------------------- the sample house


def test_six_weeks_of_the_sample_house_break_no_rule_and_drop_nothing():
    """From the end of January 2027, with Tết; the whole year runs in trials/simulate_year.py."""
    house, offers = sample_house(), sample_offers()
    world = World(house, offers)
    result = simulate(
        house, offers, datetime.date(2027, 1, 25), 42, watch=lambda *day: check_day(world, *day)
    )
    assert not result.refused and not result.unfilled and not result.overfull
    assert not any(one.empty_days or one.empty_slots for one in result.stations)
    assert not any(one.never for one in result.bulletins.values())
    always = [
        one.id
        for one in sample_bulletins()
        if not (one.valid_from or one.valid_until) and one.level == "routine" and one.section == "nong-nghiep"
    ]
    counts = [result.bulletins[name].airings for name in always]
    assert max(counts) <= 1.35 * min(counts), "equal bulletins are heard about equally often"


def test_a_campaign_is_seen():
    result = simulate(
        sample_house(), sample_offers(), datetime.date(2027, 4, 10), 21, stations=sample_house().station[:3]
    )
    share = result.campaigns["ngay-sach"]
    assert share.during / share.during_all > 3 * share.outside / share.outside_all


def test_simulating_on_is_simulating_longer():
    """Twenty days in one run are ten days and then ten more, told what aired before."""
    house, offers = sample_house(), sample_offers()
    station = house.station[2]
    days: list[tuple[str, ...]] = []

    def keep(plan: StationPlan, _date: datetime.date) -> None:
        days.append(tuple(bulletin.id for slot in plan.slots for bulletin in slot.bulletins))

    simulate(house, offers, FIRST, 20, stations=[station], watch=keep)
    whole, days = days[:], []
    last: dict[str, datetime.date] = {}

    def remember(plan: StationPlan, date: datetime.date) -> None:
        keep(plan, date)
        last.update(dict.fromkeys(plan.airings, date))

    simulate(house, offers, FIRST, 10, stations=[station], watch=remember)
    second = FIRST + datetime.timedelta(days=10)
    simulate(house, offers, second, 10, lambda _station: Past(dict(last), set(last)), [station], keep)
    assert days == whole


def test_what_does_not_work_is_told():
    text = (
        SCHEDULE.replace('  { part = "music", audio = "song.wav" },\n', "")
        + """
[[exception]]
date = 2027-02-01
slot = "sang"
action = "move"
at = "04:00"
"""
    )
    parsed, problems = parse_house("schedule.toml", text.encode())
    assert parsed, problems
    bulletin, _none = parse(
        "scripts/dai.md", script("Dài", "Nói.", until="2027-02-03", stations='["bac"]').encode()
    )
    assert bulletin
    result = simulate(parsed, [Offer(bulletin, 500.0)], FIRST, 5)
    ((slot, reason, nearest),) = result.refused
    assert slot == "sang" and "04:00" in reason and "05:00" in nearest
    assert result.unfilled["sang"].times == 2 * 4 and result.in_trouble
    assert result.bulletins["dai"].never == ["truong-ha"] and result.bulletins["dai"].short == 4
    assert all(one.empty_days == 4 for one in result.stations)


def test_the_command_shows_the_same_as_its_data(tmp_path):
    root = houses.make(tmp_path / "nha")
    nothing = data("simulate", "--days", "3", "--date", "2027-02-01", house=root)
    assert nothing["in_trouble"] and not nothing["sections"], "nothing is approved"
    drafts = data("simulate", "--days", "3", "--date", "2027-02-01", "--drafts", house=root)
    assert set(drafts["sections"]) == {"tin", "hoc"} and not drafts["in_trouble"]
    told = radio("simulate", "--days", "3", "--date", "2027-02-01", "--drafts", house=root).stdout
    assert "Xã hội học tập" in told and "xã Mã Ba" in told
    assert not (root / "state").exists(), "a simulation leaves nothing behind"


def test_a_timetable_that_is_asked_twice_answers_the_same():
    house = sample_house()
    table = timetable_of(house)
    before = table.day(house.station[0], FIRST)
    table.forget(FIRST + datetime.timedelta(days=1))
    assert table.day(house.station[0], FIRST) == before


@pytest.mark.parametrize("sessions", [1, 2])
def test_no_more_sessions_than_allowed(sessions):
    rules = Rules(((0, DAY),), 3600, DAY, sessions)
    spans = [Span(f"s{hour}", hour * 3600, 600) for hour in (5, 11, 17)]
    answer = admit(rules, spans, rules.open_hours(True, True))
    assert [span.slot for span in answer.spans] == ["s5", "s11"][:sessions]
    assert {one.rule for one in answer.refused} == {"sessions"}
