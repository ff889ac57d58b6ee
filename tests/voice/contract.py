"""What every voice engine must do. An engine's test class inherits `VoiceContract` and gives a ``voice``."""

import itertools
import unicodedata
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from radio.package import RATE
from radio.voice import ClipStore, Speaker, Studio, Voice, clip_key
from radio.voice.phrases import syllables
from radio.voice.sound import check

SENTENCES = (
    "Kính thưa bà con, hôm nay trạm y tế xã tổ chức tiêm chủng cho trẻ em dưới năm tuổi.",
    "Đề nghị các hộ gia đình chủ động kế hoạch sản xuất, sinh hoạt và phòng chống cháy nổ.",
    "Xin trân trọng cảm ơn bà con đã chú ý lắng nghe.",
)
LONG = (
    "Công ty điện lực thông báo từ tám giờ đến mười một giờ sáng thứ năm ngày mười lăm tháng mười tạm ngừng "
    "cung cấp điện tại các xóm Lũng Luông Nà Ngần Pác Bó và Cốc Sâu để sửa chữa đường dây."
)
NOTICES = (
    *SENTENCES,
    LONG,
    "Học tập suốt đời giúp mỗi người dân nâng cao hiểu biết, làm chủ cuộc sống và xây dựng quê hương.",
    "Đây là đài truyền thanh xã Trường Hà, tỉnh Cao Bằng.",
    "Chợ phiên họp vào ngày mùng hai, mùng bảy, mười hai, mười bảy, hai mươi hai và hai mươi bảy âm lịch.",
    "Ai thấy con trâu đực, ba tuổi, sừng cong, có sẹo ở chân sau bên trái, xin báo cho ông Hoàng Văn Thắng, "
    "số điện thoại không chín một hai, ba bốn năm, sáu bảy tám.",
)
SPEAKER = Speaker()


class VoiceContract:
    """Inherit, and define ``voice`` as a fixture."""

    @pytest.mark.parametrize("text", [*SENTENCES, LONG, "Xin hết."])
    def test_speaks(self, voice: Voice, text: str) -> None:
        """A text becomes audible 16-bit mono sound of a length that its syllables allow."""
        pcm = voice.speak(text, SPEAKER)
        assert pcm.dtype == np.int16 and pcm.ndim == 1
        check(pcm, text)
        assert np.abs(pcm.astype(int)).max() < 32767, "clipped"

    def test_rate(self, voice: Voice) -> None:
        """By default 150 to 170 syllables a minute over notices, pauses inside their sentences counted."""
        assert 150 <= rate_of(voice, SPEAKER) <= 170

    def test_texts_differ(self, voice: Voice) -> None:
        """Texts of one length do not come out as one sound."""
        sounds = [voice.speak(text, SPEAKER) for text in ("Xóm Pác Bó.", "Xóm Nà Lung.", "Chợ phiên họp.")]
        for one, other in itertools.combinations(sounds, 2):
            length = min(len(one), len(other))
            assert np.abs(one[:length].astype(int) - other[:length]).max() > 1000

    def test_trimmed(self, voice: Voice) -> None:
        """At most 40 ms of near-silence stand before the first and after the last sound."""
        pcm = np.abs(voice.speak(SENTENCES[0], SPEAKER).astype(int))
        loud = np.flatnonzero(pcm > pcm.max() / 200)
        assert loud[0] < 0.04 * RATE and len(pcm) - loud[-1] < 0.04 * RATE

    def test_decomposed_text(self, voice: Voice) -> None:
        """Text in NFD and with stray white space is the same clip and sounds the same length."""
        decomposed = "  " + unicodedata.normalize("NFD", SENTENCES[0]).replace(" ", "  ")
        assert decomposed != SENTENCES[0]
        assert clip_key(voice, SPEAKER, decomposed) == clip_key(voice, SPEAKER, SENTENCES[0])
        assert len(voice.speak(decomposed, SPEAKER)) == len(voice.speak(SENTENCES[0], SPEAKER))

    def test_key(self, voice: Voice) -> None:
        """The key follows what is heard: text, pitch and pace change it, the speaker's name does not."""
        own = clip_key(voice, SPEAKER, "Xin hết.")
        assert clip_key(voice, replace(SPEAKER, name="MC"), "Xin hết.") == own
        others = [
            clip_key(voice, replace(SPEAKER, pitch=-2.0), "Xin hết."),
            clip_key(voice, replace(SPEAKER, pace=0.9), "Xin hết."),
            clip_key(voice, SPEAKER, "Xin chào."),
        ]
        assert len({own, *others}) == 4

    def test_two_speakers(self, voice: Voice) -> None:
        """A pitch of three semitones down is heard as that, at about the same length."""
        plain = voice.speak(SENTENCES[2], SPEAKER)
        lower = voice.speak(SENTENCES[2], replace(SPEAKER, pitch=-3.0))
        assert len(lower) == pytest.approx(len(plain), rel=0.05)
        assert centre(lower) / centre(plain) == pytest.approx(2 ** (-3 / 12), abs=0.06)

    def test_interview(self, voice: Voice, tmp_path: Path) -> None:
        """Three speakers are told apart by ear, and each stays who he is from the first answer to the last."""
        people = [
            Speaker("MC"),
            Speaker("Khách mời", pitch=-3.0, pace=0.96),
            Speaker("Khách mời 2", pitch=3.0),
        ]
        turns = [(text, person) for text in SENTENCES for person in people]
        voiced = Studio([voice], ClipStore(tmp_path)).voice(turns)
        heights = [centre(_samples(clip.path)) for clip in voiced.clips]
        for first, guest, other in zip(*[iter(heights)] * 3, strict=True):
            assert guest / first == pytest.approx(2 ** (-3 / 12), abs=0.06)
            assert other / first == pytest.approx(2 ** (3 / 12), abs=0.09)

    def test_ready(self, voice: Voice) -> None:
        """An engine that can speak does not say that it cannot."""
        voice.ready()

    def test_pace(self, voice: Voice) -> None:
        """A speaker of pace 0.9 takes about a ninth longer."""
        plain = len(voice.speak(SENTENCES[1], SPEAKER))
        slow = len(voice.speak(SENTENCES[1], replace(SPEAKER, pace=0.9)))
        assert slow / plain == pytest.approx(1 / 0.9, rel=0.06)


def _samples(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def rate_of(voice: Voice, speaker: Speaker) -> float:
    """Syllables a minute over `NOTICES`, as heard."""
    seconds = sum(len(voice.speak(text, speaker)) for text in NOTICES) / RATE
    return sum(map(syllables, NOTICES)) / seconds * 60


def centre(pcm: np.ndarray) -> float:
    """The middle of the spectrum's energy on a logarithmic scale, in Hz."""
    energy = np.abs(np.fft.rfft(pcm.astype(float))) ** 2
    hertz = np.fft.rfftfreq(len(pcm), 1 / RATE)
    band = (hertz > 60) & (hertz < 8000)
    return float(np.exp(np.average(np.log(hertz[band]), weights=energy[band])))
