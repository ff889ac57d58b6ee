"""What an item is made of, as values: parts in order, a bed, the sound wanted and the tags.

Nothing here touches a file. A `Source` names a file and the hash of its bytes; the hash is what counts, the
path only says where to look today.
"""

import hashlib
import json
from dataclasses import dataclass, fields
from pathlib import Path

from ..package import Codec

MIX_VERSION = 4
"""Raise it when the same plan would sound different: every item is then made anew."""

RATE = 48_000
"""Samples a second, everywhere in the mix (mono)."""


@dataclass(frozen=True)
class Source:
    """A sound file; ``sha256`` (hex) is its identity, and a file with other bytes is refused."""

    path: Path
    sha256: str


@dataclass(frozen=True)
class Speech:
    """One voiced sentence (48 kHz mono WAV), then ``pause_ms`` of silence."""

    source: Source
    pause_ms: int = 0
    chapter: str = ""


@dataclass(frozen=True)
class Recording:
    """A human voice in any common format, then a pause.

    Silence at its ends is trimmed, dead air inside it shortened, and its level made even.
    """

    source: Source
    pause_ms: int = 0
    chapter: str = ""


@dataclass(frozen=True)
class Silence:
    """Exactly ``ms`` of digital silence (the bed, if any, goes on under it)."""

    ms: int
    chapter: str = ""


@dataclass(frozen=True)
class Music:
    """A jingle, sting or song: the whole file, or ``ms`` of it; ``loop`` starts it again where it is too short.

    ``ms`` longer than the file without ``loop`` means the whole file. No bed sounds under music.
    """

    source: Source
    ms: int | None = None
    fade_in_ms: int = 0
    fade_out_ms: int = 0
    loop: bool = False
    pause_ms: int = 0
    chapter: str = ""


Part = Speech | Recording | Silence | Music
"""A piece of an item. ``chapter`` (not empty) starts a chapter of that name at the part."""


@dataclass(frozen=True)
class Bed:
    """Music under speech, looped from its first sample to its last for as long as the item lasts.

    Its loudest 0.4 s stay ``below_lu`` under the speech; where it is alone for long enough to rise and fall
    again it stays ``alone_lu`` under it. Every change of level takes ``fade_ms``, and is over before a word
    begins.
    """

    source: Source
    below_lu: float = 18.0
    alone_lu: float = 6.0
    fade_ms: int = 600


@dataclass(frozen=True)
class SoundSettings:
    """How every item shall sound: ``lufs`` (integrated, ITU-R BS.1770) and the ``peak_dbtp`` never passed.

    ``bitrate`` is in kbit/s (mono; MP3 keeps it at every moment, Opus in the mean). ``horn`` fits speech and music
    to a horn loudspeaker: band limits, presence, gentle compression of speech.
    """

    lufs: float = -16.0
    peak_dbtp: float = -1.5
    bitrate: int = 96
    horn: bool = True
    codec: Codec = "mp3"


@dataclass(frozen=True)
class Tags:
    """What the file says about itself.

    ``machine_voice`` names the engine of a synthetic voice and is empty when only people speak;
    ``script_sha256`` is the script's hash; ``language`` is the BCP 47 tag of the text ("vi"); ``cover``
    is a picture (PNG or JPEG).
    """

    title: str
    section: str = ""
    centre: str = ""
    text: str = ""
    script_sha256: str = ""
    machine_voice: str = ""
    language: str = "vi"
    cover: Source | None = None


@dataclass(frozen=True)
class ItemPlan:
    """Everything that decides the bytes of one item."""

    parts: tuple[Part, ...]
    bed: Bed | None
    sound: SoundSettings
    tags: Tags

    def recipe(self) -> str:
        """Hex SHA-256 of the plan (hashes of sources, not their paths) and `MIX_VERSION`.

        Two plans with one recipe make the same item, so an item that exists need not be made again.
        """
        plain = {"mix": MIX_VERSION, "plan": _plain(self)}
        text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()


def sources(plan: ItemPlan) -> tuple[Source, ...]:
    """Every file the plan needs, in order of use, the bed last; a file used twice is named twice."""
    heard = [part.source for part in plan.parts if not isinstance(part, Silence)]
    return tuple(heard) if plan.bed is None else (*heard, plan.bed.source)


def _plain(value: object) -> object:
    """``value`` as lists, dictionaries and scalars; dataclasses carry their name, sources only their hash."""
    match value:
        case Source(sha256=sha256):
            return sha256
        case tuple():
            return [_plain(each) for each in value]
        case str() | int() | float() | bool() | None:
            return value
        case _:
            named = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}  # type: ignore[arg-type]
            return {"": type(value).__name__, **named}
