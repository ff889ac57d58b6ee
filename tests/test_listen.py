"""``radio listen``: the plan, and the yard."""

import re
from pathlib import Path

import av
import numpy as np
import pytest

from . import houses
from .command import radio


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One bulletin on a bed."""
    text = houses.SCRIPTS["mua-lon"].replace("\n+++\n", '\nbed = "bed.wav"\n+++\n', 1)
    assert 'bed = "bed.wav"' in text
    return houses.make(tmp_path_factory.mktemp("nghe") / "nha", scripts={"mua-lon": text})


def samples(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def share_above(sound: np.ndarray, hertz: int) -> float:
    """Of the energy."""
    spectrum = np.abs(np.fft.rfft(sound)) ** 2
    return float(spectrum[hertz * len(sound) // 48_000 :].sum() / spectrum.sum())


def test_plan_tells_every_cue_and_the_beds_course(house: Path) -> None:
    """Its length is that of the item; the bed goes down to 18 LU under the speech; no item is made for it."""
    printed = radio("listen", "mua-lon", "--plan", house=house).stdout
    assert not list((house / "var").glob("items/*"))
    seconds = float(re.search(r": ([\d.]+) s", printed)[1])  # type: ignore[index]
    cues = re.findall(r"([\d.]+)–\s*([\d.]+)  speech", printed)
    assert len(cues) >= 2 and float(cues[-1][1]) == seconds
    assert "bed -18.0 LU" in printed and max(map(len, printed.splitlines())) < 120
    made = radio("listen", "mua-lon", "--save", house / "x.mp3", house=house).stdout
    assert f"{seconds:.0f} s" in made


def test_horn_is_heard_in_the_saved_file_and_not_in_the_item(house: Path) -> None:
    """Longer by the echo, without the bass and treble of the item; the item itself is as before."""
    radio("listen", "mua-lon", "--save", house / "x.mp3", house=house)
    before = {path.name for path in (house / "var/items").iterdir()}
    radio("listen", "mua-lon", "--horn", "--save", house / "y.mp3", house=house)
    assert {path.name for path in (house / "var/items").iterdir()} == before
    plain, horn = samples(house / "x.mp3"), samples(house / "y.mp3")
    assert 0.3 < (len(horn) - len(plain)) / 48_000 < 0.6
    assert share_above(horn, 4000) < 0.8 * share_above(plain, 4000)
    assert share_above(horn, 300) > share_above(plain, 300)
    radio("listen", "mua-lon", "--horn", "--wind", "--save", house / "z.mp3", house=house)
    assert share_above(samples(house / "z.mp3"), 300) < share_above(horn, 300) - 0.01


def test_wind_needs_a_horn(house: Path) -> None:
    radio("listen", "mua-lon", "--wind", "--save", house / "w.mp3", house=house, check=2)
    assert not (house / "w.mp3").exists()
