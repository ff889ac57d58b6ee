"""Text to reading: prepare, scan line by line, put every decision back in its place."""

from collections.abc import Iterator

from .lexicon import Lexicon
from .line import Hit, Line
from .model import Reading, Settings, Span
from .prepare import Prepared, prepare
from .scanner import Token, mark_announced_hours, scan
from .tables import load

NO_LEXICON = Lexicon()
DEFAULTS = Settings()


def tokens_of(prepared: Prepared, lexicon: Lexicon, settings: Settings) -> Iterator[Token]:
    """Every piece of the prepared text, line ends included, without gaps; places are in the prepared text."""
    tables = load()
    memory: dict[str, str] = {}
    start = 0
    for number, written in enumerate(prepared.text.split("\n")):
        if number:
            yield start - 1, start, Hit(start, "\n", "plain")
        line = Line(written.replace("\t", " "), settings, tables, lexicon, memory)
        for first, last, hit in mark_announced_hours(line, list(scan(line))):
            yield start + first, start + last, hit
        start += len(written) + 1


def _merged(prepared: Prepared, tokens: Iterator[Token]) -> Iterator[Token]:
    """Neighbouring plain pieces as one, neighbouring words in capitals as one."""
    pending: Token | None = None
    for token in tokens:
        if pending is None:
            pending = token
            continue
        joined = _join(prepared.text, pending, token)
        if joined is None:
            yield pending
            pending = token
        else:
            pending = joined
    if pending is not None:
        yield pending


def _is_plain(hit: Hit | None) -> bool:
    return hit is None or hit.kind == "plain"


def _join(text: str, one: Token, other: Token) -> Token | None:
    if _is_plain(one[2]) and _is_plain(other[2]):
        return one[0], other[1], None
    if one[2] and one[2].kind == "capitals" and one[2].certain:
        gap = other[2] is None and text[other[0] : other[1]] == " "
        same = other[2] is not None and other[2].kind == "capitals" and text[one[1] - 1] == " "
        if gap or same:
            spoken = one[2].spoken + (" " if gap else other[2].spoken if other[2] else "")
            return one[0], other[1], Hit(other[1], spoken, "capitals")
    return None


def _span(text: str, prepared: Prepared, token: Token) -> Span:
    first, last, hit = token
    start, end = prepared.places[first] if first else 0, prepared.places[last]
    if _is_plain(hit):
        return Span(start, end, text[start:end], prepared.text[first:last].replace("\t", " "), "plain")
    assert hit is not None
    return Span(start, end, text[start:end], hit.spoken, hit.kind, hit.certain, hit.note, hit.alternatives)


def read(text: str, lexicon: Lexicon = NO_LEXICON, settings: Settings = DEFAULTS) -> Reading:
    """How ``text``, one line or many, is said; every span knows the characters it came from.

    An acronym defined in the text ("Ban quản lý chợ (BQLC)") is known from there to the end of the text.
    """
    prepared = prepare(text)
    if not prepared.text:
        return Reading(text, (Span(0, len(text), text, "", "punctuation"),) if text else ())
    tokens = _merged(prepared, tokens_of(prepared, lexicon, settings))
    return Reading(text, tuple(_span(text, prepared, token) for token in tokens))
