"""The wire to Google Translate's speech, as gTTS prepares it: one part of a text in, one MP3 out.

gTTS itself would send without a time-out and with certificate checking switched off, and would take a reply
without sound for success. So only its request is used (its version is pinned for that), sent from here.
"""

import base64
import json
import random
import re
import time
from dataclasses import dataclass

import requests
import urllib3
from gtts import gTTS

from ..i18n import _
from .base import VoiceDown, VoiceError

MAX_CHARACTERS = int(gTTS.GOOGLE_TTS_MAX_CHARS)
"""The most characters of one request."""
MAX_REPLY_BYTES = 4 << 20
_AGAIN = 429
_SOUND = re.compile(rf'"{gTTS.GOOGLE_TTS_RPC}",\s*(?=")')
_NO_STEPS: list[object] = []


@dataclass(frozen=True)
class Patience:
    """How long, how often and how fast the service is asked; in seconds, but for ``attempts`` a request.

    ``connect`` and ``read`` bound each silence of the network, ``clip`` a whole clip with all its retries.
    ``backoff`` is the first wait before a retry, doubled each time; ``apart`` keeps requests at a distance,
    because the service blocks whoever asks too fast.
    """

    connect: float = 3.0
    read: float = 10.0
    clip: float = 30.0
    attempts: int = 3
    backoff: float = 1.0
    apart: float = 0.2


DEFAULT_PATIENCE = Patience()


class _Later(Exception):
    """Asking again may help. ``final`` is what to raise when it does not; ``after`` seconds at least."""

    def __init__(self, final: VoiceError, after: float = 0.0) -> None:
        self.final, self.after = final, after


class Google:
    """A kept connection to the service. For one thread at a time."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._session = requests.Session()
        self._next = 0.0

    def fetch(self, part: str) -> bytes:
        """The MP3 of ``part``, at most `MAX_CHARACTERS` long.

        Raises `VoiceDown` when the service is out of reach, not trusted or blocking us, `VoiceError` when it
        answers without sound.
        """
        request = prepare(part)
        wait = self._patience.backoff
        for left in reversed(range(self._patience.attempts)):
            try:
                return sound_of(self._exchange(request))
            except _Later as later:
                if not left or later.after > self._patience.clip:
                    raise later.final from later
                time.sleep(max(later.after, wait * random.uniform(0.5, 1.5)))
                wait *= 2
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _exchange(self, request: requests.PreparedRequest) -> bytes:
        time.sleep(max(0.0, self._next - time.monotonic()))
        self._next = time.monotonic() + self._patience.apart
        try:
            return self._send(request)
        except OSError as error:  # every error of requests is one, and so is a CA file that does not exist
            down = VoiceDown(reason(error))
            if _broken_off(error):
                raise _Later(down) from error
            raise down from error

    def _send(self, request: requests.PreparedRequest) -> bytes:
        """The body of a good answer; redirects (to a consent page) are not followed."""
        settings = self._session.merge_environment_settings(request.url or "", {}, True, None, None)
        timeout = (self._patience.connect, self._patience.read)
        with self._session.send(request, timeout=timeout, allow_redirects=False, **settings) as response:
            _check(response)
            body = b""
            for block in response.iter_content(1 << 16):
                body += block
                if len(body) > MAX_REPLY_BYTES:
                    raise VoiceError(_("the answer is too long to be speech"))
            return body


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


def _check(response: requests.Response) -> None:
    status = response.status_code
    if status == _AGAIN:
        wait = response.headers.get("Retry-After", "")
        blocked = VoiceDown(_("the service answers “too many requests” (429)"))
        raise _Later(blocked, float(wait) if wait.isdecimal() else 0.0)
    if status >= 500:
        raise _Later(VoiceError(_("the service has an error of its own (%d)") % status))
    if status != 200:
        raise VoiceError(_("the service refuses (%d)") % status)


def _broken_off(error: OSError) -> bool:
    """Whether a connection that stood was cut: a kept one may have been closed meanwhile, or the line is bad."""
    return isinstance(error, requests.exceptions.ChunkedEncodingError) or (
        isinstance(error, requests.ConnectionError)
        and bool(error.args)
        and isinstance(error.args[0], urllib3.exceptions.ProtocolError)
    )


def reason(error: OSError) -> str:
    """What went wrong, for the user; the library's own words follow only where ours would say too little."""
    if isinstance(error, requests.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
        return _("certificate not trusted")
    if isinstance(error, requests.exceptions.ProxyError):
        return _("the proxy does not let us through")
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return _("no answer in time")
    if _broken_off(error):
        return _("the connection broke off")
    if isinstance(error, requests.ConnectionError) and not isinstance(error, requests.exceptions.SSLError):
        return _("cannot be reached")
    return _("no connection (%s)") % error
