"""What a document holds, whatever its format: paragraphs and tables, then numbered lines and what is left out."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..i18n import _
from ..problem import BadInput, Problem
from .advice import shorten

MAX_CHARACTERS = 1_500_000
"""More than a day and a night of speech; a table of 400 pages has less."""

MAX_NESTING = 12
"""Tables and text boxes inside each other; offices use two or three levels."""


@dataclass(frozen=True)
class Line:
    """One line of the document, numbered from 1, without space at its ends; "" when blank.

    ``whole`` says that a paragraph ends with this line, which plain text and .pdf leave open; ``centred``
    lines are headings and subjects.
    """

    number: int
    text: str
    whole: bool = False
    centred: bool = False


@dataclass(frozen=True)
class LeftOut:
    """Written lines that are in no bulletin, and why; line 0 for what stands beside the text (a page header)."""

    first: int
    last: int
    text: str
    reason: str


@dataclass(frozen=True)
class Paragraph:
    """``text`` may have line breaks in it."""

    text: str
    centred: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell over ``columns`` columns; ``continued`` when it goes on with the cell above it."""

    elements: "tuple[Element, ...]"
    columns: int = 1
    continued: bool = False


@dataclass(frozen=True)
class Table:
    """Rows from the top; ``header_rows`` is how many the writer marked as header, 0 where none is marked."""

    rows: tuple[tuple[Cell, ...], ...]
    header_rows: int = 0


Element = Paragraph | Table


@dataclass(frozen=True)
class Aside:
    """Text that stands beside the document's own: a page header, a comment, a picture; ``reason`` says which."""

    text: str
    reason: str


@dataclass(frozen=True)
class Extracted:
    """A document as numbered lines; ``notes`` tell the user what was done to read it."""

    lines: tuple[Line, ...]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()


def refused(file: str, message: str, hint: str, line: int = 0) -> BadInput:
    """The error for a document that is not imported."""
    return BadInput([Problem(file, line, message, hint)])


def check_length(file: str, texts: Iterable[str]) -> None:
    """Raises `BadInput` when the document has more than `MAX_CHARACTERS`."""
    total = 0
    for text in texts:
        total += len(text) + 1
        if total > MAX_CHARACTERS:
            message = _("the document is longer than a day of speech (%d characters)") % MAX_CHARACTERS
            raise refused(file, message, shorten())
