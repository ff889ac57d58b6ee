"""The as-run log and the memory around it."""

import datetime
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from radio.i18n import _
from radio.package import RATE, serialise
from radio.station.asrun import AsRun, Row, database, rows
from radio.station.ladder import Begun
from radio.station.store import Store, open_store
from radio.trust.memory import Memory
from radio.trust.rules import Accepted
from tests.station.world import ZONE, make_item, make_manifest, make_slot

DAY = datetime.date(2026, 12, 1)
START = datetime.datetime(2026, 12, 1, 5, 0, tzinfo=ZONE)
ITEMS = [make_item(seed, 0.5) for seed in (1, 2, 3)]
MANIFEST = make_manifest(DAY, [make_slot("sang", START, ITEMS, 0.5)], ITEMS)
BEGUN = Begun(MANIFEST, MANIFEST.slots[0], START)
HALF = RATE // 2
NOBODY = Memory(b"", {})
"""A centre without keys: what was believed is all that these tests need."""


def after(seconds: float) -> datetime.datetime:
    """A moment of the slot."""
    return START + datetime.timedelta(seconds=seconds)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The memory of the station whose folder is ``tmp_path``."""
    opened, aside = open_store(database(tmp_path))
    assert aside is None
    with closing(opened):
        yield opened


@pytest.fixture
def asrun(store: Store) -> AsRun:
    """Its as-run log."""
    return AsRun(store)


def short(folder: Path) -> list[tuple[str, float | None, float | None, int]]:
    """Outcome, start and end in seconds of the slot, samples heard of each row, as others read them."""

    def seconds(moment: datetime.datetime | None) -> float | None:
        return None if moment is None else (moment - START).total_seconds()

    found = rows(database(folder), DAY)
    return [(row.outcome, seconds(row.started), seconds(row.ended), row.heard) for row in found]


def test_no_database_means_no_rows(tmp_path: Path) -> None:
    assert rows(database(tmp_path), DAY) == []
    assert not database(tmp_path).exists()


def test_a_played_item_has_all_its_facts(asrun: AsRun, tmp_path: Path) -> None:
    asrun.started(BEGUN, 1, after(1.01))
    assert short(tmp_path) == [("playing", 1.01, None, 0)]
    asrun.ended(BEGUN, 1, after(1.51), HALF)
    cue = MANIFEST.slots[0].cues[1]
    assert rows(database(tmp_path), DAY) == [
        Row(
            DAY,
            "sang",
            1,
            "bulletin",
            cue.title,
            cue.item,
            HALF,
            after(1),
            after(1.01),
            after(1.51),
            HALF,
            "played",
            "",
        )
    ]


def test_less_than_all_of_it_is_partial_and_says_how_much(asrun: AsRun) -> None:
    asrun.started(BEGUN, 0, after(0))
    row = asrun.ended(BEGUN, 0, after(0.5), HALF - 4800)
    assert row.outcome == "partial"
    assert row.reason == _("%(seconds).1f s of it were not heard") % {"seconds": 0.1}


def test_an_interrupted_item_keeps_its_first_start_and_the_reason(asrun: AsRun, tmp_path: Path) -> None:
    asrun.started(BEGUN, 0, after(0))
    asrun.broken_off(BEGUN, 0, after(0.2), 9600, "the cable")
    assert short(tmp_path) == [("partial", 0, 0.2, 9600)]
    asrun.started(BEGUN, 0, after(0.3))
    row = asrun.ended(BEGUN, 0, after(0.5), 9600)
    assert short(tmp_path) == [("partial", 0, 0.5, 19200)]
    assert "the cable" in row.reason and "05:00:00" in row.reason


def test_closing_gives_every_item_a_final_row_and_changes_no_other(asrun: AsRun, tmp_path: Path) -> None:
    asrun.started(BEGUN, 0, after(0))
    asrun.ended(BEGUN, 0, after(0.5), HALF)
    asrun.started(BEGUN, 1, after(1))
    asrun.close(BEGUN, "missed", "no power")
    assert short(tmp_path) == [
        ("played", 0, 0.5, HALF),
        ("partial", 1, None, 0),
        ("missed", None, None, 0),
    ]
    assert rows(database(tmp_path), DAY)[2].reason == "no power"


def test_an_error_gives_way_to_what_is_heard_after_all(asrun: AsRun, tmp_path: Path) -> None:
    """Silence first, sound from the middle on: partial, and never an error over a played item."""
    asrun.silent(BEGUN, 0, "error", "no card")
    assert short(tmp_path) == [("error", None, None, 0)]
    asrun.started(BEGUN, 0, after(0.25))
    asrun.ended(BEGUN, 0, after(0.5), HALF // 2)
    asrun.silent(BEGUN, 0, "error", "no card")
    assert short(tmp_path) == [("partial", 0.25, 0.5, HALF // 2)]


def test_the_memory_outlives_the_process(store: Store, tmp_path: Path) -> None:
    """What has begun comes back with its own manifest, also when a newer one has been accepted since."""
    store.believe(NOBODY, [(MANIFEST, serialise(MANIFEST))], START)
    shifted = Begun(MANIFEST, MANIFEST.slots[0], after(60))
    store.begin(shifted)
    newer = make_manifest(DAY, [], [], sequence=2)
    store.believe(NOBODY, [(newer, serialise(newer))], START)
    store.close()
    again, _aside = open_store(database(tmp_path))
    assert again.newest(DAY) == Accepted(2, serialise(newer))
    assert again.begun() == {(DAY, "sang"): shifted}
    assert again.over(DAY) == set()
    again.settle(shifted)
    assert again.begun() == {}
    assert again.over(DAY) == {(DAY, "sang")}
    again.close()


def test_a_damaged_database_is_put_aside_not_emptied(tmp_path: Path) -> None:
    path = database(tmp_path)
    path.parent.mkdir()
    path.write_bytes(b"this is no database at all" * 100)
    made, aside = open_store(path)
    made.close()
    assert aside is not None and aside.read_bytes().startswith(b"this is no database")
    assert rows(path, DAY) == []


def test_the_database_is_written_through(store: Store) -> None:
    """WAL with synchronous=FULL: a commit that returned survives a power cut (NORMAL loses some)."""
    assert store.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert store.connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_playlist_kept_by_another_version_is_passed_over_not_stumbled_on(
    store: Store, tmp_path: Path
) -> None:
    """After an upgrade the station starts, though its memory holds a manifest in another form."""
    import json

    tree = json.loads(serialise(MANIFEST))
    del tree["items"]
    row = (MANIFEST.date.isoformat(), 1, json.dumps(tree).encode(), "2026-11-23T00:00:00+07:00")
    store.connection.execute("INSERT INTO manifests VALUES (?, ?, ?, ?)", row)
    begun = (MANIFEST.date.isoformat(), "sang", 1, "2026-11-23T05:30:00+07:00", 0)
    store.connection.execute("INSERT INTO slots VALUES (?, ?, ?, ?, ?)", begun)
    assert store.begun() == {}
    assert store.last_good(MANIFEST.date + datetime.timedelta(days=1)) is None
