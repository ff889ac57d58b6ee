"""schedule.toml: every mistake at once, each with its line and a suggestion."""

import datetime

import pytest

from radio.config import parse_house

from .houses import SCHEDULE


def problems(schedule: str) -> dict[int, str]:
    """Line → message and hint."""
    _house, found = parse_house("schedule.toml", schedule.encode())
    return {problem.line: f"{problem.message} {problem.hint}" for problem in found}


def line(schedule: str, text: str) -> int:
    return next(number for number, row in enumerate(schedule.split("\n"), 1) if text in row)


def test_a_good_schedule_is_read_whole():
    house, found = parse_house("schedule.toml", SCHEDULE.encode())
    assert house and not found
    assert house.slot[0].at == datetime.time(5, 30)
    assert house.slot[0].lateness == ("join", 0)
    assert house.speakers == ("MC", "Khách mời")
    assert house.reaches(["bac"], house.station[1]) and not house.reaches(["bac"], house.station[0])


def test_all_mistakes_are_told_at_once_each_at_its_line():
    wrong = (
        SCHEDULE.replace('at = "05:30"', 'att = "05:30"')
        .replace("minutes = 2", 'minutes = "hai"')
        .replace('until = "10-07"', 'until = "13-40"')
        .replace('group = "bac"', 'grop = "bac"')
    )
    found = problems(wrong)
    assert '"at"' in found[line(wrong, "att =")]
    assert "minutes" in found[line(wrong, 'minutes = "hai"')]
    assert "13-40" in found[line(wrong, "13-40")]
    assert '"group"' in found[line(wrong, "grop =")]


@pytest.mark.parametrize("time", ["25:00", "5h30", "05:61", "", "05:30:99"])
def test_impossible_times_are_refused(time):
    wrong = SCHEDULE.replace('at = "05:30"', f'at = "{time}"')
    assert line(wrong, f'at = "{time}"') in problems(wrong)


@pytest.mark.parametrize(
    ("old", "new", "where", "hint"),
    [
        ('programme = "ngan"', 'programme = "ngam"', 'programme = "ngam"', "ngan"),
        ('section = "hoc"', 'section = "hok"', 'section = "hok"', "hoc"),
        ('at = "05:30"', 'at = "03:30"', 'at = "03:30"', ""),
        ("minutes = 2", "minutes = 60", 'at = "05:30"', ""),
        ('id = "truong-ha"', 'id = "ma-ba"', 'name = "xã Trường Hà"', ""),
        ("{part_of_day} {weekday}", "{part_of_dai} {weekday}", "part_of_dai", "part_of_day"),
        ('id = "ma-ba"', 'id = "Mã Ba"', 'id = "Mã Ba"', ""),
    ],
)
def test_references_limits_and_templates_are_checked(old, new, where, hint):
    wrong = SCHEDULE.replace(old, new)
    found = problems(wrong)
    expected = line(wrong, where)
    near = [text for number, text in found.items() if abs(number - expected) <= 6]
    assert near and hint in near[0]


def test_text_that_is_no_toml_or_no_utf8_is_told_with_its_line():
    assert 3 in problems('[centre]\nid = "a"\nname = "b\n')
    assert parse_house("schedule.toml", b"[centre]\n\nname = '\xff'")[1][0].line == 3


VOICE = """
engines = ["gtts", "espeak", "piper", "http"]
on_air = ["gtts", "espeak"]

[voice.piper]
model = "nam.onnx"

[voice.http]
address = "https://giong-noi.example/v1"
headers = { Api-Key = "{key}" }
body = "{text}"
key_env = "GIONG_NOI_KEY"
reply = "link"
at = "data.url"
"""
VOICED = SCHEDULE.replace('engines = ["espeak"]', VOICE)


def test_voices_for_rehearsal_are_not_on_air():
    house, found = parse_house("schedule.toml", VOICED.encode())
    assert house and not found
    assert house.voice.aired == ("gtts", "espeak")
    plain, _found = parse_house("schedule.toml", SCHEDULE.encode())
    assert plain and plain.voice.aired == ("espeak",)


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ('on_air = ["gtts", "espeak"]', 'on_air = ["gtts", "pipper"]', "on_air =", "piper"),
        ('"espeak", "piper", "http"]', '"piper", "http"]', "on_air =", "espeak"),
        ('on_air = ["gtts", "espeak"]', "on_air = []", "on_air =", ""),
        ('[voice.piper]\nmodel = "nam.onnx"', "", "engines =", "[voice.piper]"),
        ('model = "nam.onnx"', 'model = "../nam.onnx"', "model =", "voices/"),
        ("https://giong", "http://giong", "[voice.http]", "https://"),
        ("https://giong", "https://user:pass@giong", "[voice.http]", "https://"),
        ('Api-Key = "{key}"', 'Api-Key = "abc123"', "[voice.http]", "never write a key"),
        ('key_env = "GIONG_NOI_KEY"', "", "[voice.http]", "key_env"),
        ('key_env = "GIONG_NOI_KEY"', 'key_env = "abc-123"', "key_env =", ""),
        ('body = "{text}"', 'body = "{txt}"', "[voice.http]", "{text}"),
        ('at = "data.url"', "", "[voice.http]", '"at"'),
        ("/v1", "/v1?key={key}", "[voice.http]", "headers or body"),
    ],
)
def test_voices_that_are_not_set_up_safely_are_mistakes(old, new, where, words):
    assert old in VOICED
    found = problems(VOICED.replace(old, new))
    place = line(VOICED.replace(old, new), where)
    assert place in found and words in found[place], found
