"""Fill music in a built house: as long as the slot has room, ended where a phrase ends."""

from pathlib import Path

import pytest

from radio.house import open_house
from radio.mainjob import studio_of
from radio.mix.plan import Music
from radio.production import PHRASE_FADE_MS, Production

from . import houses

PHRASES = '["song.wav"]\nphrase_seconds = 6.0\n'


def production(root: Path, catalogue: str = PHRASES) -> Production:
    """A house whose song is 20 s long: three phrases of 6 s, and 2 s in which the last note dies away."""
    house = houses.make(root)
    (house / "audio/audio.toml").write_text(catalogue)
    opened = open_house(house)
    return Production(opened, studio_of(opened))


@pytest.mark.parametrize(
    ("least", "most", "ms", "fade"),
    [
        (9_000, 14_500, 12_000, PHRASE_FADE_MS),
        (30_000, 39_000, 38_000, PHRASE_FADE_MS),
        (15_000, 21_000, 20_000, PHRASE_FADE_MS),
        (13_000, 14_500, 14_000, 4000),
        (3_000, 5_000, 4_000, 1333),
    ],
)
def test_length_and_ending(least: int, most: int, ms: int, fade: int, tmp_path: Path) -> None:
    """A phrase's end within what may be left free; or the piece's own end; else cut to measure."""
    otherwise = most // 2000 * 2000
    (part,) = production(tmp_path / "nha").fill("Nhạc", "song.wav", least, most, otherwise).parts
    assert isinstance(part, Music) and part.loop
    assert (part.ms, part.fade_out_ms) == (ms, fade)


def test_music_of_which_nothing_is_known(tmp_path: Path) -> None:
    """It is as long as asked for and fades out."""
    (part,) = production(tmp_path / "nha", "").fill("Nhạc", "song.wav", 9_000, 14_500, 14_000).parts
    assert isinstance(part, Music)
    assert (part.ms, part.fade_out_ms) == (14_000, 4000)
