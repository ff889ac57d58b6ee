"""Which voices go on air: the house's choice holds from the list to the loudspeaker."""

import json
from pathlib import Path

import mutagen
import pytest
import trustme

from radio.house import open_house
from radio.mix.mp3 import decode

from . import houses
from .command import data, radio
from .voice.service import Answer, Asked, Service, sound
from .voice.tiny import build

DATE = "2026-12-01"
REHEARSED = houses.SCHEDULE.replace(
    'engines = ["espeak"]',
    'engines = ["piper", "espeak"]\non_air = ["espeak"]\n\n[voice.piper]\nmodel = "thu.onnx"',
)


def house(tmp_path: Path, schedule: str = REHEARSED, voice: bool = True) -> Path:
    root = houses.make(tmp_path / "house", schedule)
    if voice:
        build(root / "voices" / "thu.onnx")
    return root


def rows(root: Path) -> dict[str, dict]:
    return {row["name"]: row for row in data("voices", house=root)}


def spoken_by(root: Path) -> set[str]:
    """What the built items say about their voice."""
    found = set()
    for path in (root / "var" / "items").glob("*.mp3"):
        tags = mutagen.File(path).tags
        found |= {
            engine
            for engine in ("piper", "espeak", "gtts")
            for frame in tags.values()
            if engine in str(frame)
        }
    return found


def test_the_list_says_what_is_ready_and_what_may_go_on_air(tmp_path: Path):
    found = rows(house(tmp_path))
    assert list(found) == ["piper", "espeak", "gtts", "http", "recorded"]
    assert {name for name, row in found.items() if row["on_air"]} == {"espeak", "recorded"}
    assert {name for name, row in found.items() if not row["ready"]} == {"http"}
    assert "[voice.http]" in found["http"]["reason"]
    assert "thu.onnx" in found["piper"]["about"] and "tiếng Tày" in found["recorded"]["about"]
    text = radio("voices", house=tmp_path / "house").stdout
    assert "rehearsal" in text and "not ready" in text and "[voice.http]" in text and "[voice.piper]" in text


def test_a_voice_for_rehearsal_is_heard_by_the_editor_and_never_built(tmp_path: Path):
    root = house(tmp_path)
    saved = tmp_path / "x.mp3"
    result = radio("listen", "hop-xom", "--voice", "piper", "--save", saved, house=root)
    assert "piper is a voice for rehearsal" in result.stdout
    assert spoken_by(root) == {"piper"}
    plain = radio("listen", "hop-xom", "--save", tmp_path / "y.mp3", house=root).stdout
    assert "is a voice for" not in plain and saved.read_bytes() != (tmp_path / "y.mp3").read_bytes()
    radio("approve", "--all", "--by", "A", "--yes", house=root)
    for item in (root / "var" / "items").glob("*.mp3"):
        item.unlink()
    [outcome] = data("build", DATE, house=root)
    assert not outcome["failed"] and outcome["notes"] == []
    assert spoken_by(root) == {"espeak"}


def test_a_script_cannot_call_a_voice_on_air_that_is_not(tmp_path: Path):
    root = house(tmp_path)
    path = root / "scripts" / "hop-xom.md"
    path.write_text(path.read_text("utf-8").replace("genre =", 'voice = "piper"\ngenre ='), "utf-8")
    [warning] = open_house(root).problems
    assert warning.warning and warning.line == 4 and "piper" in warning.message and "espeak" in warning.hint
    radio("listen", "hop-xom", "--save", tmp_path / "x.mp3", house=root)
    assert spoken_by(root) == {"espeak"}


def test_every_speaker_of_the_house_is_heard(tmp_path: Path):
    """The sample names each of them; by the tiny voice as by the built-in one."""
    root = house(tmp_path)
    for name in ("piper", "espeak"):
        saved = tmp_path / f"{name}.mp3"
        shown = radio("voices", "--hear", name, "--save", saved, house=root).stdout
        assert ("is a voice for" in shown) == (name == "piper")
        assert sum(len(block) for block in decode(saved.read_bytes())) / 48_000 > 10
    radio("voices", "--save", tmp_path / "x.mp3", house=root, check=2)


def test_a_voice_on_air_whose_files_are_missing_is_told_and_the_next_one_speaks(tmp_path: Path):
    root = house(tmp_path, REHEARSED.replace('on_air = ["espeak"]\n', ""), voice=False)
    shown = radio("check", house=root).stdout
    assert "schedule.toml" in shown and "thu.onnx" in shown and "radio voices" in shown
    radio("approve", "--all", "--by", "A", "--yes", house=root)
    [outcome] = data("build", DATE, house=root)
    assert not outcome["failed"] and spoken_by(root) == {"espeak"}
    assert len(outcome["notes"]) == 1 and "thu.onnx" in outcome["notes"][0]


@pytest.mark.parametrize("arguments", [("--hear", "http"), ("--hear", "piper")])
def test_a_voice_that_cannot_be_heard_says_why(tmp_path: Path, arguments: tuple[str, ...]):
    root = house(tmp_path, voice=False)
    result = radio("voices", *arguments, "--save", tmp_path / "x.mp3", house=root, check=1)
    assert result.stderr.startswith("error: ") and not (tmp_path / "x.mp3").exists()


LICENSED = """engines = ["http", "espeak"]

[voice.http]
address = "%s/v1/tts"
headers = { Content-Type = "application/json", Api-Key = "{key}" }
body = '{"input": "{text}", "voice": "{speaker}"}'
speaker = "nu"
key_env = "GIONG_NOI_KEY"
"""
KEY = "s3cret-of-the-house"


def test_a_licensed_service_speaks_for_the_house_and_its_key_stays_in_the_environment(tmp_path: Path):
    """A whole build by the service on loopback: no file of the house and no output holds the key."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    service = Service(authority.issue_cert("localhost"), _spoken)
    environment = {"REQUESTS_CA_BUNDLE": str(tmp_path / "ca.pem"), "NO_PROXY": "localhost"}
    schedule = houses.SCHEDULE.replace('engines = ["espeak"]', LICENSED % service.url)
    schedule = schedule.replace('name = "Khách mời"', 'name = "Khách mời"\nhttp = "nam"')
    body = "MC: Mời bà con nghe.\n\nKhách mời: Xin chào bà con."
    root = houses.make(tmp_path / "house", schedule, {"hoi": houses.script("Phỏng vấn", body)})
    radio("approve", "--all", "--by", "A", "--yes", house=root)
    try:
        first = radio("build", DATE, house=root, **environment)
        assert "GIONG_NOI_KEY" in first.stdout and spoken_by(root) == {"espeak"}
        assert service.asked == []
        second = radio("build", DATE, house=root, **environment, GIONG_NOI_KEY=KEY)
        voices = {json.loads(asked.body)["voice"] for asked in service.asked}
        assert voices == {"nu", "nam"} and {asked.headers["Api-Key"] for asked in service.asked} == {KEY}
        asked = len(service.asked)
        third = radio("build", DATE, house=root, **environment)
        assert len(service.asked) == asked and "GIONG_NOI_KEY" not in third.stdout
    finally:
        service.close()
    assert "http" in {str(frame) for path in (root / "var/items").glob("*.mp3") for frame in _tags(path)}
    kept = b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())
    assert KEY.encode() not in kept and KEY not in second.stdout + second.stderr


def _spoken(_number: int, asked: Asked) -> Answer:
    if asked.headers.get("Api-Key") != KEY:
        return 401, b""
    request = json.loads(asked.body)
    return 200, sound(request["input"], request["voice"])


def _tags(path: Path) -> list[object]:
    return list(mutagen.File(path).tags.values())
