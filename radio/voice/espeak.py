"""The engine ``espeak``: always there, from a wheel; three regional voices; the same bytes for the same text."""

import numpy as np

from . import espeak_library
from .base import Manner, Pcm, Speaker
from .phrases import phrases
from .sound import join, reshape

VOICES = ("vi", "vi-vn-x-central", "vi-vn-x-south")
"""Northern, central and southern Vietnamese."""

SLOWEST_RATE = 120.0
"""Syllables a minute at the library's slowest speed, 80; beyond that its sound is stretched."""
FASTEST = 450


def speed(rate: float) -> int:
    """The library's speed, in its words a minute, for ``rate`` Vietnamese syllables a minute.

    Measured over eight notices with pauses of 0.4 s at commas: 110 gives 152 a minute, 120 gives 165, 150
    gives 201, 200 gives 255; the three voices differ by 3 %.
    """
    return min(round(0.82 * max(rate, SLOWEST_RATE) - 15), FASTEST)


class Espeak:
    """espeak-ng in this process. ``speak`` may be called from several threads; they take turns."""

    name = "espeak"

    def __init__(self, manner: Manner) -> None:
        self._manner = manner

    def version(self) -> str:
        return espeak_library.version()

    def settings(self, speaker: Speaker) -> str:
        manner = self._manner
        return (
            f"{speaker.espeak} rate={manner.rate * speaker.pace:g} pitch={speaker.pitch:g}"
            f" pauses={manner.comma:g},{manner.sentence:g}"
        )

    def speak(self, text: str, speaker: Speaker) -> Pcm:
        pieces = phrases(text, self._manner)
        rate = self._manner.rate * speaker.pace
        sounds = espeak_library.synthesise([piece.text for piece in pieces], speaker.espeak, speed(rate))
        tempo = min(1.0, rate / SLOWEST_RATE)
        return join(
            [_shaped(sound, speaker.pitch, tempo) for sound in sounds], [piece.pause for piece in pieces[:-1]]
        )


def _shaped(sound: bytes, pitch: float, tempo: float) -> Pcm:
    return reshape(np.frombuffer(sound, np.int16), espeak_library.RATE, pitch, tempo)
