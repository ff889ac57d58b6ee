"""The engine ``http``: a licensed speech service of the house's choice, asked by the house's own request."""

import base64
import hashlib
import json
import os
import re
import urllib.parse
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

import requests

from ..i18n import _
from .base import Manner, Pcm, Speaker, VoiceDown, VoiceError
from .online import Online
from .setup import HttpSetup
from .wire import DEFAULT_PATIENCE, Patience, Wire

LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PLACE = re.compile(r"\{(text|speaker|key)\}")
_NOT_YET = 404
"""A service that answers with a link may still be making the sound behind it."""


class Http:
    """The service of ``setup``. From several threads, one clip is asked for at a time."""

    name = "http"

    def __init__(
        self, manner: Manner, setup: HttpSetup | None, patience: Patience = DEFAULT_PATIENCE
    ) -> None:
        self._setup = setup
        self._patience = patience
        self._online = Online(manner, setup.characters if setup else 1, patience.clip)
        self._wire = Wire(patience)

    def version(self) -> str:
        """A digest of the request, which is all that is known of the service. The key is not in it."""
        return hashlib.sha256(repr(self._known()).encode()).hexdigest()[:16]

    def settings(self, speaker: Speaker) -> str:
        return f"{speaker.http or self._known().speaker} {self._online.settings(speaker)}"

    def ready(self) -> None:
        key_of(self._known())

    def speak(self, text: str, speaker: Speaker) -> Pcm:
        return self._online.speak(text, speaker, lambda part: self._fetch(part, speaker))

    def _known(self) -> HttpSetup:
        if self._setup is None:
            raise VoiceDown(_("the service is not set up: [voice.http] is missing in schedule.toml"))
        return self._setup

    def _fetch(self, part: str, speaker: Speaker) -> bytes:
        setup = self._known()
        request = prepare(setup, part, speaker, key_of(setup))
        answer = self._wire.ask(request, bytes)
        if setup.reply == "audio":
            return answer
        found = value_at(answer, setup.at)
        if setup.reply == "base64":
            return _from_base64(found)
        return self._wire.ask(_follow(found, setup.address), bytes, _NOT_YET)


def key_of(setup: HttpSetup) -> str:
    """The key from the environment; "" where the service wants none. Raises `VoiceDown`."""
    if not setup.key_env:
        return ""
    key = os.environ.get(setup.key_env, "").strip()
    if not key:
        raise VoiceDown(
            _("the environment variable %s, which holds the service's key, is not set") % setup.key_env
        )
    if not (key.isascii() and key.isprintable()):
        raise VoiceDown(_("the environment variable %s holds something that is no key") % setup.key_env)
    return key


def prepare(setup: HttpSetup, part: str, speaker: Speaker, key: str) -> requests.PreparedRequest:
    """The request for ``part``, each value written as the place where it stands demands. Raises `VoiceDown`."""
    if not _private(setup.address):
        raise VoiceDown(
            _("%s is not an https address: the text and the key would be open to all") % setup.address
        )
    values = {"text": part, "speaker": speaker.http or setup.speaker, "key": key}
    headers = {name: _filled(value, values, str) for name, value in setup.headers}
    kind = next((value for name, value in headers.items() if name.casefold() == "content-type"), "")
    body = _filled(setup.body, values, _encoding(kind)).encode() or None
    try:
        for value in headers.values():
            value.encode("latin-1")  # what HTTP can carry in a header
        address = _filled(setup.address, values, _percent)
        return requests.Request(setup.method, address, headers, data=body).prepare()
    except (ValueError, OSError) as error:
        hint = _("the request of [voice.http] cannot be made: check its address and headers")
        raise VoiceDown(hint) from error


def _filled(template: str, values: Mapping[str, str], encode: Callable[[str], str]) -> str:
    """``template`` with its places filled once: what looks like a place in a text stays text."""
    return _PLACE.sub(lambda found: encode(values[found[1]]), template)


def _encoding(content_type: str) -> Callable[[str], str]:
    kind = content_type.partition(";")[0].strip().casefold()
    if kind.endswith("json"):
        return _json
    if kind == "application/x-www-form-urlencoded":
        return _percent
    return _xml if kind.endswith("xml") else str


def _json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _percent(value: str) -> str:
    return urllib.parse.quote(value, safe="")


def _xml(value: str) -> str:
    return escape(value, {'"': "&quot;", "'": "&apos;"})


def value_at(answer: bytes, path: str) -> str:
    """The text at ``path`` ("data.0.url") of a JSON answer. Raises `VoiceError` when there is none."""
    try:
        value = json.loads(answer)
        for step in path.split("."):
            value = value[int(step)] if isinstance(value, list) else value[step]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise VoiceError(_("the answer has no “%s”") % path) from error
    if not isinstance(value, str) or not value:
        raise VoiceError(_("the answer has no “%s”") % path)
    return value


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text.partition(",")[2] if text.startswith("data:") else text, validate=True)
    except ValueError as error:
        raise VoiceError(_("the answer carries no sound")) from error


def _private(address: str) -> bool:
    """Whether nobody between us and the service can read or change what is said."""
    try:
        parts = urllib.parse.urlsplit(address)
        return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    except ValueError:
        return False


def _follow(link: str, address: str) -> requests.PreparedRequest:
    """The request for the sound behind ``link``, without the key.

    Raises `VoiceError` for a link that is neither https nor on the service itself: whoever answers for the
    service must not make us ask other services of this machine.
    """
    unsafe = VoiceError(_("the link in the answer is not a safe address"))
    if not _private(link):
        raise unsafe
    try:
        parts, own = urllib.parse.urlsplit(link), urllib.parse.urlsplit(address)
        if parts.hostname in LOOPBACK and (parts.hostname, parts.port) != (own.hostname, own.port):
            raise unsafe
        return requests.Request("GET", link).prepare()
    except (ValueError, OSError) as error:
        raise unsafe from error
