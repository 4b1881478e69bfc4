"""Word documents read back: what they say, how they are built, and that nothing in a dossier can change that."""

import hashlib
import os
import subprocess
import sys
import time
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table

from engine import decisions
from engine.papers import export_decision, lines_of, submission_of, word
from engine.papers.content import submission_values
from engine.papers.word import decision_documents, submission_document
from engine.review import score
from rules.errors import MalformedError
from rules.vocabulary import Kind, State
from tests.world import ROOT, World

MADE = date(2025, 12, 22)
ZIP_TICK = 2.1  # seconds: archives count time in steps of two
ROOM = "\u00a0" * 6
HOSTILE = "Vi\x00\x07\x0b\ufffe\u202e <b>&amp;\t{{ 7*7 }}{_{ {% raw %} ]]></w:t> =1+1"
TAMED = "Vi  <b>&amp; {{ 7*7 }}{_{ {% raw %} ]]></w:t> =1+1"  # white space is a space, what nobody sees is gone
TEMPLATES = sorted(word.TEMPLATES.glob("*.docx"))
LIST = "Bảng danh sách"


def section(title: str, rows: list[list[str]]) -> dict[str, Any]:
    person = ["Chức vụ, đơn vị công tác"] if len(rows[0]) == 5 else []
    return {
        "key": title,
        "title": title,
        "columns": ["STT", "Tên", *person, "Đơn vị đề nghị", "Số sổ vàng"],
        "widths": [7, 24, 33, 25, 11] if person else [7, 47, 35, 11],
        "aligns": ["center", "left", *(["left"] if person else []), "left", "center"],
        "rows": rows,
    }


COLLECTIVES = [["1", "Hội Nông dân xã Sa Lý", "UBND xã Sa Lý", "1"], ["2", "Trạm Y tế", "UBND xã Đại Sơn", "2"]]
PERSONS = [
    ["1", "Nguyễn Văn An", "Trưởng thôn", "UBND xã Sa Lý", "3"],
    ["2", "Tôn Nữ Ân", "Giáo viên, Trường Tiểu học", "UBND xã Đại Sơn", "4"],
    ["3", "Vi Thị Ánh", "", "UBND xã Sa Lý", "5"],
]
PAPER: dict[str, Any] = {
    "title": "Tờ trình đề nghị tặng Bằng khen",
    "author": "SỞ NỘI VỤ",
    "marks": [],
    "national": {"title": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "motto": "Độc lập - Tự do - Hạnh phúc"},
    "office": {"superior": ["ỦY BAN NHÂN DÂN", "TỈNH BẮC NINH"], "issuer": ["SỞ NỘI VỤ"]},
    "number": f"Số:{ROOM}/TTr-SNV",
    "place_date": "Bắc Ninh, ngày 22 tháng 12 năm 2025",
    "type": "TỜ TRÌNH",
    "summary": "Về việc đề nghị tặng Bằng khen",
    "signature": {"lines": ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"], "name": ""},
    "recipients": ["- Như trên;", "- Lưu: VT."],
    "annex": {
        "title": "DANH SÁCH",
        "summary": "Đề nghị tặng Bằng khen",
        "attached": "(Kèm theo Tờ trình)",
        "total": "Tổng số: 2 tập thể và 3 cá nhân.",
    },
    "sections": [section("A. TẬP THỂ (2)", COLLECTIVES), section("B. CÁ NHÂN (3)", PERSONS)],
    "checks": ["Mã kiểm tra danh sách (SHA-256): abc"],
}
LETTER = {
    **PAPER,
    "addressees": ["Chủ tịch Ủy ban nhân dân tỉnh"],
    "body": ["Đã thẩm định.", "Kính trình./."],
    "enclosed": ["Dự thảo Quyết định", "Hồ sơ"],
}
DECISION = {
    **PAPER,
    "title": "Quyết định tặng Bằng khen",
    "office": {"superior": [], "issuer": ["ỦY BAN NHÂN DÂN", "TỈNH BẮC NINH"]},
    "type": "QUYẾT ĐỊNH",
    "authority": "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH",
    "bases": ["Căn cứ Luật A;", "Căn cứ Luật B."],
    "enacts": "QUYẾT ĐỊNH:",
    "articles": [{"heading": "Điều 1.", "text": "Tặng Bằng khen."}, {"heading": "Điều 2.", "text": "Thi hành./."}],
    "signature": {"lines": ["CHỦ TỊCH"], "name": "Trịnh Công Lý Giả Định"},
}
NAMES = ("to-trinh.docx", "quyet-dinh.docx", "danh-sach-thu.docx", "to-trinh-12-TTr-SDTTG.docx")


def papers(**changes: Any) -> dict[str, bytes]:  # noqa: ANN401 - any value of a paper
    """All four papers by name, each with these values changed."""
    letter = {**LETTER, **changes}
    values = {"letter": letter, "decision": {**DECISION, **changes}}
    return decision_documents(values, "thu", MADE) | submission_document(letter, "12/TTr-SDTTG", MADE)


def fingerprints() -> list[str]:
    """The SHA-256 of each paper."""
    return [hashlib.sha256(content).hexdigest() for content in papers().values()]


def opened(content: bytes) -> Document:
    return docx.Document(BytesIO(content))


def lists(document: Document) -> list[Table]:
    return [table for table in document.tables if table.style is not None and table.style.name == LIST]


def rows(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def text_of(document: Document) -> list[str]:
    """Everything in the body, paragraph by paragraph, cells included."""
    paragraphs = document.element.body.iter(qn("w:p"))
    return ["".join(part.text or "" for part in paragraph.iter(qn("w:t"))) for paragraph in paragraphs]


def headers(document: Document) -> list[str]:
    """What stands in the headers, of first pages and of the others, the page number's field included."""
    return [
        "".join(part.text or "" for part in header._element.iter(qn("w:t"), qn("w:instrText")))  # noqa: SLF001 - its XML
        for part in document.sections
        for header in (part.first_page_header, part.header)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_the_lists_say_what_the_values_say_in_their_order(name: str) -> None:
    tables = lists(opened(papers()[name]))
    assert [rows(table) for table in tables] == [
        [["STT", "Tên", "Đơn vị đề nghị", "Số sổ vàng"], *COLLECTIVES],
        [["STT", "Tên", "Chức vụ, đơn vị công tác", "Đơn vị đề nghị", "Số sổ vàng"], *PERSONS],
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_long_list_breaks_well(name: str) -> None:
    """Its headings stand on every page, and no row is torn."""
    for table in lists(opened(papers()[name])):
        first, *others = table.rows
        assert first._tr.trPr.find(qn("w:tblHeader")) is not None  # noqa: SLF001 - python-docx has no name for it
        assert all(row._tr.trPr.find(qn("w:tblHeader")) is None for row in others)  # noqa: SLF001 - as above
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)  # noqa: SLF001 - as above


def test_columns_are_as_wide_as_the_values_ask_for() -> None:
    persons = lists(opened(papers()["quyet-dinh.docx"]))[1]
    shares = [round(100 * int(cell.width or 0) / Mm(165)) for cell in persons.rows[1].cells]
    assert shares == [7, 24, 33, 25, 11]
    assert [round(100 * int(column.width or 0) / Mm(165)) for column in persons.columns] == shares
    aligned = [cell.paragraphs[0].alignment for cell in persons.rows[1].cells]
    assert [None if side is None else int(side) for side in aligned] == [1, 0, 0, 0, 1]


def test_the_decision_is_composed_as_decree_30_asks() -> None:
    document = opened(papers()["quyet-dinh.docx"])
    said = [line for line in text_of(document) if line]
    assert said[:26] == [
        "ỦY BAN NHÂN DÂN", "TỈNH BẮC NINH", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
        f"Số:{ROOM}/TTr-SNV", "Bắc Ninh, ngày 22 tháng 12 năm 2025", "QUYẾT ĐỊNH", "Về việc đề nghị tặng Bằng khen",
        "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH", "Căn cứ Luật A;", "Căn cứ Luật B.", "QUYẾT ĐỊNH:", "Điều 1. Tặng Bằng khen.",
        "Điều 2. Thi hành./.", "Nơi nhận:", "- Như trên;", "- Lưu: VT.", "CHỦ TỊCH", "Trịnh Công Lý Giả Định",
        "DANH SÁCH", "Đề nghị tặng Bằng khen", "(Kèm theo Tờ trình)", "A. TẬP THỂ (2)", "STT", "Tên", "Đơn vị đề nghị",
    ]  # fmt: skip
    assert said[-2:] == ["Tổng số: 2 tập thể và 3 cá nhân.", "Mã kiểm tra danh sách (SHA-256): abc"]
    styles = {p.text: p.style for p in document.paragraphs if p.style is not None}
    basis, article = styles["Căn cứ Luật A;"], styles["Điều 2. Thi hành./."]
    assert (basis.font.italic, basis.paragraph_format.first_line_indent) == (True, Mm(12.7))
    assert article.paragraph_format.keep_with_next
    assert article.base_style == styles["Điều 1. Tặng Bằng khen."]
    assert article.base_style.paragraph_format.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY


def test_letters_name_whom_they_address_and_what_they_enclose() -> None:
    said = text_of(opened(papers()["to-trinh.docx"]))
    for line in ("Kính gửi: Chủ tịch Ủy ban nhân dân tỉnh", "(Kèm theo Tờ trình: Dự thảo Quyết định; Hồ sơ.)"):
        assert said.count(line) == 1
    assert [line for line in said if "GIÁM ĐỐC" in line] == ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]
    undated = text_of(opened(papers(place_date=None)["to-trinh.docx"]))
    assert not [line for line in undated if "None" in line]
    many = text_of(opened(papers(addressees=["Sở A", "Sở B"], enclosed=[])["to-trinh-12-TTr-SDTTG.docx"]))
    assert [line for line in many if line.startswith(("Kính gửi", "- Sở"))] == ["Kính gửi:", "- Sở A;", "- Sở B."]
    assert not [line for line in many if "Kèm theo Tờ trình:" in line]


@pytest.mark.parametrize("name", NAMES)
def test_pages_are_a4_numbered_from_the_second(name: str) -> None:
    document = opened(papers()[name])
    for part in document.sections:
        size = sorted((int(part.page_width or 0), int(part.page_height or 0)))
        assert [round(length / Mm(1)) for length in size] == [210, 297]
        margins = (part.top_margin, part.bottom_margin, part.left_margin, part.right_margin)
        allowed = ((20, 25), (20, 25), (30, 35), (15, 20))
        for margin, (low, high) in zip(margins, allowed, strict=True):
            assert low <= round((margin or 0) / Mm(1), 1) <= high
        assert part.different_first_page_header_footer
    assert headers(document) == ["", " PAGE 2"] * len(document.sections)


def test_only_the_list_with_achievements_lies_across() -> None:
    ways = {name: [part.orientation for part in opened(content).sections] for name, content in papers().items()}
    assert ways == {
        "to-trinh.docx": [WD_ORIENT.PORTRAIT, WD_ORIENT.PORTRAIT],
        "quyet-dinh.docx": [WD_ORIENT.PORTRAIT, WD_ORIENT.PORTRAIT],
        "danh-sach-thu.docx": [WD_ORIENT.PORTRAIT],
        "to-trinh-12-TTr-SDTTG.docx": [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE],
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_page_of_a_draft_or_rehearsal_says_so(name: str) -> None:
    marked = headers(opened(papers(marks=["BẢN DỰ THẢO", "DIỄN TẬP"])[name]))
    assert all("\u00a0BẢN DỰ THẢO – DIỄN TẬP\u00a0" in line for line in marked)
    assert not any("DỰ THẢO" in line or "DIỄN TẬP" in line for line in headers(opened(papers()[name])))


@pytest.mark.parametrize("name", NAMES)
def test_no_placeholder_is_left(name: str) -> None:
    with ZipFile(BytesIO(papers(marks=["DIỄN TẬP"])[name])) as archive:
        parts = {part: archive.read(part).decode() for part in archive.namelist()}
    assert [part for part, said in parts.items() if "{{" in said or "{%" in said or "}}" in said] == []


@pytest.mark.parametrize("name", NAMES)
def test_hostile_text_is_only_text(name: str) -> None:
    people = [["1", HOSTILE, HOSTILE, "x", "1"], ["2", "Sau", "", "x", "2"]]
    hostile = papers(sections=[section("B", people)], summary=HOSTILE, number=HOSTILE, title=HOSTILE * 9)[name]
    document = opened(hostile)
    assert rows(lists(document)[0])[1:] == [["1", TAMED, TAMED, "x", "1"], ["2", "Sau", "", "x", "2"]]
    if name != "danh-sach-thu.docx":  # which has a title of its own, and no letterhead
        assert text_of(document).count(TAMED) == 4
        assert document.core_properties.title == (TAMED * 9)[:255]


@pytest.mark.parametrize("missing", ["number", "marks", "bases", "annex"])
def test_a_missing_value_is_an_error(missing: str) -> None:
    values = {key: value for key, value in DECISION.items() if key != missing}
    with pytest.raises(MalformedError, match=rf"quyet-dinh\.docx .*'{missing}' is undefined"):
        word.rendered("quyet-dinh.docx", values, MADE)


def test_a_template_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "TEMPLATES", tmp_path)
    with pytest.raises(MalformedError, match=r"Không đọc được mẫu văn bản danh-sach\.docx"):
        word.rendered("danh-sach.docx", DECISION, MADE)
    (tmp_path / "danh-sach.docx").write_bytes(b"no archive")
    with pytest.raises(MalformedError, match=r"Không đọc được mẫu văn bản danh-sach\.docx"):
        word.rendered("danh-sach.docx", DECISION, MADE)


def test_a_template_may_have_tables_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An office may add one, also in the list's style; the lists stay what they are."""
    edited = docx.Document(str(word.TEMPLATES / "danh-sach.docx"))
    added = edited.add_table(rows=1, cols=1, style=LIST)
    added.cell(0, 0).text = "{{ annex.total }}"
    edited.element.body.insert(0, added._tbl)  # noqa: SLF001 - python-docx adds only at the end
    edited.save(str(tmp_path / "danh-sach.docx"))
    monkeypatch.setattr(word, "TEMPLATES", tmp_path)
    own, collectives, persons = lists(opened(word.rendered("danh-sach.docx", DECISION, MADE)))
    assert rows(own) == [["Tổng số: 2 tập thể và 3 cá nhân."]]
    assert (rows(collectives)[1:], rows(persons)[1:]) == (COLLECTIVES, PERSONS)


SPOILT = ("{{ ''.__class__.__mro__ }}", "{{ annex.title ", "{% for x in sections %}", "{{ sections.clear() }}")


@pytest.mark.parametrize("placeholder", SPOILT)
def test_a_template_spoilt_by_its_editor_is_refused(
    placeholder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named; and it reaches nothing but the values."""
    spoilt = docx.Document(str(word.TEMPLATES / "danh-sach.docx"))
    spoilt.add_paragraph(placeholder)
    spoilt.save(str(tmp_path / "danh-sach.docx"))
    monkeypatch.setattr(word, "TEMPLATES", tmp_path)
    with pytest.raises(MalformedError, match=r"Mẫu văn bản danh-sach\.docx có chỗ điền không đúng"):
        word.rendered("danh-sach.docx", DECISION, MADE)


def test_made_twice_at_different_moments_the_bytes_are_the_same() -> None:
    first = papers()
    time.sleep(ZIP_TICK)
    assert papers() == first


def test_a_process_elsewhere_makes_the_same_bytes() -> None:
    """In another time zone, where the day is another, and with another order of sets."""
    script = "from tests.engine.papers.test_word import fingerprints; print(*fingerprints())"
    environment = {**os.environ, "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert done.stdout.decode().split() == fingerprints()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_a_paper_tells_the_hour_or_a_person(name: str) -> None:
    content = papers()[name]
    with ZipFile(BytesIO(content)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2025, 12, 22, 0, 0, 0)}
    properties = opened(content).core_properties
    assert properties.created == properties.modified
    assert properties.created is not None
    assert properties.created.replace(tzinfo=None) == datetime(2025, 12, 22)  # noqa: DTZ001 - compared without a zone
    assert (properties.author, properties.last_modified_by) == ("Vinh Danh", "Vinh Danh")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_carry_no_person_and_no_revision(path: Path) -> None:
    with ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert {info.date_time for info in ZipFile(path).infolist()} == {(2025, 10, 20, 0, 0, 0)}
    assert "<dc:creator>Vinh Danh</dc:creator>" in parts["docProps/core.xml"]
    body = "".join(said for name, said in parts.items() if name.startswith("word/"))
    assert not [word for word in ("w:rsid", "w:ins ", "w:del ", "w:comment", "txbxContent", "w:author") if word in body]


def test_a_signed_decision_is_exported_as_its_list_stands(small_world: World, tmp_path: Path) -> None:
    """From the database to Word and Excel, in the order of the set, twice on different days with the same bytes."""
    names = {Kind.INDIVIDUAL: ["Vi Thị Ánh", "Nguyễn Văn An"], Kind.COLLECTIVE: ["Trạm Y tế <b>", "Hội Nông dân & em"]}
    ids = [small_world.draft(kind, name=name) for kind, wanted in names.items() for name in wanted]
    for nomination_id in ids:
        small_world.advance(nomination_id, State.SELECTED)
    for nomination_id in ids:
        small_world.advance(nomination_id, State.APPROVED)
    small_world.enlist()
    small_world.freeze()
    written = {day: exported(small_world, tmp_path / str(day), date(2025, 12, day)) for day in (20, 24)}
    assert written[20] == written[24]
    with small_world.acting("clerk", date(2025, 12, 22), alone=True) as (session, context):
        decisions.sign(session, context, "1386/QĐ-UBND", date(2025, 12, 22), "Người Ký Giả Định")
    signed = exported(small_world, tmp_path / "signed", date(2025, 12, 23))
    assert sorted(signed) == ["danh-sach-thu.docx", "danh-sach-thu.xlsx", "quyet-dinh.docx", "to-trinh.docx"]
    for name in ("danh-sach-thu.docx", "quyet-dinh.docx", "to-trinh.docx"):
        tables = lists(opened(signed[name]))
        assert [[row[1] for row in rows(table)[1:]] for table in tables] == [
            ["Hội Nông dân & em", "Trạm Y tế <b>"],
            ["Nguyễn Văn An", "Vi Thị Ánh"],
        ]
        drafts = headers(opened(written[20][name]))
        assert all("BẢN DỰ THẢO" in line and "DIỄN TẬP" in line for line in drafts)
    final = headers(opened(signed["quyet-dinh.docx"]))
    assert all("DỰ THẢO" not in line and "DIỄN TẬP" in line for line in final)
    assert "Số: 1386/QĐ-UBND" in text_of(opened(signed["quyet-dinh.docx"]))


def exported(world: World, folder: Path, today: date) -> dict[str, bytes]:
    """What `decision export` writes as DOCX and XLSX on a day, by name."""
    with world.acting(None, today) as (session, context):
        paths = [path for form in ("docx", "xlsx") for path in export_decision(session, context, form, folder)]
    return {path.name: path.read_bytes() for path in paths}


def test_a_submission_letter_lists_what_went_under_it(small_world: World) -> None:
    """In ranking order, with the achievement, marked as the rehearsal it is and no draft."""
    scores = {"Vi Thị Ánh": 70, "Nguyễn Văn An": 90}
    for name, points in scores.items():
        nomination_id = small_world.advance(
            small_world.draft(name=name, merit=f"Đạt {points} <điểm>."), State.IN_REVIEW
        )
        with small_world.acting("reviewer") as (session, context):
            score(session, context, nomination_id, str(points))
        small_world.advance(nomination_id, State.SELECTED)
    small_world.forward()
    with small_world.acting("review-head") as (session, context):
        submission = submission_of(session, context, "1/TTr-SDTTG")
        values = submission_values(context, submission, lines_of(session, context, submission))
        files = submission_document(values, submission.number, submission.dated)
    assert list(files) == ["to-trinh-01-TTr-SDTTG.docx"]
    document = opened(files["to-trinh-01-TTr-SDTTG.docx"])
    (table,) = lists(document)
    assert [(row[0], row[1], row[-1]) for row in rows(table)[1:]] == [
        ("1", "Nguyễn Văn An", "Đạt 90 <điểm>."),
        ("2", "Vi Thị Ánh", "Đạt 70 <điểm>."),
    ]
    assert "SỞ DÂN TỘC VÀ TÔN GIÁO" in text_of(document)
    assert all("DIỄN TẬP" in line and "DỰ THẢO" not in line for line in headers(document))
