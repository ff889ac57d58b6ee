"""Asking a speech service over the network: certificates verified; time, size and attempts bounded."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import requests
import urllib3

from ..i18n import _
from .base import VoiceDown, VoiceError

T = TypeVar("T")

MAX_REPLY_BYTES = 4 << 20
_AGAIN = 429
_NOBODY = (401, 402, 403)
"""The key is wrong, the bill is not paid, or we are blocked: no other text will fare better."""


@dataclass(frozen=True)
class Patience:
    """How long, how often and how fast a service is asked; in seconds, but for ``attempts`` a request.

    ``connect`` and ``read`` bound each silence of the network, ``clip`` a whole clip with all its retries.
    ``backoff`` is the first wait before a retry, doubled each time; ``apart`` keeps requests at a distance,
    because services block whoever asks too fast.
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


class Wire:
    """A kept connection to a service. For one thread at a time."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._session = requests.Session()
        self._next = 0.0

    def ask(self, request: requests.PreparedRequest, read: Callable[[bytes], T], not_yet: int = 429) -> T:
        """What ``read`` makes of the service's answer; ``not_yet`` is a status that means "ask again later".

        Raises `VoiceDown` when the service is out of reach, not trusted or blocking us, `VoiceError` when it
        refuses this request, and whatever ``read`` raises.
        """
        wait = self._patience.backoff
        for left in reversed(range(self._patience.attempts)):
            try:
                return read(self._exchange(request, not_yet))
            except _Later as later:
                if not left or later.after > self._patience.clip:
                    raise later.final from later
                time.sleep(max(later.after, wait * random.uniform(0.5, 1.5)))
                wait *= 2
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _exchange(self, request: requests.PreparedRequest, not_yet: int) -> bytes:
        time.sleep(max(0.0, self._next - time.monotonic()))
        self._next = time.monotonic() + self._patience.apart
        try:
            return self._send(request, not_yet)
        except OSError as error:  # every error of requests is one, and so is a CA file that does not exist
            down = VoiceDown(reason(error))
            if _broken_off(error):
                raise _Later(down) from error
            raise down from error

    def _send(self, request: requests.PreparedRequest, not_yet: int) -> bytes:
        """The body of a good answer; redirects (to a consent page) are not followed."""
        settings = self._session.merge_environment_settings(request.url or "", {}, True, None, None)
        timeout = (self._patience.connect, self._patience.read)
        with self._session.send(request, timeout=timeout, allow_redirects=False, **settings) as response:
            _check(response, not_yet)
            body = b""
            for block in response.iter_content(1 << 16):
                body += block
                if len(body) > MAX_REPLY_BYTES:
                    raise VoiceError(_("the answer is too long to be speech"))
            return body


def within(seconds: float, work: Callable[[], T]) -> T:
    """The result of ``work``, which gets ``seconds``. Raises `VoiceDown` when they are over.

    Time-outs of sockets bound each silence but not a server that sends a byte now and then, nor a look-up of
    a name. The thread of a call that is given up ends with its network, at the latest with the program.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, name="voice", daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise VoiceDown(_("no answer in time"))
    return results[0]


def _check(response: requests.Response, not_yet: int) -> None:
    status = response.status_code
    if status == _AGAIN:
        wait = response.headers.get("Retry-After", "")
        blocked = VoiceDown(_("the service answers “too many requests” (429)"))
        raise _Later(blocked, float(wait) if wait.isdecimal() else 0.0)
    if status >= 500:
        raise _Later(VoiceError(_("the service has an error of its own (%d)") % status))
    if status == not_yet:
        raise _Later(VoiceError(_("the service refuses (%d)") % status))
    if status in _NOBODY:
        raise VoiceDown(_("the service refuses (%d)") % status)
    if status not in (200, 201):
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
