"""The station's memory of its centre: whole or not at all at every storage call, and numbers that never repeat."""

import datetime
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from radio.package import serialise
from radio.station.store import Store, connect
from radio.trust.memory import Memory
from radio.trust.rules import CLOCK_SLACK, clock_floor, judged_at

from .world import DATE, DAY, HOUR, NOW, Centre, Station, manifest


class Failing:
    """A database connection whose n-th statement fails, as on a full or dying disk."""

    def __init__(self, connection: sqlite3.Connection, healthy: int) -> None:
        self._connection, self.left = connection, healthy

    def execute(self, *arguments: object) -> sqlite3.Cursor:
        """As the real one, until it fails; what undoes a transaction always works."""
        if arguments[0] != "ROLLBACK":
            self._count()
        return self._connection.execute(*arguments)  # type: ignore[arg-type]

    def executemany(self, *arguments: object) -> sqlite3.Cursor:
        """As the real one, until it fails."""
        self._count()
        return self._connection.executemany(*arguments)  # type: ignore[arg-type]

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise sqlite3.OperationalError("disk I/O error")


def state(path: Path) -> tuple[object, ...]:
    """Everything remembered, read by a new life of the station."""
    with closing(Store(connect(path))) as store:
        return store.memory(), store.newest(DATE), store.floor()


def test_at_every_failing_statement_the_old_state_or_the_new_one_is_remembered(tmp_path: Path) -> None:
    """Metadata, manifest and clock floor change together: the tries go on until one gets through."""
    path = tmp_path / "station.db"
    first, second = manifest(sequence=1), manifest(sequence=2)
    with closing(Store(connect(path))) as store:
        store.trust(b"root 1")
        store.believe(Memory(b"root 1", {"timestamp": b"1"}), [(first, serialise(first))], NOW)
    before = state(path)
    failures = 0
    while state(path) == before:
        connection = connect(path)
        store = Store(Failing(connection, failures))  # type: ignore[arg-type]
        try:
            store.believe(Memory(b"root 2", {"timestamp": b"2"}), [(second, serialise(second))], NOW + DAY)
        except sqlite3.OperationalError:
            failures += 1
        finally:
            connection.close()
        assert failures < 50
    memory, newest, _floor = state(path)
    assert failures >= 6
    assert memory == Memory(b"root 2", {"timestamp": b"2"})
    assert newest is not None and newest.sequence == 2  # type: ignore[attr-defined]


def test_no_two_signed_files_of_a_house_share_a_version(tmp_path: Path) -> None:
    """All are signed within one second: equal versions could be passed off as one another (same key, same kind)."""
    centre = Centre(tmp_path, tuple(f"xa-{number}" for number in range(60)))
    centre.publish(*(manifest(name) for name in centre.stations))
    centre.publish(*(manifest(name, sequence=2) for name in centre.stations))
    names = [path.name.split(".") for path in (tmp_path / "metadata").glob("*.*.json")]
    versions = Counter(name[0] for name in names if name[1] != "root")
    assert len(versions) > 15 and set(versions.values()) == {1}


def test_a_centre_restored_from_an_old_backup_is_still_believed(tmp_path: Path) -> None:
    """It has forgotten what it gave out since; its next numbers are higher all the same."""
    centre = Centre(tmp_path / "centre")
    centre.publish(manifest(sequence=1))
    shutil.copytree(centre.folder / "metadata", tmp_path / "backup")
    for number in range(2, 6):
        centre.publish(manifest(sequence=number), now=NOW + number * HOUR)
    station = Station(centre.repository.root)
    assert station.gets(centre.tree, NOW + 6 * HOUR) == 5
    shutil.rmtree(centre.folder / "metadata")
    shutil.copytree(tmp_path / "backup", centre.folder / "metadata")
    centre.publish(manifest(sequence=6), now=NOW + 7 * HOUR)
    assert station.gets(centre.tree, NOW + 7 * HOUR) == 6


def test_the_clock_floor_only_rises_and_expiry_is_never_judged_before_it() -> None:
    floor = clock_floor(NOW, None)
    assert floor == NOW - CLOCK_SLACK
    assert clock_floor(NOW - 5 * DAY, floor) == floor and clock_floor(NOW + DAY, floor) == floor + DAY
    long_ago = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    assert judged_at(long_ago, floor) == floor and judged_at(NOW, floor) == NOW
    assert judged_at(long_ago, None) == long_ago
