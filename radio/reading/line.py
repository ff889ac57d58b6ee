"""What a rule sees: one line of clean text, its surroundings, the tables and the settings."""

import re
from dataclasses import dataclass, field

from .lexicon import Lexicon
from .model import Settings
from .tables import Tables

WORD = re.compile(r"[^\W\d_]+")
LOOK = 64
"""How far rules look around, in characters; a bound keeps reading linear."""

_PIECES = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
_LOOSE_MARKS = frozenset(",(:.\"'…")
_JOINERS = frozenset([",", ";", "-", "–", "&", "/", "và", "đến"])
_ROMAN = frozenset("ivxl")
_PHRASE = 4  # words of the longest entry in the context table
_NEAR = 40
_LONGEST_LIST = 20  # pieces: numbers and the joiners between them


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule's decision: the text up to ``end`` is of class ``kind`` and is said as ``spoken``."""

    end: int
    spoken: str
    kind: str
    certain: bool = True
    note: str = ""
    alternatives: tuple[str, ...] = ()

    def moved(self, end: int) -> "Hit":
        """The same decision at another place."""
        return Hit(end, self.spoken, self.kind, self.certain, self.note, self.alternatives)


@dataclass(slots=True)
class Line:
    """One line under the scanner; ``memory`` holds what earlier parts of the text defined.

    ``last_kind``, ``last_start`` and ``last_end`` tell of the last thing a rule claimed, ``last_words`` what it
    became: what stands around is judged by what is said.
    """

    text: str
    settings: Settings
    tables: Tables
    lexicon: Lexicon
    memory: dict[str, str] = field(default_factory=dict)
    lower: str = ""
    shouting: bool = False
    last_kind: str = ""
    last_start: int = -9
    last_end: int = -9
    last_words: str = ""
    decided: dict[tuple[object, ...], tuple[int, Hit | None]] = field(default_factory=dict)
    _stop: int = 0
    _tail_at: int = -1
    _pieces: list[str] = field(default_factory=list)
    _strict: frozenset[str] = frozenset()
    _loose: frozenset[str] = frozenset()
    _listed: frozenset[str] | None = None

    def __post_init__(self) -> None:
        self.lower = self.text.lower()
        self._stop = len(self.text.rstrip())
        letters = WORD.findall(self.text[:400])
        capital = sum(word.isupper() for word in letters)
        self.shouting = capital >= 2 and capital * 10 >= len(letters) * 7

    def opens(self, at: int, marks: str = "") -> bool:
        """True when nothing but spaces and ``marks`` stands before ``at``; never after more than `LOOK` of them."""
        return at <= LOOK and not self.text[:at].strip(" " + marks)

    def closes(self, at: int) -> bool:
        """True when nothing but spaces follows ``at``."""
        return at >= self._stop

    def before(self, at: int, width: int = LOOK) -> str:
        """The lower-case text just before ``at``."""
        return self.lower[max(0, at - width) : at]

    def after(self, at: int, width: int = LOOK) -> str:
        """The text from ``at`` on, as written."""
        return self.text[at : at + width]

    def next_word(self, at: int) -> str:
        """The word that follows ``at`` after spaces only, as written; empty when a mark or a digit comes."""
        match = WORD.match(self.after(at, 24).lstrip(" "))
        return match[0] if match else ""

    def _look_back(self, at: int) -> None:
        """Cut the text before ``at`` into pieces, once for all rules that ask about this place."""
        start = max(0, at - _NEAR)
        said: list[str] = []
        if self.last_words and start < self.last_end <= at and not self.text[self.last_end : at].strip():
            said = _PIECES.findall(self.lower, min(start, self.last_start), self.last_start)
            said += _PIECES.findall(self.last_words.lower())
            start = self.last_end
        self._pieces = said + _PIECES.findall(self.lower, start, at)
        self._strict = _phrases(self._pieces)
        count = len(self._pieces)
        while count and self._pieces[count - 1] in _LOOSE_MARKS:
            count -= 1
        self._loose = self._strict if count == len(self._pieces) else _phrases(self._pieces[:count])
        self._listed = None
        self._tail_at = at

    def follows(self, at: int, group: str, loose: bool = False) -> bool:
        """True when a word of the context table's ``group`` stands right before ``at``.

        Only spaces may stand between; ``loose`` also allows commas, colons, full stops and opening brackets.
        """
        if self._tail_at != at:
            self._look_back(at)
        return not (self._loose if loose else self._strict).isdisjoint(self.tables.context[group])

    def in_list(self, at: int, group: str) -> bool:
        """True when ``at`` goes on a list or range of numbers opened by a word of ``group`` ("thứ 2, 4, …")."""
        if self._tail_at != at:
            self._look_back(at)
        if self._listed is None:
            self._listed = _list_opening(self._pieces)
        return not self._listed.isdisjoint(self.tables.context[group])

    def near(self, at: int, group: str, width: int = _NEAR) -> bool:
        """True when a word of ``group`` stands in the same phrase before ``at``, no digit between."""
        phrase = re.split(r"[.;\d]", self.before(at, width))[-1]
        words = f" {' '.join(WORD.findall(phrase))} "
        return any(f" {member} " in words for member in self.tables.context[group])

    def phrase_at(self, at: int, group: str) -> int:
        """The end of the longest phrase of ``group`` (named without its ``>``) that begins at ``at``, or 0."""
        members = self.tables.context[f"> {group}"]
        end, best, phrase = at, 0, ""
        for _ in range(_PHRASE):
            word = WORD.match(self.lower, end)
            if word is None or word.end() - at > LOOK:
                break
            phrase = f"{phrase} {word[0]}" if phrase else word[0]
            end = word.end()
            if phrase in members:
                best = end
            if self.lower[end : end + 1] != " ":
                break
            end += 1
        return best

    def precedes(self, at: int, group: str) -> bool:
        """True when a phrase of ``group`` follows ``at``, after at most two spaces."""
        while self.lower[at : at + 1] == " ":
            at += 1
        return self.phrase_at(at, group) > 0


def _list_opening(pieces: list[str]) -> frozenset[str]:
    """The phrases before a list of numbers that the pieces end with, its last joiner included; else nothing."""
    pieces = pieces[-_LONGEST_LIST:]
    place = len(pieces)
    if place < 3 or pieces[-1] not in _JOINERS:
        return frozenset()
    while place and (pieces[place - 1] in _JOINERS or _is_number(pieces[place - 1])):
        place -= 1
    return _phrases(pieces[:place]) if place < len(pieces) - 1 else frozenset()


def _is_number(piece: str) -> bool:
    return piece.isdecimal() or _ROMAN.issuperset(piece)


def _phrases(pieces: list[str]) -> frozenset[str]:
    """The last one, two, three and four words as phrases, as far as no mark or number parts them."""
    found: list[str] = []
    phrase = ""
    for piece in reversed(pieces[-_PHRASE:]):
        if not piece.isalpha():
            break
        phrase = f"{piece} {phrase}" if phrase else piece
        found.append(phrase)
    return frozenset(found)
