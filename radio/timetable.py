"""Recurring slots, dated exceptions, permits and limits → one station's slots of one date. Pure.

`Timetable` works out once what all stations share of a date; asking it for one more station costs next to nothing.
Nothing it gives breaks a limit: a slot that would is refused, with the reason and the nearest place allowed.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from .calendar_vn import LunarDay, animal_of, holiday_of, lunar_of
from .config import WEEKDAYS, Campaign, DateException, House, LunarRule, Permit, Slot, Station
from .limits import DAY, Interval, Refused, Rules, Span, admit


@dataclass(frozen=True)
class DatedSlot:
    """A slot on its date: ``start`` in the centre's time zone, the programme that fills it, and why if unusual.

    On a ``quiet`` day (mourning) there is no music, jingle, bed or fill, and it may be short.
    """

    slot: Slot
    start: datetime.datetime
    programme: str
    note: str = ""
    quiet: bool = False

    @property
    def end(self) -> datetime.datetime:
        """Start plus the slot's full length, counted in real seconds across a change of the clocks."""
        end = self.start.astimezone(datetime.UTC) + datetime.timedelta(seconds=self.slot.seconds)
        return end.astimezone(self.start.tzinfo)


@dataclass(frozen=True)
class StationDay:
    """What the timetable gives one station on one date: slots in order of time, and those it had to refuse."""

    slots: tuple[DatedSlot, ...]
    refused: tuple[Refused, ...]
    windows: tuple[Interval, ...]
    """When sound is allowed, in seconds from this midnight to the end of the next day, permits included."""


@dataclass(frozen=True)
class _Today:
    """What all stations share of a date: the slots that recur, and everything said of that date."""

    slots: tuple[Slot, ...]
    exceptions: tuple[DateException, ...]
    permits: tuple[Permit, ...]


_Kind = tuple[datetime.date, tuple[int, ...], tuple[int, ...], bool]
"""A date, the numbers of the slots and exceptions that concern a station on it, and whether it mourns."""


@dataclass
class Timetable:
    """The timetable of one house; it remembers the dates it has worked out."""

    house: House
    _days: dict[datetime.date, _Today] = field(default_factory=dict)
    _dated: dict[_Kind, list[DatedSlot]] = field(default_factory=dict)

    def day(self, station: Station, date: datetime.date) -> StationDay:
        """The slots of ``station`` on ``date``, within its limits."""
        limits = self.house.limits_of(station)
        permits = [one for one in self._today(date).permits if self.house.reaches(one.stations, station)]
        rules, days = _raised(limits.rules, permits, date), limits.days
        hours = [_interval(permit, date) for permit in permits]
        open_today, open_tomorrow = (WEEKDAYS[(date.weekday() + one) % 7] in days for one in (0, 1))
        planned = self._planned(station, date) if open_today or permits else []
        windows = rules.open_hours(open_today, open_tomorrow, hours)
        found = {dated.slot.id: dated for dated in planned}
        spans = [_span(dated) for dated in planned]
        before = self._from_yesterday(station, date) if spans else []
        admitted = admit(rules, spans, windows, before)
        return StationDay(tuple(found[span.slot] for span in admitted.spans), admitted.refused, windows)

    def _from_yesterday(self, station: Station, date: datetime.date) -> list[Span]:
        """Yesterday's slots that reach this midnight, in this date's seconds."""
        spans = [_span(dated) for dated in self._planned(station, date - datetime.timedelta(days=1))]
        return [Span(span.slot, span.start - DAY, span.seconds) for span in spans if span.end >= DAY]

    def _planned(self, station: Station, date: datetime.date) -> list[DatedSlot]:
        """The station's slots before limits. Stations for which the same is said share one list."""
        today, house = self._today(date), self.house
        slots = tuple(
            number for number, slot in enumerate(today.slots) if house.reaches(slot.stations, station)
        )
        exceptions = tuple(
            number for number, one in enumerate(today.exceptions) if house.reaches(one.stations, station)
        )
        quiet = quiet_on(house, station, date) is not None
        key = (date, slots, exceptions, quiet)
        if key not in self._dated:
            said = [today.exceptions[number] for number in exceptions]
            dated = [
                one for number in slots if (one := _dated(house, today.slots[number], date, said, quiet))
            ]
            dated += [_added(house, one, date, quiet) for one in said if one.action == "add"]
            self._dated[key] = dated
        return self._dated[key]

    def _today(self, date: datetime.date) -> _Today:
        if date not in self._days:
            house = self.house
            self._days[date] = _Today(
                tuple(slot for slot in house.slot if recurs(slot, date)),
                tuple(one for one in house.exception if _concerns(one, date)),
                tuple(one for one in house.permit if one.from_.date() <= date <= one.until.date()),
            )
        return self._days[date]

    def forget(self, before: datetime.date) -> None:
        """Let go of the dates before ``before``, so that a long simulation stays small."""
        self._days = {date: day for date, day in self._days.items() if date >= before}
        self._dated = {key: one for key, one in self._dated.items() if key[0] >= before}


def slots_on(house: House, station: Station, date: datetime.date) -> tuple[DatedSlot, ...]:
    """What the timetable gives ``station`` on ``date``, in order of time."""
    return timetable_of(house).day(station, date).slots


def timetable_of(house: House) -> Timetable:
    """The house's timetable; the same object for the same house, so that what it worked out is kept."""
    return _timetable(_Same(house))


class _Same:
    """A house that is compared by identity: comparing every field of a large one would cost more than it saves."""

    def __init__(self, house: House) -> None:
        self.house = house

    def __hash__(self) -> int:
        return id(self.house)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.house is self.house


@lru_cache(maxsize=4)
def _timetable(same: _Same) -> Timetable:
    return Timetable(same.house)


def recurs(slot: Slot, date: datetime.date) -> bool:
    """Whether the slot falls on ``date``: every key that it gives has to allow it."""
    return (
        WEEKDAYS[date.weekday()] in slot.days
        and (slot.from_ is None or slot.from_ <= date)
        and (slot.until is None or date <= slot.until)
        and (slot.from_ is None or (date - slot.from_).days % slot.every == 0)
        and (not slot.weeks or bool(_weeks(date) & set(slot.weeks)))
        and (not slot.animals or animal_of(date) in slot.animals)
        and (not slot.lunar or any(falls(rule, lunar_of(date)) for rule in slot.lunar))
        and (slot.holidays == "yes" or bool(holiday_of(date)) == (slot.holidays == "only"))
    )


def _weeks(date: datetime.date) -> set[int]:
    """Which occurrence of its weekday in the month a date is, with -1 for the last."""
    last = (date + datetime.timedelta(days=7)).month != date.month
    return {(date.day - 1) // 7 + 1, *((-1,) if last else ())}


def falls(rule: LunarRule, lunar: LunarDay) -> bool:
    """Whether a lunar day is meant: a rule with a month means the month itself, not its leap repetition."""
    day, month = rule
    if not (lunar.day == day or (day == 0 and lunar.last)):
        return False
    return month == 0 or (month == lunar.month and not lunar.leap)


def _concerns(one: DateException, date: datetime.date) -> bool:
    if one.date is None:
        return any(falls(rule, lunar_of(date)) for rule in one.lunar)
    return one.date <= date <= (one.until or one.date)


def _dated(
    house: House, slot: Slot, date: datetime.date, exceptions: Iterable[DateException], quiet: bool
) -> DatedSlot | None:
    """The slot on its date, after its exceptions; None when it is cancelled."""
    at, programme, notes, minutes = slot.at, slot.programme, [], slot.minutes
    for exception in exceptions:
        if exception.slot != slot.id:
            continue
        if exception.action == "cancel":
            return None
        at = exception.at or at
        programme = exception.programme or programme
        minutes = exception.minutes or minutes
        notes.append(exception.note)
    if minutes != slot.minutes:
        slot = slot.model_copy(update={"minutes": minutes})
    return DatedSlot(slot, _moment(house, date, at), programme, "; ".join(filter(None, notes)), quiet)


def _added(house: House, one: DateException, date: datetime.date, quiet: bool) -> DatedSlot:
    """The slot that an exception adds; `radio.config` has seen that it says when and how long."""
    assert one.at is not None and one.minutes is not None
    slot = Slot(id=one.slot, at=one.at, programme=one.programme, minutes=one.minutes, late=one.late)
    return DatedSlot(slot, _moment(house, date, one.at), one.programme, one.note, quiet)


def _moment(house: House, date: datetime.date, at: datetime.time) -> datetime.datetime:
    """A local time as a moment; one that a change of the clocks leaves out becomes the real time after it."""
    local = datetime.datetime.combine(date, at, tzinfo=house.zone)
    return local.astimezone(datetime.UTC).astimezone(house.zone)


def _span(dated: DatedSlot) -> Span:
    at = dated.start.time()
    return Span(dated.slot.id, at.hour * 3600 + at.minute * 60 + at.second, dated.slot.seconds)


def _interval(permit: Permit, date: datetime.date) -> Interval:
    """The permit's stretch in seconds from the midnight that begins ``date``."""
    midnight = datetime.datetime.combine(date, datetime.time())
    start, end = ((one - midnight).total_seconds() for one in (permit.from_, permit.until))
    return max(0, round(start)), round(end)


def _raised(rules: Rules, permits: Iterable[Permit], date: datetime.date) -> Rules:
    """The day's rules with what permits that begin on it allow beyond."""
    for permit in permits:
        if permit.from_.date() == date:
            rules = Rules(
                rules.windows,
                round((permit.session_minutes or 0) * 60) or rules.session,
                round((permit.day_minutes or 0) * 60) or rules.day,
                rules.sessions if permit.sessions is None else permit.sessions,
            )
    return rules


def quiet_on(house: House, station: Station, date: datetime.date) -> str | None:
    """The occasion of the mourning that ``station`` keeps on ``date`` ("" without a name), or None."""
    for quiet in house.quiet:
        if quiet.from_ <= date <= quiet.until and house.reaches(quiet.stations, station):
            return quiet.note
    return None


def campaigns_on(house: House, date: datetime.date) -> tuple[Campaign, ...]:
    """Campaigns that are running on ``date``; one may cross the end of the year."""

    def runs(campaign: Campaign) -> bool:
        day = date.strftime("%m-%d")
        if campaign.from_ <= campaign.until:
            return campaign.from_ <= day <= campaign.until
        return day >= campaign.from_ or day <= campaign.until

    return tuple(campaign for campaign in house.campaign if runs(campaign))


def campaign_sections(house: House, date: datetime.date) -> Mapping[str, str]:
    """Section → name of the campaign that raises it on ``date``."""
    return {campaign.section: campaign.name for campaign in campaigns_on(house, date)}
