"""Small cuts and changes of speech: resample, shift, trim, set pauses, check. Samples in, samples out.

PyAV is loaded at the first use. Its resampler is used because pydub's interpolates linearly.
"""

import io
import itertools
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..i18n import _
from ..package import RATE
from .base import Pcm, VoiceError
from .phrases import syllables

if TYPE_CHECKING:
    import av

WINDOW = RATE // 200
"""Samples in which loudness is looked at: 5 ms."""
MARGIN = RATE // 40
"""Samples of 25 ms kept around speech: the faint beginning of a consonant and the end of a breath."""
FADE = RATE // 500
"""Samples of 2 ms over which a cut edge comes from, or goes to, nothing."""
QUIET_BELOW_PEAK_DB = 48.0
QUIET_FLOOR_DB = -66.0
"""A window is silence when it is that far below the loudest one, or below the floor in dBFS. Voiceless
consonants of the engines lie 25 to 40 dB below their vowels, the noise of a coded silence beyond 60."""
MIN_SYLLABLE_S, MAX_SYLLABLE_S, MAX_SPARE_S = 0.09, 1.2, 3.0
"""No reader is as fast as 11 syllables a second; none of ours takes 1.2 s for each, pauses included."""
AUDIBLE_DB = -45.0


def decode(data: bytes) -> Pcm:
    """The samples of a coded sound (MP3 or any other format known to FFmpeg), at `RATE`, mono.

    Raises ValueError when the bytes hold no decodable sound.
    """
    import av

    try:
        with av.open(io.BytesIO(data), "r") as source:
            return _resampled(source.decode(audio=0))
    except (av.FFmpegError, IndexError) as error:
        raise ValueError(str(error)) from error


def reshape(pcm: Pcm, rate: int, semitones: float = 0.0, tempo: float = 1.0) -> Pcm:
    """Bring ``pcm`` from ``rate`` to `RATE`, raised by ``semitones`` and ``tempo`` times as fast.

    Sound is stretched or squeezed by at most 4, tempo and pitch together.
    """
    factor = 2.0 ** (semitones / 12)
    stretch = tempo / factor
    if not len(pcm) or (rate == RATE and factor == stretch == 1.0):
        return pcm
    frame = _frame(pcm, rate)
    if factor == stretch == 1.0:
        return _resampled([frame])
    asetrate = ("asetrate", str(round(rate * factor)))
    times = 1 if 0.5 <= stretch <= 2 else 2  # below a half, atempo takes it in two steps
    atempo = ("atempo", f"{stretch ** (1 / times):.6f}")
    return _filtered(frame, [asetrate, ("aresample", str(RATE)), *[atempo] * times])


def _frame(pcm: Pcm, rate: int) -> "av.AudioFrame":
    import av

    frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), 0
    return frame


def _resampled(frames: Iterable["av.AudioFrame"]) -> Pcm:
    """``frames`` of any format as samples at `RATE`, mono; five times as fast as a graph of our own."""
    import av

    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    pieces = [piece for frame in (*frames, None) for piece in resampler.resample(frame)]
    return _one([piece.to_ndarray().reshape(-1) for piece in pieces])


def _filtered(frame: "av.AudioFrame", steps: Sequence[tuple[str, str]]) -> Pcm:
    """Run libavfilter's ``steps``. The graph lives as long as this call: its contexts die with it."""
    import av
    import av.filter

    graph = av.filter.Graph()
    graph.threads = 1  # these filters use one; starting more costs four times the work itself
    rate = frame.sample_rate
    chain = [graph.add_abuffer(format="s16", sample_rate=rate, layout="mono", time_base=Fraction(1, rate))]
    chain += [graph.add(name, argument) for name, argument in steps]
    chain += [graph.add("aformat", f"sample_fmts=s16:channel_layouts=mono:sample_rates={RATE}")]
    chain += [graph.add("abuffersink")]
    for one, following in itertools.pairwise(chain):
        one.link_to(following)
    graph.configure()
    chain[0].push(frame)
    chain[0].push(None)
    pieces: list[NDArray[Any]] = []
    while True:
        try:
            piece = chain[-1].pull()
        except (av.BlockingIOError, av.EOFError):
            return _one(pieces)
        assert isinstance(piece, av.AudioFrame)
        pieces.append(piece.to_ndarray().reshape(-1))


def _one(pieces: Sequence[NDArray[Any]]) -> Pcm:
    return np.concatenate(pieces) if pieces else silence(0)


def silence(seconds: float) -> Pcm:
    """That many seconds of nothing."""
    return np.zeros(round(seconds * RATE), np.int16)


def _sounding(pcm: Pcm) -> NDArray[np.bool_]:
    """Which windows of 5 ms hold sound; a last, shorter window is filled up with zeros."""
    padded = np.pad(pcm, (0, -len(pcm) % WINDOW)).astype(np.float32).reshape(-1, WINDOW)
    level = 20 * np.log10(np.sqrt(np.mean(padded**2, axis=1)) / 32768 + 1e-9)
    if not len(level):
        return np.zeros(0, np.bool_)
    return np.asarray(level > max(level.max() - QUIET_BELOW_PEAK_DB, QUIET_FLOOR_DB))


def trim(pcm: Pcm) -> Pcm:
    """``pcm`` without the silence around it, but for a margin of 25 ms where there was as much."""
    loud = np.flatnonzero(_sounding(pcm))
    if not len(loud):
        return silence(0)
    start = max(0, int(loud[0]) * WINDOW - MARGIN)
    end = min(len(pcm), (int(loud[-1]) + 1) * WINDOW + MARGIN)
    return _softened(pcm[start:end])


def _softened(pcm: Pcm) -> Pcm:
    """The edges faded over 2 ms, so that no cut clicks."""
    length = min(FADE, len(pcm) // 2)
    shape = np.ones(len(pcm), np.float32)
    shape[:length] = np.linspace(0, 1, length, endpoint=False)
    shape[len(pcm) - length :] = np.linspace(1, 0, length)
    softened: Pcm = np.rint(pcm * shape).astype(np.int16)
    return softened


def pauses(pcm: Pcm, at_least: float) -> tuple[tuple[int, int], ...]:
    """Silences inside ``pcm`` of ``at_least`` seconds, as (first, after the last) sample."""
    loud = np.flatnonzero(_sounding(pcm))
    gaps = np.flatnonzero(np.diff(loud) > 1)
    found = [(int(loud[gap] + 1) * WINDOW, int(loud[gap + 1]) * WINDOW) for gap in gaps]
    return tuple((start, end) for start, end in found if end - start >= at_least * RATE)


def join(pieces: Sequence[Pcm], gaps: Sequence[float]) -> Pcm:
    """``pieces`` trimmed and joined, with ``gaps`` seconds of silence between them (their margins counted)."""
    parts: list[Pcm] = []
    for piece, gap in zip(pieces, [*gaps, 0.0], strict=True):
        parts += [trim(piece), silence(max(0.0, gap - 2 * MARGIN / RATE))]
    return _one(parts[:-1])


def check(pcm: Pcm, text: str) -> None:
    """Raise `VoiceError` if ``pcm`` cannot be ``text`` read aloud, by its length and its level."""
    count, seconds = syllables(text), len(pcm) / RATE
    if not count * MIN_SYLLABLE_S <= seconds <= count * MAX_SYLLABLE_S + MAX_SPARE_S:
        found = {"text": text, "seconds": seconds, "count": count}
        raise VoiceError(_("%(seconds).1f s of sound cannot be the %(count)d syllables “%(text)s”") % found)
    level = 20 * np.log10(np.sqrt(np.mean(pcm.astype(np.float64) ** 2)) / 32768 + 1e-9)
    if level < AUDIBLE_DB:
        raise VoiceError(_("the sound of “%s” is all but silent") % text)
