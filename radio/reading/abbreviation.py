"""Abbreviations and titles from the table: forms with dots and slashes, small letters, titles before names."""

import re
from functools import cache

from . import notes
from .letters import UPPER
from .line import Hit, Line
from .tables import Entry, load

_NEW_SENTENCE = re.compile(rf"\s+[{UPPER}]")


@cache
def _pattern() -> re.Pattern[str]:
    forms = sorted(load().abbreviation, key=len, reverse=True)
    return re.compile(
        "|".join(re.escape(form) + (r"(?![^\W\d_])" if form[-1].isalpha() else "") for form in forms)
    )


@cache
def starts() -> frozenset[str]:
    """The first letters-only part of every form, for a quick look."""
    return frozenset(re.match(r"[^\W\d_]*", form)[0] for form in load().abbreviation)  # type: ignore[index]


def abbreviation(line: Line, at: int) -> Hit | None:
    """The longest form of the table at ``at`` whose surroundings fit."""
    if at > 0 and line.text[at - 1].isalpha():
        return None
    match = _pattern().match(line.text, at)
    while match is not None:
        hit = _try(line, at, match[0])
        if hit is not None:
            return hit
        match = _shorter(line, at, match[0])
    return None


def _try(line: Line, at: int, form: str) -> Hit | None:
    entries: tuple[Entry, ...] = line.tables.abbreviation[form]
    end = at + len(form)
    before = line.before(at).replace("&", "và")
    for entry in entries:
        if entry.fits(before, line.after(end)):
            note = notes.AMBIGUOUS if entry.doubtful else ""
            stop = (
                "."
                if form.endswith(".") and entry.spoken == "vân vân" and _NEW_SENTENCE.match(line.after(end))
                else ""
            )
            return Hit(end, entry.spoken + stop, "abbreviation", not entry.doubtful, note)
    return None


def _shorter(line: Line, at: int, form: str) -> re.Match[str] | None:
    """A shorter form at the same place, once the longer one did not fit."""
    for length in range(len(form) - 1, 0, -1):
        shorter = form[:length]
        if shorter in line.tables.abbreviation and not (
            shorter[-1].isalpha() and line.text[at + length : at + length + 1].isalpha()
        ):
            return re.compile(re.escape(shorter)).match(line.text, at)
    return None
