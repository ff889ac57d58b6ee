"""The station's memory: one SQLite file that must survive a power cut at any moment.

It holds the centre's keys and signed metadata (with the newest sequence of each date the guard against replay),
the manifests that were believed, the slots that have begun, the as-run rows and the last lines of the journal.
WAL with ``synchronous=FULL``: a call that has returned is on the disk.
"""

import datetime
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from ..package import Manifest, remembered, serialise
from ..trust.memory import Memory
from ..trust.rules import Accepted, clock_floor
from .held import held
from .ladder import Begun, Key

VERSION = 2
"""Of the schema, kept in ``user_version``. 1: without the trust table."""

KEEP_MANIFESTS_DAYS = 40
KEEP_JOURNAL_LINES = 2000

_TRUST = f"""
CREATE TABLE trust (name TEXT PRIMARY KEY, data BLOB NOT NULL);
PRAGMA user_version = {VERSION};
"""
_SCHEMA = f"""
BEGIN;
CREATE TABLE manifests (
    date TEXT NOT NULL, sequence INTEGER NOT NULL, data BLOB NOT NULL, accepted TEXT NOT NULL,
    PRIMARY KEY (date, sequence)
);
CREATE TABLE slots (
    date TEXT NOT NULL, slot TEXT NOT NULL, sequence INTEGER NOT NULL, start TEXT NOT NULL,
    over INTEGER NOT NULL, PRIMARY KEY (date, slot)
);
CREATE TABLE rows (
    id INTEGER PRIMARY KEY, date TEXT NOT NULL, slot TEXT NOT NULL, cue INTEGER NOT NULL,
    kind TEXT NOT NULL, title TEXT NOT NULL, item TEXT NOT NULL, samples INTEGER NOT NULL,
    scheduled TEXT NOT NULL, started TEXT, ended TEXT, heard INTEGER NOT NULL,
    outcome TEXT NOT NULL, reason TEXT NOT NULL, UNIQUE (date, slot, cue)
);
CREATE TABLE journal (id INTEGER PRIMARY KEY, at TEXT NOT NULL, text TEXT NOT NULL);
{_TRUST}
COMMIT;
"""


class Damaged(Exception):
    """The database file is no database of this program any more."""


def connect(path: Path, read_only: bool = False) -> sqlite3.Connection:
    """Open the store at ``path``; it is made if it is not there, unless ``read_only``.

    Raises `Damaged`, or `sqlite3.OperationalError` where it cannot be opened.
    """
    mode = "ro" if read_only else "rwc"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=5
    )
    try:
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            if connection.execute("PRAGMA quick_check").fetchone() != ("ok",):
                raise Damaged(str(path))
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0 and not read_only:
            connection.executescript(_SCHEMA)
        elif version == 1 and not read_only:
            connection.executescript(f"BEGIN;{_TRUST}COMMIT;")
        elif version != VERSION:
            raise Damaged(str(path))
    except sqlite3.OperationalError:
        connection.close()
        raise
    except (sqlite3.DatabaseError, Damaged) as error:
        connection.close()
        raise Damaged(str(path)) from error
    return connection


class Store:
    """What the agent and its inbox remember between two lives. Every method that writes is one transaction."""

    def __init__(self, connection: sqlite3.Connection, path: Path | None = None) -> None:
        self.connection = connection
        self._path = path
        self._escaped = False

    @property
    def escaped(self) -> bool:
        """Whether the memory lives in this process alone, because its file cannot be written."""
        return self._escaped

    def escape(self) -> None:
        """Go on in this process's memory, with what can still be read of the file."""
        memory = sqlite3.connect(":memory:", isolation_level=None)
        try:
            self.connection.backup(memory)
        except sqlite3.DatabaseError:
            memory.executescript(_SCHEMA)
        self.connection.close()
        self.connection, self._escaped = memory, True

    def rejoin(self) -> bool:
        """Try to bring what happened since `escape` back into the file, all or nothing."""
        if not self._escaped or self._path is None:
            return False
        try:
            disk = connect(self._path)
        except (sqlite3.OperationalError, Damaged):
            return False
        try:
            _carry(self.connection, disk)
        except sqlite3.OperationalError:
            disk.close()
            return False
        self.connection.close()
        self.connection, self._escaped = disk, False
        return True

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of the block or nothing; durable when it is left."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def newest(self, date: datetime.date) -> Accepted | None:
        """The newest manifest believed for ``date``."""
        query = "SELECT sequence, data FROM manifests WHERE date = ? AND sequence > 0 ORDER BY sequence DESC LIMIT 1"
        row = self.connection.execute(query, (date.isoformat(),)).fetchone()
        return Accepted(*row) if row else None

    def memory(self) -> Memory | None:
        """What is remembered of the centre; None while no centre is trusted."""
        rows = dict(self.connection.execute("SELECT name, data FROM trust WHERE name != 'floor'"))
        root = rows.pop("root", None)
        return None if root is None else Memory(root, rows)

    def floor(self) -> datetime.datetime | None:
        """The earliest moment that it can be, by what was signed; None while nothing was believed."""
        row = self.connection.execute("SELECT data FROM trust WHERE name = 'floor'").fetchone()
        return datetime.datetime.fromisoformat(row[0].decode()) if row else None

    def trust(self, root: bytes) -> None:
        """Trust the centre with that root, and forget the metadata of any other."""
        with self.transaction() as db:
            db.execute("DELETE FROM trust WHERE name != 'floor'")
            db.execute("INSERT INTO trust VALUES ('root', ?)", (root,))

    def believe(
        self, memory: Memory, manifests: Sequence[tuple[Manifest, bytes]], now: datetime.datetime
    ) -> None:
        """Remember what a look has brought, all or nothing: the centre's metadata and the manifests it covers.

        Superseded manifests go, except where a slot has begun from them; the clock's floor rises.
        """
        oldest = (now.date() - datetime.timedelta(days=KEEP_MANIFESTS_DAYS)).isoformat()
        floor = self.floor()
        with self.transaction() as db:
            db.execute("DELETE FROM trust WHERE name != 'floor'")
            rows = {"root": memory.root, **memory.metadata}
            db.executemany("INSERT INTO trust VALUES (?, ?)", rows.items())
            for manifest, data in manifests:
                date, floor = manifest.date.isoformat(), clock_floor(manifest.issued, floor)
                db.execute(
                    "INSERT INTO manifests VALUES (?, ?, ?, ?)",
                    (date, manifest.sequence, data, now.isoformat()),
                )
                db.execute(
                    "DELETE FROM manifests WHERE date < ? OR (date = ? AND sequence < ? AND sequence NOT IN"
                    " (SELECT sequence FROM slots WHERE slots.date = manifests.date AND NOT over))",
                    (oldest, date, manifest.sequence),
                )
            if floor:
                db.execute("INSERT OR REPLACE INTO trust VALUES ('floor', ?)", (floor.isoformat().encode(),))

    def begin(self, begun: Begun) -> None:
        """Remember that a slot was given to the player."""
        key = (begun.manifest.date.isoformat(), begun.slot.id)
        with self.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO slots VALUES (?, ?, ?, ?, 0)",
                (*key, begun.manifest.sequence, begun.start.isoformat()),
            )

    def hold(self, date: datetime.date, base: Manifest, now: datetime.datetime) -> None:
        """Remember that ``date`` lives on repeats of an earlier playlist; kept as number 0 of that date."""
        with self.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO manifests VALUES (?, 0, ?, ?)",
                (date.isoformat(), serialise(base), now.isoformat()),
            )

    def last_good(self, before: datetime.date) -> Manifest | None:
        """The newest believed playlist with slots of the days before ``before``."""
        rows = self.connection.execute(
            "SELECT data, max(sequence) FROM manifests WHERE date < ? AND sequence > 0"
            " GROUP BY date ORDER BY date DESC",
            (before.isoformat(),),
        )
        kept = (remembered(data) for data, _sequence in rows)
        return next((manifest for manifest in kept if manifest and manifest.slots), None)

    def settle(self, begun: Begun) -> None:
        """Remember that a slot is over, played or not: it never begins again."""
        key = (begun.manifest.date.isoformat(), begun.slot.id)
        with self.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO slots VALUES (?, ?, ?, ?, 1)",
                (*key, begun.manifest.sequence, begun.start.isoformat()),
            )

    def begun(self) -> dict[Key, Begun]:
        """The slots that have begun and are not over, each with the manifest it began with."""
        result = {}
        rows = self.connection.execute(
            "SELECT date, slot, start, data FROM slots JOIN manifests USING (date, sequence) WHERE NOT over"
        )
        for date, slot_id, start, data in rows:
            manifest = remembered(data)
            if manifest is None:
                continue
            if manifest.date.isoformat() != date:
                manifest = held(manifest, datetime.date.fromisoformat(date))
            slot = next((slot for slot in manifest.slots if slot.id == slot_id), None)
            if slot is None:
                continue
            moment = datetime.datetime.fromisoformat(start)
            result[(manifest.date, slot_id)] = Begun(manifest, slot, moment)
        return result

    def over(self, since: datetime.date) -> set[Key]:
        """The slots that are over, of playlists from ``since`` on."""
        rows = self.connection.execute(
            "SELECT date, slot FROM slots WHERE over AND date >= ?", (since.isoformat(),)
        )
        return {(datetime.date.fromisoformat(date), slot) for date, slot in rows}

    def note(self, at: datetime.datetime, text: str) -> None:
        """Add a line to the journal; the oldest beyond `KEEP_JOURNAL_LINES` go."""
        with self.transaction() as db:
            last = db.execute(
                "INSERT INTO journal (at, text) VALUES (?, ?)", (at.isoformat(), text)
            ).lastrowid
            db.execute("DELETE FROM journal WHERE id <= ?", ((last or 0) - KEEP_JOURNAL_LINES,))


def _carry(memory: sqlite3.Connection, disk: sqlite3.Connection) -> None:
    """Put every row of ``memory`` into ``disk``, in one transaction. Raises `sqlite3.OperationalError`."""
    tables = memory.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    present = {name for (name,) in disk.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    disk.execute("BEGIN IMMEDIATE")
    try:
        for name, definition in tables:
            if name not in present:
                disk.execute(definition)
            rows = memory.execute(f"SELECT * FROM {name}").fetchall()
            if rows:
                places = ", ".join("?" * len(rows[0]))
                disk.executemany(f"INSERT OR REPLACE INTO {name} VALUES ({places})", rows)
        disk.execute("COMMIT")
    except BaseException:
        if disk.in_transaction:
            disk.execute("ROLLBACK")
        raise


def open_store(path: Path) -> tuple[Store, Path | None]:
    """Open or make the store; a damaged file is put aside, never emptied, and its new place returned.

    Where it cannot be written it is opened for reading and lives in memory: `Store.escaped`.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Store(connect(path), path), None
    except Damaged:
        return _put_aside(path)
    except (sqlite3.OperationalError, OSError):
        return _readable(path), None


def _put_aside(path: Path) -> tuple[Store, Path | None]:
    number = len(list(path.parent.glob(f"{path.name}.damaged-*")))
    aside = path.with_name(f"{path.name}.damaged-{number + 1}")
    try:
        for ending in ("-wal", "-shm", ""):
            file = path.with_name(path.name + ending)
            if file.exists():
                file.replace(aside.with_name(aside.name + ending))
        return Store(connect(path), path), aside
    except (sqlite3.OperationalError, OSError):
        store = Store(sqlite3.connect(":memory:", isolation_level=None), path)
        store.connection.executescript(_SCHEMA)
        store.escape()
        return store, aside


def _readable(path: Path) -> Store:
    """A store in memory with what the file holds; ``immutable`` reads one whose folder takes no lock files."""
    for mode in ("mode=ro", "immutable=1"):
        try:
            found = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None)
            if found.execute("PRAGMA user_version").fetchone()[0] == VERSION:
                break
            found.close()
        except sqlite3.DatabaseError:
            continue
    else:
        found = sqlite3.connect(":memory:", isolation_level=None)
        found.executescript(_SCHEMA)
    store = Store(found, path)
    store.escape()
    return store


def closing_read(path: Path) -> "closing[sqlite3.Connection]":
    """A read-only connection that closes with its ``with`` block."""
    return closing(connect(path, read_only=True))
