"""What a station believes of its folder."""

import datetime
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from radio.files import write_bytes
from radio.package import Manifest, serialise
from radio.problem import RadioError
from radio.station.inbox import Inbox, read_item
from radio.station.store import open_store
from radio.station.trusting import trust
from radio.trust.office import Office
from radio.trust.rules import Accepted, Refused, judge
from tests.station.world import ZONE, make_item, make_manifest, push

DAY = datetime.date(2026, 12, 1)
NOON = datetime.datetime(2026, 12, 1, 12, 0, tzinfo=ZONE)
GOOD = make_manifest(DAY, [], [], sequence=5)


def test_a_good_manifest_is_taken() -> None:
    assert judge(serialise(GOOD), "xa-1", DAY, None) == GOOD
    assert judge(serialise(GOOD), "xa-1", DAY, Accepted(5, serialise(GOOD))) == GOOD


def _without_zone() -> bytes:
    tree = json.loads(serialise(GOOD))
    return json.dumps({**tree, "timezone": "Asia/Atlantis"}).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        serialise(GOOD)[:-40],
        serialise(replace(GOOD, not_after=GOOD.not_after + datetime.timedelta(days=1))),
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
        "too long",
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
        judge(data, "xa-1", DAY, Accepted(5, serialise(GOOD)))
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


def _signed(folder: Path) -> Path:
    """The newest signed manifest of the day in the folder."""
    return max((folder / "targets/xa-1").glob(f"*.{DAY}.json"), key=lambda path: path.stat().st_mtime_ns)


def test_the_last_good_manifest_stays_when_a_bad_one_arrives(start: Open, tmp_path: Path) -> None:
    """A bad push is told of once, however often the folder is looked at; the same one made whole is taken."""
    said: list[str] = []
    inbox = start(said)
    push(tmp_path, GOOD, [])
    assert _days(inbox) == [GOOD] and len(said) == 1
    newer = replace(GOOD, sequence=6, station_name="mới")
    push(tmp_path, newer, [])
    whole = _signed(tmp_path).read_bytes()
    _signed(tmp_path).write_bytes(whole[:-1])
    assert _days(inbox) == [GOOD] == _days(inbox)
    assert len(said) == 2 and "damaged or cut short" in said[1]
    write_bytes(_signed(tmp_path), whole)
    assert _days(inbox) == [newer]


def test_nothing_is_believed_before_a_person_has_compared_the_key(start: Open, tmp_path: Path) -> None:
    """The folder's own key is no reason to trust it; with the fingerprint the same folder is believed."""
    push(tmp_path, GOOD, [])
    (tmp_path / "state/station.db").unlink()
    said: list[str] = []
    inbox = start(said)
    assert _days(inbox) == [] == _days(inbox)
    assert said == ['this station trusts no centre yet: "radio station trust"']
    printed = Office(tmp_path / "centre").repository.fingerprint
    with pytest.raises(RadioError, match="does not agree"):
        trust(tmp_path, printed[:-4] + "0000")
    assert _days(inbox) == []
    assert trust(tmp_path, printed.upper()) == printed
    assert _days(inbox) == [GOOD]


def test_another_centre_at_the_same_folder_is_refused(start: Open, tmp_path: Path) -> None:
    """Two centres for one station: only the trusted one is heard, whichever pushed last."""
    push(tmp_path, GOOD, [])
    said: list[str] = []
    inbox = start(said)
    assert _days(inbox) == [GOOD]
    push(tmp_path / "other", replace(GOOD, sequence=9), [])
    shutil.copytree(tmp_path / "other/metadata", tmp_path / "metadata", dirs_exist_ok=True)
    shutil.copytree(tmp_path / "other/targets", tmp_path / "targets", dirs_exist_ok=True)
    assert _days(inbox) == [GOOD]
    assert len(said) == 2 and "refused" in said[1]


def test_after_a_restart_an_older_tree_is_a_replay(start: Open, tmp_path: Path) -> None:
    """The memory is the database's: with yesterday's stick in the place of the folder, the newer day stays."""
    push(tmp_path, replace(GOOD, sequence=4, station_name="cũ"), [])
    shutil.copytree(tmp_path, tmp_path / "stick", ignore=shutil.ignore_patterns("stick", "state"))
    push(tmp_path, GOOD, [])
    assert _days(start([])) == [GOOD]
    for name in ("metadata", "targets"):
        shutil.rmtree(tmp_path / name)
        shutil.copytree(tmp_path / "stick" / name, tmp_path / name)
    said: list[str] = []
    assert _days(start(said)) == [GOOD]
    assert said == ["what lies in the folder is refused: it is older than what was accepted before"]
    shutil.rmtree(tmp_path / "targets")
    shutil.rmtree(tmp_path / "metadata")
    assert _days(start([])) == [GOOD]


def test_a_smaller_number_that_the_centre_signed_later_is_refused(start: Open, tmp_path: Path) -> None:
    """A centre restored from an old backup by other means than ours: our own rule stands beside the signatures."""
    push(tmp_path, GOOD, [])
    assert _days(start([])) == [GOOD]
    push(tmp_path, replace(GOOD, sequence=4, station_name="cũ"), [])
    said: list[str] = []
    assert _days(start(said)) == [GOOD]
    assert len(said) == 1 and "older than what was accepted" in said[0]


def test_another_communes_manifest_under_this_ones_name_is_refused(start: Open, tmp_path: Path) -> None:
    push(tmp_path, replace(GOOD, station="xa-2"), [])
    said: list[str] = []
    assert _days(start(said)) == []
    assert len(said) == 1 and "xa-2" in said[0]


def test_only_the_days_around_now_are_held(start: Open, tmp_path: Path) -> None:
    inbox = start([])
    near = [make_manifest(DAY + datetime.timedelta(days=days), [], []) for days in (-1, 0, 1)]
    far = [make_manifest(DAY + datetime.timedelta(days=days), [], []) for days in (-5, 5)]
    for manifest in near + far:
        push(tmp_path, manifest, [])
    assert _days(inbox) == near


def test_a_folder_in_place_of_the_commit_is_survived(start: Open, tmp_path: Path) -> None:
    push(tmp_path, GOOD, [])
    (tmp_path / "metadata/timestamp.json").unlink()
    (tmp_path / "metadata/timestamp.json").mkdir()
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
