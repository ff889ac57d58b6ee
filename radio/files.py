"""Durable files: a name in a folder is either absent, the old content or the new content, never half of it.

The order is the classic one: ``.part`` beside the target, flush, fsync, rename, fsync of the folder.
"""

import fcntl
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

CHUNK = 1 << 20


def sha256_file(path: Path) -> str:
    """Hex SHA-256 of a file's bytes, read in blocks of 1 MiB."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(CHUNK):
            digest.update(block)
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_with(path: Path, fill: Callable[[Path], object]) -> None:
    """Give ``path`` the content that ``fill`` writes into a temporary file beside it, all or nothing.

    ``fill`` gets the temporary path (ending in ``.part``). If it raises, nothing is left behind and an older
    ``path`` stays as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        fill(part)
        handle = os.open(part, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_bytes(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` durably, all or nothing."""
    write_with(path, lambda part: part.write_bytes(data))


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8 to ``path`` durably, all or nothing; line ends are kept as given."""
    write_bytes(path, text.encode("utf-8"))


class Busy(Exception):
    """Another process holds the lock; the text is what it wrote about itself."""


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file ``path`` for as long as the block runs.

    The lock belongs to the process and goes with it, also after ``kill -9``. Raises `Busy` at once if it is
    taken.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(os.read(handle, 200).decode("utf-8", "replace")) from None
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        yield
    finally:
        os.close(handle)
