"""The marks by which the lines of an office document show what they are: headings, items, capitals. Pure."""

import re

_MARKS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(r"(?:PHẦN|Phần|CHƯƠNG|Chương|PHỤ LỤC)\s+(?:[IVXLC]+|\d+|thứ\s\w+|THỨ\s\w+)\b")),
    (1, re.compile(r"[IVXLC]+\s*[.)]\s+\S")),
    (2, re.compile(r"(?:Điều|Mục|MỤC)\s+\d+[a-zđ]?\b")),
    (2, re.compile(r"\d{1,2}\s*[.)]\s+\S")),
    (3, re.compile(r"\d{1,2}(?:\.\d{1,2})+\s*[.)]?\s+\S")),
)
ITEM = re.compile(r"[-+•*–]\s+\S|[a-zđ]\)\s+\S")
"""An item of a list."""
RULE = re.compile(r"[-_=*~.·─—–\s]{3,}")
"""A line drawn with characters."""
ADDRESSEES = re.compile(r"Nơi nhận\s*:?", re.IGNORECASE)
SIGNATURE = re.compile(r"(?:KT|TM|TL|TUQ|Q)\s*\.\s*[A-ZĐÀ-Ỹ]{2,}")
FRAME = re.compile(
    rf"CỘNG H[ÒO][ÀA]? XÃ HỘI|Độc lập\s*[-–]|ĐẢNG CỘNG SẢN|S[ốỐ]\s*:[\s\d.…]*[/-]|Nơi nhận\s*:|{SIGNATURE.pattern}"
)
"""What stands in the tables without borders that place a letterhead or a signature."""

_SECRET = {"MẬT", "TỐIMẬT", "TUYỆTMẬT"}
_CELLS = re.compile(r"\t|\||\s{2,}")


def is_capitals(text: str) -> bool:
    """Whether ``text`` is written in capital letters throughout."""
    return text.upper() == text and sum(char.isalpha() for char in text) > 3


def level(text: str) -> int:
    """Heading level by its mark, 1–3; 0 when it is none. A long or punctuated numbered line is a paragraph."""
    if is_capitals(text) and len(text) <= 250 and not ITEM.match(text):
        return next((depth for depth, mark in _MARKS if mark.match(text)), 1)
    if len(text) > 160 or text.endswith((".", ";", ",")):
        return 0
    return next((depth for depth, mark in _MARKS if mark.match(text)), 0)


def starts(text: str) -> bool:
    """Whether a line opens a heading, an item or a numbered paragraph of its own."""
    return bool(level(text)) or marked(text)


def marked(text: str) -> bool:
    """Whether a line begins with the mark of a heading or an item."""
    return bool(ITEM.match(text)) or any(mark.match(text) for _depth, mark in _MARKS)


def secrecy(line: str) -> str:
    """The secrecy stamp that ``line`` or a cell of it carries; "" for none. ``bí mật`` in a sentence is no stamp.

    The three degrees are those of the Law on the Protection of State Secrets. ``line`` is composed (NFC).
    """
    if "ậ" not in line.lower():
        return ""
    for cell in (line, *_CELLS.split(line)):
        letters = "".join(char for char in cell if char.isalpha())
        labelled = letters.upper()
        if letters in _SECRET or (labelled.startswith("ĐỘMẬT") and labelled[5:] in _SECRET):
            return cell.strip(" *[](){}")
    return ""
