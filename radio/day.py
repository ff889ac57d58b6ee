"""Which bulletin airs where: the whole network's day, decided before any of it is laid out in seconds. Pure."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from .config import ClockPart, House, Programme, Station
from .programme import Offer, Pick, choose
from .script import Bulletin
from .timetable import DatedSlot, campaigns_on, slots_on

FRAME_SECONDS = {"ident": 12.0, "call": 10.0, "greeting": 15.0, "contents": 6.0, "farewell": 18.0}
"""Room kept for the parts around the bulletins, at most what a good programme gives them."""

BETWEEN_SECONDS = 6.0
"""Room kept for each bulletin's sting or jingle and the pauses around it."""


@dataclass(frozen=True)
class SlotPlan:
    """A slot with the bulletins of each place of its running order, and when the station is next on the air."""

    dated: DatedSlot
    programme: Programme
    following: DatedSlot | None
    picks: tuple[tuple[Pick, ...], ...]

    @property
    def bulletins(self) -> tuple[Bulletin, ...]:
        """Every bulletin of the slot, in order."""
        return tuple(pick.bulletin for picks in self.picks for pick in picks)


@dataclass(frozen=True)
class StationPlan:
    """One station's day."""

    station: Station
    slots: tuple[SlotPlan, ...]
    airings: Counter[str] = field(default_factory=Counter)


def plan_station(house: House, station: Station, date: datetime.date, offers: Sequence[Offer]) -> StationPlan:
    """Choose the bulletins of each of the station's slots on ``date``.

    ``offers`` are the approved bulletins with the length of their items; those for other stations or other
    days are passed over here.
    """
    mine = [
        offer
        for offer in offers
        if offer.bulletin.valid_on(date) and house.reaches(offer.bulletin.stations, station)
    ]
    today = slots_on(house, station, date)
    tomorrow = slots_on(house, station, date + datetime.timedelta(days=1))
    campaigns = {campaign.section: campaign.name for campaign in campaigns_on(house, date)}
    aired: Counter[str] = Counter()
    slots = []
    for index, dated in enumerate(today):
        programme = next(one for one in house.programme if one.id == dated.programme)
        seconds = dated.slot.minutes * 60 - frame_seconds(programme)
        heard: set[str] = set()
        places = []
        for part in programme.clock:
            picks: tuple[Pick, ...] = ()
            if part.part == "bulletins":
                open_ = [offer for offer in mine if offer.bulletin.id not in heard]
                picks = choose(part, open_, seconds, BETWEEN_SECONDS, date, campaigns, aired)
                lengths = {offer.bulletin.id: offer.seconds + BETWEEN_SECONDS for offer in open_}
                seconds -= sum(lengths[pick.bulletin.id] for pick in picks)
                heard |= {pick.bulletin.id for pick in picks}
            places.append(picks)
        aired.update(heard)
        following = next(iter([*today[index + 1 :], *tomorrow]), None)
        slots.append(SlotPlan(dated, programme, following, tuple(places)))
    return StationPlan(station, tuple(slots), aired)


def frame_seconds(programme: Programme) -> float:
    """Room that the running order's own parts take."""
    return sum(FRAME_SECONDS.get(part.part, 0.0) for part in programme.clock)


def takes_turns(part: ClockPart, date: datetime.date, number: int = 0) -> str:
    """Which of the part's audio files plays: they take turns by day and by their number within the day."""
    return part.audio[(date.toordinal() + number) % len(part.audio)] if part.audio else ""
