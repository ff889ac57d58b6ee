"""From built days to stations: signed, sent, remembered. The part of the main job that follows the build."""

import datetime
import hashlib
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import package
from .house import OpenHouse
from .i18n import _, ngettext
from .mix.items import ItemStore
from .outbox import Letter, Outbox, tried
from .places import Folder, Place, Sftp, parse_place
from .push import Pushed, TreeFile, deliver, merged, station_tree
from .station.trusting import ensure_trust
from .store import Delivery, Store
from .trust import roles
from .trust.keys import Ask, KeyClosed
from .trust.office import Office
from .trust.repository import Day

Progress = Callable[[str, int, int], None]


@dataclass
class Dispatch:
    """Signing and delivery for one house, while it is locked."""

    opened: OpenHouse
    store: Store
    items: ItemStore
    office: Office
    outbox: Outbox
    progress: Progress
    notes: list[str] = field(default_factory=list)
    """What the user should know of keys and trust."""

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
        places: dict[Place, list[package.Manifest]] = {}
        for one in manifests:
            if announced.get(roles.target_path(one.station, one.date)) == _sha256(one):
                places.setdefault(place_of(self.opened, one.station), []).append(one)
        self.outbox.put((_letter(one, now) for one in manifests), now)
        done = 0

        def told(place: Place, result: Pushed) -> None:
            nonlocal done
            done += 1
            self.progress(_("Pushing"), done, len(places))
            results.update((one.station, result) for one in places[place])

        work = {place: self._tree(ready, now) for place, ready in places.items()}
        deliver(work, self._login(work), self.opened.house.delivery.kbit * 125, told, self.opened.root)
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

    def _login(self, places: Iterable[Place]) -> Path:
        """The key for other machines, made when the first of them is pushed to."""
        login = self.opened.state / "keys"
        for place in places:
            if isinstance(place, Sftp):
                from .push.login import login_key  # here: a house that pushes to folders loads no SSH

                return login_key(login)
        return login

    def _remember(
        self, manifests: Sequence[package.Manifest], results: Mapping[str, Pushed], now: datetime.datetime
    ) -> None:
        letters = {(one.station, one.date): one for one in self.outbox.letters(datetime.date.min)}
        for one in manifests:
            result = results[one.station]
            if letter := letters.get((one.station, one.date)):
                self.outbox.update(tried(letter, result.outcome, result.detail, now, random.random()))
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
            if folder is None or not folder.is_relative_to(self.opened.root):
                continue
            if ensure_trust(folder, self.office.repository.root):
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


def _sha256(manifest: package.Manifest) -> str:
    return hashlib.sha256(package.serialise(manifest)).hexdigest()


def _letter(manifest: package.Manifest, now: datetime.datetime) -> Letter:
    covers = max((slot.end for slot in manifest.slots), default=manifest.not_before)
    return Letter(manifest.station, manifest.date, manifest.sequence, covers, "pending", 0, now, now)


def place_of(opened: OpenHouse, station: str) -> Place:
    """Where a station's package is pushed to."""
    one = next(one for one in opened.house.station if one.id == station)
    return parse_place(opened.root, one.push.replace("{id}", station), one.host_key)


def station_folder(opened: OpenHouse, station: str) -> Path | None:
    """The folder that a station's package is pushed to; None when that is on another machine."""
    place = place_of(opened, station)
    return place.path if isinstance(place, Folder) else None
