"""A station fetches its days from a web server on loopback (Python's, with ranges), over a bad line, or by stick."""

import datetime
import functools
import http.server
import os
import re
import shutil
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import trustme

from radio.push import push_folder
from radio.station.fetch import Fetched, Source, fetch, stick, web
from radio.trust.memory import Memory

from ..trust.world import NOW
from .line import Line, background, line
from .world import DATE, Newsroom, contents


class Ranges(http.server.SimpleHTTPRequestHandler):
    """Python's file server, which by itself knows no ranges."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if not wanted or not path.is_file():
            return super().do_GET()
        data = path.read_bytes()[int(wanted[1]) :]
        self.send_response(206)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        return None

    def log_message(self, *_words: object) -> None:
        pass


@contextmanager
def depot(folder: Path, authority: trustme.CA | None = None) -> Iterator[tuple[int, list[str]]]:
    """A web server that gives out ``folder``; its port and the paths asked for."""
    asked: list[str] = []
    handler = type("Handler", (Ranges,), {"asked": asked})
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(handler, directory=str(folder))
    )
    server.daemon_threads = True
    server.handle_error = lambda *_arguments: None  # type: ignore[method-assign]
    if authority:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1], asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class World:
    """A centre that has published two days for a depot, and a station that trusts it."""

    def __init__(self, folder: Path, *sizes: int) -> None:
        self.room = Newsroom(folder)
        self.depot, self.station = folder / "depot", folder / "station"
        self.items = [self.room.item(f"i{number}", os.urandom(size)) for number, size in enumerate(sizes)]
        self.publish(1)

    def publish(self, sequence: int) -> None:
        """Publish the day, under a number."""
        tree = self.room.tree(self.room.day(self.items, sequence=sequence))
        assert push_folder(tree, self.depot).outcome == "pushed"

    def fetch(self, source: Source) -> Fetched:
        """One visit of the station, which remembers only its centre's root."""
        return fetch(source, self.station, "xa-1", Memory(self.room.centre.repository.root), NOW)

    @property
    def received(self) -> int:
        """The sequence that the station's inbox would find in its folder."""
        return self.room.received(self.station)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, 300_000, 120_000)


def test_a_day_is_fetched_whole_and_the_second_visit_brings_nothing(world: World) -> None:
    with depot(world.depot) as (port, asked):
        first = world.fetch(web(f"http://127.0.0.1:{port}"))
        assert first.days == (DATE,) and not first.problems and world.received == 1
        assert [path.split("/")[1] for path in asked if "items" in path] == ["items", "items"]
        asked.clear()
        second = world.fetch(web(f"http://127.0.0.1:{port}"))
    assert second.files == 0 and not [path for path in asked if "items" in path]
    for item in world.items:
        assert (world.station / f"items/{item.sha256}.mp3").read_bytes() == world.room.find(item).read_bytes()


def test_a_line_that_drops_costs_little(tmp_path: Path) -> None:
    """The answers are cut every 300 kB: visit after visit the item grows, and what came is not asked for again."""
    world = World(tmp_path, 2_000_000)
    visits = 0
    with ExitStack() as stack:
        port, _asked = stack.enter_context(depot(world.depot))
        bad = Line(port, cut_every=300_000, downwards=True)
        stack.enter_context(line(stack.enter_context(background()), bad))
        days: tuple[datetime.date, ...] = ()
        while not days and visits < 30:
            assert not any(name.endswith(".mp3") for name in contents(world.station)), (
                "named before it is whole"
            )
            days = world.fetch(web(f"http://127.0.0.1:{bad.port}", timeout=5)).days
            visits += 1
    assert world.received == 1 and 5 < visits < 12
    assert bad.sent < 2_000_000 * 1.05 + visits * 30_000


def test_what_is_damaged_at_the_depot_is_not_kept(world: World) -> None:
    """An item with wrong bytes, one that is too long, one that is missing; then the depot is mended."""
    name = f"items/{world.items[0].sha256}.mp3"
    good = (world.depot / name).read_bytes()
    for bad in (b"x" * len(good), good + b"x", good[:-1], None):
        (world.depot / name).unlink(missing_ok=True)
        if bad is not None:
            (world.depot / name).write_bytes(bad)
        with depot(world.depot) as (port, _asked):
            fetched = world.fetch(web(f"http://127.0.0.1:{port}"))
        assert fetched.problems and fetched.days == () and name not in contents(world.station)
    (world.depot / name).write_bytes(good)
    with depot(world.depot) as (port, _asked):
        assert world.fetch(web(f"http://127.0.0.1:{port}")).days == (DATE,)


def test_another_centres_depot_leaves_nothing(world: World, tmp_path: Path) -> None:
    (tmp_path / "thief").mkdir()
    other = World(tmp_path / "thief", 1000)
    with depot(other.depot) as (port, _asked):
        fetched = world.fetch(web(f"http://127.0.0.1:{port}"))
    assert fetched.problems and not contents(world.station)


def test_an_impostor_of_the_depot_is_not_talked_to(world: World) -> None:
    real, forged = trustme.CA(), trustme.CA()
    trusted = ssl.create_default_context()
    real.configure_trust(trusted)
    with depot(world.depot, forged) as (port, asked):
        fetched = world.fetch(web(f"https://127.0.0.1:{port}", context=trusted))
    assert fetched.problems and not asked and not contents(world.station)
    with depot(world.depot, real) as (port, asked):
        assert world.fetch(web(f"https://127.0.0.1:{port}", context=trusted)).days == (DATE,)


def test_a_stick_is_carried_and_half_a_stick_completes_later(world: World, tmp_path: Path) -> None:
    assert push_folder(world.room.tree(world.room.day(world.items, sequence=2)), tmp_path / "usb").files
    half = tmp_path / "half"
    shutil.copytree(tmp_path / "usb/metadata", half / "metadata")
    assert world.fetch(stick(half)).problems and world.received == 0
    fetched = world.fetch(stick(tmp_path / "usb"))
    assert fetched.days == (DATE,) and world.received == 2
