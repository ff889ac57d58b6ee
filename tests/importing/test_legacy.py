"""Old fonts: every Vietnamese letter comes back, by the font's name and by what makes sense."""

import unicodedata
from importlib import resources

import pytest

from radio.importing import read_document
from radio.importing.legacy import by_evidence, convert, convert_runs, decode_old, encoding_of

TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
SMALL = [
    *(unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in TONES),
    "đ",
]
LETTERS = [*SMALL, *(letter.upper() for letter in SMALL)]
TEXT = (
    "Uỷ ban nhân dân xã Trường Hà thông báo đến toàn thể bà con lịch tổng vệ sinh đường làng, ngõ xóm.\n"
    "Mỗi hộ gia đình cử một người tham dự; người già và trẻ nhỏ được miễn.\n"
    "Địa điểm: nhà văn hóa xóm Pác Bó. Kỹ sư Nguyễn Thị Ngoãn hướng dẫn ủ phân, rửa chuồng, diệt bọ gậy."
)


def table(name: str) -> list[list[str]]:
    text = resources.files("radio.importing").joinpath(name).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


def as_tcvn3(text: str) -> str:
    """What a typist's file holds: each letter's byte, seen as Latin-1; capitals with marks from the small ones."""
    codes = {letter: chr(int(code, 16)) for code, letter in table("tcvn3.tsv")}
    return "".join(codes.get(char) or codes.get(char.lower(), char) for char in text)


def as_vni(text: str) -> str:
    pairs = {letter: pair for pair, letter in table("vni.tsv")}
    pairs |= {letter.upper(): pair.upper() for letter, pair in pairs.items()}
    return "".join(pairs.get(char, char) for char in text)


def test_all_134_letters_with_marks_are_tried() -> None:
    assert sum(not letter.isascii() for letter in set(LETTERS)) == 134


@pytest.mark.parametrize("letter", SMALL)
def test_every_small_letter_survives_tcvn3(letter: str) -> None:
    assert convert(as_tcvn3(letter), "TCVN3") == letter


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_survives_the_capital_font(letter: str) -> None:
    assert convert(as_tcvn3(letter), "TCVN3 capitals") == letter.upper()


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_survives_vni(letter: str) -> None:
    assert convert(as_vni(letter), "VNI") == letter


@pytest.mark.parametrize("letter", ["Ă", "Â", "Ê", "Ô", "Ơ", "Ư", "Đ"])
def test_capitals_without_tone_have_their_own_codes_in_tcvn3(letter: str) -> None:
    assert convert(as_tcvn3(letter), "TCVN3") == letter


def test_known_words_of_both_encodings() -> None:
    """Not from our tables: as such files are seen when they are opened in the wrong font."""
    assert convert("Céng hßa x· héi chñ nghÜa ViÖt Nam", "TCVN3") == "Cộng hòa xã hội chủ nghĩa Việt Nam"
    assert convert("CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM", "TCVN3") == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    assert convert("Sè: 312/TB-NN", "TCVN3") == "Số: 312/TB-NN", (
        "one capital in a line of codes is no line of capitals"
    )
    assert convert("céng hßa x· héi", "TCVN3 capitals") == "CỘNG HÒA XÃ HỘI"
    assert convert("Xin chaøo caùc baïn", "VNI") == "Xin chào các bạn"
    assert convert("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "VNI") == "Cộng hòa xã hội chủ nghĩa Việt Nam"
    assert convert("COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM", "VNI") == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"


@pytest.mark.parametrize(
    ("font", "encoding"),
    [
        (".VnTime", "TCVN3"),
        (".VnArial Narrow", "TCVN3"),
        (".VnTimeH", "TCVN3 capitals"),
        (".VnArialH", "TCVN3 capitals"),
        ("VNI-Times", "VNI"),
        ("'VNI-Helve'", "VNI"),
        ("Times New Roman", ""),
        ("", ""),
        ("Vnitalic", ""),
    ],
)
def test_the_font_tells_the_encoding(font: str, encoding: str) -> None:
    assert encoding_of(font) == encoding


def test_unicode_and_old_runs_in_one_paragraph() -> None:
    runs = [
        ("Xóm ", "Times New Roman"),
        ("V¨n hãa ", ".VnTime"),
        ("Thông báo", "Times New Roman"),
        (" baùo tin ", "VNI-Times"),
        ("đã gõ bằng Unicode", ".VnTime"),
    ]
    assert convert_runs(runs)[0] == "Xóm Văn hóa Thông báo báo tin đã gõ bằng Unicode"


def test_a_letter_split_from_its_mark_between_two_runs_is_whole() -> None:
    assert (
        convert_runs([("chuyeå", "VNI-Times"), ("n ba", "VNI-Times"), ("ùo", "VNI-Times")])[0] == "chuyển báo"
    )


@pytest.mark.parametrize("make", [as_tcvn3, as_vni])
def test_a_plain_text_file_in_an_old_encoding_is_read_by_evidence(make: object) -> None:
    for text in (TEXT, TEXT.replace("\n", "\r\n")):
        data = make(text).encode("latin-1")  # type: ignore[operator]
        found = decode_old(data)
        assert found is not None and found[0] == text
        lines = [line.text for line in read_document(data, "thong-bao.txt").lines]
        assert lines == TEXT.split("\n")


def as_windows_1258(text: str) -> bytes:
    """That encoding has letters and, after them, tone marks."""
    split = ""
    for char in text:
        parts = unicodedata.normalize("NFD", char)
        tones = "".join(part for part in parts if part in TONES[1:])
        letter = "".join(part for part in parts if part not in TONES[1:])
        split += unicodedata.normalize("NFC", letter) + tones
    return split.encode("cp1258")


def test_windows_1258_is_read_as_what_it_is() -> None:
    assert decode_old(as_windows_1258(TEXT)) == (TEXT, "Windows-1258")


@pytest.mark.parametrize("make", [as_tcvn3, as_vni])
def test_lines_of_old_text_inside_unicode_text_are_found_and_named(make: object) -> None:
    lines = TEXT.split("\n")
    mixed = [lines[0], make(lines[1]), lines[2]]  # type: ignore[operator]
    converted, found = by_evidence(mixed)
    assert converted == lines and list(found) == [1]
    note = read_document("\n".join(mixed).encode(), "mixed.txt").notes
    assert len(note) == 1 and "2" in note[0]


def test_unicode_text_is_left_alone() -> None:
    for text in (
        "Các cô, các chú báo tin cho bà con.",
        "Café, crème brûlée, São Paulo, Zürich, naïve façade",
        "Pây tầư mà, slon tày nùng",
        "H2O, 25°C ± 2, § 5, ©",
    ):
        assert by_evidence([text] * 4) == ([text] * 4, {})


def test_bytes_that_make_no_sense_in_any_encoding_are_none() -> None:
    assert decode_old(bytes(range(0x80, 0x100)) * 20) is None
    assert decode_old("Ærø, Ørsted, Århus, Tromsø, Ålesund, Væ".encode("latin-1")) is None
