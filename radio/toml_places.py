"""Where in a TOML file a key is written: `tomllib` gives values only, and a message needs a line."""

import re

Path = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=\s*(.*)")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|#.*')


def key_lines(text: str, first: int = 1) -> dict[Path, int]:
    """Line number of every table header and key, by path: ``("slot", 2, "at")`` is the third slot's ``at``.

    ``first`` is the number of the text's first line. Keys inside inline tables are not told apart: ask
    `line_of`, which falls back to what encloses them.
    """
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    depth = 0
    quote = ""
    for number, line in enumerate(text.split("\n"), first):
        if quote or depth:
            depth, quote = _after(line, depth, quote)
        elif header := _HEADER.match(line):
            table = _enter(_names(header[2]), header[1] == "[[", counts)
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, *_names(key[1])), number)
            depth, quote = _after(key[2], 0, "")
    return found


def line_of(places: dict[Path, int], path: Path, default: int = 1) -> int:
    """Line of ``path``, or of the nearest enclosing key or table that is written in the file."""
    for length in range(len(path), 0, -1):
        if path[:length] in places:
            return places[path[:length]]
    return default


def _names(dotted: str) -> Path:
    return tuple(name.strip().strip("\"'") for name in dotted.split("."))


def _enter(names: Path, is_array: bool, counts: dict[Path, int]) -> Path:
    """Full path of a table whose header was just read; tables of an array are numbered from 0."""
    path: Path = ()
    for name in names[:-1]:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    path = (*path, names[-1])
    if is_array:
        counts[path] = counts.get(path, -1) + 1
        path = (*path, counts[path])
    return path


def _after(line: str, depth: int, quote: str) -> tuple[int, str]:
    """Bracket depth and open triple quote at the end of a line."""
    if quote:
        end = line.find(quote)
        if end < 0:
            return depth, quote
        line = line[end + 3 :]
    for mark in ('"""', "'''"):
        if line.count(mark) % 2:
            return depth, mark
    bare = _STRING.sub("", line)
    return max(0, depth + sum(map(bare.count, "[{")) - sum(map(bare.count, "]}"))), ""
