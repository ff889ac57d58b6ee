"""A year of the sample house, and random houses for as long as wanted, against the model of what is allowed.

The tests run six weeks and some sixty houses; this is the long run. Every station's every day is checked by
`tests.test_simulate.check_day`, which knows nothing of how a plan is made. Random houses are numbered: a failure
names its number, and with ``--progress FILE`` a run that was stopped goes on where it was.

    python trials/simulate_year.py [--year 2027] [--houses 0] [--first 0] [--progress FILE]
"""

import argparse
import datetime
import random
import sys
import time
from functools import partial
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
if str(REPO) not in sys.path:
    sys.path.insert(0, str(REPO))

from radio.calendar_vn import lunar_of  # noqa: E402
from radio.simulate import simulate  # noqa: E402
from tests.test_sample_house import house, offers  # noqa: E402
from tests.test_simulate import FIRST, World, check_day, random_house  # noqa: E402


def sample_year(year: int) -> None:
    """The sample house from 1 January to 31 December."""
    first = datetime.date(year, 1, 1)
    days = (datetime.date(year + 1, 1, 1) - first).days
    world = World(house(), offers())
    tet: dict[str, str] = {}

    def watch(plan, date):  # type: ignore[no-untyped-def]
        check_day(world, plan, date)
        lunar = lunar_of(date)
        if plan.station is house().station[2] and (lunar.month, lunar.day) in ((1, 1), (1, 2)):
            slots = [f"{slot.dated.start:%H:%M} {slot.programme.id}" for slot in plan.slots]
            tet[str(date)] = ", ".join(slots)

    started = time.perf_counter()
    result = simulate(house(), offers(), first, days, watch=watch)
    took = time.perf_counter() - started
    slots = sum(one.slots for one in result.stations)
    print(
        f"{year}: {len(result.stations)} stations, {days} days, {slots} slots, no rule broken ({took:.1f} s)"
    )
    print(f"refused {len(result.refused)}, unfilled {len(result.unfilled)}, overfull {len(result.overfull)}, "
          f"slots without a bulletin {sum(one.empty_slots for one in result.stations)}")  # fmt: skip
    for name, share in result.campaigns.items():
        print(
            f"{name}: {share.during / share.during_all:.0%} in its days, {share.outside / share.outside_all:.0%} else"
        )
    for date, told in tet.items():
        print(f"Tết {date}: {told}")
    short = {name: (one.short, one.asked) for name, one in result.bulletins.items() if one.short}
    print("asked for more than there was room:", short or "none")
    never = {name: len(one.never) for name, one in result.bulletins.items() if one.never}
    print("never aired at some station:", never or "none")


def random_houses(first: int, count: int, progress: Path | None) -> None:
    """Numbered random houses, ten days each."""
    if progress and progress.exists():
        first = int(progress.read_text()) + 1
    made = 0
    for number in range(first, first + count):
        world = random_house(random.Random(number))
        if world is not None:
            made += 1
            try:
                simulate(world.house, world.offers, FIRST, 10, watch=partial(check_day, world))
            except AssertionError as error:
                raise SystemExit(f"house {number}: {error}") from error
        if progress:
            progress.write_text(str(number))
    print(
        f"random houses {first} to {first + count - 1}: {made} could be used, no rule broken in ten days of each"
    )


def main() -> None:
    """The year, then the houses."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--year", type=int, default=2027)
    parser.add_argument("--houses", type=int, default=0)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--progress", type=Path)
    given = parser.parse_args()
    sample_year(given.year)
    if given.houses:
        random_houses(given.first, given.houses, given.progress)


if __name__ == "__main__":
    main()
