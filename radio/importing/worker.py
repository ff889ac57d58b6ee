"""The process that reads one document: ``python -m radio.importing.worker docx NAME``, bytes in, JSON out.

A document may come from anybody. Whatever it does to the parsers ends here: memory, processor time and what
can be written are limited before the first byte is read.
"""

import json
import resource
import sys

from ..i18n import _
from ..problem import BadInput
from .advice import ask_sender, save_again, shorten
from .content import Extracted, refused

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 60
OUTPUT_BYTES = 64 << 20


def limit() -> None:
    """Put this process under its limits; they cannot be raised again."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (most, most))


def read(kind: str, data: bytes, file: str) -> Extracted:
    """Read ``data`` as ``docx``, ``odt`` or ``pdf``. Raises `BadInput`."""
    try:
        if kind == "docx":
            from .word import read_docx

            return read_docx(data, file)
        if kind == "odt":
            from .opendocument import read_odt

            return read_odt(data, file)
        from .pdf import read_pdf

        return read_pdf(data, file)
    except BadInput:
        raise
    except MemoryError as error:
        raise refused(file, _("reading it takes too much memory"), shorten()) from error
    except RecursionError as error:
        raise refused(file, _("its parts are nested too deeply"), ask_sender()) from error
    except Exception as error:  # a damaged file can raise anything in the parsers
        message = _("the file is damaged (%s)") % type(error).__name__
        raise refused(file, message, save_again()) from error


def main(arguments: list[str]) -> None:
    """Read standard input, write the document or what is wrong with it to standard output."""
    limit()
    kind, file = arguments
    try:
        found = read(kind, sys.stdin.buffer.read(), file)
    except BadInput as error:
        problems = [[one.line, one.message, one.hint] for one in error.problems]
        answer: dict[str, object] = {"problems": problems}
    else:
        answer = {
            "lines": [[line.text, line.whole, line.centred] for line in found.lines],
            "left_out": [[one.first, one.last, one.text, one.reason] for one in found.left_out],
            "notes": list(found.notes),
        }
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    main(sys.argv[1:])
