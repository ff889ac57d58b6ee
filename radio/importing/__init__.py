"""An office document → proposed broadcast scripts, and a list of everything that was left out.

The steps, each a pure function: bytes → text (`source.decode`), text → numbered lines (`source.read_lines`),
lines → `Document` (letterhead, body, end), document → `Draft` scripts (`cut.cut`). Other file formats join
at the second step: whatever yields numbered lines can be imported.
"""

from .cut import SYLLABLES_A_MINUTE, Draft, cut, guess_section
from .document import Block, Document, LeftOut, understand
from .source import Line, decode, read_lines

__all__ = [
    "SYLLABLES_A_MINUTE",
    "Block",
    "Document",
    "Draft",
    "LeftOut",
    "Line",
    "cut",
    "decode",
    "guess_section",
    "read_lines",
    "understand",
]
