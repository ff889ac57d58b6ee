"""Manifests: what is accepted from untrusted bytes, and what a station may believe."""

import dataclasses
import datetime
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radio import package
from radio.package import BadManifest, Cue, ItemRef, Manifest, Slot, Window

from .houses import ZONE

DATE = datetime.date(2026, 11, 23)
START = datetime.datetime(2026, 11, 23, 5, 30, tzinfo=ZONE)
ITEM = ItemRef("a" * 64, 1000, 1105, 48_000, "Tin", START + datetime.timedelta(days=14))
SLOT = Slot("sang", START, 96_000, "join", 0, 100, (Cue(0, ITEM.sha256, "bulletins", "Tin", "đến lượt"),))
MIDNIGHT = datetime.datetime(2026, 11, 23, tzinfo=ZONE)
MANIFEST = Manifest(
    house="ha-quang",
    station="ma-ba",
    station_name="xã Mã Ba",
    date=DATE,
    timezone="Asia/Ho_Chi_Minh",
    sequence=3,
    issued=START,
    not_before=MIDNIGHT,
    not_after=MIDNIGHT + datetime.timedelta(days=1),
    windows=(Window("05:00:00", "07:00:00"), Window("23:00:00", "24:00:00")),
    slots=(SLOT,),
    items=(ITEM,),
)


def altered(**values):
    return dataclasses.replace(MANIFEST, **values)


def test_a_manifest_survives_its_bytes():
    assert package.parse(package.serialise(MANIFEST)) == MANIFEST
    assert package.serialise(package.parse(package.serialise(MANIFEST))) == package.serialise(MANIFEST)


@pytest.mark.parametrize(
    "change",
    [
        {"station": "../etc"},
        {"sequence": 0},
        {"sequence": True},
        {"items": [{**dataclasses.asdict(ITEM), "sha256": "../../x"}]},
        {"extra": 1},
        {"date": "2026-02-30"},
        {"issued": "2026-11-23T05:30:00"},
        {"windows": [{"start": "5:00", "until": "07:00:00"}]},
        {"slots": "x"},
        {"items": []},
        {"issued": "9999-12-31T23:59:00+00:00"},
        {"station_name": "xã \ud800"},
        {"station_name": "xã\x00Mã Ba"},
        {"not_before": "2026-11-23T06:00:00+07:00"},  # the slot would begin before the manifest is valid
    ],
)
def test_odd_values_are_refused(change):
    tree = package.to_tree(MANIFEST)
    tree.update(change)
    with pytest.raises(BadManifest):
        package.parse(json.dumps(tree, default=str).encode())


def test_cues_must_follow_each_other_inside_their_slot():
    overlapping = dataclasses.replace(SLOT, cues=(SLOT.cues[0], Cue(100, ITEM.sha256, "sting", "", "")))
    too_long = dataclasses.replace(SLOT, length=100)
    twice = (SLOT, dataclasses.replace(SLOT, id="nua"))
    for slots in ((overlapping,), (too_long,), twice):
        with pytest.raises(BadManifest):
            package.parse(package.serialise(altered(slots=slots)))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_bytes_are_refused_or_mean_something_valid(data):
    """Any single changed byte: no crash, and whatever is still read passes the strict rules again."""
    raw = bytearray(package.serialise(MANIFEST))
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = package.parse(bytes(raw))
    except BadManifest:
        return
    assert package.parse(package.serialise(read)) == read


@pytest.mark.parametrize(
    ("start", "seconds", "now", "allowed"),
    [
        ("2026-11-23T05:30:00+07:00", 60, "2026-11-23T05:30:00+07:00", True),
        ("2026-11-23T05:30:00+07:00", 60, "2026-11-22T22:30:00+00:00", True),  # a machine clock in UTC
        ("2026-11-23T04:59:59+07:00", 60, "2026-11-23T04:59:59+07:00", False),
        ("2026-11-23T06:59:30+07:00", 31, "2026-11-23T06:59:30+07:00", False),
        ("2026-11-23T06:59:30+07:00", 30, "2026-11-23T06:59:30+07:00", True),
        ("2026-11-23T23:59:00+07:00", 60, "2026-11-23T23:59:00+07:00", True),
        ("2026-11-23T23:59:00+07:00", 61, "2026-11-23T23:59:00+07:00", False),
        ("2026-11-23T05:30:00+07:00", 60, "2026-11-24T05:30:00+07:00", False),
    ],
)
def test_a_slot_sounds_only_inside_a_window_of_a_valid_day(start, seconds, now, allowed):
    slot = dataclasses.replace(
        SLOT, start=datetime.datetime.fromisoformat(start), length=seconds * package.RATE
    )
    refused = package.window_refusal(MANIFEST, slot, datetime.datetime.fromisoformat(now))
    assert (refused is None) == allowed, refused


def test_midnight_may_be_crossed_where_both_sides_are_allowed():
    slot = dataclasses.replace(SLOT, start=START.replace(hour=23, minute=59), length=120 * package.RATE)
    both = altered(windows=(Window("23:00:00", "24:00:00"), Window("00:00:00", "01:00:00")))
    assert package.window_refusal(both, slot, slot.start) is None
    assert package.window_refusal(MANIFEST, slot, slot.start) is not None
