"""Which bulletins air where: the whole network's day, decided before any of it is laid out in seconds. Pure."""

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .config import ClockPart, House, Programme, Station
from .i18n import _
from .limits import Refused
from .programme import Hearing, Offer, Pick, Ranked, choose, ranked
from .script import Bulletin
from .timetable import DatedSlot, Timetable, campaign_sections, timetable_of

FRAME_SECONDS = {"ident": 12.0, "call": 10.0, "greeting": 15.0, "contents": 6.0, "farewell": 18.0}
"""Room kept for the parts around the bulletins, at most what a good programme gives them."""

BETWEEN_SECONDS = 6.0
"""Room kept for each bulletin's sting or jingle and the pauses around it."""

LOOK_AHEAD_DAYS = 7
"""How far a farewell looks for the next programme."""


@dataclass(frozen=True)
class Past:
    """What a station's day depends on of what was before; all of it from the centre's records.

    ``last``: the last date before today on which each bulletin aired here. ``heard``: every bulletin that has
    aired here so far, this morning's included. ``chosen``: bulletins from above that the commune chose to air.
    ``fixed``: slots that stay as they were decided, with the ids of each place of their running order; notices of
    the day may still enter those that start at ``notices_from`` or later.
    """

    last: Mapping[str, datetime.date] = field(default_factory=dict)
    heard: Collection[str] = frozenset()
    chosen: Collection[str] = frozenset()
    fixed: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    notices_from: datetime.datetime | None = None


@dataclass(frozen=True)
class SlotPlan:
    """A slot with the bulletins of each place of its running order, and when the station is next on the air.

    ``free`` is the room in seconds that frames and bulletins leave; music fills it where the programme has some.
    """

    dated: DatedSlot
    programme: Programme
    following: DatedSlot | None
    picks: tuple[tuple[Pick, ...], ...]
    free: float

    @property
    def bulletins(self) -> tuple[Bulletin, ...]:
        """Every bulletin of the slot, in order."""
        return tuple(pick.bulletin for picks in self.picks for pick in picks)

    def without_last(self) -> "SlotPlan":
        """The slot without its last bulletin."""
        last = max(place for place, picks in enumerate(self.picks) if picks)
        shorter = tuple(picks[:-1] if place == last else picks for place, picks in enumerate(self.picks))
        return replace(self, picks=shorter)

    @property
    def fills(self) -> bool:
        """Whether music takes what is left."""
        return any(part.part == "music" and part.audio for part in self.programme.clock)


@dataclass(frozen=True)
class Carried:
    """A bulletin that asked to be heard ``times`` today and found room only for ``aired``."""

    bulletin: Bulletin
    aired: int
    times: int


@dataclass(frozen=True)
class StationPlan:
    """One station's day.

    ``waiting`` are routine bulletins from above that the commune has not chosen; ``offered`` the ids of those that
    it could air; ``asked`` how often each of the dated, priority and correcting ones should be heard.
    """

    station: Station
    slots: tuple[SlotPlan, ...]
    refused: tuple[Refused, ...] = ()
    carried: tuple[Carried, ...] = ()
    waiting: tuple[Bulletin, ...] = ()
    airings: Counter[str] = field(default_factory=Counter)
    offered: frozenset[str] = frozenset()
    asked: Mapping[str, int] = field(default_factory=dict)

    def with_slot(self, slot: SlotPlan) -> "StationPlan":
        """The day with ``slot`` in place of the one of the same id; what it lost no longer counts as aired."""
        old = next(one for one in self.slots if one.dated.slot.id == slot.dated.slot.id)
        lost = Counter(one.id for one in old.bulletins) - Counter(one.id for one in slot.bulletins)
        slots = tuple(slot if one is old else one for one in self.slots)
        return replace(self, slots=slots, airings=self.airings - lost)


@dataclass(frozen=True)
class Offers:
    """The bulletins of a date, sorted by whom they address, so that a station finds its own at once."""

    by_target: Mapping[str, tuple[Offer, ...]]

    def reaching(self, station: Station) -> list[Offer]:
        """Those that address the station by its id, its group or as one of all, each once."""
        targets = dict.fromkeys(("all", station.id, station.group))
        found = [offer for target in targets if target for offer in self.by_target.get(target, ())]
        return list({offer.bulletin.id: offer for offer in found}.values())


def sorted_offers(offers: Iterable[Offer], date: datetime.date) -> Offers:
    """The offers that are valid on ``date``. A correction goes where the error was, whatever it addresses."""
    by_target: dict[str, list[Offer]] = {}
    for offer in sorted(offers, key=lambda offer: offer.bulletin.id):  # whatever order they came in
        if offer.bulletin.valid_on(date):
            for target in ("all",) if offer.bulletin.corrects else offer.bulletin.stations:
                by_target.setdefault(target, []).append(offer)
    return Offers({target: tuple(found) for target, found in by_target.items()})


def plan_station(
    house: House,
    station: Station,
    date: datetime.date,
    offers: Sequence[Offer] | Offers,
    past: Past | None = None,
) -> StationPlan:
    """Choose the bulletins of each of the station's slots on ``date``.

    ``offers`` are the approved bulletins with the length of their items; those for other stations or other
    days are passed over here.
    """
    past = past or Past()
    sorted_ = offers if isinstance(offers, Offers) else sorted_offers(offers, date)
    mine, waiting = _mine(station, sorted_.reaching(station), past)
    hearing = Hearing(date, campaign_sections(house, date), station.order, past.last)
    ranks = ranked(mine, hearing)
    timetable = timetable_of(house)
    today = timetable.day(station, date)
    programmes = {programme.id: programme for programme in house.programme}
    aired: Counter[str] = Counter()
    slots = []
    for index, dated in enumerate(today.slots):
        programme = programmes[dated.programme]
        programme = without_music(programme) if dated.quiet else programme
        following = next(iter(today.slots[index + 1 :]), None) or _next_day(timetable, station, date)
        true = [one for one in ranks if one.offer.true_at(dated.start)]
        slot = _fill(dated, programme, following, true, aired, hearing, past)
        aired.update({bulletin.id for bulletin in slot.bulletins})
        slots.append(slot)
    asking = [one.offer.bulletin for one in ranks if _asks(one.offer.bulletin)] if slots else []
    carried = tuple(
        Carried(bulletin, aired[bulletin.id], bulletin.times)
        for bulletin in asking
        if aired[bulletin.id] < bulletin.times
    )
    offered = frozenset(one.offer.bulletin.id for one in ranks)
    asked = {bulletin.id: bulletin.times for bulletin in asking}
    return StationPlan(station, tuple(slots), today.refused, carried, waiting, aired, offered, asked)


def _mine(station: Station, offers: Sequence[Offer], past: Past) -> tuple[list[Offer], tuple[Bulletin, ...]]:
    """The offers that the station airs, and the routine ones from above that wait for its choice."""
    mine, waiting = [], []
    for offer in offers:
        bulletin = offer.bulletin
        if bulletin.clusters and not set(bulletin.clusters) & set(station.clusters):
            continue
        if bulletin.corrects and bulletin.corrects not in past.heard:
            continue
        asks = bulletin.origin == "above" and bulletin.level == "routine" and not station.takes_routine
        if asks and bulletin.id not in past.chosen:
            waiting.append(bulletin)
        else:
            mine.append(offer)
    return mine, tuple(waiting)


def _next_day(timetable: Timetable, station: Station, date: datetime.date) -> DatedSlot | None:
    """The first slot of the next day that has one."""
    for ahead in range(1, LOOK_AHEAD_DAYS):
        if slots := timetable.day(station, date + datetime.timedelta(days=ahead)).slots:
            return slots[0]
    return None


def _fill(
    dated: DatedSlot,
    programme: Programme,
    following: DatedSlot | None,
    ranks: Sequence[Ranked],
    aired: Mapping[str, int],
    hearing: Hearing,
    past: Past,
) -> SlotPlan:
    """One slot: what is fixed stays where it was; each place of the running order takes what fits."""
    seconds = dated.slot.seconds - frame_seconds(programme)
    rooms = {one.offer.bulletin.id: one.offer.room(BETWEEN_SECONDS) for one in ranks}
    fixed = past.fixed.get(dated.slot.id)
    heard: set[str] = set()
    places: list[tuple[Pick, ...]] = []
    open_to_notices = past.notices_from is None or past.notices_from <= dated.start
    late = [one for one in ranks if one.offer.bulletin.same_day and open_to_notices]
    for number, part in enumerate(programme.clock):
        picks: tuple[Pick, ...] = ()
        if part.part == "bulletins":
            open_ = [one for one in ranks if one.offer.bulletin.id not in heard]
            if fixed is None:
                picks = choose(part, open_, seconds, BETWEEN_SECONDS, aired, hearing)
            else:
                ids = fixed[number] if number < len(fixed) else ()
                picks = _refill(part, open_, late, ids, seconds, aired, hearing)
                late = []
            seconds -= sum(rooms[pick.bulletin.id] for pick in picks)
            heard |= {pick.bulletin.id for pick in picks}
        places.append(picks)
    return SlotPlan(dated, programme, following, tuple(places), seconds)


def _refill(
    part: ClockPart,
    open_: Sequence[Ranked],
    notices: Sequence[Ranked],
    ids: Sequence[str],
    seconds: float,
    aired: Mapping[str, int],
    hearing: Hearing,
) -> tuple[Pick, ...]:
    """A place after the lock: notices of the day, then what was decided; what a withdrawal leaves free is filled."""
    offers = {one.offer.bulletin.id: one for one in open_}
    any_part = part.model_copy(update={"sections": (), "genres": (), "quota": {}, "mix": {}})
    picks = choose(
        any_part,
        [one for one in notices if one.offer.bulletin.id not in ids],
        seconds,
        BETWEEN_SECONDS,
        aired,
        hearing,
    )
    seconds -= sum(offers[pick.bulletin.id].offer.room(BETWEEN_SECONDS) for pick in picks)
    for bulletin in ids:
        one = offers.get(bulletin)
        if one is not None and one.offer.room(BETWEEN_SECONDS) <= seconds:
            picks += (Pick(one.offer.bulletin, _("decided before the lock")),)
            seconds -= one.offer.room(BETWEEN_SECONDS)
    if all(bulletin in offers for bulletin in ids):
        return picks
    taken = {pick.bulletin.id for pick in picks}
    rest = [one for one in open_ if one.offer.bulletin.id not in taken]
    return choose(part, rest, seconds, BETWEEN_SECONDS, aired, hearing, picks)


def _asks(bulletin: Bulletin) -> bool:
    """Whether a bulletin should be heard on every day that it is valid; the others take turns."""
    return bool(bulletin.valid_until or bulletin.level == "priority" or bulletin.corrects)


def without_music(programme: Programme) -> Programme:
    """The running order of a day of mourning: the words alone, no ident, music, jingle or bed."""
    spoken = [
        part.model_copy(update={"audio": (), "bed": ""})
        for part in programme.clock
        if part.part not in ("ident", "music")
    ]
    return programme.model_copy(update={"clock": tuple(spoken)})


def frame_seconds(programme: Programme) -> float:
    """Room that the running order's own parts take."""
    return sum(FRAME_SECONDS.get(part.part, 0.0) + part.minutes * 60 for part in programme.clock)


def takes_turns(part: ClockPart, date: datetime.date, number: int = 0) -> str:
    """Which of the part's audio files plays: they take turns by day and by their number within the day."""
    return part.audio[(date.toordinal() + number) % len(part.audio)] if part.audio else ""
