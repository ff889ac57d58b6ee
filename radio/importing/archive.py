"""The zip file around a .docx or .odt: opened only after its directory was judged. Nothing is written to disk."""

import io
import zipfile
from xml.parsers import expat

from ..i18n import _
from .advice import ask_sender, save_again, without_macros, without_password
from .content import refused

MAX_ENTRIES = 2_000
MAX_UNPACKED = 192 * 1024 * 1024
"""Bytes that all entries declare together; zipfile never unpacks more of an entry than it declares."""
MAX_XML = 64 * 1024 * 1024
"""Bytes of one XML part: a table of 400 pages has some twenty megabytes."""
MAX_RATIO = 400
"""Unpacked to packed, for files of more than `RATIO_FROM` bytes: tables in XML reach about 150."""
RATIO_FROM = 8 * 1024 * 1024


def open_checked(data: bytes, file: str) -> zipfile.ZipFile:
    """The archive in ``data``. Raises `BadInput` for a damaged, protected or monstrous one, and for macros."""
    again = save_again()
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise refused(file, _("the file is damaged or was not copied to its end"), again) from error
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    declared = sum(entry.file_size for entry in entries)
    bomb = ask_sender()
    if len(entries) > MAX_ENTRIES or len(set(names)) < len(names):
        raise refused(file, _("it has too many parts, or two of one name (%d parts)") % len(entries), bomb)
    if declared > MAX_UNPACKED or any(_is_xml(entry.filename, entry.file_size) for entry in entries):
        message = _("it would unpack to %(megabytes)d MB; more than %(most)d MB are refused")
        values = {"megabytes": declared >> 20, "most": MAX_UNPACKED >> 20}
        raise refused(file, message % values, bomb)
    if declared > RATIO_FROM and declared > MAX_RATIO * len(data):
        message = _("it would unpack to %(times)d times its size, as a zip bomb does")
        raise refused(file, message % {"times": declared // max(len(data), 1)}, bomb)
    if any(entry.flag_bits & 1 for entry in entries):
        raise refused(file, _("it is protected by a password"), without_password())
    if any(_is_macro(name) for name in names):
        raise refused(file, _("it has macros (a program inside the document)"), without_macros())
    return archive


def read_part(archive: zipfile.ZipFile, name: str, file: str) -> bytes:
    """One part, unpacked. Raises `BadInput` when it is missing or damaged."""
    try:
        return archive.read(name)
    except Exception as error:  # zipfile lets struct, zlib, lzma and its own errors out
        message = _("its part %s is missing or damaged") % name
        raise refused(file, message, save_again()) from error


def refuse_declarations(xml: bytes, part: str, file: str) -> None:
    """Raises `BadInput` when ``xml`` declares a document type: office documents have none, entity bombs do."""

    class _Begun(Exception):
        pass

    declared = False

    def doctype(*_arguments: object) -> None:
        nonlocal declared
        declared = True
        raise _Begun

    def begun(*_arguments: object) -> None:
        raise _Begun

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = begun
    try:
        parser.Parse(xml, True)
    except _Begun:
        pass
    except expat.ExpatError as error:
        message = _("its part %s is missing or damaged") % part
        raise refused(file, message, save_again()) from error
    if declared:
        message = _("its part %s declares entities, as only a harmful document does") % part
        raise refused(file, message, ask_sender())


def _is_xml(name: str, size: int) -> bool:
    return name.lower().endswith((".xml", ".rels")) and size > MAX_XML


def _is_macro(name: str) -> bool:
    lower = name.lower()
    return lower.endswith(("vbaproject.bin", "vbadata.xml")) or lower.startswith(("basic/", "scripts/"))
