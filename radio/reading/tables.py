"""The shipped tables, loaded once: tab-separated text files beside this module which an editor can extend."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from .letters import LOWER, UPPER

_SEPARATORS = re.compile(r"[\s&.,/–-]+")


def key_of(written: str) -> str:
    """The name under which an acronym is filed: without the signs between its letters ("GD&ĐT" is "GDĐT")."""
    return _SEPARATORS.sub("", written)


@dataclass(frozen=True, slots=True)
class Entry:
    """One meaning of a written form: ``spoken`` where ``before`` and ``after`` fit (None: anywhere).

    ``doubtful`` entries are flagged; ``field`` marks the name of a field of work, to which a level of
    government can be put in front (B, S, P: bộ, sở, phòng).
    """

    written: str
    spoken: str
    before: re.Pattern[str] | None = None
    after: re.Pattern[str] | None = None
    field: bool = False
    doubtful: bool = False

    def fits(self, before: str, after: str) -> bool:
        """``before`` is the lower-case text up to the form, ``after`` the text that follows it, as written."""
        if self.before is not None and self.before.search(before) is None:
            return False
        return self.after is None or self.after.match(after) is not None


def rows(name: str) -> Iterator[list[str]]:
    """The rows of ``tables/<name>.tsv``: cells without surrounding spaces; ``#`` begins a comment line."""
    text = resources.files(__package__).joinpath("tables", f"{name}.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield [cell.strip() for cell in line.split("\t")]


def _condition_before(cell: str) -> re.Pattern[str] | None:
    return re.compile(rf"(?:^|[^\w])(?:{cell})[\s.:,(\"-]*$") if cell else None


def _condition_after(cell: str) -> re.Pattern[str] | None:
    """The words that may follow; NAME: a capitalised word, CAPITAL: a capital letter, NUMBER: a digit."""
    if not cell:
        return None
    cell = (
        cell.replace("NAME", f"[{UPPER}][{LOWER}]").replace("NUMBER", r"\d").replace("CAPITAL", f"[{UPPER}]")
    )
    return re.compile(rf"[\s.\-–]{{0,4}}(?:{cell})")


def _entry(cells: list[str]) -> Entry:
    written, spoken, before, after, marks = (cells + [""] * 5)[:5]
    return Entry(
        written,
        spoken,
        _condition_before(before),
        _condition_after(after),
        field="field" in marks,
        doubtful="?" in marks,
    )


def _is_default(entry: Entry) -> bool:
    """Meanings without conditions are tried after all others."""
    return entry.before is None and entry.after is None


def entries(name: str) -> dict[str, tuple[Entry, ...]]:
    """The table ``name`` by written form; the order of rows is the order in which conditions are tried."""
    found: dict[str, list[Entry]] = {}
    for cells in rows(name):
        entry = _entry(cells)
        found.setdefault(entry.written, []).append(entry)
    return {written: tuple(sorted(list_, key=_is_default)) for written, list_ in found.items()}


def mapping(name: str) -> dict[str, str]:
    """A table of two columns."""
    return {cells[0]: cells[1] if len(cells) > 1 else "" for cells in rows(name)}


def groups(name: str) -> dict[str, frozenset[str]]:
    """A table whose first column names a group and whose second gives one member a row."""
    found: dict[str, set[str]] = {}
    for group, member, *_ in rows(name):
        found.setdefault(group, set()).add(member)
    return {group: frozenset(members) for group, members in found.items()}


@dataclass(frozen=True)
class Tables:
    """Everything that is data rather than rule."""

    acronym: dict[str, tuple[Entry, ...]]
    abbreviation: dict[str, tuple[Entry, ...]]
    document_type: dict[str, str]
    document_body: dict[str, str]
    foreign: dict[str, tuple[str, bool]]
    letter: dict[str, str]
    measure: dict[str, str]
    measure_fold: dict[str, str]
    money: dict[str, str]
    code: dict[str, str]
    symbol: dict[str, str]
    contact: dict[str, frozenset[str]]
    context: dict[str, frozenset[str]]
    web: dict[str, str]
    local: frozenset[str] = field(default_factory=frozenset)


@cache
def load() -> Tables:
    """The shipped tables; read from the package on first use, then kept."""
    acronym: dict[str, tuple[Entry, ...]] = {}
    for written, list_ in entries("acronym").items():
        joined = acronym.get(key_of(written), ()) + list_
        acronym[key_of(written)] = tuple(sorted(joined, key=_is_default))
    document = groups_of_pairs("document")
    measure = mapping("measure")
    return Tables(
        acronym=acronym,
        abbreviation=entries("abbreviation"),
        document_type=document["type"],
        document_body=document["body"],
        foreign={cells[0].lower(): (cells[1], "said" in cells[2:]) for cells in rows("foreign")},
        letter=mapping("letter"),
        measure=measure,
        measure_fold={unit.lower(): unit for unit in reversed(measure)},
        money=mapping("money"),
        code=mapping("code"),
        symbol=mapping("punctuation"),
        contact=groups("contact"),
        context=groups("context"),
        web=mapping("web"),
        local=frozenset(cells[0] for cells in rows("local")),
    )


def groups_of_pairs(name: str) -> dict[str, dict[str, str]]:
    """A table of three columns: group, written, spoken."""
    found: dict[str, dict[str, str]] = {}
    for group, written, spoken, *_ in rows(name):
        found.setdefault(group, {})[written] = spoken
    return found
