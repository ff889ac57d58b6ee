"""``radio asrun``: what the stations really played."""

import datetime
import sqlite3
import sys
from pathlib import Path

import click
from rich.table import Table

from ..dispatch import station_folder
from ..house import OpenHouse, open_house
from ..i18n import _
from ..package import RATE
from ..station.asrun import Row, database, rows
from ..station.logbook import outcome_words
from ..station.store import Damaged
from .common import DAY, console, explained, house_option, json_option, print_json
from .timetable import chosen_stations, station_option


@click.command(
    help=_("Show what the stations really played on one day: planned, started, ended, outcome and why.")
)
@house_option
@click.argument("date", type=DAY)
@station_option
@json_option
@explained
def asrun(root: Path, date: datetime.date, station: str | None, as_json: bool) -> None:
    """Print the as-run rows of stations whose folder can be read from here."""
    opened = open_house(root)
    found: dict[str, list[Row]] = {}
    failed = False
    for one in chosen_stations(opened, station):
        try:
            folder = station_folder(opened, one.id)
            found[one.id] = rows(database(folder), date) if folder else []
        except (Damaged, sqlite3.Error, OSError) as error:
            click.echo(
                _("%(station)s: its log cannot be read: %(reason)s") % {"station": one.id, "reason": error},
                err=True,
            )
            failed = True
    if as_json:
        print_json([{"station": one, **vars(row)} for one, log in found.items() for row in log])
    else:
        _show(opened, date, found)
    sys.exit(1 if failed else 0)


def _show(opened: OpenHouse, date: datetime.date, found: dict[str, list[Row]]) -> None:
    names = {station.id: station.name for station in opened.house.station}
    out = console()
    for station, log in found.items():
        if log:
            out.print(_table(names[station], log, opened.house.zone))
    silent = [names[station] for station, log in found.items() if not log]
    if silent:
        day = date.strftime("%d/%m/%Y")
        out.print(_("No log of %(day)s from: %(stations)s") % {"day": day, "stations": ", ".join(silent)})


def _table(name: str, log: list[Row], zone: datetime.tzinfo) -> Table:
    table = Table(title=name)
    headings = (
        _("Planned"),
        _("Started"),
        _("Ended"),
        _("Heard"),
        _("Outcome"),
        _("Bulletin"),
        _("Why"),
        _("Item"),
    )
    for heading in headings:
        table.add_column(heading)
    for row in log:
        table.add_row(
            *(_clock(moment, zone) for moment in (row.scheduled, row.started, row.ended)),
            f"{row.heard / RATE:.1f} s",
            outcome_words().get(row.outcome, row.outcome),
            row.title,
            row.reason,
            row.item[:12],
        )
    return table


def _clock(moment: datetime.datetime | None, zone: datetime.tzinfo) -> str:
    return moment.astimezone(zone).strftime("%H:%M:%S") if moment else "–"
