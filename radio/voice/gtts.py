"""The engine ``gtts``: the voice of Google Translate, asked for as few and as full parts as a sentence allows."""

import importlib.metadata

from .base import Manner, Pcm, Speaker
from .google import MAX_CHARACTERS, prepare, sound_of
from .online import Online
from .wire import DEFAULT_PATIENCE, Patience, Wire


class Gtts:
    """Google Translate's Vietnamese voice. From several threads, one clip is asked for at a time."""

    name = "gtts"

    def __init__(self, manner: Manner, patience: Patience = DEFAULT_PATIENCE) -> None:
        self._online = Online(manner, MAX_CHARACTERS, patience.clip)
        self._wire = Wire(patience)

    def version(self) -> str:
        return importlib.metadata.version("gTTS")

    def settings(self, speaker: Speaker) -> str:
        return self._online.settings(speaker)

    def ready(self) -> None:
        """Whether the service answers is only known by asking it for a sentence."""

    def speak(self, text: str, speaker: Speaker) -> Pcm:
        return self._online.speak(text, speaker, lambda part: self._wire.ask(prepare(part), sound_of))
