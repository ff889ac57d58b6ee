"""The main job with everything it works on: one house, one lock, its stores, its voices and its workers."""

import datetime
import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from . import package
from .config import House
from .dispatch import Dispatch
from .files import exclusive, write_bytes
from .house import OpenHouse, open_house
from .i18n import _
from .mix.items import ItemStore
from .newsroom import Built, Newsroom, Progress
from .outbox import Outbox
from .problem import RadioError
from .push import Pushed
from .store import Store
from .timetable import slots_on
from .trust.office import Office
from .voice import ClipStore, HttpSetup, Manner, PiperSetup, Setup, Studio, open_studio


@dataclass(frozen=True)
class Outcome:
    """A day that was built, and how its delivery went, by station."""

    built: Built
    pushed: Mapping[str, Pushed]

    @property
    def failed(self) -> bool:
        """Whether something went wrong anywhere, or waits for a signature."""
        return self.built.failed or any(one.outcome in ("failed", "waiting") for one in self.pushed.values())

    def as_tree(self) -> dict[str, Any]:
        """Plain values for ``--json``."""
        return {
            "date": self.built.date.isoformat(),
            "failed": self.failed,
            "clips_made": self.built.clips_made,
            "items_made": self.built.items_made,
            "stations": [package.to_tree(manifest) for manifest in self.built.manifests],
            "left_out": [asdict(one) for one in self.built.left_out],
            "pushed": [{"station": station, **asdict(one)} for station, one in self.pushed.items()],
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
    dispatch: Dispatch

    def days_from(self, now: datetime.datetime) -> list[datetime.date]:
        """Today; and tomorrow as well when no station has a slot left today."""
        return days_from(self.opened.house, now)

    def build(self, date: datetime.date, now: datetime.datetime) -> Built:
        """Build ``date`` and keep its packages in ``var/packages``."""
        room = Newsroom(self.opened, self.studio, self.items, self.store, self.executor, self.progress)
        built = room.build_day(date, now, self._given_out(date))
        ClipStore(clips_folder(self.opened)).prune(self.opened.house.voice.cache_mb * 1_000_000)
        for manifest in built.manifests:
            path = self._package(manifest.station, date)
            data = package.serialise(manifest)
            if not (path.is_file() and path.read_bytes() == data):
                write_bytes(path, data)
        return built

    def _given_out(self, date: datetime.date) -> dict[str, package.Manifest]:
        """The packages of ``date`` as they were built last, by station; those that cannot be read are not there."""
        found = {}
        for station in self.opened.house.station:
            try:
                found[station.id] = package.parse(self._package(station.id, date).read_bytes())
            except (OSError, package.BadManifest):
                continue
        return found

    def load(self, date: datetime.date) -> Built:
        """The packages of ``date`` as they were built before.

        Raises `RadioError` if one is missing or damaged, or holds a bulletin that is not approved any more.
        """
        approved = {one.bulletin.title for one in self.opened.scripts if one.standing == "approved"}
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
            heard = {
                cue.title for slot in manifests[-1].slots for cue in slot.cues if cue.kind == "bulletins"
            }
            if gone := sorted(heard - approved):
                message = _('"%(title)s" is not approved any more: "radio build %(date)s" first')
                raise RadioError(message % {"title": gone[0], "date": date})
        return Built(date, tuple(manifests), (), (), 0, 0)

    def push(self, manifests: Sequence[package.Manifest], now: datetime.datetime) -> Mapping[str, Pushed]:
        """Sign, push to every station, and remember what became of it. By station."""
        return self.dispatch.push(manifests, now)

    def retry(self, now: datetime.datetime) -> Mapping[str, Pushed]:
        """Push again what has not arrived and is due, day by day. By station, its last day."""
        results: dict[str, Pushed] = {}
        letters = [one for one in self.dispatch.outbox.pending(now.date()) if one.due <= now]
        for date in sorted({letter.date for letter in letters}):
            stations = {letter.station for letter in letters if letter.date == date}
            found = [one for one in self._given_out(date).values() if one.station in stations]
            results |= self.push(found, now)
        return results

    def _package(self, station: str, date: datetime.date) -> Path:
        return self.opened.var / "packages" / package.built_path(station, date)


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
def working(root: Path, progress: Progress, keys_folder: Path | None = None) -> Iterator[Work]:
    """Open and lock the house for a build. Its private keys are in ``keys_folder``, else in ``state/keys``.

    Raises `radio.problem.BadInput` when the house cannot be used and `radio.files.Busy` when another build runs.
    """
    opened = open_house(root)
    with exclusive(opened.var / "radio.lock"), closing(Store(opened.state)) as store:
        studio = studio_of(opened)
        # forkserver: workers start clean, whatever engine or codec this process has loaded meanwhile
        context = multiprocessing.get_context("forkserver")
        with ProcessPoolExecutor(mp_context=context) as executor:
            items = ItemStore(opened.var)
            office = Office(opened.state, keys_folder)
            dispatch = Dispatch(opened, store, items, office, Outbox(store.engine), progress)
            yield Work(opened, store, studio, items, executor, progress, dispatch)
