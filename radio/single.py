"""One MP3 for a whole slot: its items decoded, laid out as its cues say, and encoded once more.

For stations that have a USB stick and a player and nothing else. What is approved, mastered and measured are the
items; this copy costs one more encoding and about 20 times less time than it lasts.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from .files import write_bytes
from .mix import mp3, opus
from .mix.plan import Tags
from .mix.sources import Samples
from .mix.tags import id3
from .package import RATE, ItemRef, Manifest, Slot

BLOCK = RATE


def single_file(
    manifest: Manifest, slot: Slot, locate: Callable[[ItemRef], Path], path: Path, bitrate: int, centre: str
) -> None:
    """Write the slot to ``path``, with a chapter for each cue. Raises OSError when an item cannot be read."""
    title = f"{manifest.station_name}, {slot.start:%d/%m/%Y %H:%M}"
    chapters = [(cue.start * 1000 // RATE, cue.title) for cue in slot.cues]
    tag = id3(Tags(title, centre=centre), chapters, slot.length * 1000 // RATE)
    data = mp3.encode(_blocks(_samples(manifest, slot, locate)), bitrate)
    write_bytes(path, tag + data)


def _samples(manifest: Manifest, slot: Slot, locate: Callable[[ItemRef], Path]) -> Iterator[Samples]:
    """Silence and items in turn, each item trimmed to the samples that count."""
    at = 0
    for cue in slot.cues:
        yield from _silence(cue.start - at)
        item = manifest.item(cue.item)
        skip, left = item.offset, item.samples
        decode = {"mp3": mp3.decode, "opus": opus.decode}[item.codec]
        for block in decode(locate(item).read_bytes()):
            piece = block[skip : skip + left] if skip < len(block) else block[:0]
            skip = max(0, skip - len(block))
            left -= len(piece)
            yield piece
        yield from _silence(left)
        at = cue.start + item.samples
    yield from _silence(slot.length - at)


def _silence(samples: int) -> Iterator[Samples]:
    while samples > 0:
        yield np.zeros(min(samples, BLOCK), np.float32)
        samples -= BLOCK


def _blocks(pieces: Iterator[Samples]) -> Iterator[Samples]:
    """The same sound in blocks of one second."""
    held = np.zeros(0, np.float32)
    for piece in pieces:
        held = np.concatenate([held, piece])
        while len(held) >= BLOCK:
            yield held[:BLOCK]
            held = held[BLOCK:]
    if len(held):
        yield held
