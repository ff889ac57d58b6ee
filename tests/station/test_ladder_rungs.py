"""The rungs below and above today's playlist, by the real agent in simulated time: repeats, emergencies, a stop."""

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from radio.package import Cue, Manifest, Window
from radio.station.asrun import database
from radio.station.bundled import ATTENTION, CHIME
from radio.station.control import resume, stop
from radio.station.cutin import CutIn, Entry, first, parse, serialise, to_begun
from radio.station.emergencies import Emergencies
from radio.station.held import held
from tests.station.simulated import Simulation, World
from tests.station.world import ZONE, Item, make_item, make_manifest, make_slot

DATE = datetime.date(2026, 12, 1)
DAY = datetime.timedelta(days=1)
SECOND = datetime.timedelta(seconds=1)
FIVE = datetime.datetime(2026, 12, 1, 5, 0, tzinfo=ZONE)
LONG, SHORT, MUSIC, GREETING, ALARM = (make_item(seed, 20.0) for seed in range(1, 6))
HOURS = (Window("05:00:00", "22:00:00"),)


def lasting(item: Item, days: int) -> Item:
    """The item, to be repeated until the end of that many days after `DATE`."""
    until = datetime.datetime.combine(DATE + DAY * (days + 1), datetime.time(), ZONE)
    return replace(item, ref=replace(item.ref, repeat_until=until))


def base() -> Manifest:
    """A greeting, an item good for a week, one good for a day, music good for two weeks; at 5 and at 17."""
    items = [lasting(GREETING, 30), lasting(LONG, 7), lasting(SHORT, 1), lasting(MUSIC, 14)]
    kinds = ["greeting", "bulletins", "bulletins", "music"]
    slots = []
    for name, hour in (("sang", 5), ("chieu", 17)):
        slot = make_slot(name, FIVE.replace(hour=hour), items, gap=1.0)
        cues = tuple(replace(cue, kind=kind) for cue, kind in zip(slot.cues, kinds, strict=True))
        slots.append(replace(slot, cues=cues))
    return make_manifest(DATE, slots, items, windows=HOURS)


def names(cues: tuple[Cue, ...]) -> list[str]:
    """What sounds, by the names of the items above."""
    titles = {LONG.ref.sha256: "long", SHORT.ref.sha256: "short", MUSIC.ref.sha256: "music"}
    return [titles.get(cue.item, "chime" if cue.item == CHIME.sha256 else "greeting") for cue in cues]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (1, ["long", "short", "music"]),
        (7, ["long", "music"]),
        (8, ["music"]),
        (15, ["chime"]),
        (39, ["chime"]),
    ],
)
def test_a_day_without_a_playlist_repeats_what_each_item_allows(days: int, expected: list[str]) -> None:
    """Never what tells of its day; in the slots, hours and volumes of the last good day."""
    made = held(base(), DATE + DAY * days)
    assert [names(slot.cues) for slot in made.slots] == [expected] * 2
    assert [slot.start for slot in made.slots] == [FIVE + DAY * days, FIVE.replace(hour=17) + DAY * days]
    assert made.windows == HOURS and made.date == DATE + DAY * days


def test_three_weeks_offline(tmp_path: Path) -> None:
    """Twice a day something lawful is heard, the log is whole and equals what was rendered; a restart between."""
    world = World(FIVE - datetime.timedelta(hours=1))
    made = Simulation(tmp_path, world)
    made.believe(base())
    for day in range(21):
        made.until(FIVE + DAY * day + 8 * SECOND)
        if day % 10 == 3:
            made.end()
            made.start()
        made.until(FIVE + DAY * day + datetime.timedelta(hours=18))
    made.end()
    rows = [row for day in range(21) for row in made.rows(DATE + DAY * day)]
    assert {(row.date - DATE).days for row in rows} == set(range(21))
    items = {LONG.ref.sha256: 7, SHORT.ref.sha256: 1, MUSIC.ref.sha256: 14, GREETING.ref.sha256: 0}
    for row in rows:
        assert (row.date - DATE).days <= items.get(row.item, 99)
    heard = sorted(row.item for row in rows if row.started)
    assert sorted({(one.item, one.start.date(), one.start.hour) for one in world.heard}) == sorted(
        {
            (row.item, row.started.astimezone(ZONE).date(), row.started.astimezone(ZONE).hour)
            for row in rows
            if row.started
        }
    )
    assert len(heard) == len(rows) == 2 * (4 + 3 + 2 * 6 + 7 + 6)
    for one in world.heard:
        assert 5 <= one.start.astimezone(ZONE).hour < 22


def test_a_playlist_that_comes_after_all_does_not_repeat_what_was_heard(tmp_path: Path) -> None:
    world = World(FIVE + DAY - datetime.timedelta(hours=1))
    made = Simulation(tmp_path, world)
    made.believe(base())
    made.until(FIVE + DAY + datetime.timedelta(minutes=10))
    own = make_manifest(
        DATE + DAY,
        [
            make_slot(name, FIVE.replace(hour=hour) + DAY, [ALARM])
            for name, hour in (("sang", 5), ("chieu", 17))
        ],
        [ALARM],
    )
    made.believe(own)
    made.end()
    made.start()
    made.until(FIVE + DAY + datetime.timedelta(hours=14))
    made.end()
    assert made.begun_at(ALARM.ref.sha256) == ["02 17:00:00"]
    assert made.begun_at(LONG.ref.sha256) == ["02 05:00:00"]


def cut_in(name: str = "a", level: int = 5, **changes: object) -> CutIn:
    """A verified emergency, good for ten minutes from five o'clock."""
    made = CutIn(name, level, FIVE, FIVE + datetime.timedelta(minutes=10), "Lũ quét", ALARM.ref, 2, False)
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_cut_in_comes_back_from_the_memory_as_it_was() -> None:
    assert parse(serialise(cut_in())) == cut_in()


def test_of_several_the_highest_level_goes_first_then_the_earliest() -> None:
    entries = [
        Entry(cut_in("a", 3), FIVE, "begun", FIVE),
        Entry(cut_in("b", 5), FIVE + 2 * SECOND, "waiting", None),
        Entry(cut_in("c", 5), FIVE + SECOND, "waiting", None),
        Entry(cut_in("d", 9, expires=FIVE), FIVE, "waiting", None),
    ]
    chosen = first(entries, FIVE + 3 * SECOND, trusted=True)
    assert chosen is entries[2]
    assert first(entries[3:], FIVE + 3 * SECOND, trusted=True) is None


def test_tone_then_the_text_as_often_as_asked() -> None:
    begun = to_begun(cut_in(drill=True), FIVE, "xa-1", ZONE, str(ZONE))
    assert [cue.item for cue in begun.slot.cues] == [ATTENTION.sha256, *[ALARM.ref.sha256] * 2]
    assert {cue.kind for cue in begun.slot.cues} == {"drill"}


def received(made: Simulation, *cut_ins: CutIn) -> list[bool]:
    """Hand verified cut-ins to the station."""
    return [Emergencies(made.store).receive(one, made.world.shown) for one in cut_ins]


def test_five_times_the_same_and_a_restart_between_is_heard_once_and_the_slot_goes_on(tmp_path: Path) -> None:
    """It cuts into a running slot, which goes on at the clock's place; at night it sounds too."""
    world = World(FIVE - datetime.timedelta(minutes=1))
    made = Simulation(tmp_path, world)
    long = [make_item(9, 120.0)]
    made.believe(make_manifest(DATE, [make_slot("sang", FIVE, long)], long))
    made.until(FIVE + 10 * SECOND)
    assert received(made, *[cut_in()] * 5) == [True, False, False, False, False]
    made.until(FIVE + 30 * SECOND)
    made.end()
    assert not received_again(made)
    made.until(FIVE + datetime.timedelta(minutes=8))
    assert received(made, cut_in()) == [False]
    made.until(FIVE + datetime.timedelta(minutes=9))
    made.end()
    alarm = [one for one in world.heard if one.item == ALARM.ref.sha256]
    assert len({one.start.replace(microsecond=0) for one in alarm}) in (2, 3)
    assert sum((one.end - one.start).total_seconds() for one in alarm) == pytest.approx(40, abs=3)
    slot = [one for one in world.heard if one.item == long[0].ref.sha256]
    assert slot[0].end - FIVE < 12 * SECOND and slot[-1].end == FIVE + 120 * SECOND
    assert not any(a.start < b.end and b.start < a.end for a in alarm for b in slot), "two sounds at once"


def received_again(made: Simulation) -> bool:
    """Begin the agent anew and hand it the same cut-in."""
    made.start()
    return any(received(made, cut_in()))


def test_expired_cancelled_and_by_an_untrusted_clock(tmp_path: Path) -> None:
    """Too late: not heard. Cancelled while it sounds: silent, and stays so. Clock unknown: heard all the same."""
    world = World(FIVE + datetime.timedelta(minutes=11))
    made = Simulation(tmp_path, world)
    received(made, cut_in("late"))
    made.until(world.true + 5 * SECOND)
    assert world.heard == []
    now = world.true
    received(made, cut_in("b", issued=now, expires=now + 600 * SECOND))
    made.until(now + 15 * SECOND)
    assert Emergencies(made.store).cancel("b") and not Emergencies(made.store).cancel("b")
    made.until(now + 120 * SECOND)
    assert sum((one.end - one.start).total_seconds() for one in world.heard) < 16
    world.heard.clear()
    made.end()
    world.reboot()
    world.synchronised, world.offset = False, datetime.datetime(1971, 1, 1, tzinfo=ZONE) - world.true
    made.start()
    received(made, cut_in("c", issued=now, expires=now + 600 * SECOND))
    made.until(world.true + 120 * SECOND)
    made.end()
    assert [one.item for one in world.heard] == [ATTENTION.sha256, ALARM.ref.sha256, ALARM.ref.sha256]


def test_a_person_stops_everything_and_lets_it_go_on(tmp_path: Path) -> None:
    """Within a turn; what passes meanwhile is written down; it holds across a restart."""
    world = World(FIVE - datetime.timedelta(minutes=1))
    made = Simulation(tmp_path, world)
    made.believe(base())
    made.until(FIVE + 30 * SECOND)
    state = database(tmp_path).parent
    stop(state, "ông Páo")
    made.until(FIVE + 32 * SECOND)
    received(made, cut_in())
    made.until(FIVE + 40 * SECOND)
    made.end()
    made.start()
    made.until(FIVE + 50 * SECOND)
    assert not made.agent._air.sessions and any("ông Páo" in line for line in world.said)
    assert world.heard[-1].end < FIVE + 32 * SECOND
    assert resume(state) and not resume(state)
    Emergencies(made.store).cancel("a")
    made.until(FIVE + 120 * SECOND)
    made.end()
    outcomes = [row.outcome for row in made.rows(DATE) if row.slot == "sang"]
    assert outcomes == ["played", "partial", "partial", "played"]
