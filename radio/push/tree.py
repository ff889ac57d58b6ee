"""What a station is given, as files of the one tree, in the order in which they are sent. Pure."""

import datetime
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .. import package

COMMIT = "metadata/timestamp.json"
"""The file that puts everything else into force: the last one, and the only one that is ever replaced."""


@dataclass(frozen=True)
class TreeFile:
    """One file: its place in the tree, its length and hash, and where its bytes are: a file, or here."""

    path: str
    length: int
    sha256: str
    source: Path | bytes


def in_memory(path: str, data: bytes) -> TreeFile:
    """A small file whose bytes are at hand."""
    return TreeFile(path, len(data), hashlib.sha256(data).hexdigest(), data)


def station_tree(
    manifests: Iterable[tuple[str, package.Manifest, bytes]],
    metadata: Mapping[str, bytes],
    find_item: Callable[[package.ItemRef], Path],
    now: datetime.datetime,
) -> tuple[TreeFile, ...]:
    """Everything for some stations: items (what sounds soonest first), manifests, metadata, the commit.

    ``manifests`` are triples of the place in the tree, the manifest and its bytes; ``metadata`` holds the signed
    files by their place. An item that several need is there once.
    """
    days = list(manifests)
    needed: dict[str, tuple[datetime.datetime, package.ItemRef]] = {}
    for _path, manifest, _data in days:
        items = {item.sha256: item for item in manifest.items}
        for slot in manifest.slots:
            moment = slot.start if slot.end > now else slot.end + datetime.timedelta(days=365)
            for cue in slot.cues:
                known = needed.get(cue.item)
                if known is None or moment < known[0]:
                    needed[cue.item] = (moment, items[cue.item])
    files = [
        TreeFile(package.item_path(item.sha256, item.codec), item.length, item.sha256, find_item(item))
        for _moment, item in sorted(needed.values(), key=lambda pair: (pair[0], pair[1].sha256))
    ]
    files += [in_memory(path, data) for path, _manifest, data in days]
    files += [in_memory(path, data) for path, data in metadata.items() if path != COMMIT]
    return (*files, in_memory(COMMIT, metadata[COMMIT]))


def merged(trees: Iterable[tuple[TreeFile, ...]]) -> tuple[TreeFile, ...]:
    """Several stations' trees as one, for a depot that they share: each file once, the commit last."""
    files: dict[str, TreeFile] = {}
    for tree in trees:
        for file in tree:
            files.setdefault(file.path, file)
    commit = files.pop(COMMIT)
    return (*files.values(), commit)
