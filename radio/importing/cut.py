"""`Document` → drafts of scripts that a listener can follow: each whole in itself, about as long as asked. Pure."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .document import Block, Document
from .marks import is_capitals
from .wording import Leaf, opening, said, short_name, slug, syllables, title

SYLLABLES_A_MINUTE = 140
"""At the default rate of 160 and with the default pauses; four scripts measured 138 to 152 with espeak."""

HEADING_SYLLABLES = 20
"""Room for the headings that each bulletin repeats."""

SLACK = 1.15
"""A bulletin may be this much longer than asked before it is cut in two."""

NAMES_FROM = 50_000
"""Characters of the text from which the capitals of names are learnt."""

SMALL = 0.4
"""What is shorter than this part of a bulletin had better join its neighbour, also in another chapter."""

SMALL_SLACK = 1.45
"""For that a bulletin may be this much longer than asked."""


@dataclass(frozen=True)
class Draft:
    """A proposed script: ``name`` is its file name without ``.md``, ``text`` the whole file."""

    name: str
    title: str
    text: str
    first: int
    last: int
    syllables: int


def guess_section(document: Document, sections: Mapping[str, str]) -> str:
    """The section (of ``sections``: id → name) whose name the document uses most; else the first of them."""
    text = " ".join([document.subject, *(block.text for block in document.blocks)]).casefold()
    counts = {section: text.count(name.casefold()) for section, name in sections.items()}
    best = max(sections, key=lambda section: counts[section])
    notices = "thong-bao" if document.kind == "Thông báo" else ""
    return notices if notices in sections else best


def cut(
    document: Document, origin: str, section: str, name: str = "", minutes: float = 2.5
) -> tuple[Draft, ...]:
    """Propose scripts of about ``minutes`` each.

    ``origin`` is the document's file name, for the note in the front matter; ``name`` the beginning of the
    scripts' file names, made from the document's name if "".
    """
    frame = syllables(opening(document, 1, 2)) + HEADING_SYLLABLES
    budget = max(round(minutes * SYLLABLES_A_MINUTE) - frame, SYLLABLES_A_MINUTE // 2)
    parts = _pack(_split(_leaves(document.blocks), budget), budget)
    prose = " ".join(block.text for block in document.blocks if not is_capitals(block.text))
    year = document.date[-4:]
    stem = (
        name
        or slug(f"{short_name(document)} {year}" if document.name else origin.rsplit(".", 1)[0])
        or "van-ban"
    )
    drafts = []
    for index, part in enumerate(parts, 1):
        heading = title(document, part, index, len(parts), prose[:NAMES_FROM])
        paragraphs = [opening(document, index, len(parts)), *said(part, prose[:NAMES_FROM])]
        body = "\n\n".join(filter(None, paragraphs))
        blocks = [block for leaf in part for block in leaf.blocks]
        first, last = blocks[0].first, blocks[-1].last
        front = _front_matter(document, f"{_comment(origin)}, dòng {first}–{last}", heading, section)
        text = f"{front}\n{body}\n"
        drafts.append(Draft(f"{stem}-{index:02d}", heading, text, first, last, syllables(body)))
    return tuple(drafts)


def _leaves(blocks: Sequence[Block]) -> list[Leaf]:
    found: list[tuple[tuple[str, ...], list[Block]]] = []
    path: tuple[tuple[int, str], ...] = ()
    for block in blocks:
        if block.level:
            path = (*(one for one in path if one[0] < block.level), (block.level, block.text))
            continue
        texts = tuple(text for _level, text in path)
        if found and found[-1][0] == texts:
            found[-1][1].append(block)
        else:
            found.append((texts, [block]))
    return [Leaf(texts, tuple(under)) for texts, under in found]


def _split(leaves: Sequence[Leaf], budget: int) -> list[Leaf]:
    """Leaves longer than one bulletin in nearly equal pieces, cut between paragraphs or else sentences."""
    found: list[Leaf] = []
    for leaf in leaves:
        if leaf.size <= budget * SLACK:
            found.append(leaf)
            continue
        pieces = [piece for block in leaf.blocks for piece in _sentences(block, budget)]
        whole, done = leaf.size, 0
        count = math.ceil(whole / budget)
        groups: list[list[Block]] = [[]]
        for piece in pieces:
            size = syllables(piece.text)
            if groups[-1] and done + size / 2 > whole * len(groups) / count:
                groups.append([])
            groups[-1].append(piece)
            done += size
        found += [Leaf(leaf.path, tuple(group), number > 0) for number, group in enumerate(groups)]
    return found


def _sentences(block: Block, budget: int) -> list[Block]:
    """A paragraph that is longer than a bulletin, cut at the ends of sentences or at semicolons."""
    if syllables(block.text) <= budget:
        return [block]
    pieces: list[str] = []
    for sentence in re.split(r"(?<=[.;!?])\s+", block.text):
        if pieces and syllables(pieces[-1]) + syllables(sentence) <= budget // 2:
            pieces[-1] = f"{pieces[-1]} {sentence}"
        else:
            pieces.append(sentence)
    return [replace(block, text=piece) for piece in pieces]


def _pack(leaves: Sequence[Leaf], budget: int) -> list[list[Leaf]]:
    """Neighbours that fit into one bulletin together: of one chapter, or where one of them is small."""
    parts: list[list[Leaf]] = []
    for leaf in leaves:
        if parts:
            size = sum(one.size for one in parts[-1])
            same = parts[-1][-1].path[:1] == leaf.path[:1]
            small = min(size, leaf.size) < budget * SMALL
            most = budget * (SMALL_SLACK if small else SLACK)
            if size + leaf.size <= most and (same or small):
                parts[-1].append(leaf)
                continue
        parts.append([leaf])
    return parts


def _front_matter(document: Document, origin: str, heading: str, section: str) -> str:
    """The proposed keys; what the script format has no key for stands in a comment."""
    details = [
        f"Số {document.number}." if document.number else "",
        f"Ban hành {document.date}." if document.date else "",
    ]
    lines = [
        "+++",
        " ".join(filter(None, [f"# Từ {origin}.", *details])),
        f"title = {_quoted(heading)}",
        f"section = {_quoted(section)}",
        f"genre = {_quoted('thong-bao' if document.kind == 'Thông báo' else 'bai')}",
        f"source = {_quoted(document.issuer or 'Chưa rõ nguồn')}",
        "+++",
    ]
    return "\n".join(lines)


def _comment(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
