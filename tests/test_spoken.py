"""What is said: paragraphs and telephone numbers that are repeated, and what an approval covers of it."""

from pathlib import Path

import pytest

from radio.approval import content_hash
from radio.house import open_house
from radio.reading import Lexicon, Settings
from radio.script import Bulletin, parse
from radio.spoken import Said, Spoken, speak, spoken_text

from .houses import make, script

NUMBER = "không hai không sáu, không không không, một chín không không"


def bulletin(body: str, **front: str) -> Bulletin:
    found, problems = parse("scripts/a.md", script("Cắt điện", body, **front).encode(), ("MC", "Khách mời"))
    assert found is not None, "\n".join(map(str, problems))
    return found


def said(body: str, phone_twice: bool = True) -> Spoken:
    return speak(bulletin(body), Lexicon(), Settings(), phone_twice=phone_twice)


def lines(body: str, phone_twice: bool = True) -> list[str]:
    return spoken_text(said(body, phone_twice)).split("\n")


def pauses(body: str) -> list[str]:
    return [one.utterance.pause for one in said(body) if isinstance(one, Said)]


def test_a_marked_paragraph_is_said_twice_by_its_speaker():
    """The second time its sentences are the very same words, so that they are the same clips."""
    body = "MC: Xin chào.\n\nKhách mời: Mất điện từ 7h30. Mời bà con chú ý.\n[[nhắc lại]]\n\nMC: Xin hết."
    assert lines(body) == [
        "MC: Xin chào.",
        "Khách mời: Mất điện từ bảy giờ ba mươi phút.",
        "Mời bà con chú ý.",
        "Xin nhắc lại:",
        "Mất điện từ bảy giờ ba mươi phút.",
        "Mời bà con chú ý.",
        "MC: Xin hết.",
    ]
    assert pauses(body) == [
        "paragraph",
        "sentence",
        "paragraph",
        "comma",
        "sentence",
        "paragraph",
        "paragraph",
    ]


def test_only_the_paragraph_before_the_mark_is_repeated():
    body = "Mời bà con họp xóm.\n\nHọp lúc chín giờ.\n[[nhắc lại]]\n[[nghỉ 2s]]\n\nXin cảm ơn."
    assert lines(body) == [
        "Mời bà con họp xóm.",
        "Họp lúc chín giờ.",
        "Xin nhắc lại:",
        "Họp lúc chín giờ.",
        "[[nghỉ 2s]]",
        "Xin cảm ơn.",
    ]


@pytest.mark.parametrize(
    ("body", "line"),
    [("[[nhắc lại]]\nMột.", 7), ("Một.\n[[nghỉ 2s]]\n[[nhắc lại]]", 9), ("Một.\n[[nhac lai]]", 8)],
)
def test_a_mark_with_nothing_to_repeat_is_a_mistake_at_its_line(body: str, line: int):
    found, problems = parse("scripts/a.md", script("A", body).encode())
    assert found is None
    assert [problem.line for problem in problems] == [line]


def test_a_telephone_number_is_said_again_after_its_sentence():
    body = "Hỏi thêm, xin gọi số 0206 000 1900. Cảm ơn bà con."
    assert lines(body) == [
        f"Hỏi thêm, xin gọi số {NUMBER}.",
        f"Xin nhắc lại số điện thoại: {NUMBER}.",
        "Cảm ơn bà con.",
    ]
    assert pauses(body) == ["sentence", "sentence", "paragraph"]
    assert lines(body, phone_twice=False) == [f"Hỏi thêm, xin gọi số {NUMBER}.", "Cảm ơn bà con."]


@pytest.mark.parametrize(
    "before", ["Nộp hồ sơ xin gọi số", "Mất thẻ bảo hiểm, điện thoại", "Hỏi về mã số thuế: gọi"]
)
def test_a_word_that_asks_to_call_makes_it_a_telephone_number(before: str):
    assert lines(f"{before} 0206 000 1900.")[-1] == f"Xin nhắc lại số điện thoại: {NUMBER}."


def test_the_repetition_waits_for_the_end_of_a_long_sentence():
    """A sentence cut into breaths is not interrupted by the number that stands in its first half."""
    body = (
        "Bà con cần hỏi thêm xin gọi số 0206 000 1900 của Điện lực Hà Quảng, "
        "hoặc đến gặp trực tiếp cán bộ kỹ thuật tại trụ sở trong giờ làm việc các ngày trong tuần."
    )
    found = lines(body)
    assert len(found) >= 3 and found[-1] == f"Xin nhắc lại số điện thoại: {NUMBER}."
    assert NUMBER in found[0]
    assert pauses(body)[-2:] == ["sentence", "paragraph"]


def test_two_numbers_of_a_sentence_are_repeated_together():
    again = lines("Gọi 0206 000 1900 hoặc 0206 000 2115.")[-1]
    assert (
        again
        == f"Xin nhắc lại số điện thoại: {NUMBER}; không hai không sáu, không không không, hai một một năm."
    )


@pytest.mark.parametrize(
    "body",
    [
        "Gọi 0206 000 1900. Xin nhắc lại: 0206 000 1900.",
        "Gọi 0206 000 1900.\n\nSố máy: 0206.000.1900.",
        "Gọi 0206 000 1900 hoặc +84 206 000 1900.",
    ],
)
def test_a_number_that_the_script_gives_twice_is_not_said_a_third_time(body: str):
    assert lines(body) == lines(body, phone_twice=False)


def test_a_number_in_a_repeated_paragraph_is_said_twice_in_all():
    found = lines("Gọi 0206 000 1900.\n[[nhắc lại]]")
    assert found == [f"Gọi {NUMBER}.", "Xin nhắc lại:", f"Gọi {NUMBER}."]


@pytest.mark.parametrize(
    "body",
    [
        "Gọi ngay số 115.",
        "Số tài khoản 0312345678 tại ngân hàng.",
        "Mã số thuế: 0312345678.",
        "Giá trị 1.250.000.000 đồng.",
        "Từ ngày 01/10/2026 đến ngày 07/10/2026.",
    ],
)
def test_short_emergency_numbers_and_numbers_nobody_calls_are_said_once(body: str):
    assert lines(body) == lines(body, phone_twice=False)


def test_an_approval_covers_what_is_repeated():
    """Marking a paragraph, or the house's setting for telephone numbers, changes what was approved."""

    def key(body: str, phone_twice: bool = True) -> str:
        return content_hash(bulletin(body), said(body, phone_twice), {})

    assert key("Họp xóm hôm nay.") != key("Họp xóm hôm nay.\n[[nhắc lại]]")
    assert key("Gọi 0206 000 1900.") != key("Gọi 0206 000 1900.", phone_twice=False)
    assert key("Gọi số 115.") == key("Gọi số 115.", phone_twice=False)


def test_the_house_decides_whether_numbers_are_said_twice(tmp_path: Path):
    """``phone_twice`` in schedule.toml, which voids approvals where it changes what is said."""
    body = "Hỏi thêm, xin gọi số 0206 000 1900."
    root = make(tmp_path, scripts={"a": script("Cắt điện", body)})
    twice = open_house(root).script("a")
    schedule = root / "schedule.toml"
    schedule.write_text(
        schedule.read_text("utf-8").replace("[voice]", "[voice]\nphone_twice = false"), "utf-8"
    )
    once = open_house(root).script("a")
    assert spoken_text(twice.spoken).count(NUMBER) == 2 and spoken_text(once.spoken).count(NUMBER) == 1
    assert twice.content != once.content
