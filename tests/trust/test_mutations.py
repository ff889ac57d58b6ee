"""Whatever is done to a tree without the keys, a station finds in it what was signed, or nothing.

`trials/mutations.py` does the same with 10,000 trees.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import Metadata

from radio import package
from radio.trust import roles
from radio.trust.client import View, look
from radio.trust.memory import Memory

from .mutations import Tree, mutated
from .world import DATE, NOW, Centre, Station, manifest

WANTED = [roles.target_path("xa-1", DATE)]


def tree_of(folder: Path) -> Tree:
    """Every file of a folder by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def look_at(tree: Tree, memory: Memory) -> View:
    """A look at a tree that lies in memory."""

    def read(path: str) -> Iterator[bytes]:
        if path not in tree:
            raise FileNotFoundError(path)
        yield tree[path]

    return look(memory, read, WANTED, NOW, package.MAX_MANIFEST_BYTES)


def meaning(data: bytes) -> object:
    """What was signed, as the reader understands it: blanks and defaults that are spelled out say nothing."""
    return Metadata[Any].from_bytes(data).signed.to_dict()


def judge(tree: Tree, number: int, fresh: Memory, knowing: Memory, signed: bytes) -> tuple[str, bool]:
    """Whether the mutation with that number gets anything by a new station, or by one that knows the centre.

    Returns what was done, and whether the tree was refused (it may be fine: a file that nobody needs was hit).
    """
    name, damaged = mutated(tree, number)
    refused = False
    for memory in (fresh, knowing):
        view = look_at(damaged, memory)
        assert set(view.found) <= set(WANTED) and all(data == signed for data in view.found.values()), name
        assert view.memory.root == memory.root, name
        for role, data in view.memory.metadata.items():
            assert meaning(data) == meaning(knowing.metadata[role]), f"{name}: {role}"
        refused |= not view.found
    return name, refused


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tree, Memory, Memory, bytes]:
    centre = Centre(tmp_path_factory.mktemp("centre"))
    centre.publish(manifest(sequence=1), manifest("xa-2", sequence=7))
    station = Station(centre.repository.root)
    fresh = station.memory
    found = station.look(centre.tree).found
    return tree_of(centre.tree), fresh, station.memory, found[WANTED[0]]


def test_mutated_trees_bring_nothing_in(world: tuple[Tree, Memory, Memory, bytes]) -> None:
    """300 seeded ones; more than half hit something that this station needs."""
    refused = sum(judge(world[0], number, *world[1:])[1] for number in range(300))
    assert refused > 150
