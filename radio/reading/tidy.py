"""Spoken pieces become one clean text: single spaces, at most one punctuation mark in a place."""

import re
from collections.abc import Iterable

_MARKS = re.compile(r"[ ,.;?!]*[,.;?!][ ,.;?!]*")
_STRENGTH = {mark: rank for rank, mark in enumerate(",;.!?")}


def _strongest(match: re.Match[str]) -> str:
    marks = [mark for mark in match[0] if mark != " "]
    return max(marks, key=_STRENGTH.__getitem__) + " "


def tidy_line(text: str) -> str:
    """One line with single spaces, each run of marks reduced to its strongest, none at the start.

    >>> tidy_line(" , xin chào ,. các  bạn ,")
    'xin chào. các bạn,'
    """
    text = _MARKS.sub(_strongest, " ".join(text.split()))
    return text.lstrip(",.;?! ").rstrip()


def join_spoken(pieces: Iterable[str]) -> str:
    """Join pieces so that words never run together, then tidy every line.

    A piece ending in a letter and one beginning with a letter are parted by a space.
    """
    parts: list[str] = []
    last = " "
    for piece in pieces:
        if not piece:
            continue
        if last.isalnum() and piece[0].isalnum():
            parts.append(" ")
        parts.append(piece)
        last = piece[-1]
    return "\n".join(tidy_line(line) for line in "".join(parts).split("\n"))
