"""What the centre remembers of programmes: what it gave out to air, how long things are, withdrawals, choices.

Tables beside those of `radio.store`, in the same database. Airings are kept for `KEPT_DAYS`; withdrawals and the
communes' choices, with who made them, stay.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

import sqlalchemy as sql

KEPT_DAYS = 92
"""How long airings are remembered: a bulletin not heard for a quarter of a year counts as never heard."""

_tables = sql.MetaData()
_airings = sql.Table(
    "airings",
    _tables,
    sql.Column("date", sql.Date, primary_key=True),
    sql.Column("station", sql.String(64), primary_key=True),
    sql.Column("slot", sql.String(64), primary_key=True),
    sql.Column("place", sql.Integer, primary_key=True),
    sql.Column("position", sql.Integer, primary_key=True),
    sql.Column("bulletin", sql.String(255), nullable=False, index=True),
    sql.Column("start", sql.String(40), nullable=False),
)
_lengths = sql.Table(
    "lengths",
    _tables,
    sql.Column("content", sql.String(64), primary_key=True),
    sql.Column("seconds", sql.Float, nullable=False),
)
_withdrawals = sql.Table(
    "withdrawals",
    _tables,
    sql.Column("id", sql.Integer, primary_key=True),
    sql.Column("script", sql.String(255), nullable=False, index=True),
    sql.Column("content", sql.String(64), nullable=False),
    sql.Column("by", sql.String(255), nullable=False),
    sql.Column("why", sql.Text, nullable=False),
    sql.Column("at", sql.String(40), nullable=False),
)
_choices = sql.Table(
    "choices",
    _tables,
    sql.Column("id", sql.Integer, primary_key=True),
    sql.Column("station", sql.String(64), nullable=False),
    sql.Column("script", sql.String(255), nullable=False),
    sql.Column("content", sql.String(64), nullable=False),
    sql.Column("wanted", sql.Boolean, nullable=False),
    sql.Column("by", sql.String(255), nullable=False),
    sql.Column("at", sql.String(40), nullable=False),
)

Fixed = Mapping[str, tuple[tuple[str, ...], ...]]
"""Slot id → the ids of the bulletins of each place of its running order."""


@dataclass(frozen=True)
class Airing:
    """A bulletin given out to air: where it stands in which slot (``start`` with its offset from UTC)."""

    date: datetime.date
    station: str
    slot: str
    place: int
    position: int
    bulletin: str
    start: datetime.datetime


@dataclass(frozen=True)
class Withdrawal:
    """A script's content that must not air any more, who said so and why. Another content of it may."""

    script: str
    content: str
    by: str
    why: str
    at: str


@dataclass(frozen=True)
class Choice:
    """Whether a commune airs a routine bulletin of the level above (Circular 39/2020), and who decided."""

    station: str
    script: str
    content: str
    wanted: bool
    by: str
    at: str


class History:
    """The tables, in the open database ``engine``."""

    def __init__(self, engine: sql.Engine) -> None:
        self._engine = engine
        _tables.create_all(engine)

    def record(self, date: datetime.date, airings: Iterable[Airing], today: datetime.date) -> None:
        """What was given out for ``date``, instead of what was before; what is too old ``today`` is forgotten."""
        rows = [{**asdict(one), "start": one.start.isoformat()} for one in airings]
        oldest = min(date, today) - datetime.timedelta(days=KEPT_DAYS)
        with self._engine.begin() as db:
            db.execute(_airings.delete().where((_airings.c.date == date) | (_airings.c.date < oldest)))
            if rows:
                db.execute(_airings.insert(), rows)

    def last(self, date: datetime.date) -> dict[str, dict[str, datetime.date]]:
        """By station, the last date before ``date`` on which each bulletin was given out."""
        columns = (_airings.c.station, _airings.c.bulletin)
        query = (
            sql.select(*columns, sql.func.max(_airings.c.date))
            .where(_airings.c.date < date)
            .group_by(*columns)
        )
        found: dict[str, dict[str, datetime.date]] = {}
        with self._engine.begin() as db:
            for station, bulletin, last in db.execute(query):
                found.setdefault(station, {})[bulletin] = last
        return found

    def airings(self, date: datetime.date) -> list[Airing]:
        """What was given out for ``date``, in order."""
        order = (_airings.c.station, _airings.c.slot, _airings.c.place, _airings.c.position)
        query = sql.select(_airings).where(_airings.c.date == date).order_by(*order)
        with self._engine.begin() as db:
            return [
                Airing(**{**row, "start": datetime.datetime.fromisoformat(row["start"])})
                for row in db.execute(query).mappings()
            ]

    def lengths(self) -> dict[str, float]:
        """Seconds of every content whose item has been made."""
        with self._engine.begin() as db:
            return {content: seconds for content, seconds in db.execute(sql.select(_lengths))}

    def measured(self, lengths: Mapping[str, float]) -> None:
        """Remember how long contents are."""
        known = self.lengths()
        new = [
            {"content": one, "seconds": seconds}
            for one, seconds in lengths.items()
            if known.get(one) != seconds
        ]
        with self._engine.begin() as db:
            db.execute(_lengths.delete().where(_lengths.c.content.in_([row["content"] for row in new])))
            if new:
                db.execute(_lengths.insert(), new)

    def withdraw(self, withdrawal: Withdrawal) -> None:
        """Remember a withdrawal."""
        with self._engine.begin() as db:
            db.execute(_withdrawals.insert().values(**asdict(withdrawal)))

    def withdrawals(self) -> dict[tuple[str, str], Withdrawal]:
        """All of them, by script and content; the first that was said counts."""
        columns = [column for column in _withdrawals.c if column.name != "id"]
        query = sql.select(*columns).order_by(_withdrawals.c.id.desc())
        with self._engine.begin() as db:
            rows = [Withdrawal(**row) for row in db.execute(query).mappings()]
        return {(row.script, row.content): row for row in rows}

    def choose(self, choice: Choice) -> None:
        """Remember a commune's choice; its last one counts."""
        with self._engine.begin() as db:
            db.execute(_choices.insert().values(**asdict(choice)))

    def chosen(self) -> dict[str, set[tuple[str, str]]]:
        """By station, the scripts from above that it airs, each with the content it chose."""
        columns = [column for column in _choices.c if column.name != "id"]
        found: dict[str, set[tuple[str, str]]] = {}
        with self._engine.begin() as db:
            for row in db.execute(sql.select(*columns).order_by(_choices.c.id)).mappings():
                one = Choice(**row)
                mine = found.setdefault(one.station, set())
                (mine.add if one.wanted else mine.discard)((one.script, one.content))
        return found
