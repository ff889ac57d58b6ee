"""The top of an office document: who issued it, what it is, its number and date. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..reading.syllable import is_syllable
from .content import Line
from .marks import ITEM, RULE, is_capitals, level, marked

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
class Letterhead:
    """The first lines with what they say; "" for what they leave open. ``date`` is in words."""

    lines: tuple[Line, ...]
    kind: str
    subject: str
    number: str
    date: str


_LETTERHEAD = re.compile(
    r"CỘNG H[ÒO][ÀA]? XÃ HỘI|Độc lập|ĐẢNG CỘNG SẢN|S[ốỐ]\s*:|V/v|Kính gửi|HỎA TỐC|KHẨN|THƯỢNG KHẨN|"
    r"[^.;]{2,40},\s*ngày\b.*\btháng\b.*\bnăm\b",
)
_MOTTO = re.compile(r"\s*(?:CỘNG H[ÒO][ÀA]? XÃ HỘI|Độc lập|ĐẢNG CỘNG SẢN).*")
_MOTTO_END = re.compile(r"(?:(?:CHỦ )?NGHĨA )?(?:VIỆT )?NAM")
"""What is left of the state's title on a second line."""
_NUMBER = re.compile(r"S[ốỐ]\s*:\s*(\d+\s*[/-]\s*[\wĐđ/-]+)")
_DATE = re.compile(r"ngày\s*(\d{0,2})[\s….]*tháng\s*(\d{1,2})\s*năm\s*(\d{4})")
_ISSUER = re.compile(
    r"([^,;.]+?)\s+ban hành\s+(?:Kế hoạch|kế hoạch|Quyết định|Chỉ thị|Thông báo|Hướng dẫn|Quy)"
)
_AREA = re.compile(r"(?:XÃ|PHƯỜNG|THỊ TRẤN|HUYỆN|QUẬN|THỊ XÃ|THÀNH PHỐ|TỈNH|TP\.?)(?= |$)")
_SHORT_NAMES = ("UBND", "HĐND", "MTTQ", "UBMTTQ")
_FIRST_WORDS = 1000
"""Characters of a paragraph in which its issuer is looked for."""


def find_letterhead(written: Sequence[Line]) -> Letterhead:
    """Recognise the letterhead at the beginning of ``written`` (lines that are not blank)."""
    for index, line in enumerate(written[:HEAD_LINES]):
        if line.text.rstrip(" :") in KINDS:
            follows = written[index + 1 :]
            subject = _subject(follows)
            end = index + 1 + len(subject)
            about = " ".join(one.text for one in subject)
            return _letterhead(written[:end], line.text.rstrip(" :").capitalize(), about)
    marks = [index for index, line in enumerate(written[:HEAD_LINES]) if _LETTERHEAD.match(line.text)]
    count = 0
    for index in marks:
        if index - count > 6:  # a date or a "Số:" further down belongs to the text
            break
        count = index + 1
    if count and written[count - 1].text.startswith("Kính gửi"):
        while count < len(written) and ITEM.match(written[count].text):
            count += 1
    about = _about(written[:count])
    return _letterhead(written[:count], "Công văn" if about else "", about)


def _letterhead(lines: Sequence[Line], kind: str, subject: str) -> Letterhead:
    texts = [line.text for line in lines]
    numbers = [one[1].replace(" ", "") for text in texts if (one := _NUMBER.match(text))]
    number = numbers[0] if numbers else ""
    found = _DATE.search(" ".join(texts))  # a narrow cell may break the line within the date
    date = _date_words(found) if found else ""
    about = re.sub(r"^Về\s", "về ", re.sub(r"^V/v\s*:?\s+", "về việc ", subject))
    return Letterhead(tuple(lines), kind, about, number, date)


def _about(head: Sequence[Line]) -> str:
    """The ``V/v …`` of a letter, over as many touching lines as it has; "" without one."""
    found: list[Line] = []
    for line in head:
        if line.text.startswith("V/v"):
            found = [line]
        elif found:
            plain = not _LETTERHEAD.match(line.text) and not is_capitals(line.text)
            if line.number - found[-1].number > 1 or not plain:
                break
            found.append(line)
    return " ".join(line.text for line in found)


def _subject(follows: Sequence[Line]) -> list[Line]:
    """The lines under the kind up to the next blank one."""
    subject: list[Line] = []
    for line in follows:
        blank_before = bool(subject) and line.number - subject[-1].number > 1
        sentence = line.whole and not line.centred and (bool(subject) or line.text.endswith((".", ":", ";")))
        if (
            blank_before
            or sentence
            or level(line.text)
            or (subject and marked(line.text))
            or RULE.fullmatch(line.text)
        ):
            break
        subject.append(line)
    # A whole paragraph there is the text itself, not a subject.
    return [] if len(" ".join(line.text for line in subject)) > 400 else subject


def _date_words(found: re.Match[str]) -> str:
    day, month, year = found.groups()
    return f"ngày {int(day)} tháng {int(month)} năm {year}" if day else f"tháng {int(month)} năm {year}"


def issuer(letterhead: Letterhead, paragraphs: Sequence[str]) -> str:
    """Who issued it: "X ban hành Kế hoạch …" in the first paragraphs, else the agency in the letterhead."""
    for text in paragraphs[:3]:
        if found := _ISSUER.search(text[:_FIRST_WORDS]):
            return re.sub(r"\s*\([^)]*\)", "", found[1]).strip()
    agencies: list[str] = []
    for line in letterhead.lines:
        name = _MOTTO.sub("", line.text)
        if name.rstrip(" :") in KINDS or _MOTTO_END.fullmatch(name) or _LETTERHEAD.match(name):
            continue
        if is_capitals(name):
            continued = bool(agencies and _AREA.match(name))
            agencies[-1:] = [f"{agencies[-1]} {name}"] if continued else [*agencies[-1:], name]
    return _agency_name(agencies[-1]) if agencies else ""


def _agency_name(capitals: str) -> str:
    """``ỦY BAN NHÂN DÂN XÃ TRƯỜNG HÀ`` → ``Ủy ban nhân dân xã Trường Hà``."""
    area = _AREA.search(capitals)
    words = [
        word if word in _SHORT_NAMES or not is_syllable(word) else word.lower()
        for word in capitals[: area.end() if area else None].split()
    ]
    places = [word.capitalize() for word in capitals[area.end() :].split()] if area else []
    name = " ".join([*words, *places])
    return name[0].upper() + name[1:]
