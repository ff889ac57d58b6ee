"""Times of day and lengths of time: "7h30", "05:00", "17g30", "7h-11h30", "15'", "2'30"", "1h30p"."""

import re

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


def clock_words(hour: int, minute: int | None, settings: Settings) -> str:
    """A time of day; a full hour has no minutes."""
    words = f"{cardinal(hour, settings)} giờ"
    return f"{words} {cardinal(minute, settings)} phút" if minute else words


def _valid(hour: int, minute: int | None) -> bool:
    return hour <= 24 and (minute is None or minute < 60)


def _clock_at(line: Line, at: int) -> tuple[int, int, int | None, str] | None:
    """(end, hour, minute, sign) of a clock time at ``at``."""
    match = _CLOCK.match(line.text, at)
    if match is None:
        return None
    sign = match["sign"] or ":"
    minutes = match["minute"] or match["colon"]
    end = match.end()
    if sign in "hHgG" and line.text[match.end("sign") : match.end("sign") + 1].isalpha() and not minutes:
        return None
    if not minutes and match["tail"]:
        return None
    if (
        sign in ("h", "H", "giờ", "g", "G")
        and minutes
        and " " in line.text[match.start() : match.start("minute")]
    ):
        # "từ 7 giờ 30 phút" is a time, "trong 24 giờ 50 người" is not
        if not match["tail"] and (len(minutes) < 2 or line.next_word(end)[:1].islower()):
            if not _at_hour(line, at):
                return match.end("sign"), int(match["hour"]), None, sign
    if minutes and len(minutes) == 1 and not match["tail"]:
        return (match.end("sign"), int(match["hour"]), None, sign) if sign == "giờ" else None
    return end, int(match["hour"]), int(minutes) if minutes else None, sign


def _at_hour(line: Line, at: int) -> bool:
    """True when the words or the sign before say that a time of day is meant."""
    return line.follows(at, "time") or line.text[max(0, at - 2) : at].strip()[-1:] in (
        ":",
        "(",
        ",",
        "-",
        "–",
    )


def clock(line: Line, at: int) -> Hit | None:
    """A time of day, or a span between two."""
    shared = _SHARED.match(line.text, at)
    if (shared is None and _CLOCK.match(line.text, at) is None) or line.follows(at, "not a time"):
        return None
    if shared and int(shared[1]) <= 24:
        rest = clock(line, shared.end())
        if rest is not None and rest.kind == "time":
            return Hit(rest.end, f"{cardinal(int(shared[1]), line.settings)} đến {rest.spoken}", "time")
    found = _clock_at(line, at)
    if found is None:
        return None
    end, hour, minute, sign = found
    if sign in "gG" and minute is None and not _at_hour(line, at):
        return None
    if not _valid(hour, minute):
        return (
            _impossible(line, end, hour, minute)
            if sign != ":" and minute is not None and hour < 100
            else None
        )
    words = clock_words(hour, minute, line.settings)
    until = _SPAN.match(line.text, end)
    if until:
        second = _clock_at(line, until.end())
        if second and _valid(second[1], second[2]) and (second[3] == ":") == (sign == ":"):
            return Hit(second[0], f"{words} đến {clock_words(second[1], second[2], line.settings)}", "time")
    return Hit(end, words, "time")


def _impossible(line: Line, end: int, hour: int, minute: int) -> Hit:
    words = f"{cardinal(hour, line.settings)} giờ {cardinal(minute, line.settings)} phút"
    return Hit(end, words, "time", False, notes.IMPOSSIBLE_TIME)


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
