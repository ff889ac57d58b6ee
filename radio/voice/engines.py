"""Which engines there are. A new one is one class that is a `Voice`, and one line here."""

from collections.abc import Callable, Sequence
from pathlib import Path

from ..i18n import _
from .base import Manner, Voice, VoiceError
from .clips import ClipStore
from .setup import HttpSetup, PiperSetup, Setup
from .studio import Studio


def _gtts(setup: Setup) -> Voice:
    from .gtts import Gtts

    return Gtts(setup.manner)


def _espeak(setup: Setup) -> Voice:
    from .espeak import Espeak

    return Espeak(setup.manner)


def _piper(setup: Setup) -> Voice:
    from .piper import Piper

    return Piper(setup.manner, setup.piper)


def _http(setup: Setup) -> Voice:
    from .service import Http

    return Http(setup.manner, setup.http)


ENGINES: dict[str, Callable[[Setup], Voice]] = {
    "gtts": _gtts,
    "espeak": _espeak,
    "piper": _piper,
    "http": _http,
}
"""Engine names as in schedule.toml; each is loaded only when it is opened."""


def open_studio(
    engines: Sequence[str],
    folder: Path,
    *,
    rate: int = 160,
    comma: float = 0.4,
    sentence: float = 0.8,
    piper: PiperSetup | None = None,
    http: HttpSetup | None = None,
) -> Studio:
    """A studio with ``engines`` in order of preference and its clips in ``folder``.

    ``rate`` in syllables a minute; ``comma`` and ``sentence`` are pauses inside a clip, in seconds. Raises
    `VoiceError` for an engine that does not exist.
    """
    unknown = [name for name in engines if name not in ENGINES]
    if unknown:
        raise VoiceError(_("there is no voice engine “%s”") % unknown[0])
    setup = Setup(Manner(rate, comma, sentence), piper, http)
    return Studio([ENGINES[name](setup) for name in engines], ClipStore(folder))
