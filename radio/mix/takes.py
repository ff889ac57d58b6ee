"""Every source of an item, decoded and filtered once into one scratch file, with its `Grid`."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..i18n import _
from .filters import Chain, Step, music_steps, voice_steps
from .levels import JOIN_MS, active_level, contrast, speech_spans
from .loudness import MS, Grid, Meter, gated
from .plan import ItemPlan, Music, Part, Recording, Silence, Source, Speech
from .problems import MixError
from .sources import BLOCK, Samples, check, filled, mono

IN_MEMORY = 16 << 20
"""Bytes of scratch kept in memory (87 s of sound); a longer item goes to a file in the items' folder."""

SILENT_LUFS = -65.0
"""A voice or music under this is a muted microphone or an empty file."""

FAINT_LUFS = -78.0
"""A recorded voice may be fainter, as long as it stands out of the noise."""

CONTRAST_LU = 4.0
"""Noise and hum alone have 0 to 2, dense music from 5, speech in noise twice as strong as itself 3: no word of it
reaches a village."""


@dataclass(frozen=True, eq=False)
class Take:
    """A sound in the scratch file, beginning at sample ``start``.

    ``samples`` is the length round which it loops; ``len()`` is in ms, the last filled up with silence.
    """

    start: int
    samples: int
    grid: Grid

    def __len__(self) -> int:
        return len(self.grid)

    def cut(self, start_ms: int, end_ms: int) -> "Take":
        """The part from ``start_ms`` up to ``end_ms``."""
        return Take(self.start + start_ms * MS, (end_ms - start_ms) * MS, self.grid.cut(start_ms, end_ms))


SHELF_MS = 40_000
SHELF_PLACES = 3
_shelf: dict[tuple[str, tuple[Step, ...], bool], tuple[Samples, Take]] = {}
"""Short music just used, ready filtered: the same jingle and bed come in item after item. At most 23 MB."""


TEN_SECONDS = 10_000
_RISE = np.linspace(0, 1, JOIN_MS * MS, dtype=np.float32)


class Scratch:
    """A temporary file of float samples that is gone when the item is done, also after a crash."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(folder))  # noqa: SIM115
        self._end = 0

    def __enter__(self) -> "Scratch":
        return self

    def __exit__(self, *failure: object) -> None:
        self._file.close()

    def record(self, blocks: Iterable[Samples], steps: tuple[Step, ...], loop: bool = False) -> Take:
        """Filter, measure and keep a sound.

        With ``loop`` its beginning is filtered as what follows its end, so that it goes round without a seam.
        """
        chain, meter = Chain(steps), Meter()
        start, samples = self._end, 0
        first = np.zeros(0, dtype=np.float32)
        for block in _seconds(blocks):
            first = first if samples else block
            filtered = filled(chain.run(block))
            meter.add(filtered)
            self._write(self._end, filtered)
            samples += len(block)
        grid = meter.grid()
        if not loop or not samples:
            return Take(start, len(grid) * MS, grid)
        self._write(start, chain.run(first))
        return Take(start, samples, grid)

    def read(self, take: Take, start: int, count: int) -> Samples:
        """``count`` samples of a take from its sample ``start`` on, round and round."""
        parts = []
        while count:
            inside = start % take.samples
            step = min(count, take.samples - inside)
            self._file.seek((take.start + inside) * 4)
            parts.append(np.frombuffer(self._file.read(step * 4), dtype=np.float32))
            start, count = start + step, count - step
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def copy(self, sound: Samples, take: Take) -> Take:
        """Put the sound of a take from elsewhere here."""
        start = self._end
        self._write(start, sound)
        return replace(take, start=start)

    def joined(self, take: Take, spans: Sequence[tuple[int, int]]) -> Take:
        """The spans (ms) of a take one after the other, each faded into the next for `JOIN_MS`."""
        if len(spans) == 1:
            return take.cut(*spans[0])
        start, rows = self._end, []
        tail = np.zeros(0, dtype=np.float32)
        for number, (begin, end) in enumerate(spans):
            last = number == len(spans) - 1
            for at in range(begin, end, TEN_SECONDS):
                upto = min(at + TEN_SECONDS, end)
                sound = np.array(self.read(take, at * MS, (upto - at) * MS))
                if at == begin and len(tail):
                    sound[: len(tail)] = tail + sound[: len(tail)] * _RISE
                if upto == end and not last:
                    sound, tail = sound[: -JOIN_MS * MS], sound[-JOIN_MS * MS :] * _RISE[::-1]
                self._write(self._end, sound)
            rows.append(take.grid.cut(begin, end if last else end - JOIN_MS))
        grid = Grid(np.concatenate([row.energy for row in rows]), np.concatenate([row.peak for row in rows]))
        return Take(start, len(grid) * MS, grid)

    def _write(self, at: int, samples: Samples) -> None:
        self._file.seek(at * 4)
        self._file.write(samples.tobytes())
        self._end = max(self._end, at + len(samples))


def record_parts(plan: ItemPlan, scratch: Scratch) -> tuple[Take | None, ...]:
    """A take for each part (None for `Silence`); a file used twice is decoded once.

    Raises `MixError` for a source that is missing, changed, not decodable, silent or too long.
    """
    done: dict[tuple[str, type[Part], bool], Take] = {}
    takes: list[Take | None] = []
    for part in plan.parts:
        if isinstance(part, Silence):
            takes.append(None)
            continue
        key = (part.source.sha256, type(part), _loops(part))
        if key not in done:
            done[key] = _take(part, scratch, plan.sound.horn)
        takes.append(done[key])
    return tuple(takes)


def record_bed(plan: ItemPlan, scratch: Scratch) -> Take | None:
    """The bed's take: one round of the loop."""
    if plan.bed is None:
        return None
    return _heard(plan.bed.source, scratch, music_steps(plan.sound.horn), loop=True, shelved=True)


def _take(part: Speech | Recording | Music, scratch: Scratch, horn: bool) -> Take:
    steps = music_steps(horn) if isinstance(part, Music) else voice_steps(horn)
    if not isinstance(part, Recording):
        return _heard(part.source, scratch, steps, _loops(part), shelved=isinstance(part, Music))
    take = _heard(part.source, scratch, steps, loop=False, shelved=False, faintest=FAINT_LUFS)
    if contrast(take.grid) < CONTRAST_LU:
        raise MixError(_("%(file)s: no voice stands out of the noise here") % {"file": part.source.path})
    return scratch.joined(take, speech_spans(take.grid))


def _loops(part: Part) -> bool:
    return isinstance(part, Music) and part.loop


def _heard(
    source: Source,
    scratch: Scratch,
    steps: tuple[Step, ...],
    loop: bool,
    shelved: bool,
    faintest: float = SILENT_LUFS,
) -> Take:
    check(source)
    key = (source.sha256, steps, loop)
    if key in _shelf:
        _shelf[key] = _shelf.pop(key)  # what was used last goes last: a bed outlives the jingles between
        return scratch.copy(*_shelf[key])
    take = scratch.record(mono(source.path), steps, loop)
    if max(gated(take.grid.energy), active_level(take.grid)) < faintest:
        raise MixError(_("%(file)s: there is nothing to hear in this recording") % {"file": source.path})
    if shelved and len(take) <= SHELF_MS:
        if len(_shelf) == SHELF_PLACES:
            del _shelf[next(iter(_shelf))]
        _shelf[key] = (scratch.read(take, 0, len(take) * MS), take)
    return take


def _seconds(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """The same samples in blocks of one second; the last is shorter."""
    held = np.zeros(0, dtype=np.float32)
    for block in blocks:
        held = np.concatenate([held, block]) if len(held) else block
        while len(held) >= BLOCK:
            yield np.ascontiguousarray(held[:BLOCK])
            held = held[BLOCK:]
    if len(held):
        yield np.ascontiguousarray(held)
