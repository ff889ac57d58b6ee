"""A station's world for tests: a small pushed tree, a private sound server, a recorder of what was heard."""

import datetime
import hashlib
import io
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

import av
import lameenc
import numpy as np
from numpy.typing import NDArray

from radio.files import write_bytes
from radio.package import RATE, Cue, ItemRef, Manifest, Slot, Window, item_path, serialise
from radio.station.trusting import ensure_trust
from radio.trust import roles
from radio.trust.office import Office
from radio.trust.repository import Day
from tests import needs

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ALL_DAY = (Window("00:00:00", "24:00:00"),)
ENCODER_DELAY = 1105
"""Samples in front of the first one of an MP3 by lameenc, as a decoder without an Info frame gives them."""

Samples = NDArray[np.int16]


@dataclass(frozen=True)
class Item:
    """A finished item: what the manifest says of it, its bytes, and the samples that must be heard."""

    ref: ItemRef
    data: bytes
    sound: Samples


def make_item(seed: int, seconds: float, title: str = "") -> Item:
    """An MP3 of noise that no other seed gives, so that it is found again in a recording."""
    random = np.random.default_rng(seed)
    count = int(seconds * RATE)
    noise = np.convolve(random.standard_normal(count), np.hanning(16) / 8, "same")
    samples = np.clip(noise * 6000, -32000, 32000).astype(np.int16)
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(128)
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.silence()
    data = bytes(encoder.encode(samples.tobytes())) + bytes(encoder.flush())
    with av.open(io.BytesIO(data), format="mp3") as container:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        frames = [*container.decode(audio=0), None]
        decoded = np.concatenate(
            [part.to_ndarray()[0] for frame in frames for part in resampler.resample(frame)]
        )
    sound = decoded[ENCODER_DELAY : ENCODER_DELAY + count]
    assert len(sound) == count
    ref = ItemRef(
        sha256=hashlib.sha256(data).hexdigest(),
        length=len(data),
        offset=ENCODER_DELAY,
        samples=count,
        title=title or f"item {seed}",
        repeat_until=datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC),
    )
    return Item(ref, data, sound)


def make_slot(
    slot_id: str,
    start: datetime.datetime,
    items: list[Item],
    gap: float = 0.0,
    late: str = "join",
    seconds: int = 0,
) -> Slot:
    """A slot that plays ``items`` with ``gap`` seconds of silence between them."""
    cues, place = [], 0
    for item in items:
        cues.append(Cue(place, item.ref.sha256, "bulletin", item.ref.title, "test"))
        place += item.ref.samples + int(gap * RATE)
    length = place - int(gap * RATE)
    return Slot(slot_id, start.astimezone(ZONE), length, late, seconds, 100, tuple(cues))  # type: ignore[arg-type]


def make_manifest(date: datetime.date, slots: list[Slot], items: list[Item], **changes: object) -> Manifest:
    """A playlist of station ``xa-1`` for ``date``, valid for two days around it."""
    midnight = datetime.datetime.combine(date, datetime.time(), ZONE)
    manifest = Manifest(
        house="thu-nghiem",
        station="xa-1",
        station_name="Đài thử",
        date=date,
        timezone=str(ZONE),
        sequence=1,
        issued=midnight,
        not_before=midnight - datetime.timedelta(days=1),
        not_after=midnight + datetime.timedelta(days=2),
        windows=ALL_DAY,
        slots=tuple(slots),
        items=tuple({item.ref.sha256: item.ref for item in items}.values()),
    )
    return replace(manifest, **changes)  # type: ignore[arg-type]


def push(folder: Path, manifest: Manifest, items: list[Item], station: str = "xa-1") -> None:
    """Sign a playlist under the name of ``station`` and put it into a folder the way the centre does.

    The station in the folder trusts the centre from the first push on.
    """
    office = Office(folder / "centre")
    moment = now()
    office.found(moment)
    day = Day(station, manifest.date, serialise(manifest))
    known = sorted({station, *office.repository.stations()})
    office.sign([day], known, moment)
    office.commit(moment)
    for item in items:
        write_bytes(folder / item_path(item.ref.sha256), item.data)
    write_bytes(folder / roles.target_file(station, manifest.date, day.sha256), day.data)
    for path, data in office.repository.tree(known).items():
        write_bytes(folder / path, data)
    ensure_trust(folder, office.repository.root)


def now() -> datetime.datetime:
    """The time in the stations' zone."""
    return datetime.datetime.now(ZONE)


def soon(seconds: float) -> datetime.datetime:
    """A full tenth of a second, some seconds ahead."""
    moment = now() + datetime.timedelta(seconds=seconds)
    return moment.replace(microsecond=moment.microsecond // 100_000 * 100_000)


class Speaker:
    """A private PulseAudio with one null sink, ``speaker``; `environment` makes programs use it."""

    def __init__(self, folder: Path) -> None:
        self._program = needs.program("pulseaudio")
        needs.program("parec")
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which the server is found, and no other."""
        home = str(self.folder)
        names = {"HOME": home, "XDG_RUNTIME_DIR": home, "PULSE_RUNTIME_PATH": home}
        server = f"unix:{home}/native"
        return {**os.environ, **names, "PULSE_SERVER": server, "RADIO_LANG": "en", "PYTHONUNBUFFERED": "1"}

    def start(self, *modules: str) -> None:
        """Start the server and wait until it answers."""
        loads = [
            f"module-native-protocol-unix socket={self.folder}/native auth-anonymous=1",
            *(modules or ["module-null-sink sink_name=speaker format=s16le rate=48000 channels=1"]),
        ]
        self._process = subprocess.Popen(
            [
                self._program,
                "-n",
                "--daemonize=no",
                "--exit-idle-time=-1",
                "--use-pid-file=no",
                "--disable-shm=yes",
                *[word for load in loads for word in ("-L", load)],
            ],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 20
        while subprocess.run(
            ["pactl", "info"], env=self.environment, capture_output=True, check=False
        ).returncode:
            assert time.monotonic() < deadline, "the private PulseAudio did not start"
            time.sleep(0.05)

    def kill(self) -> None:
        """The server dies."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


@dataclass
class Recording:
    """What the speaker gave out; ``origin`` is the time of day of its first sample, to about 10 ms."""

    samples: Samples
    origin: float

    def find(self, sound: Samples) -> int:
        """Where ``sound`` begins; asserts that it is there."""
        size = 1 << (len(self.samples) + len(sound)).bit_length()
        spectrum = np.fft.rfft(self.samples, size) * np.conj(np.fft.rfft(sound, size))
        place = int(np.argmax(np.fft.irfft(spectrum, size)[: len(self.samples)]))
        part = self.samples[place : place + len(sound)].astype(float)
        whole = sound[: len(part)].astype(float)
        likeness = float(part @ whole / (np.linalg.norm(part) * np.linalg.norm(whole) + 1e-9))
        assert likeness > 0.5, f"not in the recording (likeness {likeness:.3f})"
        return place

    def exact(self, sound: Samples) -> int:
        """Where ``sound`` begins; asserts that every one of its samples follows, without a gap."""
        place = self.find(sound)
        heard = self.samples[place : place + len(sound)]
        wrong = np.nonzero(heard != sound[: len(heard)])[0]
        assert len(heard) == len(sound) and not len(wrong), f"first difference after {wrong[:1] / RATE} s"
        return place

    def time(self, place: int) -> datetime.datetime:
        """When a sample was heard."""
        return datetime.datetime.fromtimestamp(self.origin + place / RATE, ZONE)

    def loud(self, begin: datetime.datetime, end: datetime.datetime) -> bool:
        """Whether anything at all sounded between two moments."""
        low, high = (max(0, int((moment.timestamp() - self.origin) * RATE)) for moment in (begin, end))
        return bool(np.any(self.samples[low:high]))


@contextmanager
def recording(speaker: Speaker) -> Iterator[Recording]:
    """Record the speaker while the block runs; the value is filled when it ends."""
    form = ["--raw", "--format=s16le", f"--rate={RATE}", "--channels=1", "--latency-msec=10"]
    command = ["parec", "-d", "speaker.monitor", *form]
    recorder = subprocess.Popen(command, env=speaker.environment, stdout=subprocess.PIPE)
    data, origins = bytearray(), []

    def read() -> None:
        assert recorder.stdout is not None
        while block := os.read(recorder.stdout.fileno(), 65536):
            data.extend(block)
            origins.append(time.time() - len(data) / 2 / RATE)

    reader = threading.Thread(target=read)
    reader.start()
    result = Recording(np.zeros(0, np.int16), 0.0)
    try:
        yield result
    finally:
        time.sleep(0.2)
        recorder.terminate()
        reader.join()
        recorder.wait()
        assert recorder.stdout is not None
        recorder.stdout.close()
        result.samples = np.frombuffer(bytes(data[: len(data) // 2 * 2]), np.int16)
        result.origin = min(origins, default=0.0)


class Station:
    """The real program serving a folder. `end_all` ends what a failed test has left."""

    alive: ClassVar[list["Station"]] = []

    def __init__(self, folder: Path, speaker: Speaker, *options: str) -> None:
        handle, name = tempfile.mkstemp(dir=speaker.folder, suffix=".log")
        self._log = Path(name)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "radio.cli", "station", "run", str(folder), "--station", "xa-1", *options],
            env=speaker.environment,
            cwd=Path(__file__).parents[2],
            stdout=handle,
            stderr=subprocess.STDOUT,
        )
        os.close(handle)
        self.alive.append(self)

    @classmethod
    def end_all(cls) -> None:
        """Kill every one that still runs; its player goes with it."""
        while cls.alive:
            cls.alive.pop().kill()

    def kill(self) -> None:
        """``kill -9``."""
        self.process.kill()
        self.process.wait()

    def wait(self, seconds: float = 60) -> int:
        """Its exit code."""
        return self.process.wait(timeout=seconds)

    @property
    def said(self) -> str:
        """What it has printed so far."""
        return self._log.read_text()

    def wait_for(self, text: str, seconds: float = 30) -> None:
        """Wait until it has printed ``text``."""
        deadline = time.monotonic() + seconds
        while text not in self.said:
            assert time.monotonic() < deadline and self.process.poll() is None, self.said
            time.sleep(0.05)

    def children(self) -> list[int]:
        """Process ids of its players."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(word) for word in path.read_text().split()]
