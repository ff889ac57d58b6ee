"""What does making a programme cost against encoding it alone?

A programme of 15 minutes: ten bulletins (espeak reading a communication plan) on a looped, ducked bed, and
eleven jingles; 48 kHz mono, MP3 of 128 kbit/s, LAME quality 5 everywhere. Each way runs in a process of its
own; its CPU time (all of it, from the start of the interpreter) and its highest resident memory are those of
the process and its children.

    python benchmarks/programme.py [--minutes 15] [--keep FOLDER]

ours        items by `radio.mix`: levelled, horn profile, mastered on the decoded file, tagged
edited      the same once more after one sentence of one bulletin changed
again       the same once more, nothing changed
lame        LAME alone, the finished programme's samples in
ffmpeg      two passes of the ffmpeg command doing the same work (if it is installed)
pydub       a plain pydub script (whole programme in memory, peak normalised; pydub's exporter needs ffmpeg)
"""

import argparse
import os
import pickle
import re
import shutil
import subprocess
import sys
import tempfile
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
if str(REPO) not in sys.path:
    sys.path.insert(0, str(REPO))

TEXT = REPO / "tests/data/ke-hoach-truyen-thong-xhht-2021.txt"
BED = REPO / "audio/nhac-nen-1.opus"
JINGLES = ("mo-dau", "nhac-cat-1", "nhac-cat-2", "nhac-cat-3", "chuyen-muc-hoc-tap")
BITRATE = 128
PAUSE_MS = 800
BULLETINS = 10
JINGLE_MS = 8000
CHAIN = (
    "highpass=f=160,highpass=f=160,lowpass=f=8000,lowpass=f=8000,"
    "equalizer=f=2800:t=q:w=0.8:g=4,acompressor=threshold=-20dB:ratio=3"
)


def prepare(folder: Path, minutes: str) -> None:
    """Voice the bulletins and write the plans; none of this is measured."""
    from radio.files import sha256_file
    from radio.mix.plan import Bed, ItemPlan, Music, SoundSettings, Source, Speech, Tags
    from radio.reading import utterances
    from radio.voice import Speaker, open_studio

    spoken = [each.spoken for each in utterances(TEXT.read_text("utf-8")) if each.spoken.strip()]
    studio = open_studio(["espeak"], folder / "clips")
    seconds = (float(minutes) * 60 - (BULLETINS + 1) * JINGLE_MS / 1000) / BULLETINS
    sound = SoundSettings(bitrate=BITRATE)
    bed = Bed(Source(BED, sha256_file(BED)))
    bulletins = []
    at = 0
    for number in range(BULLETINS):
        parts: list[Speech] = []
        length = 0.0
        while length < seconds:
            sentence = spoken[at % len(spoken)]
            clip = studio.voice([(sentence, Speaker())]).clips[0]
            parts.append(Speech(Source(clip.path, clip.sha256), PAUSE_MS))
            length += clip.samples / 48000 + PAUSE_MS / 1000
            at += 1
        bulletins.append(
            ItemPlan(tuple(parts), bed, sound, Tags(f"Tin {number + 1}", machine_voice="espeak"))
        )
    jingles = []
    for number in range(BULLETINS + 1):
        path = REPO / f"audio/{JINGLES[number % len(JINGLES)]}.opus"
        music = Music(Source(path, sha256_file(path)), JINGLE_MS - 10 * number, fade_out_ms=500, loop=True)
        jingles.append(ItemPlan((music,), None, sound, Tags(f"Nhạc cắt {number + 1}")))
    plans = [plan for pair in zip(jingles, bulletins, strict=False) for plan in pair] + [jingles[-1]]
    (folder / "plans").write_bytes(pickle.dumps(plans))
    changed = studio.voice([("Câu này vừa được biên tập lại.", Speaker())]).clips[0]
    middle = plans[9]
    edited = replace(
        middle, parts=(Speech(Source(changed.path, changed.sha256), PAUSE_MS), *middle.parts[1:])
    )
    (folder / "edited").write_bytes(pickle.dumps([*plans[:9], edited, *plans[10:]]))


def ours(folder: Path, plans: str) -> None:
    """Every item of the programme, those that exist left alone."""
    from radio.mix.items import ItemStore

    store = ItemStore(folder / "var")
    made = [store.make(plan) for plan in pickle.loads((folder / plans).read_bytes())]
    names = "".join(f"file '{store.path(item)}'\n" for item in made)
    (folder / f"{plans}.txt").write_text(names, "utf-8")


def lame(folder: Path) -> None:
    """The floor: samples in, MP3 out."""
    import lameenc

    encoder = lameenc.Encoder()
    encoder.set_bit_rate(BITRATE)
    encoder.set_in_sample_rate(48000)
    encoder.set_channels(1)
    encoder.set_quality(5)
    encoder.silence()
    with wave.open(str(folder / "programme.wav"), "rb") as sound, (folder / "lame.mp3").open("wb") as target:
        while data := sound.readframes(48000):
            target.write(encoder.encode(data))
        target.write(encoder.flush())


def pydub(folder: Path) -> None:
    """What one writes first with pydub."""
    from pydub import AudioSegment

    def load(path: Path) -> AudioSegment:
        sound = AudioSegment.from_file(path) if path.suffix != ".wav" else AudioSegment.from_wav(path)
        return sound.set_channels(1).set_frame_rate(48000)

    bed = load(BED)
    whole = AudioSegment.silent(0, frame_rate=48000)
    for plan in pickle.loads((folder / "plans").read_bytes()):
        item = AudioSegment.silent(0, frame_rate=48000)
        for part in plan.parts:
            sound = load(part.source.path)
            item += (sound * 4)[: part.ms].fade_out(500) if hasattr(part, "ms") else sound
            item += AudioSegment.silent(part.pause_ms, frame_rate=48000)
        whole += item.overlay(bed - 18, loop=True) if plan.bed else item
    whole.normalize(1.5).export(
        folder / "pydub.mp3", format="mp3", bitrate=f"{BITRATE}k", parameters=["-compression_level", "5"]
    )


def ffmpeg(folder: Path) -> None:
    """The same work by the ffmpeg command: one pass to measure, one to master and encode."""
    graph, inputs = _graph(folder)
    command = ["ffmpeg", "-nostdin", "-nostats", "-y", *inputs, "-filter_complex"]
    measure = [*command, f"{graph},ebur128[o]", "-map", "[o]", "-f", "null", "-"]
    first = subprocess.run(measure, capture_output=True, text=True, check=True)
    gain = -16 - float(re.findall(r"I:\s+(\S+) LUFS", first.stderr)[-1]) + 0.447
    final = f"{graph},volume={gain:.2f}dB,aresample=96000,alimiter=limit=0.72:level=0,aresample=48000[o]"
    coding = ["-c:a", "libmp3lame", "-b:a", f"{BITRATE}k", "-compression_level", "5"]
    encode = [*command, final, "-map", "[o]", *coding, str(folder / "ffmpeg.mp3")]
    subprocess.run(encode, capture_output=True, check=True)


def _graph(folder: Path) -> tuple[str, list[str]]:
    """Bulletins (lists of clips) on a bed, and jingles, one after the other."""
    pause = folder / "pause.wav"
    if not pause.exists():
        with wave.open(str(pause), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(48000)
            file.writeframes(bytes(2 * 48 * PAUSE_MS))
    inputs: list[str] = []
    steps: list[str] = []
    count = 0
    plans = pickle.loads((folder / "plans").read_bytes())
    for number, plan in enumerate(plans):
        if plan.bed:
            names = folder / f"speech-{number}.txt"
            names.write_text(
                "".join(f"file '{part.source.path}'\nfile '{pause}'\n" for part in plan.parts), "utf-8"
            )
            inputs += ["-f", "concat", "-safe", "0", "-i", str(names), "-stream_loop", "-1", "-i", str(BED)]
            bed = "aformat=channel_layouts=mono,volume=-24dB"
            steps.append(f"[{count}:a]{CHAIN}[s{number}]; [{count + 1}:a]{bed}[b{number}]")
            steps.append(f"[s{number}][b{number}]amix=duration=first:normalize=0[i{number}]")
            count += 2
        else:
            part = plan.parts[0]
            inputs += ["-stream_loop", "-1", "-t", str(part.ms / 1000), "-i", str(part.source.path)]
            steps.append(f"[{count}:a]aformat=channel_layouts=mono[i{number}]")
            count += 1
    joined = "".join(f"[i{number}]" for number in range(len(plans)))
    return "; ".join([*steps, f"{joined}concat=n={len(plans)}:v=0:a=1"]), inputs


def measured(way: list[str], folder: Path) -> tuple[float, float]:
    """CPU seconds and highest resident megabytes of one way in a fresh process (with its children).

    This process stays small: a child's memory is counted from what it was before it became another program.
    """
    process = subprocess.Popen([sys.executable, __file__, "--way", *way, "--folder", str(folder)])
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{way} failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def decoded(folder: Path) -> None:
    """The finished programme's samples, for the floor: every item trimmed and joined."""
    import av
    import numpy as np

    from radio.mix.mp3 import OFFSET

    with wave.open(str(folder / "programme.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        for name in re.findall(r"'(.+)'", (folder / "plans.txt").read_text("utf-8")):
            with av.open(name) as container:
                sound = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
            file.writeframes(np.rint(sound[OFFSET:].clip(-1, 1) * 32767).astype("<i2").tobytes())


def level(arguments: list[str]) -> str:
    """Loudness and true peak by ffmpeg."""
    run = subprocess.run(
        ["ffmpeg", "-nostdin", "-nostats", *arguments, "-af", "ebur128=peak=true", "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=True,
    )
    summary = run.stderr[run.stderr.rindex("Summary:") :]
    loud, peak = re.search(r"I:\s+(\S+)", summary), re.search(r"Peak:\s+(\S+)", summary)
    assert loud and peak
    return f"{loud[1]:>6} LUFS {peak[1]:>5} dBTP"


def _share(folder: Path) -> float:
    """How much of the programme's bytes (at a constant bit rate: of its time) the edited bulletin is."""
    names = [re.findall(r"'(.+)'", (folder / f"{plans}.txt").read_text()) for plans in ("plans", "edited")]
    new = [Path(after).stat().st_size for before, after in zip(*names, strict=True) if before != after]
    return sum(new) / sum(Path(name).stat().st_size for name in names[1])


WAYS: dict[str, Callable[..., None]] = {
    "prepare": prepare,
    "ours": ours,
    "decoded": decoded,
    "lame": lame,
    "ffmpeg": ffmpeg,
    "pydub": pydub,
}


def main() -> None:
    """Prepare, run each way, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--keep", type=Path, help="work in this folder and leave the files there")
    parser.add_argument("--way", nargs="+", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way:
        WAYS[given.way[0]](given.folder, *given.way[1:])
        return
    folder = given.keep or Path(tempfile.mkdtemp(prefix="programme-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        compare(folder, given.minutes)
    finally:
        if not given.keep:
            shutil.rmtree(folder)


def compare(folder: Path, minutes: float) -> None:
    """The table: CPU seconds, memory and their ratios, and the loudness of what came out."""
    measured(["prepare", str(minutes)], folder)
    shutil.rmtree(folder / "var", ignore_errors=True)
    rows = {"ours": measured(["ours", "plans"], folder)}
    measured(["decoded"], folder)
    rows["edited"] = measured(["ours", "edited"], folder)
    rows["again"] = measured(["ours", "edited"], folder)
    rows["lame"] = measured(["lame"], folder)
    if shutil.which("ffmpeg"):
        rows["ffmpeg"] = measured(["ffmpeg"], folder)
        rows["pydub"] = measured(["pydub"], folder)
    floor = rows["lame"][0]
    files = {
        "ours": ["-f", "concat", "-safe", "0", "-i", str(folder / "plans.txt")],
        "ffmpeg": ["-i", str(folder / "ffmpeg.mp3")],
        "pydub": ["-i", str(folder / "pydub.mp3")],
    }
    print(f"{'way':8} {'CPU s':>7} {'x lame':>7} {'peak MB':>8}")
    for name, (cpu, memory) in rows.items():
        heard = level(files[name]) if name in files and shutil.which("ffmpeg") else ""
        print(f"{name:8} {cpu:7.2f} {cpu / floor:7.2f} {memory:8.0f}  {heard}".rstrip())
    cold, edited, start = (rows[name][0] for name in ("ours", "edited", "again"))
    print(f"ours / lame {cold / floor:.2f}")
    print(f"edited / ours {edited / cold:.3f}; without the start of the program", end=" ")
    print(f"{(edited - start) / (cold - start):.3f} (the bulletin is {_share(folder):.3f} of the programme)")
    if "ffmpeg" in rows:
        print(f"ours / ffmpeg in two passes {rows['ours'][0] / rows['ffmpeg'][0]:.2f}")


if __name__ == "__main__":
    main()
