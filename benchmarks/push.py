"""What delivery costs: ``python -m benchmarks.push [--stations 21 3321]``.

For each number of stations: bytes and files of a first and a second day for one station (metadata, manifests; items
are shared and come on top), and the seconds to sign and lay out a day for all. Loopback and local disk: CPU cost.
"""

import argparse
import datetime
import tempfile
import time
from pathlib import Path

from radio.package import RATE, Cue, ItemRef, Slot, serialise
from radio.push import TreeFile, station_tree
from radio.trust import roles
from radio.trust.repository import Day, Repository
from tests.push.world import START
from tests.station.world import make_manifest
from tests.trust.world import DATE, DAY, NOW, Centre

CUES = 12
"""Items in each of the four slots of a day."""


def manifest(station: str, date: datetime.date, sequence: int):  # type: ignore[no-untyped-def]
    """A day of four slots whose items are all different."""
    slots, items = [], {}
    for number in range(4):
        start = datetime.datetime.combine(date, START.timetz()) + datetime.timedelta(hours=number - 6)
        cues = []
        for cue in range(CUES):
            sha256 = f"{number * CUES + cue:064x}"
            items[sha256] = ItemRef(sha256, 200_000, 1105, 60 * RATE, "Tin", START + 14 * DAY)
            cues.append(Cue(cue * 60 * RATE, sha256, "bulletins", "Bản tin về sản xuất", "ưu tiên, lần 1"))
        slots.append(Slot(f"s{number}", start, CUES * 60 * RATE, "join", 0, 100, tuple(cues)))
    made = make_manifest(date, slots, [], sequence=sequence, station=station)
    return type(made)(**{**vars(made), "items": tuple(items.values())})


def fetched(repository: Repository, station: str, one, now: datetime.datetime) -> dict[str, TreeFile]:  # type: ignore[no-untyped-def]
    """The tree of a station without its items."""
    data = serialise(one)
    day = Day(station, one.date, data)
    path = roles.target_file(station, one.date, day.sha256)
    tree = station_tree([(path, one, data)], repository.tree([station]), lambda _item: Path(), now)
    return {file.path: file for file in tree if not file.path.startswith("items/")}


def measure(stations: int) -> None:
    """Two days of one house."""
    names = tuple(f"xa-{number:04d}" for number in range(stations))
    with tempfile.TemporaryDirectory() as folder:
        centre = Centre(Path(folder), names)
        before: dict[str, TreeFile] = {}
        for number in range(2):
            date, now = DATE + number * DAY, NOW + number * DAY
            begin = time.monotonic()
            manifests = [manifest(name, date, number + 1) for name in names]
            made = time.monotonic()
            days = [Day(one.station, one.date, serialise(one)) for one in manifests]
            repository = centre.repository
            repository.sign(days, names, centre.signers[roles.CENTRE], now)
            repository.commit(centre.signers[roles.ONLINE], now)
            signed = time.monotonic()
            tree = fetched(repository, names[0], manifests[0], now)
            for name, one in zip(names, manifests, strict=True):
                fetched(repository, name, one, now)
            laid = time.monotonic()
            new = [
                file
                for path, file in tree.items()
                if path not in before or before[path].sha256 != file.sha256
            ]
            metadata = sum(file.length for file in new if file.path.startswith("metadata/"))
            print(
                f"{stations:5} stations, day {number + 1}: {len(new)} files, {metadata / 1000:.1f} kB of metadata and"
                f" {sum(file.length for file in new) / 1000 - metadata / 1000:.1f} kB of manifest for one station;"
                f" signed in {signed - made:.2f} s,"
                f" laid out in {laid - signed:.2f} s (making them took {made - begin:.2f} s)",
                flush=True,
            )
            before = tree


def main() -> None:
    """Print the figures for each size asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--stations", type=int, nargs="+", default=[21, 350, 3321])
    for stations in parser.parse_args().stations:
        measure(stations)


if __name__ == "__main__":
    main()
