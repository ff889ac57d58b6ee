"""How long a bulletin will be before it is made: syllables at the house's rate, pauses, recordings."""

from pathlib import Path

import mutagen

from .house import OpenHouse, Ready
from .script import Pause
from .spoken import Said

UNKNOWN_RECORDING_SECONDS = 60.0
"""Taken for a recording that does not say how long it is."""


def estimated_seconds(opened: OpenHouse, ready: Ready) -> float:
    """About how long the bulletin's item will be (some 5 % off with an even voice)."""
    voice = opened.house.voice
    seconds = 0.0
    for part in ready.spoken:
        if isinstance(part, Said):
            seconds += len(part.text.split()) * 60 / voice.rate + getattr(voice.pauses, part.utterance.pause)
        elif isinstance(part, Pause):
            seconds += part.ms / 1000
        else:
            seconds += _recording_seconds(opened.audio(part.file))
    return seconds


def _recording_seconds(path: Path) -> float:
    try:
        file = mutagen.File(path)
    except (OSError, mutagen.MutagenError):
        return UNKNOWN_RECORDING_SECONDS
    return float(file.info.length) if file else UNKNOWN_RECORDING_SECONDS
