"""The house's own words: reading them, finding what is wrong, adding one."""

from pathlib import Path

import pytest

from radio.problem import BadInput
from radio.reading import Lexicon, learn, load_lexicon, read

GOOD = """# our words
[acronym]
UBND = "ủy ban"          # we say it short
BQLC = "ban quản lý chợ"

[name]
"Lũng Nặm" = "lúng nặm"
"""


def test_the_house_overrides_and_extends(tmp_path: Path) -> None:
    """Acronyms exactly as written, names in any case, over the shipped tables."""
    path = tmp_path / "lexicon.toml"
    path.write_text(GOOD, encoding="utf-8")
    lexicon, problems = load_lexicon(path)
    assert problems == []
    assert read("UBND xã LŨNG NẶM, BQLC", lexicon).spoken == "ủy ban xã lúng nặm, ban quản lý chợ"
    assert not read("BQLC", lexicon).flags


def test_a_missing_file_is_an_empty_lexicon(tmp_path: Path) -> None:
    """A house need not have one."""
    assert load_lexicon(tmp_path / "none.toml") == (Lexicon(), [])


def test_every_problem_is_told_with_its_line(tmp_path: Path) -> None:
    """All at once, and the good entries still count."""
    path = tmp_path / "lexicon.toml"
    path.write_text(
        '[acronyn]\nA1 = "x"\n[acronym]\nBCX = "ban 2"\nBCY = ""\nBCZ = "ban z"\n', encoding="utf-8"
    )
    lexicon, problems = load_lexicon(path)
    assert [(problem.file, problem.line) for problem in problems] == [
        ("lexicon.toml", 1),
        ("lexicon.toml", 4),
        ("lexicon.toml", 5),
    ]
    assert "acronym" in problems[0].hint
    assert lexicon.entries == {"acronym": {"BCZ": "ban z"}}


def test_broken_toml_is_told_with_its_line(tmp_path: Path) -> None:
    """The line that the parser names."""
    path = tmp_path / "lexicon.toml"
    path.write_text('[acronym]\nBQLC = "ban\n', encoding="utf-8")
    _, (problem,) = load_lexicon(path)
    assert problem.line == 2


def test_learning_keeps_the_rest_of_the_file(tmp_path: Path) -> None:
    """Comments, order and other entries stay; the new line goes to the end of its section."""
    path = tmp_path / "lexicon.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert learn(path, "TTVX", "trung tâm văn xã") == "acronym"
    assert learn(path, "Sóc Hà", "sóc hà") == "name"
    assert learn(path, "UBND", "ủy ban nhân dân") == "acronym"
    assert path.read_text(encoding="utf-8") == (
        '# our words\n[acronym]\nUBND = "ủy ban nhân dân"          # we say it short\n'
        'BQLC = "ban quản lý chợ"\nTTVX = "trung tâm văn xã"\n\n'
        '[name]\n"Lũng Nặm" = "lúng nặm"\n"Sóc Hà" = "sóc hà"\n'
    )


def test_learning_makes_the_file(tmp_path: Path) -> None:
    """The first entry of a house."""
    path = tmp_path / "lexicon.toml"
    learn(path, "B/đ", "ban đầu")
    lexicon, problems = load_lexicon(path)
    assert problems == []
    assert read("B/đ có mưa", lexicon).spoken == "ban đầu có mưa"


@pytest.mark.parametrize(("written", "spoken"), [("BQLC", "ban 2"), ("BQLC", ""), ("", "x"), ("./", "chấm")])
def test_what_cannot_be_said_is_not_learned(tmp_path: Path, written: str, spoken: str) -> None:
    """The file is left as it was."""
    path = tmp_path / "lexicon.toml"
    path.write_text(GOOD, encoding="utf-8")
    with pytest.raises(BadInput):
        learn(path, written, spoken)
    assert path.read_text(encoding="utf-8") == GOOD


def test_a_broken_file_is_not_written_to(tmp_path: Path) -> None:
    """First put right what is wrong."""
    path = tmp_path / "lexicon.toml"
    path.write_text("[acronym\n", encoding="utf-8")
    with pytest.raises(BadInput):
        learn(path, "BQLC", "ban quản lý chợ")
    assert path.read_text(encoding="utf-8") == "[acronym\n"
