"""Ogg Opus by libopus, and back again to hear what a player will hear."""

import io
from collections.abc import Iterable, Iterator
from fractions import Fraction

import av
import numpy as np
from av.codec.context import Flags

from .plan import RATE
from .sources import Samples, filled, in_seconds

FRAME = 960
"""Samples of an Opus frame of 20 ms."""

OFFSET = 0
"""The file itself tells decoders what to drop at both ends (pre-skip and granule position, RFC 7845), so exactly the
samples that went in come out."""

_OPTIONS = {"application": "audio", "vbr": "constrained"}


def encode(blocks: Iterable[Samples], bitrate: int) -> bytes:
    """A mono Ogg Opus file (kbit/s), without date, random serial or encoder name: same samples, same bytes."""
    target = io.BytesIO()
    with av.open(target, "w", format="opus", container_options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono", options=_OPTIONS)
        stream.bit_rate = bitrate * 1000
        stream.format = "flt"
        stream.codec_context.flags |= Flags.bitexact
        at = 0
        for samples in _frames(blocks):
            container.mux(stream.encode(_frame(samples, at)))
            at += len(samples)
        container.mux(stream.encode(None))
    return target.getvalue()


def decode(data: bytes) -> Iterator[Samples]:
    """The samples of an Opus file in blocks of one second; the last is filled up to a whole millisecond."""
    with av.open(io.BytesIO(data), "r", format="ogg") as container:
        for block in in_seconds(container.decode(audio=0)):
            yield filled(block[0])


def _frames(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """The same samples in pieces of `FRAME`; the last may be shorter."""
    held = np.zeros(0, dtype=np.float32)
    for block in blocks:
        held = np.concatenate([held, block])
        whole = len(held) // FRAME * FRAME
        yield from (held[at : at + FRAME] for at in range(0, whole, FRAME))
        held = held[whole:]
    if len(held):
        yield held


def _frame(samples: Samples, start: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[np.newaxis]), format="flt", layout="mono")
    frame.sample_rate = RATE
    frame.time_base = Fraction(1, RATE)
    frame.pts = start
    return frame
