"""The first trust: which centre a station listens to. Later keys follow by themselves, each signed by the last."""

import sqlite3
from contextlib import closing
from pathlib import Path

from ..i18n import _
from ..problem import RadioError
from ..trust.client import Untrusted, first_trust, folder_reader
from ..trust.fingerprint import fingerprint
from .asrun import database
from .store import Damaged, connect, open_store


def trust(folder: Path, printed: str) -> str:
    """Trust the centre whose key lies in ``folder`` and has the fingerprint that a person read; returns it.

    Replaces any trust given before (a centre that has lost its keys): the memory of what was played stays.
    Raises `RadioError`.
    """
    try:
        root = first_trust(folder_reader(folder), printed)
    except Untrusted as error:
        raise RadioError(str(error)) from error
    _remember(folder, root)
    return fingerprint(root)


def ensure_trust(folder: Path, root: bytes) -> bool:
    """Trust the centre of this root unless the station trusts one already; True if that was new."""
    path = database(folder)
    if path.exists():
        try:
            with closing(connect(path, read_only=True)) as connection:
                if connection.execute("SELECT 1 FROM trust WHERE name = 'root'").fetchone():
                    return False
        except (sqlite3.Error, Damaged):
            pass  # from before there was trust, or damaged: opening it for writing deals with both
    _remember(folder, root)
    return True


def _remember(folder: Path, root: bytes) -> None:
    try:
        store, _aside = open_store(database(folder))
        with closing(store):
            store.trust(root)
    except (OSError, sqlite3.Error) as error:
        raise RadioError(
            _("the station's memory in %(folder)s cannot be written: %(error)s")
            % {"folder": folder, "error": error}
        ) from error
