""".pdf with text → numbered lines; what repeats at the edges of the pages is recognised as header and footer."""

import io
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Any

from pypdf import PageObject, PdfReader

from ..i18n import _
from .advice import shorten, without_password
from .content import Aside, Extracted, LeftOut, check_length, refused
from .legacy import convert_runs, encoding_of
from .source import clean_lines, numbered, old_text

MAX_PAGES = 600
EDGE_LINES = 2
"""So many lines at the top and the bottom of a page may be its header and footer."""
GAP = 1.5
"""A step between two lines so many times the usual one separates paragraphs."""
STAMP_PAGES = 10
"""Pages on which a stamp is also looked for by the place of the words, which takes as long as reading them."""


def read_pdf(data: bytes, file: str) -> Extracted:
    """The document in ``data``. Raises `BadInput`; what pypdf cannot read raises its errors."""
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        raise refused(file, _("it is protected by a password"), without_password())
    count = len(reader.pages)
    if count > MAX_PAGES:
        message = _("it has %(count)d pages; more than %(most)d are refused")
        raise refused(file, message % {"count": count, "most": MAX_PAGES}, shorten())
    fonts: dict[str, None] = {}
    pages: list[list[str]] = []
    for index, page in enumerate(reader.pages):
        pages.append(_page_lines(page, fonts))
        if index < STAMP_PAGES and pages[-1]:
            numbered(page.extract_text(extraction_mode="layout").split("\n"), file)  # refuses a stamp
        check_length(file, [line for one in pages for line in one] if index % 50 == 0 else [])
    silent = [str(number) for number, lines in enumerate(pages, 1) if not lines]
    if len(silent) == len(pages):
        hint = _("It is a picture of paper. Ask for the document itself, or type the text.")
        raise refused(file, _("there is no text in the .pdf file"), hint)
    asides = [Aside(_("page %s") % number, _("page without text: a picture?")) for number in silent]
    lines, edges = without_edges(pages)
    texts, notes = old_text(lines)
    check_length(file, texts)
    found = numbered(texts, file)
    beside = [LeftOut(0, 0, clean_lines(aside.text), aside.reason) for aside in [*edges, *asides]]
    for aside in edges:
        numbered(aside.text.split("\n"), file)
    message = _("text in the font %s was converted to Unicode")
    return Extracted(found, tuple(beside), (*(message % font for font in fonts), *notes))


def without_edges(pages: Sequence[Sequence[str]]) -> tuple[list[str], list[Aside]]:
    """All lines, a blank one between pages, without headers and footers: what most of three or more pages repeat.

    Figures may differ from page to page. The first time such a line stands in the list of what was left out.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for page in pages:
        counts.update({(edge, _shape(page[index])) for edge, index in _edges(page)})
    most = {key for key, count in counts.items() if len(pages) >= 3 and count * 2 > len(pages)}
    reasons = {"top": _("page header"), "bottom": _("page footer")}
    asides: dict[tuple[str, str], Aside] = {}
    lines: list[str] = []
    for page in pages:
        drop = set()
        for edge, index in _edges(page):
            key = (edge, _shape(page[index]))
            if key in most:
                drop.add(index)
                asides.setdefault(key, Aside(page[index], reasons[edge]))
        lines += (
            ["", *(line for index, line in enumerate(page) if index not in drop)]
            if lines
            else [line for index, line in enumerate(page) if index not in drop]
        )
    return lines, list(asides.values())


def _edges(page: Sequence[str]) -> list[tuple[str, int]]:
    written = [index for index, line in enumerate(page) if line]
    top = [("top", index) for index in written[:EDGE_LINES]]
    return top + [("bottom", index) for index in written[EDGE_LINES:][-EDGE_LINES:]]


def _shape(line: str) -> str:
    return re.sub(r"\d+", "0", line.strip())


def _page_lines(page: PageObject, fonts: dict[str, None]) -> list[str]:
    """The lines of a page, blank ones where it has a gap; letters of old fonts converted by the font's name."""
    pieces: list[tuple[str, str, float]] = []

    def visit(text: str, matrix: Any, text_matrix: Any, font: Any, _size: Any) -> None:
        name = str((font or {}).get("/BaseFont", "")).lstrip("/")
        height = text_matrix[4] * matrix[1] + text_matrix[5] * matrix[3] + matrix[5]
        pieces.append((text, re.sub(r"^[A-Z]{6}\+", "", name), float(height)))

    whole = page.extract_text(visitor_text=visit)
    if "".join(text for text, _font, _height in pieces).strip() != whole.strip():
        pieces = [
            (whole, "", 0.0)
        ]  # the pieces came in another order than the text: the fonts cannot be told
    lines: list[list[tuple[str, str]]] = [[]]
    heights: list[float | None] = [None]
    for text, font, height in pieces:
        for number, part in enumerate(text.split("\n")):
            if number:
                lines.append([])
                heights.append(None)
            lines[-1].append((part, font))
            if part.strip() and heights[-1] is None:
                heights[-1] = height
    found: list[tuple[str, float]] = []
    for runs, place in zip(lines, heights, strict=True):
        line, encodings = convert_runs(runs)
        if encodings:
            fonts |= {font: None for _text, font in runs if encoding_of(font)}
        if place is not None:
            found.append((line, place))
    return _with_gaps(found)


def _with_gaps(lines: Sequence[tuple[str, float]]) -> list[str]:
    """(text, height on the page) → lines with a blank one where the step is wider than usual, or goes up."""
    steps = [above - below for (_one, above), (_other, below) in pairwise(lines)]
    usual = median([step for step in steps if step > 1] or [0.0])
    found: list[str] = []
    for (line, _height), step in zip(lines, [0.0, *steps], strict=False):
        if found and (step > usual * GAP or step < -1):
            found.append("")
        found.append(line)
    return found
