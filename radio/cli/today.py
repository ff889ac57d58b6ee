"""``radio today``, ``build`` and ``push``: the main job, and its two halves."""

import datetime
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.table import Table

from .. import package
from ..files import Busy
from ..i18n import _, ngettext
from ..mainjob import Outcome, working
from ..newsroom import LeftOut
from .common import (
    DAY,
    console,
    explained,
    house_option,
    json_option,
    local_now,
    now_option,
    print_json,
    progress_bar,
)

date_option = click.option("--date", type=DAY, help=_("Another day than today, for example 2026-12-01."))


@click.command(
    help=_(
        """The main job: check, build and push today for every station, then show what will be heard.

        After the last slot of the day, tomorrow is built as well. A second call makes nothing twice.
        """
    )
)
@house_option
@date_option
@now_option
@json_option
@explained
def today(root: Path, date: datetime.date | None, now: datetime.datetime | None, as_json: bool) -> None:
    """Build and push, then print the table."""
    _main_job(root, date, now, as_json, build=True, push=True)


@click.command(help=_("Build one day for every station without pushing it: voice, mix, playlists, packages."))
@house_option
@click.argument("date", type=DAY)
@json_option
@explained
def build(root: Path, date: datetime.date, as_json: bool) -> None:
    """Build only."""
    _main_job(root, date, None, as_json, build=True, push=False)


@click.command(help=_("Push the packages of one day, as built before, to every station."))
@house_option
@click.argument("date", type=DAY)
@json_option
@explained
def push(root: Path, date: datetime.date, as_json: bool) -> None:
    """Push only."""
    _main_job(root, date, None, as_json, build=False, push=True)


def _main_job(
    root: Path,
    date: datetime.date | None,
    now: datetime.datetime | None,
    as_json: bool,
    build: bool,
    push: bool,
) -> None:
    try:
        with progress_bar() as progress, working(root, progress) as work:
            moment = local_now(work.opened.house.zone, now)
            dates = [date] if date else work.days_from(moment)
            outcomes = [
                Outcome(
                    built := work.build(one, moment) if build else work.load(one),
                    work.push(built.manifests, moment) if push else {},
                )
                for one in dates
            ]
            problems, notes = work.opened.problems, work.dispatch.notes
    except Busy:
        click.echo(
            _("error: another radio command is building in this house; wait until it is done"), err=True
        )
        sys.exit(1)
    for text in (*problems, *notes):
        click.echo(str(text), err=True)
    if as_json:
        print_json([outcome.as_tree() for outcome in outcomes])
    else:
        for outcome in outcomes:
            _show(outcome, len(work.opened.house.station), moment)
    failed = any(outcome.failed for outcome in outcomes) or any(not problem.warning for problem in problems)
    sys.exit(1 if failed else 0)


def _show(outcome: Outcome, stations: int, now: datetime.datetime) -> None:
    """What will be heard where, when and for how long; what was left out and why; what was made and sent."""
    out = console()
    built = outcome.built
    day = built.date.strftime("%d/%m/%Y")
    table = Table(title=_("What will be heard on %s") % day, show_lines=True)
    for column in (_("Starts"), _("Slot"), _("Stations"), _("Length"), _("Bulletins")):
        table.add_column(column)
    for (start, slot, seconds, titles), where in _groups(built.manifests).items():
        over = start + datetime.timedelta(seconds=seconds) <= now
        table.add_row(
            start.strftime("%H:%M:%S") + (_(" (over)") if over else ""),
            slot,
            _("all %d") % stations if len(where) == stations else ", ".join(where),
            f"{seconds // 60}:{seconds % 60:02d}",
            "\n".join(titles),
        )
    out.print(table)
    if built.left_out:
        out.print(_left_out(built.left_out))
    for note in built.notes:
        out.print(note)
    _summary(outcome)


def _groups(
    manifests: Sequence[package.Manifest],
) -> dict[tuple[datetime.datetime, str, int, tuple[str, ...]], list[str]]:
    """Stations that hear the same, under what they hear, in order of time."""
    groups: dict[tuple[datetime.datetime, str, int, tuple[str, ...]], list[str]] = {}
    for manifest in manifests:
        for slot in manifest.slots:
            titles = tuple(cue.title for cue in slot.cues if cue.kind == "bulletins")
            key = (slot.start, slot.id, round(slot.length / package.RATE), titles)
            groups.setdefault(key, []).append(manifest.station_name)
    return dict(sorted(groups.items(), key=lambda row: row[0][:2]))


def _left_out(rows: Sequence[LeftOut]) -> Table:
    table = Table(title=_("Left out"))
    for column in (_("Bulletin"), _("File"), _("Why")):
        table.add_column(column)
    for row in rows:
        table.add_row(row.title, row.file, row.reason, style="red" if row.failed else None)
    return table


def _summary(outcome: Outcome) -> None:
    """One closing line each for what was made and what was sent, and a line for each station that failed."""
    built, pushed = outcome.built, list(outcome.pushed.values())
    click.echo(
        _("Made: %(clips)d clips, %(items)d items.") % {"clips": built.clips_made, "items": built.items_made}
    )
    if not pushed:
        return
    served = sum(one.outcome in ("pushed", "unchanged") for one in pushed)
    click.echo(
        ngettext("%(served)d of %(all)d station served", "%(served)d of %(all)d stations served", len(pushed))
        % {"served": served, "all": len(pushed)}
        + _("; %(files)d files, %(megabytes).1f MB copied.")
        % {"files": sum(one.files for one in pushed), "megabytes": sum(one.size for one in pushed) / 1e6}
    )
    for station, one in outcome.pushed.items():
        if one.outcome == "failed":
            named = {"station": station, "reason": one.detail}
            click.echo(_("  %(station)s: failed: %(reason)s") % named, err=True)
        elif one.outcome == "waiting":
            click.echo(f"  {station}: {one.detail}", err=True)
