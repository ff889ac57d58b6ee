"""A large day through a line that drops: ``python -m trials.bad_line [--megabytes 200] [--seconds 3] [--seed 1]``.

Items of random bytes go over SFTP (asyncssh's server on loopback) through a proxy that cuts every connection after
``--seconds`` at ``--rate`` bytes a second. Prints how often it was cut, how long it took, and how much was sent
again; the exit code is 1 when anything arrived wrong or more than 5 % was sent again.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import asyncssh

from radio.places import Sftp
from radio.push.sftp import Patience, push_sftp
from radio.push.throttle import Throttle
from tests.push.line import Line, background, line, ssh_server
from tests.push.world import Newsroom

ITEMS_A_DAY = 6


def main() -> None:
    """One run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rate", type=int, default=6_000_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        count = max(1, arguments.megabytes // 4)
        names = [f"xa-{number}" for number in range(1, count // ITEMS_A_DAY + 2)]
        room = Newsroom(folder, tuple(names))
        items = [room.item(f"i{number}", chance.randbytes(4_000_000)) for number in range(count)]
        parts = [items[start : start + ITEMS_A_DAY] for start in range(0, count, ITEMS_A_DAY)]
        tree = room.tree(*(room.day(part, name) for part, name in zip(parts, names, strict=False)))
        login = folder / "login"
        key = asyncssh.generate_private_key("ssh-ed25519")
        key.write_private_key(str(login))
        loop = stack.enter_context(background())
        server = stack.enter_context(ssh_server(loop, folder / "station", key))
        bad = Line(server.port, cut_every=int(arguments.seconds * arguments.rate))
        stack.enter_context(line(loop, bad))
        place = Sftp("127.0.0.1", bad.port, "tram", "/inbox", server.host_key)
        begin = time.monotonic()
        result = asyncio.run(push_sftp(tree, place, login, Throttle(arguments.rate), Patience(turn=7200)))
        seconds = time.monotonic() - begin
        useful = sum(one.length for one in tree)
        again = bad.sent / useful - 1
        right = all(
            (server.folder / "inbox" / one.path).read_bytes()
            == (one.source if isinstance(one.source, bytes) else one.source.read_bytes())
            for one in tree
        )
        print(
            f"{result.outcome}: {useful / 1e6:.1f} MB in {seconds:.0f} s, {bad.cut} cuts, {again:.2%} sent again"
        )
        print(
            f"every file as it was: {right}; the station takes number {room.received(server.folder / 'inbox')}"
        )
    sys.exit(0 if right and result.outcome == "pushed" and again <= 0.05 else 1)


if __name__ == "__main__":
    main()
