"""``radio station``: serve a commune's folder, and say how it stands."""

import datetime
import getpass
import json
import re
import shutil
import sqlite3
import sys
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from ..files import write_text
from ..i18n import _
from ..problem import RadioError
from ..station import control
from ..station.agent import Settings, run
from ..station.asrun import database, rows
from ..station.install import Service, files
from ..station.job import OUTPUTS, Output
from ..station.logbook import log_book, outcome_words
from ..station.status import Status, look, to_tree
from ..station.store import Damaged
from ..station.timekeeper import Clock

FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
STATION = click.option(
    "--station", "station_id", required=True, metavar="ID", help=_("The station's id in the schedule.")
)


@click.group(help=_("The loudspeaker station: play the day from its folder, show how it stands."))
def station() -> None:
    """The group; its commands follow."""


def _until(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime.time | None:
    if value is None:
        return None
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", value):
        raise click.BadParameter(_("give a time of day as HH:MM:SS"))
    return datetime.time.fromisoformat(value)


def next_time(time_of_day: datetime.time, zone: datetime.tzinfo, now: datetime.datetime) -> datetime.datetime:
    """The first moment after ``now`` at which the clocks of ``zone`` show ``time_of_day``."""
    today = now.astimezone(zone).date()
    for days in (0, 1):
        moment = datetime.datetime.combine(today + datetime.timedelta(days=days), time_of_day, zone)
        if moment > now:
            return moment
    raise AssertionError("tomorrow's hour is always ahead")


@station.command(
    "run",
    help=_(
        "Play the day's slots from FOLDER when their time comes, and keep the as-run log in FOLDER/state."
        " Runs until it is stopped. FOLDER is what the centre pushes to: items/ and targets/."
    ),
)
@FOLDER
@STATION
@click.option(
    "--device", default="", metavar="NAME", help=_("Sound device; the default one if it does not work.")
)
@click.option(
    "--sink",
    type=click.Choice(OUTPUTS),
    default="auto",
    show_default=True,
    help=_("How to reach the sound card."),
)
@click.option("--once", is_flag=True, help=_("Leave after the slot that is on or comes next."))
@click.option(
    "--until",
    callback=_until,
    metavar="HH:MM:SS",
    help=_("Leave at this time of day, told in the time zone of the playlist."),
)
@click.option(
    "--clock",
    "clock_rule",
    type=click.Choice(["vouched", "strict"]),
    default="vouched",
    show_default=True,
    help=_(
        "Whose word is good for the time of day when nothing keeps the clock right: that of the person who"
        " starts the station (vouched), or nobody's (strict, for a service)."
    ),
)
@click.option(
    "--before", default="", metavar="COMMAND", help=_("Run this before sound begins (amplifier on).")
)
@click.option(
    "--after", default="", metavar="COMMAND", help=_("Run this when sound has ended (amplifier off).")
)
@click.option(
    "--hook-seconds", default=20.0, show_default=True, help=_("How long each of these commands may take.")
)
def run_command(
    folder: Path,
    station_id: str,
    device: str,
    sink: Output,
    once: bool,
    until: datetime.time | None,
    clock_rule: str,
    before: str,
    after: str,
    hook_seconds: float,
) -> None:
    """Serve a folder; exit 1 when something given to the player was not heard in full."""
    clock = Clock(lambda: datetime.datetime.now(datetime.UTC), time.monotonic)
    try:
        leave = next_time(until, _zone(folder, station_id, clock.now()), clock.now()) if until else None
        vouched = clock_rule == "vouched"
        settings = Settings(
            folder, station_id, sink, device, once, leave, vouched, before, after, hook_seconds
        )
        sys.exit(run(settings, clock, click.echo))
    except RadioError as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def _zone(folder: Path, station_id: str, now: datetime.datetime) -> datetime.tzinfo:
    """The time zone of the playlists lying in the folder; the machine's own if there are none yet."""
    zones = []
    for path in sorted((folder / "targets" / station_id).glob("*.json")):
        try:
            zones.append(ZoneInfo(json.loads(path.read_bytes())["timezone"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    zone = zones[-1] if zones else now.astimezone().tzinfo
    assert zone is not None
    return zone


@station.command(
    "trust",
    help=_(
        """Trust the centre whose FINGERPRINT was read out or printed: eight groups of four characters.

        Compare it with what the centre's "radio keys show" says, over the telephone or on paper, never with what
        came on the same way as the folder. It has to be done once; later keys of the centre follow by themselves.
        """
    ),
)
@FOLDER
@click.argument("fingerprint", nargs=-1, required=True)
def trust_command(folder: Path, fingerprint: tuple[str, ...]) -> None:
    """Remember the centre's root key; exit 1 when it is not the one in the folder."""
    from ..station.trusting import trust  # here: the agent's start loads no cryptography

    try:
        printed = trust(folder, " ".join(fingerprint))
    except RadioError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    click.echo(_("this station now trusts the centre with the fingerprint %s") % printed)


@station.command(
    "init",
    help=_(
        "Make FOLDER a station that the machine starts by itself: its own user, its folders, a guarded service with"
        " a watchdog, a bounded log. Writes the files and says which commands put them into force."
    ),
)
@FOLDER
@STATION
@click.option("--user", default="radio", show_default=True, help=_("The user that the service runs as."))
@click.option("--program", default="", metavar="FILE", help=_("The radio program; this one unless given."))
@click.option(
    "--root", type=click.Path(path_type=Path), default=Path("/"), help=_("Write below this folder.")
)
@click.option(
    "--device", default="", metavar="NAME", help=_("Sound device; the default one if it does not work.")
)
@click.option(
    "--before", default="", metavar="COMMAND", help=_("Run this before sound begins (amplifier on).")
)
@click.option(
    "--after", default="", metavar="COMMAND", help=_("Run this when sound has ended (amplifier off).")
)
def init_command(
    folder: Path, station_id: str, user: str, program: str, root: Path, device: str, before: str, after: str
) -> None:
    """Exit 1 when a file cannot be written."""
    own = program or shutil.which("radio") or str(Path(sys.argv[0]).absolute())
    given = (("--device", device), ("--before", before), ("--after", after))
    options = tuple(word for name, value in given if value for word in (name, value))
    service = Service(own, str(folder.absolute()), station_id, user, options)
    try:
        for path, text in files(service).items():
            write_text(root / path.lstrip("/"), text)
        state = root / str(folder.absolute()).lstrip("/") / "state"
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        click.echo(_("the files cannot be written: %(error)s") % {"error": error}, err=True)
        sys.exit(1)
    click.echo(_("The files are written. Now, as root:"))
    for command in ("systemd-sysusers", "systemd-tmpfiles --create", "systemctl daemon-reload",
                    "systemctl enable --now radio-station"):  # fmt: skip
        click.echo(f"    {command}")


@station.command("stop", help=_("Silence the station at once, emergencies too, until it is resumed."))
@FOLDER
@click.option("--who", default="", metavar="NAME", help=_("Who stops it; shown on the status."))
def stop_command(folder: Path, who: str) -> None:
    """Leave the order in the state folder and wake the agent."""
    try:
        control.stop(database(folder).parent, who or getpass.getuser())
    except OSError as error:
        click.echo(_("the order cannot be left: %(error)s") % {"error": error}, err=True)
        sys.exit(1)
    click.echo(_("the station is stopped"))


@station.command("resume", help=_("Let a station that was stopped play again."))
@FOLDER
def resume_command(folder: Path) -> None:
    """Take the order back."""
    was = control.resume(database(folder).parent)
    click.echo(_("the station plays again") if was else _("the station was not stopped"))


@station.command(
    "log", help=_("Print the log book of a day (what was planned, heard, left out, and why) for the file.")
)
@FOLDER
@STATION
@click.argument("date", type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]))
def log_command(folder: Path, station_id: str, date: datetime.datetime) -> None:
    """Plain text for any printer, 100 columns, with a place to sign."""
    try:
        found = rows(database(folder), date.date())
    except (Damaged, sqlite3.OperationalError) as error:
        click.echo(_("the station's memory cannot be read: %(error)s") % {"error": error}, err=True)
        sys.exit(1)
    click.echo("\n".join(log_book(station_id, date.date(), found)))


@station.command(
    "status", help=_("Say whether the station runs, what it holds, what comes next and what went wrong.")
)
@FOLDER
@STATION
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON."))
def status_command(folder: Path, station_id: str, as_json: bool) -> None:
    """Exit 1 when no agent runs or there is nothing to play."""
    try:
        status = look(folder, station_id, datetime.datetime.now(datetime.UTC))
    except Damaged:
        click.echo(_("the station's memory is damaged"), err=True)
        sys.exit(1)
    except sqlite3.OperationalError as error:
        click.echo(_("the station's memory cannot be read: %(error)s") % {"error": error}, err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(to_tree(status), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(_lines(status)))
    sys.exit(0 if status.running and status.days else 1)


def _lines(status: Status) -> list[str]:
    zone = ZoneInfo(status.timezone)
    lines = [
        _("station %(id)s: running") % {"id": status.station}
        if status.running
        else _("station %(id)s: NOT running") % {"id": status.station}
    ]
    if status.stopped is not None:
        lines.append(_("STOPPED by %(who)s: nothing sounds") % {"who": status.stopped})
    if status.clock:
        lines.append(_("clock: %(reason)s") % {"reason": status.clock})
    lines += [_("disk: %(free)d MB free") % {"free": status.health.free_megabytes}]
    if status.health.celsius is not None:
        lines.append(_("temperature: %(celsius).0f degrees") % {"celsius": status.health.celsius})
    if status.health.under_voltage:
        lines.append(_("the power supply is too weak"))
    lines.append(_("network: there") if status.health.network else _("network: none"))
    lines.append(_("program: %(version)s") % {"version": status.version})
    for day in status.days:
        named = {"date": day.date, "sequence": day.sequence, "slots": day.slots}
        lines.append(_("playlist of %(date)s: number %(sequence)d, %(slots)d slots") % named)
    if status.playing:
        lines.append(_("on air: %(title)s") % {"title": status.playing})
    if status.coming:
        slot, start = status.coming
        lines.append(
            _("next: slot %(slot)s at %(time)s")
            % {"slot": slot, "time": f"{start.astimezone(zone):%H:%M:%S %d/%m}"}
        )
    else:
        lines.append(_("next: nothing is planned"))
    if status.covered:
        lines.append(
            _("has content until %(time)s") % {"time": f"{status.covered.astimezone(zone):%H:%M:%S %d/%m}"}
        )
    if status.today:
        counts = ", ".join(f"{outcome_words()[outcome]} {count}" for outcome, count in status.today.items())
        lines.append(_("today's items: %(counts)s") % {"counts": counts})
    lines += [f"    {at:%H:%M:%S}  {text}" for at, text in status.lines]
    return lines
