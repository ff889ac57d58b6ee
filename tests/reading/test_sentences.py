"""Sentences, breaths and pauses."""

import re
from pathlib import Path

from radio.reading import utterances
from radio.reading.sentences import BREATH

PLAN = Path(__file__).parents[1] / "data" / "ke-hoach-truyen-thong-xhht-2021.txt"


def said(text: str) -> list[tuple[str, str]]:
    """What is said in one go, and the pause after it."""
    return [(part.spoken, part.pause) for part in utterances(text)]


def test_sentences_end_where_they_end() -> None:
    """Not inside an abbreviation, a number or "v.v."."""
    assert said("TP. Hà Nội có 1.250.000 hộ. Trồng lúa, ngô, v.v. Bà con chú ý!") == [
        ("thành phố Hà Nội có một triệu hai trăm năm mươi nghìn hộ.", "sentence"),
        ("Trồng lúa, ngô, vân vân.", "sentence"),
        ("Bà con chú ý!", "paragraph"),
    ]


def test_headings_items_and_paragraphs_have_their_pauses() -> None:
    """By how the line looks."""
    text = "II. NỘI DUNG\n1. Mục đích\n- Nâng cao nhận thức;\na) Đối với hộ nghèo\nTrên đây là kế hoạch."
    assert [pause for _, pause in said(text)] == ["heading", "heading", "list", "list", "paragraph"]


def test_a_line_that_goes_on_in_the_next_has_a_short_pause() -> None:
    """Text cut by a page break is one sentence to the ear."""
    assert said("đặt tại điểm bưu điện\n\nvăn hóa xã.") == [
        ("đặt tại điểm bưu điện", "comma"),
        ("văn hóa xã.", "paragraph"),
    ]


def test_long_sentences_are_cut_at_phrases() -> None:
    """The plan's sentences of a hundred words come in breaths; most fit the guideline, none is cut in a number."""
    parts = utterances(PLAN.read_text(encoding="utf-8"))
    lengths = [len(re.findall(r"[^\W_]+", part.spoken)) for part in parts]
    assert sum(length <= BREATH for length in lengths) >= 0.9 * len(lengths)
    assert max(lengths) <= 2 * BREATH


def test_each_utterance_knows_its_place_and_its_flags() -> None:
    """Offsets into the written text, so that an editor sees what is being said."""
    text = "Họp lúc 8h. Mời XYZQ dự."
    first, second = utterances(text)
    assert text[first.start : first.end].strip() == "Họp lúc 8h."
    assert [flag.written for flag in second.flags] == ["XYZQ"]
    assert text[second.flags[0].start : second.flags[0].end] == "XYZQ"


def test_nothing_to_say_is_no_utterance() -> None:
    """Blank lines, dots and rules are silent."""
    assert utterances("\n...\n-----\n") == ()
