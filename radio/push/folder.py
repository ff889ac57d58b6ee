"""Push into a folder: a local disk, a network share, a USB stick.

Each file is whole and verified before it gets its name, and the commit is the last one: a station that reads
meanwhile sees yesterday's plan or today's, never a mixture.
"""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from ..files import sha256_file, write_with
from ..i18n import _
from ..problem import os_reason
from .result import Pushed
from .tree import TreeFile

AT_ONCE = 8
"""Folders pushed to at the same time: disks gain nothing from more."""


def push_folder(tree: Sequence[TreeFile], folder: Path, home: Path | None = None) -> Pushed:
    """Bring one folder up to ``tree``, sending only what is missing. Errors become the outcome "failed".

    A folder inside ``home`` is made; one elsewhere (a stick, a share) has to be there already.
    """
    files = size = 0
    try:
        if home and folder.is_relative_to(home):
            folder.mkdir(parents=True, exist_ok=True)
        if not folder.parent.is_dir():
            return Pushed("failed", detail=_("the folder %s is not there") % folder.parent)
        for file in tree:
            there = folder / file.path
            if not _has(there, file):
                write_with(there, _verified(file))
                files, size = files + 1, size + file.length
    except OSError as error:
        return Pushed("failed", files, size, os_reason(error))
    return Pushed("pushed" if files else "unchanged", files, size)


def _has(there: Path, file: TreeFile) -> bool:
    """Whether the file is there. Big ones are named by their hash and known by their length; small ones are read."""
    if not there.is_file() or there.stat().st_size != file.length:
        return False
    return not isinstance(file.source, bytes) or there.read_bytes() == file.source


def _verified(file: TreeFile) -> Callable[[Path], None]:
    def fill(part: Path) -> None:
        if isinstance(file.source, bytes):
            part.write_bytes(file.source)
        else:
            shutil.copyfile(file.source, part)
        if sha256_file(part) != file.sha256:
            raise OSError(_("%s was damaged on its way") % file.path)

    return fill
