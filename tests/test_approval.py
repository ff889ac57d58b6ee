"""Writing approvals into scripts as people write them: never a damaged script, never a false yes."""

import pytest

from radio.approval import with_approval
from radio.script import Approval, parse

from . import houses
from .command import data, radio

APPROVAL = Approval("Nông Văn A", "2026-11-23T08:00:00+07:00", "a" * 64)
PLAIN = houses.script("Họp xóm", "Mời bà con đến họp.")


def approval_of(text: str) -> Approval | None:
    bulletin, problems = parse("a.md", text.encode())
    assert bulletin, problems
    return bulletin.approval


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace("+++\n", "+++ \n", 1),
        PLAIN.replace("\n+++\n", "\n +++\n"),
        PLAIN.rstrip("\n"),
        "\n" + PLAIN,
    ],
)
def test_an_approval_goes_in_and_out_and_nothing_else_changes(text):
    approved = with_approval(text, APPROVAL)
    assert approval_of(approved) == APPROVAL
    assert with_approval(approved, None) == text
    assert approved.endswith(text[-20:])


@pytest.mark.parametrize(
    "header", ["[approval] # duyệt", "[ approval ]", "  [approval]", "[approval]\n\n# ghi chú"]
)
def test_an_approval_written_by_hand_is_found_and_taken_back(header):
    text = with_approval(PLAIN, APPROVAL).replace("[approval]", header)
    assert approval_of(text) == APPROVAL
    assert approval_of(with_approval(text, None)) is None
    assert approval_of(with_approval(text, Approval("B", APPROVAL.at, "b" * 64))).by == "B"


def test_revoking_takes_effect_or_fails_never_in_between(tmp_path):
    """The command, on headers that a person may have touched: afterwards the bulletin is not approved."""
    house = houses.make(tmp_path / "nha")
    radio("approve", "--all", "--yes", "--by", "A", house=house)
    script = house / "scripts/hop-xom.md"
    script.write_text(script.read_text().replace("[approval]", "[approval] # duyệt"))
    radio("approve", "hop-xom", "--revoke", house=house)
    (day,) = data("build", "2026-11-23", house=house)
    assert "Họp xóm" in [row["title"] for row in day["left_out"] if "not approved" in row["reason"]]


def test_what_cannot_be_written_safely_is_refused_and_the_file_stays(tmp_path):
    house = houses.make(tmp_path / "nha")
    script = house / "scripts/hop-xom.md"
    odd = script.read_text().replace("+++\n", '+++\nsms = """\n[approval]\n"""\n', 1)
    script.write_text(odd)
    result = radio("approve", "hop-xom", "--yes", "--by", "A", house=house, check=1)
    assert "hop-xom.md" in result.stderr and script.read_text() == odd
    assert radio("approve", "hop-xom", "--yes", "--by", "A\x7f", house=house, check=2).stderr
