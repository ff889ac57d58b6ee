"""What must hold for any text, by generated input built from the pieces that offices write."""

import re
import string

from hypothesis import given, settings
from hypothesis import strategies as st

from radio.reading import read, utterances
from radio.reading.tables import load

WORDS = [
    "ngày",
    "tháng",
    "năm",
    "sáng",
    "chiều",
    "tối",
    "từ",
    "đến",
    "lúc",
    "hồi",
    "số",
    "điều",
    "khoản",
    "điểm",
    "quý",
    "khóa",
    "thứ",
    "lần",
    "gọi",
    "xã",
    "xóm",
    "hộ",
    "người",
    "đạt",
    "tăng",
    "giảm",
    "tỷ",
    "lệ",
    "thắng",
    "ngõ",
    "lớp",
    "phòng",
    "Nguyễn",
    "Hà",
    "Quảng",
    "KẾ",
    "HOẠCH",
    "UBND",
    "HĐND",
    "BHYT",
    "XYZQ",
    "Facebook",
    "vua",
    "Louis",
    "mùng",
    "hôm",
    "nay",
    "mai",
    "Ủy",
    "ban",
    "nhân",
    "dân",
    "tài",
    "khoản",
    "ĐT",
    "TT.",
    "T.",
    "P.",
    "H.",
    "đ/c",
    "v.v.",
    "TP.",
    "ThS.",
    "Quyết",
    "định",
]
SIGNS = [*"-–/:.,;()%°'\"+=&x@~#*…²³", " ", " ", " ", "  ", "\n", "\t", " - ", "./."]
UNITS = sorted({*load().measure, *load().money})
pieces = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(SIGNS),
    st.sampled_from(UNITS),
    st.sampled_from(sorted(load().acronym)),
    st.sampled_from(sorted(load().abbreviation)),
    st.sampled_from(sorted(load().document_type)),
    st.sampled_from(["I", "II", "IV", "XIV", "A", "B", "V", "C", "a", "b", "đ"]),
    st.integers(0, 40).map(str),
    st.integers(0, 99).map("{:02}".format),
    st.integers(0, 3_000_000).map(str),
    st.integers(1000, 9_999_999).map(lambda n: f"{n:,}".replace(",", ".")),
    st.dates().map(lambda d: f"{d.day}/{d.month}/{d.year}"),
    st.times().map(lambda t: f"{t.hour}h{t.minute:02}"),
)
office_text = st.lists(pieces, max_size=14).map("".join) | st.lists(pieces, max_size=14).map(" ".join)
any_text = st.text(max_size=60)
SPOKEN = re.compile(r"[^\W\d_]|[ ,.;?!\n'-]")


@settings(max_examples=600, deadline=None)
@given(office_text | any_text)
def test_the_spans_make_up_the_written_text(text: str) -> None:
    """Every character belongs to exactly one span, in order."""
    spans = read(text).spans
    assert "".join(span.written for span in spans) == text
    assert [span.start for span in spans[1:]] == [span.end for span in spans[:-1]]
    assert all(text[span.start : span.end] == span.written for span in spans)


@settings(max_examples=600, deadline=None)
@given(office_text | any_text)
def test_what_is_said_has_no_digit_and_no_symbol(text: str) -> None:
    """Words and the marks of speech are all that a voice gets."""
    spoken = read(text).spoken
    left = {
        c for c in spoken if not (c.isalpha() or c in " ,.;?!\n'-" or (not c.isascii() and not c.isdigit()))
    }
    assert not left & set(string.printable), left
    assert not re.search(r"\d", spoken)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(office_text)
def test_what_has_been_read_reads_as_itself(text: str) -> None:
    """Reading what has been read changes nothing."""
    spoken = read(text).spoken
    assert read(spoken).spoken == spoken


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(load().acronym)), st.sampled_from(["", "Hội nghị ", "của ", "xã "]))
def test_no_known_code_is_left(code: str, before: str) -> None:
    """Every acronym of the table is said in other words, wherever it stands."""
    spoken = read(f"{before}{code} họp").spoken
    assert not re.search(rf"(?<!\w){re.escape(code)}(?!\w)", spoken)


@settings(max_examples=300, deadline=None)
@given(office_text)
def test_the_utterances_say_what_the_reading_says(text: str) -> None:
    """Cutting into breaths loses no word, adds none and keeps their order."""

    def words(spoken: str) -> list[str]:
        return re.findall(r"[^\W\d_]+", spoken)

    parts = utterances(text)
    assert words(" ".join(part.spoken for part in parts)) == words(read(text).spoken)
    assert all(part.start < part.end for part in parts)
    assert [p.start for p in parts] == sorted(p.start for p in parts)
