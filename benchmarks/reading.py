"""How fast and how right: this reading beside public Vietnamese normalisers, on the same text in one run.

The others are no dependency of this program. Put them into an environment of their own and name its Python:

    python -m venv /tmp/others
    /tmp/others/bin/pip install vinorm==2.0.7 vietnormalizer==0.2.3
    python benchmarks/reading.py --others /tmp/others/bin/python

Speed: characters per second over the communication plan, read line by line as a newsroom would, best of three
runs, start-up and loading apart. Accuracy: share of ``tests/reading/cases.tsv`` that ``score.py`` accepts; also of
any other case file given. A normaliser that is not installed is left out and said so.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLAN = ROOT / "tests" / "data" / "ke-hoach-truyen-thong-xhht-2021.txt"
CASES = ROOT / "tests" / "reading" / "cases.tsv"
SCORE = ROOT / "tests" / "reading" / "score.py"
OTHERS = ("vinorm", "vietnormalizer")
RUNS = 3


def load(name: str) -> Callable[[str], str]:
    """The function of a normaliser that turns one written line into a spoken one."""
    if name == "radio":
        sys.path.insert(0, str(ROOT))
        from radio.reading import read

        return lambda line: read(line).spoken
    if name == "vinorm":
        from vinorm import TTSnorm

        return lambda line: TTSnorm(line)
    from vietnormalizer import VietnameseNormalizer

    normalizer = VietnameseNormalizer()
    return lambda line: normalizer.normalize(line)


def measure(name: str, text: list[str], cases: list[str]) -> dict[str, object]:
    """Seconds for the text, best of three, and what is said for each case. Runs in the normaliser's own Python."""
    say = load(name)
    say("khởi động 1")
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        for line in text:
            say(line)
        seconds.append(time.perf_counter() - start)
    return {"seconds": min(seconds), "spoken": [say(case).replace("\n", " ") for case in cases]}


def run_in(python: str, name: str, text: list[str], cases: list[str]) -> dict[str, object] | None:
    """`measure` in another Python, away from this folder; None, with the reason shown, when that fails."""
    with tempfile.TemporaryDirectory() as folder:
        job, answer = Path(folder) / "job.json", Path(folder) / "answer.json"
        job.write_text(json.dumps([name, text, cases]), encoding="utf-8")
        command = [python, str(Path(__file__).resolve()), "--job", str(job), str(answer)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:] or ["?"]
            print(f"{name}: left out: {last[0]}")
            return None
        result: dict[str, object] = json.loads(answer.read_text(encoding="utf-8"))
        return result


def accuracy(spoken: list[str], cases: Path) -> str:
    """What score.py says of the spoken lines: right/all and per cent."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join(spoken))
        file.flush()
        done = subprocess.run(
            [sys.executable, str(SCORE), str(cases), file.name], capture_output=True, text=True, check=True
        )
    return " ".join(done.stdout.strip().splitlines()[-1].split("\t")[1:])


def main() -> None:
    """Measure all, print one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--others", help="Python of the environment with the other normalisers")
    parser.add_argument("--cases", type=Path, default=CASES, help="a case file in the format of cases.tsv")
    parser.add_argument("--job", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        name, text, cases = json.loads(options.job[0].read_text(encoding="utf-8"))
        options.job[1].write_text(json.dumps(measure(name, text, cases)), encoding="utf-8")
        return
    text = [line for line in PLAN.read_text(encoding="utf-8").splitlines() if line.strip()]
    rows = [line.split("\t") for line in options.cases.read_text(encoding="utf-8").splitlines()]
    cases = [row[1] for row in rows if len(row) == 3 and not row[0].startswith("#")]
    characters = sum(map(len, text))
    version = sys.version.split()[0]
    print(f"{characters} characters of text, {len(cases)} cases of {options.cases.name}, Python {version}")
    print(f"{'':16}{'characters/s':>14}{'accepted':>18}")
    for name in ("radio", *OTHERS):
        python = sys.executable if name == "radio" else options.others
        if python is None:
            print(f"{name}: left out: no --others given")
            continue
        result = run_in(python, name, text, cases)
        if result is not None:
            speed = characters / float(str(result["seconds"]))
            spoken = [str(line) for line in result["spoken"]]  # type: ignore[attr-defined]
            print(f"{name:16}{speed:14,.0f}{accuracy(spoken, options.cases):>18}")


if __name__ == "__main__":
    main()
