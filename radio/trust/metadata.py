"""A folder of signed metadata: ``<version>.<role>.json``, each written once, and ``timestamp.json``."""

import datetime
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from securesystemslib.signer import Signer
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from ..files import write_bytes
from . import roles

Kind = TypeVar("Kind", Root, Targets, Snapshot, Timestamp)


class MetadataFolder:
    """The files, and an index of the newest version of each role. One process writes at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._index: dict[str, int] | None = None
        self._parsed: dict[tuple[str, int], Metadata[Targets]] = {}

    def newest(self, role: str) -> int:
        """The highest version of a role that is here, 0 for none."""
        return self._versions().get(role, 0)

    def _versions(self) -> dict[str, int]:
        if self._index is None:
            self._index = {}
            for path in self.folder.glob("*.*.json"):
                version, _dot, name = path.name.removesuffix(".json").partition(".")
                if version.isdigit():
                    self._index[name] = max(self._index.get(name, 0), int(version))
        return self._index

    def _highest(self) -> int:
        """The highest version of all roles but the root."""
        timestamp = self.timestamp()
        versions = [version for role, version in self._versions().items() if role != Root.type]
        return max([timestamp.signed.version if timestamp else 0, *versions])

    def data(self, role: str, version: int = 0) -> bytes:
        """A role's bytes, of its newest version unless told; the timestamp has but one."""
        name = role if role == Timestamp.type else f"{version or self.newest(role)}.{role}"
        return (self.folder / f"{name}.json").read_bytes()

    def root(self, version: int = 0) -> Metadata[Root]:
        """The root of that version, the newest for 0."""
        return Metadata[Root].from_bytes(self.data(Root.type, version))

    def targets(self, role: str) -> Metadata[Targets]:
        """The newest of ``targets`` or of a role below it. Not to be changed: it is read only once."""
        key = (role, self.newest(role))
        if key not in self._parsed:
            self._parsed[key] = Metadata[Targets].from_bytes(self.data(*key))
        return self._parsed[key]

    def timestamp(self) -> Metadata[Timestamp] | None:
        """The timestamp in force; None before the first."""
        if not (self.folder / "timestamp.json").is_file():
            return None
        return Metadata[Timestamp].from_bytes(self.data(Timestamp.type))

    def snapshot(self) -> Metadata[Snapshot] | None:
        """The snapshot in force; None before the first."""
        timestamp = self.timestamp()
        if timestamp is None:
            return None
        return Metadata[Snapshot].from_bytes(self.data(Snapshot.type, timestamp.signed.snapshot_meta.version))

    def write(self, role: str, content: Kind, signers: Sequence[Signer], now: datetime.datetime) -> int:
        """Sign and write the next version of a role; returns its number.

        A root's versions have no gaps. No two files of other roles ever share a number: what is signed does not
        name its role, so one file could be passed off as another by the same key and of the same version.
        """
        content.version = self.newest(role) + 1 if role == Root.type else roles.numbered(self._highest(), now)
        metadata = Metadata(content)
        for signer in signers:
            metadata.sign(signer, append=True)
        name = role if role == Timestamp.type else f"{content.version}.{role}"
        write_bytes(self.folder / f"{name}.json", metadata.to_bytes())
        if role != Timestamp.type:
            self._versions()[role] = content.version
        return content.version

    def keep_only(self, needed: Iterable[tuple[str, int]]) -> None:
        """Remove all files but the timestamp, every root, and the roles and versions that are ``needed``."""
        names = {f"{version}.{role}.json" for role, version in needed} | {"timestamp.json"}
        for path in self.folder.glob("*.json"):
            if path.name not in names and not path.name.endswith(".root.json"):
                path.unlink(missing_ok=True)
        self._index = None


def whole_second(moment: datetime.datetime) -> datetime.datetime:
    """The moment in UTC without fractions, as TUF metadata wants it."""
    return moment.astimezone(datetime.UTC).replace(microsecond=0)
