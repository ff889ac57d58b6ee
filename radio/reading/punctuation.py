"""Punctuation becomes the five marks a voice understands; bullets go; symbols between words are said."""

import re

from . import notes
from .letters import UPPER
from .line import Hit, Line

_BULLET = re.compile(r"\s*(?:[-–+*•●○◦▪■□►▶➢➤✓✔☑★☆※❖◆◇→⇒»§·]\s*|o\s(?=[" + UPPER + r"]))+")
_END = re.compile(r"\s?\.\s?/\s?\.?(?!\w)")
_DOTS = re.compile(r"(?:\.\s?){2,}|…[.…]*")
_FILL = re.compile(r"[._…]{4,}")
_RULE = re.compile(r"[-–_=*~#]{2,}")
_SILENT = frozenset("\"'`´*_|\\^#[]{}<>«»“”‘’©®™•●○■□▪►✓✔→⇒➢➤★☆※❖◆◇·¶†‡¬¦¨¯¸")
_LIST_NUMBER = re.compile(r"\s*\(?(?=\d{1,2}[.)/])")


def bullet(line: Line, at: int) -> Hit | None:
    """The sign that opens a list item is not said."""
    match = _BULLET.match(line.text, at)
    if match is None or not line.opens(at):
        return None
    if re.match(r"\s*(?:-\d+(?:[.,]\d+)?\s?(?:°|độ)|\+\s?84)", line.text[at : at + 16]):
        return None
    return Hit(match.end(), "", "punctuation")


def _between_words(line: Line, at: int) -> tuple[str, str]:
    """The characters on both sides of ``at``, spaces skipped."""
    left = line.text[max(0, at - 8) : at].rstrip()[-1:]
    right = line.text[at + 1 : at + 9].lstrip()[:1]
    return left, right


def dash(line: Line, at: int) -> str:
    """What a dash becomes: nothing inside a word, a short pause between phrases."""
    spaced = line.text[at - 1 : at] == " " or line.text[at + 1 : at + 2] == " "
    return ", " if spaced else " "


def slash(line: Line, at: int) -> str:
    """A slash between words is a short pause."""
    return ", "


def symbol(line: Line, at: int) -> Hit:
    """One mark or symbol, always decided: said, turned into a pause, or left out."""
    text = line.text
    if match := _END.match(text, at):
        return Hit(match.end(), ". ", "punctuation")
    if match := _FILL.match(text, at):
        blank = line.opens(at) or not line.closes(match.end())
        return Hit(match.end(), ", ", "punctuation", not blank, notes.BLANK if blank else "")
    if match := _DOTS.match(text, at):
        return Hit(match.end(), ". " if line.closes(match.end()) else ", ", "punctuation")
    if match := _RULE.match(text, at):
        return Hit(match.end(), " ", "punctuation")
    sign = text[at]
    if sign in ",.;?!":
        return Hit(at + 1, sign, "plain")
    beside = text[at - 1 : at], text[at + 1 : at + 2]
    if sign == "'" and all(side.isalpha() and side not in line.tables.symbol for side in beside):
        return Hit(at + 1, sign, "plain")
    left, right = _between_words(line, at)
    if sign == ":":
        return Hit(at + 1, ", ", "punctuation")
    if sign in "()[]{}":
        return Hit(at + 1, ", ", "punctuation")
    if sign in "-–":
        return _dash(line, at, left, right)
    if sign in "/\\":
        return Hit(at + 1, ", " if left.isalnum() and right.isalnum() else " ", "punctuation")
    between = left.isalnum() and right.isalnum()
    if sign in "→⇒" and right.isdecimal() and (between or left == "%"):
        return Hit(at + 1, " đến ", "punctuation")
    if sign in "+=<>" and not between and not (sign in "<>" and right.isdecimal()):
        return Hit(at + 1, " ", "punctuation")
    if sign in ("~", "≈") and not right.isdecimal():
        return Hit(at + 1, " ", "punctuation")
    spoken = line.tables.symbol.get(sign)
    if spoken is not None:
        return Hit(at + 1, f" {spoken} ", "punctuation")
    if sign == "\ufffd":
        return Hit(at + 1, " ", "punctuation", False, notes.UNREADABLE)
    if sign in _SILENT or not sign.isprintable():
        return Hit(at + 1, " ", "punctuation")
    return Hit(at + 1, " ", "punctuation", False, notes.SYMBOL)


def _dash(line: Line, at: int, left: str, right: str) -> Hit:
    digits = left.isdecimal() and right.isdecimal()
    if digits and re.search(r"\d\s?[-–]\s?\d{1,6}\s?=", line.text[max(0, at - 2) : at + 12]):
        return Hit(at + 1, " trừ ", "punctuation")
    return Hit(at + 1, dash(line, at), "punctuation")
