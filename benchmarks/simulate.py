"""How long does planning the whole network take, and how much memory, as the network grows?

Each size runs in a process of its own: a house of that many communes is written and read as any house is, every
commune has three notices of its own beside forty that all share, and one day (or more) is simulated on one core.
Told are the seconds of reading the file and of planning, and the highest resident memory: after reading, and in
the end. What the plan itself needs is the difference.

    python benchmarks/simulate.py [--days 1] [--sizes 21 210 3321]
"""

import argparse
import datetime
import gc
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
if str(REPO) not in sys.path:
    sys.path.insert(0, str(REPO))

SIZES = [21, 210, 3321]
SHARED = 40
OWN = 3
GROUP = 20
FIRST = datetime.date(2027, 10, 1)


def schedule(stations: int) -> str:
    """The sample house with other stations: every twentieth is a town of its own limits, groups of twenty."""
    text = (REPO / "schedule.toml").read_text("utf-8")
    head = text[: text.index("[[station]]")]
    rows = []
    for number in range(stations):
        group = f"vung-{number // GROUP}"
        rows.append(f'[[station]]\nid = "xa-{number}"\nname = "xã {number}"\ngroup = "{group}"')
        if number % GROUP == 0:
            rows.append('[station.limits]\nwindows = ["05:30-07:00", "11:00-12:00", "16:30-18:30"]')
            rows.append("session_minutes = 15\nday_minutes = 60")
    return head + "\n".join(rows) + "\n"


def measure(stations: int, days: int) -> None:
    """One size; prints its row."""
    from radio.config import parse_house
    from radio.programme import Offer
    from radio.script import Bulletin, parse
    from radio.simulate import simulate

    def bulletin(name: str, number: int, target: str, until: str) -> Bulletin:
        sections = ("thong-bao", "tin-tuc", "xa-hoi-hoc-tap", "nong-nghiep", "suc-khoe", "sach")
        front = f'title = "{name}"\nsection = "{sections[number % 6]}"\ngenre = "tin"\nsource = "x"\n'
        text = f'+++\n{front}stations = ["{target}"]\ntimes = 2\n{until}\n+++\nNói.\n'
        made, problems = parse(f"scripts/{name}.md", text.encode())
        assert made, problems
        return made

    started = time.perf_counter()
    house, problems = parse_house("schedule.toml", schedule(stations).encode())
    assert house, [str(problem) for problem in problems[:5]]
    read = time.perf_counter() - started
    offers = [Offer(bulletin(f"chung-{n}", n, "all", ""), 40 + 5 * (n % 30)) for n in range(SHARED)]
    offers += [
        Offer(bulletin(f"rieng-{n}-{own}", own, f"xa-{n}", "until = 2027-10-20"), 35 + own)
        for n in range(stations)
        for own in range(OWN)
    ]
    gc.collect()
    before = peak_megabytes()
    started = time.perf_counter()
    result = simulate(house, offers, FIRST, days)
    planned = time.perf_counter() - started
    airings = sum(one.airings for one in result.bulletins.values())
    assert not result.refused and not result.overfull
    print(
        f"{stations:8} {days:4} {read:7.2f} {planned:8.2f} {1000 * planned / stations / days:8.2f}"
        f" {before:8.0f} {peak_megabytes():8.0f} {airings:9}"
    )


def peak_megabytes() -> float:
    """Highest resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Each size in a fresh process, one line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        measure(given.one, given.days)
        return
    heads = ("stations", "days", "read s", "plan s", "ms each", "MB read", "MB end", "airings")
    widths = (8, 4, 7, 8, 8, 8, 8, 9)
    print(" ".join(f"{head:>{width}}" for head, width in zip(heads, widths, strict=True)))
    sys.stdout.flush()
    for size in given.sizes:
        command = [sys.executable, __file__, "--one", str(size), "--days", str(given.days)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "0"})


if __name__ == "__main__":
    main()
