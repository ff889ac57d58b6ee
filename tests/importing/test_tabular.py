"""Tables as a listener hears them."""

from docx import Document
from docx.oxml import OxmlElement

from radio.importing import Extracted, read_document
from radio.importing.content import Cell, Paragraph, Table
from radio.importing.tabular import spoken

from . import builders
from .builders import p, saved


def docx_lines(rows: list[list[str]]) -> list[str]:
    return [line.text for line in docx(rows).lines if line.text]


def docx(rows: list[list[str]]) -> Extracted:
    document = Document()
    builders.table(document, rows)
    return read_document(saved(document), "a.docx")


def test_each_row_says_its_values_under_the_headings() -> None:
    extracted = docx(
        [
            ["STT", "HỌ VÀ TÊN", "Xóm", "Số tiền (đồng)", "Ghi chú"],
            ["1", "Nông Văn Dền", "Nà Mạ", "500.000", ""],
            ["2", "Lý Thị Sao", "Pác Bó", "250.000", "-"],
            ["", "Tổng cộng", "", "750.000", ""],
        ]
    )
    assert [line.text for line in extracted.lines if line.text] == [
        "1. Họ và tên: Nông Văn Dền; Xóm: Nà Mạ; Số tiền: 500.000 đồng.",
        "2. Họ và tên: Lý Thị Sao; Xóm: Pác Bó; Số tiền: 250.000 đồng.",
        "- Tổng cộng; Số tiền: 750.000 đồng.",
    ]
    assert [one.text for one in extracted.left_out] == ["STT", "Ghi chú"], "headings nobody hears are listed"


def test_a_table_of_names_and_values_has_no_heading() -> None:
    rows = [
        ["Thời gian", "7 giờ 30, thứ Hai"],
        ["Địa điểm", "Nhà văn hóa"],
        ["Thành phần:", "Mỗi hộ một người"],
    ]
    assert docx_lines(rows) == [
        "- Thời gian: 7 giờ 30, thứ Hai.",
        "- Địa điểm: Nhà văn hóa.",
        "- Thành phần: Mỗi hộ một người.",
    ]


def test_two_columns_with_a_heading() -> None:
    rows = [["Thời gian", "Nội dung"], ["7h30", "Khai mạc"], ["8h00", "Phát biểu"], ["10h15", "Bế mạc"]]
    assert docx_lines(rows) == [
        "- Thời gian: 7h30; Nội dung: Khai mạc.",
        "- Thời gian: 8h00; Nội dung: Phát biểu.",
        "- Thời gian: 10h15; Nội dung: Bế mạc.",
    ]


def test_a_row_marked_as_heading_in_word_is_one() -> None:
    document = Document()
    builders.table(document, [["Ngày 1", "Ngày 2"], ["Xóm An", "Xóm Bình"]])
    document.tables[0].rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    texts = [line.text for line in read_document(saved(document), "a.docx").lines if line.text]
    assert texts == ["- Ngày 1: Xóm An; Ngày 2: Xóm Bình."]


def test_merged_cells_in_word() -> None:
    """A heading in two rows, a group row over the whole width, and a cell over two rows."""
    document = Document()
    made = document.add_table(6, 4)
    texts = [
        ["Xóm", "Số hộ", "", "Ngày"],
        ["", "Nghèo", "Cận nghèo", ""],
        ["Vùng cao", "", "", ""],
        ["Nà Mạ", "5", "7", "1/12"],
        ["", "6", "8", "2/12"],
        ["Pác Bó", "1", "2", "3/12"],
    ]
    for row, written in zip(made.rows, texts, strict=True):
        for cell, text in zip(row.cells, written, strict=True):
            if text:
                cell.text = text
    made.cell(0, 0).merge(made.cell(1, 0))
    made.cell(0, 1).merge(made.cell(0, 2))
    made.cell(0, 3).merge(made.cell(1, 3))
    made.cell(2, 0).merge(made.cell(2, 3))
    made.cell(3, 0).merge(made.cell(4, 0))
    found = [line.text for line in read_document(saved(document), "a.docx").lines if line.text]
    assert found == [
        "Vùng cao",
        "- Xóm: Nà Mạ; Số hộ, Nghèo: 5; Số hộ, Cận nghèo: 7; Ngày: 1/12.",
        "- Xóm: Nà Mạ; Số hộ, Nghèo: 6; Số hộ, Cận nghèo: 8; Ngày: 2/12.",
        "- Xóm: Pác Bó; Số hộ, Nghèo: 1; Số hộ, Cận nghèo: 2; Ngày: 3/12.",
    ]


def test_merged_cells_and_repeated_ones_in_odt() -> None:
    def cell(text: str, attributes: str = "") -> str:
        return f"<table:table-cell {attributes}>{p(text) if text else ''}</table:table-cell>"

    covered = "<table:covered-table-cell/>"
    rows = [
        cell("Xóm") + cell("Sáng") + cell("Chiều"),
        cell("Nà Mạ", 'table:number-rows-spanned="2"') + cell("7h", 'table:number-columns-repeated="2"'),
        covered + cell("8h", 'table:number-columns-spanned="2"') + covered,
    ]
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    made = builders.odt(f"<table:table>{body}</table:table>")
    assert [line.text for line in read_document(made, "a.odt").lines] == [
        "- Xóm: Nà Mạ; Sáng: 7h; Chiều: 7h.",
        "- Xóm: Nà Mạ; Sáng: 8h.",
    ]


def test_every_word_of_a_table_is_said_or_left_out() -> None:
    extracted = docx(
        [
            ["Danh mục", "Đơn vị tính", "Giá (nghìn đồng)", "Chọn"],
            ["Xi măng", "bao", "86", "x"],
            ["Cát", "m3", "chưa có", ""],
        ]
    )
    told = " ".join([*(line.text for line in extracted.lines), *(one.text for one in extracted.left_out)])
    headings = ["Danh mục", "Đơn vị tính", "Giá", "nghìn đồng", "Chọn"]
    for word in [*headings, "Xi măng", "bao", "86", "x", "Cát", "m3", "chưa có"]:
        assert word in told, word


def test_a_ragged_table_is_read() -> None:
    def row(*texts: str) -> tuple[Cell, ...]:
        return tuple(Cell((Paragraph(text),)) for text in texts)

    told = spoken(Table((row("Tên", "Tuổi", "Xóm"), row("Lan"), row("An", "9", "Nà Mạ", "thừa"))))
    assert told.lines == ("- Tên: Lan.", "- Tên: An; Tuổi: 9; Xóm: Nà Mạ; thừa.")
