"""Plans are values: what decides the bytes decides the recipe, and the timeline can be read before any sound."""

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from radio.mix.plan import (
    Bed,
    ItemPlan,
    Music,
    Recording,
    Silence,
    SoundSettings,
    Source,
    Speech,
    Tags,
    sources,
)
from radio.mix.timeline import OFF_DB, Point, timeline

A = Source(Path("a.wav"), "aa")
B = Source(Path("b.wav"), "bb")
PLAN = ItemPlan((Speech(A, 800),), Bed(B), SoundSettings(), Tags("Tin", text="Mời bà con nghe."))

CHANGES = [
    replace(PLAN, parts=(Speech(B, 800),)),
    replace(PLAN, parts=(Recording(A, 800),)),
    replace(PLAN, parts=(Speech(A, 801),)),
    replace(PLAN, parts=(Speech(A, 800, chapter="Một"),)),
    replace(PLAN, parts=(*PLAN.parts, Silence(1))),
    replace(PLAN, bed=None),
    replace(PLAN, bed=Bed(B, fade_ms=601)),
    replace(PLAN, sound=SoundSettings(horn=False)),
    replace(PLAN, sound=SoundSettings(bitrate=64)),
    replace(PLAN, sound=SoundSettings(codec="opus")),
    replace(PLAN, tags=Tags("Tin", text="Mời bà con nghe.", cover=A)),
    replace(PLAN, tags=Tags("Tin", text="Mời bà con nghe!")),
]


@pytest.mark.parametrize("changed", CHANGES, ids=range(len(CHANGES)))
def test_any_change_of_sound_or_tags_is_another_recipe(changed: ItemPlan) -> None:
    """Nothing that is heard or read is left out of the recipe."""
    assert changed.recipe() != PLAN.recipe()


def test_moving_the_files_is_the_same_recipe() -> None:
    """A house may be copied to another folder and nothing is made again."""
    moved = replace(PLAN, parts=(Speech(Source(Path("/else/a.wav"), "aa"), 800),))
    assert moved.recipe() == PLAN.recipe()


def test_recipe_is_the_same_in_another_process_and_after_pickling() -> None:
    """The recipe names files on disk, so it must not depend on the run (this one is written down)."""
    assert pickle.loads(pickle.dumps(PLAN)) == PLAN
    assert PLAN.recipe() == "5efa751f489e388252ba1e9b405614a0450ac2ff21b0a66e1d5f3044e475276f"


def test_sources_names_every_file_to_be_read() -> None:
    """Silence needs none; the bed comes last."""
    plan = replace(PLAN, parts=(Music(B), Silence(5), Speech(A)))
    assert sources(plan) == (B, A, B)


def test_parts_follow_each_other_to_the_millisecond() -> None:
    """Cues, pauses, cut and looped music; the length in samples is exact."""
    plan = replace(
        PLAN,
        bed=None,
        parts=(
            Music(B, ms=2500, pause_ms=100, chapter="Mở đầu"),
            Speech(A, 401),
            Silence(33),
            Music(B, ms=9000, loop=True, chapter="Nhạc"),
            Music(B, ms=9000),
        ),
    )
    line = timeline(plan, [4000, 1234, 0, 4000, 4000])
    assert [(cue.start, cue.end, cue.until) for cue in line.cues] == [
        (0, 2500, 2600),
        (2600, 3834, 4235),
        (4235, 4268, 4268),
        (4268, 13268, 13268),
        (13268, 17268, 17268),
    ]
    assert line.samples == 17268 * 48
    assert line.chapters == ((0, "Mở đầu"), (4268, "Nhạc"))


def test_bed_is_down_before_the_first_word_and_up_when_it_is_alone() -> None:
    """Each change of level lies inside the louder neighbour, so words and music are clear of it."""
    bed = Bed(B, below_lu=18, alone_lu=6, fade_ms=500)
    parts = (Silence(4000), Speech(A, 800), Speech(A, 3000), Music(B), Speech(A))
    line = timeline(replace(PLAN, bed=bed, parts=parts), [0, 2000, 2000, 5000, 2000])
    assert line.bed == (
        Point(0, OFF_DB),
        Point(500, -6),
        Point(3500, -6),
        Point(4000, -18),
        Point(8800, -18),
        Point(9300, -6),
        Point(11300, -6),
        Point(11800, OFF_DB),
        Point(16800, OFF_DB),
        Point(17300, -18),
        Point(18300, -18),
        Point(18800, OFF_DB),
    )


def test_bed_stays_down_in_short_pauses() -> None:
    """A bed that swells between two sentences is a nuisance."""
    line = timeline(replace(PLAN, parts=(Speech(A, 800), Speech(A, 800), Speech(A))), [2000, 2000, 2000])
    assert {point.lu for point in line.bed} == {OFF_DB, -18.0}


def test_timeline_prints_cues_fades_and_bed() -> None:
    """The plan can be read by a person."""
    parts = (Music(B, fade_out_ms=700, chapter="Mở đầu"), Speech(A))
    text = str(timeline(replace(PLAN, parts=parts), [4000, 2000]))
    assert "0.000–    4.000  music b.wav fades 0/700 ms [Mở đầu]" in text
    assert "4.000–    6.000  speech a.wav" in text
    assert "bed -18.0 LU" in text


def test_an_item_of_nothing_has_an_empty_timeline() -> None:
    """No parts, no length, no bed."""
    line = timeline(replace(PLAN, parts=()), [])
    assert (line.ms, line.bed, str(line)) == (0, (), "")
