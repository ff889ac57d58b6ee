"""The engine ``espeak``: always there, from a wheel; three regional voices; the same bytes for the same text."""

from collections.abc import Sequence

import numpy as np

from ..package import RATE
from . import espeak_library
from .base import WITHOUT_PAUSES, Manner, Pcm, Speaker
from .phrases import Phrase, phrases, syllables
from .sound import join, reshape, trim

VOICES = ("vi", "vi-vn-x-central", "vi-vn-x-south")
"""Northern, central and southern Vietnamese."""

SLOWEST_RATE = 121.0
"""Syllables a minute at the library's slowest speed, 80; beyond that its sound is stretched."""
FASTEST = 450
LEAST_TEMPO = 0.5
"""Sound is stretched to at most twice its length; a word of three hundred letters would ask for more."""
HASTE = 1.15
"""Headings and questions of two or three short syllables come out up to 1.4 times as fast as the rest; what
exceeds this factor is said again, slower."""


def speed(rate: float) -> int:
    """The library's speed, in its words a minute, for ``rate`` Vietnamese syllables a minute.

    Measured over 900 sentences of notices and features with pauses of 0.4 s at commas: 111 gives 160 a minute;
    straight from 80 to 200 within 3 %, and the three voices differ by 3 %.
    """
    return min(round(0.785 * max(rate, SLOWEST_RATE) - 15), FASTEST)


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

    def ready(self) -> None:
        espeak_library.version()

    def speak(self, text: str, speaker: Speaker) -> Pcm:
        pieces = phrases(text, self._manner)
        rate = self._manner.rate * speaker.pace
        sounds = _say(pieces, speaker, rate)
        haste = _haste(sounds, syllables(text), rate)
        if haste > HASTE:
            sounds = _say(pieces, speaker, max(rate * HASTE / haste, SLOWEST_RATE * LEAST_TEMPO))
        return join(sounds, [piece.pause for piece in pieces[:-1]])


def _say(pieces: Sequence[Phrase], speaker: Speaker, rate: float) -> list[Pcm]:
    sounds = espeak_library.synthesise([piece.text for piece in pieces], speaker.espeak, speed(rate))
    tempo = min(1.0, rate / SLOWEST_RATE)
    return [_shaped(sound, speaker.pitch, tempo) for sound in sounds]


def _shaped(sound: bytes, pitch: float, tempo: float) -> Pcm:
    return trim(reshape(np.frombuffer(sound, np.int16), espeak_library.RATE, pitch, tempo))


def _haste(sounds: Sequence[Pcm], count: int, rate: float) -> float:
    """How many times as fast as a notice of that ``rate`` the sounds are, pauses apart."""
    spoken = sum(len(sound) for sound in sounds) / RATE
    return count * 60 / (rate * WITHOUT_PAUSES) / max(spoken, 1e-3)
