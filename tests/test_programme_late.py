"""What is decided stays; withdrawals, notices and corrections change it: in the real program, on real packages."""

import datetime
import html
import itertools
import json
import shutil
import sqlite3
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import av
import numpy as np
import pytest

from radio import package
from radio.files import sha256_file
from radio.playlist import tolerance

from . import houses
from .command import data, radio

DATE = "2027-03-10"
EARLY = f"{DATE}T04:00"
MORNING = f"{DATE}T10:00"
SCHEDULE = (
    houses.SCHEDULE.replace("[centre]", '[centre]\nlock = "05:00"')
    + """
[[slot]]
id = "chieu"
at = "17:00"
programme = "ngan"
minutes = 2
"""
)
WORDS = "Việc học không có tuổi. Mời bà con đến lớp."
SCRIPTS = {
    **{f"b{number}": houses.script(f"Bài {number}", WORDS, times="2") for number in range(3)},
    "cho-duyet": houses.script("Chờ duyệt", "Nói điều chưa duyệt."),
}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A house with a morning and an evening slot, built before its lock."""
    root = houses.make(tmp_path_factory.mktemp("late") / "nha", SCHEDULE, SCRIPTS)
    radio("approve", "b0", "b1", "b2", "--yes", "--by", "Nông Văn A", house=root)
    data("today", "--date", DATE, "--now", EARLY, house=root)
    return root


@pytest.fixture
def house(first, tmp_path):
    root = tmp_path / "nha"
    shutil.copytree(first, root)
    return root


def manifest(root: Path, station: str = "ma-ba") -> package.Manifest:
    path = root / "var/packages" / package.built_path(station, datetime.date.fromisoformat(DATE))
    return package.parse(path.read_bytes())


def titles(root: Path, slot: int, station: str = "ma-ba") -> list[str]:
    return [cue.title for cue in manifest(root, station).slots[slot].cues if cue.kind == "bulletins"]


def add(root: Path, name: str, title: str, **front: str) -> None:
    (root / f"scripts/{name}.md").write_text(houses.script(title, "Xin bà con chú ý nghe.", **front))
    radio("approve", name, "--yes", "--by", "Chủ tịch xã", house=root)


def test_every_slot_is_filled_to_three_percent(first):
    for station in ("ma-ba", "truong-ha"):
        for slot in manifest(first, station).slots:
            assert abs(slot.length / package.RATE - 120) <= tolerance(120) == pytest.approx(3.6)


def test_building_a_day_far_ahead_forgets_nothing(house):
    data("build", "2030-12-31", house=house)
    with sqlite3.connect(house / "state/centre.db") as db:
        dates = {date for (date,) in db.execute("select distinct date from airings")}
    assert dates == {DATE, "2030-12-31"}


def test_what_was_heard_yesterday_comes_after_what_was_not(house):
    """The records of one day decide the next: four bulletins, room for some of them."""
    text = (
        (house / "schedule.toml")
        .read_text()
        .replace('{ part = "bulletins"', '{ part = "bulletins", most = 1')
    )
    (house / "schedule.toml").write_text(text)
    heard = []
    for number in range(12, 18):
        (built,) = data(
            "today", "--date", f"2027-03-{number}", "--now", f"2027-03-{number}T04:00", house=house
        )
        slots = built["stations"][0]["slots"]
        heard.append([cue["title"] for slot in slots for cue in slot["cues"] if cue["kind"] == "bulletins"])
    for before, after in itertools.pairwise(heard):
        (missed,) = {"Bài 0", "Bài 1", "Bài 2"} - set(before)
        assert after[0] == missed


def test_after_the_lock_nothing_new_enters_and_nothing_edited_leaves(house):
    before = manifest(house)
    assert "Bài 0" in titles(house, 0) + titles(house, 1)
    add(house, "moi", "Tin mới", level='"priority"')
    script = house / "scripts/b0.md"
    script.write_text(script.read_text().replace("không có tuổi", "không bao giờ muộn"))
    data("today", "--date", DATE, "--now", MORNING, house=house)
    assert manifest(house) == before, "also its sequence: nothing is given out again"
    data("today", "--date", DATE, "--now", EARLY, house=house)
    heard = titles(house, 0) + titles(house, 1)
    assert "Tin mới" in heard and "Bài 0" not in heard, "before the lock both would have changed"


def test_a_withdrawn_bulletin_is_replaced_at_once_at_every_station_and_the_log_says_who_and_why(house):
    morning, gone = manifest(house).slots[0], titles(house, 1)[0]
    name = {f"Bài {n}": f"b{n}" for n in range(3)}[gone]
    (day,) = data("withdraw", name, "--by", "Chủ tịch", "--why", "sai giờ", "--now", MORNING, house=house)
    assert [one["outcome"] for one in day["pushed"]] == ["pushed", "pushed"]
    for station in ("ma-ba", "truong-ha"):
        assert gone not in titles(house, 0, station) + titles(house, 1, station)
        assert abs(manifest(house, station).slots[1].length / package.RATE - 120) <= 3.6
    assert gone not in " ".join(cue.title for cue in manifest(house).slots[1].cues)
    row = next(row for row in day["left_out"] if row["title"] == gone)
    assert "Chủ tịch" in row["reason"] and "sai giờ" in row["reason"]
    with sqlite3.connect(house / "state/centre.db") as db:
        ((by, why, at),) = db.execute('select "by", why, at from withdrawals').fetchall()
    assert (by, why) == ("Chủ tịch", "sai giờ") and at.startswith(MORNING)
    data("today", "--date", DATE, "--now", f"{DATE}T11:00", house=house)
    assert gone not in titles(house, 1), "it does not come back with the next build"
    assert morning.start.hour == 5
    script = house / f"scripts/{name}.md"
    script.write_text(script.read_text().replace("đến lớp", "đến lớp lúc 19 giờ"))
    radio("approve", name, "--yes", "--by", "Chủ tịch", house=house)
    next_day = "2027-03-11"
    (after,) = data("today", "--date", next_day, "--now", f"{next_day}T04:00", house=house)
    assert gone in json.dumps(after["stations"], ensure_ascii=False), "the corrected text is another"


def test_a_notice_of_the_day_enters_the_next_slot_until_a_quarter_of_an_hour_before(house):
    before = manifest(house)
    add(house, "tin-buon", "Tin buồn", same_day="true")
    data("today", "--date", DATE, "--now", f"{DATE}T16:46", house=house)
    assert manifest(house) == before
    data("today", "--date", DATE, "--now", f"{DATE}T16:45", house=house)
    assert titles(house, 1)[0] == "Tin buồn" and manifest(house).slots[0] == before.slots[0]
    again = manifest(house)
    data("today", "--date", DATE, "--now", f"{DATE}T16:50", house=house)
    assert manifest(house) == again, "once in, it stays"


def test_a_correction_airs_where_the_error_aired(house):
    (house / "schedule.toml").write_text(SCHEDULE.replace('lock = "05:00"', ""))
    add(house, "sai", "Tin sai", stations='["bac"]', level='"priority"')
    data("today", "--date", DATE, "--now", EARLY, house=house)
    assert "Tin sai" in titles(house, 0, "truong-ha")
    add(house, "dinh-chinh", "Đính chính", corrects='"sai"', stations='["all"]')
    data("today", "--date", DATE, "--now", MORNING, house=house)
    assert titles(house, 1, "truong-ha")[0] == "Đính chính"
    assert "Đính chính" not in titles(house, 0) + titles(house, 1), "nobody there heard the error"


def test_a_bulletin_from_above_airs_once_the_commune_has_chosen_it(house):
    add(house, "tinh", "Tin của tỉnh", origin='"above"')
    (day,) = data("today", "--date", DATE, "--now", EARLY, house=house)
    assert "Tin của tỉnh" not in titles(house, 0) + titles(house, 1)
    reasons = {row["title"]: row["reason"] for row in day["left_out"]}
    assert "wait" in reasons["Tin của tỉnh"]
    radio("choose", "tinh", "--station", "ma-ba", "--by", "Chủ tịch xã Mã Ba", house=house)
    data("today", "--date", DATE, "--now", EARLY, house=house)
    assert "Tin của tỉnh" in titles(house, 0) + titles(house, 1)
    assert "Tin của tỉnh" not in titles(house, 0, "truong-ha") + titles(house, 1, "truong-ha")
    radio("choose", "tinh", "--station", "ma-ba", "--by", "Chủ tịch xã Mã Ba", "--no", house=house)
    data("today", "--date", DATE, "--now", EARLY, house=house)
    assert "Tin của tỉnh" not in titles(house, 0) + titles(house, 1)
    assert (
        "airs without"
        in radio("choose", "b0", "--station", "ma-ba", "--by", "A", house=house, check=1).stderr
    )


def test_mourning_relay_and_readings_in_a_built_day(house):
    text = (house / "schedule.toml").read_text()
    text = text.replace('  { part = "ident", audio = "ident.wav" },\n', "", 1).replace(
        "clock = [", 'clock = [\n  { part = "relay", relay = "vov", minutes = 0.5 },', 1
    )
    text += (
        '\n[[relay]]\nid = "vov"\nname = "VOV1"\nurl = "https://example.org/vov1"\nfallback = "song.wav"\n'
    )
    (house / "schedule.toml").write_text(text)
    add(house, "hai-lan", "Đọc hai lần", readings="2", level='"priority"')
    data("today", "--date", DATE, "--now", EARLY, house=house)
    slot = manifest(house).slots[0]
    relay = slot.cues[0]
    assert (relay.kind, relay.title, relay.reason, relay.start) == (
        "relay",
        "VOV1",
        "https://example.org/vov1",
        0,
    )
    assert manifest(house).item(relay.item).samples == 30 * package.RATE
    assert titles(house, 0)[:2] == ["Đọc hai lần"] * 2
    quiet = f'\n[[quiet]]\nfrom = {DATE}\nuntil = {DATE}\nnote = "Quốc tang"\n'
    (house / "schedule.toml").write_text(text + quiet)
    (house / "scripts/b1.md").write_text(SCRIPTS["b1"].replace("times", 'bed = "bed.wav"\ntimes'))
    radio("approve", "b1", "--yes", "--by", "A", house=house)
    data("today", "--date", DATE, "--now", EARLY, house=house)
    for each in manifest(house).slots:
        assert {cue.kind for cue in each.cues} <= {"call", "greeting", "bulletins", "farewell"}
        assert each.length / package.RATE < 116, "a short programme is allowed"


def test_a_relay_that_is_not_first_is_refused(house):
    text = (house / "schedule.toml").read_text()
    wrong = text.replace(
        '  { part = "bulletins"',
        '  { part = "relay", relay = "vov", minutes = 1 },\n  { part = "bulletins"',
        1,
    )
    wrong += '\n[[relay]]\nid = "vov"\nname = "VOV1"\nurl = "https://example.org/"\nfallback = "song.wav"\n'
    (house / "schedule.toml").write_text(wrong)
    assert "relay" in radio("check", house=house, check=1).stderr


def test_playlists_for_players_and_people(first, tmp_path):
    radio("playlist", DATE, "--station", "ma-ba", "--out", tmp_path, house=first)
    folder, slot = tmp_path / "ma-ba", manifest(first).slots[0]
    lines = (folder / f"{DATE} 0530 sang.m3u8").read_text("utf-8").splitlines()
    files = [line for line in lines if not line.startswith("#")]
    assert lines[0] == "#EXTM3U" and [Path(file).stem for file in files] == [cue.item for cue in slot.cues]
    assert all(sha256_file(Path(file)) == Path(file).stem for file in files)
    assert any("05:30:00 Nhạc hiệu" in line for line in lines)
    space = {"x": "http://xspf.org/ns/0/"}
    tree = ElementTree.parse(folder / f"{DATE} 1700 chieu.xspf").getroot()
    tracks = tree.findall("x:trackList/x:track", space)
    assert len(tracks) == len(manifest(first).slots[1].cues)
    for track in tracks:
        location = track.findtext("x:location", "", space)
        assert Path(unquote(location.removeprefix("file://"))).is_file()
        assert int(track.findtext("x:duration", "0", space)) > 0
    day = json.loads((folder / f"{DATE}.json").read_text("utf-8"))
    assert (
        day["slots"][0]["cues"][0]["at"] == f"{DATE}T05:30:00+07:00" and day["slots"][0]["cues"][0]["seconds"]
    )


def test_one_mp3_for_each_slot_sounds_like_the_playlist_and_a_sheet_tells_the_day(first, tmp_path):
    radio("playlist", DATE, "--station", "ma-ba", "--out", tmp_path, "--single-file", house=first)
    folder, slot = tmp_path / "ma-ba", manifest(first).slots[0]
    with av.open(str(folder / f"{DATE} 0530 sang.mp3")) as container:
        sound = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    assert abs(len(sound) - slot.length) < package.RATE // 10
    for before, after in itertools.pairwise(slot.cues):
        gap = after.start - before.start - manifest(first).item(before.item).samples
        if gap > package.RATE // 4:
            middle = before.start + manifest(first).item(before.item).samples + 1105 + gap // 4
            assert np.abs(sound[middle : middle + gap // 2]).max() < 0.01, (
                "pauses are where the playlist has them"
            )
        inside = before.start + 1105
        length = manifest(first).item(before.item).samples
        assert np.abs(sound[inside : inside + length]).max() > 0.05
    page = html.unescape((folder / f"{DATE}.html").read_text("utf-8"))
    assert all(cue.title in page for slot in manifest(first).slots for cue in slot.cues)
    assert "05:30:00" in page and f"{DATE} 0530 sang.mp3" in page


def test_a_calendar_file_holds_every_slot_in_short_lines(first):
    told = radio("timetable", "--ics", "--date", DATE, "--days", "3", house=first).stdout
    assert told.count("BEGIN:VEVENT") == told.count("END:VEVENT") == 2 * 3
    assert "DTSTART:20270309T223000Z" in told, "05:30 in Việt Nam is 22:30 of the day before in UTC"
    assert all(len(line.encode()) <= 75 for line in told.splitlines())
    unfolded = told.replace("\r\n ", "").replace("\n ", "")
    assert "SUMMARY:Bản tin ngắn" in unfolded
