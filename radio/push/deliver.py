"""Many places at once: folders by threads, other machines by one event loop. One bad place never holds up another."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..places import Folder, Place, Sftp
from .folder import AT_ONCE, push_folder
from .result import Pushed
from .tree import TreeFile

LINES_AT_ONCE = 32
"""Other machines pushed to at the same time."""


def deliver(
    work: Mapping[Place, Sequence[TreeFile]],
    login: Path,
    bytes_a_second: int,
    told: Callable[[Place, Pushed], None],
    home: Path | None = None,
) -> None:
    """Bring each place up to its tree; ``told`` hears of each as soon as it is done, in this thread.

    ``login`` is the private key for other machines; ``bytes_a_second`` caps what goes to all of them together, 0 for
    no cap. Folders inside ``home`` are made.
    """
    asyncio.run(_deliver(work, login, bytes_a_second, told, home))


async def _deliver(
    work: Mapping[Place, Sequence[TreeFile]],
    login: Path,
    bytes_a_second: int,
    told: Callable[[Place, Pushed], None],
    home: Path | None,
) -> None:
    loop = asyncio.get_running_loop()
    lines = asyncio.Semaphore(LINES_AT_ONCE)
    with ThreadPoolExecutor(AT_ONCE) as pool:

        async def to_folder(place: Folder, tree: Sequence[TreeFile]) -> None:
            told(place, await loop.run_in_executor(pool, push_folder, tree, place.path, home))

        async def to_machine(place: Sftp, tree: Sequence[TreeFile]) -> None:
            async with lines:
                told(place, await push_sftp(tree, place, login, throttle, Patience()))

        folders = [to_folder(place, tree) for place, tree in work.items() if isinstance(place, Folder)]
        machines = [(place, tree) for place, tree in work.items() if isinstance(place, Sftp)]
        if machines:
            from .sftp import Patience, push_sftp  # here: a house that pushes to folders loads no SSH
            from .throttle import Throttle

            throttle = Throttle(bytes_a_second)
        await asyncio.gather(*folders, *(to_machine(place, tree) for place, tree in machines))
