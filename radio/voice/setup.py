"""What the house says about its engines, as plain values. Loads nothing."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from .base import Manner

Reply = Literal["audio", "link", "base64"]


@dataclass(frozen=True)
class PiperSetup:
    """``folder`` holds the voice files; ``model`` is the one for whoever has none of their own."""

    folder: Path
    model: str = ""
    speaker: int | None = None


@dataclass(frozen=True)
class HttpSetup:
    """One request to a licensed service for one part of a text of at most ``characters``.

    In ``address``, ``headers`` and ``body``, {speaker} stands for the service's name of a voice, {text} for the
    part (not in headers), {key} for the value of the environment variable ``key_env`` (not in the address,
    which ends up in logs). The ``reply`` is the sound itself, or JSON that holds, ``at`` keys joined by dots,
    a link to the sound or its bytes in base64. ``release`` is the house's own mark of the service's voice: a
    new one makes every clip anew.
    """

    address: str
    method: Literal["POST", "GET", "PUT"] = "POST"
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    speaker: str = ""
    key_env: str = ""
    reply: Reply = "audio"
    at: str = ""
    characters: int = 300
    release: str = ""


@dataclass(frozen=True)
class Setup:
    """Everything that opening an engine may need."""

    manner: Manner = field(default_factory=Manner)
    piper: PiperSetup | None = None
    http: HttpSetup | None = None
