"""Where the sound goes: PulseAudio or PipeWire, ALSA, or a pipe into ``pacat`` or ``aplay``.

A sink asks for samples ahead of time and tells, with every request, when the stream's first sample was or
will be heard; from that the player knows at which sample of the stream a slot has to begin. There is no
null sink: with no way to be heard, opening raises `NoSound`.

PulseAudio is spoken to through its own "simple" library (it comes with libpulse): alone among the ways
tried it tells the true latency and fails at once when the server dies. ALSA goes through miniaudio, which
must be given its back end by name or it quietly takes a null device.
"""

import contextlib
import ctypes
import fcntl
import functools
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Generator
from typing import Any, Protocol

from ..i18n import _
from ..package import RATE
from .job import Output

Fill = Callable[[int, float], bytes]
"""``fill(count, origin)``: the next ``count`` samples (s16, mono) of a stream that is heard from ``origin`` on,
in seconds of the monotonic clock."""

APPLICATION = "radio"
LATENCY = 0.5
"""Seconds of sound handed to the sound system ahead of time: it bridges a busy machine."""

BLOCK = RATE // 50


class NoSound(Exception):
    """No sound can be made; the text says why."""


class Sink(Protocol):
    """An open output; ``error`` is set when it has failed for good."""

    name: str
    error: str

    def close(self) -> None:
        """Stop at once."""


class FirstFill:
    """The origin of a stream whose latency nobody tells: the first request, moved back when the device turns
    out to have started later (it then asks for less than has passed)."""

    def __init__(self) -> None:
        self._first: float | None = None
        self._late = 0.0
        self._count = 0

    def origin(self, count: int) -> float:
        """The origin, as far as known at a request for ``count`` more samples."""
        now = time.monotonic()
        if self._first is None:
            self._first = now
        self._late = max(self._late, now - self._first - self._count / RATE)
        self._count += count
        return self._first + self._late


class _Spec(ctypes.Structure):
    """``pa_sample_spec``."""

    _fields_ = (("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8))


class _Buffer(ctypes.Structure):
    """``pa_buffer_attr``, in bytes; all ones leaves a choice to the server."""

    _fields_ = tuple(
        (name, ctypes.c_uint32) for name in ("maxlength", "tlength", "prebuf", "minreq", "fragsize")
    )


_SERVER_CHOOSES = 0xFFFFFFFF
_S16LE = 3
_PLAYBACK = 1


class PulseSink:
    """A stream of a PulseAudio (or PipeWire) server, written by a thread of its own."""

    def __init__(self, device: str, fill: Fill) -> None:
        self.name, self.error = f"pulse {device}".rstrip(), ""
        self._pulse = self._load()
        failure = ctypes.c_int()
        self._stream = self._pulse.pa_simple_new(
            None,
            APPLICATION.encode(),
            _PLAYBACK,
            device.encode() or None,
            b"station",
            ctypes.byref(_Spec(_S16LE, RATE, 1)),
            None,
            ctypes.byref(_Buffer(_SERVER_CHOOSES, int(LATENCY * RATE) * 2, *[_SERVER_CHOOSES] * 3)),
            ctypes.byref(failure),
        )
        if not self._stream:
            raise NoSound(self._say(failure))
        self._fill, self._closing = fill, threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    @staticmethod
    def _load() -> ctypes.CDLL:
        try:
            pulse = ctypes.CDLL("libpulse-simple.so.0")
        except OSError as error:
            raise NoSound(_("PulseAudio's library is not installed")) from error
        pulse.pa_strerror.restype = ctypes.c_char_p
        pulse.pa_simple_new.restype = ctypes.c_void_p
        pulse.pa_simple_write.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p]
        pulse.pa_simple_get_latency.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        pulse.pa_simple_get_latency.restype = ctypes.c_uint64
        pulse.pa_simple_free.argtypes = [ctypes.c_void_p]
        return pulse

    def _say(self, failure: ctypes.c_int) -> str:
        text: bytes = self._pulse.pa_strerror(failure)
        return _("the sound server: %(error)s") % {"error": text.decode(errors="replace")}

    def _write(self) -> None:
        failure, written = ctypes.c_int(), 0
        while not self._closing.is_set():
            latency = self._pulse.pa_simple_get_latency(self._stream, ctypes.byref(failure))
            block = self._fill(BLOCK, time.monotonic() + latency / 1e6 - written / RATE)
            if self._pulse.pa_simple_write(self._stream, block, len(block), ctypes.byref(failure)) < 0:
                self.error = self._say(failure)
                return
            written += BLOCK

    def close(self) -> None:
        """Stop at once. A server that hangs is left alone: the process is about to end."""
        self._closing.set()
        self._thread.join(timeout=2)
        if not self._thread.is_alive():
            self._pulse.pa_simple_free(self._stream)


class AlsaSink:
    """An ALSA device by way of miniaudio."""

    PERIOD_MS = 125
    PERIODS = 4

    def __init__(self, device: str, fill: Fill) -> None:
        try:
            import miniaudio
        except ImportError as error:
            raise NoSound(_("miniaudio is not installed")) from error
        self.name, self.error = f"alsa {device}".rstrip(), ""
        _hush_alsa()
        backends = [miniaudio.Backend.ALSA]
        try:
            known = {name: ident for name, _label, ident in _devices(backends)} if device else {}
            if device and device not in known:
                raise NoSound(_("there is no device %(name)s") % {"name": device})
            self._device = miniaudio.PlaybackDevice(
                miniaudio.SampleFormat.SIGNED16,
                nchannels=1,
                sample_rate=RATE,
                buffersize_msec=self.PERIOD_MS,
                callback_periods=self.PERIODS,
                device_id=known.get(device),
                backends=backends,
                app_name=APPLICATION,
            )
            generator = self._generate(fill)
            next(generator)
            self._device.start(generator)
        except miniaudio.MiniaudioError as error:
            raise NoSound(_("ALSA: %(error)s") % {"error": error.args[0]}) from error

    @staticmethod
    def _generate(fill: Fill) -> Generator[bytes, int, None]:
        timing = FirstFill()
        count = yield b""
        while True:
            count = yield fill(count, timing.origin(count))

    def close(self) -> None:
        """Stop at once."""
        self._device.close()


@functools.cache
def _hush_alsa() -> object:
    """Keep ALSA's library from printing its own English lines for every device that is not there.

    Returns the handler, which has to live as long as the library may call it.
    """
    handler = ctypes.CFUNCTYPE(None)(lambda: None)
    with contextlib.suppress(OSError):
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(handler)
    return handler


class PipeSink:
    """A program that plays raw samples from its standard input; a pipe of one page keeps it in step.

    ``pacat`` is asked to print how long it has been heard, every quarter of a second.
    """

    def __init__(self, program: str, device: str, fill: Fill) -> None:
        path = shutil.which(program)
        if path is None:
            raise NoSound(_("the program %(name)s is not installed") % {"name": program})
        self.name, self.error = f"{program} {device}".rstrip(), ""
        self._program = program
        self._process = subprocess.Popen(
            [path, *_arguments(program, device)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "LC_ALL": "C"},
        )
        assert self._process.stdin is not None and self._process.stderr is not None
        self._pipe, self._words = self._process.stdin.fileno(), self._process.stderr.fileno()
        fcntl.fcntl(self._pipe, fcntl.F_SETPIPE_SZ, os.sysconf("SC_PAGE_SIZE"))
        self._fill, self._closing = fill, threading.Event()
        self._told: float | None = None
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._listen, self._write)]
        for thread in self._threads:
            thread.start()
        self._settle()

    def _settle(self) -> None:
        """Give the program half a second to find that it cannot play."""
        self._threads[1].join(timeout=0.5)
        if self.error:
            self.close()
            raise NoSound(self.error)

    def _listen(self) -> None:
        """Take the origin from what the program says of itself."""
        while words := os.read(self._words, 4096):
            if times := _HEARD.findall(words):
                self._told = time.monotonic() - float(times[-1])

    def _write(self) -> None:
        timing = FirstFill()
        try:
            while not self._closing.is_set():
                guessed = timing.origin(BLOCK)
                block = self._fill(BLOCK, guessed if self._told is None else self._told)
                while block:
                    block = block[os.write(self._pipe, block) :]
        except BrokenPipeError:
            self.error = _("%(program)s cannot play") % {"program": self._program}

    def close(self) -> None:
        """Stop at once."""
        self._closing.set()
        self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join(timeout=2)


_HEARD = re.compile(rb"Time: (\d+\.\d+) sec")


def _arguments(program: str, device: str) -> list[str]:
    if program == "pacat":
        options = ["--playback", "--raw", "--format=s16le", f"--rate={RATE}", "--channels=1", "--verbose"]
        named = [f"--device={device}"] if device else []
        return [*options, f"--latency-msec={LATENCY * 1000:.0f}", *named]
    options = ["-q", "-t", "raw", "-f", "S16_LE", "-r", str(RATE), "-c", "1"]
    return [*options, f"--buffer-time={LATENCY * 1e6:.0f}", *(["-D", device] if device else [])]


def _devices(backends: list[Any]) -> list[tuple[str, str, Any]]:
    """Name, label and miniaudio's handle of each playback device."""
    import miniaudio

    found = miniaudio.Devices(backends).get_playbacks()
    return [
        (bytes(miniaudio.ffi.buffer(entry["id"])).split(b"\0")[0].decode(), entry["name"], entry["id"])
        for entry in found
    ]


def _pulse(device: str, fill: Fill) -> Sink:
    """A PulseAudio stream, unless the server has nothing but the dummy it makes when there is no sound card."""
    try:
        import miniaudio

        names = {name: label for name, label, _id in _devices([miniaudio.Backend.PULSEAUDIO])}
    except ImportError:
        names = {}
    except miniaudio.MiniaudioError as error:
        raise NoSound(_("there is no sound server")) from error
    if set(names) == {"auto_null"}:
        raise NoSound(_("the sound server has no sound card"))
    by_label = {label: name for name, label in names.items()}
    return PulseSink(by_label.get(device, device), fill)


_MAKERS: dict[str, Callable[[str, Fill], Sink]] = {
    "pulse": _pulse,
    "alsa": AlsaSink,
    "pacat": lambda device, fill: PipeSink("pacat", device, fill),
    "aplay": lambda device, fill: PipeSink("aplay", device, fill),
}


def open_sink(output: Output, device: str, fill: Fill, say: Callable[[str], None]) -> Sink:
    """Open the wanted output, or with ``auto`` the first that works; the default device if ``device`` fails.

    ``say`` is told of a fallback. Raises `NoSound` with every reason.
    """
    wanted = list(_MAKERS) if output == "auto" else [output]
    reasons = []
    for choice in [device, ""] if device else [""]:
        for name in wanted:
            try:
                sink = _MAKERS[name](choice, fill)
            except NoSound as error:
                reasons.append(f"{name}: {error}")
                continue
            if device and not choice:
                say(_("the sound device %(name)s does not work; playing on %(other)s instead")
                    % {"name": device, "other": sink.name})  # fmt: skip
            return sink
    raise NoSound("; ".join(dict.fromkeys(reasons)))
