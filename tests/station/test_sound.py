"""The real station on a private sound server: judged by the recording, then compared with its own log.

Starts are allowed 0.2 s here, because a busy machine also delays the recorder; typical is under 10 ms.
"""

import datetime
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from radio.package import Slot, Window, item_path
from radio.station.asrun import Row, database, rows
from tests.station.world import (
    Item,
    Recording,
    Speaker,
    Station,
    make_item,
    make_manifest,
    make_slot,
    now,
    push,
    recording,
    soon,
)

ITEMS = [make_item(seed, 1.0) for seed in (11, 12, 13)]
TOLERANCE = 0.2


@pytest.fixture(scope="module")
def speaker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Speaker]:
    """A private sound server that lives through the module."""
    server = Speaker(tmp_path_factory.mktemp("pulse"))
    server.start()
    yield server
    server.kill()


def serve(folder: Path, slot: Slot, items: list[Item], **changes: object) -> datetime.date:
    """Push a playlist with one slot, dated by the slot's start."""
    push(folder, make_manifest(slot.start.date(), [slot], items, **changes), items)
    return slot.start.date()


def off(moment: datetime.datetime | None, expected: datetime.datetime) -> float:
    """Seconds between two moments."""
    assert moment is not None
    return abs((moment - expected).total_seconds())


def agrees(row: Row, heard: Recording, sound: Item) -> None:
    """Assert that the row tells when its item was heard in the recording."""
    place = heard.find(sound.sound)
    assert off(row.started, heard.time(place)) < TOLERANCE
    assert off(row.ended, heard.time(place + len(sound.sound))) < TOLERANCE
    assert (row.outcome, row.item, row.heard) == ("played", sound.ref.sha256, sound.ref.samples)


def outcomes(folder: Path, date: datetime.date) -> list[str]:
    """The outcomes of a day in order."""
    return [row.outcome for row in rows(database(folder), date)]


def test_slots_are_heard_in_order_from_the_right_second(speaker: Speaker, tmp_path: Path) -> None:
    """Each item bit for bit with its first and last sample, silence between, nothing else; the log agrees.

    The second slot touches the first; theirs are two streams, which may overlap by a few milliseconds.
    """
    first = make_slot("sang", soon(6), ITEMS[:2], gap=0.5)
    second = make_slot("tiep", first.end, ITEMS[2:], late="skip")
    date = first.start.date()
    push(tmp_path, make_manifest(date, [first, second], ITEMS), ITEMS)
    leave = second.end + datetime.timedelta(seconds=3)
    with recording(speaker) as heard:
        station = Station(tmp_path, speaker, "--until", f"{leave:%H:%M:%S}")
        assert station.wait() == 0, station.said
    seam = 2400
    sounds = ITEMS[0].sound, ITEMS[1].sound[:-seam], ITEMS[2].sound[seam:]
    places = [heard.exact(sound) for sound in sounds]
    places[2] -= seam
    assert places[1] - places[0] == first.cues[1].start
    assert off(heard.time(places[0]), first.start) < TOLERANCE
    assert off(heard.time(places[2]), second.start) < TOLERANCE
    for row, item in zip(rows(database(tmp_path), date), ITEMS, strict=True):
        agrees(row, heard, item)
    rest = heard.samples.copy()
    for item, place in zip(ITEMS, places, strict=True):
        rest[place : place + len(item.sound)] = 0
    assert not rest.any(), "something else was heard"
    assert "is accepted: number" in station.said


def test_kill_9_of_the_agent_in_the_middle(speaker: Speaker, tmp_path: Path) -> None:
    """A second agent goes on where the clock is: nothing twice, the item that was cut is told as such."""
    items = [make_item(21, 1.0), make_item(22, 6.0), make_item(23, 1.0)]
    slot = make_slot("sang", soon(5.5), items, late="skip")
    date = serve(tmp_path, slot, items)
    with recording(speaker) as heard:
        first = Station(tmp_path, speaker, "--once")
        first.wait_for("2. item 22: on air")
        first.kill()
        time.sleep(0.7)
        killed = now()
        silent_until = killed + datetime.timedelta(seconds=0.3)
        assert outcomes(tmp_path, date) == ["played", "playing"]
        second = Station(tmp_path, speaker, "--once")
        assert second.wait() == 1, second.said
    assert not heard.loud(killed, silent_until), "the player outlived its agent"
    start = heard.exact(items[0].sound)
    assert heard.exact(items[2].sound) - start == pytest.approx(slot.cues[2].start, abs=TOLERANCE * 48000)
    tail = items[1].sound[-48_000:]
    assert heard.exact(tail) - start == pytest.approx(slot.cues[2].start - 48_000, abs=TOLERANCE * 48000)
    assert outcomes(tmp_path, date) == ["played", "partial", "played"]
    cut = rows(database(tmp_path), date)[1]
    assert off(cut.started, slot.start + datetime.timedelta(seconds=1)) < TOLERANCE
    assert "went on at" in cut.reason


def test_kill_9_of_the_player_and_damaged_items(speaker: Speaker, tmp_path: Path) -> None:
    """The agent starts it again and joins in progress; a damaged and an absent item give way to the chime."""
    items = [
        make_item(31, 1.0),
        make_item(32, 6.0),
        make_item(33, 1.0),
        make_item(34, 1.0),
        make_item(35, 1.0),
    ]
    slot = make_slot("sang", soon(5.5), items)
    date = serve(tmp_path, slot, items)
    damaged = tmp_path / item_path(items[2].ref.sha256)
    damaged.write_bytes(items[2].data[:-100] + bytes(100))
    (tmp_path / item_path(items[3].ref.sha256)).unlink()
    with recording(speaker) as heard:
        station = Station(tmp_path, speaker, "--once")
        station.wait_for("2. item 32: on air")
        (player,) = station.children()
        os.kill(player, signal.SIGKILL)
        assert station.wait() == 1, station.said
    start = heard.exact(items[0].sound)
    assert heard.exact(items[4].sound) - start == pytest.approx(slot.cues[4].start, abs=TOLERANCE * 48000)
    heard.exact(items[1].sound[-48_000:])
    for number in (2, 3):
        place = start + slot.cues[number].start
        assert heard.samples[place : place + 4800].any(), "the chime is there at once"
    assert outcomes(tmp_path, date) == ["played", "partial", "refused", "refused", "played"]
    reasons = [row.reason for row in rows(database(tmp_path), date)]
    assert (
        "player" in reasons[1]
        and reasons[2] == "the audio file is damaged"
        and "cannot be read" in reasons[3]
    )


def test_joining_late_by_pacat_with_a_device_that_is_not_there(speaker: Speaker, tmp_path: Path) -> None:
    """Started 2 s into its slot: the first item is missed, the rest at its place; the fallback is told."""
    items = [make_item(41, 1.0), make_item(42, 6.0), make_item(43, 1.0)]
    slot = make_slot("sang", soon(-2), items)
    date = serve(tmp_path, slot, items)
    with recording(speaker) as heard:
        station = Station(tmp_path, speaker, "--once", "--sink", "pacat", "--device", "nosuch")
        assert station.wait() == 1, station.said
    last = heard.exact(items[2].sound)
    assert off(heard.time(last), slot.start + datetime.timedelta(seconds=7)) < TOLERANCE
    heard.exact(items[1].sound[-24_000:])
    assert outcomes(tmp_path, date) == ["missed", "partial", "played"]
    assert "nosuch does not work; playing on pacat" in station.said


def test_the_sound_server_dies_and_comes_back(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    """Noticed at once, tried again, and the end of the slot is heard at its place; the log tells of it."""
    server = Speaker(tmp_path_factory.mktemp("pulse"))
    server.start()
    items = [make_item(51, 7.0), make_item(52, 1.0)]
    slot = make_slot("sang", soon(5.5), items)
    date = serve(tmp_path, slot, items)
    station = Station(tmp_path, server, "--once")
    try:
        station.wait_for("1. item 51: on air")
        server.kill()
        station.wait_for("NO SOUND")
        server.start()
        with recording(server) as heard:
            assert station.wait() == 1, station.said
    finally:
        server.kill()
    place = heard.exact(items[1].sound)
    assert off(heard.time(place), slot.start + datetime.timedelta(seconds=7)) < TOLERANCE
    assert outcomes(tmp_path, date) == ["partial", "played"]
    assert "the sound server" in rows(database(tmp_path), date)[0].reason


@pytest.mark.parametrize("modules", [[], ["module-null-sink sink_name=auto_null"]], ids=["absent", "dummy"])
def test_no_sound_is_an_error_never_a_silent_success(
    modules: list[str], tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    """No server at all, or one with nothing but the dummy sink it makes without a card: error rows, exit 1."""
    server = Speaker(tmp_path_factory.mktemp("pulse"))
    if modules:
        server.start(f"module-native-protocol-unix socket={server.folder}/native auth-anonymous=1", *modules)
    slot = make_slot("sang", soon(2.5), [make_item(61, 0.5)])
    date = serve(tmp_path, slot, [make_item(61, 0.5)])
    try:
        station = Station(tmp_path, server, "--once", "--sink", "pulse")
        assert station.wait() == 1
    finally:
        server.kill()
    assert "NO SOUND: no sound output: pulse: " in station.said
    (row,) = rows(database(tmp_path), date)
    assert row.outcome == "error" and "no sound output" in row.reason and row.started is None


@pytest.mark.parametrize(
    "changes",
    [{"station": "xa-2"}, {"windows": (Window("00:00:00", "00:00:01"),)}],
    ids=["other station", "outside its hours"],
)
def test_what_must_not_sound_is_silent_and_told(
    changes: dict[str, object], speaker: Speaker, tmp_path: Path
) -> None:
    slot = make_slot("sang", soon(1.5), ITEMS)
    date = slot.start.date()
    push(tmp_path, replace(make_manifest(date, [slot], ITEMS), **changes), ITEMS)  # type: ignore[arg-type]
    with recording(speaker) as heard:
        station = Station(tmp_path, speaker, "--once")
        if "windows" in changes:
            station.wait_for("is not played: it lies outside the allowed hours")
        assert station.wait() == 1
    assert not heard.samples.any()
    if "windows" in changes:
        assert outcomes(tmp_path, date) == ["refused"] * 3
    else:
        assert "is refused" in station.said
        assert outcomes(tmp_path, date) == []
