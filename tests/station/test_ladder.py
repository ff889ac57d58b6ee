"""The ladder, with the expected answer written out for each case. All times are those of one winter day."""

import datetime
from dataclasses import replace

import pytest

from radio.i18n import _
from radio.package import RATE, Manifest, Slot, Window
from radio.station.ladder import LOOK_AGAIN, Answer, Begun, Missed, Play, Silence, decide
from tests.station.world import ALL_DAY, ZONE, make_manifest

DAY = datetime.date(2026, 12, 1)


def at(clock: str, day: int = 0) -> datetime.datetime:
    """A time of `DAY`, or of the day after it, in the station's zone."""
    date = DAY + datetime.timedelta(days=day)
    return datetime.datetime.combine(date, datetime.time.fromisoformat(clock), ZONE)


def slot(name: str, clock: str, minutes: float, late: str = "join", seconds: int = 0) -> Slot:
    """A slot of `DAY` without cues: the ladder does not look at them."""
    return Slot(name, at(clock), int(minutes * 60 * RATE), late, seconds, 100, ())  # type: ignore[arg-type]


def day(*slots: Slot, **changes: object) -> Manifest:
    """The playlist of `DAY`."""
    return make_manifest(DAY, list(slots), [], **changes)


def ask(manifest: Manifest, now: datetime.datetime, *begun: Begun, over: tuple[str, ...] = ()) -> Answer:
    """The ladder's answer for one playlist."""
    ready = datetime.timedelta(seconds=2)
    entries = {(entry.manifest.date, entry.slot.id): entry for entry in begun}
    return decide([manifest], entries, {(DAY, name) for name in over}, now, ready)


def told(answer: Answer) -> tuple[str, str, str]:
    """The answer in short: what plays (or silence), from when, until when (UTC+7)."""
    if isinstance(answer.now, Silence):
        return "silence", "", f"{answer.now.until.astimezone(ZONE):%H:%M:%S}"
    play = answer.now
    return play.slot.id, f"{play.start.astimezone(ZONE):%H:%M:%S}", f"{play.until.astimezone(ZONE):%H:%M:%S}"


def missed(answer: Answer) -> list[tuple[str, str]]:
    """The slots settled as not played, and how."""
    return [(entry.slot.id, entry.outcome) for entry in answer.missed]


def test_no_playlist_is_silence_with_an_end() -> None:
    answer = decide([], {}, set(), at("05:00:00"))
    assert answer == Answer(Silence(at("05:00:00") + LOOK_AGAIN, _("there is no playlist"), None), ())


def test_before_a_slot_silence_lasts_until_it() -> None:
    answer = ask(day(slot("sang", "05:00:00", 30)), at("04:40:00"))
    assert told(answer) == ("silence", "", "05:00:00")
    assert isinstance(answer.now, Silence) and answer.now.upcoming == at("05:00:00")


def test_a_long_silence_is_cut_but_knows_what_comes() -> None:
    answer = ask(day(slot("chieu", "17:00:00", 30)), at("05:00:00"))
    assert told(answer) == ("silence", "", "06:00:00")
    assert isinstance(answer.now, Silence) and answer.now.upcoming == at("17:00:00")


@pytest.mark.parametrize("late", ["skip", "join", "late", "next"])
def test_on_time_every_policy_plays(late: str) -> None:
    answer = ask(day(slot("sang", "05:00:00", 30, late)), at("05:00:00"))
    assert told(answer) == ("sang", "05:00:00", "05:30:00")
    assert answer.now.reason == _("on time")


LATE_CASES = {
    # policy, allowed seconds, asked at: what plays, from, until; how the slot is settled
    ("skip", 0, "05:00:01"): (("silence", "", "05:59:00"), [("sang", "missed")]),
    ("join", 0, "05:00:01"): (("sang", "05:00:00", "05:30:00"), []),
    ("join", 0, "05:29:59"): (("sang", "05:00:00", "05:30:00"), []),
    ("join", 0, "05:30:00"): (("silence", "", "05:59:00"), [("sang", "missed")]),
    ("late", 300, "05:04:00"): (("sang", "05:04:02", "05:34:02"), []),
    ("late", 300, "05:05:00"): (("sang", "05:05:02", "05:35:02"), []),
    ("late", 300, "05:05:01"): (("silence", "", "05:59:00"), [("sang", "missed")]),
    ("late", 3600, "05:29:00"): (("silence", "", "05:59:00"), [("sang", "missed")]),
    ("next", 0, "05:25:00"): (("sang", "05:25:02", "05:55:02"), []),
    ("next", 0, "05:28:58"): (("sang", "05:29:00", "05:59:00"), []),
    ("next", 0, "05:28:59"): (("silence", "", "05:59:00"), [("sang", "missed")]),
}


@pytest.mark.parametrize(("policy", "seconds", "clock"), LATE_CASES)
def test_a_late_slot_follows_its_policy(policy: str, seconds: int, clock: str) -> None:
    """A half-hour slot at 05:00, the next one at 05:59."""
    expected, settled = LATE_CASES[policy, seconds, clock]
    manifest = day(slot("sang", "05:00:00", 30, policy, seconds), slot("sau", "05:59:00", 10))
    answer = ask(manifest, at(clock))
    assert told(answer) == expected
    assert missed(answer) == settled
    assert all(entry.reason for entry in answer.missed)


def test_the_reason_says_how_late() -> None:
    answer = ask(day(slot("sang", "05:00:00", 30)), at("05:10:00"))
    assert answer.now.reason == _("joined in progress, %(seconds)d s late") % {"seconds": 600}


def test_a_slot_across_midnight_goes_on() -> None:
    """It belongs to the day it started on, also when the new day has a playlist."""
    manifest = day(slot("dem", "23:50:00", 20))
    tomorrow = make_manifest(DAY + datetime.timedelta(days=1), [], [])
    answer = decide([manifest, tomorrow], {}, set(), at("00:05:00", 1))
    assert told(answer) == ("dem", "23:50:00", "00:10:00")


def test_a_slot_across_midnight_needs_both_windows() -> None:
    night = slot("dem", "23:50:00", 20)
    one = day(night, windows=(Window("20:00:00", "24:00:00"),))
    both = day(night, windows=(Window("20:00:00", "24:00:00"), Window("00:00:00", "00:30:00")))
    assert missed(ask(one, at("23:50:00"))) == [("dem", "refused")]
    assert told(ask(both, at("23:50:00"))) == ("dem", "23:50:00", "00:10:00")


def test_touching_slots_follow_each_other() -> None:
    first, second = slot("mot", "05:00:00", 10), slot("hai", "05:10:00", 10)
    manifest = day(first, second)
    running = Begun(manifest, first, first.start)
    assert told(ask(manifest, at("05:09:59"), running)) == ("mot", "05:00:00", "05:10:00")
    assert told(ask(manifest, at("05:10:00"), running)) == ("hai", "05:10:00", "05:20:00")


@pytest.mark.parametrize("late", ["skip", "join", "late", "next"])
def test_after_a_restart_a_begun_slot_goes_on(late: str) -> None:
    """Whatever its policy: it did start on time."""
    manifest = day(slot("sang", "05:00:00", 30, late))
    answer = ask(manifest, at("05:12:00"), Begun(manifest, manifest.slots[0], at("05:00:00")))
    assert told(answer) == ("sang", "05:00:00", "05:30:00")
    assert missed(answer) == []


def test_after_a_restart_a_slot_started_late_keeps_its_shift() -> None:
    manifest = day(slot("sang", "05:00:00", 30, "next"))
    answer = ask(manifest, at("05:31:00"), Begun(manifest, manifest.slots[0], at("05:10:00")))
    assert told(answer) == ("sang", "05:10:00", "05:40:00")


def test_what_is_over_is_never_given_again() -> None:
    """Not even when the clock steps back into it."""
    manifest = day(slot("sang", "05:00:00", 30))
    assert told(ask(manifest, at("05:10:00"), over=("sang",))) == ("silence", "", "06:10:00")


def test_a_late_slot_waits_for_the_one_that_is_on() -> None:
    """05:00 was missed; 05:06 is in its own time and goes first; then 05:00 is played whole."""
    manifest = day(slot("mot", "05:00:00", 5, "next"), slot("hai", "05:06:00", 10), slot("ba", "06:00:00", 5))
    now = at("05:08:00")
    assert told(ask(manifest, now)) == ("hai", "05:06:00", "05:16:00")
    assert missed(ask(manifest, now)) == []
    assert told(ask(manifest, at("05:16:00"), over=("hai",))) == ("mot", "05:16:02", "05:21:02")


def test_two_late_slots_are_played_one_after_the_other() -> None:
    manifest = day(slot("mot", "05:00:00", 5, "next"), slot("hai", "05:06:00", 2, "next"))
    assert told(ask(manifest, at("05:10:00"))) == ("mot", "05:10:02", "05:15:02")
    assert told(ask(manifest, at("05:15:02"), over=("mot",))) == ("hai", "05:15:04", "05:17:04")


def test_outside_the_allowed_hours_is_silence_and_logged() -> None:
    manifest = day(slot("khuya", "22:30:00", 30), windows=(Window("05:00:00", "22:00:00"),))
    for clock in ("22:30:00", "22:30:05", "23:30:00"):
        answer = ask(manifest, at(clock))
        assert told(answer)[0] == "silence"
        assert missed(answer) == [("khuya", "refused")]


def test_a_late_start_must_end_inside_the_window() -> None:
    """On time it would fit; shifted it would run over 22:00."""
    manifest = day(slot("toi", "21:20:00", 30, "next"), windows=(Window("05:00:00", "22:00:00"),))
    assert told(ask(manifest, at("21:25:00"))) == ("toi", "21:25:02", "21:55:02")
    assert missed(ask(manifest, at("21:40:00"))) == [("toi", "refused")]


def test_a_window_is_told_in_the_zone_of_the_playlist() -> None:
    """A start written with another offset does not move the allowed hours: 12:00 UTC is 19:00 here."""
    noon = replace(slot("gian", "19:00:00", 10), start=at("19:00:00").astimezone(datetime.UTC))
    manifest = day(noon, windows=(Window("11:00:00", "13:00:00"),))
    assert missed(ask(manifest, at("19:00:00"))) == [("gian", "refused")]


def test_an_expired_playlist_is_refused() -> None:
    manifest = day(slot("sang", "05:00:00", 30), windows=ALL_DAY, not_after=at("05:00:00"))
    assert missed(ask(manifest, at("05:00:00"))) == [("sang", "refused")]


def test_the_answer_for_a_moment_ahead_tells_what_to_prepare() -> None:
    """The agent asks for the end of the silence, and gets the slot with its exact start."""
    manifest = day(slot("sang", "05:00:00", 30, "skip"))
    silence = ask(manifest, at("04:59:50")).now
    ahead = ask(manifest, silence.until).now
    assert isinstance(ahead, Play) and ahead.start == at("05:00:00")


def test_never_no_answer_and_never_an_end_in_the_past() -> None:
    """Every five minutes of three days, for each policy: an answer whose end lies ahead."""
    for late in ("skip", "join", "late", "next"):
        manifest = day(slot("mot", "05:00:00", 12, late, 240), slot("hai", "23:55:00", 10, late, 240))
        for step in range(-288, 576):
            now = at("00:00:00") + datetime.timedelta(minutes=5 * step)
            answer = ask(manifest, now)
            assert answer.now.until > now
            assert all(isinstance(entry, Missed) and entry.slot.start < now for entry in answer.missed)
