"""When each part sounds, to the sample, and what the bed does meanwhile: a plan that can be printed."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from .plan import RATE, Bed, ItemPlan, Music, Part, Recording, Silence, Speech

MS = RATE // 1000
OFF_DB = -90.0
"""As good as silent: where the bed is off."""

RISE_MIN_MS = 1500
"""A bed that comes up for less than this between two words only disturbs."""


@dataclass(frozen=True)
class Cue:
    """One part on the item's time line, in ms: sound from ``start`` to ``end``, then silence to ``until``."""

    part: Part
    start: int
    end: int
    until: int


@dataclass(frozen=True)
class Point:
    """The bed's level at ``ms``, in LU against the speech; the amplitude runs straight from point to point."""

    ms: int
    lu: float


@dataclass(frozen=True)
class Timeline:
    """The whole item: every length is a whole number of milliseconds, 48 samples each."""

    cues: tuple[Cue, ...]
    bed: tuple[Point, ...]

    @property
    def ms(self) -> int:
        """Length of the item."""
        return self.cues[-1].until if self.cues else 0

    @property
    def samples(self) -> int:
        """Length of the item in samples."""
        return self.ms * MS

    @property
    def chapters(self) -> tuple[tuple[int, str], ...]:
        """(start in ms, title) of each chapter."""
        return tuple((cue.start, cue.part.chapter) for cue in self.cues if cue.part.chapter)

    def __str__(self) -> str:
        """A table of cues (seconds), fades (ms) and the bed's automation, one a line."""
        rows = [_row(cue) for cue in self.cues]
        rows += [f"{point.ms / 1000:9.3f}  bed {point.lu:+.1f} LU" for point in self.bed]
        return "\n".join(rows)


def timeline(plan: ItemPlan, lengths_ms: Sequence[int]) -> Timeline:
    """Place the parts one after the other; ``lengths_ms`` are their own lengths, in order, without pauses.

    For `Music` that is the length of the whole file (from which ``ms`` and ``loop`` take what they need), for
    a `Recording` the length after trimming and shortening; for `Silence` it is not looked at.
    """
    cues = []
    at = 0
    for part, length in zip(plan.parts, lengths_ms, strict=True):
        end = at + sounding_ms(part, length)
        until = end + (0 if isinstance(part, Silence) else part.pause_ms)
        cues.append(Cue(part, at, end, until))
        at = until
    return Timeline(tuple(cues), _bed_points(plan.bed, cues) if plan.bed else ())


def sounding_ms(part: Part, length_ms: int) -> int:
    """How long a part sounds when its file lasts ``length_ms``."""
    match part:
        case Silence():
            return part.ms
        case Music(ms=int(wanted)):
            return wanted if part.loop else min(wanted, length_ms)
        case _:
            return length_ms


def fades(cue: Cue) -> tuple[int, int]:
    """Fade in and fade out (ms) of a piece of music, shortened where it is too short for both."""
    if not isinstance(cue.part, Music):
        return 0, 0
    length = cue.end - cue.start
    fade_in = min(cue.part.fade_in_ms, length)
    return fade_in, min(cue.part.fade_out_ms, length - fade_in)


def _bed_points(bed: Bed, cues: list[Cue]) -> tuple[Point, ...]:
    """Up to ``alone_lu`` where nobody speaks for long, down before the first word, off under music.

    Every change of level happens inside the louder of its two neighbours, so the quieter is whole.
    """
    spans = _bed_spans(bed, cues)
    if not spans:
        return ()
    until = cues[-1].until
    spans = [(0, 0, OFF_DB), *spans, (until, until, OFF_DB)]
    points: list[Point] = []
    for (start, at, before), (_at, end, after) in itertools.pairwise(spans):
        if after < before:
            fade = min(bed.fade_ms, (at - start) // 2)
            points += [Point(at - fade, before), Point(at, after)]
        elif after > before:
            fade = min(bed.fade_ms, (end - at) // 2)
            points += [Point(at, before), Point(at + fade, after)]
    return tuple(points)


def _bed_spans(bed: Bed, cues: list[Cue]) -> list[tuple[int, int, float]]:
    """(start, end, level) without a hole, neighbours of one level joined."""
    spans: list[tuple[int, int, float]] = []
    for cue in cues:
        speaks = isinstance(cue.part, Speech | Recording)
        sound = -bed.below_lu if speaks else OFF_DB if isinstance(cue.part, Music) else -bed.alone_lu
        for start, end, level in ((cue.start, cue.end, sound), (cue.end, cue.until, -bed.alone_lu)):
            if end > start:
                spans.append((start, end, level))
    merged = _joined(spans)
    room = RISE_MIN_MS + 2 * bed.fade_ms
    quiet = [
        (start, end, -bed.below_lu if level == -bed.alone_lu and end - start < room else level)
        for start, end, level in merged
    ]
    return _joined(quiet)


def _joined(spans: list[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
    joined: list[tuple[int, int, float]] = []
    for start, end, level in spans:
        if joined and joined[-1][2] == level:
            joined[-1] = (joined[-1][0], end, level)
        else:
            joined.append((start, end, level))
    return joined


def _row(cue: Cue) -> str:
    part = cue.part
    what = type(part).__name__.lower()
    name = "" if isinstance(part, Silence) else f" {_short(part.source.path.name)}"
    fade_in, fade_out = fades(cue)
    faded = f" fades {fade_in}/{fade_out} ms" if fade_in or fade_out else ""
    chapter = f" [{part.chapter}]" if part.chapter else ""
    return f"{cue.start / 1000:9.3f}–{cue.end / 1000:9.3f}  {what}{name}{faded}{chapter}"


def _short(name: str) -> str:
    """Clips are named by two hashes: their first characters are enough to tell them apart."""
    return name if len(name) <= 40 else f"{name[:12]}…"
