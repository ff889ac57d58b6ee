""".odt → paragraphs and tables in the order of the text, with what stands beside it (standard library only)."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.etree.ElementTree import Element as Node

from ..i18n import _
from .advice import other_format, save_again, without_password
from .archive import open_checked, read_part, refuse_declarations
from .content import MAX_NESTING, Aside, Cell, Element, Extracted, Paragraph, Table, refused
from .legacy import convert_runs, encoding_of
from .source import flatten
from .word_styles import ordinal

_NS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
TEXT, TABLE, OFFICE, STYLE, DRAW = (_NS % name for name in ("text", "table", "office", "style", "drawing"))
FO, SVG = (_NS % name for name in ("xsl-fo-compatible", "svg-compatible"))
_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_WRAPPERS = {
    *(TEXT + name for name in ("section", "index-body", "index-title", "table-of-content", "list-header")),
    DRAW + "text-box",
}
MAX_COLUMNS = 64
MAX_REPEATS = 2_000
"""Rows or columns said to repeat: a spreadsheet's empty margin, or an attack."""


def read_odt(data: bytes, file: str) -> Extracted:
    """The document in ``data``. Raises `BadInput`."""
    archive = open_checked(data, file)
    if "content.xml" not in archive.namelist():
        raise refused(file, _("this zip file is no OpenDocument text"), other_format())
    if "META-INF/manifest.xml" in archive.namelist():
        manifest = read_part(archive, "META-INF/manifest.xml", file)
        if b"encryption-data" in manifest:
            raise refused(file, _("it is protected by a password"), without_password())
    content = _parse(archive, "content.xml", file)
    styles = _parse(archive, "styles.xml", file) if "styles.xml" in archive.namelist() else None
    body = content.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise refused(file, _("this zip file is no OpenDocument text"), other_format())
    walk = _Walk(_Styles([root for root in (styles, content) if root is not None]))
    elements = walk.elements(body, 0)
    if styles is not None:
        walk.pages(styles)
    found = flatten(elements, walk.asides, file)
    return Extracted(found.lines, found.left_out, (*walk.notes(), *found.notes))


def _parse(archive: zipfile.ZipFile, name: str, file: str) -> Node:
    xml = read_part(archive, name, file)
    refuse_declarations(xml, name, file)
    try:
        return ElementTree.fromstring(xml)
    except ElementTree.ParseError as error:
        message = _("its part %s is missing or damaged") % name
        raise refused(file, message, save_again()) from error


class _Styles:
    """Fonts, alignment and list numbering by style name."""

    def __init__(self, roots: list[Node]) -> None:
        self._styles: dict[tuple[str, str], Node] = {}
        self._defaults: dict[str, Node] = {}
        self._faces: dict[str, str] = {}
        self._lists: dict[str, Node] = {}
        for root in roots:
            for node in root.iter():
                name = node.get(STYLE + "name") or ""
                family = node.get(STYLE + "family") or ""
                if node.tag == STYLE + "style":
                    self._styles[family, name] = node
                elif node.tag == STYLE + "default-style":
                    self._defaults[family] = node
                elif node.tag == STYLE + "font-face":
                    self._faces[name] = node.get(SVG + "font-family") or name
                elif node.tag == TEXT + "list-style":
                    self._lists[name] = node

    def font(self, family: str, name: str) -> str:
        """The font that a style sets, itself or by the style it is made from; "" where it sets none."""
        for properties in self._properties(family, name, "text-properties"):
            if named := properties.get(STYLE + "font-name"):
                return self._faces.get(named, named)
            if written := properties.get(FO + "font-family"):
                return written
        return ""

    def flag(self, family: str, name: str, key: str, kind: str = "text-properties") -> str:
        """One property of a style, "" where it is not set."""
        return next((found for one in self._properties(family, name, kind) if (found := one.get(key))), "")

    def list_level(self, name: str, level: int) -> Node | None:
        """How a list style numbers a level (from 1)."""
        style = self._lists.get(name)
        found = [] if style is None else [one for one in style if one.get(TEXT + "level") == str(level)]
        return found[0] if found else None

    def list_style(self, paragraph_style: str) -> str:
        """The list style that a paragraph style brings along."""
        style = self._styles.get(("paragraph", paragraph_style))
        return "" if style is None else style.get(STYLE + "list-style-name") or ""

    def _properties(self, family: str, name: str, kind: str) -> Iterator[Node]:
        for _depth in range(20):
            style = self._styles.get((family, name))
            if style is None:
                break
            yield from style.findall(STYLE + kind)
            name = style.get(STYLE + "parent-style-name") or ""
        if family == "paragraph" and family in self._defaults:
            yield from self._defaults[family].findall(STYLE + kind)


@dataclass
class _List:
    """A list being walked: its style, its level from 1, and the number of the next item."""

    style: str
    level: int
    next: int | None = None


@dataclass
class _Walk:
    styles: _Styles
    asides: list[Aside] = field(default_factory=list)
    _fonts: dict[str, None] = field(default_factory=dict)
    _ended: dict[tuple[str, int], int] = field(default_factory=dict)

    def notes(self) -> tuple[str, ...]:
        message = _("text in the font %s was converted to Unicode")
        return tuple(message % font for font in self._fonts)

    def elements(self, parent: Node, depth: int) -> tuple[Element, ...]:
        """Paragraphs and tables under ``parent``; raises RecursionError beyond `MAX_NESTING`."""
        if depth > MAX_NESTING:
            raise RecursionError
        found: list[Element] = []
        for child in parent:
            if child.tag in (TEXT + "p", TEXT + "h"):
                found += self._paragraph(child, "", depth)
            elif child.tag == TEXT + "list":
                found += self._list(child, None, depth + 1)
            elif child.tag == TABLE + "table":
                found.append(self._table(child, depth))
            elif child.tag == TEXT + "tracked-changes":
                self._changes(child)
            elif child.tag in _WRAPPERS or (child.tag.startswith(TEXT) and child.tag.endswith("-index")):
                found += self.elements(child, depth + 1)
            elif child.tag.startswith(DRAW):
                self._drawn(child, depth, found)
        return tuple(found)

    def pages(self, styles: Node) -> None:
        """Page headers and footers of the master pages."""
        for node in styles.iter():
            for kind, reason in (("header", _("page header")), ("footer", _("page footer"))):
                if node.tag.startswith(STYLE + kind) and not node.tag.endswith(("-properties", "-style")):
                    texts = [self._text(one, 0, []) for one in node.iter(TEXT + "p")]
                    if text := "\n".join(filter(str.strip, texts)):
                        self.asides.append(Aside(text, reason))

    def _paragraph(self, node: Node, label: str, depth: int) -> list[Element]:
        boxes: list[Element] = []
        text = self._text(node, depth, boxes)
        style = node.get(TEXT + "style-name") or ""
        align = self.styles.flag("paragraph", style, FO + "text-align", "paragraph-properties")
        return [*boxes, Paragraph(f"{label} {text}" if label and text.strip() else text, align == "center")]

    def _text(self, node: Node, depth: int, boxes: list[Element]) -> str:
        style = node.get(TEXT + "style-name") or ""
        font = self.styles.font("paragraph", style)
        capitals = self.styles.flag("paragraph", style, FO + "text-transform") == "uppercase"
        runs = list(self._runs(node, font, capitals, depth, boxes))
        text, encodings = convert_runs(runs)
        if encodings:
            self._fonts |= {one: None for _written, one in runs if encoding_of(one)}
        return text

    def _runs(
        self, node: Node, font: str, capitals: bool, depth: int, boxes: list[Element]
    ) -> Iterator[tuple[str, str]]:
        if depth > 10 * MAX_NESTING:
            raise RecursionError
        yield _cased(" ".join((node.text or "").split("\n")), font, capitals)
        for child in node:
            if child.tag == TEXT + "span":
                style = child.get(TEXT + "style-name") or ""
                inner = self.styles.font("text", style) or font
                case = self.styles.flag("text", style, FO + "text-transform")
                upper = case == "uppercase" if case else capitals
                if self.styles.flag("text", style, TEXT + "display") == "none":
                    hidden = convert_runs(self._runs(child, inner, upper, depth + 1, boxes))[0]
                    self.asides.append(Aside(hidden, _("hidden text")))
                else:
                    yield from self._runs(child, inner, upper, depth + 1, boxes)
            elif child.tag == TEXT + "s":
                count = child.get(TEXT + "c") or "1"
                yield " " * (min(int(count), 100) if count.isdigit() and len(count) < 9 else 1), font
            elif child.tag == TEXT + "tab":
                yield "\t", font
            elif child.tag == TEXT + "line-break":
                yield "\n", font
            elif child.tag == TEXT + "note":
                self._aside(child, _("footnote"))
            elif child.tag == OFFICE + "annotation":
                self._aside(child, _("comment"))
            elif child.tag.startswith(DRAW):
                self._drawn(child, depth, boxes)
            elif child.tag != TEXT + "page-number":
                yield from self._runs(child, font, capitals, depth + 1, boxes)
            yield _cased(" ".join((child.tail or "").split("\n")), font, capitals)

    def _aside(self, node: Node, reason: str) -> None:
        texts = [self._text(one, 0, []) for one in node.iter(TEXT + "p")]
        if text := "\n".join(filter(str.strip, texts)):
            self.asides.append(Aside(text, reason))

    def _changes(self, node: Node) -> None:
        for deleted in node.iter(TEXT + "deletion"):
            self._aside(deleted, _("deleted with changes tracked"))

    def _drawn(self, node: Node, depth: int, boxes: list[Element]) -> None:
        if node.tag == DRAW + "image":
            text = _("(a picture, without words)")
            self.asides.append(Aside(text, _("picture: look whether it carries text or a stamp")))
        elif node.tag == DRAW + "text-box":
            boxes += self.elements(node, depth + 1)
        else:
            if depth > MAX_NESTING:
                raise RecursionError
            for child in node:
                if child.tag in (TEXT + "p", TEXT + "h"):
                    boxes += self._paragraph(child, "", depth + 1)
                else:
                    self._drawn(child, depth + 1, boxes)

    def _list(self, node: Node, outer: _List | None, depth: int) -> list[Element]:
        if depth > MAX_NESTING:
            raise RecursionError
        style = node.get(TEXT + "style-name") or (outer.style if outer else "")
        level = outer.level + 1 if outer else 1
        going = _List(style, level)
        if node.get(TEXT + "continue-numbering") == "true" and (style, level) in self._ended:
            going.next = self._ended[style, level]
        found: list[Element] = []
        for item in node:
            if item.tag not in (TEXT + "list-item", TEXT + "list-header"):
                continue
            start = item.get(TEXT + "start-value") or ""
            if start.isdigit() and len(start) < 6:
                going.next = int(start)
            labelled = item.tag == TEXT + "list-header"
            for child in item:
                if child.tag == TEXT + "list":
                    found += self._list(child, going, depth + 1)
                elif child.tag in (TEXT + "p", TEXT + "h"):
                    going.style = going.style or self.styles.list_style(child.get(TEXT + "style-name") or "")
                    found += self._paragraph(child, "" if labelled else self._label(going), depth)
                    labelled = True
                elif child.tag == TABLE + "table":
                    found.append(self._table(child, depth))
        if going.next is not None:
            self._ended[style, level] = going.next
        return found

    def _label(self, going: _List) -> str:
        """The mark of the next item, as the list style shows it."""
        level = self.styles.list_level(going.style, going.level)
        if level is None or level.tag == TEXT + "list-level-style-bullet":
            return "-"
        if going.next is None:
            start = level.get(TEXT + "start-value") or "1"
            going.next = int(start) if start.isdigit() and len(start) < 6 else 1
        form = _FORMS.get(level.get(STYLE + "num-format") or "")
        count, going.next = going.next, going.next + 1
        if form is None:
            return ""
        before, after = level.get(STYLE + "num-prefix") or "", level.get(STYLE + "num-suffix") or ""
        return f"{before}{ordinal(count, form)}{after}".strip()

    def _table(self, table: Node, depth: int) -> Table:
        rows: list[tuple[Cell, ...]] = []
        headers = 0
        held: list[int] = []  # for each column, how many rows below are covered by the cell above
        for row, in_header in _rows(table, False):
            cells = self._row(row, held, depth)
            headers += int(in_header and headers == len(rows))
            if cells:
                rows.append(cells)
        return Table(tuple(rows) or ((Cell(()),),), headers)

    def _row(self, row: Node, held: list[int], depth: int) -> tuple[Cell, ...]:
        cells: list[Cell] = []
        column = 0
        beside = 0  # cells still covered by the one to their left
        for node in row:
            covered = node.tag == TABLE + "covered-table-cell"
            if not covered and node.tag != TABLE + "table-cell":
                continue
            elements = self.elements(node, depth + 1)
            repeats = min(_number(node, "number-columns-repeated"), MAX_COLUMNS if elements else 1)
            for _copy in range(repeats):
                held += [0] * (column + 1 - len(held))
                if covered:
                    if beside:
                        beside -= 1
                    elif held[column]:
                        held[column] -= 1
                        cells.append(Cell((), 1, True))
                    column += 1
                    continue
                columns = min(_number(node, "number-columns-spanned"), MAX_COLUMNS)
                held += [0] * (column + columns - len(held))
                below = _number(node, "number-rows-spanned") - 1
                held[column : column + columns] = [below] * columns
                beside = columns - 1
                cells.append(Cell(elements, columns))
                column += 1
        return tuple(cells)


def _rows(parent: Node, in_header: bool) -> Iterator[tuple[Node, bool]]:
    for child in parent:
        if child.tag == TABLE + "table-row":
            written = any((text or "").strip() for text in child.itertext())
            for _copy in range(min(_number(child, "number-rows-repeated"), MAX_REPEATS if written else 1)):
                yield child, in_header
        elif child.tag in (TABLE + "table-header-rows", TABLE + "table-rows", TABLE + "table-row-group"):
            yield from _rows(child, in_header or child.tag == TABLE + "table-header-rows")


def _number(node: Node, name: str) -> int:
    written = node.get(TABLE + name) or ""
    return max(int(written), 1) if written.isdigit() and len(written) < 7 else 1


def _cased(text: str, font: str, capitals: bool) -> tuple[str, str]:
    return (convert_runs([(text, font)])[0].upper(), "") if capitals else (text, font)
