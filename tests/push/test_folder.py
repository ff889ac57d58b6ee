"""Pushing into folders: only what is missing, whole files under final names, the commit last, one bad one alone."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from radio.places import Folder, Place
from radio.push import Pushed, deliver, merged, push_folder
from radio.push.tree import COMMIT

from .world import Newsroom, contents


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


def test_first_push_brings_all_and_the_second_nothing(newsroom: Newsroom, tmp_path: Path) -> None:
    tree = newsroom.tree(newsroom.day([newsroom.item("a", b"a" * 9000), newsroom.item("b", b"b" * 5000)]))
    first, second = (push_folder(tree, tmp_path / "station") for _turn in range(2))
    assert (first.outcome, first.files, first.size) == ("pushed", len(tree), sum(one.length for one in tree))
    assert (second.outcome, second.files, second.size) == ("unchanged", 0, 0)
    assert set(contents(tmp_path / "station")) == {one.path for one in tree}
    assert newsroom.received(tmp_path / "station") == 1


def test_what_sounds_soonest_is_sent_first_and_the_commit_last(newsroom: Newsroom) -> None:
    """An item of a slot that is over comes after those still to come; one needed twice is sent once."""
    over, later, soon = (newsroom.item(name, name.encode()) for name in ("over", "later", "soon"))
    day = newsroom.day([over, soon, later, soon])
    tree = newsroom.tree(day, now=day.slots[1].start)
    assert [one.sha256 for one in tree[:3]] == [soon.sha256, later.sha256, over.sha256]
    assert [one.path.split("/")[0] for one in tree[3:]] == ["targets"] + ["metadata"] * (len(tree) - 4)
    assert tree[-1].path == COMMIT


def test_a_damaged_item_gets_no_name_and_the_old_plan_stays(newsroom: Newsroom, tmp_path: Path) -> None:
    folder = tmp_path / "station"
    push_folder(newsroom.tree(newsroom.day([], sequence=2)), folder)
    before = contents(folder)
    item = newsroom.item("a", b"sound" * 1000)
    tree = newsroom.tree(newsroom.day([item], sequence=3))
    newsroom.find(item).write_bytes(b"rotten" * 1000)
    result = push_folder(tree, folder)
    assert result.outcome == "failed" and "damaged" in result.detail
    assert contents(folder) == before
    assert newsroom.received(folder) == 2


def test_one_unreachable_folder_does_not_hold_up_the_others(newsroom: Newsroom, tmp_path: Path) -> None:
    tree = newsroom.tree(newsroom.day([]))
    (tmp_path / "file").write_text("not a folder")
    folders = [tmp_path / "a", tmp_path / "no-stick" / "b", tmp_path / "file" / "c", tmp_path / "d"]
    told: dict[Place, Pushed] = {}
    deliver({Folder(folder): tree for folder in folders}, tmp_path / "login", 0, told.__setitem__)
    outcomes = [told[Folder(folder)].outcome for folder in folders]
    assert outcomes == ["pushed", "failed", "failed", "pushed"]


def test_stations_that_share_a_depot_get_shared_items_once(newsroom: Newsroom, tmp_path: Path) -> None:
    shared = newsroom.item("shared", b"s" * 4000)
    days = [
        newsroom.day([shared], station=name, sequence=number) for number, name in ((1, "xa-1"), (2, "xa-2"))
    ]
    tree = merged([newsroom.tree(*days)[:-1] + newsroom.tree(days[0])[-1:], newsroom.tree(days[1])])
    assert sum(one.path.startswith("items/") for one in tree) == 1 and tree[-1].path == COMMIT
    push_folder(tree, tmp_path / "depot")
    assert [newsroom.received(tmp_path / "depot", name) for name in ("xa-1", "xa-2")] == [1, 2]


def test_killed_at_every_write_nothing_is_torn_and_the_next_push_completes(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    """A stick is copied file by file and pulled out after each one: the old day or the new one, never a mixture."""
    folder = tmp_path / "station"
    push_folder(newsroom.tree(newsroom.day([newsroom.item("old", b"o" * 3000)], sequence=1)), folder)
    tree = newsroom.tree(newsroom.day([newsroom.item("a", b"a" * 3000)], sequence=2))
    for count in range(len(tree)):
        assert push_folder(tree[:count], folder).outcome in ("pushed", "unchanged")
        assert newsroom.received(folder) == (1 if count < len(tree) else 2)
    assert push_folder(tree, folder).outcome == "pushed"
    assert newsroom.received(folder) == 2


def test_a_full_disk_fails_and_completes_once_freed(newsroom: Newsroom, tmp_path: Path) -> None:
    """RLIMIT_FSIZE stands for the full disk: the write fails in the middle of the item, for real."""
    item = newsroom.item("big", os.urandom(200_000))
    tree = newsroom.tree(newsroom.day([item]))
    (tmp_path / "tree").write_bytes(pickle.dumps(tree))
    code = (
        "import pickle, resource, signal, sys; from pathlib import Path; from radio.push import push_folder;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "tree = pickle.loads(Path(sys.argv[1]).read_bytes());"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000));"
        "print(push_folder(tree, Path(sys.argv[2])).outcome)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "tree"), str(tmp_path / "station")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.strip() == "failed"
    assert not contents(tmp_path / "station")
    assert push_folder(tree, tmp_path / "station").outcome == "pushed"
    assert newsroom.received(tmp_path / "station") == 1
