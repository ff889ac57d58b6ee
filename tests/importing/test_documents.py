"""The same notice as .docx, .odt, .pdf and plain text: one document comes out, and nothing is lost."""

import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from radio.importing import Extracted, cut, read_document, understand
from radio.problem import BadInput
from radio.script import parse

from . import builders
from .builders import p, saved, set_font, word

HOUSE = Path(__file__).parents[2]
LEFT = ("ỦY BAN NHÂN DÂN", "XÃ TRƯỜNG HÀ", "-------", "Số: 45/TB-UBND")
RIGHT = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Trường Hà, ngày 3 tháng 12 năm 2026",
)
SUBJECT = ("THÔNG BÁO", "Về việc tổng vệ sinh đường làng, ngõ xóm")
BODY = (
    "Ủy ban nhân dân xã thông báo đến toàn thể bà con các xóm lịch tổng vệ sinh như sau:",
    "1. Thời gian: từ 6h30 đến 9h00, thứ Bảy, ngày 5/12/2026.",
    "2. Việc cần làm: quét dọn đường làng và phân loại rác.",
    "Vậy Ủy ban nhân dân xã thông báo để bà con biết, thực hiện./.",
)
END_LEFT = ("Nơi nhận:", "- Các xóm;", "- Lưu: VT.")
END_RIGHT = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Lê Văn Sình")
ALL = "\n".join((*LEFT, *RIGHT, *SUBJECT, *BODY, *END_LEFT, *END_RIGHT))


def as_docx() -> bytes:
    document = Document()
    head = document.add_table(1, 2).rows[0]
    head.cells[0].text, head.cells[1].text = "\n".join(LEFT), "\n".join(RIGHT)
    for text in SUBJECT:
        document.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in BODY:
        document.add_paragraph(text)
    end = document.add_table(1, 2).rows[0]
    end.cells[0].text, end.cells[1].text = "\n".join(END_LEFT), "\n".join(END_RIGHT)
    return saved(document)


def as_odt() -> bytes:
    def cell(texts: tuple[str, ...]) -> str:
        return f"<table:table-cell>{''.join(map(p, texts))}</table:table-cell>"

    def table(left: tuple[str, ...], right: tuple[str, ...]) -> str:
        return f"<table:table><table:table-row>{cell(left)}{cell(right)}</table:table-row></table:table>"

    centred = (
        '<style:style style:name="C" style:family="paragraph">'
        '<style:paragraph-properties fo:text-align="center"/></style:style>'
    )
    subject = "".join(p(text, "C") for text in SUBJECT)
    return builders.odt(
        table(LEFT, RIGHT) + subject + "".join(map(p, BODY)) + table(END_LEFT, END_RIGHT), centred
    )


def as_pdf() -> bytes:
    lines = [
        *((60, 800 - 15 * row, text) for row, text in enumerate(LEFT)),
        *((330, 800 - 15 * row, text) for row, text in enumerate(RIGHT)),
        *((220, 720 - 15 * row, text) for row, text in enumerate(SUBJECT)),
        *((60, 670 - 15 * row, text) for row, text in enumerate(BODY)),
        *((60, 600 - 15 * row, text) for row, text in enumerate(END_LEFT)),
        *((330, 600 - 15 * row, text) for row, text in enumerate(END_RIGHT)),
    ]
    return builders.pdf([lines])


def as_text() -> bytes:
    return "\n".join((*LEFT, *RIGHT, "", *SUBJECT, "", *BODY, "", *END_LEFT, *END_RIGHT)).encode()


FORMATS = {"docx": as_docx, "odt": as_odt, "pdf": as_pdf, "txt": as_text}


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold()))


def heard_and_left_out(extracted: Extracted) -> tuple[str, str]:
    document = understand(extracted.lines, extracted.left_out)
    heard = []
    for draft in cut(document, "a.docx", "thong-bao"):
        bulletin, problems = parse(f"{draft.name}.md", draft.text.encode())
        assert bulletin and not problems, problems
        heard.append(bulletin.text)
    return "\n".join(heard), "\n".join(one.text for one in document.left_out)


def run(*arguments: str) -> Result:
    from radio.cli.importing import import_

    return CliRunner().invoke(import_, list(arguments))


@pytest.mark.parametrize("suffix", FORMATS)
def test_letterhead_body_and_end_are_told_apart_in_every_format(suffix: str) -> None:
    extracted = read_document(FORMATS[suffix](), f"tb.{suffix}")
    document = understand(extracted.lines, extracted.left_out)
    assert (document.kind, document.number) == ("Thông báo", "45/TB-UBND")
    assert document.date == "ngày 3 tháng 12 năm 2026"
    assert document.subject == "về việc tổng vệ sinh đường làng, ngõ xóm"
    assert document.issuer == "Ủy ban nhân dân xã Trường Hà"
    assert [block.text for block in document.blocks] == [*BODY[:-1], BODY[-1].replace("./.", ".")]
    heard, left_out = heard_and_left_out(extracted)
    assert words(ALL) - words(heard + left_out) == Counter()
    assert "Lê Văn Sình" in left_out and "Lê Văn Sình" not in heard


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_command_proposes_front_matter_from_every_format(suffix: str, tmp_path: Path) -> None:
    (tmp_path / "schedule.toml").write_bytes((HOUSE / "schedule.toml").read_bytes())
    source = tmp_path / f"tb.{suffix}"
    source.write_bytes(FORMATS[suffix]())
    result = run(str(source), "--house", str(tmp_path))
    assert result.exit_code == 0, result.output
    [script] = (tmp_path / "scripts").iterdir()
    bulletin, problems = parse(script.name, script.read_bytes())
    assert bulletin and not problems and bulletin.approval is None
    assert bulletin.source == "Ủy ban nhân dân xã Trường Hà" and bulletin.genre == "thong-bao"
    assert bulletin.title.startswith("Thông báo về việc tổng vệ sinh")
    assert "45/TB-UBND" in script.read_text("utf-8") and "ngày 3 tháng 12 năm 2026" in script.read_text(
        "utf-8"
    )
    assert "Nơi nhận:" in result.output


def test_the_lines_that_were_read_can_be_looked_at(tmp_path: Path) -> None:
    (tmp_path / "schedule.toml").write_bytes((HOUSE / "schedule.toml").read_bytes())
    source = tmp_path / "tb.docx"
    source.write_bytes(as_docx())
    result = run(str(source), "--text", "--house", str(tmp_path))
    assert result.exit_code == 0 and not (tmp_path / "scripts").exists()
    assert re.search(r"^ +4  Số: 45/TB-UBND$", result.output, re.MULTILINE)


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("stamp", ["MẬT", "TỐI MẬT", "TUYỆT MẬT"])
def test_a_stamped_document_is_refused_in_every_format(suffix: str, stamp: str) -> None:
    made = {
        "docx": lambda: word(*BODY, stamp),
        "odt": lambda: builders.odt("".join(map(p, (*BODY, stamp)))),
        "pdf": lambda: builders.pdf(
            [[(60, 800, "ỦY BAN NHÂN DÂN XÃ"), (400, 800, stamp), (60, 700, BODY[0])]]
        ),
        "txt": lambda: "\n".join((*BODY, stamp)).encode(),
    }
    with pytest.raises(BadInput, match=stamp):
        read_document(made[suffix](), f"a.{suffix}")


def test_a_stamp_in_a_page_header_a_text_box_a_cell_or_an_old_font_is_refused() -> None:
    in_header = Document()
    in_header.add_paragraph(BODY[0])
    in_header.sections[0].header.paragraphs[0].text = "TỐI MẬT"
    in_box = Document()
    in_box.add_paragraph(BODY[0]).add_run()._element.append(text_box("MẬT"))
    in_cell = Document()
    builders.table(in_cell, [["Tên", "Số", "Mức"], ["Kế hoạch", "12", "TUYỆT MẬT"], ["Báo cáo", "13", ""]])
    old = Document()
    set_font(old.add_paragraph().add_run("TèI MËT"), ".VnTimeH")
    old.add_paragraph(BODY[0])
    lost_font = Document()
    lost_font.add_paragraph("MËT")
    lost_font.add_paragraph(BODY[0])
    for document in (in_header, in_box, in_cell, old, lost_font):
        with pytest.raises(BadInput, match="MẬT"):
            read_document(saved(document), "a.docx")
    header = f"<style:header>{p('MẬT')}</style:header>"
    with pytest.raises(BadInput, match="MẬT"):
        read_document(builders.odt(p(BODY[0]), masters=header), "a.odt")


def text_box(text: str) -> object:
    """A text box as Word writes it: the drawing, and a second version for old programs."""
    inside = f"<w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent>"
    return parse_xml(
        f"<mc:AlternateContent {nsdecls('w')} "
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{inside}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{inside}</w:pict></mc:Fallback></mc:AlternateContent>"
    )


def test_a_text_box_is_read_once() -> None:
    document = Document()
    document.add_paragraph("Xóm Nà Mạ họp.").add_run()._element.append(text_box("Nhà văn hóa"))
    texts = [line.text for line in read_document(saved(document), "a.docx").lines]
    assert texts == ["Nhà văn hóa", "Xóm Nà Mạ họp."]


def test_what_stands_beside_the_text_of_a_docx_is_listed_not_said() -> None:
    document = Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = "Đầu trang"
    section.footer.paragraphs[0].text = "Chân trang"
    paragraph = document.add_paragraph("Xóm họp lúc 19 giờ.")
    run = paragraph.add_run(" Câu ẩn.")
    run.font.hidden = True
    document.add_comment(paragraph.runs[:1], text="Xem lại giờ", author="An", initials="A")
    deleted = parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>Câu bỏ.</w:delText></w:r></w:del>")
    inserted = parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t> Câu thêm.</w:t></w:r></w:ins>")
    control = parse_xml(
        f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>Trong khung.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    paragraph._element.append(deleted)
    paragraph._element.append(inserted)
    paragraph._element.addnext(control)
    extracted = read_document(saved(document), "a.docx")
    assert [line.text for line in extracted.lines] == ["Xóm họp lúc 19 giờ. Câu thêm.", "Trong khung."]
    left_out = {one.text for one in extracted.left_out}
    assert left_out == {"Đầu trang", "Chân trang", "Câu ẩn.", "Xem lại giờ", "Câu bỏ."}
    assert len({one.reason for one in extracted.left_out}) == 5


def test_what_stands_beside_the_text_of_an_odt_is_listed_not_said() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        f"{p('Theo báo cáo')}</text:note-body></text:note>"
    )
    comment = f"<office:annotation>{p('Xem lại')}</office:annotation>"
    deleted = (
        f"<text:tracked-changes><text:changed-region><text:deletion>{p('Câu bỏ')}"
        "</text:deletion></text:changed-region></text:tracked-changes>"
    )
    body = f'{deleted}<text:p>Xóm họp{note} lúc{comment}<text:s text:c="2"/>19 giờ.</text:p>'
    pages = f"<style:header>{p('Đầu trang')}</style:header><style:footer>{p('Chân trang')}</style:footer>"
    extracted = read_document(builders.odt(body, masters=pages), "a.odt")
    assert [line.text for line in extracted.lines] == ["Xóm họp lúc 19 giờ."]
    assert {one.text for one in extracted.left_out} == {
        "Theo báo cáo", "Xem lại", "Câu bỏ", "Đầu trang", "Chân trang",
    }  # fmt: skip


def test_numbered_lists_of_a_docx_keep_their_numbers() -> None:
    document = Document()
    numbering = document.part.numbering_part.element
    for level in numbering.findall(qn("w:abstractNum")):
        numbering.remove(level)
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (start, form, text) in enumerate([(3, "decimal", "%1."), (1, "lowerLetter", "%2)")])
    )
    numbering.insert(
        0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>')
    )
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="99"><w:abstractNumId w:val="77"/></w:num>'))
    for text, level in (("Thời gian.", 0), ("Sáng.", 1), ("Chiều.", 1), ("Địa điểm.", 0), ("Nhà trường.", 1)):
        properties = document.add_paragraph(text)._element.get_or_add_pPr()
        numbers = OxmlElement("w:numPr")
        for tag, written in (("w:ilvl", level), ("w:numId", 99)):
            one = OxmlElement(tag)
            one.set(qn("w:val"), str(written))
            numbers.append(one)
        properties.append(numbers)
    texts = [line.text for line in read_document(saved(document), "a.docx").lines]
    assert texts == ["3. Thời gian.", "a) Sáng.", "b) Chiều.", "4. Địa điểm.", "a) Nhà trường."]


def test_lists_of_an_odt_keep_their_numbers() -> None:
    styles = (
        '<text:list-style style:name="L">'
        '<text:list-level-style-number text:level="1" style:num-format="I" style:num-suffix="."/>'
        '<text:list-level-style-bullet text:level="2"/></text:list-style>'
    )
    item = "<text:list-item>{}</text:list-item>"
    inner = f"<text:list>{item.format(p('Sáng.'))}{item.format(p('Chiều.'))}</text:list>"
    body = (
        f'<text:list text:style-name="L">{item.format(p("Thời gian.") + inner)}{item.format(p("Địa điểm."))}'
        f'</text:list>{p("Xen giữa.")}<text:list text:style-name="L" text:continue-numbering="true">'
        f"{item.format(p('Ghi chú.'))}</text:list>"
    )
    texts = [line.text for line in read_document(builders.odt(body, styles), "a.odt").lines]
    assert texts == ["I. Thời gian.", "- Sáng.", "- Chiều.", "II. Địa điểm.", "Xen giữa.", "III. Ghi chú."]


def test_old_fonts_of_a_docx_by_run_by_style_and_by_default() -> None:
    document = Document()
    paragraph = document.add_paragraph()
    for text, font in (
        ("Th", ".VnTime"),
        ("«ng b¸o ", ".VnTime"),
        ("của xã ", "Arial"),
        ("ngaøy mai", "VNI-Times"),
    ):
        set_font(paragraph.add_run(text), font)
    style = document.styles.add_style("Cu", 1)
    style.font.name = ".VnTimeH"
    style.element.rPr.rFonts.set(qn("w:hAnsi"), ".VnTimeH")
    document.add_paragraph("th«ng b¸o", style="Cu")
    extracted = read_document(saved(document), "a.docx")
    assert [line.text for line in extracted.lines] == ["Thông báo của xã ngày mai", "THÔNG BÁO"]
    assert all(any(font in note for note in extracted.notes) for font in (".VnTime", ".VnTimeH", "VNI-Times"))


def test_the_soft_hyphen_of_word_is_a_letter_in_an_old_font() -> None:
    document = Document()
    run = set_font(document.add_paragraph().add_run("X"), ".VnTime")
    run._element.append(OxmlElement("w:softHyphen"))
    set_font(document.paragraphs[0].add_run("¬ng r¾n"), ".VnTime")
    assert read_document(saved(document), "a.docx").lines[0].text == "Xương rắn"


def test_old_fonts_of_an_odt_by_span_and_by_style() -> None:
    faces = '<style:font-face style:name="F1" svg:font-family="\'.VnTime\'"/>'
    styles = (
        '<style:style style:name="T1" style:family="text"><style:text-properties style:font-name="F1"/></style:style>'
        '<style:style style:name="P1" style:family="paragraph">'
        '<style:text-properties fo:font-family="VNI-Times"/></style:style>'
        '<style:style style:name="P2" style:family="paragraph" style:parent-style-name="P1"/>'
    )
    body = (
        '<text:p>Xã <text:span text:style-name="T1">th«ng b¸o</text:span> lịch.</text:p>'
        '<text:p text:style-name="P2">Xin chaøo caùc baïn</text:p>'
    )
    extracted = read_document(builders.odt(body, styles, faces=faces), "a.odt")
    assert [line.text for line in extracted.lines] == ["Xã thông báo lịch.", "Xin chào các bạn"]


def test_old_fonts_of_a_pdf_by_the_fonts_name() -> None:
    made = builders.pdf([[(60, 800, "th«ng b¸o"), (60, 700, "vÒ viÖc häp d©n")]], ".VnTimeH")
    extracted = read_document(made, "a.pdf")
    assert [line.text for line in extracted.lines] == ["THÔNG BÁO", "VỀ VIỆC HỌP DÂN"]
    assert ".VnTimeH" in extracted.notes[0]


def test_page_headers_footers_and_numbers_of_a_pdf_are_left_out() -> None:
    pages = [
        [
            (60, 820, "UBND xã Trường Hà"),
            *((60, 700 - 15 * row, f"Câu thứ {row} của trang {'abcd'[page]}.") for row in range(6)),
            (60, 40, f"Trang {page + 1}/4"),
        ]
        for page in range(4)
    ]
    extracted = read_document(builders.pdf(pages), "a.pdf")
    text = "\n".join(line.text for line in extracted.lines)
    assert "UBND xã" not in text and "Trang" not in text and text.count("Câu thứ") == 24
    assert {one.text for one in extracted.left_out} == {"UBND xã Trường Hà", "Trang 1/4"}


def test_a_pdf_of_pictures_is_refused_and_a_page_without_text_is_named() -> None:
    with pytest.raises(BadInput):
        read_document(builders.pdf([[]]), "scan.pdf")
    extracted = read_document(builders.pdf([[(60, 700, "Xóm họp.")], []]), "a.pdf")
    assert "2" in extracted.left_out[0].text


def test_a_whole_document_of_the_nineties_in_tcvn3() -> None:
    """Letterhead, subject, text, a table in Unicode and the end; capitals by the font .VnTimeH."""
    document = Document()

    def fill(cell: object, *lines: tuple[str, str]) -> None:
        for number, (text, font) in enumerate(lines):
            paragraph = cell.add_paragraph() if number else cell.paragraphs[0]  # type: ignore[attr-defined]
            set_font(paragraph.add_run(text), font)

    small, capital = ".VnTime", ".VnTimeH"
    head = document.add_table(2, 2)
    fill(head.cell(0, 0), ("ubnd huyÖn hµ qu¶ng", capital), ("Phßng n«ng nghiÖp vµ ptnt", capital))
    fill(
        head.cell(0, 1),
        ("Céng hoµ x· héi chñ nghÜa viÖt nam", capital),
        ("§éc lËp - Tù do - H¹nh phóc", small),
    )
    fill(head.cell(1, 0), ("Sè: 312/TB-NN", small))
    fill(head.cell(1, 1), ("Hµ Qu¶ng, ngµy 05 th¸ng 01 n¨m 2027", small))
    for text, font in (("th«ng b¸o", capital), ("VÒ lÞch tiªm phßng gia sóc ®ît I", small)):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        set_font(paragraph.add_run(text), font)
    set_font(document.add_paragraph().add_run("Phßng th«ng b¸o lÞch tiªm phßng nh­ sau:"), small)
    rows = [["STT", "Xóm", "Số con"], ["1", "Nà Mạ", "120"], ["2", "Pác Bó", "85"], ["Tổng", "", "205"]]
    builders.table(document, rows)
    last = document.add_paragraph()
    set_font(last.add_run("§Ò nghÞ bµ con ®Õn ®óng giê. "), small)
    set_font(last.add_run("Liên hệ: 0912 345 678./."), "Times New Roman")
    end = document.add_table(1, 2)
    fill(end.cell(0, 0), ("N¬i nhËn:", small), ("- L­u: VT.", small))
    fill(end.cell(0, 1), ("tr­ëng phßng", capital), ("NguyÔn V¨n B×nh", small))
    extracted = read_document(saved(document), "a.docx")
    found = understand(extracted.lines, extracted.left_out)
    assert (found.name, found.number) == ("Thông báo về lịch tiêm phòng gia súc đợt I", "312/TB-NN")
    assert (found.issuer, found.date) == ("Phòng nông nghiệp và PTNT", "ngày 5 tháng 1 năm 2027")
    assert [block.text for block in found.blocks] == [
        "Phòng thông báo lịch tiêm phòng như sau:",
        "1. Xóm: Nà Mạ; Số con: 120.",
        "2. Xóm: Pác Bó; Số con: 85.",
        "- Tổng; Số con: 205.",
        "Đề nghị bà con đến đúng giờ. Liên hệ: 0912 345 678.",
    ]
    assert "TRƯỞNG PHÒNG\nNguyễn Văn Bình" in found.left_out[-1].text


def test_a_letterhead_whose_lines_a_narrow_column_broke() -> None:
    right = (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA",
        "VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Trường Hà, ngày 3 tháng",
        "12 năm 2026",
    )
    extracted = read_document("\n".join((*LEFT, *right, "", *SUBJECT, "", *BODY)).encode(), "a.txt")
    found = understand(extracted.lines)
    assert (found.issuer, found.date) == ("Ủy ban nhân dân xã Trường Hà", "ngày 3 tháng 12 năm 2026")
