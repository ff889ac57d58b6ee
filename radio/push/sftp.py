"""Push over SFTP: only what is missing, resumed after a cut, each file synced before it gets its name.

An item that was cut short waits as ``<name>.part`` and goes on from its end; such a one, and every small file, is
read back before it gets its name. The line is protected by SSH, the far disk by fsync before the rename. Every
operation has a deadline, so that a dead link costs one station its turn and the others nothing.
"""

import asyncio
import hashlib
import io
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

import asyncssh
from asyncssh import SFTPAttrs, SFTPClient, SFTPError

from ..i18n import _
from ..places import Sftp
from .result import Pushed
from .throttle import BLOCK, Throttle
from .tree import COMMIT, TreeFile

T = TypeVar("T")

AGAIN = 128 * 1024
"""Bytes sent again when an item goes on after a cut: what a far machine may have lost from its end."""
SMALL = 64 * 1024
"""Files up to this many bytes are read back after writing."""


@dataclass(frozen=True)
class Patience:
    """Seconds: ``connect`` for a connection, ``operation`` for one answer, ``turn`` for a whole push.

    ``attempts`` connections in a row may bring nothing before the push gives up.
    """

    connect: float = 20
    operation: float = 30
    turn: float = 1800
    attempts: int = 3


@dataclass
class _Count:
    files: int = 0
    size: int = 0
    known: dict[str, int] = field(default_factory=dict)


async def push_sftp(
    tree: Sequence[TreeFile], place: Sftp, login: Path, throttle: Throttle, patience: Patience
) -> Pushed:
    """Bring one place up to ``tree``. ``login`` is the private key to log in with. Errors become "failed"."""
    count = _Count()
    try:
        async with asyncio.timeout(patience.turn):
            await _until_done(tree, place, login, throttle, patience, count)
    except TimeoutError:
        return Pushed("failed", count.files, count.size, _("no end after %d seconds") % patience.turn)
    except (OSError, asyncssh.Error) as error:
        return Pushed("failed", count.files, count.size, _reason(error))
    return Pushed("pushed" if count.files else "unchanged", count.files, count.size)


async def _until_done(
    tree: Sequence[TreeFile], place: Sftp, login: Path, throttle: Throttle, patience: Patience, count: _Count
) -> None:
    """Connect again after each cut, as long as connections bring something."""
    fruitless = 0
    while True:
        before = count.size
        try:
            await _connected(tree, place, login, throttle, patience, count)
            return
        except (asyncssh.HostKeyNotVerifiable, asyncssh.PermissionDenied, _Hopeless):
            raise
        except (OSError, TimeoutError, asyncssh.Error) as error:
            progress = count.size > before and not isinstance(error, _Damaged)
            fruitless = 0 if progress else fruitless + 1
            if fruitless >= patience.attempts:
                raise _Unreachable(_reason(error)) from error
            await asyncio.sleep(min(0.2 * 2**fruitless, 5))


class _Unreachable(OSError):
    """What the last of several fruitless connections died of."""


class _Damaged(OSError):
    """What arrived is not what was sent."""


class _Hopeless(OSError):
    """Another connection would fail in the same way."""


async def _connected(
    tree: Sequence[TreeFile], place: Sftp, login: Path, throttle: Throttle, patience: Patience, count: _Count
) -> None:
    connection = await asyncio.wait_for(
        asyncssh.connect(
            place.host,
            place.port,
            username=place.user,
            client_keys=[str(login)],
            known_hosts=([asyncssh.import_public_key(place.host_key)], [], []),
            config=None,
            agent_path=None,
            keepalive_interval=patience.operation / 3,
        ),
        patience.connect,
    )
    try:
        client = await asyncio.wait_for(connection.start_sftp_client(), patience.operation)
        await _Session(client, place.path, throttle, patience, count).push(tree)
    finally:
        connection.abort()  # not close(): a dead link would be waited for


class _Session:
    """One connection's work."""

    def __init__(
        self, client: SFTPClient, root: str, throttle: Throttle, patience: Patience, count: _Count
    ) -> None:
        self._client, self._root, self._throttle = client, root.rstrip("/"), throttle
        self._patience, self._count = patience, count

    async def push(self, tree: Sequence[TreeFile]) -> None:
        there: dict[str, int] = {}
        for folder in sorted({file.path.rpartition("/")[0] for file in tree}):
            there |= await self._list(folder)
        for file in tree:
            if file.path == COMMIT:
                if there.get(COMMIT) == file.length and await self._read(COMMIT) == file.source:
                    continue
            elif there.get(file.path) == file.length:
                continue
            await self._send(file, there.get(f"{file.path}.part", 0))
            self._count.files += 1

    async def _soon(self, work: Awaitable[T]) -> T:
        return await asyncio.wait_for(work, self._patience.operation)

    async def _list(self, folder: str) -> dict[str, int]:
        """The sizes of the files in a folder, which is made if it is not there."""
        place = f"{self._root}/{folder}"
        try:
            names = await self._soon(self._client.readdir(place))
        except asyncssh.SFTPNoSuchFile:
            await self._soon(self._client.makedirs(place, exist_ok=True))
            return {}
        return {f"{folder}/{name.filename!s}": name.attrs.size or 0 for name in names}

    async def _send(self, file: TreeFile, have: int) -> None:
        """Write ``file`` beside its place, going on where an item was cut off; sync, check, rename."""
        part, final = f"{self._root}/{file.path}.part", f"{self._root}/{file.path}"
        resumed = isinstance(file.source, Path) and AGAIN < have <= file.length
        offset = have - AGAIN if resumed else 0
        digest = hashlib.sha256()
        handle = await self._soon(self._client.open(part, "r+b" if resumed else "wb"))
        try:
            with _opened(file) as source:
                digest.update(source.read(offset))
                while block := source.read(self._throttle.block):
                    await self._throttle.take(len(block))
                    await self._write(handle, block, offset)
                    digest.update(block)
                    offset += len(block)
                    self._count.size += len(block)
            if digest.hexdigest() != file.sha256 or offset != file.length:
                raise _Hopeless(_("%s is damaged at the centre") % file.path)
            await self._soon(handle.setstat(SFTPAttrs(size=file.length)))
            await self._sync(handle)
        finally:
            await self._soon(handle.close())
        await self._check(file, part, resumed)
        await self._soon(self._client.posix_rename(part, final))

    async def _write(self, handle: asyncssh.SFTPClientFile, block: bytes, offset: int) -> None:
        """Write one block. A full disk is only a "failure" in version 3 of SFTP, so the free space is asked for."""
        try:
            await self._soon(handle.write(block, offset))
        except asyncssh.SFTPFailure as error:
            if "space" in error.reason.lower() or await self._room() < len(block):
                raise _Hopeless(_("the station's disk is full")) from error
            raise

    async def _room(self) -> int:
        """Bytes free at the place; without end where the server does not tell."""
        try:
            told = await self._soon(self._client.statvfs(self._root or "/"))
        except SFTPError:
            return 1 << 60
        return int(told.bavail or 0) * int(told.frsize or 1)

    async def _sync(self, handle: asyncssh.SFTPClientFile) -> None:
        try:
            await self._soon(handle.fsync())
        except asyncssh.SFTPOpUnsupported:
            return  # a server without the extension: its disk is on its own, the station checks every hash anyway

    async def _check(self, file: TreeFile, part: str, resumed: bool) -> None:
        """Length, and by reading back: all of what was not sent in one go by this very connection."""
        size = (await self._soon(self._client.stat(part))).size
        wrong = size != file.length
        if not wrong and (resumed or file.length <= SMALL):
            wrong = await self._hash(part) != file.sha256
        if wrong:
            await self._soon(self._client.remove(part))
            raise _Damaged(_("%s was damaged on its way") % file.path)

    async def _hash(self, path: str) -> str:
        digest = hashlib.sha256()
        handle = await self._soon(self._client.open(path, "rb"))
        try:
            while block := cast(bytes, await self._soon(handle.read(BLOCK))):
                digest.update(block)
        finally:
            await self._soon(handle.close())
        return digest.hexdigest()

    async def _read(self, path: str) -> bytes:
        async def read() -> bytes:
            async with self._client.open(f"{self._root}/{path}", "rb") as file:
                return cast(bytes, await file.read(SMALL + 1))

        return await self._soon(read())


def _opened(file: TreeFile) -> BinaryIO:
    return file.source.open("rb") if isinstance(file.source, Path) else io.BytesIO(file.source)


def _reason(error: BaseException) -> str:
    """A failure as a sentence."""
    match error:
        case asyncssh.HostKeyNotVerifiable():
            return _("another machine answers: its key is not the one in the schedule; nothing was sent")
        case asyncssh.PermissionDenied():
            return _('the machine does not let this centre in: give it the key that "radio keys show" prints')
        case TimeoutError():
            return _("no answer in time")
        case SFTPError() | asyncssh.Error():
            return error.reason or type(error).__name__
        case OSError():
            return error.strerror or str(error) or type(error).__name__
    return str(error)
