"""The engine ``http`` against a service on loopback: what it sends, what it accepts, what it never does."""

import base64
import json
import socket
import urllib.parse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from radio.voice import ClipStore, HttpSetup, Manner, Speaker, Studio, Voice, VoiceDown, VoiceError, clip_key
from radio.voice.espeak import Espeak
from radio.voice.service import Http

from .conftest import IMPATIENT, trust
from .contract import LONG, SENTENCES, VoiceContract, centre
from .service import Answer, Asked, Service, sound

KEY = "s3cret-of-the-house"
BODY = '{"input": "{text}", "voice": {"name": "{speaker}"}, "speed": 1.0}'
HEADERS = (("Content-Type", "application/json"), ("Api-Key", "{key}"))


def spoken(_number: int, asked: Asked) -> Answer:
    """The sound of the JSON request of `BODY`."""
    request = json.loads(asked.body)
    return 200, sound(request["input"], request["voice"]["name"])


@pytest.fixture
def service(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """The service, trusted by this process, its key in the environment."""
    made = Service(authority.issue_cert("localhost"), spoken)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    trust(monkeypatch, authority, tmp_path / "ca.pem")
    monkeypatch.setenv("GIONG_NOI_KEY", KEY)
    yield made
    made.close()


def setup(service: Service, **changes: object) -> HttpSetup:
    plain = HttpSetup(f"{service.url}/v1/tts", headers=HEADERS, body=BODY, key_env="GIONG_NOI_KEY")
    return replace(plain, **changes)  # type: ignore[arg-type]


def engine(service: Service, **changes: object) -> Http:
    return Http(Manner(), setup(service, **changes), IMPATIENT)


class TestHttp(VoiceContract):
    @pytest.fixture
    def voice(self, service: Service) -> Voice:
        return engine(service)


def test_the_request_is_the_houses_own(service: Service) -> None:
    """Address, method, headers with the key, and the body with text and voice as JSON wants them."""
    text = 'Ông Hoàng "Thắng" \\ nói: {key} và {speaker}.'
    engine(service, method="PUT").speak(text, Speaker(http="nam"))
    [asked] = service.asked
    assert (asked.method, asked.path) == ("PUT", "/v1/tts")
    assert asked.headers["Api-Key"] == KEY and asked.headers["Content-Type"] == "application/json"
    assert json.loads(asked.body) == {"input": text, "voice": {"name": "nam"}, "speed": 1.0}


@pytest.mark.parametrize(
    ("kind", "body", "read"),
    [
        (
            "application/x-www-form-urlencoded",
            "t={text}&v={speaker}",
            lambda b: urllib.parse.parse_qs(b)["t"][0],
        ),
        ("text/plain; charset=utf-8", "{text}", str),
        (
            "application/ssml+xml",
            "<speak>{text}</speak>",
            lambda b: (
                b.removeprefix("<speak>").removesuffix("</speak>").replace("&amp;", "&").replace("&lt;", "<")
            ),
        ),
    ],
)
def test_each_kind_of_body_gets_the_text_in_its_own_writing(
    service: Service, kind: str, body: str, read
) -> None:
    text = "Lớp 1 & 2, a < b = c."
    service.answer = lambda _number, asked: (200, sound(read(asked.body.decode())))
    engine(service, headers=(("Content-Type", kind),), body=body, key_env="").speak(text, Speaker())
    assert read(service.asked[0].body.decode()) == text


def test_the_text_may_stand_in_the_address(service: Service) -> None:
    address = f"{service.url}/say/{{speaker}}?text={{text}}"
    service.answer = lambda _number, asked: (
        200,
        sound(urllib.parse.unquote(asked.path.partition("=")[2]), "nu"),
    )
    asking = engine(service, method="GET", address=address, headers=(), body="", key_env="", speaker="nu")
    asking.speak("Bà con & các bạn.", Speaker())
    assert service.asked[0].path.startswith("/say/nu?") and service.asked[0].body == b""


def test_a_link_in_the_reply_is_followed_once_the_sound_is_there(service: Service) -> None:
    """The link is asked for without the key, again while it is not ready, and only over a safe way."""

    def answer(number: int, asked: Asked) -> Answer:
        if number == 0:
            return 200, json.dumps({"data": [{"url": f"{service.url}/file.wav"}]}).encode()
        return (404, b"") if number == 1 else (200, sound(SENTENCES[2]))

    service.answer = answer
    assert len(engine(service, reply="link", at="data.0.url").speak(SENTENCES[2], Speaker()))
    assert [asked.path for asked in service.asked] == ["/v1/tts", "/file.wav", "/file.wav"]
    assert "Api-Key" not in service.asked[1].headers and KEY not in str(service.asked[1])


@pytest.mark.parametrize(
    "link",
    [
        "http://example.org/a.mp3",
        "file:///etc/passwd",
        "ftp://example.org/a",
        "http://localhost:1/a",
        "//[",
        "a",
    ],
)
def test_an_unsafe_link_is_not_followed(service: Service, link: str) -> None:
    service.answer = lambda _number, _asked: (200, json.dumps({"url": link}).encode())
    with pytest.raises(VoiceError, match="safe"):
        engine(service, reply="link", at="url").speak("Xin chào.", Speaker())
    assert len(service.asked) == 1


@pytest.mark.parametrize("prefix", ["", "data:audio/wav;base64,"])
def test_sound_in_the_reply_as_base64(service: Service, prefix: str) -> None:
    coded = prefix + base64.b64encode(sound("Xin chào bà con.")).decode()
    service.answer = lambda _number, _asked: (200, json.dumps({"audio": {"content": coded}}).encode())
    assert len(engine(service, reply="base64", at="audio.content").speak("Xin chào bà con.", Speaker()))


NO_SOUND = {
    "empty": b"",
    "no key": b"{}",
    "list": b"[]",
    "page": b"<html>",
    "null": b'{"audio": null}',
    "number": b'{"audio": 5}',
    "not base64": b'{"audio": "%%"}',
    "blank": b'{"audio": ""}',
    "deep": b"[" * 99999,
}


@pytest.mark.parametrize("reply", NO_SOUND.values(), ids=NO_SOUND)
def test_a_reply_without_sound_is_an_error(service: Service, reply: bytes) -> None:
    service.answer = lambda _number, _asked: (200, reply)
    with pytest.raises(VoiceError):
        engine(service, reply="base64", at="audio").speak("Xin chào.", Speaker())
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    "reply",
    [b"", b"<html>", sound("Xin"), b"\0" * (5 << 20), sound("Xin chào bà con.")[:60]],
    ids=["empty", "page", "too short", "endless", "cut"],
)
def test_a_sound_that_cannot_be_the_text_is_an_error(service: Service, reply: bytes) -> None:
    service.answer = lambda _number, _asked: (200, reply)
    with pytest.raises(VoiceError) as caught:
        engine(service).speak(SENTENCES[0], Speaker())
    assert not isinstance(caught.value, VoiceDown)


def test_a_long_sentence_is_cut_where_the_service_wants_it(service: Service) -> None:
    engine(service, characters=80).speak(LONG, Speaker())
    texts = [json.loads(asked.body)["input"] for asked in service.asked]
    assert " ".join(texts) == LONG and all(len(text) <= 80 for text in texts)


def test_speakers_have_voices_of_the_service(service: Service) -> None:
    asking = engine(service, speaker="nu")
    low, high = (centre(asking.speak(SENTENCES[2], Speaker(http=name))) for name in ("nam", ""))
    assert high / low == pytest.approx(440 / 220, rel=0.12)
    assert (
        asking.settings(Speaker(http="nam"))
        != asking.settings(Speaker())
        == asking.settings(Speaker(http="nu"))
    )


def test_the_key_decides_no_clip_and_a_new_request_does(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A renewed key voids nothing; another request, or the house's mark of a new voice, makes clips anew."""
    before = clip_key(engine(service), Speaker(), "Xin chào.")
    monkeypatch.setenv("GIONG_NOI_KEY", "another")
    assert clip_key(engine(service), Speaker(), "Xin chào.") == before
    monkeypatch.delenv("GIONG_NOI_KEY")
    assert clip_key(engine(service), Speaker(), "Xin chào.") == before
    others = (engine(service, release="2027"), engine(service, body=BODY.replace("1.0", "0.9")))
    assert before not in {clip_key(one, Speaker(), "Xin chào.") for one in others}


def test_without_the_key_nothing_is_sent(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GIONG_NOI_KEY")
    asking = engine(service)
    with pytest.raises(VoiceDown, match="GIONG_NOI_KEY"):
        asking.ready()
    with pytest.raises(VoiceDown, match="GIONG_NOI_KEY"):
        asking.speak("Xin chào.", Speaker())
    assert service.asked == []


@pytest.mark.parametrize("status", [401, 402, 403])
def test_a_refused_key_rests_the_engine_and_is_not_told(
    service: Service, tmp_path: Path, status: int
) -> None:
    service.answer = lambda _number, _asked: (status, KEY.encode())
    studio = Studio([engine(service), Espeak(Manner())], ClipStore(tmp_path))
    for text in SENTENCES:
        assert studio.voice([(text, Speaker())]).engine == "espeak"
    assert len(service.asked) == 1
    assert str(status) in studio.notes[0] and KEY not in studio.notes[0]


def test_passing_trouble_is_asked_again(service: Service) -> None:
    service.answer = lambda number, asked: (503, b"") if number == 0 else spoken(number, asked)
    assert len(engine(service).speak("Xin chào bà con.", Speaker()))
    assert len(service.asked) == 2


def test_an_untrusted_certificate_gets_neither_text_nor_key(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(VoiceDown, match="certificate"):
        engine(service).speak("Xin chào.", Speaker())
    assert service.asked == []


def test_nothing_goes_out_unencrypted(service: Service) -> None:
    """Plain http is for a service on this very machine only."""
    asking = engine(service, address="http://192.0.2.7/tts")
    with pytest.raises(VoiceDown, match=r"192\.0\.2\.7"):
        asking.speak("Xin chào.", Speaker())
    own = Service(None, spoken)
    try:
        assert len(engine(own).speak("Xin chào bà con.", Speaker()))
    finally:
        own.close()


def test_redirects_are_not_followed(service: Service) -> None:
    service.headers["Location"] = f"{service.url}/elsewhere"
    service.answer = lambda _number, _asked: (307, b"")
    with pytest.raises(VoiceError, match="307"):
        engine(service).speak("Xin chào.", Speaker())
    assert len(service.asked) == 1


@pytest.mark.parametrize("silent", [True, False])
def test_a_service_that_does_not_answer_is_down(service: Service, silent: bool) -> None:
    if silent:
        service.answer = lambda _number, _asked: None
        asking = engine(service)
    else:
        with socket.create_server(("127.0.0.1", 0)) as unused:
            port = unused.getsockname()[1]
        asking = engine(service, address=f"https://localhost:{port}/")
    with pytest.raises(VoiceDown):
        asking.speak("Xin chào.", Speaker())


@pytest.mark.parametrize(
    "changes",
    [
        {"address": "https://["},
        {"headers": (("X", "a\nb"),)},
        {"headers": (("X", "{speaker}"),), "speaker": "Nữ"},
    ],
)
def test_a_request_that_cannot_be_made_is_said(service: Service, changes: dict[str, object]) -> None:
    with pytest.raises(VoiceDown):
        engine(service, **changes).speak("Xin chào.", Speaker())
    assert service.asked == []


def test_not_set_up() -> None:
    with pytest.raises(VoiceDown, match=r"\[voice.http\]"):
        Http(Manner(), None).ready()
