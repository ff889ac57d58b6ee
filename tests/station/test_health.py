"""What a station tells of its machine, from a copy of the kernel's files; the log book of a day."""

import datetime
from dataclasses import replace
from pathlib import Path

from radio.station.asrun import Row
from radio.station.health import read_health
from radio.station.logbook import log_book, outcome_words
from tests.station.world import ZONE


def put(root: Path, path: str, text: str) -> None:
    """One of the kernel's files."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def test_a_bare_machine_tells_what_it_can(tmp_path: Path) -> None:
    health = read_health(tmp_path, tmp_path)
    assert health.free_megabytes > 0
    assert (health.celsius, health.under_voltage, health.network) == (None, None, False)


def test_the_hottest_sensor_a_weak_supply_and_a_way_out(tmp_path: Path) -> None:
    put(tmp_path, "sys/class/thermal/thermal_zone0/temp", "41000\n")
    put(tmp_path, "sys/class/thermal/thermal_zone1/temp", "67500\n")
    put(tmp_path, "sys/class/thermal/thermal_zone2/temp", "unreadable\n")
    put(tmp_path, "sys/class/hwmon/hwmon0/in0_lcrit_alarm", "1\n")
    head = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
    local = "wwan0\t0000A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
    put(tmp_path, "proc/net/route", head + local)
    assert read_health(tmp_path, tmp_path).network is False
    put(
        tmp_path,
        "proc/net/route",
        head + local + "wwan0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n",
    )
    health = read_health(tmp_path, tmp_path)
    assert (health.celsius, health.under_voltage, health.network) == (67.5, True, True)


def test_the_log_book_has_every_item_its_reason_and_a_sum() -> None:
    date = datetime.date(2026, 12, 1)
    five = datetime.datetime(2026, 12, 1, 5, 0, tzinfo=ZONE)
    minute = datetime.timedelta(minutes=1)
    played = Row(
        date,
        "sang",
        0,
        "bulletins",
        "Tin",
        "a" * 64,
        2_880_000,
        five,
        five,
        five + minute,
        2_880_000,
        "played",
        "",
    )
    missed = replace(played, cue=1, started=None, ended=None, heard=0, outcome="missed", reason="mất điện")
    lines = log_book("xa-1", date, [played, missed])
    assert (
        "05:00:00  05:00:00  05:01:00" in lines[4]
        and "Tin" in lines[4]
        and outcome_words()["played"] in lines[4]
    )
    assert lines[6].strip() == "mất điện"
    assert "1" in lines[8] and "1.0" in lines[8]
    assert len(lines) == 12
