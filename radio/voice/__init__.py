"""Spoken text → clips: the `Voice` protocol, its engines, and the store that keeps each voiced sentence.

A `Studio` voices a bulletin's sentences with the first engine that can voice them all. Nothing of an engine
or a codec is loaded before it is needed.
"""

from .base import Manner, Pcm, Speaker, Voice, VoiceDown, VoiceError
from .clips import Clip, ClipStore, clip_key
from .engines import ENGINES, open_engine, open_studio
from .setup import HttpSetup, PiperSetup, Setup
from .studio import Sentence, Studio, Voiced

__all__ = [
    "ENGINES",
    "Clip",
    "ClipStore",
    "HttpSetup",
    "Manner",
    "Pcm",
    "PiperSetup",
    "Sentence",
    "Setup",
    "Speaker",
    "Studio",
    "Voice",
    "VoiceDown",
    "VoiceError",
    "Voiced",
    "clip_key",
    "open_engine",
    "open_studio",
]
