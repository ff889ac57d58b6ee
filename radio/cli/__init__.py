"""The command line. It alone prints and exits: 0 all done, 1 something failed and the rest was done, 2 usage.

Commands are loaded when they are called, so that a station's agent never carries the centre's libraries.
"""

import importlib

import click

from .. import __version__
from ..i18n import _

COMMANDS = {
    "today": "today:today",
    "check": "check:check",
    "read": "read:read",
    "listen": "listen:listen",
    "voices": "voices:voices",
    "import": "importing:import_",
    "approve": "approve:approve",
    "timetable": "timetable:timetable",
    "plan": "timetable:plan",
    "simulate": "simulate:simulate",
    "playlist": "playlist:playlist",
    "withdraw": "late:withdraw",
    "choose": "late:choose",
    "build": "today:build",
    "push": "today:push",
    "run": "run:run",
    "status": "status:status",
    "sign": "sign:sign",
    "keys": "keys:keys_group",
    "asrun": "asrun:asrun",
    "station": "station:station",
    "fetch": "fetch:fetch_command",
}
"""Each command's module and function, in the order in which help lists them: the order of a day's work."""


class Commands(click.Group):
    """A group whose commands are imported on demand."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, function = COMMANDS[name].split(":")
        command = getattr(importlib.import_module(f".{module}", __name__), function)
        assert isinstance(command, click.Command)
        return localised(command)


def localised(command: click.Command) -> click.Command:
    """``command`` with the placeholders that click writes in English ("[OPTIONS]", "TEXT") in the user's language."""
    kinds = {
        "text": _("TEXT"),
        "integer": _("NUMBER"),
        "integer range": _("NUMBER"),
        "float": _("NUMBER"),
        "float range": _("NUMBER"),
        "date": _("DATE"),
        "datetime": _("TIME"),
        "directory": _("FOLDER"),
        "file": _("FILE"),
        "path": _("FILE"),
        "filename": _("FILE"),
    }
    command.options_metavar = _("[OPTIONS]")
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.metavar is None and not parameter.is_flag:
            parameter.metavar = kinds.get(parameter.type.name)
    if isinstance(command, click.Group):
        command.subcommand_metavar = _("COMMAND [ARGS]...")
        for inner in command.commands.values():
            localised(inner)
    return command


HELP = _(
    """The voice of the commune: from a typed bulletin to the loudspeaker.

    A day's work: write scripts in scripts/, look at them with "radio check", hear what will be said with
    "radio read" and "radio listen", let the leadership approve them with "radio approve", and send the day
    to every station with "radio today". "radio run" does the last step by itself, every day.
    """
)


@click.group(cls=Commands, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
def main() -> None:
    """Entry point of the program ``radio``."""


localised(main)
