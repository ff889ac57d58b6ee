"""``radio check`` warns of a bulletin that may air longer than its own words are true."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from radio.cli.check import check

ROOT = Path(__file__).parents[2]
SCRIPT = """+++
title = "Lịch cắt điện"
section = "thong-bao"
genre = "thong-bao"
source = "Điện lực"
author = "Tổ truyền thông"
from = 2026-11-22
{until}
+++
Mất điện từ 7h30 đến 11h30 ngày 26/11.
"""


@pytest.mark.parametrize(
    ("until", "warned"), [("", True), ("until = 2026-11-30", True), ("until = 2026-11-26", False)]
)
def test_a_bulletin_without_its_end_is_a_warning(tmp_path: Path, until: str, warned: bool) -> None:
    """Missing or later than the announced hour: warned, with the date to write; the exit code stays as it was."""
    shutil.copy(ROOT / "schedule.toml", tmp_path)
    shutil.copytree(ROOT / "audio", tmp_path / "audio")
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "cat-dien.md").write_text(SCRIPT.format(until=until), encoding="utf-8")
    result = CliRunner().invoke(check, ["--house", str(tmp_path), "--json"])
    stale = [problem for problem in json.loads(result.output) if "until = 2026-11-26" in problem["hint"]]
    assert bool(stale) == warned
    assert all(problem["warning"] and problem["file"] == "scripts/cat-dien.md" for problem in stale)
