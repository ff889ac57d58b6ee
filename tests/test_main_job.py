"""The main job, end to end, in the real program: a small house, real voices, real files."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest

from radio import package
from radio.files import exclusive, sha256_file
from radio.trust.rules import judge

from . import houses, needs
from .command import data, radio

DATE = "2026-11-23"


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A house whose scripts are approved, after its first ``radio today``."""
    root = houses.make(tmp_path_factory.mktemp("house") / "nha")
    radio("approve", "--all", "--yes", "--by", "Nông Văn A, Chủ tịch", house=root)
    (day,) = data("today", "--date", DATE, house=root)
    return root, day


@pytest.fixture
def house(first, tmp_path):
    """A copy of it that a test may change."""
    root = tmp_path / "nha"
    shutil.copytree(first[0], root)
    return root


def samples(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        blocks = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.concatenate(blocks, axis=1)[0]


def items(root: Path) -> dict[str, float]:
    """Each item file with its time of change."""
    return {path.name: path.stat().st_mtime_ns for path in (root / "var/items").glob("*.mp3")}


def test_every_station_gets_its_day_as_audio_that_decodes(first):
    root, day = first
    assert [one["outcome"] for one in day["pushed"]] == ["pushed", "pushed"]
    for station in ("ma-ba", "truong-ha"):
        folder = root / "var/stations" / station
        (path,) = (folder / "targets" / station).glob(f"*.{DATE}.json")
        manifest = judge(path.read_bytes(), station, houses_date(), None)
        (slot,) = manifest.slots
        kinds = [cue.kind for cue in slot.cues]
        assert kinds[:3] == ["ident", "call", "greeting"] and kinds[-1] == "farewell"
        assert "bulletins" in kinds
        assert 110 <= slot.length / package.RATE <= 120
        for item in manifest.items:
            path = folder / package.item_path(item.sha256)
            assert sha256_file(path) == item.sha256
            sound = samples(path)
            assert len(sound) >= item.offset + item.samples
            assert np.abs(sound).max() > 0.05


def houses_date():
    import datetime

    return datetime.date.fromisoformat(DATE)


def test_stations_share_items_but_each_is_called_by_its_own_name(first):
    root, day = first
    one, two = ({cue["item"]: cue for cue in station["slots"][0]["cues"]} for station in day["stations"])
    assert {one[item]["kind"] for item in set(one) - set(two)} == {"call"}
    assert len(items(root)) <= len(set(one) | set(two)) + len(houses.SCRIPTS)


def test_a_second_today_makes_and_copies_nothing(house):
    before = items(house)
    (day,) = data("today", "--date", DATE, house=house)
    assert (day["clips_made"], day["items_made"]) == (0, 0)
    assert {one["outcome"] for one in day["pushed"]} == {"unchanged"}
    assert items(house) == before


def test_an_edited_sentence_voids_the_approval_and_only_it_is_made_again(house):
    script = house / "scripts/mua-lon.md"
    heard = [cue["title"] for cue in data("plan", DATE, house=house)[0]["slots"][0]["cues"]]
    assert "Mưa lớn trên diện rộng" in heard
    script.write_text(script.read_text().replace("nước lũ", "sạt lở đất"))
    (day,) = data("today", "--date", DATE, house=house)
    assert day["left_out"][0]["title"] == "Mưa lớn trên diện rộng"
    assert "changed after it was approved" in day["left_out"][0]["reason"]
    assert day["clips_made"] == 0
    titles = [
        cue["title"] for station in day["stations"] for slot in station["slots"] for cue in slot["cues"]
    ]
    assert "Mưa lớn trên diện rộng" not in titles
    before = set(items(house))
    radio("approve", "mua-lon", "--yes", "--by", "Nông Văn A", house=house)
    (day,) = data("today", "--date", DATE, house=house)
    assert (day["clips_made"], day["items_made"]) == (1, 1)
    assert len(set(items(house)) - before) == 1


def test_nothing_unapproved_expired_or_urgent_enters_a_programme(house):
    texts = {
        "khong-duyet": houses.script("Không duyệt", "Nói."),
        "het-han": houses.script("Hết hạn", "Nói.", until="2026-11-22"),
        "khan-cap": houses.script("Khẩn cấp", "Nước lũ đang lên.", level='"emergency"'),
    }
    for name, text in texts.items():
        (house / "scripts" / f"{name}.md").write_text(text)
    radio("approve", "het-han", "khan-cap", "--yes", "--by", "A", house=house)
    (day,) = data("today", "--date", DATE, house=house)
    reasons = {row["title"]: row["reason"] for row in day["left_out"]}
    assert "not approved" in reasons["Không duyệt"]
    assert "expired" in reasons["Hết hạn"]
    assert "cut-in" in reasons["Khẩn cấp"]
    titles = {
        cue["title"] for station in day["stations"] for slot in station["slots"] for cue in slot["cues"]
    }
    assert not titles & set(reasons)


def test_all_bad_input_is_told_at_once_with_file_and_line_and_the_rest_is_aired(house):
    bad = {
        "trong": "",
        "font-cu": None,
        "trung-ten": houses.script("Họp xóm", "Nói."),
        "sai-dai": houses.script("Sai đài", "Nói.", stations='["ma-baa"]'),
        "thieu-am-thanh": houses.script("Thiếu", "[[audio: mat.mp3]]"),
        "hong": houses.script("Hỏng", "[[audio: hong.mp3]]"),
        "sai-khoa": houses.script("Sai khóa", "Nói.", sourc='"x"'),
    }
    for name, text in bad.items():
        path = house / "scripts" / f"{name}.md"
        path.write_text(text) if text is not None else path.write_bytes(b"+++\ntitle = '\xcc\xfd'\n+++\n")
    (house / "audio/hong.mp3").write_bytes(b"this is no sound at all" * 100)
    result = radio("check", house=house, check=1)
    for place, words in {
        "trong.md": "empty",
        "font-cu.md:2": "UTF-8",
        "trung-ten.md:2": "same title",
        "sai-dai.md:6": "ma-baa",
        "thieu-am-thanh.md:7": "mat.mp3",
        "hong.md:7": "hong.mp3",
        "sai-khoa.md:6": '"source"',
    }.items():
        found = [line for line in result.stdout.split("\n") if f"scripts/{place}" in line]
        assert found, f"{place} is not told in:\n{result.stdout}"
        block = result.stdout[result.stdout.index(found[0]) :][:300]
        assert words in block
    radio("approve", "hong", "--yes", "--by", "A", house=house)
    (day,) = data("today", "--date", DATE, house=house, check=1)
    assert [one["outcome"] for one in day["pushed"]] == ["unchanged", "unchanged"]
    assert [row["title"] for row in day["left_out"] if row["failed"]] == ["Hỏng"]


def test_a_schedule_that_cannot_be_used_stops_with_every_line_and_loses_nothing(house):
    before = items(house)
    schedule = house / "schedule.toml"
    schedule.write_text(
        schedule.read_text().replace('at = "05:30"', 'at = "25:30"').replace("sting.wav", "strng.wav")
        + '\n[[slto]]\nid = "x"\n'
    )
    result = radio("today", house=house, check=1)
    assert "25:30" in result.stderr and "slto" in result.stderr and '"slot"' in result.stderr
    assert items(house) == before


def test_a_missing_jingle_is_told_and_the_programme_goes_on_without_it(house):
    (house / "audio/sting.wav").unlink()
    result = radio("today", "--date", DATE, house=house, check=1)
    assert "schedule.toml:" in result.stderr and "sting.wav" in result.stderr
    assert "2 of 2 stations served" in result.stdout


def test_a_second_build_waits_outside(house):
    with exclusive(house / "var/radio.lock"):
        result = radio("today", "--date", DATE, house=house, check=1)
    assert "another radio command" in result.stderr


def test_one_unreachable_station_fails_alone(house):
    schedule = house / "schedule.toml"
    schedule.write_text(
        schedule.read_text().replace('group = "bac"', 'group = "bac"\npush = "/nowhere/usb/{id}"')
    )
    result = radio("today", "--date", DATE, house=house, check=1)
    assert "1 of 2 stations served" in result.stdout and "truong-ha" in result.stderr


def test_killed_in_the_middle_it_finishes_at_the_next_call(first, tmp_path):
    root = tmp_path / "nha"
    shutil.copytree(first[0], root, ignore=shutil.ignore_patterns("var"))
    command = [sys.executable, "-m", "radio.cli", "today", "--date", DATE, "--house", str(root)]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    for _wait in range(600):
        if list((root / "var/items").glob("*.mp3")) or process.poll() is not None:
            break
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for path in (root / "var/items").glob("*.mp3"):
        assert sha256_file(path) == path.stem, "a half-written item has a final name"
    (day,) = data("today", "--date", DATE, house=root)
    assert [one["outcome"] for one in day["pushed"]] == ["pushed", "pushed"]


def test_a_full_disk_is_said_and_leaves_nothing_half_made(first, tmp_path):
    """On a file system of 600 kB, made for this test, the build runs out of space."""
    root = tmp_path / "nha"
    shutil.copytree(first[0], root, ignore=shutil.ignore_patterns("var"))
    (root / "var").mkdir()
    check = subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "none", str(root / "var")], capture_output=True
    )
    if check.returncode:
        needs.missing("this machine lets no test mount a small file system (unshare -rm)")
    inside = (
        f'mount -t tmpfs -o size=600k none "{root}/var" && '
        f'RADIO_LANG=en "{sys.executable}" -m radio.cli today --date {DATE} --house "{root}"; echo "exit $?"; '
        f'find "{root}/var" -type f -name "*.part"; cd "{root}/var/items" 2>/dev/null && sha256sum *.mp3'
    )
    result = subprocess.run(
        ["unshare", "-rm", "sh", "-c", inside], capture_output=True, text=True, timeout=200
    )
    lines = result.stdout.strip().split("\n")
    assert "no space is left" in result.stderr, result.stderr
    assert "exit 1" in lines
    assert not [line for line in lines if line.endswith(".part")]
    for line in lines:
        if line.endswith(".mp3"):
            digest, name = line.split()
            assert name == f"{digest}.mp3"


def test_days_that_are_odd_have_their_programme(house):
    for day in ("2026-11-29", "2027-02-06", "2028-02-29", "2030-12-31"):
        (built,) = data("today", "--date", day, house=house)
        assert all(station["slots"] for station in built["stations"]), day
        assert built["stations"][0]["date"] == day


def test_late_in_the_evening_tomorrow_is_built_as_well(house):
    days = data("today", "--now", "2026-11-23T23:50", house=house)
    assert [day["date"] for day in days] == ["2026-11-23", "2026-11-24"]
    result = radio("today", "--now", "2026-11-23T23:50", house=house)
    assert "(over)" in result.stdout


def test_build_then_push_is_the_main_job_in_two_halves(house):
    data("build", "2026-11-25", house=house)
    assert not list((house / "var/stations/ma-ba").rglob("*2026-11-25*"))
    (day,) = data("push", "2026-11-25", house=house)
    assert [one["outcome"] for one in day["pushed"]] == ["pushed", "pushed"]
    assert "radio build" in radio("push", "2026-11-26", house=house, check=1).stderr


def test_one_word_without_an_end_leaves_out_one_bulletin_at_most(house):
    """A word of 300 letters once stopped the whole network's day."""
    (house / "scripts/dai.md").write_text(houses.script("Dài", f"Xem tại b{'b' * 300} nhé."))
    radio("approve", "dai", "--yes", "--by", "A", house=house)
    (day,) = data("today", "--date", DATE, house=house, check=None)
    assert [one["outcome"] for one in day["pushed"]] == ["pushed", "pushed"]


def test_a_rotten_item_is_made_again(house):
    victim = max((house / "var/items").glob("*.mp3"), key=lambda path: path.stat().st_size)
    whole = victim.read_bytes()
    victim.write_bytes(whole[:-50] + b"?" + whole[-49:])
    shutil.rmtree(house / "var/stations")
    (day,) = data("today", "--date", DATE, house=house)
    assert day["items_made"] == 1
    assert victim.read_bytes() == whole


def test_a_file_in_place_of_a_station_folder_fails_that_station_alone(house):
    shutil.rmtree(house / "var/stations/ma-ba")
    (house / "var/stations/ma-ba").write_text("no folder")
    (day,) = data("today", "--date", DATE, house=house, check=1)
    assert sorted(one["outcome"] for one in day["pushed"]) == ["failed", "unchanged"]


def test_announcements_too_long_for_the_slot_push_bulletins_out_and_the_contents_say_so(house):
    """Bulletins that the frames leave no room for are neither announced nor promised."""
    schedule = house / "schedule.toml"
    long = " ".join(["Kính thưa bà con và các bạn."] * 12)
    schedule.write_text(
        schedule.read_text()
        .replace('text = "Kính chào', f'text = "{long} Kính chào')
        .replace(
            '{ part = "bulletins"',
            '{ part = "contents", text = "Có các tin: {titles}" },\n  { part = "bulletins"',
        )
        .replace("minutes = 2", "minutes = 1.5")
    )
    (day,) = data("today", "--date", DATE, house=house)
    for station in day["stations"]:
        (slot,) = station["slots"]
        assert slot["length"] <= 90 * package.RATE
        heard = {cue["title"] for cue in slot["cues"] if cue["kind"] == "bulletins"}
        assert len(heard) < len(houses.SCRIPTS)
        contents = [cue["item"] for cue in slot["cues"] if cue["kind"] == "contents"]
        cards = [json.loads(path.read_text()) for path in (house / "var/recipes").glob("*.json")]
        for text in [card["text"] for card in cards if card["sha256"] in contents]:
            assert {
                title for title in ("Mưa lớn trên diện rộng", "Họp xóm", "Học suốt đời") if title in text
            } == heard


def test_a_slot_that_its_own_announcements_overflow_is_left_out_and_reported(house):
    schedule = house / "schedule.toml"
    schedule.write_text(schedule.read_text().replace("minutes = 2", "minutes = 0.1"))
    (day,) = data("today", "--date", DATE, house=house, check=1)
    assert [station["slots"] for station in day["stations"]] == [[], []]
    assert any("longer than the slot" in row["reason"] for row in day["left_out"] if row["failed"])


def test_check_tells_everything_also_when_a_jingle_is_missing(house):
    (house / "audio/sting.wav").unlink()
    (house / "scripts/trong.md").write_text("")
    result = radio("check", house=house, check=1)
    assert "schedule.toml:" in result.stdout and "sting.wav" in result.stdout and "trong.md" in result.stdout


def test_a_bulletin_whose_approval_was_taken_back_is_not_pushed_from_an_old_build(house):
    data("build", DATE, house=house)
    radio("approve", "hop-xom", "--revoke", house=house)
    assert "Họp xóm" in radio("push", DATE, house=house, check=1).stderr


def test_problems_of_the_house_itself_are_data_too(house):
    (house / "schedule.toml").write_text('[centre]\nid = "x"\n')
    found = data("check", house=house, check=1)
    assert {"station", "slot"} <= {word for row in found for word in re.findall(r"\w+", row["message"])}


def test_dates_out_of_the_world_are_refused_as_usage(house):
    for date in ("9999-12-31", "1/1/0001", "2026-02-30", "mai"):
        assert "date" in radio("plan", date, house=house, check=2).stderr


def test_the_unattended_centre_stops_in_the_middle_of_a_turn(first, tmp_path):
    root = tmp_path / "nha"
    shutil.copytree(first[0], root, ignore=shutil.ignore_patterns("var"))
    command = [sys.executable, "-u", "-m", "radio.cli", "run", "--days", "2", "--house", str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        for _wait in range(600):
            if (root / "var/clips").is_dir() or process.poll() is not None:
                break
            time.sleep(0.02)
        process.terminate()
        said, _none = process.communicate(timeout=100)
    assert process.returncode == 0, said


def test_messages_are_vietnamese_unless_english_is_asked_for(house):
    vietnamese = radio("check", house=house, lang="vi").stdout
    english = radio("check", house=house, lang="en").stdout
    assert "scripts can be used" in english and "scripts can be used" not in vietnamese
    assert "kịch bản" in vietnamese or "văn bản" in vietnamese
    assert "Cách dùng" in radio("today", "--help", lang="vi").stdout


def test_listen_saves_exactly_what_would_be_aired(house):
    radio("listen", "hop-xom", "--save", house / "nghe.mp3", house=house)
    assert f"{sha256_file(house / 'nghe.mp3')}.mp3" in items(house)


def test_the_unattended_centre_serves_survives_faults_and_restarts(house):
    """It is started, killed, started again and stopped; a bad bulletin and a bad station fail alone."""
    (house / "audio/hong.mp3").write_bytes(b"no sound" * 100)
    (house / "scripts/hong.md").write_text(houses.script("Hỏng", "[[audio: hong.mp3]]"))
    radio("approve", "hong", "--yes", "--by", "A", house=house)
    schedule = house / "schedule.toml"
    schedule.write_text(
        schedule.read_text().replace('group = "bac"', 'group = "bac"\npush = "/nowhere/usb/{id}"')
    )
    shutil.rmtree(house / "var/stations")

    def run_until(words: str, stop: signal.Signals) -> str:
        command = [sys.executable, "-u", "-m", "radio.cli", "run", "--days", "1", "--house", str(house)]
        environment = {**os.environ, "RADIO_LANG": "en"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              env=environment, start_new_session=True) as process:  # fmt: skip
            said = ""
            assert process.stdout
            for line in process.stdout:
                said += line
                if words in line:
                    break
            (os.killpg if stop == signal.SIGKILL else os.kill)(process.pid, stop)
            said += process.stdout.read()
            code = process.wait(timeout=60)
        assert stop == signal.SIGKILL or code == 0, said
        return said

    said = run_until("next turn at", signal.SIGKILL)
    assert '"Hỏng" was left out' in said and "truong-ha: " in said and "1 new" in said
    assert list((house / "var/stations/ma-ba/targets/ma-ba").glob("*.json"))
    said = run_until("next turn at", signal.SIGTERM)
    assert "0 items made" in said and "1 unchanged" in said and "stopped" in said
