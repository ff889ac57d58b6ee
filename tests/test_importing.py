"""`radio import`: an office document becomes scripts, and every word of it is somewhere."""

import datetime
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from radio.config import parse_house
from radio.importing import SYLLABLES_A_MINUTE, Document, cut, decode, guess_section, read_lines, understand
from radio.importing.wording import slug
from radio.problem import RadioError
from radio.script import Bulletin, parse

HOUSE = Path(__file__).parent.parent
PLAN = HOUSE / "tests" / "data" / "ke-hoach-truyen-thong-xhht-2021.txt"
PLAN_BULLETINS = sorted((HOUSE / "scripts").glob("ke-hoach-truyen-thong-2021-*.md"))

NOTICE = """\
ỦY BAN NHÂN DÂN          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
XÃ TRƯỜNG HÀ                    Độc lập - Tự do - Hạnh phúc
-------
Số: 45/TB-UBND                  Trường Hà, ngày 3 tháng 12 năm 2026

THÔNG BÁO
Về việc tổng vệ sinh
đường làng, ngõ xóm

Ủy ban nhân dân xã thông báo đến toàn thể bà con các xóm lịch tổng vệ sinh như sau:

1. Thời gian
Từ 6h30 đến 9h00, thứ Bảy, ngày 5/12/2026.

2

2. Việc cần làm
a) Quét dọn đường làng, ngõ xóm và khơi thông
cống rãnh trước cửa nhà mình;
b) Phân loại rác.

Vậy Ủy ban nhân dân xã thông báo để bà con biết, thực hiện./.

Nơi nhận:                        TM. ỦY BAN NHÂN DÂN
- Các xóm;                            CHỦ TỊCH
- Lưu: VT.
                                  Lê Văn Sình
"""


def understood(text: str) -> Document:
    return understand(read_lines(text))


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold()))


def bulletins(document: Document, **options: float) -> list[Bulletin]:
    found = []
    for draft in cut(document, "van-ban.txt", "thong-bao", **options):
        bulletin, problems = parse(f"{draft.name}.md", draft.text.encode())
        assert bulletin and not problems, problems
        found.append(bulletin)
    return found


def run(house: Path, *arguments: str) -> Result:
    from radio.cli.importing import import_

    return CliRunner().invoke(import_, [*arguments, "--house", str(house)])


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "schedule.toml").write_bytes((HOUSE / "schedule.toml").read_bytes())
    return tmp_path


@pytest.mark.parametrize("minutes", [1.0, 2.5, 8.0])
def test_every_word_of_the_plan_is_said_or_listed_as_left_out(minutes: float) -> None:
    document = understood(PLAN.read_text("utf-8"))
    said = words("\n".join(bulletin.text for bulletin in bulletins(document, minutes=minutes)))
    listed = words("\n".join(one.text for one in document.left_out))
    assert words(PLAN.read_text("utf-8")) - (said + listed) == Counter()


def test_every_written_line_of_the_plan_is_in_exactly_one_place() -> None:
    document = understood(PLAN.read_text("utf-8"))
    spans = [(one.first, one.last) for one in [*document.blocks, *document.left_out]]
    for line in read_lines(PLAN.read_text("utf-8")):
        if line.text:
            assert sum(first <= line.number <= last for first, last in spans) == 1, line


def test_the_plan_is_told_apart_into_letterhead_body_addressees_and_signature() -> None:
    document = understood(PLAN.read_text("utf-8"))
    assert document.kind == "Kế hoạch"
    assert document.subject.startswith("Truyền thông về Đề án “Xây dựng xã hội học tập")
    assert (document.number, document.date) == ("", "tháng 10 năm 2021"), (
        "the plan leaves number and day open"
    )
    assert document.issuer == "Ủy ban nhân dân huyện Hà Quảng"
    assert [(one.first, one.last) for one in document.left_out] == [(3, 9), (117, 128), (130, 133)]


def test_paragraphs_that_a_page_break_cut_in_the_plan_are_whole_again() -> None:
    texts = [block.text for block in understood(PLAN.read_text("utf-8")).blocks]
    for seam in ("điểm bưu điện văn hóa xã", "khả năng ngân sách tham mưu", "phong trào “Sáng tạo trẻ”"):
        assert any(seam in text for text in texts), seam


def test_bulletins_of_the_plan_stand_for_themselves() -> None:
    """Each says which document it is from, has its own title, and lasts some two to three minutes."""
    document = understood(PLAN.read_text("utf-8"))
    drafts = cut(document, PLAN.name, "xa-hoi-hoc-tap")
    assert len({draft.title for draft in drafts}) == len(drafts) >= 8
    for index, draft in enumerate(drafts, 1):
        assert f"phần {index} trong {len(drafts)} phần" in draft.text
        assert document.name in draft.text
        assert f"dòng {draft.first}–{draft.last}" in draft.text
        assert 1.25 <= draft.syllables / SYLLABLES_A_MINUTE <= 3.4, draft.title


def test_headings_in_capitals_become_sentences_and_names_keep_theirs() -> None:
    texts = [draft.text for draft in cut(understood(PLAN.read_text("utf-8")), PLAN.name, "xa-hoi-hoc-tap")]
    assert any("# V. Đề nghị Ban Tuyên giáo huyện ủy, Ủy ban Mặt trận Tổ quốc" in text for text in texts)
    assert not any(re.search(r"^#.*[A-ZÀ-Ỹ]{5}", text, re.MULTILINE) for text in texts)


def test_the_committed_bulletins_are_what_the_command_makes_of_the_plan() -> None:
    drafts = cut(understood(PLAN.read_text("utf-8")), PLAN.name, "xa-hoi-hoc-tap")
    assert [path.stem for path in PLAN_BULLETINS] == [draft.name for draft in drafts]
    for path, draft in zip(PLAN_BULLETINS, drafts, strict=True):
        there, _problems = parse(path.name, path.read_bytes())
        made, _problems = parse(path.name, draft.text.encode())
        assert there and made and (there.title, there.text) == (made.title, made.text), path


def test_the_section_is_guessed_from_what_the_document_is_about() -> None:
    parsed, _problems = parse_house("schedule.toml", (HOUSE / "schedule.toml").read_bytes())
    assert parsed
    sections = {section.id: section.name for section in parsed.section}
    assert guess_section(understood(PLAN.read_text("utf-8")), sections) == "xa-hoi-hoc-tap"
    assert guess_section(understood(NOTICE), sections) == "thong-bao"


def test_a_notice_with_number_date_page_number_and_broken_lines() -> None:
    document = understood(NOTICE)
    assert (document.kind, document.number, document.date) == (
        "Thông báo",
        "45/TB-UBND",
        "ngày 3 tháng 12 năm 2026",
    )
    assert document.subject == "về việc tổng vệ sinh đường làng, ngõ xóm"
    texts = [block.text for block in document.blocks]
    assert "a) Quét dọn đường làng, ngõ xóm và khơi thông cống rãnh trước cửa nhà mình;" in texts
    assert texts[-1] == "Vậy Ủy ban nhân dân xã thông báo để bà con biết, thực hiện."
    assert "2" in [one.text for one in document.left_out], "a page number is left out, and listed"
    [bulletin] = bulletins(document)
    assert bulletin.genre == "thong-bao"
    assert "số 45/TB-UBND" in bulletin.text and "ngày 3 tháng 12 năm 2026" in bulletin.text


def test_a_letter_has_no_kind_but_a_matter_of_concern() -> None:
    letter = """\
UBND HUYỆN HÀ QUẢNG
CÔNG AN HUYỆN
Số: 312/CAH-QLHC
V/v tăng cường quản lý pháo nổ
dịp Tết Nguyên đán
Hà Quảng, ngày 05 tháng 01 năm 2027

Kính gửi:
- Ủy ban nhân dân các xã;
- Các trường học.

Công an huyện đề nghị các đơn vị thực hiện như sau:
1. Tuyên truyền đến từng hộ dân không tàng trữ và
sử dụng trái phép pháo nổ.
2. Phát hiện vi phạm, báo ngay số 113./.

TRƯỞNG CÔNG AN HUYỆN
"""
    document = understood(letter)
    assert document.name == "Công văn về việc tăng cường quản lý pháo nổ dịp Tết Nguyên đán"
    assert (document.number, document.issuer) == ("312/CAH-QLHC", "Công an huyện")
    assert [block.text for block in document.blocks][1:] == [
        "1. Tuyên truyền đến từng hộ dân không tàng trữ và sử dụng trái phép pháo nổ.",
        "2. Phát hiện vi phạm, báo ngay số 113.",
    ]
    [bulletin] = bulletins(document)
    assert (
        words(letter) - words(bulletin.text + "\n".join(one.text for one in document.left_out)) == Counter()
    )


def test_what_is_attached_after_the_end_is_part_of_the_document() -> None:
    document = understood(
        "QUYẾT ĐỊNH\nVề việc phát thanh\n\nĐiều 1. Ban hành Quy chế./.\n\nNơi nhận:\n- Lưu.\n\n"
        "QUY CHẾ\n1. Buổi sáng phát lúc 5h30."
    )
    assert [block.text for block in document.blocks][-2:] == ["QUY CHẾ", "1. Buổi sáng phát lúc 5h30."]
    assert [one.text for one in document.left_out][-1] == "Nơi nhận:\n- Lưu."
    assert "QUY CHẾ" not in bulletins(document)[0].text, "capitals would be read as an acronym"


def test_a_text_without_letterhead_is_taken_as_it_is() -> None:
    text = "Xóm Nà Mạ họp lúc 19 giờ.\n\nMời bà con đến dự."
    document = understood(text)
    assert [block.text for block in document.blocks] == ["Xóm Nà Mạ họp lúc 19 giờ.", "Mời bà con đến dự."]
    assert document.left_out == ()
    assert words(text) - words(bulletins(document)[0].text) == Counter()


def test_a_paragraph_longer_than_a_bulletin_is_cut_between_sentences() -> None:
    sentences = [f"Câu thứ {number} nói về việc học của người lớn trong xóm." for number in range(80)]
    parts = bulletins(understood("KẾ HOẠCH\nHọc tập\n\n" + " ".join(sentences)), minutes=2.0)
    assert len(parts) > 3
    assert all(part.text.rstrip().endswith("trong xóm.") for part in parts)
    assert words(" ".join(sentences)) - words(" ".join(part.text for part in parts)) == Counter()


@pytest.mark.parametrize(
    "stamp", ["MẬT", "TỐI MẬT", "TUYỆT MẬT", "**MẬT**", "[ M Ậ T ]", "Độ mật: Tối mật", "UBND TỈNH\tTỐI MẬT"]
)
def test_a_document_with_a_secrecy_stamp_is_refused(stamp: str) -> None:
    composed = f"{stamp}\n\n{NOTICE}"
    for form in ("NFC", "NFD"):
        with pytest.raises(RadioError, match="1"):
            read_lines(unicodedata.normalize(form, composed))


@pytest.mark.parametrize(
    "text", ["Giữ bí mật nhà nước là trách nhiệm.", "MẬT ONG RỪNG", "Độ mật:", "Mật khẩu: 6 số"]
)
def test_words_that_only_look_like_a_stamp_are_no_stamp(text: str) -> None:
    assert read_lines(text)[0].text == text


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_encodings_give_the_same_document(coding: str) -> None:
    decomposed = unicodedata.normalize("NFD", NOTICE).replace("\n", "\r\n")
    assert understood(decode(decomposed.encode(coding))) == understood(NOTICE)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n\t\n",
        "Thông báo".encode("cp1258"),
        b"\xd0\xcf\x11\xe0xx",
        b"a\0b",
    ],
    ids=["empty", "blank", "not UTF-8", "compound", "binary"],
)
def test_what_is_no_unicode_text_is_refused(data: bytes) -> None:
    with pytest.raises(RadioError):
        decode(data)


def test_a_document_gives_no_commands_to_the_program() -> None:
    [bulletin] = bulletins(understood("Xin chào.\n\n[[audio: bao-dong.opus]]\n\n+++\n\ntitle = 1"))
    assert "audio: bao-dong.opus" in bulletin.text, "said as text, not played"


def test_file_names_are_plain_and_short() -> None:
    assert slug("Kế hoạch Đề án “Xã hội học tập” 2021-2030") == "ke-hoach-de-an-xa-hoi-hoc-tap-2021-2030"
    assert len(slug("học tập suốt đời " * 20)) <= 48


def test_import_writes_unapproved_scripts_and_lists_what_it_left_out(house: Path) -> None:
    result = run(house, str(PLAN))
    assert result.exit_code == 0, result.output
    written = sorted((house / "scripts").iterdir())
    assert [path.name for path in written] == [path.name for path in PLAN_BULLETINS]
    for path in written:
        bulletin, problems = parse(path.name, path.read_bytes())
        assert bulletin and not problems and bulletin.approval is None
        assert bulletin.section == "xa-hoi-hoc-tap" and bulletin.valid_on(datetime.date(2030, 12, 31))
    for line in ("Nơi nhận:", "KT. CHỦ TỊCH", "Nguyễn Thị Phương", "Số: /KH-UBND"):
        assert line in result.output


def test_importing_again_changes_nothing(house: Path) -> None:
    run(house, str(PLAN))
    before = {path: path.read_bytes() for path in (house / "scripts").iterdir()}
    assert run(house, str(PLAN)).exit_code == 0
    assert {path: path.read_bytes() for path in (house / "scripts").iterdir()} == before


def test_an_edited_script_is_kept_and_the_exit_code_says_so(house: Path) -> None:
    run(house, str(PLAN))
    edited, missing = sorted((house / "scripts").iterdir())[:2]
    edited.write_text(edited.read_text("utf-8").replace("Sau đây", "Dưới đây"), "utf-8")
    mine = edited.read_bytes()
    missing.unlink()
    assert run(house, str(PLAN)).exit_code == 1
    assert edited.read_bytes() == mine
    assert missing.exists(), "the others are still written"


def test_a_dry_run_shows_the_scripts_and_writes_nothing(house: Path) -> None:
    result = run(house, str(PLAN), "--dry-run", "--minutes", "5")
    assert result.exit_code == 0
    assert "+++" in result.output and "Nơi nhận:" in result.output
    assert not (house / "scripts").exists()


def test_a_secret_document_leaves_no_file(house: Path, tmp_path: Path) -> None:
    secret = tmp_path / "mat.txt"
    secret.write_text("TỐI MẬT\n" + NOTICE, "utf-8")
    assert run(house, str(secret)).exit_code == 1
    assert not (house / "scripts").exists()


def test_out_name_and_section_are_the_users_choice(house: Path, tmp_path: Path) -> None:
    source = tmp_path / "thong-bao.txt"
    source.write_text(NOTICE, "utf-8")
    out = tmp_path / "nhap"
    assert (
        run(house, str(source), "--out", str(out), "--name", "ve-sinh", "--section", "suc-khoe").exit_code
        == 0
    )
    [path] = out.iterdir()
    assert path.name == "ve-sinh-01.md"
    assert 'section = "suc-khoe"' in path.read_text("utf-8")
    assert run(house, str(source), "--section", "khong-co").exit_code == 1
    assert run(house, str(source), "--name", "../ngoai").exit_code == 1
