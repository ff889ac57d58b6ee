"""Files that would harm or mislead: each is refused with a sentence, within limits of memory and time."""

import io
import resource
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document
from pypdf import PdfReader, PdfWriter

from radio.importing import read_document
from radio.importing.worker import CPU_SECONDS, MEMORY_BYTES
from radio.problem import BadInput

from . import builders
from .builders import p, repacked, saved, word, zipped

PARAGRAPH = "Xóm Nà Mạ họp lúc 19 giờ."
BOMB = "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 12))


def message(data: bytes, file: str) -> str:
    with pytest.raises(BadInput) as caught:
        read_document(data, file)
    [problem] = caught.value.problems
    assert problem.file == file and problem.message and problem.hint
    return problem.message


@pytest.mark.parametrize("suffix", ["docx", "odt"])
def test_a_zip_bomb_is_refused_before_it_is_unpacked(suffix: str) -> None:
    whole = word(PARAGRAPH) if suffix == "docx" else builders.odt(p(PARAGRAPH))
    stream = io.BytesIO(whole)
    with (
        zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/media/image1.png", "w", force_zip64=True) as part,
    ):
        for _block in range(300):
            part.write(bytes(1 << 20))
    assert len(stream.getvalue()) < 1 << 20
    assert "300" in message(stream.getvalue(), f"a.{suffix}")


def test_a_smaller_bomb_is_refused_for_its_ratio() -> None:
    data = repacked(word(PARAGRAPH), {"word/media/image1.png": bytes(60 << 20)})
    assert "zip bomb" in message(data, "a.docx")


def test_an_archive_that_lies_about_its_sizes_gives_no_more_than_it_declares() -> None:
    data = bytearray(repacked(word(PARAGRAPH), {"word/document.xml": b" " * (40 << 20)}))
    size = (40 << 20).to_bytes(4, "little")
    assert data.count(size) >= 1
    assert message(bytes(data.replace(size, (1000).to_bytes(4, "little"))), "a.docx")


def test_too_many_parts_are_refused() -> None:
    data = repacked(word(PARAGRAPH), {f"word/a{number}.bin": b"" for number in range(2500)})
    assert "2" in message(data, "a.docx")


@pytest.mark.parametrize("suffix", ["docx", "odt"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
def test_an_entity_bomb_is_refused(suffix: str, coding: str) -> None:
    if suffix == "docx":
        head, inside, name = "w:document", "<w:p><w:r><w:t>&a11;</w:t></w:r></w:p>", "word/document.xml"
        space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        whole = word(PARAGRAPH)
    else:
        head, inside, name, space = "office:document-content", "&a11;", "content.xml", builders.ODT_NAMESPACES
        whole = builders.odt(p(PARAGRAPH))
    xml = (
        f'<?xml version="1.0" encoding="{coding}"?><!DOCTYPE x [<!ENTITY a0 "ha">{BOMB}]>'
        f"<{head} {space}>{inside}</{head}>"
    )
    assert "entities" in message(repacked(whole, {name: xml.encode(coding)}), f"a.{suffix}")


def test_an_entity_that_names_a_file_is_refused() -> None:
    declared = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    xml = f"{declared}<office:document-content {builders.ODT_NAMESPACES}/>"
    assert "entities" in message(repacked(builders.odt(p(PARAGRAPH)), {"content.xml": xml}), "a.odt")


def test_macros_are_refused_in_docm_odt_and_doc() -> None:
    with zipfile.ZipFile(io.BytesIO(word(PARAGRAPH))) as archive:
        types = archive.read("[Content_Types].xml").decode()
    macro_types = types.replace(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    assert macro_types != types
    docm = repacked(word(PARAGRAPH), {"[Content_Types].xml": macro_types})
    assert "macros" in message(docm, "a.docm")
    assert "macros" in message(repacked(word(PARAGRAPH), {"word/vbaProject.bin": b"x"}), "a.docx")
    assert "macros" in message(
        repacked(builders.odt(p(PARAGRAPH)), {"Basic/Standard/a.xml": "<a/>"}), "a.odt"
    )
    compound = b"\xd0\xcf\x11\xe0" + "WordDocument_VBA_PROJECT".encode("utf-16-le")
    assert "macros" in message(compound, "a.doc")


def test_protected_documents_are_refused() -> None:
    assert "password" in message(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "a.docx")
    manifest = "<manifest><encryption-data/></manifest>"
    assert "password" in message(repacked(builders.odt(p("x")), {"META-INF/manifest.xml": manifest}), "a.odt")
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(builders.pdf([[(60, 700, PARAGRAPH)]]))))
    writer.encrypt("bi-mat", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    assert "password" in message(stream.getvalue(), "a.pdf")


@pytest.mark.parametrize("suffix", ["docx", "odt", "pdf"])
def test_a_file_cut_anywhere_or_with_flipped_bytes_is_read_whole_or_refused(suffix: str) -> None:
    made = {
        "docx": word(PARAGRAPH),
        "odt": builders.odt(p(PARAGRAPH)),
        "pdf": builders.pdf([[(60, 700, PARAGRAPH)]]),
    }[suffix]
    for tenth in (1, 3, 5, 7, 9):
        message(made[: len(made) * tenth // 10], f"a.{suffix}")
    for place in range(7, len(made), len(made) // 6):
        flipped = bytearray(made)
        flipped[place] ^= 0x55
        try:
            lines = read_document(bytes(flipped), f"a.{suffix}").lines
        except BadInput:
            continue
        assert any(line.text for line in lines)


@pytest.mark.parametrize(
    ("data", "file"),
    [
        (word(PARAGRAPH), "a.pdf"),
        (word(PARAGRAPH), "a.txt"),
        (builders.pdf([[(60, 700, PARAGRAPH)]]), "a.docx"),
        (PARAGRAPH.encode(), "a.docx"),
        (b"{\\rtf1 x}", "a.docx"),
    ],
    ids=["docx as pdf", "docx as txt", "pdf as docx", "text as docx", "rtf as docx"],
)
def test_a_wrong_extension_is_refused_with_the_right_one(data: bytes, file: str) -> None:
    assert file.rsplit(".", 1)[1] in message(data, file)


def test_other_zip_files_are_no_documents() -> None:
    message(zipped({"xl/workbook.xml": "<a/>"}), "a.xlsx")
    message(zipped({"a.txt": "x"}), "a.docx")


def test_tables_nested_without_end_are_refused() -> None:
    body = p(PARAGRAPH)
    for _level in range(60):
        cell = f"<table:table-cell>{body}</table:table-cell>"
        body = f"<table:table><table:table-row>{cell}</table:table-row></table:table>"
    assert "nested" in message(builders.odt(body), "a.odt")
    spans = "<text:span>" * 20_000 + "x" + "</text:span>" * 20_000
    assert "nested" in message(builders.odt(f"<text:p>{spans}</text:p>"), "a.odt")
    deep = Document()
    deep.add_paragraph(PARAGRAPH)
    xml = "<w:tbl><w:tr><w:tc>" * 60 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 60
    with zipfile.ZipFile(io.BytesIO(saved(deep))) as archive:
        document = archive.read("word/document.xml").decode()
    made = document.replace("<w:sectPr", f"{xml}<w:sectPr", 1)
    assert made != document
    assert "nested" in message(repacked(saved(deep), {"word/document.xml": made}), "a.docx")


def test_rows_said_to_repeat_a_million_times_are_cut_or_refused() -> None:
    cell = f"<table:table-cell>{p('x' * 1000)}</table:table-cell>"
    row = f'<table:table-row table:number-rows-repeated="999999">{cell}{cell}</table:table-row>'
    assert "longer" in message(builders.odt(f"<table:table>{row}</table:table>"), "a.odt")


def test_a_pdf_whose_stream_unpacks_to_gigabytes_is_refused() -> None:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _block in range(2048)) + packer.flush()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R /Resources << >> >>",
    ]
    message(builders._assembled(objects), "a.pdf")


def test_a_table_of_400_pages_is_read_within_the_limits() -> None:
    """Ten thousand rows of four cells, written as Word writes them."""
    cell = (
        '<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/></w:tcPr><w:p w:rsidR="00A1B2C3"><w:pPr><w:jc w:val="both"/>'
        '</w:pPr><w:r w:rsidRPr="00A1B2C3"><w:rPr><w:sz w:val="28"/></w:rPr><w:t>{}</w:t></w:r></w:p></w:tc>'
    )

    def row(*texts: str) -> str:
        return f"<w:tr>{''.join(map(cell.format, texts))}</w:tr>"

    rows = [row("STT", "Họ và tên", "Xóm", "Số tiền (đồng)")]
    rows += [row(str(n), f"Nông Văn {n}", "Nà Mạ", f"{n}.000") for n in range(1, 10_001)]
    with zipfile.ZipFile(io.BytesIO(word(PARAGRAPH))) as archive:
        document = archive.read("word/document.xml").decode()
    xml = document.replace("<w:sectPr", f"<w:tbl>{''.join(rows)}</w:tbl><w:sectPr", 1)
    extracted = read_document(repacked(word(PARAGRAPH), {"word/document.xml": xml}), "a.docx")
    assert (
        extracted.lines[-1].text == "10000. Họ và tên: Nông Văn 10000; Xóm: Nà Mạ; Số tiền: 10000.000 đồng."
    )
    assert len(extracted.lines) == 10_001


def test_a_document_longer_than_a_day_of_speech_is_refused() -> None:
    assert "longer" in message(word(*["Câu dài. " * 2000] * 100), "a.docx")
    assert "longer" in message(("Câu dài. " * 200_000).encode(), "a.txt")


def test_the_worker_cannot_take_more_memory_or_time_than_it_may() -> None:
    code = (
        "import resource; from radio.importing.worker import limit; limit();"
        "print(resource.getrlimit(resource.RLIMIT_AS), resource.getrlimit(resource.RLIMIT_CPU));"
        "bytearray(2 << 30)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.stdout.strip() == f"{(MEMORY_BYTES, MEMORY_BYTES)} {(CPU_SECONDS, CPU_SECONDS)}"
    assert result.returncode == 1 and "MemoryError" in result.stderr
    assert resource.getrlimit(resource.RLIMIT_AS) != (MEMORY_BYTES, MEMORY_BYTES), (
        "this process has no such limit"
    )


def test_the_command_names_the_file_and_says_what_to_do(tmp_path: Path) -> None:
    from radio.cli.importing import import_

    (tmp_path / "schedule.toml").write_bytes((Path(__file__).parents[2] / "schedule.toml").read_bytes())
    source = tmp_path / "a.docx"
    source.write_bytes(word(PARAGRAPH)[:500])
    result = CliRunner().invoke(import_, [str(source), "--house", str(tmp_path)])
    assert result.exit_code == 1 and str(source) in result.output and "→" in result.output
    assert not (tmp_path / "scripts").exists()
