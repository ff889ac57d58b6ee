"""Which bulletins fill one slot, in what order. Pure and deterministic: the same inputs give the same day."""

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .config import ClockPart
from .i18n import _
from .script import Bulletin


@dataclass(frozen=True)
class Offer:
    """A bulletin that may air today, and how long its finished item is."""

    bulletin: Bulletin
    seconds: float


@dataclass(frozen=True)
class Pick:
    """A bulletin chosen for a slot, and why it stands where it does."""

    bulletin: Bulletin
    reason: str


def choose(
    part: ClockPart,
    offers: Sequence[Offer],
    seconds: float,
    gap: float,
    date: datetime.date,
    campaigns: Mapping[str, str],
    aired: Mapping[str, int],
) -> tuple[Pick, ...]:
    """Fill one ``bulletins`` place of a running order.

    ``seconds`` is the room, ``gap`` what each bulletin costs beside its own length; ``campaigns`` maps a
    section that goes first today to its campaign's name; ``aired`` counts today's airings so far by id.
    Priority first, then campaigns, then bulletins with an end date, then those heard least today; equal ones
    take turns from day to day. Emergency bulletins never enter programmes, and a bulletin is never cut: one
    that does not fit leaves its place to the next that does.
    """
    open_ = [
        offer
        for offer in offers
        if offer.bulletin.level != "emergency"
        and (not part.sections or offer.bulletin.section in part.sections)
        and aired.get(offer.bulletin.id, 0) < offer.bulletin.times
    ]
    picks: list[Pick] = []
    for offer in sorted(open_, key=lambda offer: _order(offer.bulletin, date, campaigns, aired)):
        if len(picks) < part.most and offer.seconds + gap <= seconds:
            picks.append(Pick(offer.bulletin, _reason(offer.bulletin, campaigns)))
            seconds -= offer.seconds + gap
    return tuple(picks)


def _order(
    bulletin: Bulletin, date: datetime.date, campaigns: Mapping[str, str], aired: Mapping[str, int]
) -> tuple[object, ...]:
    return (
        bulletin.level != "priority",
        bulletin.section not in campaigns,
        bulletin.valid_until is None,
        aired.get(bulletin.id, 0),
        turn(bulletin.id, date),
    )


def turn(bulletin: str, date: datetime.date) -> str:
    """A bulletin's place in the day's turn-taking: evenly mixed, different each day, the same on every machine."""
    return hashlib.sha256(f"{date.isoformat()} {bulletin}".encode()).hexdigest()


def _reason(bulletin: Bulletin, campaigns: Mapping[str, str]) -> str:
    if bulletin.level == "priority":
        return _("priority")
    if bulletin.section in campaigns:
        return _("campaign: %s") % campaigns[bulletin.section]
    if bulletin.valid_until:
        return _("valid until %s") % bulletin.valid_until.strftime("%d/%m/%Y")
    return _("its turn")
