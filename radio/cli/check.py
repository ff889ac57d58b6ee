"""``radio check``: everything that is wrong in the house, at once."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from ..config import audio_files
from ..house import SCHEDULE, OpenHouse, Ready, open_house
from ..i18n import _, ngettext
from ..mainjob import voice_setup
from ..problem import Problem
from ..reading import Span
from ..script import Insert
from ..spoken import Recorded, Said
from ..toml_places import key_lines, line_of
from ..voice import VoiceError, open_engine
from .common import explained, house_option, json_option, print_json

SILENCE = 0.001
"""A recording whose every sample is below this part of full scale (-60 dBFS) says nothing."""


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
    problems = sorted(
        {
            *opened.problems,
            *_unreadable(opened),
            *_voices(opened),
            *_doubtful(opened),
            *_stale(opened),
            *_not_approved(opened),
        }
    )
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
            % {"written": flag.written[:60], "spoken": flag.spoken[:120], "note": _(flag.note)},
            _("Also possible: %s.") % "; ".join(flag.alternatives) if flag.alternatives else "",
            warning=True,
        )
        for ready in opened.scripts
        for line, flag in flags_of(ready)
    ]


def _stale(opened: OpenHouse) -> Iterator[Problem]:
    """Bulletins that may air longer than their own words are true."""
    for ready in opened.scripts:
        bulletin = ready.bulletin
        expiry = ready.expiry
        if expiry is None or (bulletin.valid_until and bulletin.valid_until <= expiry.at.date()):
            continue
        day = expiry.at.strftime("%d/%m/%Y")
        message = _('"%(written)s" is true until %(hour)s on %(day)s; later it will not be aired')
        values = {"written": expiry.written, "hour": expiry.at.strftime("%H:%M"), "day": day}
        hint = _('Set until = %(day)s, or name the date instead of "hôm nay", "ngày mai".')
        yield Problem(
            bulletin.file,
            bulletin.line_of("until"),
            message % values,
            hint % {"day": expiry.at.date().isoformat()},
            warning=True,
        )


def flags_of(ready: Ready) -> Iterator[tuple[int, Span]]:
    """Each doubtful stretch of a script with its line."""
    for said in ready.spoken:
        if isinstance(said, Said):
            for flag in said.utterance.flags:
                yield said.line, flag


def _voices(opened: OpenHouse) -> Iterator[Problem]:
    """Voices that shall be on air and cannot speak here: the next in order speaks for them."""
    places = key_lines((opened.root / SCHEDULE).read_text("utf-8-sig"))
    line = line_of(places, ("voice", "engines"))
    for name in opened.house.voice.aired:
        try:
            open_engine(name, voice_setup(opened)).ready()
        except VoiceError as error:
            message = _("the voice %(name)s cannot be used: %(reason)s") % {"name": name, "reason": error}
            hint = _('"radio voices" shows all voices and how to get more.')
            yield Problem(SCHEDULE, line, message, hint, warning=True)


def _unreadable(opened: OpenHouse) -> Iterator[Problem]:
    """Recordings of scripts, and sounds of the schedule, that cannot be decoded."""
    places = key_lines((opened.root / SCHEDULE).read_text("utf-8-sig"))
    named = [(SCHEDULE, line_of(places, path), name) for path, name in audio_files(opened.house)]
    named += [
        (ready.bulletin.file, _place(ready, part), part.file)
        for ready in opened.scripts
        for part in ready.spoken
        if isinstance(part, Insert | Recorded)
    ]
    wrong: dict[str, str] = {}
    for _file, _line, name in named:
        if name not in wrong and opened.audio(name).is_file():  # a missing one has been told already
            wrong[name] = _decoding_error(opened.audio(name))
    for file, line, name in named:
        if wrong.get(name):
            yield Problem(file, line, wrong[name], _("Replace the file; most sound formats can be read."))


def _place(ready: Ready, part: Insert | Recorded) -> int:
    return part.line if isinstance(part, Insert) else ready.bulletin.line_of("recording")


def _decoding_error(path: Path) -> str:
    """Why the sound file cannot be used; "" if it can."""
    from ..mix.problems import MixError
    from ..mix.sources import mono

    try:
        heard = max((float(abs(block).max()) for block in mono(path) if block.size), default=0.0)
    except MixError as error:
        return str(error)
    return "" if heard > SILENCE else _("%s: there is nothing to hear in it") % path.name
