"""The main job with everything it works on: one house, one lock, its stores, its voices and its workers."""

import datetime
import hashlib
import multiprocessing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from . import package
from .config import House
from .files import exclusive, write_bytes
from .house import OpenHouse, open_house
from .i18n import _, ngettext
from .mix.items import ItemStore
from .newsroom import Built, Newsroom, Progress
from .problem import RadioError
from .push import Pushed, TreeFile, merged, push_all, station_tree
from .station.trusting import ensure_trust
from .store import Delivery, Store
from .timetable import slots_on
from .trust import roles
from .trust.keys import Ask, KeyClosed
from .trust.office import Office
from .trust.repository import Day
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
    office: Office
    notes: list[str] = field(default_factory=list)
    """What the user should know of keys and trust."""

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
        """Sign, push to every station, and remember what became of it. By station.

        A house without keys is given them. Where the centre's key does not open by itself, only what has been
        signed elsewhere (``radio sign``) is pushed.
        """
        self.sign_if_open(manifests, now)
        announced = self.office.repository.announced()
        results = {
            one.station: Pushed("waiting", detail=_('waiting for a signature: "radio sign"'))
            for one in manifests
        }
        places: dict[Path, list[package.Manifest]] = {}
        for one in manifests:
            if announced.get(roles.target_path(one.station, one.date)) == _sha256(one):
                places.setdefault(station_folder(self.opened, one.station), []).append(one)
        work = [(self._tree(ready, now), folder) for folder, ready in places.items()]
        for done, (ready, result) in enumerate(
            zip(places.values(), push_all(work, self.opened.root), strict=True), 1
        ):
            self.progress(_("Pushing"), done, len(work))
            results |= {one.station: result for one in ready}
        self._remember(manifests, results, now)
        self._trust_at_home(
            station for station, one in results.items() if one.outcome in ("pushed", "unchanged")
        )
        return results

    def sign_if_open(self, manifests: Sequence[package.Manifest], now: datetime.datetime) -> None:
        """Sign with the centre's key if it needs no passphrase; what is signed already stays as it is."""
        self.give_keys(now)
        try:
            self.sign(manifests, now)
        except KeyClosed:
            self.office.commit(now)

    def sign(
        self, manifests: Sequence[package.Manifest], now: datetime.datetime, ask: Ask | None = None
    ) -> None:
        """Sign manifests with the centre's key and put them into force. Raises `KeyClosed`."""
        days = [Day(one.station, one.date, package.serialise(one)) for one in manifests]
        self.office.sign(days, [station.id for station in self.opened.house.station], now, ask)
        self.office.commit(now)

    def give_keys(self, now: datetime.datetime) -> None:
        """Give the house its keys if it has none, and note it."""
        if self.office.found(now):
            self.notes.append(
                _("This house had no keys; they were made in %(folder)s, which only you can read. All are on this"
                  ' machine: see "radio keys --help". Its fingerprint: %(fingerprint)s')
                % {"folder": self.office.keys_folder, "fingerprint": self.office.repository.fingerprint}
            )  # fmt: skip

    def _tree(self, manifests: Sequence[package.Manifest], now: datetime.datetime) -> tuple[TreeFile, ...]:
        """What lies at one place: usually one station's folder, or a depot that several share."""
        trees = []
        for one in manifests:
            data = package.serialise(one)
            path = roles.target_file(one.station, one.date, _sha256(one))
            metadata = self.office.repository.tree([one.station])
            trees.append(station_tree([(path, one, data)], metadata, self.items.path, now))
        return merged(trees)

    def _remember(
        self, manifests: Sequence[package.Manifest], results: Mapping[str, Pushed], now: datetime.datetime
    ) -> None:
        for one in manifests:
            result = results[one.station]
            if result.outcome != "unchanged":
                row = (one.station, one.date, one.sequence, now.isoformat())
                self.store.delivered(Delivery(*row, result.outcome, result.detail))

    def _trust_at_home(self, stations: Iterable[str]) -> None:
        """Stations whose folder lies inside the house trust its key without a person who compares it.

        Whoever can write there can write their memory as well. Stations elsewhere need ``radio station trust``.
        """
        new = []
        for station in stations:
            folder = station_folder(self.opened, station)
            if folder.is_relative_to(self.opened.root) and ensure_trust(folder, self.office.repository.root):
                new.append(station)
        if new:
            self.notes.append(
                ngettext(
                    "%(count)d station in a folder of this house now trusts its key.",
                    "%(count)d stations in folders of this house now trust its key.",
                    len(new),
                )
                % {"count": len(new)}
            )

    def _package(self, station: str, date: datetime.date) -> Path:
        return self.opened.var / "packages" / package.built_path(station, date)


def _sha256(manifest: package.Manifest) -> str:
    return hashlib.sha256(package.serialise(manifest)).hexdigest()


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
            office = Office(opened.state, keys_folder)
            yield Work(opened, store, studio, ItemStore(opened.var), executor, progress, office)
