"""A centre and a station's memory in a folder, with real keys and real metadata."""

import datetime
from copy import copy
from dataclasses import replace
from pathlib import Path

from securesystemslib.signer import CryptoSigner

from radio import package
from radio.files import write_bytes
from radio.trust import ceremony, roles
from radio.trust.client import View, folder_reader, look
from radio.trust.memory import Memory
from radio.trust.repository import Day, Repository

from ..station.world import make_manifest

DATE = datetime.date(2026, 12, 1)
NOW = datetime.datetime(2026, 12, 1, 3, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


def manifest(station: str = "xa-1", date: datetime.date = DATE, sequence: int = 1) -> package.Manifest:
    """A playlist without a slot."""
    return replace(make_manifest(date, [], [], sequence=sequence), station=station)


class Centre:
    """A house's keys and repository, and the tree it publishes."""

    def __init__(self, folder: Path, stations: tuple[str, ...] = ("xa-1", "xa-2")) -> None:
        self.folder, self.stations = folder, stations
        self.signers = {name: CryptoSigner.generate_ed25519() for name in roles.KEYS}
        ceremony.begin(self.repository, self.signers, NOW - DAY)

    @property
    def repository(self) -> Repository:
        """What it has signed, read anew."""
        return Repository(self.folder / "metadata")

    @property
    def tree(self) -> Path:
        """What it publishes."""
        return self.folder / "tree"

    def copied(self, folder: Path, signers: dict[str, CryptoSigner]) -> "Centre":
        """The same centre in a copy of its folder, with some other keys."""
        other = copy(self)
        other.folder, other.signers = folder, {**self.signers, **signers}
        return other

    def publish(self, *manifests: package.Manifest, now: datetime.datetime = NOW) -> None:
        """Sign them, put them into force and lay out the tree, the timestamp last."""
        days = [Day(one.station, one.date, package.serialise(one)) for one in manifests]
        self.repository.sign(days, self.stations, self.signers[roles.CENTRE], now)
        self.repository.commit(self.signers[roles.ONLINE], now)
        for day in days:
            write_bytes(self.tree / roles.target_file(day.station, day.date, day.sha256), day.data)
        for path, data in self.repository.tree(self.stations).items():
            write_bytes(self.tree / path, data)

    def renew(self, name: str, without: tuple[str, ...] = (), now: datetime.datetime = NOW) -> CryptoSigner:
        """Replace a key by a new one; returns the old one, as a thief would have it."""
        old = self.signers[name]
        new = CryptoSigner.generate_ed25519()
        roots = {one: self.signers[one] for one in roles.ROOT_KEYS if one not in without}
        ceremony.replace(self.repository, name, new, roots, now)
        self.signers[name] = new
        return old


class Station:
    """What a station remembers, and how it looks at a tree."""

    def __init__(self, root: bytes, name: str = "xa-1") -> None:
        self.memory, self.name = Memory(root), name

    def look(self, tree: Path, now: datetime.datetime = NOW, date: datetime.date = DATE) -> View:
        """One look for one date; what it has learned is kept."""
        paths = [roles.target_path(self.name, date)]
        view = look(self.memory, folder_reader(tree), paths, now, package.MAX_MANIFEST_BYTES)
        self.memory = view.memory
        return view

    def gets(self, tree: Path, now: datetime.datetime = NOW, date: datetime.date = DATE) -> int:
        """The sequence of the manifest found for the date, 0 for none."""
        found = self.look(tree, now, date).found
        return package.parse(found[roles.target_path(self.name, date)]).sequence if found else 0
