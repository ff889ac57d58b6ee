"""A table → lines that a listener can follow: ``Họ và tên: Nguyễn Văn An; Số tiền: 500.000 đồng.`` Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .content import Cell, Element, Paragraph, Table
from .marks import FRAME, is_capitals

_COUNTER = re.compile(r"(?:STT|TT|Số TT|Số thứ tự|S\.T\.T)\.?", re.IGNORECASE)
_UNIT = re.compile(
    r"(.*\S)\s*\((?:ĐVT\s*:\s*)?((?:(?:nghìn|ngàn|triệu|tỷ)\s+)?(?:đồng|người|hộ|con|cây)|kg|tấn|tạ|yến|ha|m2|m²|m3|m³|km|m|"
    r"%|lít|ngày|giờ|phút|tiết)\)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d[\d.,]*")
_RUNNING = re.compile(r"(?:\d{1,5}(?:\.\d{1,3})*|[IVXLC]{1,6}|[a-zđA-ZĐ])[.)]?")
_TOTAL = re.compile(r"tổng|cộng", re.IGNORECASE)
_NOTHING = re.compile(r"[-–—_.…x\s]*")
HEADER_LENGTH = 80
"""A longer cell is no heading of a column, in characters."""


@dataclass(frozen=True)
class Spoken:
    """The lines of a table, and the header words that are in none of them (a running number, an empty column)."""

    lines: tuple[str, ...]
    unsaid: tuple[str, ...]


def is_layout(table: Table) -> bool:
    """Whether a table only places text side by side: a letterhead, a signature, a frame around one text."""
    if len(table.rows) < 2 or max(len(row) for row in table.rows) < 2:
        return True
    texts = [line for row in table.rows for cell in row for line in text_of(cell, "\n").split("\n")]
    return any(FRAME.match(text) for text in texts)


def text_of(cell: Cell, joint: str = "") -> str:
    """The text of a cell, with that of tables in it; its paragraphs joined so that they are heard as one."""
    parts: list[str] = []
    for element in cell.elements:
        parts += _texts(element)
    parts = [part for part in parts if part]
    if joint:
        return joint.join(parts)
    text = ""
    for part in parts:
        text = f"{text}{' ' if text.endswith(('.', ',', ';', ':')) else ', '}{part}" if text else part
    return text


def _texts(element: Element) -> list[str]:
    if isinstance(element, Paragraph):
        return [" ".join(line.split()) for line in element.text.split("\n")]
    return [text_of(cell) for row in element.rows for cell in row]


def spoken(table: Table) -> Spoken:
    """One line a row, each value under the heading of its column; a row that is one cell is said as it is."""
    grid = _grid(table)
    titles = 0
    while titles < len(grid) and len(set(grid[titles])) == 1 and table.rows[titles][0].columns > 1:
        titles += 1
    count = _header_rows(table, grid, titles)
    headers = [
        _heading([row[column] for row in grid[titles : titles + count]]) for column in range(len(grid[0]))
    ]
    pairs = not count and len(grid[0]) == 2
    lines = [row[0] for row in grid[:titles] if row[0]]
    used: set[int] = set()
    for cells, row in zip(table.rows[titles + count :], grid[titles + count :], strict=True):
        line = _pair(row) if pairs else _row(cells, row, headers, used)
        if line:
            lines.append(line)
    unsaid = [header for column, header in enumerate(headers) if header and column not in used]
    return Spoken(tuple(lines), tuple(dict.fromkeys(unsaid)))


def _grid(table: Table) -> list[list[str]]:
    """The texts by row and column: a cell over several columns stands in each of them, one over rows too."""
    width = max(sum(cell.columns for cell in row) for row in table.rows)
    grid: list[list[str]] = []
    for row in table.rows:
        texts: list[str] = []
        for cell in row:
            above = grid[-1][len(texts)] if cell.continued and grid and len(texts) < width else ""
            texts += [text_of(cell) or above] * cell.columns
        grid.append(texts + [""] * (width - len(texts)))
    return grid


def _header_rows(table: Table, grid: list[list[str]], first: int) -> int:
    """How many rows from ``first`` on are the heading: marked by the writer, or recognised."""
    if first >= len(grid) - 1:
        return 0
    if table.header_rows > first:
        return min(table.header_rows, len(grid) - 1) - first
    top = grid[first]
    if not _looks_like_header(top):
        return 0
    grouped = any(cell.columns > 1 for cell in table.rows[first])
    below = table.rows[first + 1]
    if grouped and any(cell.continued for cell in below) and first + 2 < len(grid):
        return 2
    if len(top) > 2 or _COUNTER.fullmatch(top[0]):
        return 1
    figures = sum(any(char.isdigit() for char in row[1]) for row in grid[first + 1 :])
    names = sum(any(char.isdigit() for char in row[0]) for row in grid[first + 1 :])
    rows = len(grid) - first - 1
    return int(rows >= 2 and max(figures, names) > rows / 2 and len(set(map(tuple, grid[first:]))) > 1)


def _looks_like_header(row: Sequence[str]) -> bool:
    written = [text for text in row if text]
    return (
        len(written) >= max(2, len(row) - 1)
        and all(len(text) <= HEADER_LENGTH for text in written)
        and not any(_NUMBER.match(text) for text in written)
    )


def _heading(cells: Sequence[str]) -> str:
    parts = [part.rstrip(" :") for part in dict.fromkeys(cells) if part]
    return ", ".join(part.capitalize() if is_capitals(part) and " " in part else part for part in parts)


def _pair(row: Sequence[str]) -> str:
    """A row of a table of two columns without heading: ``Thời gian: 7 giờ 30``."""
    name, value = row[0].rstrip(" :"), row[1]
    if not value or not name or name == value.rstrip(" :"):
        return _ended(f"- {name or value}") if name or value else ""
    return _ended(f"- {name}: {value}" if len(name) <= HEADER_LENGTH else f"- {name}; {value}")


def _row(cells: Sequence[Cell], row: Sequence[str], headers: Sequence[str], used: set[int]) -> str:
    """A row of values. ``used`` collects the columns whose heading was said."""
    written = [text for text in row if text]
    if len(set(written)) == 1 and (len(row) == 1 or cells[0].columns > 1):
        return written[0]
    number, parts = "", []
    column = 0
    for cell in cells:
        value, header = row[column], headers[column]
        if column == 0 and _COUNTER.fullmatch(header) and _RUNNING.fullmatch(value):
            number = value.rstrip(".)")
        elif not _NOTHING.fullmatch(value):
            bare = not header or _TOTAL.match(value) is not None
            parts.append(value.rstrip(" .;") if bare else _said(header, value))
            if not bare:
                used.add(column)
        elif value.strip("-–—_.… "):
            parts.append(_said(header, value) if header else value)  # a cross: the answer is in the heading
            used.add(column)
        column += cell.columns
    if not parts:
        return ""
    return _ended(f"{number}. {'; '.join(parts)}" if number else f"- {'; '.join(parts)}")


def _said(header: str, value: str) -> str:
    """``Số tiền (đồng)`` and ``500.000`` → ``Số tiền: 500.000 đồng``."""
    unit = _UNIT.fullmatch(header)
    value = value.rstrip(" .;")
    if unit and _NUMBER.fullmatch(value):
        return f"{unit[1]}: {value}{'' if unit[2] == '%' else ' '}{unit[2]}"
    return f"{header}: {value}"


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text.rstrip(' ;,:')}."
