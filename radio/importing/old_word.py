""".doc and .rtf → .docx by LibreOffice, where it is installed; in a folder and with settings of its own."""

import os
import resource
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from ..i18n import _
from .content import refused

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 180
"""LibreOffice sets up its profile first, which takes half a minute on a slow machine."""
MEMORY_BYTES = 4 << 30
"""Of addresses, of which LibreOffice reserves far more than it uses."""
OUTPUT_BYTES = 256 << 20


def to_docx(data: bytes, suffix: str, file: str) -> bytes:
    """The document as .docx. Raises `BadInput` where there is no LibreOffice, or it cannot read the file."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        message = _("%s files are read with LibreOffice, which is not installed on this machine") % suffix
        hint = _("Save it as .docx and import that, or install it: sudo apt install libreoffice-writer-nogui")
        raise refused(file, message, hint)
    with tempfile.TemporaryDirectory(prefix="radio-import-") as name:
        folder = Path(name)
        (folder / f"document{suffix}").write_bytes(data)
        command = [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            "docx",
            "--outdir",
            str(folder / "out"),
            str(folder / f"document{suffix}"),
        ]
        finished = _run(command, folder)
        made = folder / "out" / "document.docx"
        if not finished or not made.is_file():
            message = (
                _("LibreOffice could not convert it")
                if finished
                else _("LibreOffice had not converted it after %d seconds") % SECONDS
            )
            raise refused(file, message, _("Open it in the program that wrote it and save it as .docx."))
        return made.read_bytes()


def _limit() -> None:
    """In the new process: what a hostile document can make LibreOffice take."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _run(command: list[str], folder: Path) -> bool:
    """Whether the program came to an end by itself; otherwise it and its children are stopped."""
    with subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_limit,
    ) as process:
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return False
    return True
