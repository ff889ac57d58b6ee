"""``radio fetch``: a station gets its days itself, from a web address or a stick."""

import datetime
import sys
import time
from contextlib import closing
from pathlib import Path

import click

from ..i18n import _
from ..station.asrun import database
from ..station.fetch import Fetched, Source, fetch, stick, web
from ..station.store import open_store
from ..trust.rules import judged_at
from .common import explained


@click.command(
    help=_(
        """Bring the station's days from SOURCE into FOLDER: a web address (https://…) or a stick's folder.

        For stations that nobody can push to, as behind a mobile network. Nothing is kept that the centre has not
        signed. What was cut off goes on at the next visit. "radio station run" plays from FOLDER meanwhile.
        """
    )
)
@click.argument("source")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--station", required=True, metavar="ID", help=_("The station's id in the schedule."))
@click.option("--every", type=click.IntRange(10), help=_("Look again after this many seconds, without end."))
@explained
def fetch_command(source: str, folder: Path, station: str, every: int | None) -> None:
    """Fetch once, or again and again; exit 1 when something did not arrive."""
    place = web(source) if "://" in source else stick(Path(source))
    while True:
        fetched = _visit(place, folder, station)
        for problem in fetched.problems:
            click.echo(problem, err=True)
        click.echo(
            _("%(files)d files, %(kilobytes)d kB; whole days: %(days)s")
            % {
                "files": fetched.files,
                "kilobytes": fetched.size // 1000,
                "days": ", ".join(map(str, fetched.days)) or "–",
            }
        )
        if every is None:
            sys.exit(1 if fetched.problems else 0)
        time.sleep(every)


def _visit(place: Source, folder: Path, station: str) -> Fetched:
    store, _aside = open_store(database(folder))
    with closing(store):
        memory, floor = store.memory(), store.floor()
    if memory is None:
        message = _('this station trusts no centre yet: "radio station trust"')
        return Fetched(0, 0, (), (message,))
    now = judged_at(datetime.datetime.now(datetime.UTC), floor)
    return fetch(place, folder, station, memory, now)
