"""A day to push: real items, a signed tree, and what a station finds in the place that it was pushed to."""

import datetime
import hashlib
from dataclasses import replace
from pathlib import Path

from radio import package
from radio.package import RATE, Cue, ItemRef
from radio.push import TreeFile, station_tree
from radio.trust import roles

from ..station.world import ZONE, make_manifest
from ..trust.world import NOW, Centre, Station

DATE = datetime.date(2026, 12, 1)
START = datetime.datetime(2026, 12, 1, 17, 0, tzinfo=ZONE)


class Newsroom:
    """A centre with items of random bytes: what they sound like is nothing to a push."""

    def __init__(self, folder: Path, stations: tuple[str, ...] = ("xa-1", "xa-2")) -> None:
        self.centre = Centre(folder / "centre", stations)
        self.items = folder / "items"
        self.items.mkdir()

    def item(self, name: str, data: bytes) -> ItemRef:
        """An item of these bytes."""
        sha256 = hashlib.sha256(data).hexdigest()
        (self.items / sha256).write_bytes(data)
        return ItemRef(sha256, len(data), 0, RATE, name, START + datetime.timedelta(days=14))

    def find(self, item: ItemRef) -> Path:
        """The centre's file of an item."""
        return self.items / item.sha256

    def day(
        self, items: list[ItemRef], station: str = "xa-1", date: datetime.date = DATE, sequence: int = 1
    ) -> package.Manifest:
        """A day that plays ``items`` one after the other, in two slots where there are several."""
        slots = []
        for number, item in enumerate(items):
            start = datetime.datetime.combine(date, START.timetz()) + datetime.timedelta(hours=number)
            cue = Cue(0, item.sha256, "bulletins", item.title, "")
            slots.append(package.Slot(f"s{number}", start, RATE, "skip", 0, 100, (cue,)))
        manifest = make_manifest(date, slots, [], sequence=sequence)
        return replace(manifest, station=station, items=tuple({one.sha256: one for one in items}.values()))

    def tree(self, *manifests: package.Manifest, now: datetime.datetime = NOW) -> tuple[TreeFile, ...]:
        """The signed tree that holds them."""
        self.centre.publish(*manifests, now=now)
        days = []
        for one in manifests:
            data = package.serialise(one)
            days.append((roles.target_file(one.station, one.date, _sha256(data)), one, data))
        metadata = self.centre.repository.tree(sorted({one.station for one in manifests}))
        return station_tree(days, metadata, self.find, now)

    def received(self, folder: Path, name: str = "xa-1") -> int:
        """The sequence that a station, new to this centre, would take from a folder; 0 for none."""
        return Station(self.centre.repository.root, name).gets(folder, NOW)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
