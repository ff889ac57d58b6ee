"""Recordings that nobody should have made: real speech (espeak), spoilt by arithmetic; the same every time."""

import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from radio.reading import utterances
from radio.voice import Speaker, open_studio

RATE = 48_000
TEXT = Path(__file__).resolve().parents[1] / "tests/data/ke-hoach-truyen-thong-xhht-2021.txt"
Sound = npt.NDArray[np.float64]


def speech(folder: Path, seconds: float) -> Sound:
    """So many seconds of espeak reading a plan, pauses of 0.7 s between its sentences; peak about 0.5."""
    studio = open_studio(["espeak"], folder / "clips")
    made: list[Sound] = []
    spoken = [each.spoken for each in utterances(TEXT.read_text("utf-8")) if each.spoken.strip()]
    while sum(map(len, made)) < seconds * RATE:
        for sentence in spoken:
            clip = studio.voice([(sentence, Speaker())]).clips[0]
            with wave.open(str(clip.path)) as file:
                samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
            made += [samples, np.zeros(int(0.7 * RATE))]
            if sum(map(len, made)) >= seconds * RATE:
                break
    whole = np.concatenate(made)[: round(seconds * RATE)]
    return 0.5 * whole / np.abs(whole).max()


def write(path: Path, sound: Sound, rate: int = RATE) -> Path:
    """A 16-bit WAV, one channel or one for each row, clipped at full scale."""
    rows = np.atleast_2d(sound)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(rows))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.rint(np.clip(rows.T, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def level(sound: Sound) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(sound**2)))


def bad(folder: Path, long_minutes: float) -> Iterator[tuple[str, Path]]:
    """Each recording with its name; the last is so long."""
    voice = speech(folder, 20)
    hand = np.random.default_rng(5)
    noise = hand.normal(0, 1, len(voice))
    time = np.arange(len(voice)) / RATE
    brown = np.cumsum(hand.normal(0, 1, len(voice)))
    wind = (brown - np.convolve(brown, np.ones(4800) / 4800, "same")) * (1 + np.sin(2 * np.pi * 0.4 * time))
    near_far = np.concatenate([voice[: 8 * RATE], voice[8 * RATE : 16 * RATE] * 0.06])
    holes = voice * (np.arange(len(voice)) // 960 % 25 > 0)
    pause = np.zeros(20 * RATE)
    recipes: list[tuple[str, Callable[[], Sound]]] = [
        ("3 seconds", lambda: voice[: 3 * RATE]),
        ("whispered: 50 dB down, hiss 20 dB under it", lambda: 0.0032 * (voice + noise * level(voice) / 10)),
        ("clipped: 22 dB over", lambda: voice * 25),
        ("noise 15 dB under the voice", lambda: 0.5 * (voice + noise * level(voice) * 10**-0.75)),
        ("noise 6 dB under the voice", lambda: 0.5 * (voice + noise * level(voice) * 10**-0.3)),
        ("noise 6 dB over the voice", lambda: 0.3 * (voice + noise * level(voice) * 2)),
        ("silent for 20 s in the middle", lambda: np.concatenate([voice, pause, voice])),
        (
            "silent but for room tone, 20 s",
            lambda: np.concatenate([voice, pause, voice]) + _room(hand, voice),
        ),
        ("stereo out of phase", lambda: np.stack([voice, -voice])),
        ("one channel dead, with hum", lambda: np.stack([0.002 * np.sin(314 * time), voice])),
        ("near, then far away (24 dB)", lambda: near_far),
        ("ever softer, 30 dB in all", lambda: voice * 10 ** (-1.5 * time / time[-1])),
        ("loud and soft by turns of 5 s (18 dB)", lambda: voice * np.where(time // 5 % 2 > 0, 0.125, 1.0)),
        ("hum of 50 Hz as loud as the voice", lambda: 0.5 * voice + level(voice) * np.sin(314.16 * time)),
        ("wind", lambda: 0.5 * voice + 2 * level(voice) * wind / level(wind)),
        ("DC offset", lambda: 0.5 * voice + 0.4),
        ("a hole of 20 ms every half second", lambda: holes),
        ("one full-scale click, voice 30 dB under it", lambda: _clicked(voice)),
        ("hiss alone", lambda: 0.1 * noise),
        ("hum alone", lambda: 0.3 * np.sin(2 * np.pi * 440 * time)),
        ("silence", lambda: np.zeros(10 * RATE)),
    ]
    for number, (name, make) in enumerate(recipes):
        yield name, write(folder / f"{number:02d}.wav", make())
    narrow = voice[: len(voice) // 6 * 6].reshape(-1, 6).mean(axis=1)
    yield "telephone, 8 kHz", write(folder / "telephone.wav", narrow, 8000)
    cut = write(folder / "cut.wav", voice)
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size * 6 // 10])
    yield "copied by halves", cut
    yield f"{long_minutes:g} minutes, ever softer", write(folder / "long.wav", _long(folder, long_minutes))


def _room(hand: np.random.Generator, voice: Sound) -> Sound:
    return hand.normal(0, level(voice) / 100, 2 * len(voice) + 20 * RATE)


def _clicked(voice: Sound) -> Sound:
    sound = voice * 0.06
    sound[100_000:100_003] = 1.0
    return sound


def _long(folder: Path, minutes: float) -> Sound:
    sound = speech(folder, minutes * 60)
    return sound * np.linspace(1, 0.1, len(sound))
