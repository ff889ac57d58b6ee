"""The scanner: at every place of a line the first rule that fits decides; what no rule claims is plain.

The order of rules is the order of the lists below: the most specific first. Rules look a bounded distance
around, so a line of any length is read in linear time.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

from . import (
    abbreviation,
    acronym,
    code,
    contact,
    date,
    document,
    foreign,
    fraction,
    law,
    notes,
    number,
    ordinal,
    punctuation,
    quantity,
    relative,
    roman,
    time,
    web,
)
from . import range as ranges
from .letters import UPPER
from .line import LOOK, WORD, Hit, Line
from .tables import load

Rule = Callable[[Line, int], Hit | None]
Token = tuple[int, int, Hit | None]
"""Start and end in the line, and the decision; None for text said as written."""


def bare_number(line: Line, at: int) -> Hit | None:
    """A number that nothing more specific has claimed."""
    match = _NUMBER.match(line.text, at)
    if match is None:
        return None
    written = match[0]
    if written.isdecimal() and len(written) == 2:
        return Hit(match.end(), number.say(written.lstrip("0") or "0", line.settings), "number")
    if " " in written and line.follows(at, "counts apart"):
        first = written.split()[0]
        return Hit(at + len(first), number.say(first, line.settings), "number", False, notes.SPLIT_NUMBER)
    spoken = number.say(written, line.settings)
    if not number.is_odd(written):
        return Hit(match.end(), spoken, "number")
    grouped = number.thousands_by_comma(written)
    if grouped and line.precedes(match.end(), "things"):
        return Hit(
            match.end(), number.say(grouped, line.settings), "number", False, notes.ODD_NUMBER, (spoken,)
        )
    other = (
        number.say(written, line.settings, "chấm")
        if "." in written
        else number.say(grouped or written, line.settings)
    )
    sure = grouped is not None and not written.startswith("0")
    return (
        Hit(match.end(), spoken, "number", False, notes.ODD_NUMBER, (other,)) if not sure or grouped else None
    )


_NUMBER = re.compile(number.NUMBER)


def digit_tail(line: Line, at: int) -> Hit | None:
    """Digits that no number pattern takes (thousands of them in a row): a bounded stretch, digit by digit."""
    end = at
    while end < len(line.text) and end < at + 40 and line.text[end].isdecimal():
        end += 1
    return Hit(end, number.digit_by_digit(line.text[at:end]), "number", False, notes.LONG_NUMBER)


LONG_LINE = 4000
"""Characters; only in longer lines, which no office writes, are decisions remembered by their surroundings."""
_BEFORE, _AFTER = 200, 320  # no rule looks further around
_REMEMBERED = 3000  # so many different ones, and the line does not repeat itself

ANY = ""
DIGIT_RULES: tuple[tuple[Rule, str], ...] = (
    (code.listed, "a/-:"),
    (code.decimal_version, "."),
    (law.form, "a/-"),
    (date.listed_days, ",-–"),
    (date.full_date, "/.-–"),
    (document.document_number, "a/-–"),
    (document.standard, ":-"),
    (date.date_range, "/"),
    (contact.phone, ANY),
    (contact.hotline, ANY),
    (contact.account, ANY),
    (contact.plate, "a-–"),
    (date.days_of_month, "-–÷~→,&"),
    (document.number_and_year, "/"),
    (date.month_year, "/-–."),
    (ranges.years, "-–/"),
    (date.months, ANY),
    (date.months_of_year, "a"),
    (ordinal.ordinal, ANY),
    (relative.relative_day, "a"),
    (time.long_clock, ":"),
    (fraction.ratio, ":,"),
    (fraction.score, "-–:"),
    (time.clock, "a:-–÷"),
    (time.length, "'\"°"),
    (ranges.listed, ","),
    (law.article, ANY),
    (ranges.chain, "-–+:"),
    (quantity.quantity, ANY),
    (date.day_month, "/-."),
    (fraction.slashed, "/.,"),
    (code.version, "."),
    (code.school_class, "a"),
    (code.room, ANY),
    (ranges.numbers, "-–÷~→.,"),
    (contact.long_number, ANY),
    (web.address, "a.@-_"),
    (bare_number, ANY),
    (digit_tail, ANY),
)
"""What digits can be, in the order of asking, with the characters that may follow the first digits (one space
between allowed): ``a`` for any letter, ``0`` for a digit or the end, ANY for whatever comes."""

LETTER_RULES: tuple[tuple[Rule, str], ...] = (
    (web.address, ANY),
    (relative.relative_day, ANY),
    (date.blank_date, "nN"),
    (code.listed, ANY),
    (abbreviation.abbreviation, ANY),
    (date.t_month, "tT"),
    (ordinal.short_weekday, "Tt"),
    (code.road, "QTĐDHC"),
    (code.post, "kK"),
    (quantity.standing_alone, ANY),
    (code.alert, "B"),
    (code.quarter, "Q"),
    (code.virus, "ABC"),
    (contact.insurance, UPPER),
    (contact.reference, UPPER),
    (roman.numeral, "IVXLCDM"),
    (acronym.acronym, ANY),
    (code.acronym_with_number, UPPER),
    (code.mixed, UPPER),
    (acronym.capital_word, UPPER),
    (acronym.unknown_acronym, UPPER),
    (foreign.known, ANY),
)
"""What a word can be, in the order of asking, with the first letters it can have."""


@cache
def _rules_before(character: str) -> tuple[Rule, ...]:
    """The rules for digits followed by ``character``: ``a`` for letters, ``0`` for digits and the end."""
    return tuple(rule for rule, signs in DIGIT_RULES if signs == ANY or character in signs)


@cache
def _rules_of(first: str) -> tuple[Rule, ...]:
    """The rules for words that begin with ``first``."""
    return tuple(rule for rule, letters in LETTER_RULES if letters == ANY or first in letters)


_FOLLOWING = re.compile(r"\d{1,40} ?(.)")
_SPECIAL_NEXT = re.compile(r"[./@&'_0-9-]")
_INITIAL = re.compile(r"(?:^|[^\w])[A-ZĐ]$")
_PAIRED = re.compile(
    r"(?:\d{1,2}[a-zđ]\d{0,2}\s?[-–]\s?\d{1,2}[a-zđ](?![^\W\d_]))|(?:km\s?\d+(?:\s?\+\s?\d+)?\s?[-–]\s?km\s?\d)|(thứ|tháng|ngày|cấp|năm|quý|tổ|xóm|thôn|khóa|lớp|trang|tuần|điều|tầng|km|mức|loại|bài|số)\s?[\divx]+\s?[-–]\s?\1\s?[\divx]"
)
_UNIT = re.compile(r"[^\d\s]+$")
_EXPANDED = frozenset({"acronym", "abbreviation", "foreign", "capitals", "punctuation", "measure"})
_JOINED_KINDS = frozenset({"percent", "measure", "money", "time", "date"})
_TO_WEEKDAY = re.compile(r"(?:thứ [a-zà-ỹ\d]+|t[2-7])\s?[-–]\s?(?:thứ|cn|chủ nhật)")


@cache
def _triggers() -> frozenset[str]:
    """Words, as written, at which a table or a rule may begin although they look plain."""
    tables = load()
    found = set(abbreviation.starts()) | set(relative.STARTS) | {"x", "X", "Km", "km"}
    for name in tables.foreign:
        first = WORD.match(name)
        found |= {name.lower(), first[0].lower()} if first else set()
    found |= {written for written in tables.acronym if not written.isupper()}
    found |= {written for written in tables.code if written.isalpha()}
    found |= set(tables.measure)
    return frozenset(found)


def _digits(line: Line, at: int) -> Hit | None:
    """A decision for digits, by the rules that what follows them allows."""
    following = _FOLLOWING.match(line.text, at)
    character = following[1] if following else "0"
    if character.isalpha():
        character = "a"
    elif character.isdecimal():
        character = "0"
    return _decide(line, at, _rules_before(character))


def _decide(line: Line, at: int, rules: tuple[Rule, ...]) -> Hit | None:
    for rule in rules:
        hit = rule(line, at)
        if hit is not None and hit.end > at:
            return hit
    return None


def _word(line: Line, at: int) -> Hit | int:
    """A decision for the word at ``at``, or the end of a plain word."""
    match = WORD.match(line.text, at)
    if match is None:
        return at + 1
    word, end = match[0], match.end()
    rest = word[1:]
    if word in line.tables.symbol:
        return Hit(end, f" {line.tables.symbol[word]} ", "punctuation")
    if line.text[end : end + 3] == "://":
        return web.address(line, at) or end
    plain_form = (rest == "" or rest.islower()) and len(word) <= 7
    triggers = _triggers()
    special = _SPECIAL_NEXT.match(line.text, end) is not None or (rest == "" and word.isupper())
    if plain_form and not special and triggers.isdisjoint((word, word.lower())):
        return foreign.doubtful(line, at, word) or end
    if word in ("x", "X") and re.match(r"[xX]\s?\d", line.after(at, 4)) and _factor_before(line, at):
        return Hit(end, " nhân ", "measure")
    hit = _decide(line, at, _rules_of(word[0]))
    if hit is not None:
        return hit
    return foreign.doubtful(line, at, word) or end


def _factor_before(line: Line, at: int) -> bool:
    """True when a quantity stands before a sign of multiplication: "2 viên/lần x 3 lần"."""
    return line.last_end >= at - 1 or re.search(r"\d[^.;:]{0,20}\s$", line.before(at, 24)) is not None


def _dash(line: Line, at: int) -> Hit | None:
    """A dash between two things of one class is "đến"."""
    start = at + 1
    while line.text[start : start + 1] == " " and start < at + 3:
        start += 1
    before, after = line.text[max(0, at - 24) : at].lower(), line.lower[at : at + 24]
    if _PAIRED.search(before[-16:] + after[:14]) or _TO_WEEKDAY.search(before + after):
        return Hit(at + 1, " đến ", "punctuation")
    if (
        line.last_kind in _JOINED_KINDS
        and line.last_end >= at - 1
        and line.text[start : start + 1].isdecimal()
    ):
        following = _digits(line, start)
        if following is not None and following.kind == line.last_kind and _one_unit(line, at, following):
            return Hit(at + 1, " đến ", "punctuation")
    return None


def _one_unit(line: Line, at: int, following: Hit) -> bool:
    """False between measures of two units: "12W-220V" is no range."""
    unit = _UNIT.search(line.text[line.last_start : at].rstrip())
    return line.last_kind != "measure" or unit is None or line.text.endswith(unit[0], at, following.end)


def _symbol(line: Line, at: int) -> Hit:
    sign = line.text[at]
    if sign == "(" and (hit := acronym.defined_in_parentheses(line, at)):
        return hit
    if sign in "(+" and (hit := contact.phone(line, at)):
        return hit
    if sign == "°" and (hit := quantity.standing_alone(line, at)):
        return hit
    if sign in "-±+" and (hit := quantity.signed(line, at)):
        return hit
    if sign == "/" and (hit := quantity.per_after_words(line, at)):
        return hit
    if sign in "/-" and (hit := document.document_number(line, at)):
        return hit
    if sign in "$€£¥" and (hit := quantity.prefixed(line, at)):
        return hit
    if sign in "-–" and (hit := _dash(line, at)):
        return hit
    if (
        sign == "."
        and _INITIAL.search(line.text[max(0, at - 3) : at])
        and line.after(at + 1, 3).lstrip()[:1] in (",", ";", "(")
    ):
        return Hit(at + 1, " ", "punctuation")
    return punctuation.symbol(line, at)


def scan(line: Line) -> Iterator[Token]:
    """The line in pieces, left to right, without gaps."""
    text, at = line.text, 0
    opening = punctuation.bullet(line, 0)
    if opening is not None:
        yield 0, opening.end, opening
        at = opening.end
    while at < len(text):
        end, hit = _remembered(line, at) if len(text) > LONG_LINE else _decided(line, at)
        if hit is not None and (hit.kind != "punctuation" or hit.spoken.strip().isalpha()):
            line.last_kind, line.last_start, line.last_end = hit.kind, at, end
            line.last_words = hit.spoken if hit.kind in _EXPANDED else ""
        yield at, end, hit
        at = end


def _decided(line: Line, at: int) -> tuple[int, Hit | None]:
    """Where the piece at ``at`` ends, and its decision; None for plain text."""
    found = _next(line, at)
    if isinstance(found, Hit):
        return found.end, found if found.kind != "plain" else None
    return found, None


def _remembered(line: Line, at: int) -> tuple[int, Hit | None]:
    """The same as `_decided`, asked only once for all places of a line with the same surroundings."""
    if len(line.decided) >= _REMEMBERED:
        return _decided(line, at)
    key = (
        line.text[max(0, at - _BEFORE) : at + _AFTER],
        min(at, _BEFORE),
        line.last_kind,
        min(at - line.last_start, _BEFORE),
        min(at - line.last_end, _BEFORE),
        line.last_words,
        len(line.memory),
    )
    known = line.decided.get(key)
    if known is not None:
        length, hit = known
        return at + length, hit.moved(at + length) if hit else None
    end, hit = _decided(line, at)
    if end - at < _AFTER - LOOK:
        line.decided[key] = end - at, hit
    return end, hit


def _next(line: Line, at: int) -> Hit | int:
    character = line.text[at]
    if character == " ":
        return at + 1
    if character in line.lexicon.initials and not line.text[at - 1 : at].isalnum():
        entry = line.lexicon.find(line.text, line.lower, at)
        if entry is not None:
            end, section, spoken = entry
            return Hit(end, spoken, section if section != "name" else "foreign")
    if character.isdecimal():
        return _digits(line, at) or at + 1
    if character.isalpha():
        return _word(line, at)
    return _symbol(line, at)


def mark_announced_hours(line: Line, tokens: list[Token]) -> list[Token]:
    """Hours in a sentence that also tells the day from today ("19h tối nay") are as short-lived as the day."""
    marked = list(tokens)
    first = 0
    for index in range(len(tokens) + 1):
        if index < len(tokens) and not _ends_sentence(line, tokens[index]):
            continue
        sentence = tokens[first:index]
        if any(hit and hit.kind == "relative" for _, _, hit in sentence):
            for place in range(first, index):
                start, end, hit = marked[place]
                if hit and hit.kind == "time":
                    changed = replace(hit, kind="relative", certain=False, note=notes.ANNOUNCED_HOUR)
                    marked[place] = (start, end, changed)
        first = index + 1
    return marked


def _ends_sentence(line: Line, token: Token) -> bool:
    start, end, hit = token
    return (hit.spoken if hit else line.text[start:end]).strip() in {".", "!", "?"}
