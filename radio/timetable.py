"""Recurring slots and dated exceptions → one station's slots of one date. Pure."""

import datetime
from dataclasses import dataclass

from .config import WEEKDAYS, Campaign, DateException, House, Slot, Station


@dataclass(frozen=True)
class DatedSlot:
    """A slot on its date: ``start`` in the centre's time zone, the programme that fills it, and why if unusual."""

    slot: Slot
    start: datetime.datetime
    programme: str
    note: str = ""

    @property
    def end(self) -> datetime.datetime:
        """Start plus the slot's full length."""
        return self.start + datetime.timedelta(minutes=self.slot.minutes)


def slots_on(house: House, station: Station, date: datetime.date) -> tuple[DatedSlot, ...]:
    """What the timetable gives ``station`` on ``date``, in order of time."""
    if WEEKDAYS[date.weekday()] not in house.limits_of(station).days:
        return ()
    found = [
        dated
        for slot in house.slot
        if _recurs(slot, date) and house.reaches(slot.stations, station)
        for dated in _dated(house, slot, date)
    ]
    return tuple(sorted(found, key=lambda dated: (dated.start, dated.slot.id)))


def _recurs(slot: Slot, date: datetime.date) -> bool:
    return (
        WEEKDAYS[date.weekday()] in slot.days
        and (slot.from_ is None or slot.from_ <= date)
        and (slot.until is None or date <= slot.until)
    )


def _dated(house: House, slot: Slot, date: datetime.date) -> list[DatedSlot]:
    """The slot on its date as one element, after its exceptions; none when it is cancelled."""
    at, programme, notes = slot.at, slot.programme, []
    exceptions: list[DateException] = [
        one for one in house.exception if (one.date, one.slot) == (date, slot.id)
    ]
    for exception in exceptions:
        if exception.action == "cancel":
            return []
        at = exception.at or at
        programme = exception.programme or programme
        notes.append(exception.note)
    start = datetime.datetime.combine(date, at, tzinfo=house.zone)
    return [DatedSlot(slot, start, programme, "; ".join(filter(None, notes)))]


def campaigns_on(house: House, date: datetime.date) -> tuple[Campaign, ...]:
    """Campaigns that are running on ``date``; one may cross the end of the year."""

    def runs(campaign: Campaign) -> bool:
        day = date.strftime("%m-%d")
        if campaign.from_ <= campaign.until:
            return campaign.from_ <= day <= campaign.until
        return day >= campaign.from_ or day <= campaign.until

    return tuple(campaign for campaign in house.campaign if runs(campaign))
