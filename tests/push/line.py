"""A bad line: a TCP proxy on loopback that cuts, stalls, flips bits and counts. And real SFTP servers behind it."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh


@dataclass
class Line:
    """What the line does to what is sent up it (towards the server), and how much that was.

    ``cut_every``: bytes after which each connection is cut, 0 for never; ``cuts``: how often at most, -1 for no end;
    ``stall``: swallow everything and answer nothing; ``flip_at``: the byte of all that is sent in which one bit
    is turned, once; ``delay``: seconds each way. ``downwards``: all this for what comes back instead.
    """

    to: int
    cut_every: int = 0
    cuts: int = -1
    stall: bool = False
    flip_at: int = -1
    delay: float = 0.0
    downwards: bool = False
    port: int = 0
    sent: int = 0
    cut: int = 0
    tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.to)
        up = asyncio.create_task(self._pump(reader, up_writer, counted=not self.downwards))
        down = asyncio.create_task(self._pump(up_reader, writer, counted=self.downwards))
        try:
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (up, down):
                task.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
            for one in (writer, up_writer):
                one.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, counted: bool) -> None:
        here = 0
        while data := await reader.read(16384):
            if self.delay:
                await asyncio.sleep(self.delay)
            if self.stall:
                continue
            if counted:
                if self.sent <= self.flip_at < self.sent + len(data):
                    place = self.flip_at - self.sent
                    data = data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]
                    self.flip_at = -1
                here += len(data)
                self.sent += len(data)
                if self.cut_every and here > self.cut_every and self.cuts != 0:
                    self.cuts -= 1
                    self.cut += 1
                    return
            try:
                writer.write(data)
                await writer.drain()
            except OSError:
                return


@contextmanager
def background() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop in a thread of its own, for servers."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield loop
    finally:

        async def end() -> None:
            rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def line(loop: asyncio.AbstractEventLoop, bad: Line) -> Iterator[Line]:
    """The proxy, listening."""

    async def start() -> asyncio.Server:
        return await asyncio.start_server(bad._serve, "127.0.0.1", 0)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(20)
    bad.port = server.sockets[0].getsockname()[1]
    try:
        yield bad
    finally:
        loop.call_soon_threadsafe(server.close)


@dataclass(frozen=True)
class SshServer:
    """An SFTP server that lets one key in and shows it one folder."""

    port: int
    host_key: str
    folder: Path


class _FullDisk(asyncssh.SFTPServer):
    """Has room for nothing."""

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        raise asyncssh.SFTPNoSpaceOnFilesystem("No space left on device")


@contextmanager
def ssh_server(
    loop: asyncio.AbstractEventLoop, folder: Path, login: asyncssh.SSHKey, full: bool = False
) -> Iterator[SshServer]:
    """asyncssh's own server on a port of its choice, confined to ``folder``."""
    host_key = asyncssh.generate_private_key("ssh-ed25519")
    folder.mkdir(parents=True, exist_ok=True)

    def files(channel: "asyncssh.SSHServerChannel[bytes]") -> asyncssh.SFTPServer:
        return (_FullDisk if full else asyncssh.SFTPServer)(channel, chroot=str(folder).encode())

    async def start() -> asyncssh.SSHAcceptor:
        allowed = asyncssh.import_authorized_keys(login.export_public_key().decode())
        return await asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=[host_key], authorized_client_keys=allowed, sftp_factory=files
        )

    acceptor = asyncio.run_coroutine_threadsafe(start(), loop).result(20)
    try:
        public = host_key.export_public_key().decode().strip()
        yield SshServer(acceptor.get_port(), public, folder)
    finally:
        loop.call_soon_threadsafe(acceptor.close)
