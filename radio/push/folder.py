"""Push into a folder: a local disk, a network share, a USB stick.

Items first, each whole and verified before it gets its name; the manifest last, as the commit point. A station
that reads meanwhile sees yesterday's plan or today's, never a mixture.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .. import package
from ..files import sha256_file, write_bytes, write_with
from ..i18n import _

AT_ONCE = 8
"""Stations pushed to at the same time: disks gain nothing from more."""


@dataclass(frozen=True)
class Pushed:
    """What came of pushing one manifest: files and bytes that had to be sent, and what went wrong."""

    station: str
    outcome: Literal["pushed", "unchanged", "failed"]
    files: int = 0
    size: int = 0
    detail: str = ""


def push_folder(
    manifest: package.Manifest, find_item: Callable[[package.ItemRef], Path], folder: Path
) -> Pushed:
    """Bring one station's folder up to ``manifest``, sending only what is missing.

    ``find_item`` gives the centre's file of an item. Errors become a `Pushed` with the outcome "failed".
    """
    files = size = 0
    data = package.serialise(manifest)
    target = folder / package.manifest_path(manifest.station, manifest.date)
    try:
        if not folder.parent.is_dir():
            return Pushed(manifest.station, "failed", detail=_("the folder %s is not there") % folder.parent)
        for item in manifest.items:
            there = folder / package.item_path(item.sha256, item.codec)
            if not (there.is_file() and there.stat().st_size == item.length):
                write_with(there, _verified_copy(find_item(item), item.sha256))
                files, size = files + 1, size + item.length
        if target.is_file() and target.read_bytes() == data:
            return Pushed(manifest.station, "pushed" if files else "unchanged", files, size)
        write_bytes(target, data)
    except OSError as error:
        return Pushed(manifest.station, "failed", files, size, _reason(error))
    return Pushed(manifest.station, "pushed", files + 1, size + len(data))


def push_all(
    work: Iterable[tuple[package.Manifest, Path]], find_item: Callable[[package.ItemRef], Path]
) -> Iterator[Pushed]:
    """Push many manifests, each to its folder, several at once; results come in the order given."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda pair: push_folder(pair[0], find_item, pair[1]), work)


def _verified_copy(source: Path, sha256: str) -> Callable[[Path], None]:
    def copy(part: Path) -> None:
        shutil.copyfile(source, part)
        if sha256_file(part) != sha256:
            raise OSError(_("item %s was damaged on its way") % sha256[:12])

    return copy


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
