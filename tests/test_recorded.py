"""Bulletins read by a person: Vietnamese ones, and versions in other languages that no machine voice may read."""

import json
import wave
from pathlib import Path

import mutagen
import numpy as np
import pytest

from radio.approval import with_approval
from radio.house import OpenHouse, open_house
from radio.mix.mp3 import decode
from radio.script import Approval
from radio.voice import Manner, Speaker
from radio.voice.espeak import Espeak

from . import houses
from .command import data, radio
from .houses import script

DATE = "2026-12-01"
LEADER = "Nguyễn Thị Thử, Chủ tịch"
TAY = {
    "language": '"tay"',
    "translation_of": '"hop-xom"',
    "recording": '"hop-xom-tay.wav"',
    "read_by": '"Nông Thị Lan, xã Trường Hà"',
}
WORDS = "Xo hảo pỉ noọng."
"""The words are the tests' own stand-in; nothing here reads them aloud."""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    scripts = {**houses.SCRIPTS, "hop-xom-tay": script("Họp xóm (tiếng Tày)", WORDS, **TAY)}
    root = houses.make(tmp_path / "house", scripts=scripts)
    recorded(root / "audio" / "hop-xom-tay.wav")
    return root


def recorded(path: Path, pitch: float = 2.0) -> float:
    """A stand-in for a person's recording, with room before and after; returns the seconds of speech in it."""
    text = "Mời bà con trong xóm đến họp. Cuộc họp bắt đầu lúc bảy giờ ba mươi phút."
    pcm = Espeak(Manner()).speak(text, Speaker(pitch=pitch))
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes(np.pad(pcm, 48_000).astype("<i2").tobytes())
    return len(pcm) / 48_000


def length(path: Path) -> float:
    """Seconds of sound in an MP3."""
    return sum(len(block) for block in decode(path.read_bytes())) / 48_000


def standing(root: Path, name: str = "hop-xom-tay") -> str:
    return open_house(root).script(name).standing


def approve(root: Path) -> None:
    """As ``radio approve --all`` does it, without a process for each."""
    for ready in open_house(root).scripts:
        if ready.spoken:
            path = root / ready.bulletin.file
            approval = Approval(LEADER, "2026-11-30T08:00:00+07:00", ready.content)
            path.write_text(with_approval(path.read_text("utf-8"), approval), "utf-8")


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / "scripts" / f"{name}.md"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def warnings(opened: OpenHouse) -> list[str]:
    assert all(problem.warning for problem in opened.problems)
    return [f"{problem.file}:{problem.line} {problem.message}" for problem in opened.problems]


def aired(root: Path, outcome: dict) -> set[str]:
    return {cue["title"] for one in outcome["stations"] for slot in one["slots"] for cue in slot["cues"]}


def test_a_recorded_translation_airs_beside_the_vietnamese(house: Path):
    """The recording is the whole item, no engine speaks for it, and the contents name it in Vietnamese."""
    approve(house)
    [outcome] = data("build", DATE, house=house)
    assert not outcome["failed"]
    assert {"Họp xóm", "Họp xóm (tiếng Tày)"} <= aired(house, outcome)
    manifest = outcome["stations"][0]
    [cue] = [c for s in manifest["slots"] for c in s["cues"] if c["title"] == "Họp xóm (tiếng Tày)"][:1]
    path = house / "var" / "items" / f"{cue['item']}.mp3"
    seconds = recorded(house / "again.wav")
    assert seconds <= length(path) < seconds + 1  # of the 2 s of silence around it little is left
    assert not any("espeak" in str(frame) for frame in mutagen.File(path).tags.values())


def test_no_machine_voice_reads_a_language_that_it_does_not_know(house: Path):
    """Without the recording nothing of the script is said: reported, the Vietnamese airs, and nothing has failed."""
    (house / "audio" / "hop-xom-tay.wav").unlink()
    assert open_house(house).script("hop-xom-tay").spoken == ()
    [warning] = warnings(open_house(house))
    assert warning.startswith("scripts/hop-xom-tay.md:8 ") and "only the Vietnamese" in warning
    radio("approve", "--all", "--by", LEADER, "--yes", house=house)
    assert standing(house) == "unapproved" and standing(house, "hop-xom") == "approved"
    result = radio("build", DATE, "--json", house=house)
    [outcome] = json.loads(result.stdout)
    assert "Họp xóm" in aired(house, outcome) and "Họp xóm (tiếng Tày)" not in aired(house, outcome)
    [row] = [row for row in outcome["left_out"] if row["file"] == "scripts/hop-xom-tay.md"]
    assert row["reason"].startswith("not recorded") and not row["failed"]
    assert "hop-xom-tay.wav" in result.stderr
    assert (
        "no machine voice" in radio("listen", "hop-xom-tay", "--save", "x.mp3", house=house, check=1).stderr
    )


def test_a_translation_waiting_for_its_recording_is_reported(house: Path):
    edit(house, "hop-xom-tay", 'recording = "hop-xom-tay.wav"\n', "")
    [warning] = warnings(open_house(house))
    assert warning.startswith("scripts/hop-xom-tay.md:6 ") and "tiếng Tày" in warning
    result = radio("approve", "hop-xom-tay", "--by", LEADER, "--yes", house=house, check=1)
    assert "nothing to approve" in result.stderr


@pytest.mark.parametrize(
    "change",
    [
        lambda root: recorded(root / "audio" / "hop-xom-tay.wav", 2.1),
        lambda root: edit(root, "hop-xom-tay", "Nông Thị Lan", "Hoàng Thị Mai"),
        lambda root: edit(root, "hop-xom-tay", WORDS, f"{WORDS} Slắc bươn."),
        lambda root: edit(root, "hop-xom", "7h30", "8h"),
        lambda root: (root / "audio" / "hop-xom-tay.wav").unlink(),
    ],
    ids=[
        "the recording's bytes",
        "who vouches",
        "the words",
        "the Vietnamese words",
        "the recording is gone",
    ],
)
def test_an_approval_covers_the_recording_who_vouches_and_what_was_translated(house: Path, change):
    approve(house)
    assert standing(house) == "approved"
    change(house)
    assert standing(house) == "changed"


def test_a_translation_is_not_aired_without_its_original(house: Path):
    approve(house)
    radio("approve", "hop-xom", "--revoke", house=house)
    [outcome] = data("build", DATE, house=house)
    reasons = {row["file"]: row["reason"] for row in outcome["left_out"]}
    assert reasons["scripts/hop-xom-tay.md"] == "its Vietnamese original is not aired"
    assert "Họp xóm (tiếng Tày)" not in aired(house, outcome)


def test_the_contents_announce_it_in_vietnamese(house: Path):
    """What is written in its front matter is not read out: the announcer says its original's title and language."""
    schedule = house / "schedule.toml"
    place = '{ part = "bulletins"'
    contents = f'{{ part = "contents", text = "Hôm nay có những tin sau. {{titles}}" }},\n  {place}'
    schedule.write_text(schedule.read_text("utf-8").replace(place, contents), "utf-8")
    edit(house, "hop-xom-tay", "Họp xóm (tiếng Tày)", WORDS)
    approve(house)
    data("build", DATE, house=house)
    texts = [str(mutagen.File(path).tags) for path in (house / "var" / "items").glob("*.mp3")]
    [announced] = [text for text in texts if "Hôm nay có" in text]
    assert "Họp xóm, bằng tiếng Tày." in announced and WORDS not in announced


def test_the_leader_sees_who_reads_and_the_words(house: Path):
    shown = radio("approve", "hop-xom-tay", "--by", LEADER, house=house, check=None).stdout
    assert "[[audio: hop-xom-tay.wav]] (Nông Thị Lan, xã Trường Hà)" in shown and WORDS in shown


def test_a_vietnamese_bulletin_may_be_recorded_too(house: Path):
    """Without its recording a machine voice reads it, but only after that has been approved."""
    edit(house, "mua-lon", "genre =", 'recording = "mua.wav"\nread_by = "Lý Thị Hoa"\ngenre =')
    [warning] = warnings(open_house(house))
    assert "a machine voice reads the text" in warning
    approve(house)
    assert standing(house, "mua-lon") == "approved"
    seconds = recorded(house / "audio" / "mua.wav")
    assert standing(house, "mua-lon") == "changed" and not warnings(open_house(house))
    approve(house)
    saved = house / "x.mp3"
    radio("listen", "mua-lon", "--save", saved, house=house)
    assert seconds <= length(saved) < seconds + 1


def test_a_recording_in_which_there_is_nothing_is_an_error(house: Path):
    (house / "audio" / "hop-xom-tay.wav").write_bytes(b"RIFF")
    result = radio("check", house=house, check=1)
    assert "scripts/hop-xom-tay.md:8" in result.stdout


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('translation_of = "hop-xom"', 'translation_of = "hop"', 7),
        ('translation_of = "hop-xom"', 'translation_of = "hop-xom-tay"', 7),
        ('language = "tay"', 'language = "vi"', 7),
        ('language = "tay"', 'language = "thai"', 6),
        ('read_by = "Nông Thị Lan, xã Trường Hà"\n', "", 8),
    ],
)
def test_a_version_that_cannot_be_linked_is_a_mistake_at_its_line(house: Path, old: str, new: str, line: int):
    edit(house, "hop-xom-tay", old, new)
    problems = [problem for problem in open_house(house).problems if not problem.warning]
    assert [(problem.file, problem.line) for problem in problems] == [("scripts/hop-xom-tay.md", line)]
    radio("check", house=house, check=1)
