"""The engine ``piper``: neural voices on this machine, from voice files that the operator supplies.

A voice is two files of the house's ``voices/`` folder: ``name.onnx`` and ``name.onnx.json``.
"""

import functools
import hashlib
import importlib.metadata
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..files import sha256_file
from ..i18n import _
from ..package import RATE
from ..problem import os_reason
from .base import WITHOUT_PAUSES, Manner, Pcm, Speaker, VoiceDown, VoiceError
from .phrases import phrases, syllables
from .setup import PiperSetup
from .sound import join, pauses, reshape, trim

if TYPE_CHECKING:
    from piper import PiperVoice

VOLUME = 0.6
"""Of full scale: resampling a louder voice would clip its peaks. The level is set when the item is mixed."""
SHORTEST_PAUSE_S = 0.12
SAMPLE = (
    "Kính thưa bà con, hôm nay trạm y tế xã tổ chức tiêm chủng cho trẻ em dưới năm tuổi.",
    "Đề nghị các hộ gia đình chủ động kế hoạch sản xuất, sinh hoạt và phòng chống cháy nổ.",
)
"""What a voice is asked to say first, to learn its own pace: 38 syllables."""
FASTEST_SCALE, SLOWEST_SCALE = 0.5, 2.5
"""Limits of how much a voice's sounds are shortened or lengthened by itself."""


class Piper:
    """The voice files of ``setup``. From several threads, one clip is made at a time."""

    name = "piper"

    def __init__(self, manner: Manner, setup: PiperSetup | None) -> None:
        self._manner = manner
        self._setup = setup
        self._turn = threading.Lock()
        self._paces: dict[tuple[Path, int | None], float] = {}

    def version(self) -> str:
        try:
            return importlib.metadata.version("piper-tts")
        except importlib.metadata.PackageNotFoundError as error:
            hint = _('piper is not installed: "%s -m pip install piper-tts"')
            raise VoiceDown(hint % sys.executable) from error

    def settings(self, speaker: Speaker) -> str:
        manner = self._manner
        path, number = self._voice_of(speaker)
        return (
            f"{_digest(path)} {number} rate={manner.rate * speaker.pace:g} pitch={speaker.pitch:g}"
            f" pauses={manner.comma:g},{manner.sentence:g}"
        )

    def ready(self) -> None:
        self.version()
        _digest(self._voice_of(Speaker())[0])

    def speak(self, text: str, speaker: Speaker) -> Pcm:
        self.version()
        path, number = self._voice_of(speaker)
        pieces = phrases(text, self._manner)
        with self._turn:
            voice = _loaded(path, _digest(path))
            if (number or 0) >= max(1, voice.config.num_speakers):
                found = {"file": path.name, "count": voice.config.num_speakers, "number": number}
                raise VoiceError(_("%(file)s holds %(count)d voices from 0 on, no number %(number)d") % found)
            scale = self._scale(voice, path, number, self._manner.rate * speaker.pace)
            sounds = [_said(voice, piece.text, number, scale) for piece in pieces]
        shaped = [trim(reshape(sound, voice.config.sample_rate, speaker.pitch)) for sound in sounds]
        return join(shaped, [piece.pause for piece in pieces[:-1]])

    def _voice_of(self, speaker: Speaker) -> tuple[Path, int | None]:
        """The file that speaks for ``speaker``, and which of the people in it."""
        if self._setup is None:
            raise VoiceDown(_("no voice is set up: [voice.piper] is missing in schedule.toml"))
        if speaker.piper:
            return self._setup.folder / speaker.piper, speaker.piper_speaker
        number = self._setup.speaker if speaker.piper_speaker is None else speaker.piper_speaker
        return self._setup.folder / self._setup.model, number

    def _scale(self, voice: "PiperVoice", path: Path, number: int | None, rate: float) -> float:
        """How much the voice has to lengthen its sounds for ``rate`` syllables a minute, pauses apart."""
        if (path, number) not in self._paces:
            self._paces[path, number] = _own_pace(voice, number)
        scale = self._paces[path, number] / (rate * WITHOUT_PAUSES) * voice.config.length_scale
        return float(np.clip(scale, FASTEST_SCALE, SLOWEST_SCALE))


def _own_pace(voice: "PiperVoice", number: int | None) -> float:
    """Syllables a minute that the voice says of its own accord, pauses apart."""
    seconds = 0.0
    for text in SAMPLE:
        sound = trim(reshape(_said(voice, text, number, voice.config.length_scale), voice.config.sample_rate))
        resting = sum(end - start for start, end in pauses(sound, SHORTEST_PAUSE_S))
        seconds += (len(sound) - resting) / RATE
    return sum(map(syllables, SAMPLE)) * 60 / max(seconds, 0.1)


def _said(voice: "PiperVoice", text: str, number: int | None, scale: float) -> Pcm:
    from piper import SynthesisConfig

    config = SynthesisConfig(number, length_scale=scale, normalize_audio=False, volume=VOLUME)
    plain = text.replace("[[", "[ [")  # two brackets would begin phonemes
    try:
        sounds: Sequence[Any] = [chunk.audio_int16_array for chunk in voice.synthesize(plain, config)]
    except Exception as error:  # whatever a voice file makes onnxruntime or piper raise; it has no base class
        raise VoiceError(
            _("piper cannot say “%(text)s”: %(error)s") % {"text": text, "error": error}
        ) from error
    if not sounds:
        raise VoiceError(_("piper says nothing for “%s”") % text)
    return np.concatenate([np.atleast_1d(sound) for sound in sounds])


@functools.cache
def _digest(path: Path) -> str:
    """What the voice is, by the bytes of its two files. Raises `VoiceDown` when one is missing."""
    digests = []
    for file in (path, path.with_name(f"{path.name}.json")):
        try:
            digests.append(sha256_file(file))
        except OSError as error:
            hint = _("the voice file %(file)s cannot be read (%(reason)s)")
            raise VoiceDown(hint % {"file": file, "reason": os_reason(error)}) from error
    return hashlib.sha256("".join(digests).encode()).hexdigest()[:16]


@functools.lru_cache(maxsize=2)
def _loaded(path: Path, _bytes: str) -> "PiperVoice":
    """The voice, ready to speak: 0.6 s and 300 to 600 MB for a medium one, so only two are kept."""
    try:
        from piper import PiperVoice

        return PiperVoice.load(path)
    except Exception as error:  # a damaged file; the libraries' errors have no base class of their own
        hint = _("the voice file %(file)s cannot be used: %(error)s")
        raise VoiceDown(hint % {"file": path.name, "error": error}) from error
