"""``radio check``: everything that is wrong in the house, at once."""

import sys
from pathlib import Path

import click

from ..house import OpenHouse, Ready, open_house
from ..i18n import _, ngettext
from ..problem import Problem
from ..spoken import Said
from .common import explained, house_option, json_option, print_json


@click.command(
    help=_(
        """Look through the whole house: schedule, lexicon, scripts, recordings.

        Every mistake is shown with its file and line and with what to do. Doubtful readings and bulletins that
        are not approved are warnings: they do not change the exit code.
        """
    )
)
@house_option
@json_option
@explained
def check(root: Path, as_json: bool) -> None:
    """Print every problem; exit 1 if there is an error."""
    opened = open_house(root)
    problems = sorted({*opened.problems, *_unreadable(opened), *_doubtful(opened), *_not_approved(opened)})
    errors = [problem for problem in problems if not problem.warning]
    if as_json:
        print_json([vars(problem) for problem in problems])
    else:
        for problem in problems:
            click.echo(str(problem))
        count = len(opened.scripts)
        click.echo(
            ngettext("%d script can be used", "%d scripts can be used", count) % count
            + _("; %(errors)d errors, %(warnings)d warnings.")
            % {"errors": len(errors), "warnings": len(problems) - len(errors)}
        )
    sys.exit(1 if errors else 0)


def _not_approved(opened: OpenHouse) -> list[Problem]:
    messages = {
        "unapproved": _("not approved: it will not be aired"),
        "changed": _("changed after it was approved: it will not be aired"),
    }
    return [
        Problem(
            ready.bulletin.file,
            ready.bulletin.line_of("approval"),
            messages[ready.standing],
            _('Run: radio approve %s --by "NAME"') % ready.bulletin.file,
            warning=True,
        )
        for ready in opened.scripts
        if ready.standing in messages
    ]


def _doubtful(opened: OpenHouse) -> list[Problem]:
    """Readings that an editor should look at."""
    return [
        Problem(
            ready.bulletin.file,
            line,
            _('"%(written)s" will be read as "%(spoken)s": %(note)s')
            % {"written": flag.written, "spoken": flag.spoken, "note": _(flag.note)},
            _("Also possible: %s.") % "; ".join(flag.alternatives) if flag.alternatives else "",
            warning=True,
        )
        for ready in opened.scripts
        for line, flag in flags_of(ready)
    ]


def flags_of(ready: Ready):  # type: ignore[no-untyped-def]
    """Each doubtful stretch of a script with its line."""
    for said in ready.spoken:
        if isinstance(said, Said):
            for flag in said.utterance.flags:
                yield said.line, flag


def _unreadable(opened: OpenHouse) -> list[Problem]:
    return []
