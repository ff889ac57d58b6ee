"""What commands share: the house option, the console, dates, errors as sentences, the progress bar."""

import datetime
import errno
import functools
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from ..i18n import _
from ..problem import BadInput, RadioError, os_reason

P = ParamSpec("P")
R = TypeVar("R")

house_option = click.option(
    "--house",
    "root",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help=_("Folder of the house, with schedule.toml in it; the current folder unless given."),
)
json_option = click.option("--json", "as_json", is_flag=True, help=_("Print data for other programs."))
now_option = click.option(
    "--now",
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
    help=_("Act as if it were this local time, to rehearse a day."),
)


YEARS = (2020, 2100)
"""Years that a date on the command line may lie in; anything else is a slip."""


class Day(click.ParamType):
    """A date on the command line: ``2026-12-01`` or ``1/12/2026``."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                date = datetime.datetime.strptime(str(value), pattern).date()  # noqa: DTZ007 (a date, no hour)
            except ValueError:
                continue
            if YEARS[0] <= date.year <= YEARS[1]:
                return date
            break
        self.fail(_('"%s" is not a date; write 2026-12-01 or 1/12/2026') % value, param, ctx)


DAY = Day()


def local_now(zone: datetime.tzinfo, given: datetime.datetime | None) -> datetime.datetime:
    """``given`` as local time of the house, or the clock's time there."""
    return given.replace(tzinfo=zone) if given else datetime.datetime.now(zone)


def console(stderr: bool = False) -> Console:
    """A console as wide as the terminal; lines are not cut where there is none.

    Brackets in titles and names are text, never markup.
    """
    width = None if (sys.stderr if stderr else sys.stdout).isatty() else 130
    return Console(stderr=stderr, width=width, highlight=False, markup=False)


def print_json(tree: object) -> None:
    """Print plain values as JSON; dates in ISO form."""
    click.echo(json.dumps(tree, ensure_ascii=False, indent=1, default=str))


def explained(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what went wrong into sentences on the error stream and exit code 1."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except BadInput as error:
            if kwargs.get("as_json"):
                print_json([vars(problem) for problem in error.problems])
            for problem in error.problems:
                click.echo(str(problem), err=True)
        except RadioError as error:
            click.echo(_("error: %s") % error, err=True)
        except BrokenPipeError:  # whoever read our output has seen enough: "radio plan … | head"
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError as error:
            click.echo(_("error: %s") % what_to_do(error), err=True)
        sys.exit(1)

    return run


def what_to_do(error: OSError) -> str:
    """An operating system error as a sentence, with what to do about a full disk."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _(
            "no space is left on the disk. Nothing already made is lost: free some space and start again."
        )
    place = f"{error.filename}: " if error.filename else ""
    return f"{place}{os_reason(error)}"


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A progress function for long work: bars on a terminal's error stream, nothing where there is none."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)

        yield tell
