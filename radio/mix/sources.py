"""A sound file in any common format → mono samples at 48 kHz, block by block."""

import wave
from collections.abc import Iterable, Iterator
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.audio.resampler import AudioResampler

from ..files import sha256_file
from ..i18n import _
from ..problem import os_reason
from .plan import RATE, Source
from .problems import MixError

Samples = npt.NDArray[np.float32]

BLOCK = RATE
LONGEST_MINUTES = 60
"""No part of an item is longer: a recorder left running, or a damaged header, is a mistake to report."""

FORMATS = "wav,w64,aiff,mp3,aac,mov,mp4,m4a,3gp,ogg,flac,asf,amr,matroska,webm,caf,au"
"""Containers of sound alone. Playlists are not among them: they would make the decoder open other files."""

EXACT_LENGTH = {"w64", "aiff", "flac", "mov,mp4,m4a,3gp,3g2,mj2", "caf"}
"""Containers that say how long they are; others guess from the bit rate."""

LOST_SHARE = 0.02
"""More than this of a recording missing is a hole that a listener hears."""

STREAMED = 0x7FFFF000
"""A WAV that was written to a pipe says it is this long or longer (bytes), and means "until the end"."""

CANCELLED = 0.2
LOPSIDED = 0.1


def check(source: Source) -> None:
    """Raise `MixError` unless the file can be read and has the bytes that its hash names."""
    try:
        found = sha256_file(source.path)
    except OSError as error:
        raise MixError(
            _("%(file)s: cannot be read: %(reason)s") % {"file": source.path, "reason": os_reason(error)}
        ) from error
    if found != source.sha256:
        raise MixError(_("%(file)s: the file changed while it was being used") % {"file": source.path})


def mono(path: Path) -> Iterator[Samples]:
    """The sound of a file as blocks of at most one second, full scale at ±1.

    Stereo is summed, unless the sum would lose the sound: channels in opposite phase cancel, and one dead
    channel only adds its noise; then the stronger channel is taken. Raises `MixError` for a file that cannot
    be decoded or goes on for more than `LONGEST_MINUTES`.
    """
    plain = _plain_wave(path)
    if plain is not None:
        return plain
    return _mixed_down(path)


def in_seconds(frames: Iterable[av.AudioFrame]) -> Iterator[Samples]:
    """Decoded frames (planar float) as blocks of shape (channels, one second); the last is shorter."""
    fifo = av.AudioFifo()
    for frame in frames:
        frame.pts = None  # or a gap in the time stamps would raise
        fifo.write(frame)
        if fifo.samples >= BLOCK:
            yield _array(fifo.read(BLOCK))
    if fifo.samples:
        yield _array(fifo.read(fifo.samples))


def filled(block: Samples) -> Samples:
    """Silence added up to a whole millisecond."""
    missing = -len(block) % (RATE // 1000)
    return np.pad(block, (0, missing)) if missing else block


def _array(frame: av.AudioFrame | None) -> Samples:
    assert frame is not None
    return np.stack([plane(frame, number) for number in range(len(frame.planes))])


def plane(frame: av.AudioFrame, number: int = 0) -> Samples:
    """One channel of a planar float frame, without copying it."""
    return np.frombuffer(memoryview(frame.planes[number]), dtype=np.float32, count=frame.samples)


def _mixed_down(path: Path) -> Iterator[Samples]:
    left, right = 1.0, 0.0
    if _channels(path) > 1:
        left, right = _weights(_decoded(path))
    for block in _decoded(path):
        if len(block) == 1:
            yield block[0]
        else:
            yield np.float32(left) * block[0] + np.float32(right) * block[1]


def _weights(blocks: Iterable[Samples]) -> tuple[float, float]:
    """How much of the left and right channel to take, judged on the whole file."""
    energy = np.zeros(3)
    for left, right in blocks:
        energy += (np.dot(left, left), np.dot(right, right), np.dot(left, right))
    strong, weak = max(energy[0], energy[1]), min(energy[0], energy[1])
    middle = (energy[0] + energy[1] + 2 * energy[2]) / 4
    if middle < CANCELLED * strong or weak < LOPSIDED * strong:
        return (1.0, 0.0) if energy[0] >= energy[1] else (0.0, 1.0)
    return 0.5, 0.5


def _plain_wave(path: Path) -> Iterator[Samples] | None:
    """Our own clips (48 kHz mono 16-bit WAV) without the cost of a decoder; None for anything else."""
    try:
        with wave.open(str(path), "rb") as file:
            frame = file.getnchannels() * file.getsampwidth()
            promised = file.getnframes() / file.getframerate()
            found = path.stat().st_size / frame / file.getframerate()
            if file.getnframes() * frame >= STREAMED:
                return None
            if found < (1 - LOST_SHARE) * promised:
                raise _cut_short(path, found, promised)
            if (frame, file.getsampwidth(), file.getframerate()) != (2, 2, RATE):
                return None
            if promised > LONGEST_MINUTES * 60:
                raise _endless(path)
    except (wave.Error, EOFError):
        return None
    return _wave_blocks(path)


def _wave_blocks(path: Path) -> Iterator[Samples]:
    with wave.open(str(path), "rb") as file:
        while data := file.readframes(BLOCK):
            yield np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2").astype(np.float32) / np.float32(
                32768
            )


def _channels(path: Path) -> int:
    with _opened(path) as container:
        return _stream(container, path).codec_context.channels


def _opened(path: Path) -> "av.container.InputContainer":
    try:
        return av.open(str(path), options={"protocol_whitelist": "file", "format_whitelist": FORMATS})
    except (av.error.FFmpegError, ValueError) as error:
        raise _undecodable(path) from error


def _stream(container: "av.container.InputContainer", path: Path) -> "av.audio.stream.AudioStream":
    if not container.streams.audio:
        raise MixError(_("%(file)s: there is no sound in this file") % {"file": path})
    return container.streams.audio[0]


def _decoded(path: Path) -> Iterator[Samples]:
    """Blocks of shape (1 or 2 channels, samples) at 48 kHz; damaged packets are passed over, if they are few."""
    with _opened(path) as container:
        stream = _stream(container, path)
        layout = "mono" if stream.codec_context.channels == 1 else "stereo"
        resampler = AudioResampler(format="fltp", layout=layout, rate=RATE)
        total = 0
        for block in in_seconds(_frames(container, stream, resampler, path)):
            total += block.shape[1]
            if total > LONGEST_MINUTES * 60 * RATE:
                raise _endless(path)
            if not np.isfinite(block).all():
                raise _undecodable(path)
            yield block
        promised = float((stream.duration or 0) * (stream.time_base or 0))
        if container.format.name in EXACT_LENGTH and total < (1 - LOST_SHARE) * promised * RATE:
            raise _cut_short(path, total / RATE, promised)


def _frames(
    container: "av.container.InputContainer",
    stream: "av.audio.stream.AudioStream",
    resampler: AudioResampler,
    path: Path,
) -> Iterator[av.AudioFrame]:
    good = bad = 0
    try:
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except av.error.InvalidDataError:
                bad += 1
                continue
            good += 1
            for frame in frames:
                yield from resampler.resample(frame)
        yield from resampler.resample(None)
    except (av.error.FFmpegError, ValueError) as error:  # ValueError: the format changes half-way
        raise _undecodable(path) from error
    if bad > LOST_SHARE * good:
        raise MixError(
            _("%(file)s: damaged, %(bad)d of %(all)d pieces cannot be decoded")
            % {"file": path, "bad": bad, "all": good + bad}
        )


def _cut_short(path: Path, found: float, promised: float) -> MixError:
    return MixError(
        _("%(file)s: damaged or cut short, %(found).1f of %(whole).1f seconds can be decoded")
        % {"file": path, "found": found, "whole": promised}
    )


def _undecodable(path: Path) -> MixError:
    return MixError(_("%(file)s: cannot be decoded as sound") % {"file": path})


def _endless(path: Path) -> MixError:
    return MixError(
        _("%(file)s: longer than %(minutes)d minutes") % {"file": path, "minutes": LONGEST_MINUTES}
    )
