"""What a commune allows: hours, minutes a session and a day, sessions a day. Pure.

Rules come from the province or the commune and differ (Hà Nội: at most two sessions a day, 15 minutes in town, 45
in the country, relays included), so they are configuration; here is only how they are kept. Times are seconds
from the midnight that begins the date, so that 24:10 is 87,000: a slot that crosses midnight is one piece.

>>> rules = Rules(windows=((18_000, 25_200),), session=900, day=1800, sessions=2)
>>> admit(rules, [Span("sang", 17_100, 900)], rules.open_hours(True, True)).refused[0].nearest
Span(slot='sang', start=18000, seconds=900)
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .i18n import _

DAY = 86_400
SESSION_GAP = 60
"""Slots with no more than this many seconds between them are heard as one session."""

LEAST = 60
"""No plan is suggested that leaves less than this many seconds of a slot."""

Rule = Literal["weekday", "hours", "overlap", "session", "sessions", "day"]
Interval = tuple[int, int]


@dataclass(frozen=True)
class Span:
    """A stretch of sound of a slot: its start in seconds from the date's midnight, and its length in seconds."""

    slot: str
    start: int
    seconds: int

    @property
    def end(self) -> int:
        """The second after its last."""
        return self.start + self.seconds


@dataclass(frozen=True)
class Refused:
    """A span that may not sound, the rule it breaks, why, and the nearest plan for it that breaks none."""

    span: Span
    rule: Rule
    reason: str
    nearest: Span | None


@dataclass(frozen=True)
class Admitted:
    """A date's spans divided into those that may sound and those that may not."""

    spans: tuple[Span, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True)
class Rules:
    """The limits of one station, in seconds; ``windows`` are the allowed hours of a day, ``sessions`` 0 for any."""

    windows: tuple[Interval, ...]
    session: int
    day: int
    sessions: int = 0

    def open_hours(
        self, today: bool, tomorrow: bool, permits: Iterable[Interval] = ()
    ) -> tuple[Interval, ...]:
        """When sound is allowed from the date's midnight to the end of the next day, joined where they touch.

        ``today`` and ``tomorrow`` tell whether those weekdays are allowed; ``permits`` are approved exceptions.
        """
        found = [*permits]
        found += self.windows if today else ()
        found += [(start + DAY, end + DAY) for start, end in self.windows] if tomorrow else []
        return joined(found)


def joined(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Intervals in order, those that touch or overlap made one."""
    found: list[Interval] = []
    for start, end in sorted(intervals):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def admit(
    rules: Rules, spans: Iterable[Span], open_hours: Sequence[Interval], before: Sequence[Span] = ()
) -> Admitted:
    """Divide a date's ``spans``, the earliest first: each is admitted unless it breaks a rule with those before it.

    ``before`` are spans of the previous day that reach this one's midnight: they take room and may share a
    session, but their minutes count on their own day.
    """
    kept: list[Span] = []
    refused: list[tuple[Span, Rule, str]] = []
    for span in sorted(spans, key=lambda span: (span.start, span.slot)):
        broken = next(_broken(rules, open_hours, before, kept, span), None)
        if broken is None:
            kept.append(span)
        else:
            refused.append((span, *broken))
    rows = [
        Refused(span, rule, reason, _nearest(rules, open_hours, before, kept, span))
        for span, rule, reason in refused
    ]
    return Admitted(tuple(kept), tuple(rows))


def _broken(
    rules: Rules, open_hours: Sequence[Interval], before: Sequence[Span], kept: Sequence[Span], span: Span
) -> Iterator[tuple[Rule, str]]:
    """The rules that ``span`` breaks beside the spans already kept."""
    near = [*before, *kept]
    if not any(start <= span.start and span.end <= end for start, end in open_hours):
        yield "hours", _("from %(start)s to %(end)s lies outside the allowed hours") % _times(span)
    for other in near:
        if span.start < other.end and other.start < span.end:
            yield "overlap", _("it overlaps with the slot %s") % other.slot
    sessions = sessions_of([*near, span])
    longest = next(session for session in sessions if span in session)
    minutes = sum(one.seconds for one in longest)
    if minutes > rules.session:
        yield "session", _("a session of %(have)s; %(most)s is allowed") % _amounts(minutes, rules.session)
    own = [session for session in sessions if any(one not in before for one in session)]
    if rules.sessions and len(own) > rules.sessions:
        yield (
            "sessions",
            _("%(have)d sessions a day; %(most)d allowed") % {"have": len(own), "most": rules.sessions},
        )
    total = sum(one.seconds for one in (*kept, span))
    if total > rules.day:
        yield "day", _("%(have)s on this day; %(most)s is allowed") % _amounts(total, rules.day)


def sessions_of(spans: Iterable[Span]) -> list[list[Span]]:
    """Spans in order of time, grouped into sessions: a gap of more than `SESSION_GAP` begins a new one."""
    sessions: list[list[Span]] = []
    for span in sorted(spans, key=lambda span: (span.start, span.slot)):
        if sessions and span.start - max(one.end for one in sessions[-1]) <= SESSION_GAP:
            sessions[-1].append(span)
        else:
            sessions.append([span])
    return sessions


def _nearest(
    rules: Rules, open_hours: Sequence[Interval], before: Sequence[Span], kept: Sequence[Span], span: Span
) -> Span | None:
    """The allowed place for ``span`` on its date that moves and shortens it least, or None."""
    left = rules.day - sum(one.seconds for one in kept)
    lengths = {min(span.seconds, most) for most in (span.seconds, rules.session, left)}
    lengths |= {end - start for start, end in open_hours if end - start < span.seconds}
    others = [*before, *kept]
    for other in others:  # a session shared with a neighbour has only what the neighbour leaves
        lengths.add(min(span.seconds, rules.session - other.seconds))
    best: tuple[int, int, int] | None = None
    for seconds in sorted(length for length in lengths if length >= LEAST):
        starts = {span.start, *(start for start, _end in open_hours)}
        starts |= {end - seconds for _start, end in open_hours}
        for other in others:
            starts |= {other.end, other.end + SESSION_GAP + 1}
            starts |= {other.start - seconds, other.start - seconds - SESSION_GAP - 1}
        for start in starts:
            cost = (abs(start - span.start) + span.seconds - seconds, start, seconds)
            if 0 <= start < DAY and (best is None or cost < best):
                trial = replace(span, start=start, seconds=seconds)
                if next(_broken(rules, open_hours, before, kept, trial), None) is None:
                    best = cost
    return None if best is None else replace(span, start=best[1], seconds=best[2])


def clock(seconds: int) -> str:
    """Seconds from midnight as a time of day, ``05:30`` or ``05:30:15``; the next day's begin again."""
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours % 24:02d}:{minutes:02d}" + (f":{rest:02d}" if rest else "")


def _times(span: Span) -> dict[str, str]:
    ends_at_midnight = span.end == DAY
    return {"start": clock(span.start), "end": "24:00" if ends_at_midnight else clock(span.end)}


def _amounts(have: int, most: int) -> dict[str, str]:
    return {"have": length_words(have), "most": length_words(most)}


def length_words(seconds: int) -> str:
    """A length for people: minutes, with seconds where there are some."""
    minutes, rest = divmod(seconds, 60)
    return (
        _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest}
        if rest
        else _("%d min") % minutes
    )


def nearest_words(refused: Refused) -> str:
    """What would be allowed instead of a refused span, as a sentence; says so where there is nothing."""
    near = refused.nearest
    if near is None:
        return _("Nothing near it is allowed on that day.")
    return _("Nearest that is allowed: %(start)s, %(length)s.") % {
        "start": clock(near.start),
        "length": length_words(near.seconds),
    }
