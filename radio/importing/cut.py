"""`Document` → drafts of scripts that a listener can follow: each whole in itself, about as long as asked. Pure.

What is added to the document's words is Vietnamese whatever the program's language: it is heard, not shown.
"""

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .document import Block, Document, is_capitals

SYLLABLES_A_MINUTE = 140
"""At the default rate of 160 and with the default pauses; four scripts measured 138 to 152 with espeak."""

HEADING_SYLLABLES = 20
"""Room for the headings that each bulletin repeats."""

SLACK = 1.15
"""A bulletin may be this much longer than asked before it is cut in two."""

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


@dataclass(frozen=True)
class _Leaf:
    """Paragraphs under one heading; ``path`` is the headings that lead to them."""

    path: tuple[str, ...]
    blocks: tuple[Block, ...]
    continued: bool = False

    @property
    def size(self) -> int:
        return sum(syllables(block.text) for block in self.blocks)


def syllables(text: str) -> int:
    """Roughly how many syllables ``text`` has when read aloud: one a word, about one a figure or sign."""
    return sum(max(1, sum(char.isdigit() or char in "/-%" for char in word)) for word in text.split())


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
    frame = syllables(_opening(document, 1, 2)) + HEADING_SYLLABLES
    budget = max(round(minutes * SYLLABLES_A_MINUTE) - frame, SYLLABLES_A_MINUTE // 2)
    parts = _pack(_split(_leaves(document.blocks), budget), budget)
    year = document.date[-4:]
    stem = (
        name or slug(f"{_short(document)} {year}" if document.name else origin.rsplit(".", 1)[0]) or "van-ban"
    )
    return tuple(
        _draft(document, origin, section, f"{stem}-{index:02d}", index, len(parts), part)
        for index, part in enumerate(parts, 1)
    )


def slug(text: str, longest: int = 48) -> str:
    """``text`` as a file name: small letters without marks, whole words joined by hyphens, not too many."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    words = re.findall(r"[a-z0-9]+", "".join(char for char in bare if not unicodedata.combining(char)))
    made = ""
    for word in words:
        longer = f"{made}-{word}" if made else word
        if len(longer) > longest:
            break
        made = longer
    return made


def _leaves(blocks: Sequence[Block]) -> list[_Leaf]:
    leaves: list[_Leaf] = []
    path: tuple[tuple[int, str], ...] = ()
    for block in blocks:
        if block.level:
            path = (*(one for one in path if one[0] < block.level), (block.level, block.text))
            continue
        texts = tuple(text for _level, text in path)
        if leaves and leaves[-1].path == texts:
            leaves[-1] = replace(leaves[-1], blocks=(*leaves[-1].blocks, block))
        else:
            leaves.append(_Leaf(texts, (block,)))
    return leaves


def _split(leaves: Sequence[_Leaf], budget: int) -> list[_Leaf]:
    """Leaves longer than one bulletin in nearly equal pieces, cut between paragraphs or else sentences."""
    found: list[_Leaf] = []
    for leaf in leaves:
        if leaf.size <= budget * SLACK:
            found.append(leaf)
            continue
        pieces = [piece for block in leaf.blocks for piece in _sentences(block, budget)]
        count = math.ceil(leaf.size / budget)
        groups: list[list[Block]] = [[]]
        done = 0
        for piece in pieces:
            size = syllables(piece.text)
            if groups[-1] and done + size / 2 > leaf.size * len(groups) / count:
                groups.append([])
            groups[-1].append(piece)
            done += size
        found += [_Leaf(leaf.path, tuple(group), number > 0) for number, group in enumerate(groups)]
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


def _pack(leaves: Sequence[_Leaf], budget: int) -> list[list[_Leaf]]:
    """Neighbours that fit into one bulletin together: of one chapter, or where one of them is small."""
    parts: list[list[_Leaf]] = []
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


def _draft(
    document: Document, origin: str, section: str, name: str, index: int, count: int, part: Sequence[_Leaf]
) -> Draft:
    blocks = [block for leaf in part for block in leaf.blocks]
    first, last = blocks[0].first, blocks[-1].last
    names = " ".join(block.text for block in document.blocks if not is_capitals(block.text))
    title = _title(document, part, index, count, names)
    body = "\n\n".join([_opening(document, index, count), *_said(part, names)])
    lines = f"dòng {first}–{last}" if last > first else f"dòng {first}"
    about = (
        ", ".join(filter(None, [document.number and f"số {document.number}", document.date])) or "không ghi"
    )
    front = [
        "+++",
        f"# Từ {_comment(origin)}, {lines}. Số và ngày của văn bản: {about}.",
        f"title = {_quoted(title)}",
        f"section = {_quoted(section)}",
        f"genre = {_quoted('thong-bao' if document.kind == 'Thông báo' else 'bai')}",
        f"source = {_quoted(document.issuer or 'Chưa rõ nguồn')}",
        "+++",
    ]
    return Draft(name, title, "\n".join([*front, body, ""]), first, last, syllables(body))


def _said(part: Sequence[_Leaf], names: str) -> list[str]:
    """Headings (the first time, or where they change) and paragraphs."""
    lines: list[str] = []
    before: tuple[str, ...] = ()
    for leaf in part:
        for depth, heading in enumerate(leaf.path):
            if leaf.path[: depth + 1] != before[: depth + 1]:
                tail = " (tiếp theo)" if leaf.continued and depth == len(leaf.path) - 1 else ""
                lines.append(f"# {_sentence_case(heading, names)}{tail}")
        before = leaf.path
        lines += [_safe(block.text) for block in leaf.blocks]
    return lines


def _opening(document: Document, index: int, count: int) -> str:
    which = f"phần {index} trong {count} phần của văn bản" if count > 1 else "nội dung văn bản"
    number = f" số {document.number}" if document.number else ""
    issued = f" Văn bản{number} do {document.issuer} ban hành {document.date}." if document.issuer else ""
    name = document.name or "văn bản của cơ quan nhà nước"
    return _safe(f"Sau đây là {which}: {name.rstrip('.')}.{issued.replace(' .', '.')}")


def _title(document: Document, part: Sequence[_Leaf], index: int, count: int, names: str) -> str:
    """``Kế hoạch Truyền thông, phần 3: Phương thức tuyên truyền``: short, for it is read in the contents."""
    headings = list(dict.fromkeys(_bare(leaf.path[-1], names) for leaf in part if leaf.path))
    chapters = list(dict.fromkeys(_bare(leaf.path[0], names) for leaf in part if leaf.path))
    about = "; ".join(headings if len(headings) <= 2 else chapters)
    short = _short(document)
    numbered = f"{short}, phần {index}" if count > 1 else short
    return f"{numbered}: {about or 'Mở đầu'}" if about or count > 1 else numbered


def _short(document: Document) -> str:
    subject = re.split(r"\s+(?:về|nhằm|của|trên|năm)\s+|[,“(]", document.subject)[0]
    return " ".join(f"{document.kind} {subject}".split()[:8]) or "Văn bản"


def _bare(heading: str, names: str) -> str:
    """A heading without its mark, for a title; a long one up to its first comma."""
    bare = re.sub(r"^(?:[IVXLC]+|\d+(?:\.\d+)*|[a-zđ])\s*[.)]\s*", "", heading)
    bare = _sentence_case(bare, names).rstrip(" :.")
    return bare if len(bare.split()) <= 14 else bare.split(",")[0]


def _sentence_case(text: str, names: str) -> str:
    """A heading in capitals as a sentence (capitals throughout would be read as acronyms).

    The mark and the first letter stay; names get back the capitals that they have in the text ``names``.
    """
    if not is_capitals(text):
        return text
    mark = re.match(r"(?:[IVXLC]+\s*[.)]\s*)?", text)
    kept = mark[0] if mark else ""
    words = text[len(kept) :].capitalize().split()
    at = 0
    while at < len(words):
        at += _restore(words, at, names)
    return kept + " ".join(words)


def _restore(words: list[str], at: int, names: str) -> int:
    """Give ``words[at:]`` the capitals of the longest name in ``names`` that starts there; how many words it has."""
    for count in range(min(7, len(words) - at), 1, -1):
        wanted = " ".join(words[at : at + count])
        if wanted[-1:] in ",;:.":
            continue
        written = re.findall(rf"(?<=\w ){re.escape(wanted)}(?!\w)", names, re.IGNORECASE)
        usual = Counter(written).most_common(1)
        if usual and usual[0][0][0].isupper():
            words[at : at + count] = usual[0][0].split()
            return count
    return 1


def _safe(text: str) -> str:
    """A document cannot give commands to the program: no ``[[…]]``."""
    return text.replace("[[", "[").replace("]]", "]")


def _comment(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
