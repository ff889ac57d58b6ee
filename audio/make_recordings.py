"""Make the stand-in for a field recording: ``python audio/make_recordings.py``, where the program is installed.

Nobody was recorded. Two voices of the embedded espeak engine play an interview in a schoolroom made of
formulas: reflections of the walls, a quiet room tone and crickets outside. A real house keeps its real recordings
in ``audio/`` instead. The same program and library versions give the same file.
"""

from pathlib import Path

import numpy as np

from radio.files import write_bytes
from radio.mix.synth.instruments import RATE, Sound, band_noise
from radio.mix.synth.opus import levelled
from radio.voice.base import Manner, Speaker
from radio.voice.espeak import Espeak

FILE = Path(__file__).parent / "phong-van-lop-hoc-dem.opus"
TITLE = "Phỏng vấn học viên lớp học đêm (giọng máy, tiếng nền tổng hợp)"

REPORTER = Speaker("Phóng viên", pitch=-1.5, pace=1.05, espeak="vi")
LEARNER = Speaker("Học viên", pitch=4.0, pace=0.95, espeak="vi-vn-x-central")

INTERVIEW = (
    (REPORTER, "Chị ơi, ngày đi nương, tối đi học, chị có thấy mệt không?"),
    (LEARNER, "Có mệt chứ, nhưng mà vui."),
    (LEARNER, "Trước đây con nhắn tin về, tôi phải nhờ người đọc hộ."),
    (LEARNER, "Bây giờ tôi tự đọc được rồi, tôi còn nhắn lại cho nó, mẹ biết chữ rồi đấy."),
    (REPORTER, "Thế chị còn mong muốn điều gì nữa?"),
    (LEARNER, "Tôi muốn học thêm tính toán, để đi chợ khỏi nhầm tiền."),
)
BREATH_SECONDS = 0.6
AROUND_SECONDS = 0.9

REFLECTIONS = ((0.011, 0.30), (0.017, 0.24), (0.023, 0.20), (0.031, 0.15), (0.043, 0.10), (0.058, 0.07))
"""Delay in seconds and strength of what a room of about 6 by 4 metres throws back."""
REVERB_SECONDS = 0.35
REVERB_SHARE = 0.12
DRIVE = 3.0
"""A pocket recorder held close: the peaks of a voice are rounded off."""
ROOM_TONE_DB = -52.0
CRICKETS_DB = -50.0


def talk() -> Sound:
    """The interview without a room, a breath between the sentences."""
    engine = Espeak(Manner())
    pieces = [np.zeros(round(AROUND_SECONDS * RATE))]
    for speaker, sentence in INTERVIEW:
        pieces += [engine.speak(sentence, speaker) / 32768, np.zeros(round(BREATH_SECONDS * RATE))]
    return np.concatenate([*pieces, np.zeros(round(AROUND_SECONDS * RATE))])


def in_room(dry: Sound) -> Sound:
    """``dry`` with early reflections and a short reverberation."""
    length = round(REVERB_SECONDS * RATE)
    tail = band_noise(length, 200, 4000, seed=21) * np.exp(-6.9 * np.arange(length) / length)
    room = REVERB_SHARE * tail / np.sqrt(np.sum(tail**2))
    room[0] = 1.0
    for seconds, strength in REFLECTIONS:
        room[round(seconds * RATE)] += strength
    size = len(dry) + length
    placed: Sound = np.fft.irfft(np.fft.rfft(dry, size) * np.fft.rfft(room, size), size)[: len(dry)]
    return placed


def night(samples: int) -> Sound:
    """Room tone, and crickets through the window: a 4.2 kHz chirp of three pulses a little over once a second."""
    tone = band_noise(samples, 80, 900, seed=22) * 10 ** (ROOM_TONE_DB / 20)
    time = np.arange(samples) / RATE
    pulses = np.clip(np.sin(2 * np.pi * 30 * time), 0, None) ** 2
    chirping = (time * 1.15) % 1 < 0.1 * 1.15
    return tone + np.sin(2 * np.pi * 4200 * time) * pulses * chirping * 10 ** (CRICKETS_DB / 20)


def main() -> None:
    """Voice, place, level, write."""
    dry = talk()
    close = np.tanh(DRIVE * dry / np.max(np.abs(dry))) / DRIVE
    sound = in_room(close) + night(len(dry))
    fade = np.minimum(1.0, np.minimum(np.arange(len(sound)), np.arange(len(sound))[::-1]) / (0.4 * RATE))
    data = levelled(sound * fade, TITLE, loop=False)
    write_bytes(FILE, data)
    print(f"{FILE.name}: {len(sound) / RATE:.1f} s, {len(data) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
