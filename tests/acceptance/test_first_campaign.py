"""The whole first campaign by commands alone: from the units' workbook to the signed list and its money."""

import json
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from models.database import Database
from tests.acceptance.commands import CODE, done, nominations, prepare, run
from tests.world import ROOT

pytestmark = pytest.mark.wide

SAMPLE = ROOT / "data" / "nominations-sample.xlsx"
CAMPAIGN = ("--campaign", CODE)


def plan(action: str, source: str, name: str, day: str, *more: str) -> dict[str, Any]:
    """One plan on everything in one state, leaving out what is refused."""
    words = ("nomination", "plan", action, *CAMPAIGN, "--from", source, "--as", name, "--today", day, "--skip-refused")
    moved: dict[str, Any] = done(*words, *more)
    return moved


def select_and_decide(day: str) -> None:
    """From accepted dossiers to a frozen list, everything on one day."""
    plan("accept", "submitted", "reviewer2", day)
    plan("endorse", "in_review", "reviewer2", day)
    for category, limit in (("collective", 15), ("individual", 30)):
        moved = plan("select", "endorsed", "review-head", day, "--category", category)
        assert len(moved["moved"]) == limit
        assert all("suất" in refused["message"] for refused in moved["refused"])
    done("submission", "forward", *CAMPAIGN, "--number", "09/TTr-SDTTG", "--date", day, "--as", "review-head",
         "--today", day)  # fmt: skip
    plan("approve", "in_appraisal", "appraiser", day)
    for action in ("open", "enlist", "freeze"):
        done("decision", action, *CAMPAIGN, "--as", "appraisal-head", "--today", day)


def export(folder: Path, day: str, *forms: str) -> None:
    """The decision in these forms, or in every one."""
    for form in forms or ("pdf", "docx", "xlsx", "json"):
        done("decision", "export", *CAMPAIGN, "--format", form, "--out", str(folder), "--today", day)


def squeezed(text: str) -> str:
    """A text without white space: lines break where a page is narrow."""
    return "".join(text.split())


def papers_name_everybody(folder: Path, awards: list[dict[str, Any]]) -> None:
    """Each certificate is one page with its own name and number; the decision and the lists have all names in order."""
    certificates = [page.extract_text() for page in PdfReader(folder / "certificates.pdf").pages]
    assert len(certificates) == len(awards) == 45
    for award, page in zip(awards, certificates, strict=True):
        assert squeezed(award["name"]) in squeezed(page)
        assert f"Sốsổvàng:{award['serial']}" in squeezed(page)
    for paper in ("quyet-dinh", "danh-sach", "to-trinh"):
        said = squeezed("".join(page.extract_text() for page in PdfReader(folder / f"{paper}.pdf").pages))
        at = 0
        for award in awards:
            at = said.index(squeezed(award["name"]), at)
    listed = Document(str(folder / f"danh-sach-{CODE}.docx"))
    cells = {cell.text for table in listed.tables for row in table.rows for cell in row.cells}
    assert {award["name"] for award in awards} <= cells


def the_same_bytes_another_day(database: Database, folder: Path) -> None:
    """An export on another day gives the same files, and so does one that prints everything anew."""
    first = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    assert len(first) == 9
    export(folder / "again", "2026-11-05")
    assert {path.name: path.read_bytes() for path in (folder / "again").iterdir()} == first
    with database.owner.begin() as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")  # what is kept cannot be deleted otherwise
        assert connection.exec_driver_sql("DELETE FROM paper").rowcount == 4
    export(folder / "anew", "2026-11-06")
    assert {path.name: path.read_bytes() for path in (folder / "anew").iterdir()} == first


def signed_on(folder: Path, day: str) -> None:
    """The whole campaign by commands, to a decision signed on this day and a campaign that is closed."""
    prepare(folder)
    report = done("nomination", "import", str(SAMPLE), *CAMPAIGN, "--as", "reviewer", "--today", "2025-11-27")
    assert (report["imported"], len(report["errors"])) == (109, 7)
    moved = plan("submit", "draft", "unit-head", "2025-11-28")
    assert len(moved["moved"]) == 106
    select_and_decide("2025-12-10")
    done("decision", "sign", *CAMPAIGN, "--number", "1386/QĐ-UBND", "--date", day, "--signer", "Người Ký",
         "--as", "clerk", "--today", day)  # fmt: skip
    shown = done("campaign", "show", CODE)["categories"]
    assert [(c["key"], c["limit"], c["taken"], c["states"]["awarded"]) for c in shown] == [
        ("collective", 15, 15, 15),
        ("individual", 30, 30, 30),
    ]
    done("campaign", "close", CODE, "--as", "review-head", "--today", day)
    assert {n["state"] for n in nominations()} <= {"awarded", "not_selected", "lapsed", "draft"}


def exported(folder: Path, day: str, total: int) -> list[dict[str, Any]]:
    """The awards as the exported data tell them, which come to so much money and carry nothing sensitive."""
    (listed,) = folder.glob("*.json")
    text = listed.read_text(encoding="utf-8")
    assert "0991" not in text
    assert "Sán Dìu" not in text
    data = json.loads(text)
    assert data["money"]["total"] == total
    assert (data["decision"]["number"], data["decision"]["date"]) == ("1386/QĐ-UBND", day)
    awards: list[dict[str, Any]] = data["awards"]
    assert len(awards) == 45
    assert sum(award["money"] for award in awards) == total
    return awards


def everything_holds() -> None:
    """The trail and the invariants, checked by commands."""
    trail, sound = done("audit", "verify"), done("invariants")
    assert (trail["ok"], trail["problems"], sound["ok"], sound["problems"]) == (True, [], True, [])
    assert trail["checked"] > 109 * 3
    assert sound["checked"] > 10


def test_from_the_workbook_to_the_signed_decision(database: Database, tmp_path: Path) -> None:
    day = "2025-12-22"
    signed_on(tmp_path, day)
    export(tmp_path / "out", day)
    awards = exported(tmp_path / "out", day, 210_600_000)
    (book,) = (tmp_path / "out").glob("*.xlsx")
    names = {str(cell.value) for sheet in load_workbook(book) for row in sheet.iter_rows() for cell in row}
    assert {award["name"] for award in awards} <= names
    papers_name_everybody(tmp_path / "out", awards)
    the_same_bytes_another_day(database, tmp_path)
    everything_holds()


def test_a_decision_signed_later_pays_by_the_base_salary_of_that_day(database: Database, tmp_path: Path) -> None:
    """2,530,000 đồng from 01/07/2026 (NĐ 161/2026), 2,340,000 before: that of the day of issue counts (Đ49.1)."""
    assert database.owner_url
    signed_on(tmp_path, "2026-08-10")
    export(tmp_path / "out", "2026-08-10", "json")
    exported(tmp_path / "out", "2026-08-10", 227_850_000)
    everything_holds()


def test_the_bundled_campaign_screens_the_sample_as_stated(database: Database, tmp_path: Path) -> None:
    assert database.owner_url
    prepare(tmp_path)
    done("campaign", "load", str(ROOT / "campaigns" / "bang-khen-2021-2025.yaml"))
    code = "bang-khen-2021-2025"
    done("nomination", "import", str(SAMPLE), "--campaign", code, "--as", "reviewer")
    items = done("screen", "--campaign", code, "--today", "2025-11-27")
    items = items["nominations"] if isinstance(items, dict) else items
    expected = json.loads((ROOT / "data" / "nominations-sample.expected.json").read_text(encoding="utf-8"))
    stated = {(r["sheet"], r["row"]): (r["overall"], r["fail"], r["unknown"]) for r in expected["rows"] if r["overall"]}
    found = {
        (item["source"]["sheet"], item["source"]["row"]): (
            item["overall"],
            [f["rule"] for f in item["findings"] if f["verdict"] == "fail"],
            [f["rule"] for f in item["findings"] if f["verdict"] == "unknown"],
        )
        for item in items
    }
    assert found == stated
    assert all("86/2025" not in f["citation"] for item in items for f in item["findings"])
    refused = run("nomination", "plan", "submit", "--campaign", code, "--from", "draft", "--as", "unit-head", "--json")
    assert refused.code == 3


def test_a_list_without_a_campaign_is_of_all_of_them(database: Database, tmp_path: Path) -> None:
    assert database.owner_url
    prepare(tmp_path)
    done("campaign", "load", str(ROOT / "campaigns" / "bang-khen-2021-2025.yaml"))
    assert done("nomination", "list") == {"nominations": []}
    for code in (CODE, "bang-khen-2021-2025"):
        done("nomination", "import", str(SAMPLE), "--campaign", code, "--as", "reviewer")
    assert len(done("nomination", "list")["nominations"]) == 2 * 109


def test_an_administrator_holds_no_other_role(database: Database, tmp_path: Path) -> None:
    assert database.owner_url
    prepare(tmp_path)
    (tmp_path / "more.csv").write_text("name,unit,role,email\nadmin,SDTTG,review_head,\n", encoding="utf-8")
    answer = run("account", "import", str(tmp_path / "more.csv"), "--json")
    assert (answer.code, "quản trị viên" in answer.data["message"]) == (2, True)
