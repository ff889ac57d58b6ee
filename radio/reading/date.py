"""Dates: full, without a year, a month and a year, and ranges of them; never "ngày ngày"."""

import re
from calendar import monthrange

from . import notes
from .line import Hit, Line
from .model import Settings
from .number import cardinal

_SIGN = r"\s?[/.\-–]\s?"
_RANGE = r"\s?(?:-|–|÷|->|→|~)\s?"
_FULL = re.compile(rf"(\d{{1,2}}){_SIGN}(\d{{1,2}}){_SIGN}(\d{{4}}|\d{{2}})(?![\d]|[/.\-]\d)")
_ISO = re.compile(r"((?:19|20)\d\d)-(\d{2})-(\d{2})(?!\d)")
_DAY_MONTH = re.compile(r"(\d{1,2})\s?/\s?(\d{1,2})(?![\d]|\s?/\s?\d|[.,]\d)")
_DAY_MONTH_SIGN = re.compile(r"(\d{1,2})[-.](\d{1,2})(?![\d]|\s?[/\-–]\s?\d|[.,]\d|\s?(?:tháng|%))")
_MONTH_YEAR = re.compile(r"(\d{1,2})\s?[/\-–.]\s?((?:19|20)\d\d)(?![\d/])")
_DAYS_OF = re.compile(
    rf"(\d{{1,2}})(?P<join>{_RANGE}|\s?,\s?|\s?&\s?)(\d{{1,2}})\s?/\s?(\d{{1,2}})(?:\s?[/\-.]\s?(\d{{4}}|\d{{2}}))?(?![\d/])"
)
_MONTHS_OF = re.compile(rf"(\d{{1,2}}){_RANGE}(\d{{1,2}})(?:\s?[/\-]\s?((?:19|20)\d\d))?(?![\d/])")
_T_MONTH = re.compile(r"[Tt]\.?\s?(\d{1,2})\s?[/\-.]\s?((?:19|20)\d\d)(?![\d/])")
_HALF = re.compile(r"(\d{1,2})\s?[Tt]\s?/?\s?((?:19|20)\d\d)(?!\d)")

_DAY_WORD = re.compile(
    r"(?:^|\W|\d)(?:ngày|hôm|sáng|trưa|chiều|tối|đêm|khuya|mồng|mùng|rạng sáng|chạp|giêng)\s*[,(:]?\s*$"
)
_DAY_LIST = re.compile(
    r"(?:ngày|sáng|chiều|tối|trưa|đêm|hôm)\s*(?:\d{1,2}\s?(?:/\d{1,2})?\s?(?:,|và|;|-|–|&|đến)\s*){1,8}$"
)
_FEAST_WORD = re.compile(
    r"(?:dịp|lễ|tết|kỷ niệm|chào mừng|mừng|quốc khánh|nhân|quốc tế phụ nữ|nhà giáo)\s*[,(:]?\s*$"
)
_LEAD_WORD = re.compile(
    r"(?:từ|đến|tới|trước|sau|hết|qua|vào|kể từ|tính đến|hạn|nộp|hạn chót|chậm nhất|muộn nhất|bắt đầu|kết thúc|nay|"
    r"thứ [a-zà-ỹ]+|thứ \d|t\d|chủ nhật|cn|giờ|phút|\dh\d{0,2}|lúc|đợt|tuần|diễn ra|tổ chức|khai mạc|khai giảng|"
    r"bế mạc|sinh|mất|ban hành|hồi|\d'|mai|nay|mốt)\s*[,(:]*\s*$"
)
_MONTH_WORD = re.compile(r"(?:^|\W|\d)tháng\s*$")
_MONTH_LIST = re.compile(r"tháng\s*(?:\d{1,2}\s?(?:,|và|;|-|–|&)\s*){1,6}$")
_NOT_A_DATE_AFTER = re.compile(
    r"\s*(?:số|tổng|diện tích|dân số|đại biểu|thành viên|ý kiến|phiếu|quãng|chiều|trong tổng|lượng|người|hộ|xã|xóm|"
    r"thôn|bản|tổ|tiêu chí|chỉ tiêu|đơn vị|trường|cán bộ|đảng viên|chi bộ|học sinh|huyện|tỉnh|giáo viên|em|cháu|con|"
    r"đồng chí|ủy viên|nhiệm vụ|nội dung|mô hình|khối lượng|sản lượng|công trình|dự án|cơ sở|lớp|khu|phần|số hộ)(?!\w)"
)
_TWO_DAYS = re.compile(r"(?:hai|2|02) (?:ngày|hôm|buổi|tối|đêm|sáng|năm)\s*\(?$")
_SCALE_WORD = re.compile(r"(?:tỷ lệ|tỉ lệ|bản đồ|bình đồ)\s*$")
_ADDRESS_WORD = re.compile(
    r"(?:ngõ|ngách|hẻm|kiệt|số nhà|nhà số|đường số|thửa|lô|địa chỉ|nhà)\s*(?:số\s*)?:?\s*$"
)
MONTH_FOUR = "tư"


def exists(day: int, month: int, year: int = 2024) -> bool:
    """True when the calendar has this day; without a year, 29 February counts."""
    return 1 <= month <= 12 and 1 <= year <= 9999 and 1 <= day <= monthrange(year, month)[1]


def month_words(month: int, settings: Settings) -> str:
    """Month four is "tháng tư"."""
    return f"tháng {MONTH_FOUR if month == 4 else cardinal(month, settings)}"


def day_words(day: int, settings: Settings) -> str:
    """A day of the month, with the house's word for the first ten."""
    early = f"{settings.early_day} " if settings.early_day and day <= 10 else ""
    return early + cardinal(day, settings)


def year_words(year: int, settings: Settings) -> str:
    """A year in full, with its word."""
    return f"năm {cardinal(year, settings)}"


def _full_year(written: str) -> int:
    """Two digits: 00–49 are of this century, the others of the last one."""
    year = int(written)
    return year if len(written) == 4 else year + (2000 if year < 50 else 1900)


def _lead(line: Line, at: int) -> str:
    """The word "ngày" where the text does not have it already and speech needs it."""
    before = line.before(at)
    if _DAY_WORD.search(before) or _DAY_LIST.search(before) or _FEAST_WORD.search(before):
        return ""
    return "ngày "


def _early(line: Line, at: int) -> Settings:
    """Settings without the early-day word where the text has written one itself."""
    if re.search(r"(?:mồng|mùng)\s*$", line.before(at, 8)):
        return Settings(line.settings.thousand, line.settings.zero_tens)
    return line.settings


def _impossible(line: Line, at: int, end: int, parts: tuple[str, ...]) -> Hit:
    """A date that does not exist is said part by part, not as a date."""
    words = " trên ".join(cardinal(int(part), line.settings) for part in parts)
    day, month, *year = parts
    alternative = f"{cardinal(int(day), line.settings)} {month_words(int(month), line.settings)}"
    if year:
        alternative += f" {year_words(_full_year(year[0]), line.settings)}"
    return Hit(end, words, "date", False, notes.IMPOSSIBLE_DATE, (alternative,))


def _same_signs(match: re.Match[str]) -> bool:
    """True unless the signs differ in a way that means a range ("1-7/10"): "12/10-2021" is a slip, not a range."""
    first = match.string[match.end(1) : match.start(2)].strip()
    second = match.string[match.end(2) : match.start(3)].strip()
    return first == second or (first == "/" and len(match[3]) == 4)


def full_date(line: Line, at: int) -> Hit | None:
    """ "12/10/2021", "12-10-2021", "12.10.2021", "12/10/21" and "2021-10-12"."""
    iso = _ISO.match(line.text, at)
    match = iso or _FULL.match(line.text, at)
    if match is None:
        return None
    day, month, year = (match[3], match[2], match[1]) if iso else (match[1], match[2], match[3])
    short = len(year) == 2
    if not iso and not _same_signs(match):
        return None
    if short and ("/" not in match[0] and not _DAY_WORD.search(line.before(at))):
        return None
    number = _full_year(year)
    if not short and not 1000 <= number <= 2199:
        return None
    if not exists(int(day), int(month), number):
        if short or not (int(day) <= 31 or _DAY_WORD.search(line.before(at))):
            return None
        return _impossible(line, at, match.end(), (day, month, year))
    settings = line.settings
    words = f"{_lead(line, at)}{day_words(int(day), _early(line, at))} {month_words(int(month), settings)} "
    words += year_words(number, settings)
    return Hit(match.end(), words, "date", not short, notes.SHORT_YEAR if short else "")


def days_of_month(line: Line, at: int) -> Hit | None:
    """ "20-25/11/2023", "15-16/8", "15,16/8": several days of one month."""
    match = _DAYS_OF.match(line.text, at)
    if match is None:
        return None
    first, last, month = int(match[1]), int(match[3]), int(match[4])
    year = _full_year(match[5]) if match[5] else None
    if not exists(last, month, year or 2024) or not 1 <= first < last:
        return None
    before = line.before(at)
    sign = match["join"].strip()
    known = _DAY_WORD.search(before) or _LEAD_WORD.search(before) or _FEAST_WORD.search(before) or year
    if sign in (",", "&") and not _DAY_WORD.search(before) and not _DAY_LIST.search(before):
        return None
    if not known and (last <= month or _NOT_A_DATE_AFTER.match(line.after(match.end(), 24))):
        return None
    if sign == ",":
        link = ","
    elif sign == "&" or (last == first + 1 and _TWO_DAYS.search(before)):
        link = " và"
    else:
        link = " đến"
    settings = line.settings
    words = f"{_lead(line, at)}{day_words(first, _early(line, at))}{link} {day_words(last, settings)} "
    words += month_words(month, settings) + (f" {year_words(year, settings)}" if year else "")
    return Hit(match.end(), words, "date")


def day_month(line: Line, at: int) -> Hit | None:
    """ "18/5" where a day is meant, decided by the words around; "7-8" and "18.5" only after "ngày"."""
    before = line.before(at)
    if _ADDRESS_WORD.search(before):
        return None
    match = _DAY_MONTH.match(line.text, at)
    certain = bool(_DAY_WORD.search(before) or _DAY_LIST.search(before))
    if match is None:
        match = _DAY_MONTH_SIGN.match(line.text, at) if certain else None
        if match is None:
            return None
    day, month = int(match[1]), int(match[2])
    if not exists(day, month):
        if certain and "/" in match[0]:
            return _impossible(line, at, match.end(), (match[1], match[2])) if 1 <= month <= 12 else None
        return None
    words = f"{day_words(day, _early(line, at))} {month_words(month, line.settings)}"
    after = line.after(match.end(), 24)
    if certain:
        doubtful = "-" in match[0] and day < month
        other = (f"{cardinal(day, line.settings)} đến {cardinal(month, line.settings)}",) if doubtful else ()
        return Hit(match.end(), words, "date", not doubtful, notes.DATE_OR_RANGE if doubtful else "", other)
    fraction = _NOT_A_DATE_AFTER.match(after) is not None
    if _FEAST_WORD.search(before) and not fraction:
        return Hit(match.end(), words, "date")
    if _LEAD_WORD.search(before) and not fraction:
        return Hit(match.end(), f"ngày {words}", "date")
    if _beside_a_date(line, at, match.end()) and not fraction:
        return Hit(match.end(), _lead_in_list(line, at) + words, "date")
    if _padded(match[1], match[2]) and not fraction:
        return Hit(match.end(), f"ngày {words}", "date")
    if day > month and not fraction:
        return Hit(
            match.end(),
            f"ngày {words}",
            "date",
            False,
            notes.DATE_OR_FRACTION,
            (_as_fraction(line, day, month),),
        )
    return None


def _padded(day: str, month: str) -> bool:
    """ "02/9", "15/08": a leading zero is how dates are written, not fractions."""
    return day.startswith("0") or month.startswith("0")


def _as_fraction(line: Line, upper: int, lower: int) -> str:
    return f"{cardinal(upper, line.settings)} trên {cardinal(lower, line.settings)}"


def _lead_in_list(line: Line, at: int) -> str:
    return "" if line.last_kind == "date" and at - line.last_end <= 4 else "ngày "


def _beside_a_date(line: Line, at: int, end: int) -> bool:
    """True when a date stands right before or after, joined by a dash, a comma or a small word."""
    if line.last_kind == "date" and at - line.last_end <= 6:
        return True
    following = re.compile(r"\s?(?:-|–|đến|và|,)\s?(?:ngày )?\d{1,2}\s?/\s?\d{1,2}\s?/\s?\d{4}").match(
        line.text, end
    )
    return following is not None


def month_year(line: Line, at: int) -> Hit | None:
    """ "10/2021", after "tháng" or alone."""
    match = _MONTH_YEAR.match(line.text, at)
    before = line.before(at)
    if match is None or not 1 <= int(match[1]) <= 12 or _SCALE_WORD.search(before):
        return None
    if "/" not in match[0] and not _MONTH_WORD.search(before):
        return None
    words = f"{month_words(int(match[1]), line.settings)} {year_words(int(match[2]), line.settings)}"
    if re.search(r"(?:quý|học kỳ|kỳ|đợt|quí)\s*$", before):
        words = f"{cardinal(int(match[1]), line.settings)} {year_words(int(match[2]), line.settings)}"
    elif _MONTH_WORD.search(before) or _MONTH_LIST.search(before):
        words = words.removeprefix("tháng ")
    return Hit(match.end(), words, "date")


def months(line: Line, at: int) -> Hit | None:
    """After "tháng": "4" is "tư"; "3-5/2024" a range of months."""
    before = line.before(at)
    if not (_MONTH_WORD.search(before) or _MONTH_LIST.search(before)):
        return None
    settings = line.settings
    match = _MONTHS_OF.match(line.text, at)
    if match and 1 <= int(match[1]) <= 12 and 1 <= int(match[2]) <= 12:
        first = month_words(int(match[1]), settings).removeprefix("tháng ")
        words = f"{first} đến {month_words(int(match[2]), settings)}"
        return Hit(
            match.end(), words + (f" {year_words(int(match[3]), settings)}" if match[3] else ""), "date"
        )
    single = re.compile(r"0?4(?![\d.,]\d|\d)").match(line.text, at)
    return Hit(single.end(), MONTH_FOUR, "date") if single else None


def t_month(line: Line, at: int) -> Hit | None:
    """ "T10/2021": month ten of 2021."""
    match = _T_MONTH.match(line.text, at)
    if match is None or not 1 <= int(match[1]) <= 12:
        return None
    words = f"{month_words(int(match[1]), line.settings)} {year_words(int(match[2]), line.settings)}"
    if _MONTH_WORD.search(line.before(at)):
        words = words.removeprefix("tháng ")
    return Hit(match.end(), words, "date")


def months_of_year(line: Line, at: int) -> Hit | None:
    """ "6T/2024", "9T2024": the first six, nine months of a year."""
    match = _HALF.match(line.text, at)
    if match is None or not 1 <= int(match[1]) <= 12:
        return None
    words = f"{cardinal(int(match[1]), line.settings)} tháng {year_words(int(match[2]), line.settings)}"
    return Hit(match.end(), words, "date")


def date_range(line: Line, at: int) -> Hit | None:
    """ "01/10-07/10/2025", "30/4 - 1/5": two dates joined by a dash."""
    match = re.compile(
        rf"(\d{{1,2}})\s?/\s?(\d{{1,2}})(?:\s?/\s?(\d{{4}}))?{_RANGE}(\d{{1,2}})\s?/\s?(\d{{1,2}})(?:\s?/\s?(\d{{4}}))?(?![\d/])"
    ).match(line.text, at)
    if match is None:
        return None
    day1, month1, day2, month2 = (int(match[i]) for i in (1, 2, 4, 5))
    year1, year2 = (int(match[i]) if match[i] else None for i in (3, 6))
    if not exists(day1, month1, year1 or 2024) or not exists(day2, month2, year2 or 2024):
        return None
    settings = line.settings
    feast = _FEAST_WORD.search(line.before(at)) is not None
    first = f"{_lead(line, at)}{day_words(day1, _early(line, at))} {month_words(month1, settings)}"
    first += f" {year_words(year1, settings)}" if year1 else ""
    second = f"{day_words(day2, settings)} {month_words(month2, settings)}"
    second += f" {year_words(year2, settings)}" if year2 else ""
    return Hit(match.end(), f"{first}, {second}" if feast else f"{first} đến ngày {second}", "date")


def blank_date(line: Line, at: int) -> Hit | None:
    """ "ngày … tháng … năm 2021", and "ngày tháng 10": a day that has not been filled in is shown to the editor."""
    match = re.compile(r"ngày(?=\s+tháng\s+(?:\d{1,2}|[.…]{2,})\s+năm\s)", re.IGNORECASE).match(line.text, at)
    if match is None:
        return None
    return Hit(match.end(), match[0], "date", False, notes.BLANK)
