"""Spans, flags, places and the text's own definitions."""

import unicodedata

import pytest

from radio.reading import Settings, read


def flagged(text: str) -> dict[str, str]:
    """Doubtful stretches and their class."""
    return {span.written.strip(): span.kind for span in read(text).flags}


def test_decomposed_text_is_read_the_same_and_keeps_its_places() -> None:
    """Letters with separate marks, as some systems send them, change neither words nor offsets."""
    text = "Họp lúc 7h30 ngày 4/4/2024 tại Đình."
    loose = unicodedata.normalize("NFD", text)
    reading = read(loose)
    assert reading.spoken == read(text).spoken
    assert "".join(span.written for span in reading.spans) == loose
    assert next(span.written for span in reading.spans if span.kind == "time") == "7h30"


def test_invisible_and_private_characters_are_not_said() -> None:
    """Zero-width signs vanish; a bullet of a symbol font opens a list; elsewhere such a sign is flagged."""
    assert read("\u200bUB\u00adND x\u00e3").spoken == "ủy ban nhân dân xã"
    assert read("\uf0b7 Cấp xã").spoken == "Cấp xã"
    assert flagged("đi \uf0e0 về") == {"\uf0e0": "punctuation"}


@pytest.mark.parametrize("text", ["họp ngày 31/02/2024", "họp ngày 30/2", "ngày 31/4/2025 nghỉ"])
def test_a_date_that_cannot_exist_is_flagged_and_not_said_as_one(text: str) -> None:
    """The voice does not make a day out of it."""
    reading = read(text)
    assert [span.kind for span in reading.flags] == ["date"]
    assert "tháng" not in reading.spoken


def test_what_is_doubtful_offers_the_alternatives() -> None:
    """ "ngày 7-8" is a date or two days: the editor sees both."""
    (flag,) = read("ngày 7-8 có mưa").flags
    assert flag.spoken == "bảy tháng tám"
    assert flag.alternatives == ("bảy đến tám",)


def test_an_unknown_acronym_is_spelled_and_flagged() -> None:
    """Nothing is guessed."""
    assert read("tổ chức XYZQ").spoken == "tổ chức ích i dét quy"
    assert flagged("tổ chức XYZQ") == {"XYZQ": "acronym"}


def test_the_text_defines_its_own_acronyms() -> None:
    """Said once where it is defined, in full afterwards, forgotten in the next text."""
    text = "Ban quản lý chợ (BQLC) họp.\nBQLC đề nghị bà con."
    assert read(text).spoken == "Ban quản lý chợ họp.\nban quản lý chợ đề nghị bà con."
    assert not read(text).flags
    assert read("BQLC đề nghị").flags


def test_days_told_from_today_and_their_hours_are_flagged() -> None:
    """Such a bulletin is true for a short while only; an hour with a date is not flagged."""
    assert flagged("Sáng mai, lúc 7h30, mời bà con đi họp. Điện có lại lúc 17h00.") == {
        "Sáng mai": "relative",
        "7h30": "relative",
    }
    assert flagged("lúc 7h30 ngày 12/5/2026") == {}
    assert flagged("học tập vì ngày mai lập nghiệp") == {}


def test_what_is_said_follows_the_settings() -> None:
    """Nghìn or ngàn, linh or lẻ, a voiced slash, "mồng" for the first days."""
    house = Settings(
        thousand="ngàn", zero_tens="lẻ", slash="gạch chéo", hyphen="gạch ngang", early_day="mồng"
    )
    assert read("1.105 hộ", settings=house).spoken == "một ngàn một trăm lẻ năm hộ"
    assert read("ngày 1/6", settings=house).spoken == "ngày mồng một tháng sáu"
    assert read("ngày mồng 1/6", settings=house).spoken == "ngày mồng một tháng sáu"
    assert (
        read("Báo cáo số 312/BC-UBND", settings=house).spoken
        == "Báo cáo số ba trăm mười hai gạch chéo báo cáo gạch ngang ủy ban nhân dân"
    )
    with pytest.raises(ValueError, match="thousand"):
        Settings(thousand="nghin")


def test_lines_stay_lines() -> None:
    """One written line is one spoken line; nothing is carried across."""
    assert read("UBND\n\n1 hộ").spoken == "ủy ban nhân dân\n\nmột hộ"
    assert read("").spans == ()


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1 ",
        "1/",
        "A-",
        "(",
        "IV-",
        "a\u0323\u0302",
        "@a",
        "U.",
        '"1',
        "\ue000",
        "12/10/2021-",
        "UBND",
        "1x",
        "A&",
        "\n",
    ],
)
def test_hostile_text_is_read_in_time(unit: str) -> None:
    """A hundred thousand characters of one pattern: a rule that is not linear would never come back."""
    text = (unit * 100_000)[:100_000]
    assert "".join(span.written for span in read(text).spans) == text


@pytest.mark.parametrize(
    "text",
    [
        "Quốc hội đã thông qua luật; Tổ quốc ta rất đẹp.",
        "Anh chị em đi họp, xi măng, vi sinh, mi mắt, di sản, li ti.",
        "Bà con ở Đắk Lắk, Kon Tum, Pleiku, Bắc Kạn, Krông Pắc, Ea H'leo.",
        "Ông Giàng A Páo, bà Lý Thị Xuyến, chị Hoàng Thị Huyền, cháu Nguyễn Quỳnh Như.",
        "Nghiêm cấm đốt nương, phát rẫy; giữ gìn vệ sinh đường làng ngõ xóm.",
        "Quả quýt, quyển sách, khuya khoắt, ngoằn ngoèo, khúc khuỷu, nguệch ngoạc, huỵch toẹt.",
        "Tuyết rơi ở Mẫu Sơn; rượu, giếng, gìn giữ, gì, kỹ, ý, ạ.",
        "Thi đua yêu nước, yên ả, yếm, uyên ương, oanh liệt, ỉu xìu.",
        "Chợ phiên họp vào các ngày ba, tám; chợ Nà Giàng họp năm ngày một phiên.",
    ],
)
def test_plain_text_stays_as_it_is_without_a_flag(text: str) -> None:
    """Traps included: words that look like numerals or units, rare syllables, names from other languages."""
    reading = read(text)
    assert reading.spoken == text
    assert reading.flags == ()


def test_capitals_are_words_or_acronyms() -> None:
    """A heading is ordinary speech, also with place names; the acronyms in it are still known."""
    assert read("UBND TỈNH BẮC KẠN, TỔ QUỐC, XỬ LÝ VI PHẠM").spoken == (
        "ủy ban nhân dân tỉnh bắc kạn, tổ quốc, xử lý vi phạm"
    )
