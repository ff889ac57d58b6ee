"""The believed time: first as a pure judgement, then what the real agent does when its clock is stepped."""

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from radio.package import Window
from radio.station.clock import BUILT, HORIZON, SETTLING, STEP, Anchor, Known, Reading, judge
from tests.station.simulated import Simulation, World
from tests.station.world import ZONE, make_item, make_manifest, make_slot

NOON = datetime.datetime(2026, 12, 1, 5, 0, tzinfo=datetime.UTC)
FLOOR = NOON - datetime.timedelta(days=3)
KNOWN = Known(signed=FLOOR)
SECOND = datetime.timedelta(seconds=1)
DAY = datetime.timedelta(days=1)


def reading(
    now: datetime.datetime = NOON, up: float = 100.0, synchronised: bool = False, rtc: bool = False
) -> Reading:
    """What a machine says; its real-time clock, if any, agrees."""
    return Reading(now, up, synchronised, now if rtc else None)


@pytest.mark.parametrize(
    ("given", "known", "trusted"),
    [
        (reading(synchronised=True), KNOWN, True),
        (reading(synchronised=True), Known(), True),
        (reading(), KNOWN, False),
        (reading(rtc=True), KNOWN, False),
        (reading(rtc=True), replace(KNOWN, rtc_agreed=True), True),
        (reading(), replace(KNOWN, rtc_agreed=True), False),
        (replace(reading(rtc=True), rtc=NOON + 61 * SECOND), replace(KNOWN, rtc_agreed=True), False),
        (reading(rtc=True), replace(KNOWN, rtc_agreed=True, synchronised=NOON + DAY), False),
        (reading(FLOOR - SECOND, synchronised=True), KNOWN, False),
        (reading(FLOOR, synchronised=True), KNOWN, True),
        (reading(FLOOR + HORIZON, synchronised=True), KNOWN, True),
        (reading(FLOOR + HORIZON + SECOND, synchronised=True), KNOWN, False),
        (reading(BUILT - SECOND, synchronised=True), Known(), False),
        (
            reading(datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC), rtc=True),
            Known(rtc_agreed=True),
            False,
        ),
    ],
)
def test_a_cold_start(given: Reading, known: Known, trusted: bool) -> None:
    belief = judge(given, None, known)
    assert belief.trusted is trusted and belief.reason and belief.time == given.now


def test_a_person_vouches_only_for_a_time_that_can_be() -> None:
    assert judge(reading(), None, KNOWN, vouched=True).trusted
    assert not judge(reading(FLOOR - SECOND), None, KNOWN, vouched=True).trusted
    assert not judge(reading(), None, replace(KNOWN, synchronised=NOON + DAY), vouched=True).trusted


@pytest.mark.parametrize("source", ["network", "rtc", "vouched"])
@pytest.mark.parametrize("step", [-3650 * DAY, -DAY, -SECOND, 0 * SECOND, SECOND, DAY, 3650 * DAY])
def test_a_step_moves_nothing_that_is_known(source: str, step: datetime.timedelta) -> None:
    """A clock set by hand is not synchronised: the anchor goes on by the monotonic clock."""
    anchor = Anchor(NOON, 100.0, source)  # type: ignore[arg-type]
    belief = judge(reading(NOON + 60 * SECOND + step, 160.0), anchor, KNOWN)
    assert belief.trusted and belief.time == NOON + 60 * SECOND and belief.anchor == anchor


def test_a_small_correction_of_a_synchronised_clock_is_followed() -> None:
    belief = judge(reading(NOON + STEP, 100.0, synchronised=True), Anchor(NOON, 100.0, "network"), KNOWN)
    assert belief.trusted and belief.time == NOON + STEP


def test_synchronisation_ends_what_was_only_assumed() -> None:
    belief = judge(reading(NOON - DAY, 100.0, synchronised=True), Anchor(NOON, 100.0, "rtc"), KNOWN)
    assert belief.trusted and belief.time == NOON - DAY


def test_two_synchronised_times_that_differ_are_settled_by_patience() -> None:
    """The earlier one is kept for ten minutes of contradiction; if it passes, nothing has moved."""
    anchor: Anchor | None = Anchor(NOON, 0.0, "network")
    for second in (1.0, SETTLING / 2, SETTLING):
        belief = judge(reading(NOON + DAY + second * SECOND, second, synchronised=True), anchor, KNOWN)
        assert belief.trusted and belief.time == NOON + second * SECOND
        anchor = belief.anchor
    back = judge(reading(NOON + SETTLING * SECOND, SETTLING, synchronised=True), anchor, KNOWN)
    assert back.anchor and back.anchor.disputed is None
    moved = judge(reading(NOON + DAY + 601 * SECOND, 601.0, synchronised=True), anchor, KNOWN)
    assert moved.time == NOON + DAY + 601 * SECOND


def test_an_anchor_before_what_was_signed_is_dropped() -> None:
    anchor = Anchor(NOON - 10 * DAY, 100.0, "rtc")
    assert not judge(reading(NOON - 10 * DAY, 100.0), anchor, KNOWN).trusted


ITEM = make_item(1, 60.0)
DATE = datetime.date(2026, 12, 1)
HOURS = (Window("05:00:00", "22:00:00"),)
START = datetime.datetime(2026, 12, 1, 4, 30, tzinfo=ZONE)
EXPECTED = ["01 05:00:00", "01 11:00:00", "01 17:00:00"]


def station(folder: Path, world: World) -> Simulation:
    """A station with three slots of a minute on `DATE`, and the same on the days around it."""
    made = Simulation(folder, world)
    for days in (-1, 0, 1):
        date = DATE + datetime.timedelta(days=days)
        midnight = datetime.datetime.combine(date, datetime.time(), ZONE)
        slots = [
            make_slot(f"luc-{hour}", midnight.replace(hour=hour), [ITEM], late="skip") for hour in (5, 11, 17)
        ]
        issued = midnight - datetime.timedelta(hours=12)
        made.believe(make_manifest(date, slots, [ITEM], windows=HOURS, issued=issued))
    return made


STEPS = [
    datetime.timedelta(seconds=sign * seconds)
    for seconds in (1, 60, 3600, 43_200, 86_400, 30 * 86_400, 365 * 86_400, 3650 * 86_400)
    for sign in (1, -1)
]


@pytest.mark.parametrize("synchronised", [False, True], ids=["by hand", "by a time server"])
@pytest.mark.parametrize("step", STEPS, ids=str)
def test_a_stepped_clock_neither_repeats_nor_skips_nor_plays_at_night(
    step: datetime.timedelta, synchronised: bool, tmp_path: Path
) -> None:
    """Stepped in the first slot, set right five minutes later, to the end of the day: three slots, each at its time.

    A second of correction by a time server is followed: then the slots after it sound that second off, until it
    is taken back.
    """
    world = World(START)
    made = station(tmp_path, world)
    made.until(START.replace(hour=5, minute=0, second=30))
    world.offset, world.synchronised = step, synchronised
    made.until(START.replace(hour=5, minute=5))
    world.offset, world.synchronised = datetime.timedelta(), True
    made.until(START.replace(hour=23))
    made.end()
    assert made.begun_at(ITEM.ref.sha256) == EXPECTED
    assert [row.outcome for row in made.rows(DATE)] == ["played"] * 3


@pytest.mark.parametrize("step", STEPS[4:12:3], ids=str)
def test_a_clock_set_by_hand_stays_without_effect_also_over_a_restart(
    step: datetime.timedelta, tmp_path: Path
) -> None:
    """The rest of the day without any synchronisation, and the agent begun anew: the anchor is in its memory."""
    world = World(START)
    made = station(tmp_path, world)
    made.until(START.replace(hour=5, minute=0, second=30))
    world.offset, world.synchronised = step, False
    made.until(START.replace(hour=6))
    made.end()
    made.start()
    made.until(START.replace(hour=23))
    made.end()
    assert made.begun_at(ITEM.ref.sha256) == EXPECTED


@pytest.mark.parametrize("year", [1970, 2016, 2029], ids=str)
def test_a_boot_in_another_year_is_silent_says_so_and_recovers(year: int, tmp_path: Path) -> None:
    """The morning's slot falls into it; from the moment of synchronisation on, the day goes on as planned."""
    world = World(START)
    made = station(tmp_path, world)
    made.end()
    world.reboot()
    world.offset = datetime.datetime(year, 1, 1, tzinfo=ZONE) - START
    world.synchronised = False
    made.start()
    made.until(START.replace(hour=9))
    assert world.heard == [] and any("the clock is not trusted" in line for line in world.said)
    assert made.rows(DATE) == []
    world.offset, world.synchronised = datetime.timedelta(), True
    made.until(START.replace(hour=23))
    made.end()
    assert made.begun_at(ITEM.ref.sha256) == EXPECTED[1:]
    assert [row.outcome for row in made.rows(DATE)] == ["missed", "played", "played"]


def test_a_cold_start_without_network_plays_by_a_real_time_clock_that_was_right_before(
    tmp_path: Path,
) -> None:
    world = World(START, rtc=True)
    made = station(tmp_path, world)
    made.until(START.replace(hour=6))
    made.end()
    world.reboot()
    world.synchronised = False
    world.said.clear()
    made.start()
    made.until(START.replace(hour=23))
    made.end()
    assert any("RTC only" in line for line in world.said)
    assert made.begun_at(ITEM.ref.sha256) == EXPECTED
    world.reboot()
    world.rtc, world.true = False, START + DAY
    made.start()
    made.until(START.replace(hour=23) + DAY)
    made.end()
    assert made.begun_at(ITEM.ref.sha256) == EXPECTED
