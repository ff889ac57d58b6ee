"""From a house to its stations with the real program: SFTP, a station away, signatures, ``radio status``."""

import datetime
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import asyncssh
import pytest

from radio.push.login import login_key, public_line
from radio.station.inbox import Inbox
from radio.station.store import open_store
from radio.station.trusting import trust
from radio.trust import keys
from radio.trust.office import Office

from .. import houses
from ..command import data, radio
from .line import SshServer, background, ssh_server

DATE = datetime.date(2026, 11, 23)
NOON = datetime.datetime(2026, 11, 23, 4, 0, tzinfo=houses.ZONE)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house whose day is built, without keys."""
    root = houses.make(tmp_path_factory.mktemp("house") / "nha")
    radio("approve", "--all", "--yes", "--by", "A", house=root)
    radio("build", DATE, house=root)
    return root


@pytest.fixture
def house(built: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(built, tmp_path / "nha"))


@pytest.fixture
def server(house: Path, tmp_path: Path) -> Iterator[SshServer]:
    """The machine of one commune; the centre's login key is allowed in."""
    with ExitStack() as stack:
        login = asyncssh.read_private_key(str(login_key(house / "state/keys")))
        yield stack.enter_context(ssh_server(stack.enter_context(background()), tmp_path / "xa", login))


def send_by_sftp(house: Path, port: int, host_key: str) -> None:
    """Let the station of Trường Hà be reached over SFTP."""
    schedule = house / "schedule.toml"
    line = f'group = "bac"\npush = "sftp://tram@127.0.0.1:{port}/inbox"\nhost_key = "{host_key}"'
    schedule.write_text(schedule.read_text().replace('group = "bac"', line))


def accepted(folder: Path, station: str) -> list[str]:
    """What a station says when it looks at its folder."""
    said: list[str] = []
    store, _aside = open_store(folder / "state/station.db")
    with closing(store):
        Inbox(folder, station, store, said.append).refresh(NOON)
    return said


def test_a_station_on_another_machine_is_served_over_sftp_and_trusts_by_fingerprint(
    house: Path, server: SshServer
) -> None:
    send_by_sftp(house, server.port, server.host_key)
    (day,) = data("push", DATE, house=house)
    assert {one["station"]: one["outcome"] for one in day["pushed"]} == {
        "ma-ba": "pushed",
        "truong-ha": "pushed",
    }
    folder = server.folder / "inbox"
    assert "trusts no centre" in accepted(folder, "truong-ha")[0]
    shown = data("keys", "show", house=house)
    trust(folder, shown["fingerprint"])
    assert "is accepted" in accepted(folder, "truong-ha")[0]
    assert public_line(house / "state/keys") in radio("keys", "show", house=house).stdout
    (again,) = data("push", DATE, house=house)
    assert {one["outcome"] for one in again["pushed"]} == {"unchanged"}


def test_a_station_that_is_away_is_on_the_way_and_the_others_are_served(
    house: Path, server: SshServer
) -> None:
    send_by_sftp(house, 9, server.host_key)  # nobody listens there
    (day,) = data("push", DATE, house=house, check=1)
    assert {one["station"]: one["outcome"] for one in day["pushed"]} == {
        "ma-ba": "pushed",
        "truong-ha": "failed",
    }
    standing = {one["station"]: one for one in told(house, check=1)}
    (away,) = standing["truong-ha"]["days"]
    assert (away["state"], away["tries"]) == ("pending", 1) and away["detail"]
    assert standing["truong-ha"]["covered_until"] is None
    assert standing["ma-ba"]["covered_until"].startswith("2026-11-23 05:3")
    accepted(house / "var/stations/ma-ba", "ma-ba")
    (here,) = {one["station"]: one for one in told(house, check=1)}["ma-ba"]["days"]
    assert here["state"] == "verified"

    schedule = house / "schedule.toml"
    schedule.write_text(schedule.read_text().replace("127.0.0.1:9/", f"127.0.0.1:{server.port}/"))
    data("push", DATE, house=house)
    assert {one["days"][0]["state"] for one in told(house, check=0)} == {"verified", "pushed"}


def told(house: Path, check: int) -> list[dict[str, object]]:
    """What ``radio status`` prints."""
    return data("status", "--now", "2026-11-23T04:00", house=house, check=check)  # type: ignore[no-any-return]


def test_an_address_without_its_host_key_is_an_error_of_the_schedule(house: Path) -> None:
    schedule = house / "schedule.toml"
    schedule.write_text(schedule.read_text().replace('group = "bac"', 'push = "sftp://tram@10.8.0.5/inbox"'))
    result = radio("check", house=house, check=1)
    assert 'needs "host_key"' in result.stdout + result.stderr


def test_without_the_centres_key_nothing_new_goes_out_until_somebody_signs(
    house: Path, tmp_path: Path
) -> None:
    """The key is on a stick, under a passphrase: the build waits; ``radio sign`` with stick and passphrase sends."""
    office = Office(house / "state")
    office.found(NOON)
    signer = keys.load(office.keys_folder, "centre")
    keys.protect(office.keys_folder, "centre", signer, "bí mật của tôi")
    office.move_keys(tmp_path / "stick")
    (day,) = data("push", DATE, house=house, check=1)
    assert {one["outcome"] for one in day["pushed"]} == {"waiting"}
    assert not list((house / "var/stations").rglob("timestamp.json"))
    assert {one["days"][0]["state"] for one in told(house, check=1)} == {"waiting"}  # type: ignore[index]

    def sign(passphrase: str) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-m",
            "radio.cli",
            "sign",
            "--days",
            "1",
            "--keys",
            str(tmp_path / "stick"),
        ]
        command += ["--now", "2026-11-23T04:00", "--house", str(house)]
        environment = {**os.environ, "RADIO_LANG": "en"}
        return subprocess.run(
            command, input=f"{passphrase}\n", capture_output=True, text=True, env=environment, check=False
        )

    wrong = sign("falsch")
    assert wrong.returncode == 1 and "wrong passphrase" in wrong.stderr
    assert {one["days"][0]["state"] for one in told(house, check=1)} == {"waiting"}  # type: ignore[index]
    right = sign("bí mật của tôi")
    assert right.returncode == 0 and "2 of 2 stations served" in right.stdout, right.stderr
    assert "is accepted" in accepted(house / "var/stations/ma-ba", "ma-ba")[0]


def test_keys_are_shown_backed_up_lost_and_brought_back(house: Path, tmp_path: Path) -> None:
    """A laptop that burnt: from the recovery copy the same house signs on, and stations go on trusting it."""
    data("push", DATE, house=house)
    folder = house / "var/stations/ma-ba"
    assert "is accepted" in accepted(folder, "ma-ba")[0]

    def command(*words: object, answers: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "radio.cli", *map(str, words), "--house", str(house)],
            input=answers,
            capture_output=True,
            text=True,
            env={**os.environ, "RADIO_LANG": "en"},
            check=False,
        )

    copy = tmp_path / "khoa"
    saved = command("keys", "backup", copy, answers="két sắt\nkét sắt\n")
    assert saved.returncode == 0, saved.stderr
    assert copy.stat().st_mode & 0o077 == 0 and b"PRIVATE" not in copy.read_bytes()
    printed = json.loads(command("keys", "show", "--json").stdout)["fingerprint"]
    shutil.rmtree(house / "state/keys")
    shutil.rmtree(house / "state/repository")
    wrong = command("keys", "restore", copy, answers="sai\n")
    assert wrong.returncode == 1 and "passphrase is wrong" in wrong.stderr
    assert not (house / "state/keys").exists()
    assert command("keys", "restore", copy, answers="két sắt\n").returncode == 0
    assert command("keys", "restore", copy, answers="két sắt\n").returncode == 1, "nothing is overwritten"
    assert json.loads(command("keys", "show", "--json").stdout)["fingerprint"] == printed
    schedule = house / "schedule.toml"
    schedule.write_text(schedule.read_text().replace('"xã Mã Ba"', '"xã Mã Ba mới"'))
    radio("today", "--date", DATE, house=house)
    assert "is accepted" in accepted(folder, "ma-ba")[0]


def test_a_stolen_centres_key_is_revoked_and_stations_follow(house: Path, tmp_path: Path) -> None:
    data("push", DATE, house=house)
    folder = house / "var/stations/ma-ba"
    accepted(folder, "ma-ba")
    before = data("keys", "show", house=house)
    radio("keys", "revoke", "centre", house=house)
    after = data("keys", "show", house=house)
    changed = [
        old["name"]
        for old, new in zip(before["keys"], after["keys"], strict=True)
        if old["key_id"] != new["key_id"]
    ]
    assert changed == ["centre"] and before["fingerprint"] == after["fingerprint"]
    data("push", DATE, house=house)
    schedule = house / "schedule.toml"
    schedule.write_text(schedule.read_text().replace('"xã Mã Ba"', '"xã Mã Ba mới"'))
    radio("today", "--date", DATE, house=house)
    assert "is accepted" in accepted(folder, "ma-ba")[0]
    for name in ("root-1", "root-2"):
        (house / f"state/keys/{name}.pem").unlink()
    assert "two of the root keys" in radio("keys", "revoke", "online", house=house, check=1).stderr
