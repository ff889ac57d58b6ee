"""Numbers with a unit, shared by money, measures and percentages: ranges, dimensions, units per unit."""

import re
from dataclasses import dataclass
from functools import cache

from . import notes
from .letters import LOWER
from .line import WORD, Hit, Line
from .number import NUMBER, digit_by_digit, is_odd, say, thousands_by_comma
from .syllable import is_syllable
from .tables import load

_NUMBER = re.compile(NUMBER)
_RANGE = re.compile(r"\s?[-–÷]\s?(?=\d)|\s?(?:\.{3}|…|~)\s?(?=\d)")
_TIMES = re.compile(r"\s?[xX*]\s?(?=\d)")
_PER = re.compile(r"\s?/\s?")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that follows a number: where it ends, what is said, and its class."""

    end: int
    spoken: str
    kind: str


@cache
def _pattern() -> re.Pattern[str]:
    """Any unit of the tables, the longest first; one ending in a letter must not run on into a word."""
    forms = sorted({*load().measure, *load().money}, key=len, reverse=True)
    known = "|".join(
        re.escape(form)
        + (r"(?![^\W\d_])" if form[-1].isalpha() else r"(?!\d)" if form[-1].isdecimal() else "")
        for form in forms
    )
    return re.compile(known)


def _kind(spoken: str, written: str, line: Line) -> str:
    if written in ("%", "‰"):
        return "percent"
    return "money" if written in line.tables.money else "measure"


_POINTS = re.compile(r"\d{1,2},\d{1,2}")  # marks of an examination: money has no such decimals
_CLOCK_UNITS = ("giờ", "phút", "giây")
_COMRADE = re.compile(r"đ/c(?!\w)")
_COUNT = re.compile(r"(\d{1,4})(?!\d)\s?")
_COUNTED = re.compile(r"\d\s?(?:[^\W\d_]+[\s/]){0,3}[^\W\d_]+\s?$")
_ANY_WORD = re.compile(rf"[{LOWER}]+(?![^\W_])")
_NOT_AFTER_SPACE = frozenset(["p", "s", "k", "K", "w", "N", "L", "h."])


def unit_at(line: Line, at: int) -> Unit | None:
    """The unit that begins at ``at`` (a space before it allowed), with money's second part ("3 triệu USD")."""
    start = at
    text = line.text
    while start < at + 2 and text[start : start + 1] == " ":
        start += 1
    match = _pattern().match(text, start)
    if match is None or (start > at and match[0] in _NOT_AFTER_SPACE) or _COMRADE.match(text, start):
        return None
    written = match[0]
    money, measure = line.tables.money, line.tables.measure
    spoken = measure[written] if written in measure and written not in money else money[written]
    unit = Unit(match.end(), spoken, _kind(spoken, written, line))
    if unit.kind != "money":
        return unit
    rest = _pattern().match(text, unit.end + (text[unit.end : unit.end + 1] == " "))
    if (
        rest is None
        or rest[0] not in money
        or unit.spoken not in ("nghìn", "ngàn", "triệu", "tỷ", "nghìn đồng")
    ):
        return unit
    second = money[rest[0]]
    if second in ("triệu", "nghìn", "ngàn", "nghìn đồng") or (rest[0] == "k"):
        return unit
    joined = Unit(rest.end(), f"{unit.spoken.removesuffix(' đồng')} {second}", "money")
    if second == "tỷ":
        third = _pattern().match(text, joined.end + (text[joined.end : joined.end + 1] == " "))
        if third and third[0] in money and money[third[0]] in ("đồng", "đô la Mỹ"):
            return Unit(third.end(), f"{joined.spoken} {money[third[0]]}", "money")
    return joined


def per_units(line: Line, unit: Unit) -> Unit:
    """``unit`` with what it is counted per: "đồng/kg", "tạ/ha", "mm/24h", "m3/ngày đêm"."""
    link = "trên" if unit.kind == "measure" else "một"
    for _ in range(3):
        slash = _PER.match(line.text, unit.end)
        if slash is None:
            return unit
        at = slash.end()
        number = _COUNT.match(line.text, at)
        if number:
            at = number.end()
        base = _base(line, at, unit.kind == "money" and number is None)
        if base is None:
            return unit
        end, spoken = base
        counted = line.phrase_at(at, "per") == end and spoken not in _CLOCK_UNITS
        under = f"trên {say(number[1], line.settings)}" if number else "một" if counted else link
        unit = Unit(end, f"{unit.spoken} {under} {spoken}", unit.kind)
    return unit


def _base(line: Line, at: int, any_word: bool) -> tuple[int, str] | None:
    """What stands under the slash, (end, spoken): a counted thing, a unit, or ``any_word`` in small letters."""
    match = _pattern().match(line.text, at)
    counted = line.phrase_at(at, "per")
    if counted and (match is None or counted >= match.end()):
        return counted, line.lower[at:counted]
    if match and match[0] in line.tables.measure:
        return match.end(), line.tables.measure[match[0]]
    word = _ANY_WORD.match(line.text, at) if any_word else None
    return (word.end(), word[0]) if word else None


def _numbers(line: Line, first: str, at: int) -> tuple[list[str], list[str], int]:
    """Numbers joined by a range or a multiplication sign from ``at`` on: the numbers, the joins, the end."""
    numbers: list[str] = [first]
    joins: list[str] = []
    while len(numbers) < 4:
        join = _TIMES.match(line.text, at)
        word = "nhân"
        if join is None and not joins:
            join, word = _RANGE.match(line.text, at), "đến"
        if join is None:
            break
        number = _NUMBER.match(line.text, join.end())
        if number is None:
            break
        numbers.append(number[0])
        joins.append(word)
        at = number.end()
        if word == "đến":
            break
    return numbers, joins, at


def quantity(line: Line, at: int) -> Hit | None:
    """A number, a range of numbers or dimensions, with their unit: the unit decides the class."""
    match = _NUMBER.match(line.text, at)
    if match is None:
        return None
    numbers, joins, end = _numbers(line, match[0], match.end())
    unit = unit_at(line, end)
    if unit is None and joins:
        numbers, joins, end = numbers[:1], [], match.end()
        unit = unit_at(line, end)
    if unit is None or _is_other(line, at, unit):
        return None
    if line.text[end : unit.end].strip() == "đ" and _POINTS.fullmatch(numbers[-1]):
        unit = Unit(unit.end, "điểm", "measure")
    if line.text[end : unit.end].strip() in ("T", "t") and not _heavy(line, at):
        unit = Unit(unit.end, "tuổi", "measure")
    unit = per_units(line, unit)
    spoken, doubtful = _say_all(line, numbers, joins, unit)
    note = notes.ODD_NUMBER if doubtful else ""
    return Hit(unit.end, f"{spoken} {unit.spoken}", unit.kind, not doubtful, note)


def _heavy(line: Line, at: int) -> bool:
    """True where "8T" is a load in tons: something that carries or weighs was named."""
    words = set(WORD.findall(line.before(at)))
    return not words.isdisjoint(line.tables.context["weight"])


def _is_other(line: Line, at: int, unit: Unit) -> bool:
    """True where what looks like a unit is a letter of a code ("lớp 9 V", "mạng 4 g")."""
    if line.text[unit.end - 1] in "Tt" and unit.spoken == "tấn":
        return not (_heavy(line, at) or line.follows(at, "aged"))
    single = line.text[unit.end - 1 : unit.end] in "gGlLmV" and not line.text[unit.end - 2].isalpha()
    return single and unit.kind == "measure" and line.follows(at, "not a unit")


def _say_all(line: Line, numbers: list[str], joins: list[str], unit: Unit) -> tuple[str, bool]:
    doubtful = False
    words = []
    for written in numbers:
        whole_money = unit.spoken.startswith("đồng")
        if whole_money and (grouped := thousands_by_comma(written)):
            words.append(say(grouped, line.settings))
        elif len(written) > 15 and written.isdecimal():
            words.append(digit_by_digit(written))
        else:
            doubtful = doubtful or (is_odd(written) and "." in written and "," in written)
            words.append(say(_plain_zero(written), line.settings))
    parts = [words[0]]
    for join, word in zip(joins, words[1:], strict=True):
        parts += [join, word]
    return " ".join(parts), doubtful


def _plain_zero(written: str) -> str:
    """ "05" and "007" before a unit are quantities: the zeros in front are not said."""
    return written.lstrip("0") or "0" if written.isdecimal() else written


def signed(line: Line, at: int) -> Hit | None:
    """ "-5°C", "−3%", "±2 mm": a sign that belongs to the number after it."""
    sign = line.text[at]
    if sign == "±":
        hit = quantity(line, at + 1 + (line.text[at + 1 : at + 2] == " "))
        return Hit(hit.end, f"cộng trừ {hit.spoken}", hit.kind) if hit else None
    if at > 0 and line.text[at - 1] not in " (:;,":
        return None
    if not line.text[at + 1 : at + 2].isdecimal():
        return None
    hit = quantity(line, at + 1)
    if hit and hit.kind == "money" and line.text[at - 1 : at] == "(":
        return Hit(hit.end, f"{'giảm' if sign == '-' else 'tăng'} {hit.spoken}", hit.kind)
    if sign == "+":
        return None
    if (
        hit is None
        or not re.search(r"độ|phần trăm", hit.spoken)
        or (line.opens(at) and "độ" not in hit.spoken)
    ):
        return None
    return Hit(hit.end, f"âm {hit.spoken}", hit.kind)


def prefixed(line: Line, at: int) -> Hit | None:
    """ "$25", "€ 100": the sign of a currency before the number."""
    start = at + 1 + (line.text[at + 1 : at + 2] == " ")
    match = _NUMBER.match(line.text, start)
    if match is None:
        return None
    size = re.compile(r"\s?(triệu|tỷ|tỉ|nghìn|ngàn)(?!\w)").match(line.text, match.end())
    words = say(match[0], line.settings) + (f" {size[1]}" if size else "")
    return Hit(size.end() if size else match.end(), f"{words} {line.tables.money[line.text[at]]}", "money")


def standing_alone(line: Line, at: int) -> Hit | None:
    """A unit without a number: after a slash ("người/km2"), or one that can be no word ("kWh")."""
    after_slash = line.text[at - 1 : at] == "/" or line.text[at - 2 : at] == "/ "
    match = _pattern().match(line.text, at)
    if match is None or (at > 0 and line.text[at - 1].isalpha() and match[0][0].isalpha()):
        return None
    spoken = line.tables.measure.get(match[0])
    if spoken is None or not (after_slash or _is_no_word(match[0], line)):
        return None
    unit = per_units(line, Unit(match.end(), spoken, "measure"))
    return Hit(unit.end, unit.spoken, "measure")


def _is_no_word(unit: str, line: Line) -> bool:
    """True for units that can be nothing else: "kWh", "km2", "mmHg"; not "ha", "con", "A"."""
    return (
        len(unit) > 1
        and (unit[0].isalpha() or unit[0] == "°")
        and not is_syllable(unit)
        and unit not in line.tables.acronym
    )


def per_after_words(line: Line, at: int) -> Hit | None:
    """The slash in "hai lần/ngày", "45 học sinh/lớp", "350 người/km2": a number was said just before."""
    if line.last_kind == "money" and line.last_end == at and line.text[at + 1 : at + 2].isalpha():
        return Hit(at + 1, " một ", "measure")
    counted = _COUNTED.search(line.before(at, 40))
    if counted is None:
        return None
    word = line.phrase_at(at + 1, "per")
    if not word and _pattern().match(line.text, at + 1) is None:
        return None
    link = "một" if word else "trên"
    return Hit(at + 1, f" {link} ", "measure")
