"""Builds workbooks for the tests: honest ones with openpyxl, hostile ones by changing their parts."""

import csv
import random
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from openpyxl import Workbook

from rules.fields import fields_of
from rules.parsing import Register
from rules.vocabulary import Kind

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "nominations-sample.xlsx"
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TODAY = date(2025, 11, 27)

Row: TypeAlias = Mapping[str, Any]  # cell contents by column heading


def _codes(name: str, *columns: str) -> frozenset[str]:
    with (ROOT / "data" / name).open(encoding="utf-8", newline="") as file:
        return frozenset("-".join(filter(None, (row[column] for column in columns))) for row in csv.DictReader(file))


UNITS = _codes("units.csv", "code")
PROJECTS = _codes("projects.csv", "project", "subproject")
REGISTER = Register(units=UNITS, projects=PROJECTS, today=TODAY)
HEADINGS = {kind: [field.header for field in fields_of(kind)] for kind in Kind}


def person(**changes: object) -> dict[str, Any]:
    """A readable row of "Cá nhân"; `changes` by column heading, spaces and commas as underscores."""
    row: dict[str, Any] = {
        "Họ và tên": "Phùng Thu Hương",
        "Ngày sinh": "26/06/1984",
        "Giới tính": "Nữ",
        "Dân tộc": "Tày",
        "Số CCCD": "099184700090",
        "Mã đơn vị đề nghị": "07531",
        "Dự án, tiểu dự án": "DA10-TDA1",
        "Trực tiếp triển khai": "Có",
        "Xếp loại 2021": "Hoàn thành tốt nhiệm vụ",
        "Kỷ luật, vi phạm pháp luật": "Không",
        "Tóm tắt thành tích": "Vận động 256 hộ hiến đất làm đường.",
    }
    return row | {key.replace("_", " "): value for key, value in changes.items()}


def group(**changes: object) -> dict[str, Any]:
    """A readable row of "Tập thể"; `changes` as for a person."""
    row: dict[str, Any] = {
        "Tên tập thể": "Trạm Y tế xã Phúc Hoà",
        "Tổng số người": 28,
        "Trong đó nữ": 20,
        "Mã đơn vị đề nghị": "SYT",
        "Nội bộ đoàn kết": "Có",
    }
    return row | {key.replace("_", " "): value for key, value in changes.items()}


def people(count: int, seed: int) -> list[dict[str, Any]]:
    """As many different readable people, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - test data, not secrets
    families, givens = ["Nông", "Vi", "Đàm", "Lăng", "Thân"], ["Hương", "Sơn", "Liên", "Đoàn", "Thịnh"]
    rows = []
    for number in range(count):
        born = date(chance.randint(1960, 2000), chance.randint(1, 12), chance.randint(1, 28))
        row = person(Ngày_sinh=chance.choice([born, f"{born:%d/%m/%Y}"]), Số_CCCD=f"0990{number:08d}")
        row["Họ và tên"] = f"{chance.choice(families)} Văn {chance.choice(givens)} {number}"
        row["Mã đơn vị đề nghị"] = chance.choice(sorted(UNITS))
        rows.append(row)
    return rows


def write_sheet(
    book: Workbook,
    title: str,
    headings: list[str],
    rows: Iterable[Row | None],
    *,
    heading_row: int = 4,
) -> None:
    """A sheet with a title line, a heading row and rows numbered from 1; None leaves a row blank but for its number."""
    sheet = book.create_sheet(title)
    sheet["A1"] = title.upper()
    for column, heading in enumerate(["STT", *headings], start=1):
        sheet.cell(row=heading_row, column=column, value=heading)
    for number, row in enumerate(rows, start=1):
        sheet.cell(row=heading_row + number, column=1, value=number)
        for column, heading in enumerate(headings, start=2):
            if row and row.get(heading) is not None:
                sheet.cell(row=heading_row + number, column=column).value = row[heading]


def write_workbook(
    path: Path,
    people: Iterable[Row | None] = (),
    groups: Iterable[Row | None] = (),
    *,
    shape: Callable[[list[str]], list[str]] = list,
    heading_row: int = 4,
) -> Path:
    """A workbook of both sheets; `shape` reorders, drops or adds headings."""
    book = Workbook()
    book.remove(book.worksheets[0])
    write_sheet(book, "Tập thể", shape(HEADINGS[Kind.COLLECTIVE]), groups, heading_row=heading_row)
    write_sheet(book, "Cá nhân", shape(HEADINGS[Kind.INDIVIDUAL]), people, heading_row=heading_row)
    book.save(path)
    return path


def repacked(path: Path, parts: Mapping[str, Callable[[str], str] | bytes]) -> Path:
    """The workbook at `path` with parts changed (a function of their text) or added (bytes)."""
    with zipfile.ZipFile(path) as package:
        contents = {name: package.read(name) for name in package.namelist()}
    for name, change in parts.items():
        contents[name] = change if isinstance(change, bytes) else change(contents[name].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in contents.items():
            package.writestr(name, content)
    return path


def with_shared_texts(path: Path) -> Path:
    """The workbook as Excel keeps it: openpyxl writes each text into its cell, Excel a number into a list of texts."""
    texts: list[str] = []

    def share(match: re.Match[str]) -> str:
        texts.append(match[2])
        return f'{match[1]}t="s"><v>{len(texts) - 1}</v></c>'

    def shared(xml: str) -> str:
        return re.sub(r'(<c [^>]*)t="inlineStr"[^>]*><is><t[^>]*>(.*?)</t></is></c>', share, xml, flags=re.DOTALL)

    repacked(path, dict.fromkeys(("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"), shared))
    assert texts
    items = "".join(f'<si><t xml:space="preserve">{text}</t></si>' for text in texts)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    return repacked(
        path,
        {
            "[Content_Types].xml": lambda xml: xml.replace("</Types>", override),
            "xl/sharedStrings.xml": f'<sst xmlns="{SPREADSHEET}">{items}</sst>'.encode(),
        },
    )
