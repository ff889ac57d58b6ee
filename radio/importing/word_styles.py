"""What the styles of a .docx say about fonts, capitals, hidden text and numbers; and the numbers of its lists."""

from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAX_DEPTH = 20
"""Styles based on styles: more is a circle."""


def value(element: Any, name: str = "val") -> str:
    """An attribute of the Word namespace, "" where there is none."""
    return "" if element is None else element.get(W + name) or ""


def is_on(element: Any) -> bool:
    """Whether a switch such as ``w:caps`` is on."""
    return element is not None and value(element) not in ("0", "false", "off", "none")


class Styles:
    """Looks properties up along the chain of styles: run, character style, paragraph style, defaults."""

    def __init__(self, root: Any | None) -> None:
        self._styles: dict[str, Any] = {}
        self._found: dict[tuple[str, str, str], Any] = {}
        self._default_paragraph = ""
        self._defaults: Any = None
        if root is None:
            return
        for style in root.iter(W + "style"):
            name = value(style, "styleId")
            self._styles[name] = style
            if value(style, "type") == "paragraph" and value(style, "default") in ("1", "true"):
                self._default_paragraph = name
        defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        self._defaults = defaults

    def run_property(self, run: Any, paragraph: Any, name: str) -> Any:
        """The element ``name`` of the run's properties, wherever it is set; None where it is not."""
        own = None if run is None else run.find(W + "rPr")
        found = None if own is None else own.find(W + name)
        if found is not None:
            return found
        run_style = "" if own is None else value(own.find(W + "rStyle"))
        for style in (run_style, self._paragraph_style(paragraph)):
            found = self._inherited(style, "rPr", name)
            if found is not None:
                return found
        return None if self._defaults is None else self._defaults.find(W + name)

    def paragraph_property(self, paragraph: Any, name: str) -> Any:
        """The element ``name`` of the paragraph's properties or of its style's."""
        own = paragraph.find(W + "pPr")
        found = None if own is None else own.find(W + name)
        return self._inherited(self._paragraph_style(paragraph), "pPr", name) if found is None else found

    def font(self, run: Any, paragraph: Any) -> str:
        """The font of letters beyond ASCII, which decides how old text is read; "" where a theme chooses it."""
        fonts = self.run_property(run, paragraph, "rFonts")
        return value(fonts, "hAnsi") or value(fonts, "ascii")

    def _paragraph_style(self, paragraph: Any) -> str:
        own = paragraph.find(W + "pPr")
        named = "" if own is None else value(own.find(W + "pStyle"))
        return named or self._default_paragraph

    def _inherited(self, style: str, kind: str, wanted: str) -> Any:
        key = (style, kind, wanted)
        if key not in self._found:
            self._found[key] = self._search(*key)
        return self._found[key]

    def _search(self, name: str, kind: str, wanted: str) -> Any:
        for _depth in range(MAX_DEPTH):
            style = self._styles.get(name)
            if style is None:
                return None
            properties = style.find(W + kind)
            found = None if properties is None else properties.find(W + wanted)
            if found is not None:
                return found
            name = value(style.find(W + "basedOn"))
        return None


@dataclass
class Numbers:
    """Counts the paragraphs of numbered lists in the order of the text, as Word does when it shows them."""

    root: Any | None
    _counts: dict[tuple[str, int], int] = field(default_factory=dict)
    _levels: dict[str, dict[int, Any]] = field(default_factory=dict)

    def label(self, properties: Any) -> str:
        """``1.``, ``a)``, ``-`` … for the next paragraph with these ``w:numPr``; "" when it has none."""
        if self.root is None or properties is None:
            return ""
        number = value(properties.find(W + "numId"))
        depth = value(properties.find(W + "ilvl")) or "0"
        if not number or number == "0" or not depth.isdigit():
            return ""
        level = int(depth)
        levels = self._of(number)
        if level not in levels:
            return ""
        key = (number, level)
        self._counts[key] = self._counts.get(key, _start(levels[level]) - 1) + 1
        for deeper in [one for one in self._counts if one[0] == number and one[1] > level]:
            del self._counts[deeper]
        form = value(levels[level].find(W + "numFmt"))
        if form == "bullet":
            return "-"
        text = value(levels[level].find(W + "lvlText"))
        for one in range(level + 1):
            if f"%{one + 1}" in text and one in levels:
                count = self._counts.get((number, one), _start(levels[one]))
                shown = "decimal" if one != level else value(levels[one].find(W + "numFmt"))
                text = text.replace(f"%{one + 1}", ordinal(count, shown))
        return "" if form == "none" else text.strip()

    def _of(self, number: str) -> dict[int, Any]:
        """Levels of one list: those of its abstract definition with what the list itself overrides."""
        if number not in self._levels:
            assert self.root is not None
            found: dict[int, Any] = {}
            listed = next((one for one in self.root.iter(W + "num") if value(one, "numId") == number), None)
            if listed is not None:
                abstract = value(listed.find(W + "abstractNumId"))
                for one in self.root.iter(W + "abstractNum"):
                    if value(one, "abstractNumId") == abstract:
                        found |= _levels_in(one)
                for override in listed.iter(W + "lvlOverride"):
                    found |= _levels_in(override)
                    level = value(override, "ilvl")
                    start = value(override.find(W + "startOverride"))
                    if level.isdigit() and start.isdigit():
                        self._counts[(number, int(level))] = int(start) - 1
            self._levels[number] = found
        return self._levels[number]


def ordinal(count: int, form: str) -> str:
    """``count`` as a list shows it: decimal, lowerLetter, upperRoman … (names of the Word format)."""
    if form in ("lowerLetter", "upperLetter"):
        letters = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 % 10 + 1)
        return letters.upper() if form == "upperLetter" else letters
    if form in ("lowerRoman", "upperRoman") and 0 < count < 400:
        roman = ""
        rest = count
        pairs = (
            (100, "c"),
            (90, "xc"),
            (50, "l"),
            (40, "xl"),
            (10, "x"),
            (9, "ix"),
            (5, "v"),
            (4, "iv"),
            (1, "i"),
        )
        for worth, sign in pairs:
            roman += sign * (rest // worth)
            rest %= worth
        return roman.upper() if form == "upperRoman" else roman
    return f"{count:02d}" if form == "decimalZero" else str(count)


def _levels_in(element: Any) -> dict[int, Any]:
    return {int(value(one, "ilvl")): one for one in element.iter(W + "lvl") if value(one, "ilvl").isdigit()}


def _start(level: Any) -> int:
    start = value(level.find(W + "start"))
    return int(start) if start.isdigit() and len(start) < 6 else 1
