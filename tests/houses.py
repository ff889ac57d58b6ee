"""Small houses for tests: real folders with a schedule, scripts and sounds, made in a moment."""

import datetime
from pathlib import Path

import numpy as np

ZONE = datetime.timezone(datetime.timedelta(hours=7))

SCHEDULE = """
[centre]
id = "thu-nghiem"
name = "Trung tâm thử nghiệm"
province = "tỉnh Cao Bằng"

[voice]
engines = ["espeak"]

[[voice.speaker]]
name = "MC"

[[voice.speaker]]
name = "Khách mời"
pitch = -3.0

[limits]
windows = ["05:00-21:00"]

[[section]]
id = "tin"
name = "Tin tức"

[[section]]
id = "hoc"
name = "Xã hội học tập"

[[programme]]
id = "ngan"
name = "Bản tin ngắn"
clock = [
  { part = "ident", audio = "ident.wav" },
  { part = "call", text = "Đây là Đài Truyền thanh {station}." },
  { part = "greeting", text = "Kính chào {part_of_day} {weekday}, {date}.", bed = "bed.wav" },
  { part = "bulletins", audio = "sting.wav" },
  { part = "music", audio = "song.wav" },
  { part = "farewell", text = "Hẹn gặp lại vào {next_time}." },
]

[[slot]]
id = "sang"
at = "05:30"
programme = "ngan"
minutes = 2

[[campaign]]
id = "tuan-le"
name = "Tuần lễ học tập"
from = "10-01"
until = "10-07"
section = "hoc"

[[station]]
id = "ma-ba"
name = "xã Mã Ba"
group = "nam"

[[station]]
id = "truong-ha"
name = "xã Trường Hà"
group = "bac"
"""


def script(title: str, body: str, **front: str) -> str:
    """A script file's text; extra front matter as TOML values."""
    rows = {"title": f'"{title}"', "section": '"tin"', "genre": '"tin"', "source": '"Tổ thử nghiệm"', **front}
    head = "\n".join(f"{key.rstrip('_')} = {value}" for key, value in rows.items())
    return f"+++\n{head}\n+++\n{body}\n"


def music(path: Path, seconds: float, pitch: float) -> None:
    """A WAV file with a soft chord."""
    import wave

    time = np.arange(int(seconds * 48_000)) / 48_000
    sound = sum(np.sin(2 * np.pi * pitch * ratio * time) for ratio in (1, 1.25, 1.5)) / 6
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes((sound * 20_000).astype("<i2").tobytes())


SCRIPTS = {
    "mua-lon": script("Mưa lớn trên diện rộng", "Ngày mai trời có mưa. Bà con chú ý nước lũ."),
    "hop-xom": script("Họp xóm", "Mời bà con đến họp tại nhà văn hóa. Cuộc họp bắt đầu lúc 7h30.", times="2"),
    "hoc-tap": script("Học suốt đời", "Việc học không có tuổi. Mời bà con đến lớp.", section='"hoc"'),
}


def make(root: Path, schedule: str = SCHEDULE, scripts: dict[str, str] | None = None) -> Path:
    """A house in ``root`` with three scripts, not approved."""
    (root / "scripts").mkdir(parents=True)
    (root / "audio").mkdir()
    (root / "schedule.toml").write_text(schedule, encoding="utf-8")
    for name, text in (SCRIPTS if scripts is None else scripts).items():
        (root / "scripts" / f"{name}.md").write_text(text, encoding="utf-8")
    for number, (name, seconds) in enumerate({"ident": 3, "sting": 1.5, "bed": 8, "song": 20}.items()):
        music(root / "audio" / f"{name}.wav", seconds, 260 * 1.2**number)
    return root
