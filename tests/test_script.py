"""Script files: what they say, and what is wrong with them."""

import pytest

from radio.script import Insert, Paragraph, Pause, parse

from .houses import script


def wrong(text: str | bytes) -> list[tuple[int, str]]:
    data = text.encode() if isinstance(text, str) else text
    bulletin, problems = parse("scripts/a.md", data)
    assert bulletin is None
    return [(problem.line, f"{problem.message} {problem.hint}") for problem in problems]


def test_paragraphs_speakers_recordings_and_pauses_keep_their_lines():
    text = script("Trò chuyện", "MC: Xin chào.\n\nKhách mời: Chào bà con.\nTôi là Nông Văn A.\n\n[[audio: a.opus]]\n"
                  "[[nghỉ 1,5s]]\n- một\n- hai\nLưu ý: giữ trật tự.")  # fmt: skip
    bulletin, problems = parse("scripts/a.md", text.encode(), ("MC", "Khách mời"))
    assert bulletin and not problems
    assert bulletin.parts == (
        Paragraph("MC", "Xin chào.", 7),
        Paragraph("Khách mời", "Chào bà con.\nTôi là Nông Văn A.", 9),
        Insert("a.opus", 12),
        Pause(1500, 13),
        Paragraph("Khách mời", "- một", 14),
        Paragraph("Khách mời", "- hai\nLưu ý: giữ trật tự.", 15),
    )


def test_decomposed_letters_and_windows_line_ends_are_read_as_the_same_text():
    import unicodedata

    text = script("Họp xóm", "Mời bà con.")
    twin = unicodedata.normalize("NFD", text).replace("\n", "\r\n")
    assert parse("a.md", text.encode())[0] == parse("a.md", twin.encode())[0]


def test_all_front_matter_mistakes_are_told_at_once():
    found = dict(
        wrong(
            script(
                "A", "Nói.", titel='"B"', genre='"tinn"', times="0", from_="2026-12-02", until="2026-12-01"
            )
        )
    )
    assert '"title"' in found[6]
    assert '"tin"' in found[4]
    assert 7 in found and 9 in found


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 0),
        ("  \n", 0),
        ("Chỉ có chữ.", 1),
        ("+++\ntitle = \"A\n+++\nNói.", 2),
        (script("A", "[[audo: x.mp3]]"), 7),
        (script("A", "[[nghỉ 99s]]"), 7),
        (script("A", ""), 7),
        (script("A", "Nói.", level='"gấp"'), 6),
        (script("A", "Nói.", from_='"1/12"'), 6),
    ],
)  # fmt: skip
def test_each_mistake_has_its_line(text, line):
    assert line in [number for number, _message in wrong(text)]


def test_text_in_an_old_font_or_far_too_long_is_refused():
    assert wrong(b"+++\ntitle = 'H\xe4p'\n+++\nx")[0][0] == 2
    assert wrong(b"x" * 300_000)[0][0] == 0
