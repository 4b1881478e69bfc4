"""Papers that offices edit: Word documents, from templates that offices can open and change in Word."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from engine.papers.packed import packed
from engine.papers.plain import plain
from rules.errors import MalformedError

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from jinja2 import Environment

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates" / "documents"
LIST_STYLE = "Bảng danh sách"  # the tables whose columns are as wide as the list's are
LONGEST_TITLE = 255  # of a document's properties
ALIGNMENTS = {"left": 0, "center": 1, "right": 2}  # docx.enum.text.WD_ALIGN_PARAGRAPH


def decision_documents(values: Mapping[str, Any], code: str, made: date) -> dict[str, bytes]:
    """The decision's papers by file name, dated `made`.

    `values` are {"letter": `content.letter_values`, "decision": `content.decision_values`}.
    """
    decision = values["decision"]
    alone = {**decision, "title": f"{decision['annex']['title']} {decision['annex']['summary']}"}
    return {
        "to-trinh.docx": rendered("to-trinh.docx", values["letter"], made),
        "quyet-dinh.docx": rendered("quyet-dinh.docx", decision, made),
        f"danh-sach-{code}.docx": rendered("danh-sach.docx", alone, made),
    }


def submission_document(values: Mapping[str, Any], number: str, made: date) -> dict[str, bytes]:
    """The review office's submission letter with its list, by file name; `values` are `content.submission_values`."""
    return {f"to-trinh-{number.replace('/', '-')}.docx": rendered("to-trinh-xet-chon.docx", values, made)}


def rendered(template: str, values: Mapping[str, Any], made: date) -> bytes:
    """One paper; MalformedError if Word's file cannot be read, or asks for something that is not there."""
    from docxtpl import DocxTemplate  # type: ignore[import-untyped]  # noqa: PLC0415 - it has no types; slow to import
    from jinja2 import TemplateError  # noqa: PLC0415 - slow to import

    try:
        paper = DocxTemplate(BytesIO((TEMPLATES / template).read_bytes()))
        paper.render(values, environment(), autoescape=True)
    except TemplateError as error:
        raise MalformedError(f"Mẫu văn bản {template} có chỗ điền không đúng: {error}.") from error
    except (OSError, BadZipFile, ValueError, KeyError) as error:  # no archive, or none with a document in it
        raise MalformedError(f"Không đọc được mẫu văn bản {template}: {error}.") from error
    document: Document = paper.docx  # not get_docx(), which would read the template anew
    document.core_properties.title = plain(values["title"])[:LONGEST_TITLE]
    lay_out_lists(document, values["sections"])
    written = BytesIO()
    paper.save(written)
    return packed(written.getvalue(), made)


@cache
def environment() -> "Environment":
    """How the templates are filled: nothing missing stays empty, and no template reaches what it is not given."""
    from jinja2 import StrictUndefined  # noqa: PLC0415 - slow to import
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415 - slow to import

    return ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=as_text)


def as_text(value: object) -> object:
    """What a place in a template is filled with: text is text, whatever stands in it; None leaves the place empty."""
    from markupsafe import Markup, escape  # noqa: PLC0415 - slow to import

    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    return Markup(str(escape(plain(value))).replace("{", "&#123;"))  # noqa: S704 - escaped; docxtpl reads {_{ otherwise


def lay_out_lists(document: "Document", sections: Sequence[Mapping[str, Any]]) -> None:
    """Give each list's columns their widths and alignments: a template cannot know how many columns there are.

    A table to which an office added columns of its own stays as that office drew it.
    """
    lists = [table for table in document.tables if table.style and table.style.name == LIST_STYLE]
    for table, section in zip(lists, sections, strict=False):
        if len(table.columns) == len(section["widths"]):
            lay_out(table, section["widths"], section["aligns"])


def lay_out(table: "Table", shares: Sequence[float], aligns: Sequence[str]) -> None:
    """Share the table's width out among its columns, and align what stands below the headings."""
    whole = sum(int(column.width or 0) for column in table.columns)
    widths = [int(whole * share / sum(shares)) for share in shares]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for number, row in enumerate(table.rows):
        for cell, width, align in zip(row.cells, widths, aligns, strict=True):
            cell.width = width
            if number:
                cell.paragraphs[0].alignment = ALIGNMENTS[align]
