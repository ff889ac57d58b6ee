"""Which bulletins fill one place of a programme, in what order. Pure and deterministic: same inputs, same choice.

Order: corrections, priority and same-day notices (where they clash, in the commune's own order), the sections of
a running campaign, bulletins with a last day, the rest. Among equals: heard least today, then not heard for
longest, then ending soonest, then the turn of the day.
"""

import datetime
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .config import ClockPart
from .i18n import _
from .script import Bulletin

GOLDEN = 0.382
"""The share of the ring that a day's turn moves on: steps of this size spread days evenly over any number."""


@dataclass(frozen=True)
class Offer:
    """A bulletin that may air today, and how long its finished item is.

    Its words are true until ``true_until`` (local time of the house); None where they do not tell.
    """

    bulletin: Bulletin
    seconds: float
    true_until: datetime.datetime | None = None

    def true_at(self, start: datetime.datetime) -> bool:
        """Whether it may still be said in a slot that begins at ``start`` (local, with its zone)."""
        return self.true_until is None or start.replace(tzinfo=None) < self.true_until

    def room(self, gap: float) -> float:
        """What airing it takes: each of its readings and what stands around it."""
        return self.bulletin.readings * (self.seconds + gap)


@dataclass(frozen=True)
class Pick:
    """A bulletin chosen for a slot, and why it stands where it does."""

    bulletin: Bulletin
    reason: str


@dataclass(frozen=True)
class Hearing:
    """What the choice at one station on one day depends on, beside the bulletins.

    ``campaigns`` maps a section that goes first today to its campaign's name; ``order`` is the commune's own, by
    id, source or section; ``last`` tells when the station last aired a bulletin before today.
    """

    date: datetime.date
    campaigns: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    last: Mapping[str, datetime.date] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranked:
    """An offer with its rank among the day's, but for how often it has aired today: ``above`` is compared before
    that, ``below`` after it."""

    offer: Offer
    above: tuple[Any, ...]
    below: tuple[Any, ...]


def ranked(offers: Iterable[Offer], hearing: Hearing) -> list[Ranked]:
    """Rank a station's offers once a day. Emergency bulletins never enter programmes."""
    eligible = sorted(
        (offer for offer in offers if offer.bulletin.level != "emergency"),
        key=lambda offer: offer.bulletin.id,
    )
    turns = turns_of_day(len(eligible), hearing.date)
    return [
        Ranked(
            offer,
            _class(offer.bulletin, hearing),
            (
                hearing.last.get(offer.bulletin.id, datetime.date.min),
                offer.bulletin.valid_until or datetime.date.max,
                turn,
            ),
        )
        for offer, turn in zip(eligible, turns, strict=True)
    ]


def _class(bulletin: Bulletin, hearing: Hearing) -> tuple[object, ...]:
    first = bulletin.level == "priority" or bulletin.same_day
    return (
        not bulletin.corrects,
        not first,
        _commune_rank(bulletin, hearing.order) if first else 0,
        bulletin.section not in hearing.campaigns,
        bulletin.valid_until is None,
    )


def _commune_rank(bulletin: Bulletin, order: Sequence[str]) -> int:
    names = (bulletin.id, bulletin.source, bulletin.section)
    return min((order.index(name) for name in names if name in order), default=len(order))


def turns_of_day(count: int, date: datetime.date) -> list[int]:
    """Turns of ``count`` bulletins in the order of their ids: a ring that moves on every day.

    The step has no divisor in common with ``count``, so that in ``count`` days each is first exactly once.
    """
    step = max(1, round(count * GOLDEN))
    while math.gcd(step, count) > 1:
        step += 1
    return [(number - date.toordinal() * step) % count for number in range(count)]


def choose(
    part: ClockPart,
    offers: Iterable[Ranked],
    seconds: float,
    gap: float,
    aired: Mapping[str, int],
    hearing: Hearing,
    kept: Sequence[Pick] = (),
) -> tuple[Pick, ...]:
    """Fill one ``bulletins`` place of a running order.

    ``seconds`` is the room, ``gap`` what each reading costs beside its own length; ``aired`` counts today's
    airings so far by id; ``kept`` stand in the place already, and the room is what they leave. A bulletin is
    never cut: one that does not fit leaves its place to the next that does.
    """
    open_ = [one for one in offers if _fits_part(part, one.offer.bulletin, aired)]
    picks = list(kept)
    sections = Counter(pick.bulletin.section for pick in kept)
    genres = Counter(pick.bulletin.genre for pick in kept)
    for one in sorted(open_, key=lambda one: (one.above, aired.get(one.offer.bulletin.id, 0), one.below)):
        bulletin = one.offer.bulletin
        room = one.offer.room(gap)
        if (
            len(picks) < part.most
            and room <= seconds
            and sections[bulletin.section] < part.quota.get(bulletin.section, part.most)
            and genres[bulletin.genre] < part.mix.get(bulletin.genre, part.most)
        ):
            picks.append(Pick(bulletin, _reason(bulletin, hearing.campaigns)))
            sections[bulletin.section] += 1
            genres[bulletin.genre] += 1
            seconds -= room
    return tuple(picks)


def _fits_part(part: ClockPart, bulletin: Bulletin, aired: Mapping[str, int]) -> bool:
    return (
        (not part.sections or bulletin.section in part.sections)
        and (not part.genres or bulletin.genre in part.genres)
        and aired.get(bulletin.id, 0) < bulletin.times
    )


def _reason(bulletin: Bulletin, campaigns: Mapping[str, str]) -> str:
    reason = _("its turn")
    if bulletin.corrects:
        reason = _("corrects %s") % bulletin.corrects
    elif bulletin.level == "priority":
        reason = _("priority")
    elif bulletin.same_day:
        reason = _("notice of the day")
    elif bulletin.section in campaigns:
        reason = _("campaign: %s") % campaigns[bulletin.section]
    elif bulletin.valid_until:
        reason = _("valid until %s") % bulletin.valid_until.strftime("%d/%m/%Y")
    if bulletin.clusters:
        reason += "; " + _("for %s") % ", ".join(bulletin.clusters)
    return reason
