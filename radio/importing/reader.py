"""A document of any format that is known → numbered lines. What it is, its first bytes say, not its name."""

import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Literal, NoReturn

from ..i18n import _
from .advice import other_format, shorten, without_macros, without_password
from .content import Extracted, LeftOut, Line, refused
from .old_word import to_docx
from .source import read_text

MAX_FILE_BYTES = 32 * 1024 * 1024
"""With its pictures, an office document of several hundred pages is smaller."""

WALL_SECONDS = 180
"""The worker has its own limit of processor time; this one is for a machine that is busy or asleep."""

Kind = Literal["text", "docx", "odt", "pdf", "doc", "rtf"]

_SUFFIXES: dict[Kind, tuple[str, ...]] = {
    "text": (".txt", ".text", ".md"),
    "docx": (".docx", ".docm", ".dotx", ".dotm"),
    "odt": (".odt", ".ott"),
    "pdf": (".pdf",),
    "doc": (".doc", ".dot"),
    "rtf": (".rtf", ".doc"),
}


def read_document(data: bytes, file: str) -> Extracted:
    """Read the document ``data``; ``file`` is its name, as shown in messages.

    Raises `BadInput` for what cannot or must not be read: damaged, protected, secret or harmful files.
    """
    if len(data) > MAX_FILE_BYTES:
        message = _("the file is larger than %d MB") % (MAX_FILE_BYTES >> 20)
        raise refused(file, message, shorten())
    kind = kind_of(data, file)
    _check_suffix(kind, file)
    if kind == "text":
        return read_text(data, file)
    if kind in ("doc", "rtf"):
        return _in_worker("docx", to_docx(data, f".{kind}", file), file)
    return _in_worker(kind, data, file)


def kind_of(data: bytes, file: str) -> Kind:
    """The format by its first bytes. Raises `BadInput` for formats that cannot be imported."""
    if data.startswith(b"PK"):
        return _kind_of_zip(data, file)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _kind_of_compound(data, file)
    return "text"


def _kind_of_zip(data: bytes, file: str) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        hint = _("Have it sent or copied again.")
        raise refused(file, _("the file is damaged or was not copied to its end"), hint) from error
    if "content.xml" in names and "mimetype" in names:
        return "odt"
    if any(name.startswith("word/") for name in names):
        return "docx"
    _refuse_kind(file)


def _kind_of_compound(data: bytes, file: str) -> Kind:
    """The old format of Microsoft's programs: its directory names what is inside, in UTF-16."""

    def has(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        raise refused(file, _("it is protected by a password"), without_password())
    if has("_VBA_PROJECT"):
        raise refused(file, _("it has macros (a program inside the document)"), without_macros())
    if has("WordDocument"):
        return "doc"
    _refuse_kind(file)


def _refuse_kind(file: str) -> NoReturn:
    raise refused(file, _("it is no text document"), other_format())


def _check_suffix(kind: Kind, file: str) -> None:
    """A name that says something else than the bytes is a mistake or a trick."""
    suffix = Path(file).suffix.lower()
    if suffix in _SUFFIXES[kind] or not any(suffix in known for known in _SUFFIXES.values()):
        return
    right = _SUFFIXES[kind][0]
    message = _("its name ends in %(name)s but its content is %(content)s") % {
        "name": suffix,
        "content": right,
    }
    hint = _("If you know where it comes from, rename it to end in %s and import it again.") % right
    raise refused(file, message, hint)


def _in_worker(kind: Kind, data: bytes, file: str) -> Extracted:
    """Have a process under limits read it, and take over its answer."""
    command = [sys.executable, "-P", "-B", "-m", "radio.importing.worker", kind, file]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with tempfile.TemporaryFile() as output:
        try:
            result = subprocess.run(
                command, input=data, stdout=output, stderr=subprocess.DEVNULL, env=environment,
                timeout=WALL_SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise _given_up(file) from error
        output.seek(0)
        answer = output.read()
    if result.returncode != 0:
        raise _given_up(file)
    return _taken_over(json.loads(answer), file)


def _given_up(file: str) -> Exception:
    hint = _("Save it again from the program that wrote it, or copy the part that shall be heard.")
    return refused(file, _("reading it takes too much time or memory"), hint)


def _taken_over(answer: dict[str, list[list[object]]], file: str) -> Extracted:
    for line, message, hint in answer.get("problems", []):
        raise refused(file, str(message), str(hint), int(str(line)))
    lines = [
        Line(number, str(text), whole is True, centred is True)
        for number, (text, whole, centred) in enumerate(answer["lines"], 1)
    ]
    left_out = [
        LeftOut(int(str(first)), int(str(last)), str(text), str(reason))
        for first, last, text, reason in answer["left_out"]
    ]
    return Extracted(tuple(lines), tuple(left_out), tuple(map(str, answer["notes"])))
