"""Text to utterances: sentences, cut into phrases that a voice can say in one breath, each with its pause.

A cut is never made inside what a rule has claimed ("TP.", "1.250.000", "v.v.").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .lexicon import Lexicon
from .model import Settings, Span, Utterance
from .prepare import Prepared, prepare
from .reader import DEFAULTS, NO_LEXICON, tokens_of
from .scanner import Token
from .tables import load
from .tidy import join_spoken

BREATH = 25
"""Syllables that are said in one breath; the guideline for broadcast sentences."""

_SHORTEST = 5
_LONGEST_ITEM_NUMBER = 5
_STOPS = re.compile(r"[.?!;]\s*$")
_HEADING_NUMBER = re.compile(
    r"\s*(?:[IVXLC]{1,6}|\d{1,2}(?:\.\d{1,2}){0,3}|[A-ZĐ])\s?[.)/:]\s|\s*(?:Phần|Chương|Mục|Điều|PHẦN|CHƯƠNG|MỤC)\s"
)
_ITEM = re.compile(r"\s*(?:[-–+*•●○◦▪■►➢✓]|\(?[a-zđ]\)|\(?\d{1,2}\)|\d{1,2}[.)]\s)")
_LONGEST_HEADING = 20


@dataclass(frozen=True)
class _Piece:
    """A spoken stretch that is never cut, with its place in the prepared text."""

    first: int
    last: int
    spoken: str
    token: Token

    @property
    def syllables(self) -> int:
        return len(re.findall(r"[^\W_]+", self.spoken))


def _lines(prepared: Prepared, lexicon: Lexicon, settings: Settings) -> Iterator[list[_Piece]]:
    pieces: list[_Piece] = []
    for token in tokens_of(prepared, lexicon, settings):
        first, last, hit = token
        spoken = prepared.text[first:last] if hit is None else hit.spoken
        if spoken == "\n":
            yield pieces
            pieces = []
        else:
            pieces.append(_Piece(first, last, spoken, token))
    yield pieces


def _sentences(pieces: list[_Piece]) -> Iterator[list[_Piece]]:
    sentence: list[_Piece] = []
    for index, piece in enumerate(pieces):
        if piece.spoken.strip() == "." and _only_a_number(pieces[:index][-6:], index):
            piece = replace(piece, spoken=",")
        sentence.append(piece)
        if _STOPS.search(piece.spoken):
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _only_a_number(pieces: list[_Piece], count: int) -> bool:
    """True when a line so far is the number of a heading or an item: it belongs to what follows."""
    words = [piece for piece in pieces if piece.syllables]
    return count <= len(pieces) and len(words) == 1 and words[0].syllables <= _LONGEST_ITEM_NUMBER


def _cut_places(sentence: list[_Piece]) -> tuple[list[int], list[int]]:
    """Indexes of pieces before which a cut is good (after a comma), and passable (before a linking word)."""
    linking = load().context["linking"]
    good, passable = [], []
    for index in range(1, len(sentence)):
        if sentence[index - 1].spoken.rstrip().endswith(","):
            good.append(index)
        elif sentence[index].spoken.lower() in linking:
            passable.append(index)
    return good, passable


def _breaths(sentence: list[_Piece]) -> Iterator[list[_Piece]]:
    """The sentence in phrases of at most a breath where the words allow it."""
    good, passable = _cut_places(sentence)
    sums = [0]
    for piece in sentence:
        sums.append(sums[-1] + piece.syllables)
    start, total = 0, sums[-1]
    while total - sums[start] > BREATH:
        cut = _best_cut(good, passable, sums, start)
        if cut is None:
            break
        yield sentence[start:cut]
        start = cut
    yield sentence[start:]


def _best_cut(good: list[int], passable: list[int], sums: list[int], start: int) -> int | None:
    """The last good place within a breath, else the last passable one, else the first of either beyond it."""
    for places in (good, passable):
        within = [
            i
            for i in places
            if i > start and _SHORTEST <= sums[i] - sums[start] <= BREATH and sums[-1] - sums[i] >= 2
        ]
        if within:
            return within[-1]
    beyond = [
        i
        for i in sorted(good + passable)
        if sums[i] - sums[start] > BREATH and sums[-1] - sums[i] >= _SHORTEST
    ]
    return beyond[0] if beyond else None


def _line_kind(written: str) -> str:
    """Heading, list item or paragraph, by how the line looks."""
    words = written.split()
    if not words:
        return "paragraph"
    closed = written.rstrip().endswith((".", ";", ":", "?", "!", ",", "…"))
    capital = written.isupper() and len(words) > 1
    if len(words) <= _LONGEST_HEADING and not closed and (capital or _HEADING_NUMBER.match(written)):
        return "heading"
    if written.isupper() and len(words) > 2:
        return "heading"
    return "list" if _ITEM.match(written) else "paragraph"


def _pause_of_line(written: str, following: str) -> str:
    """The pause after a line; a line that goes on in the next one has only a short one."""
    kind = _line_kind(written)
    if (
        following[:1].islower()
        and not written.rstrip().endswith((".", ":", ";", "!", "?"))
        and kind != "list"
    ):
        return "comma"
    return kind


def _next_filled(lines: list[str]) -> list[str]:
    """For every line the next one that is not empty, without leading spaces."""
    following, found = "", []
    for line in reversed(lines):
        found.append(following)
        following = line.strip() or following
    return found[::-1]


def utterances(
    text: str, lexicon: Lexicon = NO_LEXICON, settings: Settings = DEFAULTS
) -> tuple[Utterance, ...]:
    """What a voice says for ``text``, one breath after the other, with the kind of pause after each."""
    prepared = prepare(text)
    written = prepared.text.split("\n")
    following = _next_filled(written)
    found: list[Utterance] = []
    for number, pieces in enumerate(_lines(prepared, lexicon, settings)):
        parts = [
            (phrase, "comma" if index < len(phrases) - 1 else "sentence")
            for phrases in (list(_breaths(sentence)) for sentence in _sentences(pieces))
            for index, phrase in enumerate(phrases)
        ]
        made = [u for phrase, pause in parts if (u := _utterance(text, prepared, phrase, pause)) is not None]
        if made:
            last = made[-1]
            pause = _pause_of_line(written[number], following[number])
            made[-1] = Utterance(last.spoken, pause, last.start, last.end, last.flags)
        found.extend(made)
    return tuple(found)


def _utterance(text: str, prepared: Prepared, phrase: list[_Piece], pause: str) -> Utterance | None:
    spoken = join_spoken(piece.spoken for piece in phrase)
    if not any(character.isalnum() for character in spoken):
        return None
    start, end = prepared.places[phrase[0].first], prepared.places[phrase[-1].last]
    flags = []
    for piece in phrase:
        first, last, hit = piece.token
        if hit is not None and not hit.certain:
            place, stop = prepared.places[first], prepared.places[last]
            flags.append(
                Span(place, stop, text[place:stop], hit.spoken, hit.kind, False, hit.note, hit.alternatives)
            )
    return Utterance(spoken, pause, start, end, tuple(flags))
