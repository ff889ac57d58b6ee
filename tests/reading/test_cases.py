"""The worked cases: the agreed ones (cases.tsv) and one file for each class, written and spoken side by side."""

from pathlib import Path

import pytest

from radio.reading import read
from tests.reading import score

HERE = Path(__file__).parent


def by_class() -> list[tuple[str, str, str]]:
    """(class, written, accepted spoken) from every file in cases/."""
    rows = []
    for file in sorted((HERE / "cases").glob("*.tsv")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                written, spoken = line.split("\t")
                rows.append((file.stem, written, spoken))
    return rows


def agreed() -> list[tuple[str, str, str]]:
    """(category, written, accepted spoken) of the agreed cases."""
    lines = (HERE / "cases.tsv").read_text(encoding="utf-8").splitlines()
    rows = [tuple(line.split("\t")) for line in lines if line.strip() and not line.startswith("#")]
    return [(row[0], row[1], row[2]) for row in rows]


@pytest.mark.parametrize(("kind", "written", "spoken"), by_class())
def test_case_of_its_class(kind: str, written: str, spoken: str) -> None:
    """What an office writes is said as its case file says."""
    assert score.matches(read(written).spoken, spoken), read(written).spoken


@pytest.mark.parametrize(("kind", "written", "spoken"), agreed())
def test_agreed_case(kind: str, written: str, spoken: str) -> None:
    """The agreed conventions hold."""
    assert score.matches(read(written).spoken, spoken), read(written).spoken


def test_each_class_has_its_case_file_and_module() -> None:
    """One name in module, case file and span: no class goes untested."""
    modules = {path.stem for path in (HERE.parents[1] / "radio" / "reading").glob("*.py")}
    cases = {kind for kind, _, _ in by_class()}
    said = {span.kind for _, written, _ in by_class() for span in read(written).spans} - {"plain"}
    assert said <= cases
    merged = {
        "percent": "quantity",
        "money": "quantity",
        "measure": "quantity",
        "capitals": "acronym",
        "number": "number",
    }
    assert all(merged.get(kind, kind) in modules for kind in cases)
