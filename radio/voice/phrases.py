"""Spoken text → phrases and the pauses between them. Pure, and no engine's business."""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from .base import Manner

_BREAK = re.compile(r"(?<=[,;:.!?…])([\"'”’)\]]*)\s+|\s+[–—-]\s+|\s*\n\s*")
_VOWELS = re.compile(r"[aeiouy]+")
_CLOSERS = "\"'”’)] "


@dataclass(frozen=True)
class Phrase:
    """Words said in one breath, and the seconds of silence before the next phrase (0 after the last)."""

    text: str
    pause: float


@dataclass(frozen=True)
class Part:
    """Phrases sent to an engine together; ``inner`` are the pauses between them, ``pause`` the one after."""

    text: str
    inner: tuple[float, ...]
    pause: float


def normalise(text: str) -> str:
    """Canonically composed (engines misread decomposed letters), white space single."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def syllables(text: str) -> int:
    """About how many syllables ``text`` has when read as Vietnamese.

    A Vietnamese word in writing is one syllable and one run of vowels; a foreign word has as many as its runs
    of vowels, and a word without any is spelt.
    """
    bare = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    words = re.findall(r"\w+", bare)
    return sum(len(_VOWELS.findall(word)) or len(word) for word in words)


def phrases(text: str, manner: Manner) -> tuple[Phrase, ...]:
    """Cut ``text`` at the punctuation that a reader breathes at; the punctuation stays with its phrase.

    A stretch without letters or figures is dropped. Numbers such as 1.000 or 3,5 stay whole.
    """
    pieces = [piece for piece in _pieces(text) if syllables(piece)]
    pauses = [_pause(piece, manner) for piece in pieces[:-1]] + [0.0]
    return tuple(Phrase(piece, pause) for piece, pause in zip(pieces, pauses, strict=False))


def _pieces(text: str) -> Iterator[str]:
    start = 0
    for found in _BREAK.finditer(text):
        yield normalise(text[start : found.start()] + (found[1] or ""))
        start = found.end()
    yield normalise(text[start:])


def _pause(phrase: str, manner: Manner) -> float:
    last = phrase.rstrip(_CLOSERS)[-1:]
    if last and last in ".!?…":
        return manner.sentence
    return (manner.comma + manner.sentence) / 2 if last and last in ";:" else manner.comma


def pack(pieces: tuple[Phrase, ...], limit: int) -> tuple[Part, ...]:
    """Join phrases into as few parts of at most ``limit`` characters as their order allows.

    A phrase longer than that is cut between words into about equal pieces, with no pause between them.
    """
    short = [piece for phrase in pieces for piece in _cut(phrase, limit)]
    parts: list[list[Phrase]] = []
    for phrase in short:
        if parts and len(" ".join(one.text for one in [*parts[-1], phrase])) <= limit:
            parts[-1].append(phrase)
        else:
            parts.append([phrase])
    return tuple(
        Part(
            " ".join(phrase.text for phrase in part),
            tuple(phrase.pause for phrase in part[:-1] if phrase.pause),
            part[-1].pause,
        )
        for part in parts
    )


def _cut(phrase: Phrase, limit: int) -> list[Phrase]:
    """``phrase`` in pieces within ``limit``, the last with its pause; one word may not exceed the limit."""
    for count in itertools.count(-(-len(phrase.text) // limit)):
        lines = _wrap(phrase.text.split(" "), -(-len(phrase.text) // count), limit)
        if all(len(line) <= limit for line in lines) or count > len(phrase.text):
            return [Phrase(line, 0.0) for line in lines[:-1]] + [Phrase(lines[-1], phrase.pause)]
    raise AssertionError("unreachable: the count is bounded by the text's length")


def _wrap(words: list[str], width: int, limit: int) -> list[str]:
    """Words in lines of about ``width`` characters: a line goes on until it is full, never past ``limit``."""
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if len(lines[-1]) < width and len(longer) <= limit:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
