"""Telephone, account and identity numbers, number plates: digit by digit, with a breath where the writer left one."""

import re

from .line import Hit, Line
from .number import cardinal, digit_by_digit

_GROUPS = r"(?:[ .\-]{1,2}\d(?!\d))?(?:[ .\-]{1,2}\d{2,4}){1,4}"
_PHONE = re.compile(
    rf"(?:\(\s?0\d{{1,4}}\s?\)[ .\-]?\d{{1,8}}(?:[ .\-]\d{{2,4}}){{0,4}}|0\d{{9,10}}|0\d{{1,4}}{_GROUPS})(?!\d)"
)
_ABROAD = re.compile(
    r"\+\s?84[ .\-()]{0,2}\d{1,9}(?:[ .\-]\d{2,4}){0,4}(?!\d)|\(\+84\)[ .\-]?\d{1,9}(?:[ .\-]\d{2,4}){0,4}(?!\d)"
)
_SERVICE = re.compile(r"1[89]00(?:[ .\-]?\d{2,4}){1,2}(?!\d)")
_ACCOUNT = re.compile(r"\d{3,24}(?: \d{2,6}|[.\-]\d{1,12}){0,5}(?![\d%])")
_LONG = re.compile(r"\d{10,40}(?!\d)")
_SHORT = re.compile(r"\d{3,4}(?![\d.,/:%]\d|\d)")
_PLATE = re.compile(
    r"(\d{2})\s?[-–]?\s?([A-ZĐ]{1,2})\s?(\d)?\s?[-–. ]\s?(\d{3})[. ]?(\d{2})(?!\d)"
    r"|(\d{2})([A-ZĐ]{1,2})(\d)?[-–](\d{4})(?!\d)"
)
_INSURANCE = re.compile(r"([A-Z]{2})\s?(\d{1,2}(?:[ .]?\d{2,4}){3,5})(?!\d)")
_LISTED = re.compile(r"\s*(?:[,;.)/]|$|và(?!\w)|hoặc|hay)")
_CALLING = re.compile(
    r"(?<!\w)(?:gọi|liên hệ|báo|hotline|tổng đài|đường dây nóng|điện thoại|đt|sđt|danh bạ)(?!\w)"
)
_MONEY = re.compile(r"\s?(?:đ(?!\w)|đồng|vnđ|VNĐ|VND|triệu|tỷ|nghìn)")
_REFERENCE = re.compile(r"([A-ZĐ]{1,4})[.\-]?(\d{1,12}(?:[.\-/]\d{1,12}){1,6})(?![\w])")
_WORDS_BEFORE = 4


def _say(written: str) -> str:
    """Digit by digit; separators become commas, an unbroken telephone number is cut 4–3–3."""
    groups = re.findall(r"\d+", written)
    if len(groups) == 1 and len(groups[0]) in (10, 11) and groups[0].startswith("0"):
        number = groups[0]
        groups = [number[:-6], number[-6:-3], number[-3:]]
    return ", ".join(digit_by_digit(group) for group in groups)


def _digits(text: str) -> int:
    return sum(c.isdecimal() for c in text)


def _after(line: Line, at: int, group: str) -> bool:
    """True when a word of the table's ``group`` stands before ``at``; "là", "số" and a colon may part them."""
    before = re.sub(r"(?:[\s:.,()\-–]|\bsố\b|\blà\b|\bcố định\b|\bdi động\b|\btheo\b)+$", "", line.before(at))
    words = before.replace(":", " ").split()[-_WORDS_BEFORE:]
    raw = line.before(at).rstrip(" :.(").split()[-_WORDS_BEFORE:]
    members = line.tables.contact[group]
    return any(" ".join(tail[-n:]) in members for tail in (words, raw) for n in range(1, _WORDS_BEFORE + 1))


def phone(line: Line, at: int) -> Hit | None:
    """A telephone number in any grouping: (0206) 3862.123, 0912.345.678, +84 912 345 678, 1900 6789."""
    if abroad := _ABROAD.match(line.text, at):
        rest = abroad[0][abroad[0].index("84") + 2 :]
        return Hit(abroad.end(), f"cộng tám tư, {_say(rest)}", "contact")
    match = _PHONE.match(line.text, at)
    count = _digits(match[0]) if match else 0
    if match and count in (10, 11) and not _is_date(match[0]):
        return Hit(match.end(), _say(match[0]), "contact")
    if match and count == 9 and _after(line, at, "account"):
        return Hit(match.end(), _say(match[0]), "contact")
    if count > 11 and (end := _cut(line.text, at, 11) or _cut(line.text, at, 10)):
        return Hit(end, _say(line.text[at:end]), "contact")
    service = _SERVICE.match(line.text, at)
    if (
        service
        and 6 <= _digits(service[0]) <= 10
        and (_digits(service[0]) in (8, 10) or _after(line, at, "account"))
        and not _MONEY.match(line.text, service.end())
    ):
        return Hit(service.end(), _say(service[0]), "contact")
    return None


def _is_date(written: str) -> bool:
    return re.fullmatch(r"\d{2}[.\-]\d{2}[.\-]\d{4}", written) is not None


def _cut(text: str, at: int, size: int) -> int:
    """The end of the first ``size`` digits when a number ends there, else 0."""
    seen = 0
    for place in range(at, min(at + 24, len(text))):
        if text[place].isdecimal():
            seen += 1
        if seen == size:
            return place + 1 if not text[place + 1 : place + 2].isdecimal() else 0
    return 0


def hotline(line: Line, at: int) -> Hit | None:
    """ "gọi 114", "tổng đài 111": short numbers that someone is to call."""
    match = _SHORT.match(line.text, at)
    if match is None or match[0] not in line.tables.contact["hotline"]:
        return None
    unit = re.match(
        r"\s?(?:người|hộ|em|con|m|km|kg|ha|%|trường hợp|đồng chí|đại biểu|ca|tỷ|triệu|nghìn)\b",
        line.after(match.end()),
    )
    listed = line.last_kind == "contact" and at - line.last_end <= 5
    listed = listed or (_LISTED.match(line.after(match.end(), 8)) is not None and _called_before(line, at))
    if unit is None and (listed or line.near(at, "dial") or _after(line, at, "call")):
        return Hit(match.end(), digit_by_digit(match[0]), "contact")
    return None


def _called_before(line: Line, at: int) -> bool:
    """True when the sentence so far tells whom to call: "gọi cấp cứu 115, báo cháy 114"."""
    sentence = re.split(r"[.!?]\s", line.before(at))[-1]
    return _CALLING.search(sentence) is not None


def account(line: Line, at: int) -> Hit | None:
    """Account, tax, identity and order numbers after the word that announces them."""
    match = _ACCOUNT.match(line.text, at)
    if match is None or not _after(line, at, "account"):
        return None
    digits = _digits(match[0])
    unit = re.match(r"\s?(?:đồng|đ\b|người|hộ|triệu|tỷ|nghìn|em|con)", line.after(match.end()))
    if unit or (
        digits < 5 and not _after(line, at, "call") and match[0].isdecimal() and not match[0].startswith("0")
    ):
        return None
    return Hit(match.end(), _say(match[0]), "contact")


def long_number(line: Line, at: int) -> Hit | None:
    """Ten digits and more without a mark are a number to be dialled or typed, not a quantity."""
    match = _LONG.match(line.text, at)
    if match is None or re.match(r"\s?(?:đồng|đ\b|vnđ|VNĐ|VND)", line.after(match.end())):
        return None
    return Hit(match.end(), _say(match[0]), "contact")


def plate(line: Line, at: int) -> Hit | None:
    """Number plates: "11A-123.45", "29-C1 123.45", "30F-1234"."""
    match = _PLATE.match(line.text, at)
    if match is None:
        return None
    province, letters, series, digits = (
        (match[1], match[2], match[3], match[4] + match[5])
        if match[1]
        else (match[6], match[7], match[8], match[9])
    )
    names = " ".join(line.tables.letter.get(c, c) for c in letters)
    words = f"{cardinal(int(province), line.settings)} {names}"
    words += f" {digit_by_digit(series)}" if series else ""
    return Hit(match.end(), f"{words}, {digit_by_digit(digits)}", "contact")


def reference(line: Line, at: int) -> Hit | None:
    """The reference of a file: letters, then groups of digits ("H14.24.25-261124-0003")."""
    match = _REFERENCE.match(line.text, at)
    if match is None or not _after(line, at, "account"):
        return None
    letters = " ".join(line.tables.letter.get(c, c) for c in match[1])
    return Hit(match.end(), f"{letters} {_say(match[2])}", "contact")


def insurance(line: Line, at: int) -> Hit | None:
    """Insurance card numbers: two letters, then digits ("GD 4 04 0401234567")."""
    match = _INSURANCE.match(line.text, at)
    if match is None or _digits(match[2]) < 8 or not _after(line, at, "account"):
        return None
    letters = " ".join(line.tables.letter.get(c, c) for c in match[1])
    return Hit(match.end(), f"{letters}, {_say(match[2])}", "contact")
