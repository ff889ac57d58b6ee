"""``radio read`` as it is called."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from radio.cli.read import read
from tests.reading import score
from tests.reading.test_cases import agreed


def run(*arguments: str, given: str = "", code: int = 0) -> str:
    """What the command prints."""
    result = CliRunner().invoke(read, arguments, input=given.encode())
    assert result.exit_code == code, result.output
    return result.output


def test_lines_are_read_one_by_one_without_a_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One spoken line for each line, empty for empty, nothing kept from line to line."""
    monkeypatch.chdir(tmp_path)
    given = "Ban quản lý chợ (BQLC)\n\nBQLC 5km\r\n..."
    assert run("--lines", "-", given=given).split("\n") == [
        "Ban quản lý chợ",
        "",
        "bê quy e lờ xê năm ki lô mét",
        "",
        "",
    ]


def test_the_agreed_cases_through_the_command() -> None:
    """At least 98 of 100."""
    rows = agreed()
    spoken = run("--lines", "-", given="\n".join(row[1] for row in rows) + "\n").split("\n")
    right = sum(score.matches(said, row[2]) for said, row in zip(spoken, rows, strict=False))
    assert right >= 0.98 * len(rows)


def test_the_front_matter_of_a_script_is_not_read_and_lines_keep_their_numbers(tmp_path: Path) -> None:
    """Flags name the line of the file."""
    script = tmp_path / "script.md"
    script.write_text('+++\ntitle = "Lịch 12/5"\n+++\nHọp 8h.\n[[nghỉ 2s]]\nMời XYZQ dự.\n', encoding="utf-8")
    tree = json.loads(run(str(script), "--json", "--house", str(tmp_path)))
    flags = [(s["line"], s["column"], s["written"]) for s in tree["spans"] if not s["certain"]]
    assert flags == [(6, 5, "XYZQ")]
    assert "Lịch" not in tree["spoken"] and "nghỉ" not in tree["spoken"]


def test_the_page_shows_both_sides_and_the_flags(tmp_path: Path) -> None:
    """Written, spoken, and where to look."""
    output = run("-", "--house", str(tmp_path), given="ngày 7-8 họp UBND\n")
    assert "UBND" in output and "ủy ban nhân dân" in output
    assert "1:6" in output and "bảy đến tám" in output


def test_learning_is_used_at_once(tmp_path: Path) -> None:
    """An entry from a flag, then the same text again."""
    output = run("--learn", "XYZQ=xóm yên", "--lines", "-", "--house", str(tmp_path), given="XYZQ\n")
    assert output.split("\n")[-2] == "xóm yên"
    assert 'XYZQ = "xóm yên"' in (tmp_path / "lexicon.toml").read_text(encoding="utf-8")


def test_the_house_decides_how_numbers_are_said(tmp_path: Path) -> None:
    """[reading] of schedule.toml."""
    (tmp_path / "schedule.toml").write_text('[reading]\nthousand = "ngàn"\n', encoding="utf-8")
    assert run("--lines", "-", "--house", str(tmp_path), given="1.000\n") == "một ngàn\n"


@pytest.mark.parametrize("arguments", [[], ["--learn", "XYZQ", "-"], ["no-such-option", "--wrong"]])
def test_wrong_use_is_told(arguments: list[str]) -> None:
    """Exit code 2."""
    run(*arguments, code=2)


def test_a_wrong_lexicon_stops_the_reading(tmp_path: Path) -> None:
    """Exit code 1, with file and line."""
    (tmp_path / "lexicon.toml").write_text('[acronym]\nA1 = "2"\n', encoding="utf-8")
    assert "lexicon.toml:2" in run("--lines", "-", "--house", str(tmp_path), given="x\n", code=1)


def test_speakers_are_shown_and_not_said(tmp_path: Path) -> None:
    """ "MC:" before a paragraph says who speaks; places of the text stay."""
    (tmp_path / "schedule.toml").write_text('[[voice.speaker]]\nname = "MC"\n', encoding="utf-8")
    script = tmp_path / "script.md"
    script.write_text("+++\n+++\nMC: Xin chào 5 bác.\nLưu ý: họp 8h.\n", encoding="utf-8")
    tree = json.loads(run(str(script), "--json", "--house", str(tmp_path)))
    assert tree["speakers"] == [{"line": 3, "name": "MC"}]
    assert tree["spoken"].split("\n")[2:4] == ["Xin chào năm bác.", "Lưu ý, họp tám giờ."]
    assert [(s["line"], s["column"]) for s in tree["spans"] if s["written"] == "5"] == [(3, 14)]
    assert "MC: Xin chào năm bác." in run(str(script), "--house", str(tmp_path))
