"""Push over SFTP, against asyncssh's server on loopback, started by the tests, and through a bad line."""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from radio.places import Sftp
from radio.push.result import Pushed
from radio.push.sftp import Patience, push_sftp
from radio.push.throttle import Throttle
from radio.push.tree import TreeFile

from .line import Line, SshServer, background, line, ssh_server
from .world import Newsroom, contents

QUICK = Patience(connect=10, operation=10, turn=120, attempts=3)


class World:
    """A newsroom, a login key, an SFTP server of a station and, on demand, a bad line to it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.newsroom = Newsroom(folder)
        self.folder, self._stack = folder, stack
        self.login = folder / "login"
        self._key = asyncssh.generate_private_key("ssh-ed25519")
        self._key.write_private_key(str(self.login))
        self.loop = stack.enter_context(background())
        self.server = self.another("station")

    def another(self, name: str, full: bool = False) -> SshServer:
        """One more station's server."""
        return self._stack.enter_context(ssh_server(self.loop, self.folder / name, self._key, full))

    def through(self, **faults: object) -> Line:
        """A bad line to the station."""
        return self._stack.enter_context(line(self.loop, Line(self.server.port, **faults)))  # type: ignore[arg-type]

    def place(self, port: int = 0, server: SshServer | None = None) -> Sftp:
        """The station's place, directly or behind a line's port."""
        server = server or self.server
        return Sftp("127.0.0.1", port or server.port, "tram", "/inbox", server.host_key)

    def push(
        self, tree: tuple[TreeFile, ...], place: Sftp | None = None, patience: Patience = QUICK, rate: int = 0
    ) -> Pushed:
        """One push, from an event loop of its own."""
        return asyncio.run(push_sftp(tree, place or self.place(), self.login, Throttle(rate), patience))

    @property
    def inbox(self) -> Path:
        """What the station finds."""
        return self.server.folder / "inbox"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with ExitStack() as stack:
        yield World(tmp_path, stack)


def items(world: World, *sizes: int) -> tuple[TreeFile, ...]:
    """A signed day of items of random bytes."""
    room = world.newsroom
    return room.tree(
        room.day([room.item(f"i{number}", os.urandom(size)) for number, size in enumerate(sizes)])
    )


def test_first_push_brings_all_and_the_second_nothing(world: World) -> None:
    tree = items(world, 300_000, 70_000)
    first, second = world.push(tree), world.push(tree)
    assert (first.outcome, first.files, first.size) == ("pushed", len(tree), sum(one.length for one in tree))
    assert (second.outcome, second.files, second.size) == ("unchanged", 0, 0)
    assert set(contents(world.inbox)) == {one.path for one in tree}
    assert world.newsroom.received(world.inbox) == 1


def test_a_line_that_is_cut_12_times_finishes_and_sends_little_twice(world: World) -> None:
    """6 MB through a line that cuts each connection after 500 kB; no partial file ever has a final name."""
    tree = items(world, 4_000_000, 2_000_000)
    bad = world.through(cut_every=500_000, cuts=12)
    result = world.push(tree, world.place(bad.port))
    assert (result.outcome, bad.cut) == ("pushed", 12)
    assert world.newsroom.received(world.inbox) == 1
    for name, data in contents(world.inbox).items():
        assert {one.path: one.length for one in tree}[name] == len(data)
    useful = sum(one.length for one in tree)
    assert bad.sent < useful + 12 * 700_000, "each cut may cost what was under way, and no more"


def test_pusher_gone_in_the_middle_goes_on_where_it_was(world: World) -> None:
    """What one push had brought of an item stays as a part; the next one adds the rest."""
    tree = items(world, 3_000_000)
    bad = world.through(cut_every=1_500_000, cuts=1)
    first = world.push(tree, world.place(bad.port), replace(QUICK, attempts=0))
    assert first.outcome == "failed" and not any(name.endswith(".mp3") for name in contents(world.inbox))
    before = bad.sent
    assert world.push(tree, world.place(bad.port)).outcome == "pushed"
    assert bad.sent - before < 2_500_000
    assert world.newsroom.received(world.inbox) == 1


def test_a_bit_flipped_on_the_wire_is_never_kept(world: World) -> None:
    for place in (1_000, 5_000, 60_000, 350_000):
        tree = items(world, 400_000)
        bad = world.through(flip_at=place)
        assert world.push(tree, world.place(bad.port)).outcome == "pushed"
        assert bad.flip_at == -1, "the bit was turned"
        found = contents(world.inbox)
        for one in tree:
            assert found[one.path] == (
                one.source if isinstance(one.source, bytes) else one.source.read_bytes()
            )


@pytest.mark.parametrize("size", [10, 200_000, 400_000, 900_000])
def test_a_part_of_other_bytes_never_becomes_an_item(size: int, world: World) -> None:
    """What a dying disk left of an item that was under way is found out before it gets its name, and sent anew."""
    tree = items(world, 400_000)
    part = world.inbox / f"{tree[0].path}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * size)
    assert world.push(tree).outcome == "pushed"
    assert contents(world.inbox)[tree[0].path] == tree[0].source.read_bytes()  # type: ignore[union-attr]


def test_another_machine_at_the_address_is_sent_nothing(world: World) -> None:
    impostor = world.another("impostor")
    tree = items(world, 1000)
    place = replace(world.place(), port=impostor.port)
    result = world.push(tree, place)
    assert result.outcome == "failed" and "another machine" in result.detail
    assert not contents(impostor.folder)


def test_a_centre_that_the_station_does_not_know_is_told_so(world: World) -> None:
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(world.login))
    result = world.push(items(world, 1000))
    assert result.outcome == "failed" and "does not let this centre in" in result.detail


def test_a_black_hole_is_given_up_within_the_deadline_and_others_are_served_meanwhile(world: World) -> None:
    """Three stations swallow everything; the fourth is served while they are waited for."""
    tree = items(world, 50_000)
    holes = [world.through(stall=True) for _station in range(3)]
    patience = replace(QUICK, connect=3, operation=3, attempts=1)

    async def all_at_once() -> list[tuple[str, Pushed]]:
        order: list[tuple[str, Pushed]] = []

        async def one(name: str, place: Sftp) -> None:
            order.append((name, await push_sftp(tree, place, world.login, Throttle(0), patience)))

        await asyncio.gather(
            *(one("hole", world.place(hole.port)) for hole in holes), one("good", world.place())
        )
        return order

    done = asyncio.run(all_at_once())
    assert [name for name, _result in done] == ["good", "hole", "hole", "hole"]
    assert [result.outcome for _name, result in done] == ["pushed", "failed", "failed", "failed"]
    assert all(result.detail for _name, result in done[1:])


def test_a_full_station_is_said_and_keeps_its_old_day(world: World) -> None:
    full = world.another("full", full=True)
    result = world.push(items(world, 1000), world.place(server=full))
    assert result.outcome == "failed" and "disk is full" in result.detail
    assert not any(contents(full.folder).values())


def test_an_item_damaged_at_the_centre_is_not_sent_under_its_name(world: World) -> None:
    tree = items(world, 200_000)
    source = tree[0].source
    assert isinstance(source, Path)
    source.write_bytes(b"x" * 200_000)
    result = world.push(tree, patience=replace(QUICK, attempts=1))
    assert result.outcome == "failed" and "damaged at the centre" in result.detail
    assert tree[0].path not in contents(world.inbox) and world.newsroom.received(world.inbox) == 0


def test_a_bandwidth_cap_is_kept(world: World) -> None:
    """400 kB at 200 kB/s take at least 1.5 s, whatever the machine; without a cap they do not wait."""
    tree = items(world, 400_000)
    begin = time.monotonic()
    assert world.push(tree, rate=200_000).outcome == "pushed"
    assert time.monotonic() - begin > 1.5


def test_the_commit_is_last_at_every_cut(world: World) -> None:
    """Whatever part of the second day has arrived, the station has the first one, or all of the second."""
    room = world.newsroom
    world.push(room.tree(room.day([room.item("old", os.urandom(5000))], sequence=1)))
    tree = room.tree(room.day([room.item("new", os.urandom(5000))], sequence=2))
    for count in range(1, len(tree)):
        world.push(tree[:count])
        assert room.received(world.inbox) == 1
    assert world.push(tree).outcome == "pushed"
    assert room.received(world.inbox) == 2
