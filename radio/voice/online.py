"""A sentence from a service that speaks at a pace of its own: its parts fetched, checked, slowed, pauses set."""

import itertools
import threading
from collections.abc import Callable, Sequence

import numpy as np

from ..i18n import _
from ..package import RATE
from .base import WITHOUT_PAUSES, Manner, Pcm, Speaker, VoiceError
from .phrases import Part, pack, phrases, syllables
from .sound import check, decode, join, pauses, reshape, trim
from .wire import within

SLOWEST = 0.75
"""The most that speech is stretched: beyond that the stretching is heard."""
SHORTEST_PAUSE_S = 0.12
"""A silence inside a phrase is shorter than that: the closure of a p, t or k takes 0.05 to 0.1 s."""


class Online:
    """Speaks through a service that takes at most ``characters`` a request, within ``seconds`` a clip.

    From several threads, one clip is asked for at a time.
    """

    def __init__(self, manner: Manner, characters: int, seconds: float) -> None:
        self._manner = manner
        self._characters = characters
        self._seconds = seconds
        self._turn = threading.Lock()

    def settings(self, speaker: Speaker) -> str:
        """What of the speaker and of the house's manner decides the sound."""
        manner = self._manner
        return (
            f"rate={manner.rate * speaker.pace:g} pitch={speaker.pitch:g}"
            f" pauses={manner.comma:g},{manner.sentence:g}"
        )

    def speak(self, text: str, speaker: Speaker, fetch: Callable[[str], bytes]) -> Pcm:
        """``text`` as `Voice.speak` wants it; ``fetch`` gets the coded sound of one part."""
        parts = pack(phrases(text, self._manner), self._characters)
        with self._turn:
            replies = within(self._seconds, lambda: [fetch(part.text) for part in parts])
        sounds = [_heard(reply, part) for reply, part in zip(replies, parts, strict=True)]
        gaps = [part.pause for part in parts[:-1]]
        tempo = _tempo(sounds, syllables(text), self._manner.rate) * speaker.pace
        shaped = [
            _paused(reshape(sound, RATE, speaker.pitch, tempo), part.inner)
            for sound, part in zip(sounds, parts, strict=True)
        ]
        return join(shaped, gaps)


def _heard(reply: bytes, part: Part) -> Pcm:
    """The speech of one reply. Each is decoded alone: joined MP3 bytes lose all but the first."""
    try:
        sound = trim(decode(reply))
    except ValueError as error:
        raise VoiceError(_("the sound cannot be decoded")) from error
    check(sound, part.text)
    return sound


def _tempo(sounds: Sequence[Pcm], count: int, rate: float) -> float:
    """How much slower than its own, fast pace the service has to be played for ``rate``; never faster."""
    resting = sum(end - start for sound in sounds for start, end in pauses(sound, SHORTEST_PAUSE_S))
    spoken = (sum(len(sound) for sound in sounds) - resting) / RATE
    return float(np.clip(spoken * rate * WITHOUT_PAUSES / (60 * count), SLOWEST, 1.0))


def _paused(sound: Pcm, wanted: Sequence[float]) -> Pcm:
    """``sound`` with its inner pauses ``wanted`` seconds long, if it has one for each; else as it is."""
    found = pauses(sound, SHORTEST_PAUSE_S)
    if not wanted or len(found) != len(wanted):
        return sound
    cuts = [0, *((start + end) // 2 for start, end in found), len(sound)]
    return join([sound[start:end] for start, end in itertools.pairwise(cuts)], wanted)
