"""What every voice engine is: the `Voice` protocol, its speaker, its errors. Loads no engine and no codec."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from ..problem import RadioError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Pcm: TypeAlias = "NDArray[np.int16]"
"""Sound: signed 16-bit samples, mono, `radio.package.RATE` a second."""


@dataclass(frozen=True)
class Speaker:
    """How one person of a bulletin sounds.

    ``pitch`` in semitones and ``pace`` as a factor of the house's rate tell speakers apart where an engine has
    one voice. ``espeak``, ``piper`` (a voice file, with the number of a person in it) and ``http`` name the
    voices of those engines, "" the house's own. ``name`` is for people and changes no sound.
    """

    name: str = ""
    pitch: float = 0.0
    pace: float = 1.0
    espeak: str = "vi"
    piper: str = ""
    piper_speaker: int | None = None
    http: str = ""


@dataclass(frozen=True)
class Manner:
    """How the house has its texts read: ``rate`` in syllables a minute, pauses inside a clip in seconds.

    The rate is that of ordinary notices as heard, the pauses inside their sentences included: a sentence
    without commas is faster, an enumeration slower. The defaults suit horns outdoors, where an echo covers the
    next syllable of a fast reader.
    """

    rate: int = 160
    comma: float = 0.4
    sentence: float = 0.8


WITHOUT_PAUSES = 1.07
"""How much faster than its rate a notice is read between its pauses (measured with espeak on 900 sentences)."""


class VoiceError(RadioError):
    """This text could not be voiced; the next one may."""


class VoiceDown(VoiceError):
    """The engine cannot be used at all for now; asking it again in this run costs time and changes nothing."""


class Voice(Protocol):
    """An engine that speaks Vietnamese.

    The same ``version``, ``settings`` and text mean the same clip, wherever it was made.
    """

    name: str

    def version(self) -> str:
        """What of the engine's own release decides its sound. Raises `VoiceDown` if the engine is missing."""

    def settings(self, speaker: Speaker) -> str:
        """What of the speaker and of the engine's settings decides its sound."""

    def ready(self) -> None:
        """Raise `VoiceDown` for what can be seen, without speaking, to keep the engine from being used."""

    def speak(self, text: str, speaker: Speaker) -> Pcm:
        """``text``, one sentence or a few, as sound without silence around it.

        Raises `VoiceError` when this text failed, `VoiceDown` when every text would.
        """
