"""``radio withdraw`` and ``radio choose``: what changes a programme after it was planned."""

import datetime
import sys
from contextlib import closing
from pathlib import Path

import click

from .. import package
from ..files import Busy
from ..history import Choice, History, Withdrawal
from ..house import Ready, open_house
from ..i18n import _
from ..mainjob import Outcome, Work, working
from ..problem import RadioError
from ..store import Store
from .common import explained, house_option, json_option, local_now, now_option, print_json, progress_bar
from .timetable import chosen_stations

by_option = click.option("--by", required=True, help=_("Who decides: name and office."))
script_argument = click.argument("script")


@click.command(
    help=_(
        """Withdraw a bulletin: it is heard nowhere any more, from now on.

        Every day that has been built, today after the lock too, is built again without it and pushed to every
        station at once. Who withdrew it and why is kept. A corrected text, approved anew, may air again.
        """
    )
)
@house_option
@script_argument
@by_option
@click.option("--why", required=True, help=_("The reason, for the log."))
@now_option
@json_option
@explained
def withdraw(
    root: Path, script: str, by: str, why: str, now: datetime.datetime | None, as_json: bool
) -> None:
    """Record the withdrawal, then replace it everywhere."""
    try:
        with progress_bar() as progress, working(root, progress) as work:
            moment = local_now(work.opened.house.zone, now).replace(microsecond=0)
            ready = work.opened.script(script)
            row = Withdrawal(ready.bulletin.id, ready.content, by, why, moment.isoformat())
            History(work.store.engine).withdraw(row)
            outcomes = [_rebuilt(work, date, moment) for date in _built_days(work, moment.date())]
    except Busy:
        raise RadioError(
            _("another radio command is building in this house; wait until it is done")
        ) from None
    if as_json:
        print_json([outcome.as_tree() for outcome in outcomes])
    else:
        _tell(ready, outcomes)
    broken = any(one.outcome in ("failed", "waiting") for each in outcomes for one in each.pushed.values())
    sys.exit(1 if broken else 0)


def _built_days(work: Work, today: datetime.date) -> list[datetime.date]:
    """The days from today on for which a package of any station is kept."""
    found = set()
    for station in work.opened.house.station:
        folder = (work.opened.var / "packages" / package.built_path(station.id, today)).parent
        for path in folder.glob("*.json"):
            try:
                found.add(datetime.date.fromisoformat(path.stem))
            except ValueError:
                continue
    return sorted(date for date in found if date >= today)


def _rebuilt(work: Work, date: datetime.date, now: datetime.datetime) -> Outcome:
    built = work.build(date, now)
    return Outcome(built, work.push(built.manifests, now))


def _tell(ready: Ready, outcomes: list[Outcome]) -> None:
    click.echo(_("%(title)s (%(file)s) is withdrawn.") % vars(ready.bulletin))
    if not outcomes:
        click.echo(_("No day has been built yet: there is nothing to replace."))
    for outcome in outcomes:
        changed = [one for one in outcome.pushed.values() if one.outcome == "pushed"]
        told = {"date": outcome.built.date.strftime("%d/%m/%Y"), "stations": len(changed)}
        click.echo(_("%(date)s: replaced at %(stations)d stations") % told)
        for station, one in outcome.pushed.items():
            if one.outcome in ("failed", "waiting"):
                told = {"station": station, "reason": one.detail}
                click.echo(_("%(station)s: NOT replaced: %(reason)s") % told, err=True)


@click.command(
    help=_(
        """Let a commune air a routine bulletin that the level above has sent, or take that back.

        Without it such a bulletin waits (Circular 39/2020). The choice holds for the text as it is now.
        """
    )
)
@house_option
@script_argument
@click.option("--station", required=True, help=_("The commune's station (its id)."))
@by_option
@click.option("--no", "refuse", is_flag=True, help=_("Do not air it."))
@now_option
@explained
def choose(
    root: Path, script: str, station: str, by: str, refuse: bool, now: datetime.datetime | None
) -> None:
    """Record the commune's choice."""
    opened = open_house(root)
    (chosen,) = chosen_stations(opened, station)
    ready = opened.script(script)
    if ready.bulletin.origin != "above":
        raise RadioError(
            _("%s is not from the level above: it airs without being chosen") % ready.bulletin.file
        )
    at = local_now(opened.house.zone, now).replace(microsecond=0).isoformat()
    with closing(Store(opened.state)) as store:
        row = Choice(chosen.id, ready.bulletin.id, ready.content, not refuse, by, at)
        History(store.engine).choose(row)
    told = {"station": chosen.name, "title": ready.bulletin.title}
    text = _("%(station)s will not air: %(title)s") if refuse else _("%(station)s will air: %(title)s")
    click.echo(text % told)
