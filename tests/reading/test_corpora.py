"""The two corpora written apart from the code: sentences that must be read right, plain ones that must not change."""

from pathlib import Path
from time import process_time

from radio.reading import read
from tests.reading import score

HERE = Path(__file__).parent
SEALED_AT_LEAST = 0.99


def test_the_sealed_corpus_is_read_right() -> None:
    """Its spoken column was written independently of the code; docs/reading-scores.md has the first score."""
    lines = (HERE / "sealed.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]
    wrong = [written for _, written, spoken in rows if not score.matches(read(written).spoken, spoken)]
    assert len(rows) >= 600
    assert len(wrong) <= len(rows) * (1 - SEALED_AT_LEAST), wrong


def test_plain_text_does_not_change() -> None:
    """Ordinary sentences, traps among them, are said as they are written."""
    lines = (HERE / "plain.txt").read_text(encoding="utf-8").splitlines()
    changed = [line for line in lines if score.fold(read(line).spoken) != score.fold(line)]
    assert len(lines) >= 600
    assert not changed


def test_the_plan_is_read_without_a_noticeable_wait() -> None:
    """Generous: a hang guard, not a measurement (benchmarks/reading.py measures)."""
    plan = (HERE.parent / "data" / "ke-hoach-truyen-thong-xhht-2021.txt").read_text(encoding="utf-8")
    read("một")
    start = process_time()
    reading = read(plan)
    assert process_time() - start < 3
    assert "".join(span.written for span in reading.spans) == plan
