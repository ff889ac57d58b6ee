"""Numbered lines → the parts of a Vietnamese office document. Pure.

The layout follows the practice of Decree 30/2020 on office documents: letterhead (agency, state title, number,
place and date), kind and subject, body under numbered headings, end mark ``./.``, addressees, signature.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..i18n import _
from .source import Line

KINDS = (
    "KẾ HOẠCH",
    "QUYẾT ĐỊNH",
    "THÔNG BÁO",
    "THÔNG TRI",
    "THÔNG CÁO",
    "CHỈ THỊ",
    "NGHỊ QUYẾT",
    "NGHỊ ĐỊNH",
    "THÔNG TƯ",
    "BÁO CÁO",
    "HƯỚNG DẪN",
    "TỜ TRÌNH",
    "CHƯƠNG TRÌNH",
    "ĐỀ ÁN",
    "DỰ ÁN",
    "PHƯƠNG ÁN",
    "QUY CHẾ",
    "QUY ĐỊNH",
    "KẾT LUẬN",
    "CÔNG ĐIỆN",
    "THƯ NGỎ",
    "LỜI KÊU GỌI",
    "BIÊN BẢN",
    "GIẤY MỜI",
    "HỢP ĐỒNG",
    "LUẬT",
)
"""Names of document kinds as they stand alone above the subject."""

HEAD_LINES = 60
"""A kind further down than this many written lines is a word in the text, not the document's kind."""


@dataclass(frozen=True)
class Block:
    """A heading or paragraph of the body; ``level`` 1–3 for headings, 0 for text. Lines are inclusive."""

    text: str
    level: int
    first: int
    last: int


@dataclass(frozen=True)
class LeftOut:
    """Written lines that are in no bulletin, and why."""

    first: int
    last: int
    text: str
    reason: str


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


_LETTERHEAD = re.compile(
    r"CỘNG H[ÒO][ÀA]? XÃ HỘI|Độc lập|ĐẢNG CỘNG SẢN|Số\s*:|V/v|Kính gửi|HỎA TỐC|KHẨN|THƯỢNG KHẨN|"
    r".*,\s*ngày\b.*\btháng\b.*\bnăm\b",
)
_NUMBER = re.compile(r"Số\s*:?\s*(\d+\s*[/-]\s*[\wĐđ/-]+)")
_DATE = re.compile(r"ngày\s*(\d{0,2})[\s….]*tháng\s*(\d{1,2})\s*năm\s*(\d{4})")
_RULE = re.compile(r"[-_=*~.·─—–\s]{3,}")
_PAGE = re.compile(r"(?:Trang\s+)?[-–]?\s*\d{1,3}\s*(?:/\s*\d{1,3}\s*)?[-–]?", re.IGNORECASE)
_ADDRESSEES = re.compile(r"Nơi nhận\s*:?", re.IGNORECASE)
_SIGNATURE = re.compile(r"(?:KT|TM|TL|TUQ|Q)\s*\.\s*[A-ZĐÀ-Ỹ]{2,}")
_APPENDIX = re.compile(r"PHỤ LỤC\b")
_END_MARK = re.compile(r"\s*\.\s*/\s*\.?\s*$")
_MARKS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(r"(?:PHẦN|Phần|CHƯƠNG|Chương|PHỤ LỤC)\s+(?:[IVXLC]+|\d+|thứ\s\w+|THỨ\s\w+)\b")),
    (1, re.compile(r"[IVXLC]+\s*[.)]\s+\S")),
    (2, re.compile(r"(?:Điều|Mục|MỤC)\s+\d+[a-zđ]?\b")),
    (2, re.compile(r"\d{1,2}\s*[.)]\s+\S")),
    (3, re.compile(r"\d{1,2}(?:\.\d{1,2})+\s*[.)]?\s+\S")),
)
_ITEM = re.compile(r"[-+•*–]\s+\S|[a-zđ]\)\s+\S")
_CLOSED = re.compile(r"[.;:!?…][”\"')]?$")
_ISSUER = re.compile(
    r"([^,;.]+?)\s+ban hành\s+(?:Kế hoạch|kế hoạch|Quyết định|Chỉ thị|Thông báo|Hướng dẫn|Quy)"
)
_AGENCY = re.compile(r"(?:ỦY BAN|UBND|HỘI|SỞ|PHÒNG|BAN|TRUNG TÂM|ĐẢNG ỦY|HUYỆN ỦY|CÔNG TY|TRẠM|TRƯỜNG)\b.*")


def understand(lines: Sequence[Line]) -> Document:
    """Tell letterhead, body and end apart and join paragraphs that a page or line break cut in two."""
    written = [line for line in lines if line.text]
    head, kind, subject, rest = _head(written, lines)
    body, left_out = _body(rest)
    blocks = _blocks(body)
    letterhead = [line.text for line in head]
    number = next((found[1].replace(" ", "") for text in letterhead if (found := _NUMBER.match(text))), "")
    date = next((_date_words(found) for text in letterhead if (found := _DATE.search(text))), "")
    if not kind:
        subject = next((text[3:].strip(" :") for text in letterhead if text.startswith("V/v")), "")
    return Document(
        kind=kind.capitalize(),
        subject=subject,
        number=number,
        date=date,
        issuer=_issuer(letterhead, blocks),
        blocks=blocks,
        left_out=tuple(sorted([*_spans(head, _("letterhead")), *left_out], key=lambda one: one.first)),
    )


def is_capitals(text: str) -> bool:
    """Whether ``text`` is written in capital letters throughout."""
    return text.upper() == text and sum(char.isalpha() for char in text) > 3


def _head(written: list[Line], lines: Sequence[Line]) -> tuple[list[Line], str, str, list[Line]]:
    """Letterhead, kind, subject, and what follows."""
    for index, line in enumerate(written[:HEAD_LINES]):
        if line.text.rstrip(" :") in KINDS:
            follows = written[index + 1 :]
            subject = _subject(follows, lines)
            named = [line, *follows[: len(subject)]]
            return (
                written[:index] + named,
                line.text.rstrip(" :"),
                " ".join(one.text for one in subject),
                follows[len(subject) :],
            )
    count = 0
    while count < len(written) and (
        _LETTERHEAD.match(written[count].text)
        or (_AGENCY.match(written[count].text) and is_capitals(written[count].text))
    ):
        count += 1
    return written[:count], "", "", written[count:]


def _subject(follows: list[Line], lines: Sequence[Line]) -> list[Line]:
    """The lines under the kind up to the next blank one."""
    subject: list[Line] = []
    for line in follows:
        blank_before = bool(subject) and line.number - subject[-1].number > 1
        if blank_before or _level(line.text) or _RULE.fullmatch(line.text):
            break
        subject.append(line)
    # A whole paragraph there is the text itself, not a subject.
    return [] if len(" ".join(line.text for line in subject)) > 400 else subject


def _date_words(found: re.Match[str]) -> str:
    day, month, year = found.groups()
    return f"ngày {int(day)} tháng {int(month)} năm {year}" if day else f"tháng {int(month)} năm {year}"


def _issuer(letterhead: list[str], blocks: tuple[Block, ...]) -> str:
    """Who issued it: "X ban hành Kế hoạch …" in the first paragraphs, else the agency in the letterhead."""
    for block in blocks[:3]:
        if found := _ISSUER.search(block.text):
            return re.sub(r"\s*\([^)]*\)", "", found[1]).strip()
    agencies = [text for text in letterhead if _AGENCY.fullmatch(text) and is_capitals(text)]
    return agencies[-1].capitalize() if agencies else ""


def _body(lines: list[Line]) -> tuple[list[Line], list[LeftOut]]:
    """Lines to be said, and those left out: page numbers, rules, addressees, signature."""
    body: list[Line] = []
    skipped: list[tuple[Line, str]] = []
    reason = ""
    for line in lines:
        if _APPENDIX.match(line.text):
            reason = ""
        elif _ADDRESSEES.match(line.text):
            reason = _("addressees")
        elif _SIGNATURE.match(line.text):
            reason = _("signature")
        if reason:
            skipped.append((line, reason))
        elif _RULE.fullmatch(line.text):
            skipped.append((line, _("rule")))
        elif _PAGE.fullmatch(line.text):
            skipped.append((line, _("page number")))
        elif _END_MARK.search(line.text):
            body.append(replace(line, text=_END_MARK.sub(".", line.text)))
            reason = _("after the end mark")
        else:
            body.append(line)
    return body, [
        span
        for why in dict.fromkeys(why for _line, why in skipped)
        for span in _spans([line for line, its in skipped if its == why], why)
    ]


def _spans(lines: list[Line], reason: str) -> list[LeftOut]:
    """Neighbouring lines (blank ones between them do not count) as one entry."""
    spans: list[LeftOut] = []
    for line in lines:
        if spans and line.number - spans[-1].last <= 2:
            last = spans[-1]
            spans[-1] = replace(last, last=line.number, text=f"{last.text}\n{line.text}")
        else:
            spans.append(LeftOut(line.number, line.number, line.text, reason))
    return spans


def _level(text: str) -> int:
    """Heading level by its mark, 1–3; 0 when it is none. A long or punctuated numbered line is a paragraph."""
    if is_capitals(text) and len(text) <= 250 and not _ITEM.match(text):
        return next((level for level, mark in _MARKS if mark.match(text)), 1)
    if len(text) > 160 or text.endswith((".", ";", ",")):
        return 0
    return next((level for level, mark in _MARKS if mark.match(text)), 0)


def _starts(text: str) -> bool:
    """Whether a line opens a heading, an item or a numbered paragraph of its own."""
    return bool(_level(text)) or _marked(text)


def _marked(text: str) -> bool:
    return bool(_ITEM.match(text)) or any(mark.match(text) for _level_, mark in _MARKS)


def _blocks(lines: list[Line]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for line in lines:
        if blocks and _continues(blocks[-1], line):
            last = blocks[-1]
            blocks[-1] = replace(last, text=f"{last.text} {line.text}", last=line.number)
        else:
            blocks.append(Block(line.text, _level(line.text), line.number, line.number))
    return tuple(_demoted(blocks))


def _continues(before: Block, line: Line) -> bool:
    """Whether ``line`` goes on with the paragraph (or capital heading) ``before``.

    Within a paragraph lines follow each other; across a blank line only an unfinished sentence goes on: the
    text before has no end and what follows starts small, or the text was long enough to be cut by a page.
    """
    touching = line.number - before.last == 1
    if before.level:
        capitals = is_capitals(before.text) and is_capitals(line.text)
        return touching and (capitals or line.text[0].islower()) and not _marked(line.text)
    if _starts(line.text):
        return False
    closed = bool(_CLOSED.search(before.text))
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
