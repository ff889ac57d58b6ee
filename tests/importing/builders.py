"""Documents made by the tests: .docx with python-docx, .odt and .pdf written byte by byte."""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.text.run import Run

ODT_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office", "text": "text", "table": "table", "style": "style", "draw": "drawing",
        "fo": "xsl-fo-compatible", "svg": "svg-compatible",
    }.items()
)  # fmt: skip


def saved(document: WordDocument) -> bytes:
    """The .docx file of a python-docx document."""
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def word(*paragraphs: str) -> bytes:
    """A .docx of plain paragraphs."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return saved(document)


def set_font(run: Run, name: str) -> Run:
    """Give a run a font as Word does, for ASCII and for other letters."""
    run.font.name = name
    run._element.rPr.rFonts.set(qn("w:hAnsi"), name)
    return run


def table(document: WordDocument, rows: Sequence[Sequence[str]]) -> None:
    """Add a table of plain cells."""
    made = document.add_table(len(rows), len(rows[0]))
    for row, texts in zip(made.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text


def zipped(parts: dict[str, str | bytes], level: int = 6) -> bytes:
    """A zip file of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def repacked(data: bytes, changes: dict[str, bytes | str]) -> bytes:
    """The zip file ``data`` with some parts replaced or added."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**parts, **changes})


def odt(body: str, styles: str = "", masters: str = "", faces: str = "") -> bytes:
    """An .odt with this XML in its body, its automatic styles, its master page and its font faces."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {ODT_NAMESPACES}>'
        f"<office:font-face-decls>{faces}</office:font-face-decls>"
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    pages = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-styles {ODT_NAMESPACES}><office:master-styles>'
        f'<style:master-page style:name="Standard">{masters}</style:master-page>'
        "</office:master-styles></office:document-styles>"
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": content,
            "styles.xml": pages,
            "META-INF/manifest.xml": "<manifest/>",
        }
    )


def p(text: str, style: str = "") -> str:
    """A paragraph of an .odt."""
    return f'<text:p text:style-name="{style}">{escape(text)}</text:p>'


def pdf(pages: Sequence[Sequence[tuple[int, int, str]]], font: str = "") -> bytes:
    """A .pdf with text at places: (x, y, text) in points from the lower left corner.

    Without ``font`` the text is Unicode through a ToUnicode table, as word processors write it; with the name
    of an old font it is one byte a character (Windows-1252), as they wrote it in those days.
    """
    letters = sorted({char for page in pages for _x, _y, text in page for char in text})
    codes = {char: number for number, char in enumerate(letters, 1)}
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    if font:
        objects.append(
            f"<< /Type /Font /Subtype /TrueType /BaseFont /ABCDEF+{font} /Encoding /WinAnsiEncoding >>".encode()
        )
    else:
        mapped = "".join(
            f"<{codes[char]:04X}> <{char.encode('utf-16-be').hex().upper()}>\n" for char in letters
        )
        table = (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def\n"
            "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
            f"{len(letters)} beginbfchar\n{mapped}endbfchar endcmap end end"
        )
        objects.append(
            b"<< /Type /Font /Subtype /Type0 /BaseFont /Times /Encoding /Identity-H "
            b"/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"
        )
        objects.append(
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Times /DW 500 "
            b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
        )
        objects.append(_stream(table.encode()))
    kids = []
    for page in pages:
        drawn = []
        for x, y, text in page:
            coded = "".join(f"{codes[char]:04X}" for char in text)
            raw = text.encode("cp1252").hex().upper() if font else coded
            drawn.append(f"BT /F1 12 Tf {x} {y} Td <{raw}> Tj ET")
        objects.append(_stream("\n".join(drawn).encode()))
        kids.append(len(objects) + 1)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
    references = " ".join(f"{number} 0 R" for number in kids)
    objects[1] = f"<< /Type /Pages /Kids [{references}] /Count {len(kids)} >>".encode()
    return _assembled(objects)


def _stream(data: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)


def _assembled(objects: Sequence[bytes]) -> bytes:
    written = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    return written + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
