"""The engine ``gtts``: the voice of Google Translate, asked for as few and as full parts as the text allows."""

import importlib.metadata
import itertools
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from ..i18n import _
from ..package import RATE
from .base import WITHOUT_PAUSES, Manner, Pcm, Speaker, VoiceDown, VoiceError
from .google import DEFAULT_PATIENCE, MAX_CHARACTERS, Google, Patience
from .phrases import Part, pack, phrases, syllables
from .sound import check, decode, join, pauses, reshape, trim

T = TypeVar("T")

SLOWEST = 0.75
"""The most that speech is stretched: beyond that the stretching is heard."""
SHORTEST_PAUSE_S = 0.12
"""A silence inside a phrase is shorter than that: the closure of a p, t or k takes 0.05 to 0.1 s."""


class Gtts:
    """Google Translate's Vietnamese voice. From several threads, one clip is asked for at a time."""

    name = "gtts"

    def __init__(self, manner: Manner, patience: Patience = DEFAULT_PATIENCE) -> None:
        self._manner = manner
        self._patience = patience
        self._google = Google(patience)
        self._turn = threading.Lock()

    def version(self) -> str:
        return importlib.metadata.version("gTTS")

    def settings(self, speaker: Speaker) -> str:
        manner = self._manner
        return (
            f"rate={manner.rate * speaker.pace:g} pitch={speaker.pitch:g}"
            f" pauses={manner.comma:g},{manner.sentence:g}"
        )

    def speak(self, text: str, speaker: Speaker) -> Pcm:
        parts = pack(phrases(text, self._manner), MAX_CHARACTERS)
        with self._turn:
            replies = within(self._patience.clip, lambda: [self._google.fetch(part.text) for part in parts])
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


def within(seconds: float, work: Callable[[], T]) -> T:
    """The result of ``work``, which gets ``seconds``. Raises `VoiceDown` when they are over.

    Time-outs of sockets bound each silence but not a server that sends a byte now and then, nor a look-up of
    a name. The thread of a call that is given up ends with its network, at the latest with the program.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, name="gtts", daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise VoiceDown(_("no answer in time"))
    return results[0]
