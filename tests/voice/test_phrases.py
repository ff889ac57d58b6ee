"""Where a reader breathes, how many syllables there are, and how phrases share requests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radio.voice import Manner
from radio.voice.phrases import normalise, pack, phrases, syllables

MANNER = Manner(comma=0.4, sentence=0.8)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Kính thưa bà con,", 4),
        ("giường quý nguyện khuya", 4),
        ("Yên Bái, Y tế", 4),
        ("đường – nghiêng", 2),
        ("Facebook", 3),
        ("UBND", 1),
        ("XYZ", 1),
        ("TNHH", 4),
        ("… – !", 0),
        ("", 0),
    ],
)
def test_syllables(text: str, count: int) -> None:
    """A Vietnamese word is one; a foreign one as many as its vowel runs; one without vowels is spelt."""
    assert syllables(text) == count


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kính thưa bà con, xin chào.", [("Kính thưa bà con,", 0.4), ("xin chào.", 0)]),
        ("Thông báo: mất điện. Xin hết.", [("Thông báo:", 0.6), ("mất điện.", 0.8), ("Xin hết.", 0)]),
        ("Hà Nội – Cao Bằng", [("Hà Nội", 0.4), ("Cao Bằng", 0)]),
        ("“Chào.” Rồi đi.", [("“Chào.”", 0.8), ("Rồi đi.", 0)]),
        ("Giá 1.000 đồng, 3,5 cân", [("Giá 1.000 đồng,", 0.4), ("3,5 cân", 0)]),
        ("Một … , hai", [("Một …", 0.8), ("hai", 0)]),
        ("… Xin chào …", [("Xin chào …", 0)]),
        ("Một\nhai", [("Một", 0.4), ("hai", 0)]),
        ("", []),
    ],
)
def test_phrases(text: str, expected: list[tuple[str, float]]) -> None:
    """Punctuation before a space makes a pause of its kind; nothing without words is a phrase."""
    assert [(phrase.text, phrase.pause) for phrase in phrases(text, MANNER)] == [
        (words, pytest.approx(pause)) for words, pause in expected
    ]


@given(st.text(alphabet="ab cđ,.ạ:–\n…”1", max_size=400))
def test_nothing_is_lost(text: str) -> None:
    """Every letter and figure of any text is in its phrases, and in its parts, in order; no part is too long."""

    def letters(words: str) -> str:
        return "".join(character for character in normalise(words) if character.isalnum())

    pieces = phrases(text, MANNER)
    assert letters("".join(piece.text for piece in pieces)) == letters(text)
    if all(len(word) <= 100 for word in text.split()):
        parts = pack(pieces, 100)
        assert letters("".join(part.text for part in parts)) == letters(text)
        assert all(len(part.text) <= 100 for part in parts)
        assert sum(len(part.inner) for part in parts) <= len(pieces)


def test_pack_balances() -> None:
    """A phrase too long for one part is cut into about equal ones, not into a full one and a stump."""
    text = " ".join(["xuân"] * 22)
    lengths = [len(part.text) for part in pack(phrases(text, MANNER), 100)]
    assert len(lengths) == 2 and min(lengths) > 45


def test_a_word_longer_than_a_request() -> None:
    """One endless word ends in a part of its own; the engine, not an endless loop, refuses it."""
    parts = pack(phrases("xin " + "a" * 150 + " chào", MANNER), 100)
    assert [len(part.text) for part in parts] == [3, 150, 4]
