"""``radio timetable`` and ``radio plan``: what recurs, and what one day will bring."""

import datetime
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from .. import package
from ..config import Station
from ..day import SlotPlan, plan_station
from ..frames import WEEKDAY_NAMES
from ..house import OpenHouse, Ready, open_house
from ..i18n import _
from ..newsroom import may_air
from ..problem import RadioError
from ..programme import Offer
from ..spoken import Said
from ..timetable import campaigns_on, slots_on
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
@station_option
@now_option
@json_option
@explained
def timetable(
    root: Path, date: datetime.date | None, station: str | None, now: datetime.datetime | None, as_json: bool
) -> None:
    """Print a grid of seven days."""
    opened = open_house(root)
    first = date or local_now(opened.house.zone, now).date()
    days = [first + datetime.timedelta(days=offset) for offset in range(7)]
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
        for day in days
        for one in chosen_stations(opened, station)
        for dated in slots_on(opened.house, one, day)
    ]
    if as_json:
        print_json(rows)
        return
    table = Table(title=_("Timetable"), show_lines=True)
    table.add_column(_("Starts"))
    for day in days:
        campaigns = "".join(f"\n{campaign.name}" for campaign in campaigns_on(opened.house, day))
        table.add_column(f"{WEEKDAY_NAMES[day.weekday()]}\n{day:%d/%m/%Y}{campaigns}")
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
    ready, left_out = may_air(opened.scripts, date)
    offers = [Offer(one.bulletin, estimated_seconds(opened, one)) for one in ready]
    days: list[tuple[Station, bool, list[dict[str, Any]]]] = []
    for one in chosen_stations(opened, station):
        path = opened.var / "packages" / package.built_path(one.id, date)
        if path.is_file():
            days.append((one, True, _built_slots(package.parse(path.read_bytes()))))
        else:
            planned = plan_station(opened.house, one, date, offers).slots
            days.append((one, False, [_planned_slot(slot) for slot in planned]))
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
        out.print(f"[bold]{', '.join(names)}[/bold]\n{text}\n")
    for row in left_out:
        out.print(_("Left out: %(title)s (%(reason)s)") % {"title": row.title, "reason": row.reason})


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


def estimated_seconds(opened: OpenHouse, ready: Ready) -> float:
    """About how long a bulletin will be: its syllables at the house's rate, and its pauses."""
    voice = opened.house.voice
    seconds = 0.0
    for part in ready.spoken:
        if isinstance(part, Said):
            seconds += len(part.text.split()) * 60 / voice.rate + getattr(voice.pauses, part.utterance.pause)
    return seconds
