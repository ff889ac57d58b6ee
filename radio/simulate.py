"""The network run dry over many days: what each commune would hear, and what would not work. Pure.

One station after the other, each remembering what it aired the days before, as a real centre does; nothing grows
with stations × days. Lengths are those of the offers: known where an item was made before, otherwise estimated.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .config import House, Station
from .day import Past, SlotPlan, StationPlan, plan_station, sorted_offers
from .limits import nearest_words
from .playlist import tolerance
from .programme import Offer
from .timetable import campaign_sections

Seconds = defaultdict[str, float]


def _seconds() -> Seconds:
    return defaultdict(float)


@dataclass
class StationTally:
    """One commune over all days: slots, seconds of airtime and of bulletins, days with slots but no bulletin."""

    id: str
    name: str
    slots: int = 0
    airtime: float = 0.0
    spoken: float = 0.0
    bulletins: int = 0
    empty_slots: int = 0
    empty_days: int = 0
    sections: Seconds = field(default_factory=_seconds)
    genres: Seconds = field(default_factory=_seconds)


@dataclass
class BulletinTally:
    """One bulletin over all days and stations.

    ``asked`` counts the airings that it should have had (dated, priority or correcting ones: its times a day at
    every station with slots), ``short`` how many of them it did not get; ``never`` are stations that could have
    aired it on some day and never did.
    """

    title: str
    until: datetime.date | None
    airings: int = 0
    asked: int = 0
    short: int = 0
    never: list[str] = field(default_factory=list)


@dataclass
class Trouble:
    """Something that happened ``times`` times: at which stations, on which day first."""

    times: int = 0
    stations: set[str] = field(default_factory=set)
    first: datetime.date = datetime.date.max

    def met(self, station: str, date: datetime.date) -> None:
        """Once more."""
        self.times += 1
        self.stations.add(station)
        self.first = min(self.first, date)


@dataclass
class Share:
    """Seconds of a campaign's section and of all bulletins: on its days, and on the others."""

    during: float = 0.0
    during_all: float = 0.0
    outside: float = 0.0
    outside_all: float = 0.0


@dataclass
class Simulation:
    """What came out. Troubles by what they are: a refused slot with its reason, a slot's id, a bulletin's id."""

    first: datetime.date
    days: int
    stations: list[StationTally] = field(default_factory=list)
    bulletins: dict[str, BulletinTally] = field(default_factory=dict)
    refused: defaultdict[tuple[str, str, str], Trouble] = field(default_factory=lambda: defaultdict(Trouble))
    unfilled: defaultdict[str, Trouble] = field(default_factory=lambda: defaultdict(Trouble))
    overfull: defaultdict[str, Trouble] = field(default_factory=lambda: defaultdict(Trouble))
    waiting: defaultdict[str, Trouble] = field(default_factory=lambda: defaultdict(Trouble))
    campaigns: dict[str, Share] = field(default_factory=dict)

    def total(self, kind: str) -> dict[str, float]:
        """Seconds of bulletins over all stations by ``sections`` or ``genres``, the longest first."""
        found = _seconds()
        for station in self.stations:
            for name, seconds in getattr(station, kind).items():
                found[name] += seconds
        return dict(sorted(found.items(), key=lambda row: -row[1]))

    @property
    def in_trouble(self) -> bool:
        """Whether anything does not work that somebody should look at."""
        never = any(one.never and one.until for one in self.bulletins.values())
        silent = any(station.empty_days for station in self.stations)
        return bool(self.refused or self.unfilled or self.overfull or never or silent)


Watch = Callable[[StationPlan, datetime.date], None]
"""Told of each station's day as it is planned."""


def simulate(
    house: House,
    offers: Iterable[Offer],
    first: datetime.date,
    days: int,
    past: Callable[[Station], Past] = lambda _station: Past(),
    stations: Sequence[Station] | None = None,
    watch: Watch = lambda _plan, _date: None,
) -> Simulation:
    """Plan ``days`` days from ``first`` for all stations (or these), each day after the one before.

    ``past`` tells what a station aired before ``first``.
    """
    dates = [first + datetime.timedelta(days=number) for number in range(days)]
    offers = list(offers)
    by_date = {date: sorted_offers(offers, date) for date in dates}
    seconds = {offer.bulletin.id: offer.seconds for offer in offers}
    result = Simulation(first, days)
    for offer in offers:
        bulletin = offer.bulletin
        result.bulletins[bulletin.id] = BulletinTally(bulletin.title, bulletin.valid_until)
    result.campaigns = {campaign.id: Share() for campaign in house.campaign}
    for station in stations or house.station:
        tally = StationTally(station.id, station.name)
        before = past(station)
        last, heard = dict(before.last), set(before.heard)
        offered: set[str] = set()
        aired: set[str] = set()
        for date in dates:
            now = Past(last, heard, before.chosen)
            plan = plan_station(house, station, date, by_date[date], now)
            watch(plan, date)
            _count_day(result, tally, plan, date, seconds)
            _count_campaigns(result, house, plan, date, seconds)
            last |= dict.fromkeys(plan.airings, date)
            heard |= set(plan.airings)
            aired |= set(plan.airings)
            offered |= plan.offered if plan.slots else frozenset()
        for bulletin_id in sorted(offered - aired):
            result.bulletins[bulletin_id].never.append(station.id)
        result.stations.append(tally)
    return result


def _count_day(
    result: Simulation,
    tally: StationTally,
    plan: StationPlan,
    date: datetime.date,
    seconds: Mapping[str, float],
) -> None:
    for slot in plan.slots:
        _count_slot(tally, slot, seconds)
        allowed = tolerance(slot.dated.slot.seconds)
        if slot.free > allowed and not slot.fills and not slot.dated.quiet:
            result.unfilled[slot.dated.slot.id].met(plan.station.id, date)
        if slot.free < -allowed:
            result.overfull[slot.dated.slot.id].met(plan.station.id, date)
    tally.empty_days += bool(plan.slots) and not plan.airings
    for refused in plan.refused:
        key = (refused.span.slot, refused.reason, nearest_words(refused))
        result.refused[key].met(plan.station.id, date)
    for bulletin in plan.waiting:
        result.waiting[bulletin.id].met(plan.station.id, date)
    for name, times in plan.airings.items():
        result.bulletins[name].airings += times
    for name, times in plan.asked.items():
        result.bulletins[name].asked += times
    for one in plan.carried:
        result.bulletins[one.bulletin.id].short += one.times - one.aired


def _count_slot(tally: StationTally, slot: SlotPlan, seconds: Mapping[str, float]) -> None:
    tally.slots += 1
    tally.airtime += slot.dated.slot.seconds
    tally.empty_slots += not slot.bulletins
    for bulletin in slot.bulletins:
        length = seconds[bulletin.id] * bulletin.readings
        tally.bulletins += 1
        tally.spoken += length
        tally.sections[bulletin.section] += length
        tally.genres[bulletin.genre] += length


def _count_campaigns(
    result: Simulation, house: House, plan: StationPlan, date: datetime.date, seconds: Mapping[str, float]
) -> None:
    running = campaign_sections(house, date)
    bulletins = [bulletin for slot in plan.slots for bulletin in slot.bulletins]
    whole = sum(seconds[bulletin.id] for bulletin in bulletins)
    for campaign in house.campaign:
        share = result.campaigns[campaign.id]
        own = sum(seconds[bulletin.id] for bulletin in bulletins if bulletin.section == campaign.section)
        if campaign.section in running:
            share.during += own
            share.during_all += whole
        else:
            share.outside += own
            share.outside_all += whole
