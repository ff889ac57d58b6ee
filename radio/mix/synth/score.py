"""Pieces as text: `pieces.toml` → `Piece` with timed notes.

A part of a section is a line of tokens between bar lines::

    | D5:1 E5:.5 G5:.5 D5!:1 B4?:1 | A4^B4:2 G3+D4:1 -:1 |

``D5:1`` is a pitch and its length in beats; ``-`` a rest; ``x`` a stroke of something without pitch; ``!``
louder and ``?`` softer; ``A4^B4`` a short grace note before B4; ``G3+D4`` notes plucked together. A token
without a colon names a bar of the piece's ``bars`` table. Every bar is held to the metre, every part of a
section to the same number of bars, so that a slip of the pen is an error and not a limp.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...i18n import _
from ...problem import RadioError

PIECES = Path(__file__).with_name("pieces.toml")
KINDS = ("ident", "jingle", "sting", "bed", "fill", "tone", "chime")

_PITCH = r"[A-G]#?\d"
_TOKEN = re.compile(
    rf"(?:(?P<grace>{_PITCH})\^)?(?P<what>{_PITCH}(?:\+{_PITCH})*|x|-)(?P<mark>[!?]?):(?P<beats>\d*\.?\d+)"
)
_SEMITONE = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_MARK_DB = {"": 0.0, "!": 3.0, "?": -5.0}


class ScoreError(RadioError):
    """A score that cannot be played; the text names the piece, the part and the bar."""


@dataclass(frozen=True)
class Note:
    """One token in time: ``at`` and ``beats`` in beats, ``keys`` as MIDI numbers (none for an unpitched stroke)."""

    at: float
    beats: float
    keys: tuple[int, ...]
    grace: int | None
    db: float


@dataclass(frozen=True)
class Part:
    """What one instrument plays through the whole piece, at ``db`` decibels in the mix."""

    instrument: str
    db: float
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Piece:
    """One file to make. ``tempo`` is beats a minute, ``tail`` seconds of ringing after the last beat.

    A ``loop`` has no tail: what rings past its end is heard at its beginning. ``reverb_db`` is the room's level
    under the instruments.
    """

    name: str
    title: str
    kind: str
    tempo: float
    beats: float
    tail: float
    loop: bool
    phrase_beats: float
    reverb_db: float
    parts: tuple[Part, ...]

    @property
    def seconds(self) -> float:
        """Length of the finished file."""
        return self.beats * 60 / self.tempo + self.tail

    @property
    def phrase_seconds(self) -> float:
        """Time from one phrase's beginning to the next one's; 0 where phrases do not matter."""
        return self.phrase_beats * 60 / self.tempo


def load(path: Path = PIECES) -> tuple[Piece, ...]:
    """Every piece of a score file, in its order. Raises `ScoreError`."""
    return tuple(piece(name, table) for name, table in tomllib.loads(path.read_text("utf-8")).items())


def piece(name: str, table: Mapping[str, Any]) -> Piece:
    """One piece from its table. Raises `ScoreError`."""
    if table["kind"] not in KINDS:
        raise ScoreError(_("%(piece)s: unknown kind %(kind)r") % {"piece": name, "kind": table["kind"]})
    metre = float(table.get("metre", 4))
    notes: dict[str, list[Note]] = {instrument: [] for instrument in table["mix"]}
    start = 0.0
    for section in table["form"]:
        lengths = set()
        for instrument, line in table["section"][section].items():
            where = f"{name}, {section}, {instrument}"
            if instrument not in notes:
                raise ScoreError(_("%(where)s: not in the mix") % {"where": where})
            bars = list(_bars(line, table.get("bars", {}), where))
            lengths.add(len(bars))
            notes[instrument].extend(_notes(bars, start, metre, where))
        if len(lengths) != 1:
            raise ScoreError(_("%(where)s: parts differ in length") % {"where": f"{name}, {section}"})
        start += lengths.pop() * metre
    return Piece(
        name=name,
        title=table["title"],
        kind=table["kind"],
        tempo=float(table["tempo"]),
        beats=start,
        tail=float(table.get("tail", 0)),
        loop=bool(table.get("loop", False)),
        phrase_beats=table.get("phrase_bars", 0) * metre,
        reverb_db=float(table.get("reverb_db", -15)),
        parts=tuple(Part(who, float(db), tuple(notes[who])) for who, db in table["mix"].items()),
    )


def key_of(pitch: str) -> int:
    """MIDI number of a pitch name: ``A4`` is 69."""
    return 12 * (int(pitch[-1]) + 1) + _SEMITONE[pitch[0]] + pitch.count("#")


def _bars(line: str, named: Mapping[str, str], where: str) -> Iterator[list[str]]:
    """The bars of a line as token lists; a named bar may stand alone or between other named bars."""
    for written in line.split("|"):
        tokens: list[str] = []
        for token in written.split():
            if ":" in token:
                tokens.append(token)
            elif token in named:
                yield named[token].split()
            else:
                raise ScoreError(_("%(where)s: no bar is named %(name)r") % {"where": where, "name": token})
        if tokens:
            yield tokens


def _notes(bars: list[list[str]], start: float, metre: float, where: str) -> Iterator[Note]:
    for number, bar in enumerate(bars, 1):
        at = start + (number - 1) * metre
        end = at + metre
        for token in bar:
            found = _TOKEN.fullmatch(token)
            if found is None:
                raise ScoreError(
                    _("%(where)s, bar %(bar)d: %(token)r is not a note")
                    % {"where": where, "bar": number, "token": token}
                )
            beats = float(found["beats"])
            if found["what"] != "-":
                yield _note(found, at, beats)
            at += beats
        if abs(at - end) > 1e-6:
            raise ScoreError(
                _("%(where)s, bar %(bar)d: %(off)+.2f beats against the metre")
                % {"where": where, "bar": number, "off": at - end}
            )


def _note(found: re.Match[str], at: float, beats: float) -> Note:
    keys = () if found["what"] == "x" else tuple(key_of(pitch) for pitch in found["what"].split("+"))
    grace = key_of(found["grace"]) if found["grace"] else None
    return Note(at, beats, keys, grace, _MARK_DB[found["mark"]])
