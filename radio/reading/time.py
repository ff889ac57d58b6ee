"""Times of day and lengths of time: "7h30", "05:00", "17g30", "7h-11h30", "15'", "2'30"", "1h30p"."""

import re
from dataclasses import dataclass

from . import notes
from .line import Hit, Line
from .model import Settings
from .number import cardinal, say

_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:\s?(?P<sign>h|H|giờ|g|G)(?:\s?(?P<minute>\d{1,2})(?![\d.,]\d|\d|\s?[/%]))?|:(?P<colon>\d{2})(?![\d:]))"
    r"(?P<tail>\s?(?:phút|ph|p|')(?![^\W_]))?"
)
_SHARED = re.compile(r"(\d{1,2})\s?(?:-|–|÷)\s?(?=(\d{1,2})\s?(?:h|giờ|g)(?![^\W\d_]))")
_SECONDS = re.compile(r"(\d{1,3})\s?'\s?(\d{1,2})\s?(?:\"|'')")
_DEGREES = re.compile(
    r"(\d{1,3})\s?°\s?(\d{1,2})\s?'(?:\s?(\d{1,2}(?:[.,]\d+)?)\s?(?:\"|''))?\s?([NEBĐ](?![^\W_]))?"
)
_MINUTES = re.compile(r"(\d{1,4})\s?'(?!\w)")
_SECOND = re.compile(r"(\d{1,3})\s?(?:\"|'')(?!\w)")
_HUNDREDTHS = re.compile(r"(\d{1,2})\"(\d{1,2})(?!\w)")
_LONG = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})(?![\d:])")
_SPAN = re.compile(r"\s?(?:-|–|÷|->|→|~)\s?(?=\d)")
_OPEN_SINGLE = re.compile(r"(?:^|[\s(:,])'[^']*$")
_OPEN_DOUBLE = re.compile(r"(?:^|[\s(:,])\"[^\"]*$")


LAST_HOUR = 24


def clock_words(hour: int, minute: int | None, settings: Settings) -> str:
    """A time of day; a full hour has no minutes."""
    words = f"{cardinal(hour, settings)} giờ"
    return f"{words} {cardinal(minute, settings)} phút" if minute else words


def _valid(hour: int, minute: int | None) -> bool:
    return hour <= LAST_HOUR and (minute is None or minute < 60)


@dataclass(frozen=True, slots=True)
class _Clock:
    """A written time of day: where it ends, its parts, the sign between them."""

    end: int
    hour: int
    minute: int | None
    sign: str


def _clock_at(line: Line, at: int) -> _Clock | None:
    """The clock time at ``at``; of "24 giờ 50 người" only the hours."""
    match = _CLOCK.match(line.text, at)
    if match is None:
        return None
    hour = int(match["hour"])
    if match["colon"]:
        return _Clock(match.end(), hour, int(match["colon"]), ":")
    sign, minutes, tail, after_sign = match["sign"], match["minute"], match["tail"], match.end("sign")
    if not minutes:
        runs_on = sign != "giờ" and line.text[after_sign : after_sign + 1].isalpha()
        return None if tail or runs_on else _Clock(after_sign, hour, None, sign)
    if not tail and _may_be_another_number(line, at, match):
        return _Clock(after_sign, hour, None, sign)
    return _Clock(match.end(), hour, int(minutes), sign)


def _may_be_another_number(line: Line, at: int, match: re.Match[str]) -> bool:
    """True when what looks like minutes is a number of its own: one digit, or apart and counting something."""
    minutes = match["minute"]
    parted = " " in match[0][: match.start("minute") - match.start()]
    counts = line.precedes(match.end(), "things") or line.precedes(match.end(), "counted")
    counting = parted and counts and not _at_hour(line, at)
    return len(minutes) == 1 or counting


def _at_hour(line: Line, at: int) -> bool:
    """True when the words or the sign before say that a time of day is meant."""
    return line.follows(at, "time") or line.text[max(0, at - 2) : at].strip()[-1:] in set(":(,-–")


def clock(line: Line, at: int) -> Hit | None:
    """A time of day, or a span between two ("7h-11h30", "7-11h")."""
    shared = _SHARED.match(line.text, at)
    if (shared is None and _CLOCK.match(line.text, at) is None) or line.follows(at, "not a time"):
        return None
    if shared and int(shared[1]) <= LAST_HOUR:
        rest = clock(line, shared.end())
        if rest is not None:
            return Hit(rest.end, f"{cardinal(int(shared[1]), line.settings)} đến {rest.spoken}", "time")
    first = _clock_at(line, at)
    if first is None or (first.sign in "gG" and first.minute is None and not _at_hour(line, at)):
        return None
    if not _valid(first.hour, first.minute):
        return _impossible(line, first)
    words = clock_words(first.hour, first.minute, line.settings)
    until = _SPAN.match(line.text, first.end)
    second = _clock_at(line, until.end()) if until else None
    if second and _valid(second.hour, second.minute) and (second.sign == ":") == (first.sign == ":"):
        last = clock_words(second.hour, second.minute, line.settings)
        return Hit(second.end, f"{words} đến {last}", "time")
    return Hit(first.end, words, "time")


def _impossible(line: Line, clock: _Clock) -> Hit | None:
    """Hours beyond the day with minutes ("25h70") are said and flagged; without, they are a length of time."""
    if clock.sign == ":" or clock.minute is None:
        return None
    words = clock_words(clock.hour, clock.minute, line.settings)
    return Hit(clock.end, words, "time", False, notes.IMPOSSIBLE_TIME)


def long_clock(line: Line, at: int) -> Hit | None:
    """ "07:30:15": hours, minutes and seconds."""
    match = _LONG.match(line.text, at)
    if match is None or not _valid(int(match[1]), int(match[2])) or int(match[3]) > 59:
        return None
    hour, minute, second = (cardinal(int(part), line.settings) for part in match.groups())
    return Hit(match.end(), f"{hour} giờ {minute} phút {second} giây", "time")


def length(line: Line, at: int) -> Hit | None:
    """Minutes and seconds by their signs; degrees, minutes and seconds of a place on the map."""
    settings = line.settings
    if place := _DEGREES.match(line.text, at):
        words = f"{cardinal(int(place[1]), settings)} độ {cardinal(int(place[2]), settings)} phút"
        words += f" {say(place[3], settings)} giây" if place[3] else ""
        words += f" {line.tables.measure.get('°' + place[4], '').removeprefix('độ ')}" if place[4] else ""
        return Hit(place.end(), words, "measure")
    if hundredths := _HUNDREDTHS.match(line.text, at):
        words = f"{cardinal(int(hundredths[1]), settings)} giây {cardinal(int(hundredths[2]), settings)}"
        return Hit(hundredths.end(), words, "time")
    if both := _SECONDS.match(line.text, at):
        words = f"{cardinal(int(both[1]), settings)} phút {cardinal(int(both[2]), settings)} giây"
        return Hit(both.end(), words, "time")
    if minutes := _MINUTES.match(line.text, at):
        if _OPEN_SINGLE.search(line.text[max(0, at - 80) : at]):
            return None
        return Hit(minutes.end(), f"{cardinal(int(minutes[1]), settings)} phút", "time")
    seconds = _SECOND.match(line.text, at)
    if seconds and not _OPEN_DOUBLE.search(line.text[max(0, at - 200) : at]):
        unit = "inh" if line.near(at, "screen", 24) else "giây"
        return Hit(
            seconds.end(),
            f"{cardinal(int(seconds[1]), settings)} {unit}",
            "time" if unit == "giây" else "measure",
        )
    return None
