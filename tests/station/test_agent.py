"""The agent as a process: alone on its folder, stopped cleanly, light."""

import datetime
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from radio.cli.station import next_time
from radio.station.asrun import database, rows
from tests.station.world import ZONE, Speaker, Station, make_item, make_manifest, make_slot, now, push, soon


class Nobody(Speaker):
    """An environment in which no sound server answers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder


def status(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """What ``radio station status`` answers."""
    command = [
        sys.executable,
        "-m",
        "radio.cli",
        "station",
        "status",
        str(folder),
        "--station",
        "xa-1",
        *options,
    ]
    environment = {**os.environ, "RADIO_LANG": "en"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_one_agent_a_folder_status_and_a_clean_stop(tmp_path: Path) -> None:
    folder = tmp_path / "station"
    item = make_item(1, 0.3)
    late, coming = make_slot("som", soon(-3600), [item], late="skip"), make_slot("toi", soon(600), [item])
    slots = [slot for slot in (late, coming) if slot.start.date() == coming.start.date()]
    push(folder, make_manifest(coming.start.date(), slots, [item]), [item])
    agent = Station(folder, Nobody(tmp_path))
    agent.wait_for("is accepted")
    second = Station(folder, Nobody(tmp_path))
    assert second.wait() == 1 and "another agent serves this folder" in second.said

    answer = status(folder, "--json")
    tree = json.loads(answer.stdout)
    assert answer.returncode == 0 and tree["running"] is True
    assert tree["next"] == {"slot": "toi", "start": coming.start.isoformat()}
    assert tree["covered_until"] == coming.end.isoformat()
    assert "station xa-1: running" in status(folder).stdout

    agent.process.send_signal(signal.SIGTERM)
    assert agent.wait() == 0
    gone = status(folder)
    assert gone.returncode == 1 and "NOT running" in gone.stdout
    if late in slots:
        (row,) = rows(database(folder), late.start.date())
        assert (row.outcome, row.slot) == ("missed", "som") and row.reason


def test_it_leaves_at_the_time_it_was_told(tmp_path: Path) -> None:
    folder = tmp_path / "station"
    folder.mkdir()
    leave = datetime.datetime.now(datetime.UTC).astimezone() + datetime.timedelta(seconds=3)
    agent = Station(folder, Nobody(tmp_path), "--until", f"{leave:%H:%M:%S}")
    assert agent.wait() == 0


def test_until_is_the_next_such_time_in_the_zone_of_the_playlist() -> None:
    evening = datetime.time(19, 0)
    at_18 = datetime.datetime(2026, 12, 1, 11, 0, tzinfo=datetime.UTC)
    at_20 = datetime.datetime(2026, 12, 1, 13, 0, tzinfo=datetime.UTC)
    assert next_time(evening, ZONE, at_18) == datetime.datetime(2026, 12, 1, 19, 0, tzinfo=ZONE)
    assert next_time(evening, ZONE, at_20) == datetime.datetime(2026, 12, 2, 19, 0, tzinfo=ZONE)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    agent = Station(tmp_path / "absent", Nobody(tmp_path))
    assert agent.wait() == 1 and "there is no folder" in agent.said


def test_the_agent_carries_no_codec_and_nothing_of_the_centre() -> None:
    """Idle it must cost next to nothing, and it must run where nothing but the station is installed."""
    code = (
        "import sys, radio.cli.station, radio.station.agent, radio.station.status;print(*sorted(sys.modules))"
    )
    loaded = set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
    )
    assert "radio.station.agent" in loaded
    heavy = {
        "av",
        "numpy",
        "miniaudio",
        "pydantic",
        "sqlalchemy",
        "pydub",
        "gtts",
        "apscheduler",
        "mutagen",
        "rich",
    }
    assert not loaded & heavy
    own = {
        name
        for name in loaded
        if name.startswith("radio.") and not name.startswith(("radio.station", "radio.cli", "radio.trust"))
    }
    assert own <= {"radio.package", "radio.files", "radio.problem", "radio.i18n"}


def test_now_is_in_the_stations_zone() -> None:
    """The helper the other tests measure with."""
    assert now().utcoffset() == datetime.timedelta(hours=7)
