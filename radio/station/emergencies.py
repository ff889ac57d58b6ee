"""The cut-ins that a station has received, in its database: each is used once, also across power cuts.

Whoever verifies one calls `Emergencies.receive`, then `control.wake`; the agent does the rest.
"""

import datetime
from collections.abc import Iterable

from .cutin import CutIn, Entry, parse, serialise
from .store import Store

KEEP_DAYS = 400
"""How long an id is remembered; longer than any cut-in may live, so that none is ever used twice."""

_TABLE = (
    "CREATE TABLE IF NOT EXISTS cut_ins (id TEXT PRIMARY KEY, data TEXT NOT NULL, arrived TEXT NOT NULL,"
    " state TEXT NOT NULL, start TEXT)"
)


class Emergencies:
    """Every method that writes is one transaction, on the disk when it returns."""

    def __init__(self, store: Store) -> None:
        self._store = store
        with store.transaction() as db:
            db.execute(_TABLE)

    def receive(self, cut_in: CutIn, now: datetime.datetime) -> bool:
        """Take a verified cut-in; False if its id was seen before, whatever became of it."""
        oldest = (now - datetime.timedelta(days=KEEP_DAYS)).isoformat()
        with self._store.transaction() as db:
            db.execute("DELETE FROM cut_ins WHERE arrived < ? AND state IN ('over', 'cancelled')", (oldest,))
            added = db.execute(
                "INSERT OR IGNORE INTO cut_ins VALUES (?, ?, ?, 'waiting', NULL)",
                (cut_in.id, serialise(cut_in), now.isoformat()),
            )
        return added.rowcount == 1

    def cancel(self, cut_in_id: str) -> bool:
        """End a cut-in, now or before it begins; False if it was over or never came."""
        with self._store.transaction() as db:
            changed = db.execute(
                "UPDATE cut_ins SET state = 'cancelled' WHERE id = ? AND state IN ('waiting', 'begun')",
                (cut_in_id,),
            )
        return changed.rowcount == 1

    def begin(self, cut_in_id: str, start: datetime.datetime) -> None:
        """Remember, before any sound, that it sounds from ``start`` on."""
        with self._store.transaction() as db:
            db.execute(
                "UPDATE cut_ins SET state = 'begun', start = ? WHERE id = ? AND state = 'waiting'",
                (start.isoformat(), cut_in_id),
            )

    def settle(self, cut_in_id: str) -> None:
        """It is over: played, or too late."""
        with self._store.transaction() as db:
            db.execute(
                "UPDATE cut_ins SET state = 'over' WHERE id = ? AND state IN ('waiting', 'begun')",
                (cut_in_id,),
            )

    def open(self) -> list[Entry]:
        """Those that wait or have begun, in the order of their arrival."""
        return self._entries("state IN ('waiting', 'begun')", ())

    def find(self, cut_in_id: str) -> Entry | None:
        """One of them, whatever became of it."""
        return next(iter(self._entries("id = ?", (cut_in_id,))), None)

    def _entries(self, where: str, values: Iterable[str]) -> list[Entry]:
        moment = datetime.datetime.fromisoformat
        rows = self._store.connection.execute(
            f"SELECT data, arrived, state, start FROM cut_ins WHERE {where} ORDER BY arrived, id",
            tuple(values),
        )
        return [
            Entry(parse(data), moment(arrived), state, moment(start) if start else None)
            for data, arrived, state, start in rows
        ]
