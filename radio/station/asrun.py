"""The as-run log: one row for every cue of every slot, played or not.

A row is on the disk before anybody is told of it. ``outcome`` is one of

======== ==================================================================================================
playing  sounds now (or did when the power went: the next start of the station closes the row)
played   every sample of it was given to the sound device
partial  some of it was not heard; ``reason`` says what happened
missed   its time passed without it
refused  its audio, its hour or its playlist was not allowed to sound
error    it should have sounded, but there was no sound
======== ==================================================================================================
"""

import datetime
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..i18n import _
from ..package import RATE
from .ladder import Begun, Key
from .store import Store, closing_read

FINAL = ("played",)
"""Outcomes after which a cue is never given to the player again; a refused one is, for what sounds in its place."""


@dataclass(frozen=True)
class Row:
    """What became of one cue. ``samples`` is its length, ``heard`` how much of it reached the device.

    ``scheduled`` is the time of the playlist; ``started`` and ``ended`` what happened, None where it did not.
    """

    date: datetime.date
    slot: str
    cue: int
    kind: str
    title: str
    item: str
    samples: int
    scheduled: datetime.datetime
    started: datetime.datetime | None
    ended: datetime.datetime | None
    heard: int
    outcome: str
    reason: str


_COLUMNS = "date, slot, cue, kind, title, item, samples, scheduled, started, ended, heard, outcome, reason"


def _moment(text: str | None) -> datetime.datetime | None:
    return datetime.datetime.fromisoformat(text) if text else None


def _row(values: tuple[Any, ...]) -> Row:
    date, slot, cue, kind, title, item, samples, scheduled, started, ended, heard, outcome, reason = values
    return Row(
        date=datetime.date.fromisoformat(date),
        slot=slot,
        cue=cue,
        kind=kind,
        title=title,
        item=item,
        samples=samples,
        scheduled=datetime.datetime.fromisoformat(scheduled),
        started=_moment(started),
        ended=_moment(ended),
        heard=heard,
        outcome=outcome,
        reason=reason,
    )


def _select(connection: sqlite3.Connection, date: datetime.date) -> list[Row]:
    query = f"SELECT {_COLUMNS} FROM rows WHERE date = ? ORDER BY scheduled, slot, cue"
    return [_row(values) for values in connection.execute(query, (date.isoformat(),))]


def database(folder: Path) -> Path:
    """Where a station's folder keeps its own memory."""
    return folder / "state" / "station.db"


def rows(path: Path, date: datetime.date) -> list[Row]:
    """The rows of one playlist date in the station database ``path``, in the order they were planned.

    No database, no rows. Safe while the station runs. Raises `store.Damaged`, `sqlite3.OperationalError`.
    """
    if not path.exists():
        return []
    with closing_read(path) as connection:
        return _select(connection, date)


class AsRun:
    """Writes the rows of slots as they happen. Every method returns only when its row is durable."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def rows(self, key: Key) -> dict[int, Row]:
        """What is known of a slot's cues, by their place in it."""
        found = _select(self._store.connection, key[0])
        return {row.cue: row for row in found if row.slot == key[1]}

    def started(self, begun: Begun, cue: int, at: datetime.datetime) -> None:
        """A cue sounds from ``at`` on; if it had sounded before, its first start stays."""
        known = self.rows(_key(begun)).get(cue)
        if known is None or known.started is None:
            self._put(begun, cue, started=at, outcome="playing")
            return
        clock = at.astimezone(begun.slot.start.tzinfo).strftime("%H:%M:%S")
        words = {"reason": known.reason or _("the station was interrupted"), "time": clock}
        reason = _("%(reason)s; went on at %(time)s") % words
        self._put(begun, cue, started=known.started, heard=known.heard, outcome="playing", reason=reason)

    def ended(self, begun: Begun, cue: int, at: datetime.datetime, heard: int) -> Row:
        """A cue is over; ``heard`` of its samples reached the device since it last started."""
        known = self.rows(_key(begun)).get(cue)
        started, total, reason = (
            (known.started, known.heard + heard, known.reason) if known else (at, heard, "")
        )
        samples = begun.manifest.item(begun.slot.cues[cue].item).samples
        outcome = "played" if total >= samples else "partial"
        if outcome == "partial" and not reason:
            lost = {"seconds": (samples - total) / RATE}
            reason = _("%(seconds).1f s of it were not heard") % lost
        return self._put(begun, cue, started=started, ended=at, heard=total, outcome=outcome, reason=reason)

    def broken_off(self, begun: Begun, cue: int, at: datetime.datetime, heard: int, reason: str) -> None:
        """The sound stopped inside a cue; it may go on later."""
        known = self.rows(_key(begun))[cue]
        self._put(
            begun,
            cue,
            started=known.started,
            ended=at,
            heard=known.heard + heard,
            outcome="partial",
            reason=reason,
        )

    def silent(self, begun: Begun, cue: int, outcome: str, reason: str) -> None:
        """A cue that did not sound; what is known of it already stays."""
        known = self.rows(_key(begun)).get(cue)
        if known is None or known.outcome == "error":
            self._put(begun, cue, outcome=outcome, reason=reason)

    def close(self, begun: Begun, outcome: str, reason: str) -> list[Row]:
        """The slot is over: each cue gets its final row. Returns all of them."""
        known = self.rows(_key(begun))
        for cue in range(len(begun.slot.cues)):
            row = known.get(cue)
            if row is None:
                self.silent(begun, cue, outcome, reason)
            elif row.outcome == "playing":
                told = row.reason or _("the station was interrupted")
                self._put(begun, cue, started=row.started, heard=row.heard, outcome="partial", reason=told)
        return list(self.rows(_key(begun)).values())

    def _put(
        self,
        begun: Begun,
        cue: int,
        *,
        outcome: str,
        started: datetime.datetime | None = None,
        ended: datetime.datetime | None = None,
        heard: int = 0,
        reason: str = "",
    ) -> Row:
        planned = begun.slot.cues[cue]
        row = Row(
            date=begun.manifest.date,
            slot=begun.slot.id,
            cue=cue,
            kind=planned.kind,
            title=planned.title,
            item=planned.item,
            samples=begun.manifest.item(planned.item).samples,
            scheduled=begun.slot.start + datetime.timedelta(seconds=planned.start / RATE),
            started=started,
            ended=ended,
            heard=heard,
            outcome=outcome,
            reason=reason,
        )
        values = [
            value.isoformat() if isinstance(value, datetime.date) else value for value in vars(row).values()
        ]
        assignments = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", ")[3:])
        with self._store.transaction() as db:
            db.execute(
                f"INSERT INTO rows ({_COLUMNS}) VALUES ({', '.join('?' * len(values))})"
                f" ON CONFLICT (date, slot, cue) DO UPDATE SET {assignments}",
                values,
            )
        return row


def _key(begun: Begun) -> Key:
    return begun.manifest.date, begun.slot.id
