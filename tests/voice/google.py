"""Google's speech service on loopback, reached as through any proxy: CONNECT, then TLS by the tests' own CA.

Nothing of the program is patched: the environment names the proxy (``HTTPS_PROXY``) and the CA to trust
(``REQUESTS_CA_BUNDLE``). The answers have the framing of the real ones and carry real MP3.
"""

import base64
import json
import ssl
import threading
import time
import urllib.parse
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import lameenc
import numpy as np
import trustme

from radio.voice.phrases import syllables

MP3_RATE = 24_000
HOST = "translate.google.com"
SYLLABLE_S, PAUSE_S = 0.26, 0.2


def pitch_of(text: str) -> float:
    """The tone in Hz that stands for ``text`` in the simulated speech."""
    return 300.0 + sum(text.encode()) % 60 * 20.0


def speech(text: str) -> np.ndarray:
    """Each syllable a pulse of one tone, a pause at each comma, silence before and after, at `MP3_RATE`."""
    time_axis = np.arange(int(SYLLABLE_S * MP3_RATE)) / MP3_RATE
    swell = 0.3 + 0.7 * np.sin(np.pi * time_axis / SYLLABLE_S)
    pulse = (9000 * swell * np.sin(2 * np.pi * pitch_of(text) * time_axis)).astype(np.int16)
    pause = np.zeros(int(PAUSE_S * MP3_RATE), np.int16)
    pieces = [pause]
    for clause in text.split(", "):
        pieces += [pulse] * syllables(clause) + [pause]
    return np.concatenate(pieces)


def mp3(pcm: np.ndarray, rate: int = MP3_RATE) -> bytes:
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(32)
    encoder.set_in_sample_rate(rate)
    encoder.set_channels(1)
    encoder.silence()
    return bytes(encoder.encode(pcm.tobytes()) + encoder.flush())


def framed(payload: str | None) -> bytes:
    """``payload`` in the frames of a batchexecute answer."""
    row = json.dumps([["wrb.fr", "jQ1olc", payload, None, None, None, "generic"]], separators=(",", ":"))
    return f')]}}\'\n\n{len(row)}\n{row}\n57\n[["di",37]\n]\n'.encode()


def spoken(text: str) -> bytes:
    """The service's good answer for ``text``."""
    return framed(json.dumps([base64.b64encode(mp3(speech(text))).decode()]) + "\n")


class Google:
    """The service and the proxy before it. ``answer`` decides what happens to the request of a number.

    It gets the number (from 0) and the text, and returns a status and a body, or None to answer never.
    """

    def __init__(self, certificate: trustme.LeafCert) -> None:
        self.answer: Callable[[int, str], tuple[int, bytes] | None] = lambda number, text: (200, spoken(text))
        self.headers: dict[str, str] = {}
        self.cut_after: int | None = None
        self.texts: list[str] = []
        self.connections = 0
        self.closing = threading.Event()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(self._tls)
        self._server = _Server(("127.0.0.1", 0), _handler(self, self._tls))
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_details: object) -> None:
        """A client that goes away (it does not trust us, or waits no longer) is no news here."""


def _handler(google: Google, tls: ssl.SSLContext) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_CONNECT(self) -> None:
            google.connections += 1
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self.connection = tls.wrap_socket(self.connection, server_side=True)
            self.rfile = self.connection.makefile("rb")
            self.wfile = self.connection.makefile("wb", 0)
            self.close_connection = False

        def finish(self) -> None:
            super().finish()
            self.connection.close()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            request = json.loads(urllib.parse.parse_qs(body)["f.req"][0])
            text = json.loads(request[0][0][1])[0]
            google.texts.append(text)
            answer = google.answer(len(google.texts) - 1, text)
            if answer is None:
                google.closing.wait(60)
                return
            status, reply = answer
            self.send_response(status)
            for name, value in google.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply[: google.cut_after])
            self.close_connection = google.cut_after is not None

        def log_message(self, *_arguments: object) -> None:
            """Tests say what they saw themselves."""

    return Handler


def drip(google: Google, seconds: float) -> None:
    """Wait, but no longer than the server lives."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not google.closing.is_set():
        time.sleep(0.02)
