"""Importing the units' workbook: every row of the sample as stated, again and again, by the right people only."""

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import text

from engine.dossier import load_dossiers, screen_dossier
from engine.importing import ImportReport, import_workbook
from models.database import Database
from rules.errors import MalformedError, RoleRefusedError
from rules.vocabulary import Action, State, Verdict
from tests.engine.workbooks import SAMPLE, people, person, write_workbook
from tests.world import ROOT, World, make_world

EXPECTED = json.loads((ROOT / "data" / "nominations-sample.expected.json").read_text(encoding="utf-8"))
SCREEN_DAY = date.fromisoformat(EXPECTED["today"])


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    return make_world(database, tmp_path)


def imported(world: World, path: Path, name: str = "reviewer") -> ImportReport:
    with world.acting(name) as (session, context):
        return import_workbook(session, context, path)


def screened(world: World) -> dict[tuple[str, int], dict[str, Any]]:
    """What the rules find of every dossier, by sheet and row."""
    with world.acting(None, SCREEN_DAY) as (session, context):
        found = {}
        for dossier in load_dossiers(session, context):
            screening = screen_dossier(context, dossier)
            found[dossier.source["sheet"], dossier.source["row"]] = {
                "overall": screening.overall.value,
                "fail": [f.rule for f in screening.findings if f.verdict is Verdict.FAIL],
                "unknown": [f.rule for f in screening.findings if f.verdict is Verdict.UNKNOWN],
                "note": [f.rule for f in screening.findings if f.note],
            }
        return found


def expected_by_row() -> tuple[dict[tuple[str, int], str], dict[tuple[str, int], dict[str, Any]]]:
    """(column of the import error, verdicts) by sheet and row."""
    errors, verdicts = {}, {}
    for row in EXPECTED["rows"]:
        key = (row["sheet"], row["row"])
        if row["import_error"]:
            errors[key] = row["import_error"]
        else:
            verdicts[key] = {name: row[name] for name in ("overall", "fail", "unknown", "note")}
    return errors, verdicts


def test_every_row_of_the_sample_becomes_what_is_stated(world: World) -> None:
    report = imported(world, SAMPLE)
    errors, verdicts = expected_by_row()
    assert {(e.sheet, e.row): e.column for e in report.errors} == errors
    assert report.imported == len(verdicts) == 109
    assert screened(world) == verdicts


def shuffled_copy(path: Path, seed: int) -> dict[tuple[str, int], tuple[str, int]]:
    """Write the sample with columns in another order, extra columns and blank rows; old place → new place."""
    dice = random.Random(seed)  # noqa: S311 - test data, not secrets
    source, target = load_workbook(SAMPLE), Workbook()
    assert target.active is not None
    target.remove(target.active)
    moved = {}
    for sheet in source:
        copy = target.create_sheet(sheet.title)
        header = [cell.value for cell in sheet[4]]
        order = dice.sample(range(len(header)), len(header))
        copy.append(["Đơn vị tổng hợp"])
        copy.append([])
        copy.append([*(header[i] for i in order), "Ghi chú của văn thư"])
        rows = list(range(5, sheet.max_row + 1))
        dice.shuffle(rows)
        for row in rows:
            for _ in range(dice.randrange(3)):
                copy.append([None, "   "])
            copy.append([*(sheet.cell(row, i + 1).value for i in order), "x"])
            moved[sheet.title, row] = (sheet.title, copy.max_row)
    target.save(path)
    return moved


def test_shuffled_columns_blank_rows_and_another_order_change_nothing(world: World, tmp_path: Path) -> None:
    moved = shuffled_copy(tmp_path / "shuffled.xlsx", seed=7)
    report = imported(world, tmp_path / "shuffled.xlsx")
    errors, verdicts = expected_by_row()
    assert {(e.sheet, e.row): e.column for e in report.errors} == {moved[key]: column for key, column in errors.items()}
    assert screened(world) == {moved[key]: found for key, found in verdicts.items()}


def test_two_hundred_and_fifty_people(world: World, tmp_path: Path) -> None:
    write_workbook(tmp_path / "many.xlsx", people=people(250, seed=11))
    report = imported(world, tmp_path / "many.xlsx")
    assert (report.imported, report.errors) == (250, ())
    assert len(screened(world)) == 250


def test_the_same_file_again_changes_nothing(world: World) -> None:
    first = imported(world, SAMPLE)
    versions = {nomination: world.look(nomination).version for nomination in first.ids}
    again = imported(world, SAMPLE)
    assert (again.imported, again.unchanged) == (0, first.imported)
    assert again.errors == first.errors
    assert versions == {nomination: world.look(nomination).version for nomination in first.ids}


def test_a_changed_row_updates_a_draft_and_is_an_error_once_submitted(world: World, tmp_path: Path) -> None:
    path = tmp_path / "one.xlsx"
    whole = {"Số, ngày tờ trình": "1/TTr ngày 01/11/2025", "Số, ngày biên bản họp xét": "1/BB ngày 01/11/2025",
             "Báo cáo thành tích có xác nhận": "Có"}  # fmt: skip
    row = person(**{"Mã đơn vị đề nghị": "07282"}) | whole
    write_workbook(path, people=[row])
    (nomination,) = imported(world, path).ids
    write_workbook(path, people=[row | {"Tóm tắt thành tích": "Hỗ trợ 40 hộ thoát nghèo."}])
    assert imported(world, path).ids == (nomination,)
    assert world.look(nomination).fields["merit"] == "Hỗ trợ 40 hộ thoát nghèo."
    assert world.look(nomination).version == 2
    world.step(nomination, Action.SUBMIT, "head")
    assert imported(world, path).unchanged == 1
    write_workbook(path, people=[row])
    refused = imported(world, path)
    assert (refused.imported, refused.unchanged, len(refused.errors)) == (0, 0, 1)
    assert world.look(nomination).fields["merit"] == "Hỗ trợ 40 hộ thoát nghèo."


def test_two_rows_of_one_key_in_a_file(world: World, tmp_path: Path) -> None:
    row = person()
    other = row | {"Tóm tắt thành tích": "Khác."}
    write_workbook(tmp_path / "twice.xlsx", people=[row, row, other])
    report = imported(world, tmp_path / "twice.xlsx")
    assert (report.imported, report.unchanged, len(report.errors)) == (1, 1, 1)
    assert "Trùng với dòng" in report.errors[0].message


def test_the_same_person_from_two_units_is_two_dossiers(world: World, tmp_path: Path) -> None:
    rows = [person(**{"Mã đơn vị đề nghị": unit}) for unit in ("07282", "07330")]
    write_workbook(tmp_path / "pair.xlsx", people=rows)
    assert imported(world, tmp_path / "pair.xlsx").imported == 2
    assert [found["unknown"].count("nominee.named_once") for found in screened(world).values()] == [1, 1]


def test_a_unit_imports_its_own_rows_only(world: World, tmp_path: Path) -> None:
    other = person(**{"Mã đơn vị đề nghị": "07330", "Số CCCD": "099184700091"})
    rows = [person(**{"Mã đơn vị đề nghị": "07282"}), other]
    write_workbook(tmp_path / "mixed.xlsx", people=rows)
    report = imported(world, tmp_path / "mixed.xlsx", "officer-07282")
    assert report.imported == 1
    assert [error.column for error in report.errors] == ["Mã đơn vị đề nghị"]
    assert world.look(report.ids[0]).unit == "07282"


def test_the_review_office_enters_for_a_unit_and_then_may_not_judge(world: World, tmp_path: Path) -> None:
    path = tmp_path / "one.xlsx"
    write_workbook(path, people=[person(**{"Mã đơn vị đề nghị": "07282"})])
    (nomination,) = imported(world, path, "reviewer").ids
    with world.database.transaction() as session:
        body = session.scalar(text("SELECT body FROM trail WHERE subject = :s"), {"s": f"nomination:{nomination}"})
    assert json.loads(str(body))["stands_in"] is True
    assert len(world.look(nomination).authors) == 1


@pytest.mark.parametrize("name", ["appraiser", "appraisal-head", "clerk", "observer", "admin"])
def test_nobody_else_imports(world: World, name: str) -> None:
    with pytest.raises(RoleRefusedError):
        imported(world, SAMPLE, name)
    with world.database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM nomination")) == 0


def test_a_refused_file_stores_nothing(world: World, tmp_path: Path) -> None:
    (tmp_path / "bad.xlsx").write_bytes(SAMPLE.read_bytes()[:9000])
    with pytest.raises(MalformedError):
        imported(world, tmp_path / "bad.xlsx")
    assert screened(world) == {}


def test_an_imported_dossier_begins_as_a_draft_of_its_row(world: World) -> None:
    (first, *_) = imported(world, SAMPLE).ids
    dossier = world.look(first)
    assert (dossier.state, dossier.version, dossier.source["file"]) == (State.DRAFT, 1, SAMPLE.name)
