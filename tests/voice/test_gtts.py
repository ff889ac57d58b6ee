"""The preferred engine against the service on loopback: success, and each way in which it can fail."""

import base64
import itertools
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import trustme

from radio.i18n import _
from radio.package import RATE
from radio.voice import Manner, Speaker, Voice, VoiceDown, VoiceError
from radio.voice.google import MAX_CHARACTERS, prepare, sound_of
from radio.voice.gtts import Gtts
from radio.voice.phrases import pack, phrases
from radio.voice.sound import pauses
from radio.voice.wire import Patience

from .conftest import IMPATIENT, through
from .contract import LONG, NOTICES, SENTENCES, VoiceContract
from .google import HOST, Google, drip, framed, mp3, pitch_of, speech, spoken

HANG_GUARD_S = 30
CERTIFICATE = _("certificate not trusted")


class TestGtts(VoiceContract):
    @pytest.fixture
    def voice(self, google: Google, gtts: Gtts) -> Voice:
        return gtts


def tones(pcm: np.ndarray) -> list[float]:
    """The tones of ``pcm`` in order, each once in a row, to the nearest of the simulated ones."""
    found: list[float] = []
    size = RATE // 10
    for block in pcm[: len(pcm) // size * size].reshape(-1, size):
        spectrum = np.abs(np.fft.rfft(block * np.hanning(size), 16 * size))
        tone = round(float(np.argmax(spectrum)) * RATE / (16 * size) / 20) * 20.0
        if np.abs(block.astype(int)).max() > 4000 and found[-1:] != [tone]:
            found.append(tone)
    return found


def test_parts_in_order(google: Google, gtts: Gtts) -> None:
    """A long sentence is asked for in few parts of at most 100 characters; all are heard, in order."""
    pcm = gtts.speak(LONG, Speaker())
    assert " ".join(google.texts) == LONG
    assert len(google.texts) == 2 and all(len(text) <= MAX_CHARACTERS for text in google.texts)
    assert tones(pcm) == [pitch_of(text) for text in google.texts]


def test_few_requests_one_connection(google: Google, gtts: Gtts) -> None:
    """Clauses travel together as far as they fit, over one kept connection."""
    for text in NOTICES:
        gtts.speak(text, Speaker())
    assert google.connections == 1
    assert len(google.texts) <= sum(len(text) // 60 + 1 for text in NOTICES)


def test_comma_pauses(google: Google, gtts: Gtts) -> None:
    """The service's pause of 0.2 s at a comma becomes the house's, inside a part and between parts."""
    text = f"{NOTICES[6].rstrip('.')} hằng tháng, hằng năm."
    pcm = gtts.speak(text, Speaker())
    assert len(google.texts) == 2
    lengths = [(end - start) / RATE for start, end in pauses(pcm, 0.15)]
    assert lengths == pytest.approx([0.4] * 5, abs=0.03)


def test_only_known_audio_of_own_request(google: Google, gtts: Gtts) -> None:
    """The text arrives at the service letter by letter as written, in NFC, in Vietnamese."""
    gtts.speak("Ông Hoàng Văn Thắng – “Trường Hà” & 100% đúng?", Speaker())
    assert google.texts == ["Ông Hoàng Văn Thắng “Trường Hà” & 100% đúng?"]
    body = str(prepare("Xin chào").body)
    assert "%22vi%5C%22" in body


def test_no_network(google: Google, gtts: Gtts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens where the service should be: down."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    through(monkeypatch, f"http://127.0.0.1:{port}")
    with pytest.raises(VoiceDown):
        gtts.speak(SENTENCES[0], Speaker())


def test_accepts_nothing(google: Google, gtts: Gtts, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that takes the connection and says nothing at all costs one time-out, not for ever."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        through(monkeypatch, f"http://127.0.0.1:{silent.getsockname()[1]}")
        start = time.monotonic()
        with pytest.raises(VoiceDown):
            gtts.speak(SENTENCES[0], Speaker())
    assert time.monotonic() - start < HANG_GUARD_S


def test_never_answers(google: Google, gtts: Gtts) -> None:
    """A service that takes the request and never answers is down after one time-out."""
    google.answer = lambda number, text: None
    with pytest.raises(VoiceDown):
        gtts.speak(SENTENCES[0], Speaker())
    assert len(google.texts) == 1


def test_slow_service_meets_the_deadline(google: Google) -> None:
    """A service whose every answer is just in time does not hold a clip up for longer than its deadline."""

    def late(number: int, text: str) -> tuple[int, bytes]:
        drip(google, 0.6)
        return 503, b""

    google.answer = late
    patience = Patience(connect=1.0, read=5.0, clip=1.5, attempts=50, backoff=0.01, apart=0.0)
    with pytest.raises(VoiceDown):
        Gtts(Manner(), patience).speak(SENTENCES[0], Speaker())
    assert len(google.texts) < 50


def test_untrusted_certificate(google: Google, gtts: Gtts, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate by an authority that we do not trust gets not a byte of text."""
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(VoiceDown, match=CERTIFICATE):
        gtts.speak(SENTENCES[0], Speaker())
    assert google.texts == []


def test_certificate_for_another_host(
    authority: trustme.CA, google: Google, gtts: Gtts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A trusted authority's certificate for some other host is not trusted either."""
    other = Google(authority.issue_cert("example.org"))
    try:
        through(monkeypatch, other.url)
        with pytest.raises(VoiceDown):
            gtts.speak(SENTENCES[0], Speaker())
        assert other.texts == []
    finally:
        other.close()


def test_missing_ca_file(google: Google, gtts: Gtts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """REQUESTS_CA_BUNDLE names no file: down with a reason, not a crash."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    with pytest.raises(VoiceDown, match=r"none\.pem"):
        gtts.speak(SENTENCES[0], Speaker())


def test_too_many_requests(google: Google, gtts: Gtts) -> None:
    """429 is asked again after a pause, as often as allowed; then the engine is down."""
    google.answer = lambda number, text: (429, b"slow down")
    with pytest.raises(VoiceDown, match="429"):
        gtts.speak("Xin chào.", Speaker())
    assert len(google.texts) == IMPATIENT.attempts


def test_too_many_requests_for_long(google: Google, gtts: Gtts) -> None:
    """429 with an hour to wait is not asked again."""
    google.headers["Retry-After"] = "3600"
    google.answer = lambda number, text: (429, b"")
    with pytest.raises(VoiceDown, match="429"):
        gtts.speak("Xin chào.", Speaker())
    assert len(google.texts) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_recovers(google: Google, gtts: Gtts, status: int) -> None:
    """One refusal of a passing kind is followed by success."""
    google.answer = lambda number, text: (status, b"") if number == 0 else (200, spoken(text))
    assert len(gtts.speak("Xin chào bà con.", Speaker()))
    assert len(google.texts) == 2


def test_dropped_connection_is_renewed(google: Google, gtts: Gtts) -> None:
    """A reply cut off on the way is asked for again."""
    google.cut_after = 900

    def answer(number: int, text: str) -> tuple[int, bytes]:
        google.cut_after = 900 if number == 0 else None
        return 200, spoken(text)

    google.answer = answer
    assert len(gtts.speak("Xin chào bà con.", Speaker()))
    assert google.connections == 2


def test_reply_cut_short(google: Google, gtts: Gtts) -> None:
    """Replies that always break off never become a clip."""
    google.cut_after = 900
    with pytest.raises(VoiceError):
        gtts.speak("Xin chào bà con.", Speaker())
    assert len(google.texts) == IMPATIENT.attempts


CONSENT = b"<!doctype html><title>Before you continue</title><form>jQ1olc</form>"


@pytest.mark.parametrize(
    "reply",
    [
        CONSENT,
        b"",
        framed(None),
        framed("[]"),
        framed("[null]"),
        framed('[""]'),
        framed('["%%%"]'),
        framed(json.dumps([base64.b64encode(b"not sound at all" * 40).decode()])),
        framed(json.dumps([base64.b64encode(mp3(np.zeros(24_000, np.int16))).decode()])),
        framed(json.dumps([base64.b64encode(mp3(speech("Xin"))).decode()])),
        spoken(SENTENCES[2])[:-900],
        b" " * (5 << 20) + spoken(SENTENCES[2]),
    ],
    ids=[
        *("consent", "empty", "null", "none", "no-text", "blank", "not-base64", "not-mp3"),
        *("silence", "too-short", "half-json", "endless"),
    ],
)
def test_200_without_speech(google: Google, gtts: Gtts, reply: bytes) -> None:
    """A 200 that does not carry plausible speech is an error; it is not asked for again."""
    google.answer = lambda number, text: (200, reply)
    with pytest.raises(VoiceError) as caught:
        gtts.speak(SENTENCES[2], Speaker())
    assert not isinstance(caught.value, VoiceDown)
    assert len(google.texts) == 1


def test_redirect_is_not_followed(google: Google, gtts: Gtts) -> None:
    """A redirect to a consent page is an error, and the page is not fetched."""
    google.headers["Location"] = f"https://{HOST}/consent"
    google.answer = lambda number, text: (302, b"")
    with pytest.raises(VoiceError, match="302"):
        gtts.speak("Xin chào.", Speaker())
    assert len(google.texts) == 1


def test_one_missing_part(google: Google, gtts: Gtts) -> None:
    """A text of two parts of which the second has no sound is no clip: nothing is left out unseen."""
    google.answer = lambda number, text: (200, spoken(text) if number == 0 else framed(None))
    with pytest.raises(VoiceError):
        gtts.speak(LONG, Speaker())
    assert len(google.texts) == 2


def test_requests_keep_apart(google: Google) -> None:
    """Requests start at least ``apart`` seconds after one another."""
    starts: list[float] = []

    def answer(number: int, text: str) -> tuple[int, bytes]:
        starts.append(time.monotonic())
        return 200, spoken(text)

    google.answer = answer
    engine = Gtts(Manner(), Patience(apart=0.3))
    for text in ("Xin chào.", "Xin cảm ơn.", "Xin hết."):
        engine.speak(text, Speaker())
    assert all(later - earlier > 0.25 for earlier, later in itertools.pairwise(starts))


def test_frames_of_the_service() -> None:
    """The sound is found in the framing that the service uses: lengths, several rows, a newline in the JSON."""
    sound = base64.b64encode(b"\xff\xf3sound").decode()
    row = f'[["wrb.fr","jQ1olc","[\\"{sound}\\"]\\n",null,null,null,"generic"]\n]'
    assert sound_of(f')]}}\'\n\n{len(row)}\n{row}\n57\n[["di",37]\n]'.encode()) == b"\xff\xf3sound"


@pytest.mark.parametrize("text", NOTICES)
def test_every_part_is_one_request(text: str) -> None:
    """gTTS makes exactly one request of each of our parts, with its whole text."""
    for part in pack(phrases(text, Manner()), MAX_CHARACTERS):
        assert prepare(part.text).url == f"https://{HOST}/_/TranslateWebserverUi/data/batchexecute"


def test_the_environment_reaches_a_program(google: Google, tmp_path: Path) -> None:
    """HTTPS_PROXY and REQUESTS_CA_BUNDLE work for a whole program, with gtts as the engine that spoke."""
    program = (
        "import sys; from pathlib import Path; from radio.voice import *;"
        "studio = open_studio(['gtts', 'espeak'], Path(sys.argv[1]));"
        "voiced = studio.voice([('Xin chào bà con.', Speaker())]);"
        "print(voiced.engine, studio.notes)"
    )
    environment = {**os.environ, "HTTPS_PROXY": os.environ["https_proxy"], "PYTHONUTF8": "1"}
    del environment["https_proxy"]
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "gtts ()"
