"""Which engines there are. A new one is one class that is a `Voice`, and one line here."""

from collections.abc import Callable, Sequence
from pathlib import Path

from ..i18n import _
from .base import Voice, VoiceError
from .clips import ClipStore
from .setup import Setup
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


def open_studio(engines: Sequence[str], folder: Path, setup: Setup | None = None) -> Studio:
    """A studio with ``engines`` in order of preference, as ``setup`` says, and its clips in ``folder``.

    Raises `VoiceError` for an engine that does not exist.
    """
    return Studio([open_engine(name, setup or Setup()) for name in engines], ClipStore(folder))


def open_engine(name: str, setup: Setup) -> Voice:
    """The engine of that name. Raises `VoiceError` if there is none; what it lacks shows in its ``ready``."""
    if name not in ENGINES:
        raise VoiceError(_("there is no voice engine “%s”") % name)
    return ENGINES[name](setup)
