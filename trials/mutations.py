"""10,000 mutated packages, none accepted: ``python -m trials.mutations [--from N] [--to N] [--seed N]``.

Each number is one seeded tree; a run that was stopped goes on with ``--from``. Prints how many of each kind were
tried and refused; the first one accepted ends the run with its number.
"""

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from tests.trust.test_mutations import WANTED, judge, tree_of
from tests.trust.world import Centre, Station, manifest


def main() -> None:
    """Run the numbers asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--to", dest="last", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    tried: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        centre = Centre(Path(folder))
        centre.publish(manifest(sequence=1), manifest("xa-2", sequence=7))
        station = Station(centre.repository.root)
        fresh = station.memory
        signed = station.look(centre.tree).found[WANTED[0]]
        tree = tree_of(centre.tree)
        for number in range(arguments.first, arguments.last):
            name, was_refused = judge(
                tree, number + arguments.seed * 1_000_000, fresh, station.memory, signed
            )
            tried[name.split()[0]] += 1
            refused[name.split()[0]] += was_refused
            if number % 1000 == 999:
                print(f"{number + 1} trees, nothing wrong accepted", flush=True)
    for kind in sorted(tried):
        print(
            f"{kind:14} {tried[kind]:6} tried {refused[kind]:6} refused; the others hit what the station needs not"
        )
    print(f"{sum(tried.values())} tried, 0 wrong accepted")


if __name__ == "__main__":
    main()
