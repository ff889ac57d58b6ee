"""What a station believes of a tree: only what its centre signed, in full, for now, and nothing older."""

import datetime
import json
import os
import shutil
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root

from radio import package
from radio.trust import roles
from radio.trust.client import Untrusted, first_trust, folder_reader
from radio.trust.fingerprint import fingerprint
from radio.trust.repository import Day

from .world import DATE, DAY, HOUR, NOW, Centre, Station, manifest


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    centre = Centre(tmp_path / "centre")
    centre.publish(manifest(sequence=1), manifest("xa-2", sequence=7))
    return centre


@pytest.fixture
def station(centre: Centre) -> Station:
    return Station(centre.repository.root)


def test_what_the_centre_signed_is_found_by_each_station(centre: Centre, station: Station) -> None:
    assert station.gets(centre.tree) == 1
    assert Station(centre.repository.root, "xa-2").gets(centre.tree) == 7
    assert Station(centre.repository.root, "xa-3").gets(centre.tree) == 0


def test_a_newer_day_is_followed_and_yesterdays_stick_is_refused(
    centre: Centre, station: Station, tmp_path: Path
) -> None:
    """The memory is what was handed back: a look with it never depends on a cache on the disk."""
    shutil.copytree(centre.tree, tmp_path / "stick")
    centre.publish(manifest(sequence=2), now=NOW + HOUR)
    assert station.gets(centre.tree, NOW + HOUR) == 2
    old = station.look(tmp_path / "stick", NOW + HOUR)
    assert old.refusal == "it is older than what was accepted before" and not old.found
    assert station.gets(centre.tree, NOW + HOUR) == 2


def test_a_frozen_tree_is_refused_once_its_time_is_over(centre: Centre, station: Station) -> None:
    late = NOW + 10 * DAY
    assert "out of date" in station.look(centre.tree, late).refusal
    centre.publish(manifest(date=late.date(), sequence=3), now=late)
    assert station.gets(centre.tree, late, late.date()) == 3


def test_another_centres_tree_is_refused(station: Station, tmp_path: Path) -> None:
    """It has stations of the same names; only the keys differ."""
    other = Centre(tmp_path / "other")
    other.publish(manifest(sequence=9))
    view = station.look(other.tree)
    assert view.refusal and not view.found


def test_a_file_that_is_missing_cut_or_too_long_is_told_and_the_next_copy_completes(
    centre: Centre, station: Station
) -> None:
    (path,) = (centre.tree / "targets/xa-1").iterdir()
    whole = path.read_bytes()
    for damage in (None, b"", whole[:-1], whole + b" ", b"x" + whole[1:]):
        path.unlink(missing_ok=True)
        if damage is not None:
            path.write_bytes(damage)
        view = station.look(centre.tree)
        assert not view.found and view.missing and not view.refusal
    path.write_bytes(whole)
    assert station.gets(centre.tree) == 1


@pytest.mark.parametrize("kind", ["folder", "link", "pipe", "link to a folder"])
def test_odd_files_in_the_tree_neither_hang_nor_mislead(
    kind: str, centre: Centre, station: Station, tmp_path: Path
) -> None:
    for name in (
        "metadata/timestamp.json",
        f"targets/xa-1/{next((centre.tree / 'targets/xa-1').iterdir()).name}",
    ):
        path = centre.tree / name
        whole = path.read_bytes()
        path.unlink()
        if kind == "folder":
            path.mkdir()
        elif kind == "link":
            (tmp_path / "secret").write_bytes(whole)
            path.symlink_to(tmp_path / "secret")
        elif kind == "pipe":
            os.mkfifo(path)
        else:
            path.symlink_to(tmp_path)
        view = station.look(centre.tree)
        assert not view.found and (view.refusal or view.missing)
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        path.write_bytes(whole)
    assert station.gets(centre.tree) == 1


def test_first_trust_needs_the_whole_fingerprint(centre: Centre) -> None:
    read, printed = folder_reader(centre.tree), centre.repository.fingerprint
    assert first_trust(read, printed) == centre.repository.root
    assert first_trust(read, printed.replace(" ", "").upper()) == centre.repository.root
    for wrong in ("", printed[:-1], printed[:-1] + ("0" if printed[-1] != "0" else "1"), printed[5:]):
        with pytest.raises(Untrusted, match=printed):
            first_trust(read, wrong)


def test_first_trust_of_a_tree_without_a_key_says_so(tmp_path: Path) -> None:
    with pytest.raises(Untrusted, match="no centre's key"):
        first_trust(folder_reader(tmp_path), "0000 " * 8)


def test_a_root_with_the_same_key_names_but_other_keys_has_another_fingerprint(centre: Centre) -> None:
    """A key's id is only a label in the metadata: a forger may copy it."""
    tree = json.loads(centre.repository.root)
    for key in tree["signed"]["keys"].values():
        key["keyval"]["public"] = CryptoSigner.generate_ed25519().public_key.keyval["public"]
    assert fingerprint(json.dumps(tree).encode()) != centre.repository.fingerprint


def test_the_root_is_rotated_twice_while_a_station_is_away(centre: Centre, station: Station) -> None:
    assert station.gets(centre.tree) == 1
    printed = centre.repository.fingerprint
    centre.renew("root-1", without=("root-1",))
    centre.renew("root-2")
    centre.publish(manifest(sequence=4), now=NOW + HOUR)
    assert station.gets(centre.tree, NOW + HOUR) == 4
    assert centre.repository.fingerprint != printed
    assert station.memory.root == centre.repository.root


def test_a_stolen_key_is_worth_nothing_after_its_replacement(
    centre: Centre, station: Station, tmp_path: Path
) -> None:
    """The thief has the old key of the role and goes on publishing; the station has seen the new root once."""
    for name in (roles.CENTRE, roles.ONLINE, roles.CUT_IN, "root-3"):
        shutil.rmtree(tmp_path / "thief", ignore_errors=True)
        shutil.copytree(centre.folder, tmp_path / "thief")
        old = centre.renew(name, without=(name,))
        number = 10 + roles.KEYS.index(name)
        centre.publish(manifest(sequence=number), now=NOW + HOUR)
        assert station.gets(centre.tree, NOW + HOUR) == number
        thief = centre.copied(tmp_path / "thief", {name: old})
        if name in (roles.CENTRE, roles.ONLINE):
            thief.publish(manifest(sequence=99), now=NOW + 2 * HOUR)
            view = station.look(thief.tree, NOW + 2 * HOUR)
            assert not view.found, name
        assert station.gets(centre.tree, NOW + HOUR) == number


def test_the_online_key_alone_announces_nothing_new(centre: Centre, station: Station) -> None:
    """A thief of the online key signs a manifest with it: no station takes it."""
    forged = manifest(sequence=50)
    day = Day("xa-1", DATE, package.serialise(forged))
    online = centre.signers[roles.ONLINE]
    centre.repository.sign([day], centre.stations, online, NOW + HOUR)
    centre.repository.commit(online, NOW + HOUR)
    (centre.tree / roles.target_file("xa-1", DATE, day.sha256)).write_bytes(day.data)
    for path, data in centre.repository.tree(centre.stations).items():
        (centre.tree / path).write_bytes(data)
    view = station.look(centre.tree, NOW + HOUR)
    assert view.refusal == "it is not signed by the centre that this station trusts" and not view.found


def test_one_root_key_alone_changes_nothing(centre: Centre, station: Station) -> None:
    """Two of three have to sign: one stolen root key makes no root that a station follows."""

    root = Metadata[Root].from_bytes(centre.repository.root).signed
    thief = CryptoSigner.generate_ed25519()
    root.revoke_key(root.roles["timestamp"].keyids[0], "timestamp")
    root.add_key(thief.public_key, "timestamp")
    centre.repository.files.write("root", root, [centre.signers["root-1"]], NOW)
    (centre.tree / "metadata/2.root.json").write_bytes(centre.repository.files.data("root"))
    before = station.memory.root
    view = station.look(centre.tree)
    assert view.refusal and station.memory.root == before


def test_a_revocation_sticks_even_when_the_rest_of_the_push_is_torn(
    centre: Centre, station: Station, tmp_path: Path
) -> None:
    shutil.copytree(centre.tree, tmp_path / "old")
    centre.renew(roles.ONLINE)
    (centre.tree / "metadata/2.root.json").write_bytes(centre.repository.root)
    torn = station.look(centre.tree)
    assert torn.refusal and station.memory.root == centre.repository.root
    assert station.look(tmp_path / "old").refusal


def test_a_clock_far_ahead_refuses_and_recovers(centre: Centre, station: Station) -> None:
    assert station.look(centre.tree, NOW + datetime.timedelta(days=730)).refusal
    assert station.gets(centre.tree) == 1


def test_a_damaged_memory_believes_nothing_and_says_so(centre: Centre) -> None:
    """A root that has rotted in the station's database is a refusal, not a crash."""
    station = Station(centre.repository.root[:-40])
    assert station.gets(centre.tree) == 0
