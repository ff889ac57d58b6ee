"""Google Translate's speech as gTTS prepares it: one part of a text becomes a request, an answer becomes an MP3.

gTTS itself would send without a time-out and with certificate checking switched off, and would take a reply
without sound for success. So only its request is used (its version is pinned for that), sent by `wire`.
"""

import base64
import json
import re

import requests
from gtts import gTTS

from ..i18n import _
from .base import VoiceError

MAX_CHARACTERS = int(gTTS.GOOGLE_TTS_MAX_CHARS)
"""The most characters of one request."""
_SOUND = re.compile(rf'"{gTTS.GOOGLE_TTS_RPC}",\s*(?=")')
_NO_STEPS: list[object] = []


def prepare(part: str) -> requests.PreparedRequest:
    """gTTS's own request for ``part``, neither changed nor cut by it. Raises `VoiceError`."""
    speech = gTTS(part, lang="vi", lang_check=False, pre_processor_funcs=_NO_STEPS)
    try:
        (request,) = speech._prepare_requests()
    except (AssertionError, ValueError) as error:
        raise VoiceError(_("“%s” is not one request's text") % part) from error
    assert isinstance(request, requests.PreparedRequest)
    return request


def sound_of(body: bytes) -> bytes:
    """The MP3 inside the service's answer: JSON within JSON, base64 within that. Raises `VoiceError`."""
    text = body.decode("utf-8", "replace")
    for found in _SOUND.finditer(text):
        try:
            payload, _end = json.JSONDecoder().raw_decode(text, found.end())
            sound = base64.b64decode(json.loads(payload)[0], validate=True)
        except (ValueError, TypeError, LookupError):
            continue
        if sound:
            return sound
    raise VoiceError(_("the answer carries no sound"))
