"""The studio: preference, fallback, rest, and never two engines in one bulletin."""

import socket

import pytest

from radio.voice import ClipStore, Manner, Speaker, Studio, VoiceError, open_studio
from radio.voice.espeak import Espeak
from radio.voice.gtts import Gtts
from radio.voice.studio import FAILURES_TO_REST

from .conftest import through
from .contract import SENTENCES
from .google import Google, framed, spoken

BULLETIN = [(text, Speaker()) for text in SENTENCES]
OTHER = [("Chợ phiên họp vào chủ nhật tới.", Speaker()), ("Xin hết.", Speaker())]


def test_preferred_engine(google: Google, studio: Studio) -> None:
    """With the service well, every clip is its own, newly made, and there is nothing to note."""
    voiced = studio.voice(BULLETIN)
    assert voiced.engine == "gtts" and studio.notes == ()
    assert [clip.made for clip in voiced.clips] == [True] * 3
    assert google.texts == list(SENTENCES)


def test_nothing_twice(google: Google, studio: Studio) -> None:
    """A second voicing asks for nothing and gives the same files; one new sentence asks for that one."""
    first = studio.voice(BULLETIN)
    asked = len(google.texts)
    second = studio.voice(BULLETIN)
    assert [clip.sha256 for clip in second.clips] == [clip.sha256 for clip in first.clips]
    assert not any(clip.made for clip in second.clips) and len(google.texts) == asked
    third = studio.voice([BULLETIN[0], OTHER[0], BULLETIN[2]])
    assert [clip.made for clip in third.clips] == [False, True, False]


def test_a_repeated_sentence_is_made_once(google: Google, studio: Studio) -> None:
    """The same sentence twice in a bulletin is one request; only the first counts as made."""
    voiced = studio.voice([BULLETIN[0], BULLETIN[0]])
    assert len(google.texts) == 1
    assert [clip.made for clip in voiced.clips] == [True, False]


def test_one_bulletin_one_engine(google: Google, studio: Studio) -> None:
    """The service fails at the third sentence: all three clips are the other engine's."""
    google.answer = lambda number, text: (404, b"") if text == SENTENCES[2] else (200, spoken(text))
    voiced = studio.voice(BULLETIN)
    assert len(google.texts) == 3
    assert voiced.engine == "espeak" and all(clip.made for clip in voiced.clips)
    alone = open_studio(["espeak"], voiced.clips[0].path.parent.parent).voice(BULLETIN)
    assert [clip.key for clip in alone.clips] == [clip.key for clip in voiced.clips]
    assert not any(clip.made for clip in alone.clips)


def test_failure_of_one_text_is_of_that_bulletin(google: Google, studio: Studio) -> None:
    """A text that the service cannot speak sends its bulletin away, not the next one."""
    google.answer = lambda number, text: (200, framed(None) if text == SENTENCES[1] else spoken(text))
    assert studio.voice(BULLETIN).engine == "espeak"
    assert studio.voice(OTHER).engine == "gtts"
    assert len(studio.notes) == 1 and studio.notes[0].startswith("gtts: ")


def test_what_one_engine_made_is_kept(google: Google, studio: Studio) -> None:
    """When the service is well again, the sentences it had voiced before are not asked for again."""
    google.answer = lambda number, text: (404, b"") if text == SENTENCES[2] else (200, spoken(text))
    studio.voice(BULLETIN)
    google.answer = lambda number, text: (200, spoken(text))
    voiced = studio.voice(BULLETIN)
    assert voiced.engine == "gtts"
    assert [clip.made for clip in voiced.clips] == [False, False, True]


def test_rest_after_one_connection_failure(google: Google, studio: Studio) -> None:
    """After one time-out the engine is not asked again in this run, for any bulletin."""
    google.answer = lambda number, text: None
    assert studio.voice(BULLETIN).engine == "espeak"
    assert studio.voice(OTHER).engine == "espeak"
    assert len(google.texts) == 1
    assert len(studio.notes) == 1 and studio.notes[0].startswith("gtts: ")


def test_rest_after_an_untrusted_certificate(
    google: Google, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An untrusted certificate means the other engine, one connection, and no text sent."""
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert studio.voice(BULLETIN).engine == "espeak"
    assert studio.voice(OTHER).engine == "espeak"
    assert google.connections == 1 and google.texts == []


def test_rest_after_failing_again_and_again(google: Google, studio: Studio) -> None:
    """A consent page for every text: after a few bulletins the engine is left alone."""
    google.answer = lambda number, text: (200, b"<html>consent</html>")
    for number in range(FAILURES_TO_REST + 3):
        assert studio.voice([(f"Xin chào{' bà con' * number}.", Speaker())]).engine == "espeak"
    assert len(google.texts) == FAILURES_TO_REST


def test_store_serves_while_down(
    google: Google, studio: Studio, store: ClipStore, gtts: Gtts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bulletin whose every clip is stored keeps its engine though that is down, or rests."""
    before = studio.voice(BULLETIN)
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    through(monkeypatch, f"http://127.0.0.1:{port}")
    later = Studio([Gtts(Manner()), Espeak(Manner())], store)
    assert later.voice(BULLETIN).clips[0].path == before.clips[0].path
    assert later.notes == ()
    assert later.voice([*BULLETIN, *OTHER]).engine == "espeak"
    assert later.voice(BULLETIN).engine == "gtts"


def test_damaged_clip_is_made_again(google: Google, studio: Studio) -> None:
    """One flipped byte in a stored clip: it is asked for again, and only it."""
    clip = studio.voice(BULLETIN).clips[1]
    data = bytearray(clip.path.read_bytes())
    data[5000] ^= 1
    clip.path.write_bytes(data)
    again = studio.voice(BULLETIN)
    assert [one.made for one in again.clips] == [False, True, False]
    assert google.texts == [*SENTENCES, SENTENCES[1]]


def test_chosen_engines(google: Google, studio: Studio) -> None:
    """A bulletin may name its engines; the others are not asked."""
    assert studio.voice(BULLETIN, ["espeak"]).engine == "espeak"
    assert google.texts == []


def test_no_engine_can(google: Google, gtts: Gtts, store: ClipStore) -> None:
    """When none can voice it, the error names each engine and its reason."""
    google.answer = lambda number, text: (404, b"")
    studio = Studio([gtts, Espeak(Manner())], store)
    with pytest.raises(VoiceError) as caught:
        studio.voice([("Xin chào.", Speaker(espeak="no-such-voice"))])
    assert "gtts: " in str(caught.value) and "404" in str(caught.value)
    assert "espeak: " in str(caught.value) and "no-such-voice" in str(caught.value)


@pytest.mark.parametrize("text", ["", "…", " – "])
def test_nothing_to_say(google: Google, studio: Studio, text: str) -> None:
    """A sentence without words is refused before any engine is asked, and no engine is blamed."""
    with pytest.raises(VoiceError):
        studio.voice([BULLETIN[0], (text, Speaker())])
    assert google.texts == [] and studio.notes == ()


def test_speakers_differ_in_one_bulletin(google: Google, studio: Studio) -> None:
    """An interview's two speakers get two clips of the same words."""
    voiced = studio.voice([("Xin chào.", Speaker("MC")), ("Xin chào.", Speaker("Khách mời", pitch=-3.0))])
    assert voiced.clips[0].sha256 != voiced.clips[1].sha256


def test_unknown_engine(store: ClipStore) -> None:
    """An engine that does not exist is named."""
    with pytest.raises(VoiceError, match="festival"):
        open_studio(["festival"], store._folder)
