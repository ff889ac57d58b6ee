"""Trees that somebody has tampered with: seeded, so that each can be made again from its number."""

import json
import random
from collections.abc import Callable
from typing import Any

Tree = dict[str, bytes]


def mutated(tree: Tree, number: int) -> tuple[str, Tree]:
    """Tree number ``number`` of all the damaged ones, and what was done to it. It always differs from ``tree``."""
    chance = random.Random(number)
    while True:
        path = chance.choice(sorted(tree))
        act = chance.choice(ACTS)
        other = dict(tree)
        act(other, path, chance)
        if other != tree:
            return f"{act.__name__} {path}", other


def flip_a_bit(tree: Tree, path: str, chance: random.Random) -> None:
    data = bytearray(tree[path])
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    tree[path] = bytes(data)


def replace_bytes(tree: Tree, path: str, chance: random.Random) -> None:
    data, place = tree[path], chance.randrange(len(tree[path]))
    tree[path] = data[:place] + chance.randbytes(chance.randrange(1, 9)) + data[place + chance.randrange(9) :]


def cut(tree: Tree, path: str, chance: random.Random) -> None:
    tree[path] = tree[path][: chance.randrange(len(tree[path]))]


def append(tree: Tree, path: str, chance: random.Random) -> None:
    tree[path] += chance.choice([b" ", b"\n", b"\0", b"{}", tree[path]])


def remove(tree: Tree, path: str, _chance: random.Random) -> None:
    del tree[path]


def exchange(tree: Tree, path: str, chance: random.Random) -> None:
    other = chance.choice(sorted(tree))
    tree[path], tree[other] = tree[other], tree[path]


def nest_deeply(tree: Tree, path: str, chance: random.Random) -> None:
    tree[path] = b"[" * chance.choice([100, 100_000])


def edit_json(tree: Tree, path: str, chance: random.Random) -> None:
    """Change one value anywhere in the document to one of another kind or size."""
    document = json.loads(tree[path])
    places = list(_places(document))
    container, key = chance.choice(places)
    old = container[key]
    container[key] = chance.choice(
        [
            None,
            True,
            0,
            -1,
            2**63,
            1e308,
            "",
            "../../etc/passwd",
            "x" * 5000,
            [],
            {},
            [old],
            {"a": old},
            old + 1 if isinstance(old, int) else "2099-01-01T00:00:00Z",
        ]
    )
    tree[path] = json.dumps(document).encode()


def drop_json(tree: Tree, path: str, chance: random.Random) -> None:
    """Leave one key or element out."""
    document = json.loads(tree[path])
    container, key = chance.choice(list(_places(document)))
    del container[key]
    tree[path] = json.dumps(document).encode()


def _places(node: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else []
    for key in keys:
        found.append((node, key))
        found += _places(node[key])
    return found


ACTS: tuple[Callable[[Tree, str, random.Random], None], ...] = (
    flip_a_bit,
    replace_bytes,
    cut,
    append,
    remove,
    exchange,
    nest_deeply,
    edit_json,
    drop_json,
)
