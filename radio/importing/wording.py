"""How an imported document is worded for listeners: openings, titles, headings, file names. Pure.

What is added to the document's words is Vietnamese whatever the program's language: it is heard, not shown.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from .document import Block, Document
from .marks import is_capitals


@dataclass(frozen=True)
class Leaf:
    """Paragraphs under one heading; ``path`` is the headings that lead to them."""

    path: tuple[str, ...]
    blocks: tuple[Block, ...]
    continued: bool = False

    @cached_property
    def size(self) -> int:
        """Syllables of the paragraphs."""
        return sum(syllables(block.text) for block in self.blocks)


def syllables(text: str) -> int:
    """Roughly how many syllables ``text`` has when read aloud: one a word, about one a figure or sign."""
    return sum(max(1, sum(char.isdigit() or char in "/-%" for char in word)) for word in text.split())


def said(part: Sequence[Leaf], names: str) -> list[str]:
    """Headings (the first time, or where they change) and paragraphs."""
    lines: list[str] = []
    before: tuple[str, ...] = ()
    for leaf in part:
        for depth, heading in enumerate(leaf.path):
            if leaf.path[: depth + 1] != before[: depth + 1]:
                tail = " (tiếp theo)" if leaf.continued and depth == len(leaf.path) - 1 else ""
                lines.append(f"# {_sentence_case(heading, names)}{tail}")
        before = leaf.path
        lines += [safe(_sentence_case(block.text, names)) for block in leaf.blocks]
    return lines


def opening(document: Document, index: int, count: int) -> str:
    """The first paragraph: which document this is from; "" for a text that is no office document."""
    if not document.name:
        return ""
    which = f"phần {index} trong {count} phần của văn bản" if count > 1 else "nội dung văn bản"
    number = f"số {document.number}" if document.number else ""
    by = f"do {document.issuer} ban hành" if document.issuer else number and "ban hành"
    details = " ".join(filter(None, [number, by, document.date if by else ""]))
    issued = f" Văn bản {details}." if details else ""
    return safe(f"Sau đây là {which}: {document.name.rstrip('.')}.{issued}")


def title(document: Document, part: Sequence[Leaf], index: int, count: int, names: str) -> str:
    """``Kế hoạch Truyền thông, phần 3: Phương thức tuyên truyền``: short, for it is read in the contents."""
    if count == 1 and document.name:
        whole = document.name.rstrip(".")
        return whole if len(whole.split()) <= 20 else short_name(document)
    headings = list(dict.fromkeys(_bare(leaf.path[-1], names) for leaf in part if leaf.path))
    chapters = list(dict.fromkeys(_bare(leaf.path[0], names) for leaf in part if leaf.path))
    about = "; ".join(headings if len(headings) <= 2 else chapters)
    if not document.name:
        about = about or " ".join(part[0].blocks[0].text.split()[:10]).rstrip(" .,;:")
        return f"{about}, phần {index}" if count > 1 else about
    return f"{short_name(document)}, phần {index}: {about or 'Mở đầu'}"


def short_name(document: Document) -> str:
    """Kind and subject of the document in a few words."""
    about = re.match(r"(?:về việc\s+)?(.*?)(?=\s+(?:về|nhằm|của|trên|năm)\s|[,“(]|$)", document.subject)
    return " ".join(f"{document.kind} {about[0] if about else ''}".split()[:10])


def _bare(heading: str, names: str) -> str:
    """A heading without its mark, for a title; a long one up to its first comma."""
    bare = re.sub(r"^(?:[IVXLC]+|\d+(?:\.\d+)*|[a-zđ])\s*[.)]\s*", "", heading)
    bare = _sentence_case(bare, names).rstrip(" :.")
    return bare if len(bare.split()) <= 14 else bare.split(",")[0]


@lru_cache(maxsize=256)
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
    return kept + re.sub(r"(?i)(?<=phụ lục )[ivxlc]+\b", lambda roman: roman[0].upper(), " ".join(words))


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


def safe(text: str) -> str:
    """A document cannot give commands to the program: no ``[[…]]``."""
    return re.sub(r"([\[\]])\1+", r"\1", text)


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
