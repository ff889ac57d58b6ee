"""Every item of a house's day, and bad recordings, measured by tools that are not ours.

    python -m trials.measure day [--house DIR] [--date DATE]     all items of a day, built in a copy of the house
    python -m trials.measure bad [--minutes 30] [--codec opus]   recordings spoilt on purpose, or why they are refused

ffmpeg tells loudness, loudness range, true peak, silences over 1.5 s (under -50 dBFS), clipped samples and the
highest sample of the first and last 50 ms; ffprobe the length, title and chapters; mutagen the tags. "over bed" is
the smallest distance in LU between speech and bed in any 0.4 s that is no pause (wholly inside a sentence, at most
10 LU under the loudest): the item is made once more with and without its bed, too quiet for the limiter to act, and
their difference is the bed.
"""

import argparse
import datetime
import multiprocessing
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import mutagen
import numpy as np

from radio.files import sha256_file
from radio.house import open_house
from radio.mix.items import Item, ItemStore, plan_timeline
from radio.mix.plan import ItemPlan, Recording, SoundSettings, Source, Speech, Tags
from radio.mix.problems import MixError
from radio.store import Store
from tests.mix.measuring import momentary, probe, samples
from trials.recordings import bad, write

RATE = 48_000
HEAD = (
    f"{'LUFS':>6} {'LRA':>5} {'dBTP':>6} {'clip':>4} {'silences':>12} {'over bed':>8} "
    f"{'first':>6} {'last':>6} {'s':>7} {'chapters':>8} tags item"
)


@dataclass(frozen=True)
class Measured:
    """What others say of one file; levels in dBFS, times in seconds."""

    lufs: float
    lra: float
    dbtp: float
    clipped: int
    silences: tuple[float, ...]
    first: float
    last: float
    seconds: float
    chapters: int
    tags: str


def measure(path: Path, item: Item) -> Measured:
    """All of it for one item's file."""
    run = subprocess.run(
        ["ffmpeg", "-nostdin", "-nostats", "-i", path, "-af",
         "silencedetect=n=-50dB:d=1.5,ebur128=peak=true", "-f", "null", "-"],
        capture_output=True, text=True, errors="replace", check=True,
    )  # fmt: skip
    summary = run.stderr[run.stderr.rindex("Summary:") :]
    silences = re.findall(r"silence_duration: (\S+)", run.stderr)
    sound = samples(path)[item.offset : item.offset + item.samples] if item.offset else samples(path)
    found = probe(path)
    return Measured(
        lufs=_number(r"I:\s+(\S+) LUFS", summary),
        lra=_number(r"LRA:\s+(\S+) LU", summary),
        dbtp=_number(r"Peak:\s+(\S+) dBFS", summary),
        clipped=int((np.abs(sound) >= 32767 / 32768).sum()),
        silences=tuple(map(float, silences)),
        first=_decibels(sound[: RATE // 20]),
        last=_decibels(sound[-RATE // 20 :]),
        seconds=float(found["format"]["duration"]),
        chapters=len(found["chapters"]),
        tags=_tags(path, item, found),
    )


def _tags(path: Path, item: Item, found: dict[str, Any]) -> str:
    """``ok``, or which of title and text one of the two readers did not find."""
    told = {**found["format"].get("tags", {}), **found.get("streams", [{}])[0].get("tags", {})}
    told = {name.casefold(): value for name, value in told.items()}
    file = mutagen.File(path)
    title = file["TIT2"].text[0] if item.codec == "mp3" else file["TITLE"][0]
    text = next((str(frame) for name, frame in file.items() if name.startswith("USLT")), "")
    text = text if item.codec == "mp3" else file.get("LYRICS", [""])[0]
    wrong = [name for name, good in (
        ("title", title == told.get("title") == item.title), ("text", text == item.text)
    ) if not good]  # fmt: skip
    return ",".join(wrong) or "ok"


def _number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    return float(found[1]) if found else float("nan")


def _decibels(sound: np.ndarray) -> float:
    return float(20 * np.log10(max(float(np.abs(sound).max(initial=0.0)), 1e-5)))


def over_bed(plan: ItemPlan, folder: Path) -> float:
    """How far speech stays over the bed, at its least (LU)."""
    quiet = replace(plan.sound, lufs=-32.0, bitrate=320, codec="mp3")
    store = ItemStore(folder)
    made = [store.make(replace(plan, sound=quiet, bed=bed)) for bed in (None, plan.bed)]
    alone, both = (samples(store.path(item))[item.offset : item.offset + item.samples] for item in made)
    speaking = np.abs(alone) > 1e-4
    alone = alone * (np.dot(both[speaking], alone[speaking]) / np.dot(alone[speaking], alone[speaking]))
    speech, music = (
        momentary(write(folder / f"{name}.wav", sound))
        for name, sound in (("speech", alone), ("bed", both - alone))
    )
    ends = (np.arange(len(speech)) + 1) / 10  # the windows of 0.4 s are named by their ends
    words = np.zeros(len(speech), bool)
    for cue in plan_timeline(plan, folder).cues:
        if isinstance(cue.part, Speech | Recording):
            words |= (ends >= cue.start / 1000 + 0.4) & (ends <= cue.end / 1000)
    spoken = words & (speech > speech[words].max() - 10)
    return float((speech - music)[spoken].min())


def row(name: str, found: Measured, bed: float | None) -> str:
    """One line of the table."""
    silences = f"{len(found.silences)} ≤ {max(found.silences):.1f} s" if found.silences else "-"
    return (
        f"{found.lufs:6.1f} {found.lra:5.1f} {found.dbtp:6.1f} {found.clipped:4d} {silences:>12} "
        f"{'-' if bed is None else f'{bed:.1f}':>8} {found.first:6.1f} {found.last:6.1f} {found.seconds:7.1f} "
        f"{found.chapters:8d} {found.tags:4} {name}"
    )


class Recorder(ProcessPoolExecutor):
    """A pool of processes that remembers the plans it was given."""

    def __init__(self) -> None:
        super().__init__(2, mp_context=multiprocessing.get_context("forkserver"))
        self.plans: list[ItemPlan] = []

    def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """As the pool's own."""
        self.plans.append(given[0])
        return super().submit(function, *given, **named)


def day(house: Path, date: datetime.date, folder: Path) -> None:
    """Build the house's day in a copy and measure every item that is heard, each once."""
    from radio.mainjob import studio_of
    from radio.newsroom import Newsroom

    for name in ("schedule.toml", "lexicon.toml"):
        if (house / name).is_file():
            shutil.copy(house / name, folder)
    for name in ("scripts", "audio"):
        shutil.copytree(house / name, folder / name)
    radio = [sys.executable, "-m", "radio.cli"]
    subprocess.run([*radio, "approve", "--all", "--yes", "--by", "trial", "--house", folder], check=True,
                   capture_output=True)  # fmt: skip
    opened = open_house(folder)
    store = ItemStore(opened.var)
    opened.state.mkdir(exist_ok=True)
    with Recorder() as executor:
        room = Newsroom(opened, studio_of(opened), store, Store(opened.state / "radio.db"), executor)
        built = room.build_day(date, datetime.datetime.combine(date, datetime.time(), opened.house.zone))
    for one in built.left_out:
        if one.failed:
            print(f"failed: {one.title}: {one.reason}")
    heard = {item.sha256 for manifest in built.manifests for item in manifest.items}
    print(f"{len(heard)} items are heard on {date} at {len(built.manifests)} stations\n{HEAD}")
    for number, plan in enumerate(executor.plans):
        item = store.find(plan.recipe())
        if item is not None and item.sha256 in heard:
            scratch = folder / f"bed-{number}"
            distance = None if plan.bed is None else over_bed(plan, scratch)
            print(row(item.title, measure(store.path(item), item), distance), flush=True)


def spoilt(minutes: float, sound: SoundSettings, folder: Path) -> None:
    """Make an item of each bad recording and measure it, or say why there is none."""
    print(HEAD)
    store = ItemStore(folder)
    (folder / "recordings").mkdir()
    for name, path in bad(folder / "recordings", minutes):
        part = Recording(Source(path, sha256_file(path)))
        try:
            item = store.make(ItemPlan((part,), None, sound, Tags(name)))
        except MixError as error:
            print(f"{'':90} refused  {name}: {error}", flush=True)
        else:
            print(row(name, measure(store.path(item), item), None), flush=True)


def main() -> None:
    """Measure one of the two."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["day", "bad"])
    parser.add_argument("--house", type=Path, default=Path())
    parser.add_argument("--date", type=datetime.date.fromisoformat, default=datetime.date(2026, 11, 23))
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--codec", choices=["mp3", "opus"], default="mp3")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="measure-") as name:
        if given.what == "day":
            day(given.house, given.date, Path(name))
        else:
            spoilt(given.minutes, SoundSettings(bitrate=64, codec=given.codec), Path(name))


if __name__ == "__main__":
    main()
