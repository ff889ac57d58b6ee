"""Filters of libavfilter, sample for sample: a block in, a block of the same length out."""

from fractions import Fraction

import av
import numpy as np
from av.filter import Graph

from .plan import RATE
from .sources import Samples, plane

Step = tuple[str, str]

K_WEIGHTING: tuple[Step, ...] = (
    (
        "biquad",
        "b0=1.53512485958697:b1=-2.69169618940638:b2=1.19839281085285"
        ":a0=1:a1=-1.69065929318241:a2=0.73248077421585",
    ),
    ("biquad", "b0=1:b1=-2:b2=1:a0=1:a1=-1.99004745483398:a2=0.99007225036621"),
)
"""The two filters of ITU-R BS.1770-5, tables 1 and 2 (48 kHz)."""

HORN_BAND: tuple[Step, ...] = (
    ("highpass", "f=160"),
    ("highpass", "f=160"),
    ("lowpass", "f=8000"),
    ("lowpass", "f=8000"),
)
"""What a horn of 15 to 30 W passes; below it the amplifier only heats the coil."""

PRESENCE: Step = ("equalizer", "f=2800:t=q:w=0.8:g=4")
"""Consonants carry the words, and wind and distance take them first."""

RUMBLE: Step = ("highpass", "f=80")
"""Steps, handling and mains hum of a microphone lie under every voice."""


ROUNDING: tuple[Step, ...] = (("allpass", "f=500:t=q:w=0.7"),) * 2
"""Turns phases, which nobody hears, so that the harmonics of a voice no longer peak together: 1 to 4 dB less
crest (synthetic voices have the most), which the limiter need not take away."""


def voice_steps(horn: bool) -> tuple[Step, ...]:
    """The filters for speech."""
    return (*HORN_BAND, PRESENCE, *ROUNDING) if horn else (RUMBLE, *ROUNDING)


def music_steps(horn: bool) -> tuple[Step, ...]:
    """The filters for jingles, songs and beds."""
    return HORN_BAND if horn else ()


class Chain:
    """A row of filters without delay that remembers its state from block to block."""

    def __init__(self, steps: tuple[Step, ...]) -> None:
        self._graph = Graph()  # must live as long as its contexts, or they crash
        self._graph.threads = 1  # filters in a row gain nothing, and starting threads costs 8 ms a graph
        self._source = self._graph.add_abuffer(
            sample_rate=RATE, format="flt", layout="mono", time_base=Fraction(1, RATE)
        )
        last = self._source
        for name, arguments in steps:
            context = self._graph.add(name, arguments)
            last.link_to(context)
            last = context
        self._sink = self._graph.add("abuffersink")
        last.link_to(self._sink)
        self._graph.configure()
        self._at = 0

    def run(self, block: Samples) -> Samples:
        """``block`` filtered; as many samples as went in."""
        frame = av.AudioFrame.from_ndarray(block[np.newaxis], format="flt", layout="mono")
        frame.sample_rate = RATE
        frame.pts = self._at
        self._at += len(block)
        self._source.push(frame)
        filtered = self._sink.pull()
        assert isinstance(filtered, av.AudioFrame) and filtered.samples == len(block)
        return plane(filtered)
