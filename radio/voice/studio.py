"""The studio: a bulletin's sentences voiced by the first engine that can voice all of them."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..i18n import _
from .base import Speaker, Voice, VoiceDown, VoiceError
from .clips import Clip, ClipStore, clip_key
from .phrases import syllables
from .sound import check

Sentence = tuple[str, Speaker]

FAILURES_TO_REST = 3
"""So many bulletins in a row that one engine fails, and it rests: a consent page or a full quota stays."""


@dataclass(frozen=True)
class Voiced:
    """A bulletin's clips in order, all by one ``engine``."""

    engine: str
    clips: tuple[Clip, ...]


class Studio:
    """Engines in order of preference, a store of clips, and what was learnt about the engines in this run.

    One bulletin is never voiced by two engines: if one fails half-way, the next starts from the first
    sentence. An engine that is down rests for as long as this studio lives; bulletins whose every clip is
    stored are still its own. May be used from several threads.
    """

    def __init__(self, voices: Sequence[Voice], store: ClipStore) -> None:
        self._voices = tuple(voices)
        self._store = store
        self._resting: dict[str, str] = {}
        self._failures: dict[str, int] = {}
        self._notes: list[str] = []
        self._lock = threading.Lock()

    @property
    def names(self) -> tuple[str, ...]:
        """The engines' names in order of preference."""
        return tuple(voice.name for voice in self._voices)

    @property
    def notes(self) -> tuple[str, ...]:
        """What went wrong with the engines, once each, in the user's language."""
        return tuple(self._notes)

    def voice(self, sentences: Sequence[Sentence], engines: Sequence[str] = ()) -> Voiced:
        """Voice ``sentences`` by the first of ``engines`` (all, if none are named) that can voice them all.

        Raises `VoiceError` with each engine's reason when none can; OSError when a clip cannot be stored.
        """
        for text, _speaker in sentences:
            if not syllables(text):
                raise VoiceError(_("there is nothing to say in “%s”") % text)
        reasons = []
        for voice in self._chosen(engines):
            try:
                return self._voiced(voice, sentences)
            except VoiceError as error:
                reasons.append(f"{voice.name}: {error}")
        raise VoiceError("; ".join(reasons) or _("no voice engine is set up"))

    def _chosen(self, engines: Sequence[str]) -> tuple[Voice, ...]:
        by_name = {voice.name: voice for voice in self._voices}
        return tuple(by_name[name] for name in engines if name in by_name) if engines else self._voices

    def _voiced(self, voice: Voice, sentences: Sequence[Sentence]) -> Voiced:
        try:
            clips = self._clips(voice, sentences)
        except VoiceError as error:
            self._failed(voice.name, error)
            raise
        with self._lock:
            self._failures.pop(voice.name, None)
        return Voiced(voice.name, clips)

    def _clips(self, voice: Voice, sentences: Sequence[Sentence]) -> tuple[Clip, ...]:
        keys = [clip_key(voice, speaker, text) for text, speaker in sentences]
        clips = {key: clip for key in dict.fromkeys(keys) if (clip := self._store.get(key))}
        made = set()
        for key, (text, speaker) in zip(keys, sentences, strict=True):
            if key not in clips:
                clips[key] = self._made(voice, key, text, speaker)
                made.add(key)
        first = {key: index for index, key in reversed(list(enumerate(keys)))}
        return tuple(
            replace(clips[key], made=key in made and first[key] == index) for index, key in enumerate(keys)
        )

    def _made(self, voice: Voice, key: str, text: str, speaker: Speaker) -> Clip:
        if voice.name in self._resting:
            raise VoiceDown(self._resting[voice.name])
        pcm = voice.speak(text, speaker)
        check(pcm, text)
        return self._store.put(key, pcm)

    def _failed(self, name: str, error: VoiceError) -> None:
        """Remember the failure; an engine that is down, or fails bulletin after bulletin, rests from now on."""
        with self._lock:
            if name in self._resting:
                return
            self._failures[name] = self._failures.get(name, 0) + 1
            rests = isinstance(error, VoiceDown) or self._failures[name] >= FAILURES_TO_REST
            if rests:
                self._resting[name] = str(error)
            note = _("%(name)s: %(error)s; resting for this run") if rests else _("%(name)s: %(error)s")
            self._notes.append(note % {"name": name, "error": error})
