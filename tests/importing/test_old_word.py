""".doc and .rtf: converted by LibreOffice where it is installed, otherwise a sentence that says what to do."""

import shutil
import subprocess
from pathlib import Path

import pytest

from radio.importing import read_document
from radio.importing.old_word import PROGRAMS
from radio.problem import BadInput

from .. import needs
from .builders import word

RTF = rb"{\rtf1\ansi\ansicpg1252 X\u243?m h\u7885?p l\u250?c 19 gi\u7901?.\par M\u7901?i b\u224? con.\par}"
DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")


@pytest.mark.parametrize(("data", "file"), [(DOC, "a.doc"), (RTF, "a.rtf")])
def test_without_libreoffice_the_message_says_what_to_do(
    data: bytes, file: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadInput, match="LibreOffice") as caught:
        read_document(data, file)
    assert "docx" in caught.value.problems[0].hint


def test_a_program_that_converts_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(BadInput, match="could not convert"):
        read_document(DOC, "a.doc")


def test_doc_and_rtf_are_read_with_libreoffice(tmp_path: Path) -> None:
    if not any(map(shutil.which, PROGRAMS)):
        needs.missing("LibreOffice is not installed (see tests/apt.txt)")
    texts = ["Xóm họp lúc 19 giờ.", "Mời bà con."]
    assert [line.text for line in read_document(RTF, "a.rtf").lines] == texts
    program = next(filter(None, map(shutil.which, PROGRAMS)))
    (tmp_path / "a.docx").write_bytes(word(*texts))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "doc", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "a.docx")], check=True, capture_output=True, timeout=180)
    data = (tmp_path / "a.doc").read_bytes()
    assert data.startswith(b"\xd0\xcf\x11\xe0")
    assert [line.text for line in read_document(data, "a.doc").lines] == texts
