"""The centre's database: what cannot be made again. SQLAlchemy Core, so that SQLite can become PostgreSQL.

It holds the sequence of every manifest given out, what was delivered, and the audit of approvals. Files in the
house are the truth about content; this is the memory of what was done.
"""

import datetime
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sql

from .i18n import _
from .problem import RadioError

SCHEMA_VERSION = 1

_tables = sql.MetaData()
_schema = sql.Table("schema_version", _tables, sql.Column("version", sql.Integer, primary_key=True))
_manifests = sql.Table(
    "manifests",
    _tables,
    sql.Column("station", sql.String(64), primary_key=True),
    sql.Column("date", sql.Date, primary_key=True),
    sql.Column("sequence", sql.BigInteger, nullable=False),
    sql.Column("content", sql.String(64), nullable=False),
    sql.Column("issued", sql.String(40), nullable=False),
)
_deliveries = sql.Table(
    "deliveries",
    _tables,
    sql.Column("id", sql.Integer, primary_key=True),
    sql.Column("station", sql.String(64), nullable=False, index=True),
    sql.Column("date", sql.Date, nullable=False),
    sql.Column("sequence", sql.BigInteger, nullable=False),
    sql.Column("at", sql.String(40), nullable=False),
    sql.Column("outcome", sql.String(16), nullable=False),
    sql.Column("detail", sql.Text, nullable=False),
)
_approvals = sql.Table(
    "approvals",
    _tables,
    sql.Column("id", sql.Integer, primary_key=True),
    sql.Column("script", sql.String(255), nullable=False),
    sql.Column("sha256", sql.String(64), nullable=False, index=True),
    sql.Column("by", sql.String(255), nullable=False),
    sql.Column("at", sql.String(40), nullable=False),
    sql.Column("spoken", sql.Text, nullable=False),
)


@dataclass(frozen=True)
class Delivery:
    """The last attempt to bring one station a day."""

    station: str
    date: datetime.date
    sequence: int
    at: str
    outcome: str
    detail: str


class Store:
    """The open database of one house. Safe with several processes; each call is one transaction."""

    def __init__(self, folder: Path) -> None:
        """Open (or make) ``folder/centre.db``; raises `RadioError` if it is from a newer version."""
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        url = sql.URL.create("sqlite", database=str(folder / "centre.db"))
        self._engine = sql.create_engine(url, connect_args={"timeout": 30})
        sql.event.listen(self._engine, "connect", _durable)
        _tables.create_all(self._engine)
        with self._engine.begin() as db:
            version = db.execute(sql.select(sql.func.max(_schema.c.version))).scalar()
            if version is None:
                db.execute(_schema.insert().values(version=SCHEMA_VERSION))
            elif version > SCHEMA_VERSION:
                raise RadioError(_("the folder state/ was written by a newer version of this program"))

    @property
    def engine(self) -> sql.Engine:
        """The open database, for `radio.history`."""
        return self._engine

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def number(self, station: str, date: datetime.date, content: str, now: str) -> tuple[int, str]:
        """Sequence and issue time for a manifest of that content: new ones only where the content is new.

        ``content`` is a SHA-256 of everything but these two; ``now`` an ISO time. Sequences only grow, also when
        this database was restored from an old backup: a new one is the moment it was given out, as digits.
        """
        key = (_manifests.c.station == station) & (_manifests.c.date == date)
        with self._engine.begin() as db:
            row = db.execute(sql.select(_manifests).where(key)).first()
            if row and row.content == content:
                return int(row.sequence), str(row.issued)
            moment = datetime.datetime.fromisoformat(now).astimezone(datetime.UTC)
            sequence = max(int(row.sequence) + 1 if row else 1, int(moment.strftime("%Y%m%d%H%M%S")))
            db.execute(_manifests.delete().where(key))
            values = {
                "station": station,
                "date": date,
                "sequence": sequence,
                "content": content,
                "issued": now,
            }
            db.execute(_manifests.insert().values(**values))
            return sequence, now

    def delivered(self, delivery: Delivery) -> None:
        """Remember one attempt to push."""
        with self._engine.begin() as db:
            db.execute(_deliveries.insert().values(**vars(delivery)))

    def approved(self, script: str, sha256: str, by: str, at: str, spoken: str) -> None:
        """Audit an approval, with the exact words that were approved."""
        values = {"script": script, "sha256": sha256, "by": by, "at": at, "spoken": spoken}
        with self._engine.begin() as db:
            db.execute(_approvals.insert().values(**values))

    def approved_words(self, sha256: str) -> str | None:
        """The spoken text that was approved under that content hash, if it was approved on this machine."""
        query = sql.select(_approvals.c.spoken).where(_approvals.c.sha256 == sha256).limit(1)
        with self._engine.begin() as db:
            return db.execute(query).scalar()


def _durable(connection: object, _record: object) -> None:
    """SQLite: a committed row survives a power cut (WAL with synchronous=FULL)."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()
