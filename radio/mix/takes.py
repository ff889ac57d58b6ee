"""Every source of an item, decoded and filtered once into one scratch file, with its `Grid`."""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..i18n import _
from .filters import Chain, Step, music_steps, voice_steps
from .levels import active_level, speech_span
from .loudness import MS, Grid, Meter, gated
from .plan import ItemPlan, Music, Part, Recording, Silence, Source, Speech
from .problems import MixError
from .sources import BLOCK, Samples, check, mono

IN_MEMORY = 16 << 20
"""Bytes of scratch kept in memory (87 s of sound); a longer item goes to a file in the items' folder."""

SILENT_LUFS = -65.0
"""A voice or music under this is a muted microphone or an empty file."""


@dataclass(frozen=True, eq=False)
class Take:
    """A sound in the scratch file: ``start`` and the grid's length, in ms."""

    start: int
    grid: Grid

    def __len__(self) -> int:
        return len(self.grid)


class Scratch:
    """A temporary file of float samples that is gone when the item is done, also after a crash."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(folder))  # noqa: SIM115
        self._ms = 0

    def __enter__(self) -> "Scratch":
        return self

    def __exit__(self, *failure: object) -> None:
        self._file.close()

    def record(self, blocks: Iterable[Samples], steps: tuple[Step, ...]) -> Take:
        """Filter, measure and keep a sound; its end is filled up with silence to a whole millisecond."""
        chain, meter = Chain(steps), Meter()
        start = self._ms
        self._file.seek(start * MS * 4)
        for block in _whole(blocks):
            filtered = chain.run(block)
            meter.add(filtered)
            self._file.write(filtered.tobytes())
            self._ms += len(block) // MS
        return Take(start, meter.grid())

    def read(self, start_ms: int, end_ms: int) -> Samples:
        """The samples from ``start_ms`` up to ``end_ms``."""
        self._file.seek(start_ms * MS * 4)
        return np.frombuffer(self._file.read((end_ms - start_ms) * MS * 4), dtype=np.float32)


def record_parts(plan: ItemPlan, scratch: Scratch) -> tuple[Take | None, ...]:
    """A take for each part (None for `Silence`); a file used twice is decoded once.

    Raises `MixError` for a source that is missing, changed, not decodable, silent or too long.
    """
    done: dict[tuple[str, type[Part]], Take] = {}
    takes: list[Take | None] = []
    for part in plan.parts:
        if isinstance(part, Silence):
            takes.append(None)
            continue
        key = (part.source.sha256, type(part))
        if key not in done:
            done[key] = _take(part, scratch, plan.sound.horn)
        takes.append(done[key])
    return tuple(takes)


def record_bed(plan: ItemPlan, scratch: Scratch) -> Take | None:
    """The bed's take: one round of the loop."""
    if plan.bed is None:
        return None
    return _heard(plan.bed.source, scratch, music_steps(plan.sound.horn))


def _take(part: Speech | Recording | Music, scratch: Scratch, horn: bool) -> Take:
    steps = music_steps(horn) if isinstance(part, Music) else voice_steps(horn)
    take = _heard(part.source, scratch, steps)
    if not isinstance(part, Recording):
        return take
    start, end = speech_span(take.grid)
    return Take(take.start + start, take.grid.cut(start, end))


def _heard(source: Source, scratch: Scratch, steps: tuple[Step, ...]) -> Take:
    check(source)
    take = scratch.record(mono(source.path), steps)
    if max(gated(take.grid.energy), active_level(take.grid)) < SILENT_LUFS:
        raise MixError(_("%(file)s: there is nothing to hear in this recording") % {"file": source.path})
    return take


def _whole(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """The same samples in blocks of one second; the last is filled up to a whole millisecond."""
    held = np.zeros(0, dtype=np.float32)
    for block in blocks:
        held = np.concatenate([held, block]) if len(held) else block
        while len(held) >= BLOCK:
            yield np.ascontiguousarray(held[:BLOCK])
            held = held[BLOCK:]
    if len(held):
        yield np.pad(held, (0, -len(held) % MS))
