"""``radio timetable`` and ``radio plan``: what recurs, and what one day will bring."""

import datetime
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from .. import package
from ..calendar_vn import holiday_of, lunar_of
from ..config import Station
from ..day import SlotPlan, StationPlan, plan_station
from ..frames import WEEKDAY_NAMES
from ..house import OpenHouse, open_house
from ..i18n import _
from ..ics import calendar
from ..limits import nearest_words
from ..newsroom import may_air
from ..outlook import outlook
from ..problem import RadioError
from ..timetable import campaigns_on, slots_on, timetable_of
from .common import DAY, console, explained, house_option, json_option, local_now, now_option, print_json


def chosen_stations(opened: OpenHouse, only: str | None) -> list[Station]:
    """All stations, or the one with the id ``only``. Raises `RadioError` if there is none."""
    chosen = [station for station in opened.house.station if only in (None, station.id)]
    if not chosen:
        known = ", ".join(station.id for station in opened.house.station)
        raise RadioError(_('there is no station "%(id)s"; known: %(known)s') % {"id": only, "known": known})
    return chosen


station_option = click.option("--station", help=_("Only this station (its id)."))


@click.command(help=_("Show the week's slots: when which programme airs at which stations."))
@house_option
@click.option("--date", type=DAY, help=_("The week that begins on this day; today unless given."))
@click.option("--days", type=click.IntRange(1, 400), default=7, show_default=True, help=_("How many days."))
@click.option("--ics", is_flag=True, help=_("Print a calendar file (iCalendar) for phones and computers."))
@station_option
@now_option
@json_option
@explained
def timetable(
    root: Path,
    date: datetime.date | None,
    days: int,
    ics: bool,
    station: str | None,
    now: datetime.datetime | None,
    as_json: bool,
) -> None:
    """Print a grid of seven days, or more."""
    opened = open_house(root)
    moment = local_now(opened.house.zone, now)
    first = date or moment.date()
    dates = [first + datetime.timedelta(days=offset) for offset in range(days)]
    if ics:
        click.echo(calendar(opened.house, chosen_stations(opened, station), dates, moment), nl=False)
        return
    rows: list[dict[str, Any]] = [
        {
            "date": day,
            "station": one.id,
            "slot": dated.slot.id,
            "start": dated.start,
            "minutes": dated.slot.minutes,
            "programme": dated.programme,
            "note": dated.note,
        }
        for day in dates
        for one in chosen_stations(opened, station)
        for dated in slots_on(opened.house, one, day)
    ]
    if as_json:
        print_json(rows)
        return
    for at in range(0, len(dates), 7):
        week = [row for row in rows if row["date"] in dates[at : at + 7]]
        _grid(opened, week, dates[at : at + 7])
    for line in _refused(opened, chosen_stations(opened, station), dates):
        click.echo(line, err=True)


def _refused(opened: OpenHouse, stations: list[Station], dates: list[datetime.date]) -> list[str]:
    """Slots that a limit refuses on those dates, a line for each reason."""
    found: dict[str, None] = {}
    for date in dates:
        for station in stations:
            for refused in timetable_of(opened.house).day(station, date).refused:
                where = f"{date:%d/%m/%Y}, {station.name}, {refused.span.slot}"
                found[f"{where}: {refused.reason}. {nearest_words(refused)}"] = None
    return list(found)


def _grid(opened: OpenHouse, rows: list[dict[str, Any]], days: list[datetime.date]) -> None:
    """A week: a column a day, with its lunar day, holiday and campaigns, and a row an hour of start."""
    table = Table(title=_("Timetable"), show_lines=True)
    table.add_column(_("Starts"))
    for day in days:
        notes = [holiday_of(day), *(campaign.name for campaign in campaigns_on(opened.house, day))]
        lunar = lunar_of(day)
        lines = [WEEKDAY_NAMES[day.weekday()], f"{day:%d/%m/%Y}", f"({lunar.day}/{lunar.month} ÂL)"]
        table.add_column("\n".join([*lines, *filter(None, notes)]))
    for start in sorted({row["start"].strftime("%H:%M:%S") for row in rows}):
        table.add_row(start, *(_cell(opened, rows, day, start) for day in days))
    console().print(table)


def _cell(opened: OpenHouse, rows: list[dict[str, Any]], day: datetime.date, start: str) -> str:
    """What begins at ``start`` on ``day``: programme, minutes, and how many stations where not all of them."""
    names = {programme.id: programme.name for programme in opened.house.programme}
    here = [row for row in rows if row["date"] == day and row["start"].strftime("%H:%M:%S") == start]
    cells: dict[str, list[str]] = {}
    for row in here:
        text = _("%(programme)s\n%(minutes)g min") % {
            "programme": names[row["programme"]],
            "minutes": row["minutes"],
        }
        text += f"\n{row['note']}" if row["note"] else ""
        cells.setdefault(text, []).append(row["station"])
    everywhere = len({row["station"] for row in rows})
    return "\n".join(
        text if len(where) == everywhere else text + "\n" + _("%d stations") % len(where)
        for text, where in cells.items()
    )


@click.command(
    help=_(
        """Show what one day will bring: every slot with its bulletins, in order, with the reason for each.

        A day that has been built is shown as built; another is worked out with estimated lengths.
        """
    )
)
@house_option
@click.argument("date", type=DAY)
@station_option
@json_option
@explained
def plan(root: Path, date: datetime.date, station: str | None, as_json: bool) -> None:
    """Print the day of one or all stations."""
    opened = open_house(root)
    ahead = outlook(opened, date)
    ready, left_out = may_air(opened.scripts, date, ahead.withdrawn)
    offers = [ahead.offer(one) for one in ready]
    days: list[tuple[Station, bool, list[dict[str, Any]]]] = []
    notes: dict[str, None] = {}
    for one in chosen_stations(opened, station):
        path = opened.var / "packages" / package.built_path(one.id, date)
        if path.is_file():
            days.append((one, True, _built_slots(package.parse(path.read_bytes()))))
        else:
            planned = plan_station(opened.house, one, date, offers, ahead.past(one))
            days.append((one, False, [_planned_slot(slot) for slot in planned.slots]))
            notes |= dict.fromkeys(_notes(planned))
    if as_json:
        print_json([{"station": one.id, "built": built, "slots": slots} for one, built, slots in days])
        return
    out = console()
    shown: dict[str, list[str]] = {}
    for one, built, slots in days:
        heading = _("as built") if built else _("planned, lengths estimated")
        lines = [heading]
        for slot in slots:
            lines.append(f"{slot['start']:%H:%M:%S}  {slot['slot']}")
            lines += [f"    {cue['at']}  {cue['title']}" + _why(cue) for cue in slot["cues"]]
        shown.setdefault("\n".join(lines), []).append(one.name)
    for text, names in shown.items():
        out.print(", ".join(names), style="bold")
        out.print(f"{text}\n")
    for line in notes:
        out.print(line)
    for row in left_out:
        out.print(_("Left out: %(title)s (%(reason)s)") % {"title": row.title, "reason": row.reason})


def _notes(plan: StationPlan) -> list[str]:
    """What did not go as asked: refused slots, bulletins carried over, bulletins that wait for the commune."""
    name = plan.station.name
    lines = [f"{name}, {one.span.slot}: {one.reason}. {nearest_words(one)}" for one in plan.refused]
    for one in plan.carried:
        told = {"aired": one.aired, "times": one.times, "title": one.bulletin.title, "station": name}
        lines.append(_("%(station)s: %(title)s finds room %(aired)d of %(times)d times") % told)
    for bulletin in plan.waiting:
        lines.append(
            _("%(station)s: %(title)s waits for the commune") % {"station": name, "title": bulletin.title}
        )
    return lines


def _why(cue: dict[str, Any]) -> str:
    return f"  ({cue['reason']})" if cue["reason"] else ""


def _built_slots(manifest: package.Manifest) -> list[dict[str, Any]]:
    return [
        {
            "slot": slot.id,
            "start": slot.start,
            "cues": [
                {
                    "at": _minutes(cue.start / package.RATE),
                    "kind": cue.kind,
                    "title": cue.title,
                    "reason": cue.reason,
                    "item": cue.item,
                }
                for cue in slot.cues
            ],
        }
        for slot in manifest.slots
    ]


def _planned_slot(slot: SlotPlan) -> dict[str, Any]:
    cues = [
        {"at": "~", "kind": "bulletins", "title": pick.bulletin.title, "reason": pick.reason}
        for picks in slot.picks
        for pick in picks
    ]
    return {"slot": slot.dated.slot.id, "start": slot.dated.start, "cues": cues}


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"
