"""``radio status``: what each station has, what is on the way, and until when it is covered."""

import datetime
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from ..dispatch import station_folder
from ..house import OpenHouse, open_house
from ..i18n import _
from ..outbox import Letter, Outbox
from ..station.asrun import database
from ..station.store import Damaged, connect
from ..store import Store
from .common import console, explained, house_option, json_option, local_now, now_option, print_json


@dataclass(frozen=True)
class Standing:
    """One station: ``verified`` are the sequences that it says itself to have accepted, by date."""

    station: str
    name: str
    letters: tuple[Letter, ...]
    verified: dict[datetime.date, int]

    @property
    def covered(self) -> datetime.datetime | None:
        """The end of the last slot that lies at the station."""
        return max((one.covers for one in self.letters if one.state == "pushed"), default=None)

    def state(self, letter: Letter) -> str:
        """The letter's state, "verified" where the station has said so."""
        known = self.verified.get(letter.date, 0)
        return "verified" if letter.state == "pushed" and known >= letter.sequence else letter.state


@click.command(
    help=_(
        """What each station has, what is on the way to it and why it has not arrived, and until when it is covered.

        "verified" is the station's own word; it is known here for stations whose folder is on this machine.
        """
    )
)
@house_option
@now_option
@json_option
@explained
def status(root: Path, now: datetime.datetime | None, as_json: bool) -> None:
    """Print it; exit 1 when something is on the way or a station is not covered."""
    opened = open_house(root)
    moment = local_now(opened.house.zone, now)
    with closing(Store(opened.state)) as store:
        letters = Outbox(store.engine).letters(moment.date())
    standings = [
        Standing(
            one.id,
            one.name,
            tuple(row for row in letters if row.station == one.id),
            _verified(opened, one.id),
        )
        for one in opened.house.station
    ]
    if as_json:
        print_json([_tree(one) for one in standings])
    else:
        _show(standings, opened)
    late = any(letter.state != "pushed" for one in standings for letter in one.letters)
    sys.exit(1 if late or any(one.covered is None for one in standings) else 0)


def _verified(opened: OpenHouse, station: str) -> dict[datetime.date, int]:
    folder = station_folder(opened, station)
    if folder is None or not database(folder).exists():
        return {}
    try:
        with closing(connect(database(folder), read_only=True)) as connection:
            rows = connection.execute("SELECT date, max(sequence) FROM manifests GROUP BY date").fetchall()
    except (sqlite3.Error, Damaged, OSError):
        return {}
    return {datetime.date.fromisoformat(date): sequence for date, sequence in rows}


def _tree(one: Standing) -> dict[str, Any]:
    return {
        "station": one.station,
        "covered_until": one.covered,
        "days": [{**vars(letter), "state": one.state(letter)} for letter in one.letters],
    }


def _show(standings: list[Standing], opened: OpenHouse) -> None:
    words = {
        "pending": _("on the way"),
        "waiting": _("to be signed"),
        "pushed": _("sent"),
        "verified": _("accepted by the station"),
    }
    table = Table()
    for column in (_("Station"), _("Day"), _("State"), _("Tries"), _("Next try"), _("Why")):
        table.add_column(column)
    table.add_column(_("Covered until"))
    zone = opened.house.zone
    for one in standings:
        covered = f"{one.covered.astimezone(zone):%H:%M %d/%m}" if one.covered else _("nothing")
        if not one.letters:
            table.add_row(one.name, "", "", "", "", "", covered)
        for letter in one.letters:
            due = f"{letter.due.astimezone(zone):%H:%M}" if letter.state == "pending" else ""
            day, tries = f"{letter.date:%d/%m}", str(letter.tries)
            table.add_row(one.name, day, words[one.state(letter)], tries, due, letter.detail, covered)
    console().print(table)
