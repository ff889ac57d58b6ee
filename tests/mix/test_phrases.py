"""Fill music ends where a phrase ends."""

from pathlib import Path

import pytest

from radio.mix.phrases import Phrases, phrases

from . import sounds

AUDIO = Path(__file__).resolve().parents[2] / "audio"


@pytest.mark.parametrize(
    ("ms", "end"),
    [(9_999, 0), (10_000, 10_000), (79_999, 70_000), (80_500, 80_000), (81_400, 81_400), (95_000, 91_400)],
)
def test_last_end_of_a_phrase(ms: int, end: int) -> None:
    """Eight phrases of 10 s and 1.4 s in which the last note dies away; then it begins again."""
    assert Phrases(10_000, 81_400).end_before(ms) == end


def test_phrases_that_are_no_whole_milliseconds_do_not_drift() -> None:
    """The seventh end is 7 times the length, not 7 roundings."""
    assert Phrases(8275.862, 67_700).end_before(60_000) == 57_931


def test_sample_house_says_it_of_its_fill_music() -> None:
    """Catalogue and files agree: the piece is some phrases long, and a last note."""
    for name in ("nhac-lap-1.opus", "nhac-lap-2.opus", "nhac-lap-3.opus"):
        found = phrases(AUDIO / name)
        assert found is not None
        count, rest = divmod(found.whole_ms, found.phrase_ms)
        assert count == 8 and rest < 2000


@pytest.mark.parametrize(
    "catalogue",
    [
        "",
        "not toml [",
        '["song.wav"]\ntitle = "A"',
        '["song.wav"]\nphrase_seconds = "x"',
        '["song.wav"]\nphrase_seconds = 60',
    ],
)
def test_nothing_said_or_nonsense_is_no_phrase(catalogue: str, tmp_path: Path) -> None:
    """Then the music is cut to measure and faded, as without a catalogue."""
    sounds.write(tmp_path / "song.wav", sounds.music(3))
    assert phrases(tmp_path / "song.wav") is None
    (tmp_path / "audio.toml").write_text(catalogue)
    assert phrases(tmp_path / "song.wav") is None
    (tmp_path / "audio.toml").write_text('["song.wav"]\nphrase_seconds = 1.5')
    assert phrases(tmp_path / "song.wav") == Phrases(1500, 3000)
