"""What each station still has to be given: one row a station and day, kept until it is delivered or superseded.

The truth about deliveries is here, so whoever delivers may die at any moment. "Pushed" is not yet "delivered": that
is the station's word.
"""

import datetime
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Literal

import sqlalchemy as sql

State = Literal["pending", "waiting", "pushed"]
"""To be pushed, to be signed first, or lying whole at the station's place."""

FIRST_WAIT = datetime.timedelta(minutes=1)
LONGEST_WAIT = datetime.timedelta(hours=1)
KEPT_DAYS = 14

_tables = sql.MetaData()
_outbox = sql.Table(
    "outbox",
    _tables,
    sql.Column("station", sql.String(64), primary_key=True),
    sql.Column("date", sql.Date, primary_key=True),
    sql.Column("sequence", sql.BigInteger, nullable=False),
    sql.Column("covers", sql.String(40), nullable=False),
    sql.Column("state", sql.String(16), nullable=False),
    sql.Column("tries", sql.Integer, nullable=False),
    sql.Column("due", sql.String(40), nullable=False),
    sql.Column("at", sql.String(40), nullable=False),
    sql.Column("detail", sql.Text, nullable=False),
)


@dataclass(frozen=True)
class Letter:
    """One station's day on its way.

    ``covers``: the end of its last slot; ``due``: when it is tried next; ``at``: when something last happened to it,
    with ``detail`` telling what went wrong.
    """

    station: str
    date: datetime.date
    sequence: int
    covers: datetime.datetime
    state: State
    tries: int
    due: datetime.datetime
    at: datetime.datetime
    detail: str = ""


def tried(letter: Letter, outcome: str, detail: str, now: datetime.datetime, chance: float) -> Letter:
    """The letter after an attempt with this outcome of `radio.push.Pushed`. Pure; ``chance`` is from 0 to 1.

    After a failure the wait doubles, up to an hour; chance moves it by a quarter either way, so that stations
    behind one broken link do not all come back at the same second.
    """
    if outcome in ("pushed", "unchanged"):
        return replace(letter, state="pushed", tries=letter.tries + 1, due=now, at=now, detail="")
    if outcome == "waiting":
        return replace(letter, state="waiting", due=now, at=now, detail=detail)
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(letter.tries, 10)) * (0.75 + chance / 2)
    return replace(letter, state="pending", tries=letter.tries + 1, due=now + wait, at=now, detail=detail)


class Outbox:
    """The letters of one house."""

    def __init__(self, engine: sql.Engine) -> None:
        self._engine = engine
        _tables.create_all(engine)

    def put(self, letters: Iterable[Letter], now: datetime.datetime) -> None:
        """Take in letters. A newer sequence supersedes an older one; the same or an older one changes nothing.

        Days longer past than `KEPT_DAYS` are forgotten.
        """
        with self._engine.begin() as db:
            for letter in letters:
                key = _key(letter)
                known = db.execute(sql.select(_outbox.c.sequence).where(key)).scalar()
                if known is None or known < letter.sequence:
                    db.execute(_outbox.delete().where(key))
                    db.execute(_outbox.insert().values(**_row(letter)))
            oldest = now.date() - datetime.timedelta(days=KEPT_DAYS)
            db.execute(_outbox.delete().where(_outbox.c.date < oldest))

    def update(self, letter: Letter) -> None:
        """Write what became of a letter, unless a newer one has taken its place meanwhile."""
        with self._engine.begin() as db:
            where = _key(letter) & (_outbox.c.sequence == letter.sequence)
            db.execute(_outbox.update().where(where).values(**_row(letter)))

    def letters(self, since: datetime.date) -> list[Letter]:
        """All letters of days from ``since`` on, by station and day."""
        query = sql.select(_outbox).where(_outbox.c.date >= since).order_by(_outbox.c.station, _outbox.c.date)
        with self._engine.begin() as db:
            return [_letter(row) for row in db.execute(query)]

    def pending(self, today: datetime.date) -> list[Letter]:
        """What has not arrived of today and later; what is past is not worth sending any more."""
        return [letter for letter in self.letters(today) if letter.state == "pending"]


def _key(letter: Letter) -> sql.ColumnElement[bool]:
    return (_outbox.c.station == letter.station) & (_outbox.c.date == letter.date)


def _row(letter: Letter) -> dict[str, object]:
    moments = {name: getattr(letter, name).isoformat() for name in ("covers", "due", "at")}
    return {**asdict(letter), **moments}


def _letter(row: sql.Row[tuple[object, ...]]) -> Letter:
    values = dict(row._mapping)
    moments = {name: datetime.datetime.fromisoformat(values[name]) for name in ("covers", "due", "at")}
    return Letter(**{**values, **moments})
