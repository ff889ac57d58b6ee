"""The sample house's sound, measured: the shipped files with ffmpeg, the code by rendering again."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from radio.mix.synth import opus
from radio.mix.synth.instruments import BAND, RATE, hertz
from radio.mix.synth.render import render
from radio.mix.synth.score import Piece, ScoreError, load, piece
from radio.problem import RadioError
from tests.mix import measuring

ROOT = Path(__file__).parents[2]
AUDIO = ROOT / "audio"
PIECES = {made.name: made for made in load()}
SECONDS = {
    "nhac-hieu": (8, 12),
    "mo-dau": (4, 6),
    "ket-thuc": (5, 8),
    "nhac-cat-1": (1.5, 3),
    "nhac-cat-2": (1.5, 3),
    "nhac-cat-3": (1.5, 3),
    "nhac-nen-1": (24, 40),
    "nhac-nen-2": (24, 40),
    "nhac-lap-1": (60, 120),
    "nhac-lap-2": (60, 120),
    "nhac-lap-3": (60, 120),
    "chuyen-muc-hoc-tap": (4, 6),
    "bao-dong": (6, 7),
    "chuong-gio": (3, 5),
}
LOOPS = [name for name in PIECES if PIECES[name].loop]
MUSIC = [name for name in PIECES if PIECES[name].kind != "tone"]

Sound = npt.NDArray[np.float64]
each = pytest.mark.parametrize("name", PIECES)


@pytest.fixture(scope="module")
def heard() -> dict[str, Sound]:
    """What a player decodes from each shipped file."""
    return {name: opus.decode((AUDIO / f"{name}.opus").read_bytes()) for name in PIECES}


def test_every_wanted_piece_has_a_score_and_a_file() -> None:
    assert set(PIECES) == set(SECONDS)
    assert all((AUDIO / f"{name}.opus").is_file() for name in PIECES)


def test_files_are_small() -> None:
    sizes = [(AUDIO / f"{name}.opus").stat().st_size for name in PIECES]
    assert max(sizes) < 1_000_000
    assert sum(sizes) < 5_000_000


@each
def test_length_fits_its_use_and_is_exact_to_the_sample(name: str, heard: dict[str, Sound]) -> None:
    shortest, longest = SECONDS[name]
    assert len(heard[name]) == round(PIECES[name].seconds * RATE)
    assert shortest <= len(heard[name]) / RATE <= longest


@each
def test_loudness_and_true_peak_by_ffmpeg(name: str) -> None:
    level = measuring.level(AUDIO / f"{name}.opus")
    assert level.lufs == pytest.approx(-16, abs=0.2)
    assert level.dbtp <= -2.0


def test_our_meter_agrees_with_ffmpeg(heard: dict[str, Sound]) -> None:
    theirs = measuring.level(AUDIO / "nhac-hieu.opus")
    ours = opus.measure(heard["nhac-hieu"])
    assert ours.lufs == pytest.approx(theirs.lufs, abs=0.1)
    assert ours.dbtp == pytest.approx(theirs.dbtp, abs=0.2)


def test_ffmpeg_hears_the_same_samples_as_we_do(heard: dict[str, Sound]) -> None:
    """Above all the loops, whose files say themselves which samples to drop."""
    for name in LOOPS:
        theirs = measuring.samples(AUDIO / f"{name}.opus")
        assert len(theirs) == len(heard[name])
        assert np.abs(theirs - heard[name]).max() < 1e-3


@each
def test_no_clipping_no_dc_and_sound_at_once(name: str, heard: dict[str, Sound]) -> None:
    sound = heard[name]
    assert np.abs(sound).max() < 0.9
    assert abs(sound.mean()) < 1e-4
    assert np.argmax(np.abs(sound) > 0.01) < 0.03 * RATE


@each
def test_ends_in_silence_unless_it_loops(name: str, heard: dict[str, Sound]) -> None:
    end = _decibels(heard[name][-RATE // 20 :])
    assert (end > -30) if PIECES[name].loop else (end < -50)


@each
def test_a_horn_can_carry_it(name: str, heard: dict[str, Sound]) -> None:
    spectrum, frequency = _spectrum(heard[name])
    inside = (frequency > 200) & (frequency < 6_000)
    assert spectrum[inside].sum() > 0.94 * spectrum.sum()
    assert spectrum[frequency > 1_000].sum() > 0.04 * spectrum.sum()  # not a hum either


@pytest.mark.parametrize("name", LOOPS)
def test_the_join_of_a_loop_is_as_smooth_as_its_inside(name: str, heard: dict[str, Sound]) -> None:
    """A click is a burst in the second difference; the join may have no more of it than any other beat."""
    rough = np.abs(np.diff(np.tile(heard[name], 2), 2))
    join = len(heard[name])
    beat = RATE * 60 / PIECES[name].tempo
    around = 480
    at_beats = [rough[round(n * beat) - around : round(n * beat) + around].max() for n in range(4, 32, 4)]
    assert rough[join - around : join + around].max() <= max(at_beats)


def test_the_join_test_hears_a_click(heard: dict[str, Sound]) -> None:
    """The same loop encoded without what comes before and after it fails the measure above."""
    for name in LOOPS:
        sound = heard[name]
        plain = opus.decode(opus.encode(sound, "", loop=False))[: len(sound)]
        rough = [np.abs(np.diff(np.tile(x, 2), 2))[len(x) - 480 : len(x) + 480].max() for x in (sound, plain)]
        assert rough[1] > 1.5 * rough[0]


@pytest.mark.parametrize("name", LOOPS)
def test_a_bed_keeps_one_loudness(name: str, heard: dict[str, Sound]) -> None:
    """Windows of 3 s all through it, also across the join, stay within 1 LU of the whole."""
    twice = np.tile(heard[name], 2)
    starts = range(0, len(heard[name]), 2 * RATE)
    assert all(abs(opus.measure(twice[at : at + 3 * RATE]).lufs + 16) < 1 for at in starts)


@pytest.mark.parametrize("name", MUSIC)
def test_music_moves_and_is_no_single_sine(name: str, heard: dict[str, Sound]) -> None:
    loudest = _loudest_hertz(heard[name])
    assert len(set(np.round(12 * np.log2(loudest / 440)))) >= 3  # different pitches lead in turn
    spectrum, _frequency = _spectrum(heard[name])
    order = np.sort(spectrum)[::-1]
    assert order[:20].sum() < 0.9 * order.sum()


def test_the_alert_is_two_tones_in_turn(heard: dict[str, Sound]) -> None:
    beat = 60 / PIECES["bao-dong"].tempo
    tones = [hertz(note.keys[0]) for note in PIECES["bao-dong"].parts[0].notes]
    assert len(set(tones)) == 2
    for number, tone in enumerate(tones):
        middle = heard["bao-dong"][round((number + 0.2) * beat * RATE) : round((number + 0.8) * beat * RATE)]
        spectrum, frequency = _spectrum(middle)
        assert frequency[spectrum.argmax()] == pytest.approx(tone, abs=6)


@pytest.mark.parametrize("name", ["tinh", "sao", "chuong", "nen", "coi"])
@pytest.mark.parametrize("key", [57, 69, 83])
def test_instruments_are_in_tune_and_end_quietly(name: str, key: int) -> None:
    sound = BAND[name].play(key, 1.0)
    spectrum, frequency = _spectrum(np.pad(sound[: RATE + RATE // 5], (0, 5 * RATE)))
    near = np.abs(frequency / hertz(key) - 1) < 0.03
    assert frequency[near][spectrum[near].argmax()] == pytest.approx(hertz(key), rel=0.006)
    assert abs(sound[0]) < 0.01
    assert abs(sound[-1]) < 0.01


@pytest.mark.parametrize("name", ["nhac-lap-1", "nhac-lap-2", "nhac-lap-3"])
def test_fill_is_a_piece_whose_phrases_breathe(name: str, heard: dict[str, Sound]) -> None:
    """Four sections of two phrases; most phrases' last 0.15 s are quieter than the phrase's own average."""
    made = PIECES[name]
    assert made.beats == pytest.approx(8 * made.phrase_beats)
    length = made.phrase_seconds * RATE
    quieter = 0
    for number in range(8):
        phrase = heard[name][round(number * length) : round((number + 1) * length)]
        quieter += _decibels(phrase[-round(0.15 * RATE) :]) < _decibels(phrase)
    assert quieter >= 6


def test_the_command_gives_the_shipped_files_byte_for_byte(tmp_path: Path) -> None:
    """Run as a process of its own; the bytes hold on the av build that the shipped files were made with."""
    names = ["nhac-cat-1", "nhac-cat-2", "chuong-gio", "nhac-nen-2"]
    for folder in ("one", "two"):
        command = [sys.executable, "-m", "radio.mix.synth", str(tmp_path / folder), *names]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    for name in names:
        made = (tmp_path / "one" / f"{name}.opus").read_bytes()
        assert made == (tmp_path / "two" / f"{name}.opus").read_bytes()
        shipped = opus.decode((AUDIO / f"{name}.opus").read_bytes())
        again = opus.decode(made)
        assert len(again) == len(shipped)
        assert np.corrcoef(again, shipped)[0, 1] > 0.999
    assert sorted(path.suffix for path in (tmp_path / "one").iterdir()) == [*[".opus"] * 4, ".toml"]


def test_the_command_keeps_an_edited_list(tmp_path: Path) -> None:
    (tmp_path / "audio.toml").write_text("# ours\n")
    command = [sys.executable, "-m", "radio.mix.synth", str(tmp_path), "nhac-cat-1"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert (tmp_path / "audio.toml").read_text() == "# ours\n"


def test_an_unknown_name_is_a_usage_error(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "radio.mix.synth", str(tmp_path), "nhac-khong-co"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 2
    assert "nhac-khong-co" in run.stderr
    assert not list(tmp_path.iterdir())


def test_the_list_of_files_tells_the_truth() -> None:
    listed = tomllib.loads((AUDIO / "audio.toml").read_text("utf-8"))
    for name, made in PIECES.items():
        row = listed[f"{name}.opus"]
        assert (row["title"], row["kind"], row.get("loop", False)) == (made.title, made.kind, made.loop)
        assert row.get("phrase_seconds", 0) == pytest.approx(made.phrase_seconds, abs=0.001)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("| D5:1 E5:1 G5:1 |", "bar 1: -1.00 beats"),
        ("| D5:4 | H5:4 |", "bar 2: 'H5:4'"),
        ("| la |", "'la'"),
    ],
)
def test_a_slip_in_a_score_names_its_place(line: str, complaint: str) -> None:
    with pytest.raises(ScoreError, match="thu, A, tinh") as raised:
        _piece(section={"A": {"tinh": line}})
    assert complaint in str(raised.value)


def test_parts_of_unequal_length_and_strange_players_are_errors() -> None:
    with pytest.raises(ScoreError, match="differ in length"):
        _piece(mix={"tinh": 0, "sao": 0}, section={"A": {"tinh": "| D5:4 |", "sao": "| D5:4 | D5:4 |"}})
    with pytest.raises(ScoreError, match="not in the mix"):
        _piece(section={"A": {"sao": "| D5:4 |"}})


def test_a_loop_wraps_what_rings_past_its_end() -> None:
    """A note struck in the last beat is heard at the loop's beginning, and only there is a loop different."""
    line = {"A": {"tinh": "| -:3.5 D5:.5 |"}}
    looped, once = (render(_piece(section=line, loop=loop, tempo=120)) for loop in (True, False))
    assert _decibels(looped[: RATE // 5]) > -40
    assert _decibels(once[: RATE // 5]) < -100


@pytest.mark.parametrize("made", [np.zeros(RATE), np.eye(1, RATE)[0]])
def test_a_sound_that_cannot_be_levelled_is_refused(made: Sound) -> None:
    with pytest.raises(RadioError, match="thử: stays at"):
        opus.levelled(made, "thử", loop=False)


def _piece(**changes: Any) -> Piece:
    table = {"title": "Thử", "kind": "sting", "tempo": 60, "tail": 0.5, "form": ["A"], "mix": {"tinh": 0}}
    if changes.get("loop"):
        table["tail"] = 0
    return piece("thu", {**table, **changes})


def _decibels(sound: Sound) -> float:
    return float(10 * np.log10(np.mean(sound**2) + 1e-15))


def _spectrum(sound: Sound) -> tuple[Sound, Sound]:
    power = np.asarray(np.abs(np.fft.rfft(sound)) ** 2, dtype=np.float64)
    return power, np.asarray(np.fft.rfftfreq(len(sound), 1 / RATE), dtype=np.float64)


def _loudest_hertz(sound: Sound) -> Sound:
    """The loudest frequency of every tenth of a second that is not silent."""
    window = np.hanning(RATE // 5)
    starts = range(0, len(sound) - len(window), RATE // 10)
    pieces = [sound[at : at + len(window)] * window for at in starts]
    spectra = [np.abs(np.fft.rfft(part, RATE)) for part in pieces if _decibels(part) > -45]
    return np.array([200 + np.argmax(spectrum[200:6_000]) for spectrum in spectra], dtype=np.float64)
