"""A house that sends Opus and has a logo: from ``radio today`` to what a station decodes."""

import json
from pathlib import Path

import mutagen.oggopus
import numpy as np

from radio import package
from radio.station.inbox import place, read_item
from radio.station.track import decode

from . import houses
from .command import data, radio
from .mix.test_codecs import picture


def house_with_logo(root: Path) -> Path:
    """Three bulletins, Opus, a logo."""
    schedule = houses.SCHEDULE.replace("[voice]\n", '[sound]\ncodec = "opus"\n\n[voice]\n', 1)
    schedule = schedule.replace('province = "', 'logo = "logo-64.png"\nprovince = "', 1)
    house = houses.make(root, schedule)
    picture(house / "audio")
    radio("approve", "--all", "--yes", "--by", "A", house=house)
    return house


def test_stations_get_opus_with_the_logo_in_what_is_spoken(tmp_path: Path) -> None:
    """Every file is named by its codec, whole, of the length the manifest says; music carries no picture."""
    house = house_with_logo(tmp_path / "nha")
    (day,) = data("today", "--date", "2026-11-24", house=house)
    tree = next(one for one in day["stations"] if one["station"] == "ma-ba")
    manifest = package.parse(json.dumps(tree).encode())
    folder = house / "var/stations/ma-ba"
    assert {item.codec for item in manifest.items} == {"opus"}
    assert not list(folder.rglob("*.mp3"))
    kinds = {cue.item: cue.kind for slot in manifest.slots for cue in slot.cues}
    for item in manifest.items:
        path = place(folder, item)
        sound = np.concatenate([block for _place, block in decode(read_item(path, item.length, item.sha256))])
        assert len(sound) == item.samples and item.offset == 0 and np.abs(sound).max() > 3000
        covered = "METADATA_BLOCK_PICTURE" in mutagen.oggopus.OggOpus(path)
        assert covered == (kinds[item.sha256] not in ("ident", "sting", "jingle", "music"))
    assert data("today", "--date", "2026-11-24", house=house)[0]["items_made"] == 0


def test_a_bad_logo_is_reported_and_the_day_is_built_without_it(tmp_path: Path) -> None:
    """A picture is never a reason to fall silent."""
    house = house_with_logo(tmp_path / "nha")
    (house / "audio/logo-64.png").write_bytes(b"GIF89a" + bytes(100))
    (day,) = data("today", "--date", "2026-11-24", house=house, check=1)
    assert [one for one in day["left_out"] if one["failed"] and "logo-64.png" in one["reason"]]
    assert all(station["slots"] for station in day["stations"])


def test_a_missing_logo_is_an_error_of_the_schedule(tmp_path: Path) -> None:
    house = house_with_logo(tmp_path / "nha")
    (house / "audio/logo-64.png").unlink()
    assert (
        "logo-64.png"
        in radio("check", house=house, check=1).stdout + radio("check", house=house, check=1).stderr
    )
