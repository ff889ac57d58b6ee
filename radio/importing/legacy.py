"""Text in the old Vietnamese fonts (TCVN3, VNI) → Unicode: by the font's name, or by what makes sense. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import Literal

from ..reading.syllable import is_syllable

Encoding = Literal["", "TCVN3", "TCVN3 capitals", "VNI"]
"""How the characters of a stretch of text are to be read; "" as they are."""

_ONLY_UNICODE = re.compile("[\u0102-\u01b0\u0300-\u0323\u1ea0-\u1ef9]")
"""Letters that no old font has: such text is Unicode already, whatever font it is in."""

_SYMBOL = {code: code - 0xF000 for code in range(0xF020, 0xF100)}
"""Characters of symbol fonts as Word stores them."""

_STRIP = " \t.,;:!?()[]{}\"'“”‘’/\\-–…*+=<>0123456789"

ENOUGH_WORDS = 3
"""Fewer words with marks prove nothing."""

SURE = 0.8
"""This part of the marked words has to be Vietnamese after the conversion …"""

UNLIKELY = 0.6
"""… and less than this before it."""


def encoding_of(font: str) -> Encoding:
    """The encoding that a font's name stands for: ``.VnTime`` TCVN3, ``.VnTimeH`` its capitals, ``VNI-Times`` VNI."""
    name = font.strip().strip("'\"")
    if name.casefold().startswith(".vn"):
        return "TCVN3 capitals" if name.endswith("H") else "TCVN3"
    return "VNI" if re.match(r"vni[- ]", name, re.IGNORECASE) else ""


def convert(text: str, encoding: Encoding) -> str:
    """``text`` in Unicode (NFC). What the encoding has no letter for stays as it is."""
    if not encoding:
        return text
    text = text.translate(_SYMBOL)
    if encoding == "VNI":
        table, pattern = _vni()
        return pattern.sub(lambda found: table[found[0]], text)
    text = text.replace("\u03bc", "\u00b5")  # the Greek letter that some programs make of the micro sign
    if encoding == "TCVN3 capitals":
        return text.translate(_tcvn3()).upper()
    return _capitals(text)


def convert_runs(runs: Iterable[tuple[str, str]]) -> tuple[str, frozenset[Encoding]]:
    """One paragraph of (text, font) runs → Unicode, and the encodings that were found in it.

    Neighbours of one encoding are read together, for an editor may have split a letter from its mark. A run
    with letters that only Unicode has was typed in Unicode, and its font did not matter.
    """
    joined: list[tuple[str, Encoding]] = []
    for text, font in runs:
        encoding: Encoding = "" if _ONLY_UNICODE.search(text) else encoding_of(font)
        if joined and joined[-1][1] == encoding:
            joined[-1] = (joined[-1][0] + text, encoding)
        else:
            joined.append((text, encoding))
    found = frozenset(
        encoding for text, encoding in joined if encoding and any(ord(char) > 0x7F for char in text)
    )
    return "".join(convert(text, encoding) for text, encoding in joined), found


def by_evidence(lines: Sequence[str]) -> tuple[list[str], dict[int, Encoding]]:
    """Lines whose characters make sense only in an old encoding, converted; and which those are (from 0).

    The whole text decides first; then a line is converted if it makes no less sense afterwards. In a text that
    is Unicode as a whole, a line has to prove it by itself.
    """
    whole = _evidence(" ".join(lines))
    found: dict[int, Encoding] = {}
    converted = list(lines)
    for number, line in enumerate(lines):
        if line.isascii() or _ONLY_UNICODE.search(line):
            continue
        encoding = whole if whole and _sense(line, whole) >= _sense(line, "") else _evidence(line)
        if encoding:
            converted[number] = convert(line, encoding)
            found[number] = encoding
    return converted, found


def decode_old(data: bytes) -> tuple[str, str] | None:
    """The text of bytes that are not UTF-8, and the name of their encoding; None where none makes sense."""
    latin = data.decode("latin-1")
    candidates: list[tuple[float, str, str]] = []
    try:
        windows = unicodedata.normalize("NFC", data.decode("cp1258"))
        candidates.append((_sense(windows, ""), windows, "Windows-1258"))
    except UnicodeDecodeError:
        pass
    encodings: tuple[Encoding, ...] = ("TCVN3", "VNI")
    candidates += [(_sense(latin, encoding), convert(latin, encoding), encoding) for encoding in encodings]
    best = max(candidates, key=lambda one: one[0])
    if best[0] < SURE or len(_marked_words(best[1])) < ENOUGH_WORDS:
        return None
    return best[1], best[2]


def _evidence(text: str) -> Encoding:
    if len(_marked_words(text)) < ENOUGH_WORDS or _sense(text, "") >= UNLIKELY:
        return ""
    encodings: tuple[Encoding, ...] = ("TCVN3", "VNI")
    best = max(encodings, key=lambda encoding: _sense(text, encoding))
    return best if _sense(text, best) >= SURE else ""


def _sense(text: str, encoding: Encoding) -> float:
    """Which part of the words with other than ASCII letters are Vietnamese syllables, read in ``encoding``."""
    words = _marked_words(text)
    if not words:
        return 0.0
    good = sum(is_syllable(word) for word in (convert(word, encoding) for word in words))
    return good / len(words)


def _marked_words(text: str) -> list[str]:
    return [
        word
        for written in text.split(" ")
        if not written.isascii() and (word := written.strip(_STRIP)) and not word.isascii()
    ]


def _capitals(text: str) -> str:
    """TCVN3 has no capitals with tone marks: ``HéI`` in a line of capitals is HỘI, not HộI."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        words = [_letters(word) for word in line.split() if not any(char.isdigit() for char in word)]
        long = [letters for letters in words if len(letters) >= 2]
        capitals = bool(long) and all(letters.isupper() for letters in long)
        lines[number] = "".join(_capital_word(word, capitals) for word in re.split(r"([ \t/(),.;:-]+)", line))
    return "\n".join(lines)


def _letters(word: str) -> str:
    return "".join(char for char in word if char.isascii() and char.isalpha())


def _capital_word(word: str, line_is_capitals: bool) -> str:
    letters = _letters(word)
    made = word.translate(_tcvn3())
    if line_is_capitals or (len(letters) >= 2 and letters.isupper()):
        return made.upper()
    return made


def _rows(name: str) -> list[list[str]]:
    text = resources.files(__package__).joinpath(name).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@cache
def _tcvn3() -> dict[int, str]:
    return {int(code, 16): letter for code, letter in _rows("tcvn3.tsv")}


@cache
def _vni() -> tuple[dict[str, str], re.Pattern[str]]:
    table: dict[str, str] = {}
    for written, letter in _rows("vni.tsv"):
        table[written] = letter
        table[written.upper()] = letter.upper()
        table[written[0].upper() + written[1:]] = letter.upper()
    longest = sorted(table, key=len, reverse=True)
    return table, re.compile("|".join(map(re.escape, longest)))
