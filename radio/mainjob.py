"""The main job with everything it works on: one house, one lock, its stores, its voices and its workers."""

import datetime
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from . import package
from .config import House
from .files import exclusive, write_bytes
from .house import OpenHouse, open_house
from .i18n import _
from .mix.items import ItemStore
from .newsroom import Built, Newsroom, Progress
from .problem import RadioError
from .push import Pushed, push_all
from .store import Delivery, Store
from .timetable import slots_on
from .voice import ClipStore, HttpSetup, Manner, PiperSetup, Setup, Studio, open_studio


@dataclass(frozen=True)
class Outcome:
    """A day that was built, and how its delivery went."""

    built: Built
    pushed: tuple[Pushed, ...]

    @property
    def failed(self) -> bool:
        """Whether something went wrong anywhere."""
        return self.built.failed or any(one.outcome == "failed" for one in self.pushed)

    def as_tree(self) -> dict[str, Any]:
        """Plain values for ``--json``."""
        return {
            "date": self.built.date.isoformat(),
            "failed": self.failed,
            "clips_made": self.built.clips_made,
            "items_made": self.built.items_made,
            "stations": [package.to_tree(manifest) for manifest in self.built.manifests],
            "left_out": [asdict(one) for one in self.built.left_out],
            "pushed": [asdict(one) for one in self.pushed],
            "notes": list(self.built.notes),
        }


@dataclass
class Work:
    """The main job's tools, held while the house is locked."""

    opened: OpenHouse
    store: Store
    studio: Studio
    items: ItemStore
    executor: ProcessPoolExecutor
    progress: Progress

    def days_from(self, now: datetime.datetime) -> list[datetime.date]:
        """Today; and tomorrow as well when no station has a slot left today."""
        return days_from(self.opened.house, now)

    def build(self, date: datetime.date, now: datetime.datetime) -> Built:
        """Build ``date`` and keep its packages in ``var/packages``."""
        room = Newsroom(self.opened, self.studio, self.items, self.store, self.executor, self.progress)
        built = room.build_day(date, now)
        ClipStore(clips_folder(self.opened)).prune(self.opened.house.voice.cache_mb * 1_000_000)
        for manifest in built.manifests:
            path = self._package(manifest.station, date)
            data = package.serialise(manifest)
            if not (path.is_file() and path.read_bytes() == data):
                write_bytes(path, data)
        return built

    def load(self, date: datetime.date) -> Built:
        """The packages of ``date`` as they were built before. Raises `RadioError` if one is missing or damaged."""
        manifests = []
        for station in self.opened.house.station:
            path = self._package(station.id, date)
            if not path.is_file():
                raise RadioError(
                    _('%(date)s has not been built: "radio build %(date)s" first') % {"date": date}
                )
            try:
                manifests.append(package.parse(path.read_bytes()))
            except package.BadManifest as error:
                raise RadioError(f"{path}: {error}") from error
        return Built(date, tuple(manifests), (), (), 0, 0)

    def push(self, manifests: Sequence[package.Manifest], now: datetime.datetime) -> tuple[Pushed, ...]:
        """Push to every station and remember what became of it."""
        results = []
        work = [(manifest, station_folder(self.opened, manifest.station)) for manifest in manifests]
        for _manifest, folder in work:
            if folder.is_relative_to(self.opened.root):  # a folder elsewhere must be there: a stick, a share
                folder.mkdir(parents=True, exist_ok=True)
        for done, (manifest, result) in enumerate(
            zip(manifests, push_all(work, self.items.path), strict=True), 1
        ):
            self.progress(_("Pushing"), done, len(work))
            results.append(result)
            if result.outcome != "unchanged":
                row = (manifest.station, manifest.date, manifest.sequence, now.isoformat())
                self.store.delivered(Delivery(*row, result.outcome, result.detail))
        return tuple(results)

    def _package(self, station: str, date: datetime.date) -> Path:
        return self.opened.var / "packages" / package.manifest_path(station, date)


def station_folder(opened: OpenHouse, station: str) -> Path:
    """The folder that a station's package is pushed to."""
    push = next(one.push for one in opened.house.station if one.id == station)
    return opened.root / push.replace("{id}", station)


def days_from(house: House, now: datetime.datetime) -> list[datetime.date]:
    """Today; and tomorrow as well when no station has a slot left today."""
    today = now.date()
    left = any(dated.end > now for station in house.station for dated in slots_on(house, station, today))
    return [today] if left else [today, today + datetime.timedelta(days=1)]


def clips_folder(opened: OpenHouse) -> Path:
    """Where voiced sentences are kept."""
    return opened.var / "clips"


def studio_of(opened: OpenHouse, engines: Sequence[str] = ()) -> Studio:
    """The house's voices that are on air, or these ``engines``, with its clips in ``var/clips``."""
    return open_studio(engines or opened.house.voice.aired, clips_folder(opened), voice_setup(opened))


def voice_setup(opened: OpenHouse) -> Setup:
    """What the house says about its voices, as the engines want it."""
    voice = opened.house.voice
    manner = Manner(voice.rate, voice.pauses.comma, voice.pauses.sentence)
    piper = PiperSetup(opened.root / "voices", **voice.piper.model_dump()) if voice.piper else None
    http = None
    if voice.http:
        http = HttpSetup(**{**voice.http.model_dump(), "headers": tuple(voice.http.headers.items())})
    return Setup(manner, piper, http)


@contextmanager
def working(root: Path, progress: Progress) -> Iterator[Work]:
    """Open and lock the house for a build.

    Raises `radio.problem.BadInput` when the house cannot be used and `radio.files.Busy` when another build runs.
    """
    opened = open_house(root)
    with exclusive(opened.var / "radio.lock"), closing(Store(opened.state)) as store:
        studio = studio_of(opened)
        # forkserver: workers start clean, whatever engine or codec this process has loaded meanwhile
        context = multiprocessing.get_context("forkserver")
        with ProcessPoolExecutor(mp_context=context) as executor:
            yield Work(opened, store, studio, ItemStore(opened.var), executor, progress)
