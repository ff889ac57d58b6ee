"""What a rule sees: one line of clean text, its surroundings, the tables and the settings."""

import re
from dataclasses import dataclass, field

from .lexicon import Lexicon
from .model import Settings
from .tables import Tables

WORD = re.compile(r"[^\W\d_]+")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
LOOK = 64
"""How far rules look around, in characters; a bound keeps reading linear."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule's decision: the text up to ``end`` is of class ``kind`` and is said as ``spoken``."""

    end: int
    spoken: str
    kind: str
    certain: bool = True
    note: str = ""
    alternatives: tuple[str, ...] = ()


@dataclass(slots=True)
class Line:
    """One line under the scanner; ``memory`` holds what earlier parts of the text defined."""

    text: str
    settings: Settings
    tables: Tables
    lexicon: Lexicon
    memory: dict[str, str] = field(default_factory=dict)
    lower: str = ""
    shouting: bool = False
    last_kind: str = ""
    last_end: int = -1

    def __post_init__(self) -> None:
        self.lower = self.text.lower()
        letters = WORD.findall(self.text[:400])
        capital = sum(word.isupper() for word in letters)
        self.shouting = capital >= 2 and capital * 10 >= len(letters) * 7

    def before(self, at: int, width: int = LOOK) -> str:
        """The lower-case text just before ``at``."""
        return self.lower[max(0, at - width) : at]

    def word_before(self, at: int) -> str:
        """The word that ends just before ``at``, spaces between allowed; empty at a line's start or a mark."""
        match = _LAST_WORD.search(self.before(at, 24).rstrip(" "))
        return match[0] if match else ""

    def after(self, at: int, width: int = LOOK) -> str:
        """The text from ``at`` on, as written."""
        return self.text[at : at + width]

    def next_word(self, at: int) -> str:
        """The word that follows ``at`` after spaces only, as written; empty when a mark or a digit comes."""
        match = WORD.match(self.after(at, 24).lstrip(" "))
        return match[0] if match else ""
