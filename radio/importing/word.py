""".docx → paragraphs and tables in the order of the text, with what stands beside it.

python-docx opens the package and its parts (entities are not resolved, nothing outside is fetched); the text
is walked here, because content controls, tracked changes and text boxes are to be read as well.
"""

import io
from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml import parse_xml

from ..i18n import _
from .advice import other_format, without_macros
from .archive import open_checked, read_part, refuse_declarations
from .content import MAX_NESTING, Aside, Cell, Element, Extracted, Paragraph, Table, refused
from .legacy import convert_runs, encoding_of
from .source import flatten
from .word_styles import Numbers, Styles, W, is_on, value

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_VML = "{urn:schemas-microsoft-com:vml}"
_PLACES = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DELETED = (W + "del", W + "moveFrom")
_BESIDE = ("header", "footer", "footnotes", "endnotes", "comments")


def read_docx(data: bytes, file: str) -> Extracted:
    """The document in ``data``. Raises `BadInput`."""
    archive = open_checked(data, file)
    names = archive.namelist()
    if "[Content_Types].xml" not in names or not any(name.startswith("word/") for name in names):
        raise refused(file, _("this zip file is no Word document"), other_format())
    for name in names:
        if name.lower().endswith((".xml", ".rels")):
            refuse_declarations(read_part(archive, name, file), name, file)
    if b"macroEnabled" in read_part(archive, "[Content_Types].xml", file):
        raise refused(file, _("it has macros (a program inside the document)"), without_macros())
    part = docx.Document(io.BytesIO(data)).part
    walk = _Walk(Styles(_related(part, "styles")), Numbers(_related(part, "numbering")))
    elements = walk.elements(part.element.body, 0)
    for kind in _BESIDE:
        for root in _all_related(part, kind):
            walk.beside(root, kind)
    found = flatten(elements, walk.asides, file)
    return Extracted(found.lines, found.left_out, (*walk.notes(), *found.notes))


def _all_related(part: Any, kind: str) -> list[Any]:
    """The roots of the parts that ``part`` has of one kind."""
    targets = [
        relation.target_part
        for relation in part.rels.values()
        if not relation.is_external and relation.reltype.rsplit("/", 1)[-1] == kind
    ]
    return [parse_xml(target.blob) for target in targets]


def _related(part: Any, kind: str) -> Any | None:
    return next(iter(_all_related(part, kind)), None)


class _Walk:
    """One way through the XML; collects what stands beside the text and which old fonts were met."""

    def __init__(self, styles: Styles, numbers: Numbers) -> None:
        self._styles = styles
        self._numbers = numbers
        self._fonts: dict[str, None] = {}
        self.asides: list[Aside] = []

    def notes(self) -> tuple[str, ...]:
        message = _("text in the font %s was converted to Unicode")
        return tuple(message % font for font in self._fonts)

    def elements(self, parent: Any, depth: int) -> tuple[Element, ...]:
        """Paragraphs and tables under ``parent``; raises RecursionError beyond `MAX_NESTING`."""
        if depth > MAX_NESTING:
            raise RecursionError
        found: list[Element] = []
        for child in _blocks(parent):
            if child.tag == W + "tbl":
                found.append(self._table(child, depth))
            else:
                found += self._paragraph(child, depth)
        return tuple(found)

    def beside(self, root: Any, kind: str) -> None:
        """The text of a page header, footnote or comment."""
        reasons = {
            "header": _("page header"),
            "footer": _("page footer"),
            "footnotes": _("footnote"),
            "endnotes": _("footnote"),
            "comments": _("comment"),
        }
        groups = list(root) if kind in ("footnotes", "endnotes", "comments") else [root]
        for group in groups:
            paragraphs = [text for one in group.iter(W + "p") if (text := self._text(one, 0, [])).strip()]
            if paragraphs:
                self.asides.append(Aside("\n".join(paragraphs), reasons[kind]))

    def _paragraph(self, paragraph: Any, depth: int) -> list[Element]:
        boxes: list[Element] = []
        text = self._text(paragraph, depth, boxes)
        label = (
            self._numbers.label(self._styles.paragraph_property(paragraph, "numPr")) if text.strip() else ""
        )
        centred = value(self._styles.paragraph_property(paragraph, "jc")) == "center"
        return [*boxes, Paragraph(f"{label} {text}" if label else text, centred)]

    def _text(self, paragraph: Any, depth: int, boxes: list[Element]) -> str:
        runs = list(self._runs(paragraph, paragraph, depth, boxes))
        text, encodings = convert_runs(runs)
        if encodings:
            self._fonts |= {font: None for _written, font in runs if encoding_of(font)}
        return text

    def _runs(
        self, parent: Any, paragraph: Any, depth: int, boxes: list[Element]
    ) -> Iterator[tuple[str, str]]:
        """(text, font) of the runs under ``parent``, also within links, insertions and content controls."""
        for child in parent:
            if child.tag == W + "r":
                yield from self._run(child, paragraph, depth, boxes)
            elif child.tag in _DELETED:
                texts = [one.text or "" for one in child.iter(W + "delText", W + "t")]
                if "".join(texts).strip():
                    self.asides.append(Aside("".join(texts), _("deleted with changes tracked")))
            elif str(child.tag).startswith(_MATH):
                yield "".join(one.text or "" for one in child.iter(_MATH + "t")), ""
            elif child.tag not in (W + "pPr", _FALLBACK):
                yield from self._runs(child, paragraph, depth, boxes)

    def _run(self, run: Any, paragraph: Any, depth: int, boxes: list[Element]) -> Iterator[tuple[str, str]]:
        font = self._styles.font(run, paragraph)
        text = ""
        for child in run:
            if child.tag == W + "t":
                text += child.text or ""
            elif child.tag == W + "tab":
                text += "\t"
            elif child.tag in (W + "br", W + "cr"):
                text += "\n"
            elif child.tag == W + "noBreakHyphen":
                text += "-"
            elif child.tag == W + "softHyphen":
                text += "\u00ad"
            elif child.tag == W + "sym":
                text += _symbol(child)
            elif child.tag not in (W + "rPr", _FALLBACK):
                self._drawn(child, depth, boxes)
        if is_on(self._styles.run_property(run, paragraph, "vanish")):
            if text.strip():
                self.asides.append(Aside(convert_runs([(text, font)])[0], _("hidden text")))
            return
        if is_on(self._styles.run_property(run, paragraph, "caps")):
            yield convert_runs([(text, font)])[0].upper(), ""
        else:
            yield text, font

    def _drawn(self, drawn: Any, depth: int, boxes: list[Element]) -> None:
        """Text boxes become paragraphs before the one they hang on; a picture is named as left out."""
        for one in _outside_fallback(drawn):
            if one.tag == W + "txbxContent":
                boxes += self.elements(one, depth + 1)
            elif one.tag in (_DRAWING + "blip", _VML + "imagedata"):
                described = [place.get("descr") or "" for place in drawn.iter(_PLACES + "docPr")]
                text = next(filter(None, described), _("(a picture, without words)"))
                self.asides.append(Aside(text, _("picture: look whether it carries text or a stamp")))

    def _table(self, table: Any, depth: int) -> Table:
        rows: list[tuple[Cell, ...]] = []
        headers = 0
        for row in _inside(table, W + "tr"):
            cells = tuple(self._cell(cell, depth) for cell in _inside(row, W + "tc"))
            if not cells:
                continue
            marked = is_on(row.find(f"{W}trPr/{W}tblHeader"))
            headers += int(marked and headers == len(rows))
            rows.append(cells)
        return Table(tuple(rows) or ((Cell(()),),), headers)

    def _cell(self, cell: Any, depth: int) -> Cell:
        properties = cell.find(W + "tcPr")
        span = "" if properties is None else value(properties.find(W + "gridSpan"))
        merged = None if properties is None else properties.find(W + "vMerge")
        columns = min(max(int(span), 1), 63) if span.isdigit() and len(span) < 4 else 1
        continued = merged is not None and value(merged) != "restart"
        return Cell(self.elements(cell, depth + 1), columns, continued)


def _blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables directly under ``parent`` or within what only wraps them."""
    for child in parent:
        if child.tag in (W + "p", W + "tbl"):
            yield child
        elif child.tag not in (*_DELETED, W + "tcPr", W + "sectPr", _FALLBACK):
            yield from _blocks(child)


def _inside(parent: Any, tag: str) -> Iterator[Any]:
    """Rows or cells under ``parent``, also within content controls; not those of tables in its cells."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag not in (W + "tbl", W + "tr", W + "tc"):
            yield from _inside(child, tag)


def _outside_fallback(drawn: Any) -> Iterator[Any]:
    """The element and what is under it, without second versions for old programs and without text boxes' insides."""
    yield drawn
    if drawn.tag != W + "txbxContent":
        for child in drawn:
            if child.tag != _FALLBACK:
                yield from _outside_fallback(child)


def _symbol(element: Any) -> str:
    code = value(element, "char")
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return chr(number) if 0x20 <= number < 0xD800 or 0xE000 <= number < 0x10000 else ""
