"""libespeak-ng through ctypes: texts in, samples out. All its state is global, so a lock holds it.

The library is loaded afresh for every call and dropped after it: a random flutter runs on from text to text,
and only a fresh copy gives the same bytes for the same text (that costs about 4 ms, measured).
"""

import atexit
import ctypes
import functools
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..i18n import _
from .base import VoiceDown, VoiceError

RATE = 22_050
"""Samples a second that come out."""

# From speak_lib.h, version 1.52.
_SYNCHRONOUS = 2
_DO_NOT_EXIT = 0x8000
_BY_CHARACTER = 1
_UTF8 = 1
_SPEED, _VOLUME = 1, 2

_LOUDNESS = 60
"""Of 100: at 100 the samples touch full scale and resampling would clip them."""
_LONGEST_PATH = 150
"""The library keeps its data path in 160 bytes and goes, without a word, elsewhere when it does not fit."""

_lock = threading.Lock()
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


@functools.cache
def version() -> str:
    """The library's version, such as "1.52.0". Raises `VoiceDown` if it cannot be loaded."""
    with _lock, _library() as library:
        library.espeak_Info.restype = ctypes.c_char_p
        return str(library.espeak_Info(None).decode("ascii", "replace").split(" ")[0])


def synthesise(texts: Sequence[str], voice: str, speed: int) -> list[bytes]:
    """Each text as raw 16-bit samples at `RATE`; ``speed`` in espeak's words a minute (80 to 450).

    Raises `VoiceError` for an unknown voice, `VoiceDown` if the library cannot be used.
    """
    with _lock, _library() as library:
        _start(library)
        try:
            if library.espeak_SetVoiceByName(voice.encode()) != 0:
                raise VoiceError(_("espeak has no voice “%s”") % voice)
            library.espeak_SetParameter(_SPEED, speed, 0)
            library.espeak_SetParameter(_VOLUME, _LOUDNESS, 0)
            return [_synthesise(library, text.encode()) for text in texts]
        finally:
            library.espeak_Terminate()


def _synthesise(library: ctypes.CDLL, text: bytes) -> bytes:
    heard: list[bytes] = []

    def collect(samples: int | None, count: int, _events: int | None) -> int:
        if samples and count > 0:
            heard.append(ctypes.string_at(samples, 2 * count))
        return 0

    callback = _Callback(collect)  # must outlive the synchronous call below
    library.espeak_SetSynthCallback(callback)
    size = ctypes.c_size_t(len(text) + 1)
    if library.espeak_Synth(text, size, 0, _BY_CHARACTER, 0, _UTF8, None, None) != 0:
        raise VoiceError(_("espeak refused the text"))
    return b"".join(heard)


@contextmanager
def _library() -> Iterator[ctypes.CDLL]:
    """The library with its state as at the start of a program."""
    try:
        import espeakng_loader

        library = ctypes.CDLL(espeakng_loader.get_library_path())
    except (ImportError, OSError) as error:
        raise VoiceDown(_("espeak cannot be loaded: %s") % error) from error
    try:
        yield library
    finally:
        close = ctypes.CDLL(None).dlclose
        close.argtypes = [ctypes.c_void_p]
        close(library._handle)


def _start(library: ctypes.CDLL) -> None:
    wanted = _data_path()
    if library.espeak_Initialize(_SYNCHRONOUS, 0, os.fsencode(wanted), _DO_NOT_EXIT) != RATE:
        raise VoiceDown(_("espeak cannot be started"))
    used = ctypes.c_char_p()
    library.espeak_Info(ctypes.byref(used))
    if os.fsdecode(used.value or b"") != str(wanted):
        raise VoiceDown(_("espeak does not find its data in %s") % wanted)


@functools.cache
def _data_path() -> Path:
    """The folder of the voices."""
    import espeakng_loader

    try:
        path = Path(espeakng_loader.get_data_path())
    except RuntimeError as error:
        raise VoiceDown(_("espeak does not find its data: %s") % error) from error
    return short_path(path)


def short_path(path: Path) -> Path:
    """``path``, or where it is too long a link to it among the temporary files, gone when the program ends."""
    if len(os.fsencode(path)) <= _LONGEST_PATH:
        return path
    folder = Path(tempfile.mkdtemp(prefix="radio-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    link = folder / path.name
    link.symlink_to(path)
    return link
