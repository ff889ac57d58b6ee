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
_DAY_MONTH_SIGN = re.compile(
    r"(\d{1,2})(?:\s?[-–]\s?|\.)(\d{1,2})(?![\d]|\s?[/\-–]\s?\d|[.,]\d|\s?(?:tháng|%))"
)
_MONTH_YEAR = re.compile(r"(\d{1,2})\s?[/\-–.]\s?((?:19|20)\d\d)(?![\d/])")
_DAYS_OF = re.compile(
    rf"(\d{{1,2}})(?P<join>{_RANGE}|\s?,\s?|\s?&\s?)(\d{{1,2}})\s?/\s?(\d{{1,2}})(?:\s?[/\-.]\s?(\d{{4}}|\d{{2}}))?(?![\d/])"
)
_LISTED = re.compile(
    r"(\d{1,2}(?:\s?[,\-–]\s?\d{1,2}){2,8})\s?/\s?(\d{1,2})(?:\s?[/\-.]\s?((?:19|20)\d\d))?(?![\d/])"
)
_MONTHS_OF = re.compile(rf"(\d{{1,2}}){_RANGE}(\d{{1,2}})(?:\s?[/\-]\s?((?:19|20)\d\d))?(?![\d/])")
_T_MONTH = re.compile(r"[Tt]\.?\s?(\d{1,2})\s?[/\-.]\s?((?:19|20)\d\d)(?![\d/])")
_HALF = re.compile(r"(\d{1,2})\s?[Tt]\s?/?\s?((?:19|20)\d\d)(?!\d)")

_TWO = re.compile(r"(?:^|\W)0?2 (?:ngày|hôm|buổi|tối|đêm|sáng)\s*\(?$")
_OTHER_FRACTION = re.compile(r"\s?(?:đến|tới|-|–|hoặc|hay|và)\s?\d{1,3}\s?/\s?\d{1,3}(?![\d/])")
_BLANK = re.compile(r"ngày(?=\s*[.…_]*\s*tháng\s*(?:\d{1,2}|[.…_]+)\s*năm(?!\w))", re.IGNORECASE)
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
    if _on_day(line, at) or line.follows(at, "feast", loose=True):
        return ""
    return "ngày "


def _early(line: Line, at: int) -> Settings:
    """Settings without the early-day word where the text has written one itself."""
    if line.follows(at, "early"):
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
    if short and ("/" not in match[0] and not line.follows(at, "day", loose=True)):
        return None
    number = _full_year(year)
    if not short and not 1000 <= number <= 2199:
        return None
    if not exists(int(day), int(month), number):
        if short or not (int(day) <= 31 or line.follows(at, "day", loose=True)):
            return None
        return _impossible(line, at, match.end(), (day, month, year))
    settings = line.settings
    words = f"{_lead(line, at)}{day_words(int(day), _early(line, at))} {month_words(int(month), settings)} "
    words += year_words(number, settings)
    return Hit(match.end(), words, "date", not short, notes.SHORT_YEAR if short else "")


def listed_days(line: Line, at: int) -> Hit | None:
    """ "5,6,7/6", "5-6-7/6/2025": three days and more of one month."""
    match = _LISTED.match(line.text, at)
    if match is None or not line.follows(at, "day", loose=True):
        return None
    days = [int(day) for day in re.findall(r"\d+", match[1])]
    month, year = int(match[2]), int(match[3]) if match[3] else None
    if days != sorted(set(days)) or not exists(days[-1], month, year or 2024):
        return None
    words = ", ".join(day_words(day, line.settings) for day in days)
    words += f" {month_words(month, line.settings)}" + (f" {year_words(year, line.settings)}" if year else "")
    return Hit(match.end(), words, "date")


def days_of_month(line: Line, at: int) -> Hit | None:
    """ "20-25/11/2023", "15-16/8", "15,16/8": several days of one month."""
    match = _DAYS_OF.match(line.text, at)
    if match is None:
        return None
    first, last, month = int(match[1]), int(match[3]), int(match[4])
    year = _full_year(match[5]) if match[5] else None
    if not exists(last, month, year or 2024) or not 1 <= first < last:
        return None
    sign = match["join"].strip()
    known = year or _on_day(line, at) or _led(line, at) or line.follows(at, "feast", loose=True)
    if sign in (",", "&") and not _on_day(line, at):
        return None
    if not known and _counts_follow(line, match.end()):
        return None
    if sign == ",":
        link = ","
    elif sign == "&" or (last == first + 1 and _two(line, at)):
        link = " và"
    else:
        link = " đến"
    settings = line.settings
    words = f"{_lead(line, at)}{day_words(first, _early(line, at))}{link} {day_words(last, settings)} "
    words += month_words(month, settings) + (f" {year_words(year, settings)}" if year else "")
    return Hit(match.end(), words, "date")


def _two(line: Line, at: int) -> bool:
    """True after "hai ngày", "2 ngày" and the like: the two are named, not a range."""
    return line.follows(at, "two days", loose=True) or _TWO.search(line.before(at, 12)) is not None


def _on_day(line: Line, at: int) -> bool:
    """True when the words before say that a day is meant, also earlier in a list of days."""
    return line.follows(at, "day", loose=True) or line.in_list(at, "day")


def _led(line: Line, at: int) -> bool:
    """True when the words before lead to a date: a preposition, a weekday, an hour."""
    return line.follows(at, "date lead", loose=True) or (
        line.last_kind in ("time", "ordinal", "relative") and at - line.last_end <= 3
    )


def _counts_follow(line: Line, end: int) -> bool:
    """True when something counted or shared out follows, maybe after a second fraction: then it is no date."""
    if other := _OTHER_FRACTION.match(line.text, end):
        return line.precedes(other.end(), "share")
    return line.precedes(end, "share") or line.precedes(end, "counted")


def day_month(line: Line, at: int) -> Hit | None:
    """ "18/5" where a day is meant, decided by the words around; "7-8" and "18.5" only after "ngày"."""
    match = _DAY_MONTH.match(line.text, at)
    signed = None if match else _DAY_MONTH_SIGN.match(line.text, at)
    if (match is None and signed is None) or line.follows(at, "lane", loose=True):
        return None
    certain = _on_day(line, at)
    feast = line.follows(at, "feast", loose=True)
    match = match or (signed if certain or feast else None)
    if match is None:
        return None
    day, month = int(match[1]), int(match[2])
    if not exists(day, month):
        if certain and "/" in match[0]:
            return _impossible(line, at, match.end(), (match[1], match[2])) if 1 <= month <= 12 else None
        return None
    words = f"{day_words(day, _early(line, at))} {month_words(month, line.settings)}"
    if certain:
        doubtful = "-" in match[0] and day < month
        other = (f"{cardinal(day, line.settings)} đến {cardinal(month, line.settings)}",) if doubtful else ()
        return Hit(match.end(), words, "date", not doubtful, notes.DATE_OR_RANGE if doubtful else "", other)
    if _counts_follow(line, match.end()):
        return None
    if feast:
        return Hit(match.end(), words, "date")
    if _led(line, at) or _padded(match[1], match[2]):
        return Hit(match.end(), f"ngày {words}", "date")
    if _beside_a_date(line, at, match.end()):
        return Hit(match.end(), _lead_in_list(line, at) + words, "date")
    if day > month:
        other = (_as_fraction(line, day, month),)
        return Hit(match.end(), f"ngày {words}", "date", False, notes.DATE_OR_FRACTION, other)
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
    if match is None or not 1 <= int(match[1]) <= 12 or line.follows(at, "scale"):
        return None
    if "/" not in match[0] and not line.follows(at, "month"):
        return None
    words = f"{month_words(int(match[1]), line.settings)} {year_words(int(match[2]), line.settings)}"
    if line.follows(at, "term"):
        words = f"{cardinal(int(match[1]), line.settings)} {year_words(int(match[2]), line.settings)}"
    elif line.follows(at, "month") or line.in_list(at, "month"):
        words = words.removeprefix("tháng ")
    return Hit(match.end(), words, "date")


def months(line: Line, at: int) -> Hit | None:
    """After "tháng": "4" is "tư"; "3-5/2024" a range of months."""
    if not (line.follows(at, "month") or line.in_list(at, "month")):
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
    if line.follows(at, "month"):
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
    feast = line.follows(at, "feast", loose=True)
    first = f"{_lead(line, at)}{day_words(day1, _early(line, at))} {month_words(month1, settings)}"
    first += f" {year_words(year1, settings)}" if year1 else ""
    second = f"{day_words(day2, settings)} {month_words(month2, settings)}"
    second += f" {year_words(year2, settings)}" if year2 else ""
    return Hit(match.end(), f"{first}, {second}" if feast else f"{first} đến ngày {second}", "date")


def blank_date(line: Line, at: int) -> Hit | None:
    """ "ngày … tháng … năm 2021", and "ngày tháng 10": a day that has not been filled in is shown to the editor."""
    match = _BLANK.match(line.text, at)
    if match is None:
        return None
    return Hit(match.end(), match[0], "date", False, notes.BLANK)
