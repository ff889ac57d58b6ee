"""Messages: every one has a Vietnamese text that takes the same values, and the compiled catalogue is current."""

import ast
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import click
import pytest
from babel.messages.mofile import read_mo

from . import catalogue

PERCENT = re.compile(r"%(?:\(\w+\))?[-+0 #]*\d*(?:\.\d+)?[a-zA-Z%]")
BRACES = re.compile(r"\{[\w.]*(?:![rsa])?\}")
FORMS = [
    (form, text)
    for key, text in catalogue.translations().items()
    for form in (key if isinstance(key, tuple) else (key,))
]
CLICK = sorted(Path(click.__file__).parent.glob("*.py"))
SOURCES = sorted(catalogue.ROOT.rglob("*.py"))


def test_every_message_is_translated_and_nothing_is_left_over():
    stored = catalogue.translations()
    wanted = {catalogue.key_of(message) for message in catalogue.extracted() if message.id}
    assert wanted - set(stored) == set(), "run python -m tests.catalogue and translate"
    assert set(stored) - wanted == set(), "run python -m tests.catalogue"
    assert [key for key, text in stored.items() if not text] == []


def test_every_form_of_a_message_takes_its_values_in_vietnamese():
    """The same %-values in any order; a counted click phrase may use those of either form."""
    for form, text in FORMS:
        assert Counter(PERCENT.findall(form)) == Counter(PERCENT.findall(text)), text
    for key, text in catalogue.translations().items():
        allowed = set(BRACES.findall(" ".join(key) if isinstance(key, tuple) else key))
        used = set(BRACES.findall(text))
        assert used <= allowed, text
        assert used == allowed or isinstance(key, tuple), text


def test_unnamed_values_keep_their_order():
    for form, text in FORMS:
        if "%(" not in form:
            assert PERCENT.findall(form) == PERCENT.findall(text), text


def test_translations_are_vietnamese_text_without_stray_space():
    """Line ends and edge blanks carry meaning (indents, joined sentences); help texts are laid out by click."""
    for form, text in FORMS:
        if "\n        " in form or "\n    " in form:
            continue
        assert text[:1].isspace() == form[:1].isspace(), text
        assert text[-1:].isspace() == form[-1:].isspace(), text
        assert text.count("\n") == form.count("\n"), text


def test_the_compiled_catalogue_is_current():
    with catalogue.MO.open("rb") as file:
        compiled = {
            catalogue.key_of(message): catalogue.text_of(message) for message in read_mo(file) if message.id
        }
    assert compiled == catalogue.translations()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(catalogue.ROOT)))
def test_what_is_marked_for_translation_can_be_extracted(path: Path):
    """``_()``, ``N_()`` and ``ngettext()`` get plain texts: an f-string or a sum is never found by the catalogue.

    A name is allowed for `_`: it must hold a text marked elsewhere with ``N_()``.
    """
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in ("N_", "ngettext"):
                texts = node.args[: 1 if node.func.id == "N_" else 2]
                assert all(isinstance(text, ast.Constant) for text in texts), node.lineno
            if node.func.id == "_":
                (text,) = node.args
                assert isinstance(text, ast.Constant | ast.Attribute | ast.Name), node.lineno


def test_every_listed_phrase_of_click_is_one_of_this_click():
    """A phrase that click no longer says would be translated in vain, and the new one appear in English."""
    nodes = [node for path in CLICK for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    said = {node.value for node in nodes if isinstance(node, ast.Constant)}
    for key in catalogue.click_messages():
        for form in key if isinstance(key, tuple) else (key,):
            assert form in said, form


ASK_EVERYTHING = """
import click
from click.testing import CliRunner
from radio.cli import main

def walk(command, words):
    yield words
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            yield from walk(command.get_command(click.Context(command), name), [*words, name])

for words in walk(main, []):
    for more in (["--help"], ["--no-such-option"], ["a", "b", "c", "--json=1"]):
        print(CliRunner().invoke(main, [*words, *more], prog_name="radio").output)
for words in (["nope"], ["build"], ["build", "x"], ["station", "run", "."], ["station", "run", ".", "--station"],
              ["import", "/no/such/file"], ["import", "."], ["run", "--ahead", "x"], ["today", "--now", "x"],
              ["station", "run", ".", "--station", "a", "--sink", "x"]):
    print(CliRunner().invoke(main, words, prog_name="radio").output)
"""


def test_help_and_usage_errors_are_vietnamese_down_to_clicks_own_words():
    """Every command's help, and every kind of wrong call, without one English sentence of the catalogue."""
    ran = subprocess.run(
        [sys.executable, "-c", ASK_EVERYTHING],
        env=os.environ | {"RADIO_LANG": "vi"},
        capture_output=True,
        text=True,
        check=True,
    )
    seen = " ".join(ran.stdout.split())
    for word in ("Cách dùng:", "Tùy chọn:", "Lệnh:", "Thiếu tham số", "Không có lệnh", "không phải ngày"):
        assert word in seen
    for form, text in FORMS:
        english = " ".join(max(re.split(r"%\S*|\{\S*?\}", form), key=len).split())
        if form != text and len(english) >= 8:
            assert english not in seen, english
