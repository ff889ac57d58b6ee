"""The operator's guide: its commands can be typed as they stand, and what it quotes is what the program says."""

import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from radio import script
from radio.cli import COMMANDS, main
from radio.config import DateException, Slot
from radio.schedule_tables import Permit, Quiet

from . import catalogue
from .test_messages import PERCENT

GUIDE = (Path(__file__).parent.parent / "docs" / "huong-dan.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
INLINE = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", GUIDE, flags=re.MULTILINE | re.DOTALL))
TYPED = [line for _kind, block in BLOCKS for line in block.split("\n") if line.startswith("radio ")]
NAMED = [text for text in INLINE if text.startswith("radio ") and text != "radio …"]


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that ``words`` (without ``radio``) call, and the words that are left for it."""
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, f"there is no command {words[0]}"
        command, words = found, words[1:]
    return command, words


@pytest.mark.parametrize("line", TYPED)
def test_a_command_to_be_typed_is_accepted(line, tmp_path, monkeypatch):
    """Everything but the work itself: the command, its options, and the form of its values."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ke-hoach.docx").write_text("Kế hoạch")
    command, words = command_of(shlex.split(line)[1:])
    command.make_context(line, words)


@pytest.mark.parametrize("text", sorted(set(NAMED)))
def test_a_command_that_is_named_exists_with_its_options(text):
    command, words = command_of(shlex.split(text)[1:])
    known = {option for one in command.params for option in one.opts} | {"--help"}
    assert {word for word in words if word.startswith("-")} <= known


def test_the_guide_leaves_no_command_out():
    told = {shlex.split(text)[1] for text in [*TYPED, *NAMED]}
    assert set(COMMANDS) - told == set()


def test_the_messages_it_explains_are_the_programs_own():
    """Each row of the table quotes a message as the catalogue has it, "…" standing for a value."""
    table = GUIDE[GUIDE.index("| Thông báo |") :].split("\n\n")[0]
    quoted = [re.match(r"\| `(.+?)` \|", row) for row in table.split("\n")[2:]]
    said = []
    for text in catalogue.translations().values():
        pieces = PERCENT.split(text.strip())
        if len("".join(pieces)) >= 8:  # shorter ones are frames that would fit anything
            said.append(re.compile(".+".join(map(re.escape, pieces))))
    for message in quoted:
        assert message is not None
        assert any(pattern.fullmatch(message[1]) for pattern in said), message[1]


def test_its_script_can_be_used_as_it_stands():
    (text,) = [block for _kind, block in BLOCKS if block.startswith("+++\n")]
    bulletin, problems = script.parse("scripts/vi-du.md", text.encode())
    assert problems == [] and bulletin is not None
    assert bulletin.stations == ("truong-ha",) and len(bulletin.parts) == 4


def test_the_keys_it_explains_are_keys_of_a_script():
    table = GUIDE[GUIDE.index("| Mục |") :].split("\n\n")[0]
    for row in table.split("\n")[2:]:
        for key in re.findall(r"`(\w+)`", row.split("|")[1]):
            value = "2026-12-01" if key in ("from", "until") else "2" if key == "times" else '"routine"'
            _bulletin, problems = script.parse("x.md", f"+++\n{key} = {value}\n+++\nNói.\n".encode())
            assert not any("unknown" in problem.message for problem in problems), key


def test_its_pieces_of_schedule_are_valid():
    tables: dict[str, type[BaseModel]] = {
        "slot": Slot,
        "exception": DateException,
        "quiet": Quiet,
        "permit": Permit,
    }
    shown = [tomllib.loads(block) for kind, block in BLOCKS if kind == "toml"]
    assert sorted(name for piece in shown for name in piece) == sorted(tables)
    for piece in shown:
        for name, rows in piece.items():
            for row in rows:
                tables[name].model_validate(row)
