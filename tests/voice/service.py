"""A licensed speech service on loopback: HTTPS by the tests' own CA, real sound, and what can go wrong."""

import io
import ssl
import threading
import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import trustme

from radio.voice.phrases import syllables

RATE = 16_000
SYLLABLE_S, PAUSE_S = 0.27, 0.2
TONES = {"": 300.0, "nam": 220.0, "nu": 440.0}
"""The tone in Hz that stands for each of the service's voices."""


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answer = tuple[int, bytes]


@dataclass
class Service:
    """``answer`` decides what becomes of a request, by its number (from 0); None answers never."""

    certificate: trustme.LeafCert | None
    answer: Callable[[int, Asked], Answer | None]
    asked: list[Asked] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    closing: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        if self.certificate:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.certificate.configure_cert(tls)
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"{'https' if self.certificate else 'http'}://localhost:{self._server.server_address[1]}"

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()


def sound(text: str, voice: str = "") -> bytes:
    """``text`` as a WAV file: a pulse of the voice's tone a syllable, a pause at each comma."""
    time_axis = np.arange(int(SYLLABLE_S * RATE)) / RATE
    swell = 0.3 + 0.7 * np.sin(np.pi * time_axis / SYLLABLE_S)
    tone = TONES[voice] + sum(text.encode()) % 40  # another text is another sound
    pulse = (9000 * swell * np.sin(2 * np.pi * tone * time_axis)).astype("<i2")
    pause = np.zeros(int(PAUSE_S * RATE), "<i2")
    pieces = [pause]
    for clause in text.split(", "):
        pieces += [pulse] * syllables(clause) + [pause]
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(np.concatenate(pieces).tobytes())
    return buffer.getvalue()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_details: object) -> None:
        """A client that does not trust us, or waits no longer, is no news here."""


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            service.asked.append(Asked(self.command, self.path, dict(self.headers.items()), body))
            answer = service.answer(len(service.asked) - 1, service.asked[-1])
            if answer is None:
                service.closing.wait(60)
                return
            status, reply = answer
            self.send_response(status)
            for name, value in service.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        do_GET = do_PUT = do_POST

        def log_message(self, *_arguments: object) -> None:
            """Tests say what they saw themselves."""

    return Handler
