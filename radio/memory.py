"""What a day's build has to remember: what aired before, what is decided already, what was withdrawn. Pure.

Rows of `radio.history` and the time go in; each station's `radio.day.Past` comes out. Slots that have begun stay as
they were decided, and after the centre's lock so do all of the day, but for withdrawals and same-day notices.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .config import House
from .day import Past, SlotPlan, StationPlan
from .history import Airing, Withdrawal

NOTICE_AHEAD = datetime.timedelta(minutes=15)
"""A same-day notice can enter a slot until this long before it starts."""


@dataclass(frozen=True)
class Memory:
    """Everything remembered for one build of ``date`` at ``now``; ``locked`` when the lock has passed."""

    date: datetime.date
    now: datetime.datetime
    locked: bool
    last: Mapping[str, Mapping[str, datetime.date]] = field(default_factory=dict)
    airings: Mapping[str, Sequence[Airing]] = field(default_factory=dict)
    chosen: Mapping[str, Collection[str]] = field(default_factory=dict)
    withdrawn: Mapping[str, Withdrawal] = field(default_factory=dict)

    def past(self, station: str) -> Past:
        """What one station's day depends on."""
        last = self.last.get(station, {})
        begun = {one.bulletin for one in self.airings.get(station, ()) if one.start <= self.now}
        return Past(
            last,
            begun | set(last),
            self.chosen.get(station, ()),
            self._fixed(station),
            self.now + NOTICE_AHEAD,
        )

    def _fixed(self, station: str) -> dict[str, tuple[tuple[str, ...], ...]]:
        """Slot → ids of each place, for the slots that are decided."""
        if self.date != self.now.date():
            return {}
        slots: dict[str, dict[int, list[str]]] = {}
        for one in self.airings.get(station, ()):
            if self.locked or one.start <= self.now:
                slots.setdefault(one.slot, {}).setdefault(one.place, []).append(one.bulletin)
        return {
            slot: tuple(tuple(places.get(number, ())) for number in range(max(places) + 1))
            for slot, places in slots.items()
        }

    def stays(self, plan: StationPlan, slot: SlotPlan) -> bool:
        """Whether a decided slot is untouched: nothing in it was withdrawn and no notice of the day came in."""
        fixed = self._fixed(plan.station.id).get(slot.dated.slot.id)
        if fixed is None:
            return False
        decided = {bulletin for place in fixed for bulletin in place}
        new = {one.id for one in slot.bulletins if one.same_day} - decided
        return not new and not decided & set(self.withdrawn)

    def record(self, plans: Iterable[StationPlan]) -> list[Airing]:
        """What is given out now, slots that stay as they were decided."""
        rows = []
        for plan in plans:
            before = self.airings.get(plan.station.id, ())
            for slot in plan.slots:
                if self.stays(plan, slot):
                    rows += [one for one in before if one.slot == slot.dated.slot.id]
                else:
                    rows += _airings(self.date, plan.station.id, slot)
        return rows


def _airings(date: datetime.date, station: str, slot: SlotPlan) -> list[Airing]:
    return [
        Airing(date, station, slot.dated.slot.id, place, position, pick.bulletin.id, slot.dated.start)
        for place, picks in enumerate(slot.picks)
        for position, pick in enumerate(picks)
    ]


def is_locked(house: House, date: datetime.date, now: datetime.datetime) -> bool:
    """Whether the programme of ``date`` is settled at ``now``: from the centre's lock hour of that day on."""
    lock = house.centre.lock
    return lock is not None and now >= datetime.datetime.combine(date, lock, tzinfo=house.zone)


def by_station(airings: Iterable[Airing]) -> dict[str, list[Airing]]:
    """Airings in their order, under their station."""
    found: dict[str, list[Airing]] = {}
    for one in airings:
        found.setdefault(one.station, []).append(one)
    return found
