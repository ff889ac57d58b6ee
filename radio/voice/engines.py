"""Which engines there are. A new one is one class that is a `Voice`, and one line here."""

from collections.abc import Callable, Sequence
from pathlib import Path

from ..i18n import _
from .base import Manner, Voice, VoiceError
from .clips import ClipStore
from .studio import Studio


def _gtts(manner: Manner) -> Voice:
    from .gtts import Gtts

    return Gtts(manner)


def _espeak(manner: Manner) -> Voice:
    from .espeak import Espeak

    return Espeak(manner)


ENGINES: dict[str, Callable[[Manner], Voice]] = {"gtts": _gtts, "espeak": _espeak}
"""Engine names as in schedule.toml; each is loaded only when a studio with it is opened."""


def open_studio(
    engines: Sequence[str], folder: Path, *, rate: int = 160, comma: float = 0.4, sentence: float = 0.8
) -> Studio:
    """A studio with ``engines`` in order of preference and its clips in ``folder``.

    ``rate`` in syllables a minute; ``comma`` and ``sentence`` are pauses inside a clip, in seconds. Raises
    `VoiceError` for an engine that does not exist.
    """
    unknown = [name for name in engines if name not in ENGINES]
    if unknown:
        raise VoiceError(_("there is no voice engine “%s”") % unknown[0])
    manner = Manner(rate, comma, sentence)
    return Studio([ENGINES[name](manner) for name in engines], ClipStore(folder))
