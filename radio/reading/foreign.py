"""Foreign words: the table knows how a Vietnamese speaker says them; those in no table are shown to the editor."""

import re

from . import notes
from .acronym import is_word
from .line import Hit, Line

_WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+){0,3}")


def known(line: Line, at: int) -> Hit | None:
    """A word of the table, hyphenated or not."""
    match = _WORD.match(line.text, at)
    if match is None:
        return None
    for word in (match[0], re.match(r"[^\W\d_]+", match[0])[0]):  # type: ignore[index]
        entry = line.tables.foreign.get(word.lower())
        if entry is not None:
            respelled, said = entry
            spoken = respelled if said else word.lower() if word.isupper() else word
            return Hit(at + len(word), spoken, "foreign", alternatives=() if said else (respelled,))
    return None


def doubtful(line: Line, at: int, word: str) -> Hit | None:
    """A word that is not spelled as Vietnamese is said as written, and flagged."""
    if len(word) < 2 or is_word(line, word):
        return None
    end = at + len(word)
    return Hit(end, word, "foreign", False, notes.FOREIGN)
