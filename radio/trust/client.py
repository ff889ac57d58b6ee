"""The station's side: what in a tree was signed by the centre that it trusts.

python-tuf's client judges, from a plain folder. Its own cache is no memory (it is never synced to the disk): each
look starts from what the station's database remembers, in a temporary folder, and hands back what to remember.
"""

import datetime
import os
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.api.metadata import Metadata, Root
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from ..i18n import _
from . import fingerprint
from .memory import Memory

CHUNK = 1 << 16
MAX_ROOTS = 64
"""Rotations of the root that are followed at one look."""

Read = Callable[[str], Iterator[bytes]]
"""Gives the bytes of a file of the tree in pieces; raises FileNotFoundError, or another OSError."""


@dataclass(frozen=True)
class View:
    """What one look has found.

    ``memory`` is to be remembered; after a ``refusal`` (a reason) only its root can be new. ``found`` holds the
    bytes of signed files, ``missing`` a reason for each that is signed but not here or not whole. What is in
    neither is not signed at all.
    """

    memory: Memory
    found: Mapping[str, bytes] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""


def folder_reader(folder: Path) -> Read:
    """Reads a tree from a folder that anybody may have written: regular files only, no links, no waiting."""

    def read(path: str) -> Iterator[bytes]:
        handle = os.open(folder / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise OSError(_("%s is no file") % path)
            while block := file.read(CHUNK):
                yield block

    return read


def look(memory: Memory, read: Read, wanted: Sequence[str], now: datetime.datetime, most: int) -> View:
    """Judge the tree behind ``read``: the newest metadata, then each ``wanted`` file of at most ``most`` bytes.

    ``now`` decides about expiry; it must not lie before anything believed earlier. Raises OSError only where the
    temporary folder cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="radio-trust-") as name:
        cache = Path(name)
        for role, data in memory.metadata.items():
            (cache / f"{role}.json").write_bytes(data)
        try:
            updater = Updater(
                name, "tree:metadata", name, "tree:targets", _Fetcher(read), _config(), bootstrap=memory.root
            )
        except RepositoryError as error:  # the memory itself is damaged: nothing can be believed
            return View(memory, refusal=reason(error))
        # The only way to give python-tuf 7 a time: it reads the clock once, when it starts.
        updater._trusted_set.reference_time = now
        try:
            updater.refresh()
            infos = {path: updater.get_targetinfo(path) for path in wanted}
        except (RepositoryError, DownloadError) as error:
            return View(Memory(_root(cache), memory.metadata), refusal=reason(error))
        found, missing = {}, {}
        for path, info in infos.items():
            if info is None:
                continue
            try:
                if info.length > most:
                    raise DownloadLengthMismatchError(path)
                found[path] = Path(updater.download_target(info, str(cache / "target"))).read_bytes()
            except (RepositoryError, DownloadError) as error:
                missing[path] = reason(error)
        return View(Memory(_root(cache), _metadata(cache)), found, missing)


def first_trust(read: Read, printed: str) -> bytes:
    """The root metadata in the tree whose fingerprint a person has compared. Raises `Untrusted`."""
    offered = []
    for version in range(1, MAX_ROOTS + 1):
        try:
            data = b"".join(read(f"metadata/{version}.root.json"))
            own = Metadata[Root].from_bytes(data)
            own.verify_delegate(Root.type, own)
        except FileNotFoundError:
            continue
        except (RepositoryError, OSError, ValueError):
            continue
        if fingerprint.same(fingerprint.fingerprint(data), printed):
            return data
        offered.append(fingerprint.fingerprint(data))
    if not offered:
        raise Untrusted(_("there is no centre's key in the folder yet: the centre has to push first"))
    raise Untrusted(
        _("the fingerprint does not agree; the folder holds a key with the fingerprint %s") % offered[-1]
    )


class Untrusted(Exception):
    """No root that a person has compared; the text says why."""


def reason(error: Exception) -> str:
    """An error of python-tuf as a sentence."""
    match error:
        case ExpiredMetadataError():
            return _("it is out of date: nothing newer has come from the centre in time")
        case BadVersionNumberError():
            return _("it is older than what was accepted before")
        case UnsignedMetadataError():
            return _("it is not signed by the centre that this station trusts")
        case DownloadHTTPError():
            return _("it is not complete yet")
        case DownloadLengthMismatchError():
            return _("it is larger than it may be")
        case LengthOrHashMismatchError():
            return _("it is damaged or cut short")
        case DownloadError():
            return _("it cannot be read")
    return _("its signed part makes no sense: %s") % error


def _config() -> UpdaterConfig:
    return UpdaterConfig(
        max_root_rotations=MAX_ROOTS,
        root_max_length=100_000,
        snapshot_max_length=500_000,
        targets_max_length=1_000_000,
    )


def _root(cache: Path) -> bytes:
    return (cache / "root.json").read_bytes()


def _metadata(cache: Path) -> dict[str, bytes]:
    files = cache.glob("*.json")
    return {unquote(path.stem): path.read_bytes() for path in files if path.name != "root.json"}


class _Fetcher(FetcherInterface):
    """Hands python-tuf the files of a tree."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def _fetch(self, url: str) -> Iterator[bytes]:
        pieces = self._read(url.removeprefix("tree:"))
        try:
            first = next(pieces, b"")
        except FileNotFoundError as error:
            raise DownloadHTTPError(url, 404) from error
        return _chain(first, pieces)


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    try:
        yield from rest
    except OSError as error:
        raise DownloadError(str(error)) from error
