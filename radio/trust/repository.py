"""What the centre has signed: extended every day, kept in ``state/repository``.

`Repository.sign` needs the centre's key and may be done on another machine; `Repository.commit` needs the online
key and puts it into force. Whatever dies in between, the next call goes on.
"""

import datetime
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from securesystemslib.signer import Signer
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from ..i18n import _
from ..problem import RadioError
from . import roles
from .fingerprint import fingerprint
from .metadata import MetadataFolder, whole_second

KEEP_DATES = datetime.timedelta(days=2)
"""Manifests of dates longer past than this are no longer announced."""


@dataclass(frozen=True)
class Day:
    """A manifest to sign: its station and date, and its bytes."""

    station: str
    date: datetime.date
    data: bytes

    @property
    def sha256(self) -> str:
        """The hash under which it is announced."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def path(self) -> str:
        """The name under which it is announced."""
        return roles.target_path(self.station, self.date)


class Repository:
    """The signed metadata of one house. Reading needs no key."""

    def __init__(self, folder: Path) -> None:
        self.files = MetadataFolder(folder)

    @property
    def exists(self) -> bool:
        """Whether the house has been given its keys."""
        return self.files.newest(Root.type) > 0

    @property
    def fingerprint(self) -> str:
        """What a person compares before a station trusts this centre."""
        return fingerprint(self.root)

    @property
    def root(self) -> bytes:
        """The newest root metadata. Raises `RadioError` where there is none."""
        if not self.exists:
            raise RadioError(_('this house has no keys yet: "radio keys init"'))
        return self.files.data(Root.type)

    def announced(self) -> dict[str, str]:
        """The hash of every manifest that is signed, by its name."""
        return {path: info.hashes["sha256"] for path, info in self._targets().items()}

    def stations(self) -> set[str]:
        """The stations that the newest centre role knows."""
        patterns = (pattern for role in self._delegations().values() for pattern in role.paths or ())
        return {pattern.partition("/")[0] for pattern in patterns}

    def expires(self) -> dict[str, datetime.datetime]:
        """When the metadata of each role runs out."""
        ends = {Root.type: self.files.root().signed.expires}
        if (timestamp := self.files.timestamp()) and (snapshot := self.files.snapshot()):
            ends[Timestamp.type] = timestamp.signed.expires
            for name in snapshot.signed.meta:
                role = name.removesuffix(".json")
                ends[role] = self.files.targets(role).signed.expires
        return ends

    def tree(self, stations: Iterable[str]) -> dict[str, bytes]:
        """The metadata that these stations need, by path inside the tree, the timestamp last."""
        snapshot = self.files.snapshot()
        if snapshot is None:
            raise RadioError(_('this house has no keys yet: "radio keys init"'))
        count = roles.bins(sum(len(role.paths or ()) for role in self._delegations().values()))
        wanted = {
            Targets.type,
            roles.CENTRE,
            roles.CUT_IN,
            *(roles.days_role(one, count) for one in stations),
        }
        versions = [(Root.type, version) for version in range(1, self.files.newest(Root.type) + 1)]
        versions += [
            (role, info.version)
            for role in sorted(wanted)
            if (info := snapshot.signed.meta.get(f"{role}.json"))
        ]
        versions.append((Snapshot.type, snapshot.signed.version))
        tree = {
            f"metadata/{version}.{role}.json": self.files.data(role, version) for role, version in versions
        }
        return {**tree, "metadata/timestamp.json": self.files.data(Timestamp.type)}

    def sign(
        self, days: Iterable[Day], stations: Sequence[str], centre: Signer, now: datetime.datetime
    ) -> int:
        """Announce ``days`` beside what was announced before; returns how many files had to be signed.

        ``stations`` are all of the house. Nothing reaches a station before `commit`.
        """
        count = roles.bins(len(stations))
        bins: dict[str, dict[str, TargetFile]] = {roles.days_role(one, count): {} for one in stations}
        known, oldest = set(stations), now.date() - KEEP_DATES
        for path, info in self._targets().items():
            station = path.partition("/")[0]
            if station in known and roles.date_of(path) >= oldest:
                bins[roles.days_role(station, count)][path] = info
        for day in days:
            info = TargetFile(len(day.data), {"sha256": day.sha256}, day.path)
            bins[roles.days_role(day.station, count)][day.path] = info
        signed = self._sign_centre(stations, centre, now)
        for role, targets in bins.items():
            if self._stale(role, Targets(targets=targets), centre, roles.RENEW_DAYS, now):
                end = max(now, _end(targets)) + roles.DAYS_LAST
                content = Targets(targets=dict(sorted(targets.items())), expires=whole_second(end))
                self.files.write(role, content, [centre], now)
                signed += 1
        return signed

    def commit(self, online: Signer, now: datetime.datetime) -> bool:
        """Put what was signed into force; returns whether anything had to be written."""
        snapshot = self.files.snapshot()
        before = snapshot.signed.meta if snapshot else {}
        wanted = (Targets.type, roles.CENTRE, roles.CUT_IN, *self._bins())
        meta = {**before, **{f"{role}.json": MetaFile(self.files.newest(role)) for role in wanted}}
        end = max(now, _end(self._targets())) + roles.TIMESTAMP_LASTS
        if meta == before and self._fresh(online, end, now):
            return False
        content = Snapshot(meta=meta, expires=whole_second(end + roles.DAYS_LAST))
        number = self.files.write(Snapshot.type, content, [online], now)
        latest = Timestamp(snapshot_meta=MetaFile(number), expires=whole_second(end))
        self.files.write(Timestamp.type, latest, [online], now)
        needed = [(name.removesuffix(".json"), info.version) for name, info in meta.items()]
        self.files.keep_only([*needed, (Snapshot.type, number)])
        return True

    def _targets(self) -> dict[str, TargetFile]:
        """Everything announced, by name."""
        return {
            path: info
            for role in self._bins()
            for path, info in self.files.targets(role).signed.targets.items()
        }

    def _bins(self) -> list[str]:
        """The bins that the newest centre role names and that have been signed."""
        return [role for role in self._delegations() if self.files.newest(role)]

    def _delegations(self) -> Mapping[str, DelegatedRole]:
        if not self.files.newest(roles.CENTRE):
            return {}
        delegations = self.files.targets(roles.CENTRE).signed.delegations
        return delegations.roles or {} if delegations else {}

    def _sign_centre(self, stations: Sequence[str], centre: Signer, now: datetime.datetime) -> int:
        content = centre_role(stations, centre, now)
        if not self._stale(roles.CENTRE, content, centre, roles.RENEW_CENTRE, now):
            return 0
        self.files.write(roles.CENTRE, content, [centre], now)
        return 1

    def _stale(
        self, role: str, wanted: Targets, signer: Signer, renew: datetime.timedelta, now: datetime.datetime
    ) -> bool:
        """Whether a role has to be signed again: other content, another key, or soon out of date."""
        if not self.files.newest(role):
            return True
        current = self.files.targets(role)
        return (
            current.signed.targets != wanted.targets
            or current.signed.delegations != wanted.delegations
            or signer.public_key.keyid not in current.signatures
            or current.signed.expires - now < renew
        )

    def _fresh(self, online: Signer, end: datetime.datetime, now: datetime.datetime) -> bool:
        """Whether the timestamp in force is by this key, and half of the time it should last is left."""
        timestamp = self.files.timestamp()
        if timestamp is None or online.public_key.keyid not in timestamp.signatures:
            return False
        return timestamp.signed.expires - now >= (end - now) / 2


def centre_role(stations: Sequence[str], centre: Signer, now: datetime.datetime) -> Targets:
    """Which bin each station belongs to. All bins are signed by the centre's one key."""
    key, count = centre.public_key, roles.bins(len(stations))
    paths: dict[str, list[str]] = {}
    for station in sorted(stations):
        paths.setdefault(roles.days_role(station, count), []).append(f"{station}/*.json")
    found = {
        role: DelegatedRole(role, [key.keyid], 1, terminating=True, paths=patterns)
        for role, patterns in sorted(paths.items())
    }
    return Targets(
        delegations=Delegations({key.keyid: key}, found), expires=whole_second(now + roles.CENTRE_LASTS)
    )


def _end(targets: Iterable[str]) -> datetime.datetime:
    """When the last of these manifests is over: two days after its date begins, in any time zone."""
    last = max((roles.date_of(path) for path in targets), default=datetime.date(1970, 1, 1))
    return datetime.datetime.combine(last, datetime.time(), datetime.UTC) + datetime.timedelta(days=2)
