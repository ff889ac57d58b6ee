"""Pushing into folders: only what is missing, whole files under final names, one bad station alone fails."""

import dataclasses
import hashlib

import pytest

from radio import package
from radio.push import push_all, push_folder

from .test_package import ITEM, MANIFEST, SLOT

AUDIO = b"sound " * 1000
SHA = hashlib.sha256(AUDIO).hexdigest()


@pytest.fixture
def centre(tmp_path):
    """The centre's items, and a manifest that names one of them."""
    (tmp_path / "items").mkdir()
    (tmp_path / "items" / SHA).write_bytes(AUDIO)
    item = dataclasses.replace(ITEM, sha256=SHA, length=len(AUDIO))
    slot = dataclasses.replace(SLOT, cues=(dataclasses.replace(SLOT.cues[0], item=SHA),))
    manifest = dataclasses.replace(MANIFEST, items=(item,), slots=(slot,))
    return manifest, lambda item: tmp_path / "items" / item.sha256


def test_first_push_brings_all_and_the_second_nothing(centre, tmp_path):
    manifest, find = centre
    first = push_folder(manifest, find, tmp_path / "station")
    second = push_folder(manifest, find, tmp_path / "station")
    assert (first.outcome, first.files) == ("pushed", 2)
    assert (second.outcome, second.files, second.size) == ("unchanged", 0, 0)
    folder = tmp_path / "station"
    assert package.parse((folder / "targets/ma-ba/2026-11-23.json").read_bytes()) == manifest
    assert (folder / "items" / f"{SHA}.mp3").read_bytes() == AUDIO


def test_a_damaged_item_gets_no_name_and_the_old_plan_stays(centre, tmp_path):
    manifest, find = centre
    folder = tmp_path / "station"
    push_folder(dataclasses.replace(manifest, items=(), slots=(), sequence=2), find, folder)
    old = (folder / "targets/ma-ba/2026-11-23.json").read_bytes()
    find(manifest.items[0]).write_bytes(b"rotten" * 1000)
    result = push_folder(manifest, find, folder)
    assert result.outcome == "failed" and result.detail
    assert not list((folder / "items").iterdir())
    assert (folder / "targets/ma-ba/2026-11-23.json").read_bytes() == old


def test_one_unreachable_station_does_not_hold_up_the_others(centre, tmp_path):
    manifest, find = centre
    (tmp_path / "file").write_text("not a folder")
    folders = [tmp_path / "a", tmp_path / "no-stick" / "b", tmp_path / "file" / "c", tmp_path / "d"]
    results = list(push_all([(manifest, folder) for folder in folders], find))
    assert [result.outcome for result in results] == ["pushed", "failed", "failed", "pushed"]
