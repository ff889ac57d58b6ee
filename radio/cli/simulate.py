"""``radio simulate``: the whole network dry, weeks ahead."""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from ..calendar_vn import LAST
from ..house import OpenHouse, open_house
from ..i18n import _
from ..outlook import outlook
from ..problem import RadioError
from ..script import GENRES
from ..simulate import Simulation, Trouble
from ..simulate import simulate as run
from .common import DAY, console, explained, house_option, json_option, local_now, now_option, print_json
from .timetable import chosen_stations, station_option

MOST_DAYS = 1100


@click.command(
    help=_(
        """Run the whole network dry for some days and show what every commune would hear.

        Nothing is voiced or sent. Shown are the minutes by section and genre, slots that a limit refuses,
        slots that stay unfilled or run over, bulletins that never air before they expire, and communes
        without content. Lengths are known where a bulletin was built before, otherwise estimated.
        """
    )
)
@house_option
@click.option(
    "--days", type=click.IntRange(1, MOST_DAYS), default=60, show_default=True, help=_("How many days.")
)
@click.option("--date", type=DAY, help=_("The first day; today unless given."))
@click.option("--drafts", is_flag=True, help=_("As if every script were approved."))
@station_option
@now_option
@json_option
@explained
def simulate(
    root: Path,
    days: int,
    date: datetime.date | None,
    drafts: bool,
    station: str | None,
    now: datetime.datetime | None,
    as_json: bool,
) -> None:
    """Simulate and print the report."""
    opened = open_house(root)
    first = date or local_now(opened.house.zone, now).date()
    if first + datetime.timedelta(days=days) > LAST:
        raise RadioError(_("the lunar calendar is known until %s") % LAST)
    ahead = outlook(opened, first)
    chosen = chosen_stations(opened, station)
    result = run(opened.house, ahead.offers(drafts), first, days, ahead.past, chosen)
    if as_json:
        print_json(as_tree(result))
    else:
        _show(opened, result)


def as_tree(result: Simulation) -> dict[str, Any]:
    """Plain values for ``--json``; lengths in seconds."""

    def troubles(found: Mapping[str, Trouble]) -> list[dict[str, Any]]:
        return [{"what": name, **_trouble(one)} for name, one in found.items()]

    return {
        "first": result.first,
        "days": result.days,
        "in_trouble": result.in_trouble,
        "sections": result.total("sections"),
        "genres": result.total("genres"),
        "campaigns": {name: vars(share) for name, share in result.campaigns.items()},
        "stations": [vars(one) for one in result.stations],
        "bulletins": [{"id": name, **vars(one)} for name, one in result.bulletins.items()],
        "refused": [
            {"slot": slot, "reason": reason, "nearest": nearest, **_trouble(one)}
            for (slot, reason, nearest), one in result.refused.items()
        ],
        "unfilled": troubles(result.unfilled),
        "overfull": troubles(result.overfull),
        "waiting": troubles(result.waiting),
    }


def _trouble(one: Trouble) -> dict[str, Any]:
    return {"times": one.times, "stations": sorted(one.stations), "first": one.first}


def _show(opened: OpenHouse, result: Simulation) -> None:
    out = console()
    last = result.first + datetime.timedelta(days=result.days - 1)
    title = _("%(stations)d stations, %(first)s to %(last)s") % {
        "stations": len(result.stations),
        "first": result.first.strftime("%d/%m/%Y"),
        "last": last.strftime("%d/%m/%Y"),
    }
    out.print(title, style="bold")
    sections = {section.id: section.name for section in opened.house.section}
    out.print(_minutes(_("Minutes by section"), result.total("sections"), sections))
    out.print(_minutes(_("Minutes by genre"), result.total("genres"), GENRES))
    for campaign in opened.house.campaign:
        share = result.campaigns[campaign.id]
        if share.during_all and share.outside_all:
            out.print(
                _("%(name)s: %(during)d %% of what is said during it, %(outside)d %% on other days")
                % {
                    "name": campaign.name,
                    "during": round(100 * share.during / share.during_all),
                    "outside": round(100 * share.outside / share.outside_all),
                }
            )
    out.print(_stations(result))
    for line in _troubles(result):
        out.print(line)
    if not result.in_trouble:
        out.print(_("Nothing is in the way."))


def _minutes(title: str, seconds: Mapping[str, float], names: Mapping[str, str]) -> Table:
    table = Table(title=title)
    table.add_column("")
    table.add_column(_("Minutes"), justify="right")
    table.add_column("%", justify="right")
    whole = sum(seconds.values()) or 1
    for name, each in seconds.items():
        table.add_row(names.get(name, name), f"{each / 60:.0f}", f"{100 * each / whole:.1f}")
    return table


def _stations(result: Simulation) -> Table:
    table = Table(title=_("Stations"))
    for column in (
        _("Station"),
        _("Slots"),
        _("Airtime, h"),
        _("Speech, %"),
        _("Bulletins"),
        _("Days without"),
    ):
        table.add_column(column, justify="left" if column == _("Station") else "right")
    for one in result.stations:
        speech = 100 * one.spoken / one.airtime if one.airtime else 0
        table.add_row(
            one.name,
            str(one.slots),
            f"{one.airtime / 3600:.1f}",
            f"{speech:.0f}",
            str(one.bulletins),
            str(one.empty_days),
        )
    return table


def _troubles(result: Simulation) -> list[str]:
    """Everything somebody should look at, one line each."""
    lines = [
        _("Refused: %(slot)s: %(reason)s. %(nearest)s") % {"slot": slot, "reason": reason, "nearest": nearest}
        + _where(one)
        for (slot, reason, nearest), one in result.refused.items()
    ]
    lines += [
        _("Not filled: %s (its programme has no music)") % slot + _where(one)
        for slot, one in result.unfilled.items()
    ]
    lines += [_("Too full: %s") % slot + _where(one) for slot, one in result.overfull.items()]
    for one in result.bulletins.values():
        if one.never and one.until:
            told = {"title": one.title, "until": one.until.strftime("%d/%m/%Y"), "stations": len(one.never)}
            lines.append(_("Never aired at %(stations)d stations: %(title)s (until %(until)s)") % told)
        if one.short:
            told = {"title": one.title, "short": one.short, "asked": one.asked}
            lines.append(_("%(title)s: %(short)d of %(asked)d airings found no room") % told)
    lines += [
        _("%s waits for the commune's choice") % result.bulletins[name].title + _where(one)
        for name, one in result.waiting.items()
    ]
    lines += [
        _("%(name)s: nothing to air on %(days)d days") % {"name": one.name, "days": one.empty_days}
        for one in result.stations
        if one.empty_days
    ]
    return lines


def _where(one: Trouble) -> str:
    names = sorted(one.stations)
    told = {
        "times": one.times,
        "first": one.first.strftime("%d/%m/%Y"),
        "stations": ", ".join(names[:3]) + (" …" if len(names) > 3 else ""),
    }
    return _(" (%(times)d times, first on %(first)s: %(stations)s)") % told
