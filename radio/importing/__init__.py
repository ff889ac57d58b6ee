"""An office document → proposed broadcast scripts, and a list of everything that was left out.

The steps: bytes → numbered lines (`reader.read_document`; .docx, .odt and .pdf in a process under limits, plain
text by `source.read_text`), lines → `Document` (letterhead, body, end), document → `Draft` scripts (`cut.cut`).
Whatever yields numbered lines can be imported. All but the first step is pure.
"""

from .content import Extracted, LeftOut, Line
from .cut import SYLLABLES_A_MINUTE, Draft, cut, guess_section
from .document import Block, Document, understand
from .reader import read_document
from .source import decode, read_lines

__all__ = [
    "SYLLABLES_A_MINUTE",
    "Block",
    "Document",
    "Draft",
    "Extracted",
    "LeftOut",
    "Line",
    "cut",
    "decode",
    "guess_section",
    "read_document",
    "read_lines",
    "understand",
]
