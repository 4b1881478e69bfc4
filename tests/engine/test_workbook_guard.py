"""Files that are no workbook, broken ones and hostile ones: each refused in its own words, quickly, before openpyxl."""

import os
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.workbook import read_workbook
from rules.errors import MalformedError
from tests.engine.workbooks import REGISTER, SAMPLE, person, repacked, write_workbook

SHEET = "xl/worksheets/sheet2.xml"
TYPES = "[Content_Types].xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SECONDS = 10  # far more than any refusal takes, far less than what was meant to hang


@contextmanager
def quickly() -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < SECONDS


def refusal(path: Path) -> str:
    with pytest.raises(MalformedError) as caught, quickly():
        read_workbook(path, REGISTER)
    assert caught.value.message.endswith(".")
    return caught.value.message


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_workbook(tmp_path / "so.xlsx", [person()])


def patched(path: Path, old: str, new: str, part: str = SHEET) -> Path:
    """The workbook with one change in a part; the test is void if there was nothing to change."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return repacked(path, {part: change})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "Tệp rỗng", id="empty"),
        pytest.param(b"%PDF-1.7 ...", "là PDF", id="pdf"),
        pytest.param("Họ và tên;Ngày sinh\n".encode(), "không phải sổ tính .xlsx", id="csv"),
        pytest.param(b"<html><table>", "không phải sổ tính .xlsx", id="html"),
        pytest.param(OLE + b"\0" * 512 + "Workbook".encode("utf-16-le"), "Excel cũ (.xls)", id="xls"),
        pytest.param(OLE + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le"), "mật khẩu", id="encrypted"),
        pytest.param(b"PK\x03\x04" + b"\0" * 100, "bị hỏng", id="no-package"),
        pytest.param(SAMPLE.read_bytes()[:20_000], "bị hỏng", id="truncated"),
        pytest.param(SAMPLE.read_bytes()[:-1], "bị hỏng", id="last-byte-missing"),
        pytest.param(SAMPLE.read_bytes() + b"\0" * 50 * 1024**2, "lớn hơn 10 MB", id="50-mb"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "so.xlsx").write_bytes(content)
    assert said in refusal(tmp_path / "so.xlsx")


def test_a_damaged_part_is_refused(tmp_path: Path) -> None:
    content = bytearray(SAMPLE.read_bytes())
    with zipfile.ZipFile(SAMPLE) as package:
        place = package.getinfo(SHEET).header_offset + 2_000
    content[place : place + 40] = bytes(40)
    (tmp_path / "so.xlsx").write_bytes(content)
    assert "bị hỏng" in refusal(tmp_path / "so.xlsx")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    assert "Không tìm thấy tệp" in refusal(tmp_path / "none.xlsx")
    assert "không phải là tệp" in refusal(tmp_path)
    assert "không phải là tệp" in refusal(tmp_path / "pipe.xlsx")
    assert "không phải là tệp" in refusal(Path("/dev/zero"))
    assert "Không mở được" in refusal(tmp_path / ("a" * 300))
    assert "Không mở được" in refusal(tmp_path / "a\0.xlsx")


def zeros(count: int) -> Callable[[zipfile.ZipFile], None]:
    return lambda package: package.writestr("xl/media/image1.png", bytes(count))


def well_packed(package: zipfile.ZipFile) -> None:
    """Three parts of 68 MB, each packed 64 to 1: less than a bomb's ratio, more than the room there is."""
    for number in range(3):
        package.writestr(f"xl/media/{number}.png", (os.urandom(1_024) + bytes(63 * 1024)) * (68 * 16))


def many_parts(package: zipfile.ZipFile) -> None:
    for number in range(1_001):
        package.writestr(f"xl/media/{number}.png", b"")


def twice(package: zipfile.ZipFile) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        package.writestr(SHEET, b"<worksheet/>")


def lzma(package: zipfile.ZipFile) -> None:
    package.writestr("xl/media/a.png", b"a", compress_type=zipfile.ZIP_LZMA)


@pytest.mark.parametrize(
    ("add", "said"),
    [
        pytest.param(zeros(190 * 1024**2), "bom nén", id="ratio"),
        pytest.param(well_packed, "bom nén", id="size"),
        pytest.param(many_parts, "quá nhiều hoặc trùng", id="many-parts"),
        pytest.param(twice, "quá nhiều hoặc trùng", id="one-name-twice"),
        pytest.param(lzma, "Excel không dùng", id="other-compression"),
    ],
)
def test_a_zip_bomb_is_refused(book: Path, add: Callable[[zipfile.ZipFile], None], said: str) -> None:
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as package:
        add(package)
    assert said in refusal(book)


def test_a_bomb_that_lies_about_its_size_is_refused(book: Path) -> None:
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/media/image1.png", bytes(150 * 1024**2))
    content = book.read_bytes()
    size = (150 * 1024**2).to_bytes(4, "little")
    assert content.count(size) == 2  # in the part's own header and in the directory
    book.write_bytes(content.replace(size, (1_000).to_bytes(4, "little")))
    assert "bị hỏng" in refusal(book)


def test_a_locked_part_is_refused(book: Path) -> None:
    content = bytearray(book.read_bytes())
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    book.write_bytes(content)
    assert "mật khẩu" in refusal(book)


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/VBAPROJECT.BIN", "xl/macrosheets/sheet1.xml"])
def test_a_macro_workbook_is_refused(book: Path, part: str) -> None:
    assert "có macro" in refusal(repacked(book, {part: b"<x/>"}))


def test_a_macro_workbook_is_refused_by_its_content_type_too(book: Path) -> None:
    plain = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    assert "có macro" in refusal(patched(book, plain, "application/vnd.ms-excel.sheet.macroEnabled.main+xml", TYPES))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"mimetype": b"", "content.xml": b"<a/>"}, "OpenDocument"),
        ({"a.txt": b"a"}, "tệp nén khác"),
        ({TYPES: b"<Types/>", "xl/workbook.bin": b""}, ".xlsb"),
        ({TYPES: b"<Types/>", "word/document.xml": b"<a/>"}, "bị hỏng"),
        ({TYPES: b"no xml"}, "không đọc được phần “[Content_Types].xml”"),
    ],
    ids=["ods", "zip", "xlsb", "docx", "no-xml"],
)
def test_another_kind_of_package_is_refused(tmp_path: Path, parts: dict[str, bytes], said: str) -> None:
    with zipfile.ZipFile(tmp_path / "so.xlsx", "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    assert said in refusal(tmp_path / "so.xlsx")


ENTITIES = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "docProps/core.xml", "_rels/.rels"])
@pytest.mark.parametrize("document_type", [ENTITIES, EXTERNAL, "<!DOCTYPE w SYSTEM 'http://evil.example/a.dtd'>"])
def test_document_types_and_entities_are_refused(book: Path, part: str, document_type: str) -> None:
    def change(text: str) -> str:
        head, end, rest = text.partition("?>") if text.startswith("<?") else ("", "", text)
        return head + end + document_type + rest

    assert "DTD" in refusal(repacked(book, {part: change}))


def test_what_a_sheet_says_of_its_size_is_not_believed(book: Path) -> None:
    with zipfile.ZipFile(book) as package:
        told = package.read(SHEET).decode().partition('<dimension ref="')[2].partition('"')[0]
    patched(book, f'<dimension ref="{told}"', '<dimension ref="A1:XFD1048576"')
    with quickly():
        assert [row.row for row in read_workbook(book, REGISTER).rows] == [5]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<row r="5"', '<row r="99999999"'),
        ('<row r="5"', '<row r="1e6"'),
        ('<row r="5"', '<row r="4"'),
        ('<row r="5"', '<row r="0"'),
        ('r="B5"', 'r="B6"'),
        ('r="B5"', 'r="ZZZ5"'),
        ('r="B5"', 'r="AAAA5"'),
        ('r="B5"', 'r="5B"'),
    ],
)
def test_impossible_rows_and_cells_are_refused(book: Path, old: str, new: str) -> None:
    assert "không hợp lệ" in refusal(patched(book, old, new))


def test_a_far_away_row_is_read_without_delay(book: Path) -> None:
    with zipfile.ZipFile(book) as package:
        sheet = package.read(SHEET).decode()
    start, end = sheet.index('<row r="5"'), sheet.index("</sheetData>")
    moved = sheet[:start] + sheet[start:end].replace('5"', '1048576"') + sheet[end:]
    repacked(book, {SHEET: moved.encode()})
    with quickly():
        assert [row.row for row in read_workbook(book, REGISTER).rows] == [1_048_576]


def test_rows_and_cells_may_go_without_their_numbers(book: Path) -> None:
    patched(book, '<row r="5"', "<row")
    patched(book, '<c r="A5"', "<c")
    assert [row.row for row in read_workbook(book, REGISTER).rows] == [5]


def test_a_workbook_of_millions_of_empty_cells_is_refused(book: Path) -> None:
    cells = "".join(f'<row r="{number}"><c/><c/><c/><c/></row>' for number in range(6, 210_000))
    assert "quá nhiều ô" in refusal(patched(book, "</sheetData>", f"{cells}</sheetData>"))


def test_a_cell_longer_than_excel_allows_is_refused(book: Path) -> None:
    assert "100.000 ký tự" in refusal(patched(book, "</t>", "ơ" * 100_001 + "</t>"))


def test_a_damaged_workbook_is_refused_whatever_openpyxl_says_of_it(book: Path) -> None:
    assert "bị hỏng" in refusal(patched(book, '<c r="A5" t="n"><v>1', '<c r="A5" t="n"><v>một'))


def test_links_and_unknown_parts_are_neither_read_nor_followed(book: Path) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    link = f'<Relationship Id="rId9" Type="{kind}" Target="http://127.0.0.1:9/evil" TargetMode="External"/>'
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    links = f'<Relationships xmlns="{namespace}">{link}</Relationships>'
    repacked(
        book,
        {
            "xl/worksheets/_rels/sheet2.xml.rels": links.encode(),
            "docProps/core.xml": b"<not-what-openpyxl-expects/>",
            "xl/printerSettings/printerSettings1.bin": os.urandom(100),
            "xl/drawings/vmlDrawing1.vml": b"<xml><br></xml>",
        },
    )
    assert [row.row for row in read_workbook(book, REGISTER).rows] == [5]
