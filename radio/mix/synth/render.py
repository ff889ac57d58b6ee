"""A piece → its samples: notes placed in time, a small room around them, the horn's band, a limiter.

Where a piece loops, everything wraps: tails of notes, the room's echo, the filter and the limiter's gain, so
the last sample leads into the first as any other leads into the next.
"""

import zlib

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .instruments import BAND, RATE, Instrument, Sound, band_noise
from .score import Note, Part, Piece

GRACE_SECONDS = 0.07
BLOCK = RATE // 1000  # the limiter looks at peaks of 1 ms


def render(piece: Piece) -> Sound:
    """The unlevelled sound of a piece, `Piece.seconds` long; the same piece gives the same samples."""
    length = round(piece.seconds * RATE)
    room = 0 if piece.loop else 2 * RATE  # past the end, where tails fall without wrapping round
    canvas = np.zeros(length + room)
    for part in piece.parts:
        _play(part, piece, canvas)
    sound = _in_room(canvas, 10 ** (piece.reverb_db / 20))[:length]
    return _steadied(sound) if piece.loop else sound * _fade_out(length, min(0.5, piece.tail))


def limit(sound: Sound, ceiling: float, loop: bool) -> Sound:
    """Hold every sample under ``ceiling`` by a gain that moves slowly enough not to be heard."""
    reach = 30  # blocks before and after a peak
    blocks = -(-len(sound) // BLOCK)
    peaks = np.abs(np.pad(sound, (0, blocks * BLOCK - len(sound)))).reshape(blocks, BLOCK).max(axis=1)
    need = np.minimum(1, ceiling / np.maximum(peaks, 1e-9))
    wide = np.pad(need, 2 * reach + 1, mode="wrap" if loop else "edge")
    lowest = sliding_window_view(wide, 2 * reach + 3).min(axis=1)
    window = np.hanning(2 * reach + 1)
    gain = np.convolve(lowest, window / window.sum(), mode="valid")
    middle = (np.arange(blocks) + 0.5) * BLOCK
    at = np.arange(len(sound))
    smooth = np.interp(at, middle, gain, period=len(sound)) if loop else np.interp(at, middle, gain)
    return sound * smooth


def _play(part: Part, piece: Piece, canvas: Sound) -> None:
    instrument = BAND[part.instrument]
    hand = np.random.default_rng(zlib.crc32(f"{piece.name} {part.instrument}".encode()))
    beat = 60 / piece.tempo
    for note in part.notes:
        stray, touch = hand.uniform(-1, 1, 2)
        start = note.at * beat + (stray * instrument.loose if note.at else 0.0)
        gain = 10 ** ((part.db + note.db + 0.8 * touch) / 20)
        _strike(instrument, note, note.beats * beat, start, gain, canvas)


def _strike(
    instrument: Instrument, note: Note, seconds: float, start: float, gain: float, canvas: Sound
) -> None:
    if note.grace is not None:
        _add(canvas, start, 0.7 * gain * instrument.play(note.grace, GRACE_SECONDS))
        start += GRACE_SECONDS
        seconds -= GRACE_SECONDS
    for order, key in enumerate(note.keys or (0,)):
        _add(canvas, start + order * instrument.strum, gain * instrument.play(key, seconds))


def _add(canvas: Sound, start: float, sound: Sound) -> None:
    """Add a sound at a time in seconds; what passes the end comes round to the beginning."""
    at = round(start * RATE) % len(canvas)
    while len(sound):
        now = sound[: len(canvas) - at]
        canvas[at : at + len(now)] += now
        sound, at = sound[len(now) :], 0


def _in_room(sound: Sound, wet: float) -> Sound:
    """Add a room of about 1.1 s and keep 170–6,500 Hz; circular, as the caller's canvas is."""
    decay = np.arange(RATE) / RATE
    echo = band_noise(RATE, 350, 3_800, 5) * np.exp(-decay / 0.16)
    echo[: round(0.012 * RATE)] = 0  # the nearest wall is two metres away
    echo *= wet / np.sqrt(np.sum(echo**2))
    echo[0] = 1
    frequency = np.fft.rfftfreq(len(sound), 1 / RATE) + 1e-9
    band = 1 / (1 + (170 / frequency) ** 6) / (1 + (frequency / 6_500) ** 8)
    return np.asarray(np.fft.irfft(np.fft.rfft(sound) * np.fft.rfft(echo, len(sound)) * band, len(sound)))


def _steadied(loop: Sound) -> Sound:
    """Even out a loop's loudness over about 3 s, so that a bed never rises into the speech above it."""
    width = min(3 * RATE, len(loop))
    window = np.zeros(len(loop))
    window[:width] = np.hanning(width)
    window = np.roll(window / window.sum(), -width // 2)
    power = np.fft.irfft(np.fft.rfft(loop**2) * np.fft.rfft(window), len(loop))
    return np.asarray(loop * np.sqrt(np.mean(power) / np.maximum(power, 0.05 * np.mean(power))))


def _fade_out(length: int, seconds: float) -> Sound:
    left = (length - 1 - np.arange(length)) / (seconds * RATE)
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.clip(left, 0, 1)))
