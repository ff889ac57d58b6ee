"""From typed bulletins to sound: a house, ``radio today``, ``radio station run``, and what a speaker gave out."""

import datetime
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from radio import package
from radio.mix.mp3 import decode

from . import houses
from .command import data, radio
from .station.world import RATE, ZONE, Samples, Speaker, Station, recording, soon

DAY_LONG = 'windows = ["00:00-24:00"]\nsession_minutes = 240\nday_minutes = 1440'


@pytest.fixture
def speaker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Speaker]:
    server = Speaker(tmp_path_factory.mktemp("pulse"))
    server.start()
    yield server
    Station.end_all()
    server.kill()


def sound_of(folder: Path, item: package.ItemRef) -> Samples:
    """What a station must play for an item: its decoded samples between offset and end."""
    blocks = list(decode((folder / package.item_path(item.sha256)).read_bytes()))
    samples = np.concatenate(blocks)[item.offset : item.offset + item.samples]
    return np.clip(np.round(samples * 32767), -32768, 32767).astype(np.int16)


def test_what_was_typed_is_heard_in_order_at_its_second_and_the_log_says_so(
    speaker: Speaker, tmp_path: Path
) -> None:
    """One short slot of a real house: every item whole, in its place, from the slot's second; as-run rows agree."""
    schedule = (
        re.sub(r'.*part = "(greeting|music|farewell)".*\n', "", houses.SCHEDULE)
        .replace('windows = ["05:00-21:00"]', DAY_LONG)
        .replace('id = "truong-ha"', 'id = "xa-1"')
        .replace("minutes = 2", "minutes = 1.2")
    )
    house = houses.make(tmp_path / "nha", schedule, {"mua": houses.SCRIPTS["mua-lon"]})
    radio("approve", "--all", "--yes", "--by", "A", house=house)
    # voices and mixes, for a day whose slots nothing has decided yet; what follows only changes the hour
    radio("today", "--date", f"{soon(864_000):%Y-%m-%d}", house=house)
    start = soon(20).replace(microsecond=0)
    if start.hour == 23 and start.minute > 55:
        start += datetime.timedelta(minutes=6)
    (house / "schedule.toml").write_text(schedule.replace('at = "05:30"', f'at = "{start:%H:%M:%S}"'))
    (day,) = data("today", "--date", f"{start:%Y-%m-%d}", house=house)
    folder = house / "var/stations/xa-1"
    (target,) = (folder / "targets/xa-1").glob(f"*.{start:%Y-%m-%d}.json")
    manifest = package.parse(target.read_bytes())
    (slot,) = manifest.slots
    assert datetime.datetime.now(ZONE) < start, "this machine was too slow to build in time"
    leave = slot.end + datetime.timedelta(seconds=2)
    with recording(speaker) as heard:
        station = Station(folder, speaker, "--until", f"{leave:%H:%M:%S}")
        assert station.wait(500) == 0, station.said
    places = []
    for cue in slot.cues:
        sound = sound_of(folder, manifest.item(cue.item))
        place = heard.find(sound)
        part = heard.samples[place : place + len(sound)].astype(float)
        assert np.abs(part - sound).max() <= 2, f"{cue.title}: a gap or another sound inside the item"
        places.append(place)
    assert [place - places[0] for place in places] == [cue.start for cue in slot.cues]
    assert abs((heard.time(places[0]) - start).total_seconds()) < 0.2
    log = [row for row in data("asrun", f"{start:%Y-%m-%d}", house=house) if row["station"] == "xa-1"]
    assert [row["title"] for row in log] == [cue.title for cue in slot.cues]
    assert {row["outcome"] for row in log} == {"played"}
    for row, place, cue in zip(log, places, slot.cues, strict=True):
        started = datetime.datetime.fromisoformat(row["started"])
        assert abs((started - heard.time(place)).total_seconds()) < 0.2
        assert row["heard"] == manifest.item(cue.item).samples
    assert day["failed"] is False and RATE == package.RATE
