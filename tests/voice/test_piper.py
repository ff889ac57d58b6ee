"""The real piper with a tiny voice that the test builds: the contract, its voices, and what can be missing."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from radio.voice import (
    ClipStore,
    Manner,
    PiperSetup,
    Setup,
    Speaker,
    Studio,
    Voice,
    VoiceDown,
    VoiceError,
    open_studio,
)
from radio.voice.espeak import Espeak
from radio.voice.piper import Piper

from .contract import NOTICES, SENTENCES, VoiceContract, centre, rate_of
from .tiny import SAMPLES, build


@pytest.fixture(scope="module")
def voices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("voices")
    build(folder / "thu.onnx")
    build(folder / "hai.onnx", people=2)
    return folder


def piper(voices: Path, model: str = "thu.onnx", **manner: float) -> Piper:
    return Piper(Manner(**manner), PiperSetup(voices, model))  # type: ignore[arg-type]


class TestPiper(VoiceContract):
    @pytest.fixture
    def voice(self, voices: Path) -> Voice:
        return piper(voices)


def test_the_voice_is_tiny(voices: Path) -> None:
    assert (voices / "thu.onnx").stat().st_size < 8_000


@pytest.mark.parametrize("own", [SAMPLES // 2, SAMPLES * 3 // 2])
def test_a_fast_and_a_slow_voice_are_brought_to_the_rate(tmp_path: Path, own: int) -> None:
    """The voice's own pace is measured, not assumed."""
    build(tmp_path / "v.onnx", samples=own)
    assert 150 <= rate_of(piper(tmp_path, "v.onnx"), Speaker()) <= 170


@pytest.mark.parametrize("rate", [120, 200])
def test_rate_is_a_setting(voices: Path, rate: int) -> None:
    assert rate_of(piper(voices, rate=rate), Speaker()) == pytest.approx(rate, rel=0.08)


def test_people_of_one_voice_file_and_other_files(voices: Path) -> None:
    """A speaker may be another person of the file, or have a file of his own."""
    engine = piper(voices, "hai.onnx")
    text = NOTICES[5]
    first, second = (centre(engine.speak(text, Speaker(piper_speaker=number))) for number in (0, 1))
    assert second / first == pytest.approx(1.5, rel=0.05)
    own = centre(engine.speak(text, Speaker(piper="thu.onnx")))
    assert own == pytest.approx(first, rel=0.03)
    settings = {
        engine.settings(one) for one in (Speaker(), Speaker(piper_speaker=1), Speaker(piper="thu.onnx"))
    }
    assert len(settings) == 3


def test_another_voice_file_is_another_clip(tmp_path: Path) -> None:
    """Exchanging the bytes behind a file name makes every clip anew, in the next run."""
    settings = set()
    for samples in (700, 900):
        folder = build(tmp_path / str(samples) / "v.onnx", samples=samples).parent
        settings.add(piper(folder, "v.onnx").settings(Speaker()))
    assert len(settings) == 2


def test_lives_beside_the_embedded_engine(voices: Path) -> None:
    """Both bring an espeak-ng of their own; neither disturbs the other in one process."""
    one, other = piper(voices), Espeak(Manner())
    alone = [engine.speak(SENTENCES[0], Speaker()) for engine in (one, other)]
    for _round in range(3):
        for engine, before in zip((one, other), alone, strict=True):
            assert np.array_equal(engine.speak(SENTENCES[0], Speaker()), before)


def test_brackets_are_no_phonemes(voices: Path) -> None:
    """Piper would take "[[…]]" for phonemes: a text can never say it that way."""
    engine = piper(voices)
    assert len(engine.speak("Xin chào [[bà con]] xóm.", Speaker())) == pytest.approx(
        len(engine.speak("Xin chào bà con xóm.", Speaker())), rel=0.25
    )


def broken(tmp_path: Path, case: str) -> PiperSetup | None:
    path = build(tmp_path / "v.onnx")
    if case == "no json":
        path.with_name("v.onnx.json").unlink()
    elif case == "damaged":
        path.write_bytes(path.read_bytes()[:500])
    elif case == "no voice at all":
        path.write_bytes(b"")
    elif case == "json damaged":
        path.with_name("v.onnx.json").write_text("{}")
    return None if case == "not set up" else PiperSetup(tmp_path, "w.onnx" if case == "no file" else "v.onnx")


@pytest.mark.parametrize(
    "case", ["not set up", "no file", "no json", "damaged", "no voice at all", "json damaged"]
)
def test_what_is_missing_is_said_and_another_engine_speaks(tmp_path: Path, case: str) -> None:
    setup = broken(tmp_path, case)
    studio = open_studio(["piper", "espeak"], tmp_path / "clips", Setup(piper=setup))
    voiced = studio.voice([(text, Speaker()) for text in SENTENCES])
    assert voiced.engine == "espeak"
    assert len(studio.notes) == 1 and studio.notes[0].startswith("piper: ")
    expected = {"not set up": r"\[voice.piper\]", "no file": "w.onnx", "no json": "v.onnx.json"}
    with pytest.raises(VoiceDown, match=expected.get(case, "v.onnx")):
        Piper(Manner(), setup).speak(SENTENCES[0], Speaker())


def test_without_the_extra(tmp_path: Path) -> None:
    """On a machine without piper-tts the note says what to install, and another engine speaks."""
    build(tmp_path / "v.onnx")
    program = (
        "import sys, importlib.metadata as m; from pathlib import Path; sys.modules['piper'] = None\n"
        "real = m.version\n"
        "def version(name):\n"
        "    if name == 'piper-tts': raise m.PackageNotFoundError(name)\n"
        "    return real(name)\n"
        "m.version = version\n"
        "from radio.voice import *\n"
        "folder = Path(sys.argv[1])\n"
        "studio = open_studio(['piper', 'espeak'], folder / 'clips', Setup(piper=PiperSetup(folder, 'v.onnx')))\n"
        "print(studio.voice([('Xin chào bà con.', Speaker())]).engine, studio.notes)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("espeak ") and "pip install piper-tts" in done.stdout


def test_a_person_whom_the_file_does_not_hold(voices: Path, tmp_path: Path) -> None:
    """A number past the people of the file is an error that names it, and another engine speaks."""
    engine, nobody = piper(voices, "hai.onnx"), Speaker(piper_speaker=2)
    with pytest.raises(VoiceError, match=r"hai\.onnx.*2"):
        engine.speak("Xin chào.", nobody)
    assert (
        Studio([engine, Espeak(Manner())], ClipStore(tmp_path)).voice([("Xin chào.", nobody)]).engine
        == "espeak"
    )
