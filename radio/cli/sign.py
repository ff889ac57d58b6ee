"""``radio sign``: the approving officer signs the days ahead, where the centre's key does not lie open."""

import datetime
import sys
from pathlib import Path

import click

from ..files import Busy
from ..i18n import _
from ..mainjob import working
from ..newsroom import Built
from .common import explained, house_option, local_now, now_option, progress_bar
from .keys import ask_passphrase, keys_option


@click.command(
    help=_(
        """Sign the days that were built, from today on, with the centre's key, and push them.

        For houses whose centre's key is under a passphrase or on a stick. Whoever signs answers for what is heard:
        look at "radio plan" first. "radio run" tells when the signed days come to an end.
        """
    )
)
@house_option
@keys_option
@click.option("--days", default=3, show_default=True, help=_("How many days, today included."))
@now_option
@explained
def sign(root: Path, keys_folder: Path | None, days: int, now: datetime.datetime | None) -> None:
    """Sign and push; exit 1 when a day has not been built or a station was not reached."""
    failed = False
    try:
        with progress_bar() as progress, working(root, progress, keys_folder) as work:
            moment = local_now(work.opened.house.zone, now)
            dates = [moment.date() + datetime.timedelta(days=offset) for offset in range(days)]
            built: list[Built] = [work.load(date) for date in dates]
            work.dispatch.give_keys(moment)
            work.dispatch.sign([one for day in built for one in day.manifests], moment, ask_passphrase)
            for day in built:
                results = work.push(day.manifests, moment)
                served = sum(one.outcome in ("pushed", "unchanged") for one in results.values())
                click.echo(
                    _("%(date)s: signed; %(served)d of %(all)d stations served")
                    % {"date": day.date, "served": served, "all": len(results)}
                )
                for station, one in results.items():
                    if one.detail:
                        click.echo(f"  {station}: {one.detail}", err=True)
                failed |= served < len(results)
    except Busy:
        click.echo(
            _("error: another radio command is building in this house; wait until it is done"), err=True
        )
        failed = True
    sys.exit(1 if failed else 0)
