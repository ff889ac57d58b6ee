"""Numbered lines → the parts of a Vietnamese office document. Pure.

The layout follows the practice of Decree 30/2020 on office documents: letterhead (agency, state title, number,
place and date), kind and subject, body under numbered headings, end mark ``./.``, addressees, signature.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..i18n import _
from .content import LeftOut, Line
from .letterhead import KINDS, find_letterhead, issuer
from .marks import ADDRESSEES, RULE, SIGNATURE, is_capitals, level, marked, starts


@dataclass(frozen=True)
class Block:
    """A heading or paragraph of the body; ``level`` 1–3 for headings, 0 for text. Lines are inclusive."""

    text: str
    level: int
    first: int
    last: int


@dataclass(frozen=True)
class Document:
    """What was recognised. Fields are "" where the document leaves them open; ``date`` is in words."""

    kind: str
    subject: str
    number: str
    date: str
    issuer: str
    blocks: tuple[Block, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def name(self) -> str:
        """Kind and subject, as one would say which document it is."""
        return f"{self.kind} {self.subject}".strip()


_PAGE = re.compile(r"(?:Trang\s+)?[-–]?\s*\d{1,3}\s*(?:/\s*\d{1,3}\s*)?[-–]?", re.IGNORECASE)
_APPENDIX = re.compile(r"PHỤ LỤC\b")
_END_MARK = re.compile(r"\s*\.\s*/\s*\.?\s*$")
_CLOSED = re.compile(r"[.;:!?…][”\"')]?$")


def understand(lines: Sequence[Line], beside: Sequence[LeftOut] = ()) -> Document:
    """Tell letterhead, body and end apart and join paragraphs that a page or line break cut in two.

    ``beside`` is what stands beside the text and is left out as well: page headers, comments, pictures.
    """
    written = [line for line in lines if line.text]
    head = find_letterhead(written)
    body, left_out = _body(written[len(head.lines) :])
    blocks = _blocks(body)
    if head.lines:
        text = "\n".join(line.text for line in head.lines)
        span = LeftOut(head.lines[0].number, head.lines[-1].number, text, _("letterhead"))
        left_out = [span, *left_out]
    by = issuer(head, [block.text for block in blocks[:3]])
    return Document(head.kind, head.subject, head.number, head.date, by, blocks, (*beside, *left_out))


def _body(lines: Sequence[Line]) -> tuple[list[Line], list[LeftOut]]:
    """Lines to be said, and those left out: page numbers, rules, addressees, signature, what follows the end."""
    body: list[Line] = []
    left_out: list[LeftOut] = []
    ending = ""
    goes_on = False
    for line in lines:
        ending = _ending(line.text, ending)
        reason = ending or _noise(line.text)
        if not reason:
            if _END_MARK.search(line.text):
                line = replace(line, text=_END_MARK.sub(".", line.text))
                ending = _("after the end mark")
            body.append(line)
        elif goes_on and left_out[-1].reason == reason:
            last = left_out[-1]
            left_out[-1] = replace(last, last=line.number, text=f"{last.text}\n{line.text}")
        else:
            left_out.append(LeftOut(line.number, line.number, line.text, reason))
        goes_on = bool(reason)
    return body, left_out


def _ending(text: str, ending: str) -> str:
    """Why ``text`` belongs to the end of the document; "" in the body, also in one that is attached."""
    if _APPENDIX.match(text) or (ending and text in KINDS):
        return ""
    if ADDRESSEES.match(text):
        return _("addressees")
    return _("signature") if SIGNATURE.match(text) else ending


def _noise(text: str) -> str:
    if RULE.fullmatch(text):
        return _("rule")
    return _("page number") if _PAGE.fullmatch(text) else ""


def _blocks(lines: list[Line]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    ended = False
    for line in lines:
        if blocks and _continues(blocks[-1], line, ended):
            last = blocks[-1]
            text = f"{last.text} {line.text}"
            blocks[-1] = Block(text, level(text) if last.level else 0, last.first, line.number)
        else:
            blocks.append(Block(line.text, level(line.text), line.number, line.number))
        ended = line.whole
    return tuple(_demoted(blocks))


def _continues(before: Block, line: Line, ended: bool) -> bool:
    """Whether ``line`` goes on with the paragraph (or capital heading) ``before``.

    Within a paragraph lines follow each other; across a blank line only an unfinished sentence goes on: the
    text before has no end and what follows starts small, or the text was long enough to be cut by a page.
    Where paragraphs ``ended`` for sure, only a clerk who pressed Enter within a sentence is undone.
    """
    if ended:
        small = line.text[0].islower() and not starts(line.text)
        return small and not before.level and not _CLOSED.search(before.text[-4:])
    touching = line.number - before.last == 1
    if before.level:
        capitals = is_capitals(before.text) and is_capitals(line.text)
        return touching and (capitals or line.text[0].islower()) and not marked(line.text)
    if starts(line.text):
        return False
    closed = bool(_CLOSED.search(before.text[-4:]))
    if touching:
        return not closed or len(before.text) > 60
    return not closed and (line.text[0].islower() or line.text[0] in '“"(' or len(before.text) > 60)


def _demoted(blocks: list[Block]) -> list[Block]:
    """Headings with nothing under them become text: their words are the content."""
    found = []
    for index, block in enumerate(blocks):
        after = blocks[index + 1] if index + 1 < len(blocks) else None
        empty = block.level > 0 and (after is None or 0 < after.level <= block.level)
        found.append(replace(block, level=0) if empty else block)
    return found
