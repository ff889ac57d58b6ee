"""What a station believes of its folder."""

import datetime
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from radio.files import write_bytes
from radio.package import Manifest, manifest_path, serialise
from radio.station.inbox import Inbox, Refused, judge, read_item
from radio.station.store import open_store
from tests.station.world import ZONE, make_item, make_manifest, push

DAY = datetime.date(2026, 12, 1)
NOON = datetime.datetime(2026, 12, 1, 12, 0, tzinfo=ZONE)
GOOD = make_manifest(DAY, [], [], sequence=5)


def test_a_good_manifest_is_taken() -> None:
    assert judge(serialise(GOOD), "xa-1", DAY, None) == GOOD
    assert judge(serialise(GOOD), "xa-1", DAY, (5, serialise(GOOD))) == GOOD


def _without_zone() -> bytes:
    tree = json.loads(serialise(GOOD))
    return json.dumps({**tree, "timezone": "Asia/Atlantis"}).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        serialise(GOOD)[:-40],
        serialise(replace(GOOD, demo=False)),
        serialise(replace(GOOD, station="xa-2")),
        serialise(replace(GOOD, date=DAY + datetime.timedelta(days=1))),
        serialise(replace(GOOD, sequence=4)),
        serialise(replace(GOOD, station_name="khác")),
        _without_zone(),
        b" " * (2 << 20),
    ],
    ids=[
        "empty",
        "torn",
        "cut",
        "not demo",
        "other station",
        "other date",
        "older",
        "same number",
        "zone",
        "large",
    ],
)
def test_what_is_refused(data: bytes) -> None:
    """Number 5 was accepted before; each of these is refused with a reason."""
    with pytest.raises(Refused) as refused:
        judge(data, "xa-1", DAY, (5, serialise(GOOD)))
    assert str(refused.value)


Open = Callable[[list[str]], Inbox]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Open]:
    """Starts the inbox of the folder ``tmp_path``, again and again, each time from its memory alone."""
    with ExitStack() as stack:

        def begin(said: list[str]) -> Inbox:
            stack.close()
            store, aside = open_store(tmp_path / "state" / "station.db")
            assert aside is None
            stack.enter_context(closing(store))
            return Inbox(tmp_path, "xa-1", store, said.append)

        yield begin


def _days(inbox: Inbox) -> list[Manifest]:
    return list(inbox.refresh(NOON))


def test_the_last_good_manifest_stays_when_a_bad_one_arrives(start: Open, tmp_path: Path) -> None:
    """Each bad file is told of once, however often the folder is looked at; a newer good one is taken."""
    said: list[str] = []
    inbox = start(said)
    push(tmp_path, GOOD, [])
    assert _days(inbox) == [GOOD] and len(said) == 1
    write_bytes(tmp_path / manifest_path("xa-1", DAY), b"rubbish")
    assert _days(inbox) == [GOOD] == _days(inbox)
    assert len(said) == 2
    newer = replace(GOOD, sequence=6, station_name="mới")
    push(tmp_path, newer, [])
    assert _days(inbox) == [newer]


def test_after_a_restart_an_older_manifest_is_a_replay(start: Open, tmp_path: Path) -> None:
    """The memory is the database's: the folder holds only the old file, and what was believed still is."""
    push(tmp_path, GOOD, [])
    assert _days(start([])) == [GOOD]
    push(tmp_path, replace(GOOD, sequence=4, station_name="cũ"), [])
    said: list[str] = []
    assert _days(start(said)) == [GOOD]
    assert len(said) == 1
    (tmp_path / manifest_path("xa-1", DAY)).unlink()
    assert _days(start([])) == [GOOD]


def test_only_the_days_around_now_are_held(start: Open, tmp_path: Path) -> None:
    inbox = start([])
    near = [make_manifest(DAY + datetime.timedelta(days=days), [], []) for days in (-1, 0, 1)]
    far = [make_manifest(DAY + datetime.timedelta(days=days), [], []) for days in (-5, 5)]
    for manifest in near + far:
        push(tmp_path, manifest, [])
    assert _days(inbox) == near


def test_a_folder_in_place_of_the_manifest_is_survived(start: Open, tmp_path: Path) -> None:
    (tmp_path / manifest_path("xa-1", DAY)).mkdir(parents=True)
    said: list[str] = []
    inbox = start(said)
    assert _days(inbox) == [] == _days(inbox)
    assert len(said) == 1


def test_an_item_is_read_only_when_it_is_exactly_the_one_named(tmp_path: Path) -> None:
    item = make_item(1, 0.3)
    path = tmp_path / "item.mp3"
    path.write_bytes(item.data)
    assert read_item(path, item.ref.length, item.ref.sha256) == item.data
    changed = bytearray(item.data)
    changed[len(changed) // 2] ^= 1
    for bad in (item.data[:-1], item.data + b"x", bytes(changed), b""):
        path.write_bytes(bad)
        with pytest.raises(Refused):
            read_item(path, item.ref.length, item.ref.sha256)
    with pytest.raises(Refused):
        read_item(tmp_path / "absent.mp3", item.ref.length, item.ref.sha256)
