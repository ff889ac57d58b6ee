"""The sample house shipped with the program is whole, and has something to say on every day to 2030."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from radio.config import House, Station, audio_files, parse_house
from radio.day import StationPlan, plan_station
from radio.importing import SYLLABLES_A_MINUTE
from radio.importing.wording import syllables
from radio.programme import Offer
from radio.script import GENRES, LEVELS, Bulletin, Insert, Paragraph, parse
from radio.timetable import slots_on, timetable_of

ROOT = Path(__file__).parent.parent
FIRST_DAY = datetime.date(2026, 11, 20)
LAST_DAY = datetime.date(2030, 12, 31)

UNITS = {
    *("thị trấn Xuân Hòa", "thị trấn Thông Nông", "xã Cải Viên", "xã Cần Nông", "xã Cần Yên", "xã Đa Thông"),
    *(
        "xã Hồng Sỹ",
        "xã Lũng Nặm",
        "xã Lương Can",
        "xã Lương Thông",
        "xã Mã Ba",
        "xã Ngọc Đào",
        "xã Ngọc Động",
    ),
    *("xã Nội Thôn", "xã Quý Quân", "xã Sóc Hà", "xã Thanh Long", "xã Thượng Thôn", "xã Tổng Cọt"),
    *("xã Trường Hà", "xã Yên Sơn"),
}
"""The 21 units of Hà Quảng in the communication plan of 2021."""

THEMES = {
    "policy and law": "Quyết định số 1373/QĐ-TTg",
    "lifelong learning in the digital economy": "kinh tế số",
    "the week of lifelong learning": "Tuần lễ hưởng ứng học tập suốt đời",
    "the day of books": "Ngày Sách và Văn hóa đọc Việt Nam",
    "good examples": "anh tự học mà thành thợ",
    "the habit of self-learning": "30 phút một ngày",
}
"""The five themes of the plan (the third has two occasions), each with words of the script that is about it."""

NOTICES = {
    "cat-dien": "priority",
    "tiem-chung": "priority",
    "cho-phien": "routine",
    "tin-buon": "priority",
    "tim-trau-lac": "routine",
    "dinh-chinh": "priority",
    "danh-ba-dien-thoai": "routine",
    "khan-cap-lu-quet": "emergency",
    "khan-cap-lu-da-qua": "emergency",
    "dich-ta-lon": "priority",
    "tuyen-sinh": "routine",
}

TET = {
    datetime.date(2027, 2, 6),
    datetime.date(2028, 1, 26),
    datetime.date(2029, 2, 13),
    datetime.date(2030, 2, 2),
}
"""The first days of the lunar years, Vietnamese calendar (UTC+7; in 2030 a day before the Chinese one)."""


@cache
def house() -> House:
    parsed, problems = parse_house("schedule.toml", (ROOT / "schedule.toml").read_bytes())
    assert parsed is not None and not problems, "\n".join(map(str, problems))
    return parsed


@cache
def bulletins() -> tuple[Bulletin, ...]:
    found = []
    for path in sorted((ROOT / "scripts").glob("*.md")):
        bulletin, problems = parse(f"scripts/{path.name}", path.read_bytes(), house().speakers)
        assert bulletin is not None and not problems, "\n".join(map(str, problems))
        found.append(bulletin)
    return tuple(found)


def own() -> list[Bulletin]:
    """All scripts but the imported plan."""
    return [one for one in bulletins() if not one.id.startswith("ke-hoach-truyen-thong")]


def script(name: str) -> Bulletin:
    [found] = [one for one in bulletins() if one.id.endswith(name)]
    return found


def speakers(bulletin: Bulletin) -> set[str]:
    return {part.speaker for part in bulletin.parts if isinstance(part, Paragraph)}


def days() -> Iterator[datetime.date]:
    for number in range((LAST_DAY - FIRST_DAY).days + 1):
        yield FIRST_DAY + datetime.timedelta(days=number)


@cache
def offers() -> tuple[Offer, ...]:
    """Every script as if approved, its length estimated from its text."""
    return tuple(
        Offer(bulletin, syllables(bulletin.text) * 60 / SYLLABLES_A_MINUTE + 30 * len(inserts(bulletin)))
        for bulletin in bulletins()
    )


def inserts(bulletin: Bulletin) -> list[Insert]:
    return [part for part in bulletin.parts if isinstance(part, Insert)]


@cache
def plans() -> tuple[tuple[datetime.date, StationPlan], ...]:
    """The day of every kind of station (stations that get the same bulletins and slots are one kind)."""
    found = []
    for date in days():
        kinds: dict[object, Station] = {}
        for station in house().station:
            heard = [
                bulletin.id
                for bulletin in bulletins()
                if bulletin.valid_on(date) and house().reaches(bulletin.stations, station)
            ]
            kinds.setdefault((tuple(heard), slots_on(house(), station, date)), station)
        found += [(date, plan_station(house(), station, date, offers())) for station in kinds.values()]
    return tuple(found)


def test_the_stations_are_the_21_units_of_the_plan() -> None:
    assert Counter(station.name for station in house().station) == Counter(UNITS)
    assert all(station.clusters and station.group for station in house().station)


def test_there_are_enough_scripts_and_no_two_share_a_title() -> None:
    assert len(own()) >= 22
    titles = Counter(bulletin.title.casefold() for bulletin in bulletins())
    assert [title for title, count in titles.items() if count > 1] == []


def test_sections_and_stations_that_scripts_name_exist() -> None:
    sections = {section.id for section in house().section}
    targets = {
        "all",
        *(station.id for station in house().station),
        *(station.group for station in house().station),
    }
    for bulletin in bulletins():
        assert bulletin.section in sections, bulletin.file
        assert set(bulletin.stations) <= targets, bulletin.file


def test_all_genres_and_levels_are_there() -> None:
    assert {bulletin.genre for bulletin in own()} == set(GENRES)
    assert {bulletin.level for bulletin in own()} == set(LEVELS)


@pytest.mark.parametrize("theme", THEMES)
def test_each_theme_of_the_plan_has_a_script_of_its_own(theme: str) -> None:
    about = [one for one in own() if THEMES[theme].casefold() in f"{one.title}\n{one.text}".casefold()]
    assert any(one.section in ("xa-hoi-hoc-tap", "guong-sang", "sach") for one in about)


@pytest.mark.parametrize("name", NOTICES)
def test_daily_notices_are_there_with_their_level(name: str) -> None:
    assert script(name).level == NOTICES[name]


def test_the_interview_has_two_speakers_and_the_talk_show_three() -> None:
    assert speakers(script("phong-van-cong-dan-hoc-tap")) == {"MC", "Khách mời"}
    assert speakers(script("toa-dam-dong-ho-hoc-tap")) == {"MC", "Khách mời", "Khách mời 2"}


def test_the_reportage_plays_a_small_recording() -> None:
    [recording] = inserts(script("phong-su-lop-hoc-dem"))
    assert 50_000 < (ROOT / "audio" / recording.file).stat().st_size < 300_000


def test_a_funeral_and_an_emergency_have_no_bed() -> None:
    assert not any(one.bed for one in bulletins() if one.level == "emergency" or one.id.endswith("tin-buon"))


def test_an_emergency_is_said_within_45_seconds() -> None:
    for bulletin in bulletins():
        if bulletin.level == "emergency":
            assert syllables(bulletin.text) <= 0.75 * SYLLABLES_A_MINUTE + 15, bulletin.file


def test_every_sound_file_that_the_house_names_is_shipped() -> None:
    named = {name for _path, name in audio_files(house())} | {
        one.file for b in bulletins() for one in inserts(b)
    }
    assert [name for name in sorted(named) if not (ROOT / "audio" / name).is_file()] == []


def test_short_messages_fit_one_sms() -> None:
    """160 characters of the basic alphabet, which is why they are written without marks."""
    for bulletin in bulletins():
        assert bulletin.sms.isascii() and len(bulletin.sms) <= 160, bulletin.file
    assert sum(bool(bulletin.sms) for bulletin in bulletins()) >= 12


def test_sentences_are_short_enough_to_be_followed() -> None:
    """25 words of writing at most, in our own texts; the plan's sentences are its own."""
    for bulletin in own():
        for sentence in re.split(r"(?<=[.?!])\s+", bulletin.text):
            assert len(sentence.split()) <= 25, f"{bulletin.file}: {sentence}"


def test_telephone_numbers_belong_to_nobody() -> None:
    """Long numbers are of the form 0206 000 xxxx, which is not given out."""
    for bulletin in own():
        for number in re.findall(r"\b0\d[\d .]{7,}\d", bulletin.text + bulletin.sms):
            assert number.startswith("0206 000 "), f"{bulletin.file}: {number}"


def test_every_slot_of_every_day_to_2030_has_bulletins() -> None:
    empty = [
        (date, plan.station.name, slot.dated.slot.id)
        for date, plan in plans()
        for slot in plan.slots
        if not slot.bulletins
    ]
    assert not empty, empty[:5]


def test_every_day_to_2030_speech_fills_most_of_each_programme() -> None:
    """At least half of the airtime is speech, and 7 minutes in the morning (the Tết greeting is mostly music)."""
    seconds = {offer.bulletin.id: offer.seconds for offer in offers()}
    for date, plan in plans():
        for slot in plan.slots:
            if slot.programme.id != "chuc-tet":
                speech = sum(seconds[bulletin.id] for bulletin in slot.bulletins)
                least = 7 * 60 if slot.dated.slot.id == "sang" else slot.dated.slot.minutes * 60 * 0.5
                assert speech >= least, f"{date} {plan.station.name} {slot.dated.slot.id}: {speech:.0f} s"


def test_the_turns_change_from_day_to_day_and_everything_gets_its_turn() -> None:
    """Within any month a listener hears every bulletin that is always valid, and no two mornings alike."""
    june = {date: plan for date, plan in plans() if (date.year, date.month) == (2027, 6)}
    mornings = {tuple(one.id for one in plan.slots[0].bulletins) for plan in june.values()}
    assert len(june) == len(mornings) == 30
    heard = {one.id for plan in june.values() for slot in plan.slots for one in slot.bulletins}
    always = {
        one.id for one in bulletins() if not (one.valid_from or one.valid_until) and one.level != "emergency"
    }
    assert always - heard == set()


def test_no_emergency_enters_a_programme_and_no_bulletin_airs_too_often() -> None:
    often = {bulletin.id: bulletin.times for bulletin in bulletins()}
    for _date, plan in plans():
        assert all(one.level != "emergency" for slot in plan.slots for one in slot.bulletins)
        assert all(count <= often[name] for name, count in plan.airings.items())


def test_no_slot_of_any_day_to_2030_has_to_be_refused() -> None:
    for station in house().station:
        for date in days():
            refused = timetable_of(house()).day(station, date).refused
            assert not refused, f"{date} {station.name}: {refused}"


def test_on_the_first_day_of_tet_the_greeting_comes_later_and_noon_is_silent() -> None:
    for date, plan in plans():
        slots = {slot.dated.slot.id: slot.dated for slot in plan.slots}
        if date in TET:
            assert (slots["sang"].programme, slots["sang"].start.strftime("%H:%M")) == ("chuc-tet", "06:30")
            assert "trua" not in slots and "Tết" in slots["sang"].note
        else:
            assert slots["sang"].programme == "buoi-sang" and "trua" in slots


@pytest.mark.parametrize(
    ("first", "last", "section"), [((10, 1), (10, 7), "xa-hoi-hoc-tap"), ((4, 18), (4, 24), "sach")]
)
def test_the_yearly_campaigns_bring_their_section_forward(
    first: tuple[int, int], last: tuple[int, int], section: str
) -> None:
    """In the morning of each of those days the open place begins with the campaign's section."""
    seen = 0
    for date, plan in plans():
        if first <= (date.month, date.day) <= last:
            picks = [pick for pick in plan.slots[0].picks if pick][-1]
            assert picks[0].bulletin.section == section, date
            seen += 1
    assert seen >= 4 * 7


def test_the_weekly_column_is_about_the_learning_society() -> None:
    for date, plan in plans():
        for slot in plan.slots:
            if slot.dated.slot.id == "chuyen-muc-hoc-tap":
                assert date.weekday() in (1, 3, 6)
                assert {one.section for one in slot.bulletins} <= {"xa-hoi-hoc-tap", "guong-sang", "sach"}


def test_every_script_of_the_sample_is_approved_as_it_would_be_said_today():
    """An approval is void when a word of the reading changes: approve again with "radio approve --all"."""
    from radio.house import open_house

    opened = open_house(ROOT)
    assert [one.bulletin.file for one in opened.scripts if one.standing != "approved"] == []
    assert [problem for problem in opened.problems if not problem.warning] == []
