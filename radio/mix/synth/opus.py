"""Samples → an Opus file at the house's loudness, judged on what a player will decode from it."""

import io
import math
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.codec.context import Flags
from av.filter import Graph
from av.filter.context import FilterContext
from numpy.typing import NDArray

from ...i18n import _
from ...problem import RadioError
from .gapless import FRAME, declare, pre_skip, with_rolls
from .instruments import RATE, Sound
from .render import limit

LOUDNESS_LUFS = -16.0
PEAK_DBTP = -2.0
BITS_A_SECOND = 64_000
TOLERANCE_LU = 0.1
_OPTIONS = {"application": "audio", "vbr": "constrained"}


@dataclass(frozen=True)
class Level:
    """Integrated loudness (EBU R 128) and true peak of a sound."""

    lufs: float
    dbtp: float


def levelled(sound: Sound, title: str, loop: bool) -> bytes:
    """The Opus file of ``sound`` at `LOUDNESS_LUFS` and under `PEAK_DBTP`.

    The codec moves both a little, and so does the limiter, so the result is decoded, measured and corrected.
    Raises `RadioError` for a sound that cannot be brought there (a silent one, or a single click).
    """
    gain_db = LOUDNESS_LUFS - measure(sound).lufs
    ceiling_db = PEAK_DBTP - 0.8
    for _attempt in range(8):
        made = limit(sound * 10 ** (gain_db / 20), 10 ** (ceiling_db / 20), loop)
        data = encode(made, title, loop)
        level = measure(decode(data))
        if abs(level.lufs - LOUDNESS_LUFS) <= TOLERANCE_LU and level.dbtp <= PEAK_DBTP - 0.1:
            return data
        gain_db += LOUDNESS_LUFS - level.lufs
        ceiling_db -= max(0.0, level.dbtp - (PEAK_DBTP - 0.2))
    raise RadioError(
        _("%(title)s: stays at %(lufs).1f LUFS and %(dbtp).1f dBTP")
        % {"title": title, "lufs": level.lufs, "dbtp": level.dbtp}
    )


def encode(sound: Sound, title: str, loop: bool = False) -> bytes:
    """Mono 16-bit samples as Ogg Opus without date, random serial or encoder name: same samples, same bytes."""
    samples = np.round(np.clip(sound, -1, 1) * 32767).astype(np.int16)
    target = io.BytesIO()
    with av.open(target, "w", format="opus", container_options={"fflags": "+bitexact"}) as container:
        container.metadata["title"] = title
        stream = container.add_stream("libopus", rate=RATE, layout="mono", options=_OPTIONS)
        stream.bit_rate = BITS_A_SECOND
        stream.codec_context.flags |= Flags.bitexact
        stream.codec_context.open()
        delay = pre_skip(stream.codec_context.extradata or b"")
        fed = with_rolls(samples, delay) if loop else samples
        for start in range(0, len(fed), FRAME):
            container.mux(stream.encode(_frame(fed[start : start + FRAME], start)))
        if not loop:  # with_rolls already holds what the encoder would flush
            container.mux(stream.encode(None))
    data = target.getvalue()
    return declare(data, delay, len(samples)) if loop else data


def decode(data: bytes) -> Sound:
    """Samples of an audio file's bytes, mono at 48 kHz."""
    with av.open(io.BytesIO(data), "r") as container:
        resampler = av.AudioResampler("flt", "mono", RATE)
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float64)


def measure(sound: Sound) -> Level:
    """Loudness and true peak by libavfilter's ``ebur128``; -inf for silence."""
    graph = Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="flt", layout="mono", time_base=Fraction(1, RATE))
    meter = graph.add("ebur128", "peak=true:metadata=1")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    samples = sound.astype(np.float32)
    last: dict[str, str] = {}
    for start in range(0, len(samples), RATE):
        source.push(_frame(samples[start : start + RATE], start))
        last = _pulled(sink) or last
    source.push(None)
    last = _pulled(sink) or last
    peak = float(last["lavfi.r128.true_peak"])
    return Level(float(last["lavfi.r128.I"]), 20 * math.log10(peak) if peak > 0 else -math.inf)


def _pulled(sink: FilterContext) -> dict[str, str]:
    """The metadata of the last frame that is ready."""
    last: dict[str, str] = {}
    while True:
        try:
            frame = sink.pull()
        except (BlockingIOError, EOFError):
            return last
        last = dict(frame.metadata)


def _frame(samples: NDArray[np.int16] | NDArray[np.float32], start: int) -> av.AudioFrame:
    kind = "s16" if samples.dtype == np.int16 else "flt"
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format=kind, layout="mono")
    frame.sample_rate = RATE
    frame.time_base = Fraction(1, RATE)
    frame.pts = start
    return frame
