"""Small things that a station remembers by name, in its one database: clocks, what an operator has ordered."""

import sqlite3
from pathlib import Path

from .store import Store, closing_read

_TABLE = "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)"


class Facts:
    """Named texts, each written durably."""

    def __init__(self, store: Store) -> None:
        self._store = store
        with store.transaction() as db:
            db.execute(_TABLE)

    def get(self, name: str) -> str:
        """The text of that name; empty if there is none."""
        row = self._store.connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def put(self, name: str, value: str) -> None:
        """Keep ``value``; it is on the disk when this returns."""
        with self._store.transaction() as db:
            db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))


def read_facts(path: Path) -> dict[str, str]:
    """All facts in the database ``path``, for those who only look; none if there is no such file."""
    if not path.exists():
        return {}
    with closing_read(path) as connection:
        try:
            return dict(connection.execute("SELECT name, value FROM facts"))
        except sqlite3.OperationalError:
            return {}  # a database of an agent that has not begun
