"""What a person asks a station over the telephone: does it run, what does it hold, what comes, what went wrong.

Worked out from the folder when asked; nothing of it is stored.
"""

import datetime
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from .. import __version__
from ..package import Manifest, Slot, remembered
from .asrun import Row, database, rows
from .control import agent, stopped
from .facts import read_facts
from .health import Health, read_health
from .store import closing_read


@dataclass(frozen=True)
class Day:
    """A believed playlist: its date, number and slots."""

    date: datetime.date
    sequence: int
    slots: int


@dataclass(frozen=True)
class Status:
    """One station at one moment.

    ``playing`` is the title that sounds, ``coming`` the next slot that may still begin, ``covered`` the end of
    the last slot it holds; ``today`` counts the rows of the local date by outcome; ``lines`` are the last of
    the journal; ``clock`` is what the agent believes of the time and why; ``stopped`` who has stopped it.
    """

    station: str
    running: bool
    timezone: str
    days: tuple[Day, ...]
    playing: str | None
    coming: tuple[str, datetime.datetime] | None
    covered: datetime.datetime | None
    today: dict[str, int]
    lines: tuple[tuple[datetime.datetime, str], ...]
    stopped: str | None
    clock: str
    health: Health
    version: str


def look(folder: Path, station: str, now: datetime.datetime, lines: int = 5) -> Status:
    """The status of the station that keeps its memory in ``folder``.

    Raises `store.Damaged`, `sqlite3.OperationalError`.
    """
    path = database(folder)
    manifests: list[Manifest] = []
    over: set[tuple[str, str]] = set()
    journal: list[tuple[datetime.datetime, str]] = []
    if path.exists():
        with closing_read(path) as connection:
            manifests = _manifests(connection, now)
            over = set(connection.execute("SELECT date, slot FROM slots"))
            journal = _journal(connection, lines)
    zone = ZoneInfo(manifests[-1].timezone) if manifests else datetime.UTC
    running = agent(path.parent) is not None
    today = rows(path, now.astimezone(zone).date())
    slots = sorted(((slot, day) for day in manifests for slot in day.slots), key=lambda pair: pair[0].start)
    return Status(
        station=station,
        running=running,
        timezone=str(zone),
        days=tuple(Day(day.date, day.sequence, len(day.slots)) for day in manifests),
        playing=_playing(today) if running else None,
        coming=_coming(slots, over, now),
        covered=max((slot.end for slot, _day in slots), default=None),
        today=_counts(today),
        lines=tuple((at.astimezone(zone), text) for at, text in journal),
        stopped=stopped(path.parent),
        clock=read_facts(path).get("clock", ""),
        health=read_health(folder),
        version=__version__,
    )


def _manifests(connection: sqlite3.Connection, now: datetime.datetime) -> list[Manifest]:
    since = (now.date() - datetime.timedelta(days=1)).isoformat()
    query = "SELECT data, max(sequence) FROM manifests WHERE date >= ? GROUP BY date ORDER BY date"
    kept = [remembered(data) for data, _sequence in connection.execute(query, (since,))]
    return [manifest for manifest in kept if manifest]


def _journal(connection: sqlite3.Connection, count: int) -> list[tuple[datetime.datetime, str]]:
    found = connection.execute("SELECT at, text FROM journal ORDER BY id DESC LIMIT ?", (count,))
    return [(datetime.datetime.fromisoformat(at), text) for at, text in found][::-1]


def _playing(today: list[Row]) -> str | None:
    titles = [row.title for row in today if row.outcome == "playing"]
    return titles[-1] if titles else None


def _coming(
    slots: list[tuple[Slot, Manifest]], over: set[tuple[str, str]], now: datetime.datetime
) -> tuple[str, datetime.datetime] | None:
    for slot, day in slots:
        if slot.start > now and (day.date.isoformat(), slot.id) not in over:
            return slot.id, slot.start
    return None


def _counts(today: list[Row]) -> dict[str, int]:
    outcomes = sorted({row.outcome for row in today})
    return {outcome: sum(row.outcome == outcome for row in today) for outcome in outcomes}


def to_tree(status: Status) -> dict[str, Any]:
    """The status as plain JSON values."""
    return {
        "station": status.station,
        "running": status.running,
        "timezone": status.timezone,
        "days": [
            {"date": day.date.isoformat(), "sequence": day.sequence, "slots": day.slots}
            for day in status.days
        ],
        "playing": status.playing,
        "next": {"slot": status.coming[0], "start": status.coming[1].isoformat()} if status.coming else None,
        "covered_until": status.covered.isoformat() if status.covered else None,
        "today": status.today,
        "stopped": status.stopped,
        "clock": status.clock,
        "health": vars(status.health),
        "version": status.version,
        "journal": [{"at": at.isoformat(), "text": text} for at, text in status.lines],
    }
