"""The embedded engine: the contract, its three voices, and the library's traps."""

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from radio.package import RATE
from radio.voice import Manner, Speaker, Voice, VoiceError, espeak_library
from radio.voice.espeak import VOICES, Espeak
from radio.voice.phrases import syllables
from radio.voice.sound import pauses, reshape, trim

from .contract import SENTENCES, VoiceContract, rate_of


class TestEspeak(VoiceContract):
    @pytest.fixture
    def voice(self) -> Voice:
        return Espeak(Manner())


@pytest.mark.parametrize("name", VOICES)
def test_regional_voices_keep_the_rate(name: str) -> None:
    """Each of the three voices reads 150 to 170 syllables a minute by default."""
    assert 150 <= rate_of(Espeak(Manner()), Speaker(espeak=name)) <= 170


@pytest.mark.parametrize("rate", [100, 140, 200, 250])
def test_rate_is_a_setting(rate: int) -> None:
    """The house's rate is met within 8 % from slow to fast."""
    assert rate_of(Espeak(Manner(rate=rate)), Speaker()) == pytest.approx(rate, rel=0.08)


def test_regional_voices_differ() -> None:
    """North, centre and south are three sounds."""
    sounds = {Espeak(Manner()).speak(SENTENCES[0], Speaker(espeak=name)).tobytes() for name in VOICES}
    assert len(sounds) == 3


def test_comma_pause() -> None:
    """A comma is the pause that the house sets, to 30 ms."""
    for seconds in (0.4, 0.7):
        sound = Espeak(Manner(comma=seconds)).speak("Kính thưa bà con, hôm nay họp xóm.", Speaker())
        longest = max(end - start for start, end in pauses(sound, 0.12)) / RATE
        assert longest == pytest.approx(seconds, abs=0.03)


def test_same_text_same_bytes() -> None:
    """A text's sound does not depend on what was said before it, in this process or another."""
    program = (
        "import hashlib; from radio.voice import *; from radio.voice.espeak import Espeak;"
        f"print(hashlib.sha256(Espeak(Manner()).speak({SENTENCES[0]!r}, Speaker()).tobytes()).hexdigest())"
    )
    engine = Espeak(Manner())
    engine.speak(SENTENCES[1], Speaker())
    here = hashlib.sha256(engine.speak(SENTENCES[0], Speaker()).tobytes()).hexdigest()
    there = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert there.stdout.strip() == here


def test_threads_take_turns() -> None:
    """Four threads speak at once, and each gets its own text."""
    engine = Espeak(Manner())
    texts = [*SENTENCES, "Xin hết."] * 4
    alone = {text: engine.speak(text, Speaker()).tobytes() for text in texts}
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: engine.speak(text, Speaker()).tobytes(), texts))
    assert together == [alone[text] for text in texts]


def test_unknown_voice() -> None:
    """A voice that espeak does not have is an error, not another voice."""
    with pytest.raises(VoiceError, match="vi-vn-x-west"):
        Espeak(Manner()).speak("Xin chào.", Speaker(espeak="vi-vn-x-west"))


def test_deep_installation(tmp_path: Path) -> None:
    """A data path too long for the library is reached by a short link, and the voice is the same."""
    import espeakng_loader

    deep = tmp_path / ("d" * 90) / ("e" * 90)
    deep.mkdir(parents=True)
    data = deep / "espeak-ng-data"
    data.symlink_to(espeakng_loader.get_data_path())
    link = espeak_library.short_path(data)
    assert len(os.fsencode(data)) > 160 > len(os.fsencode(link))
    program = (
        "import espeakng_loader, sys; espeakng_loader.get_data_path = lambda: sys.argv[1];"
        "from radio.voice import *; from radio.voice.espeak import Espeak;"
        "import hashlib;"
        f"print(hashlib.sha256(Espeak(Manner()).speak({SENTENCES[0]!r}, Speaker()).tobytes()).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", program, data], capture_output=True, text=True, check=True)
    here = hashlib.sha256(Espeak(Manner()).speak(SENTENCES[0], Speaker()).tobytes()).hexdigest()
    assert there.stdout.strip() == here


def test_consonants_are_whole() -> None:
    """Trimming takes nothing that can be heard: what it cuts away holds under 0.2 % of the energy."""
    for word in ("Xã.", "Phát.", "Học.", "Sách.", "Khách.", "Thưa."):
        (raw,) = espeak_library.synthesise([word], "vi", 111)
        whole = np.pad(reshape(np.frombuffer(raw, np.int16), espeak_library.RATE), RATE // 5)
        kept = trim(whole)
        assert len(kept) < len(whole) - RATE // 4
        assert np.sum(kept.astype(float) ** 2) == pytest.approx(np.sum(whole.astype(float) ** 2), rel=2e-3)


@pytest.mark.parametrize("text", ["Mục đích", "Yêu cầu", "Bắt đầu từ đâu?"])
def test_short_headings_do_not_rush(text: str) -> None:
    """Two short syllables take at least 0.8 of the time that two syllables of a notice take."""
    seconds = len(Espeak(Manner()).speak(text, Speaker())) / RATE
    assert seconds > 0.8 * syllables(text) * 60 / 170
