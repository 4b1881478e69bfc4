"""A workbook looked at before anything is stored: what would happen to each row, and then exactly that."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.editing import set_fields
from engine.previewing import Imported, Preview, import_kept, preview, report_view
from rules.errors import MalformedError, NotFoundError, RoleRefusedError
from rules.vocabulary import State
from tests.engine.workbooks import SAMPLE, person, write_workbook
from tests.world import World

NOW = datetime(2025, 11, 20, 3, 0, tzinfo=UTC)
OFFICER = "officer-07282"
MINE = {"Mã đơn vị đề nghị": "07282"}


def look(world: World, content: bytes, who: str = OFFICER, now: datetime = NOW) -> tuple[Preview, dict[str, Any]]:
    """What an upload would do, and how a page shows it."""
    with world.acting(who) as (session, context):
        shown = preview(session, context, "danh-sach.xlsx", content, now)
        return shown, report_view(context, shown.report)


def take(world: World, shown: Preview, who: str = OFFICER, effect: str | None = None) -> Imported:
    """The import of what was looked at."""
    with world.acting(who) as (session, context):
        return import_kept(session, context, shown.opening, effect or shown.effect)


def uploaded(folder: Path, *rows: dict[str, Any]) -> bytes:
    """A workbook of people."""
    return write_workbook(folder / "people.xlsx", people=rows).read_bytes()


def named(name: str, cccd: str, **changes: str) -> dict[str, Any]:
    """A person of unit 07282."""
    return person(**{"Họ và tên": name, "Số CCCD": cccd, **MINE, **changes})


def test_every_row_says_what_would_become_of_it_and_nothing_is_stored(world: World, tmp_path: Path) -> None:
    known, changed = named("Vi Một", "099184700001"), named("Vi Hai", "099184700002")
    first, _ = look(world, uploaded(tmp_path, known, changed))
    assert take(world, first).applied
    before = {row.id: row.version for row in world.query("SELECT id, version FROM nomination")}
    rows = (
        known,
        changed | {"Tóm tắt thành tích": "Khác.", "Giới tính": "Nam"},
        named("Vi Ba", "099184700003"),
        named("Vi Bốn", "123", Ngày_sinh="31/02/1984"),
        person(**{"Số CCCD": "099184700005", "Mã đơn vị đề nghị": "07330"}),
    )
    _, shown = look(world, uploaded(tmp_path, *rows))
    assert shown["counts"] == {"new": 1, "changed": 1, "unchanged": 1, "refused": 2}
    lines = {line["row"]: line for line in shown["rows"]}
    assert [lines[n]["became"] for n in range(5, 10)] == ["unchanged", "changed", "new", "refused", "refused"]
    assert lines[6]["changed"] == ["Giới tính", "Tóm tắt thành tích"]
    assert [error["column"] for error in lines[8]["errors"]] == ["Ngày sinh", "Số CCCD"]
    assert [error["message"] for error in lines[9]["errors"]] == ["Không được nhập hồ sơ của đơn vị khác."]
    assert {row.id: row.version for row in world.query("SELECT id, version FROM nomination")} == before
    world.assert_sound()


def test_the_very_same_bytes_are_imported_once(world: World) -> None:
    shown, view = look(world, SAMPLE.read_bytes(), "reviewer")
    assert view["counts"]["new"] == 109
    assert all(line["errors"] for line in view["rows"] if line["became"] == "refused")
    assert world.query("SELECT 1 FROM nomination") == []
    done = take(world, shown, "reviewer")
    assert (done.applied, done.report.imported) == (True, 109)
    assert world.query("SELECT DISTINCT source->>'file' AS file FROM nomination")[0].file == "danh-sach.xlsx"
    with pytest.raises(NotFoundError):
        take(world, shown, "reviewer")
    assert len(world.query("SELECT 1 FROM nomination")) == 109


def test_when_it_would_do_something_else_by_now_it_is_shown_again(world: World, tmp_path: Path) -> None:
    content = uploaded(tmp_path, named("Vi Một", "099184700001"))
    shown, _ = look(world, content)
    other, _ = look(world, content)
    assert take(world, other).applied
    late = take(world, shown)
    assert (late.applied, late.report.unchanged) == (False, 1)
    (one,) = world.query("SELECT id FROM nomination")
    with world.acting(OFFICER) as (session, context):
        set_fields(session, context, one.id, {"merit": "Sửa trên trang."})
    again = take(world, shown)
    assert (again.applied, [row.changed for row in again.report.rows]) == (False, [("merit",)])
    assert world.look(one.id).fields["merit"] == "Sửa trên trang."
    assert not take(world, shown, effect="0" * 64).applied
    assert take(world, shown, effect=again.effect).applied
    assert world.look(one.id).fields["merit"] == "Vận động 256 hộ hiến đất làm đường."


def test_an_upload_is_its_accounts_alone(world: World, tmp_path: Path) -> None:
    shown, _ = look(world, uploaded(tmp_path, named("Vi Một", "099184700001")))
    for who in ("head-07282", "reviewer"):
        with pytest.raises(NotFoundError):
            take(world, shown, who)
    for who in ("observer", "appraiser"):
        with pytest.raises(RoleRefusedError):
            take(world, shown, who)
        with pytest.raises(RoleRefusedError):
            look(world, SAMPLE.read_bytes(), who)
    assert world.query("SELECT 1 FROM nomination") == []


def test_older_uploads_go_when_another_comes(world: World, tmp_path: Path) -> None:
    content = uploaded(tmp_path, named("Vi Một", "099184700001"))
    old, _ = look(world, content)
    look(world, content, now=NOW + timedelta(minutes=59))
    assert len(world.query("SELECT 1 FROM typed")) == 2
    look(world, content, now=NOW + timedelta(minutes=61))
    assert len(world.query("SELECT 1 FROM typed")) == 2
    with pytest.raises(NotFoundError):
        take(world, old)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04", SAMPLE.read_bytes()[:9000], b"x" * 10_485_761])
def test_a_file_that_is_none_is_refused_and_not_kept(world: World, content: bytes) -> None:
    with pytest.raises(MalformedError):
        look(world, content)
    assert world.query("SELECT 1 FROM typed") == []


def test_what_was_submitted_meanwhile_is_an_error_of_its_row(world: World, tmp_path: Path) -> None:
    world.draft()
    whole = {"Số, ngày tờ trình": "1/TTr ngày 01/11/2025", "Số, ngày biên bản họp xét": "1/BB ngày 01/11/2025",
             "Báo cáo thành tích có xác nhận": "Có"}  # fmt: skip
    row = named("Vi Một", "099184700001") | whole
    shown, _ = look(world, uploaded(tmp_path, row))
    (one,) = take(world, shown).report.ids
    world.advance(one, State.SUBMITTED)
    _, view = look(world, uploaded(tmp_path, row | {"Tóm tắt thành tích": "Khác."}))
    ((error,),) = [line["errors"] for line in view["rows"]]
    assert "Đã nộp, chờ tiếp nhận" in error["message"]
