"""A unit's work over many dossiers by the API: a workbook looked at and imported, a letter printed and numbered."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pypdf
import pytest

from engine.workbook import read_workbook
from rules.vocabulary import Action, Kind, State
from tests.engine.workbooks import REGISTER, SAMPLE, person, write_workbook
from tests.web.client import DAY, Caller
from tests.web.conftest import As
from tests.world import CODE, World

OFFICER, OTHER = "officer-07282", "officer-07330"
WORKBOOKS, LETTERS = f"/campaigns/{CODE}/workbooks", f"/campaigns/{CODE}/unit-letters"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MINE = {"Mã đơn vị đề nghị": "07282"}


def look(caller: Caller, content: bytes, name: str = "danh-sach.xlsx", **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's options
    """Send a workbook to be looked at, in the rehearsal's day."""
    return caller.call("POST", WORKBOOKS, files={"file": (name, content, XLSX)}, data={"today": DAY}, **more)


def workbook(folder: Path, *rows: dict[str, Any]) -> bytes:
    return write_workbook(folder / "x.xlsx", people=list(rows)).read_bytes()


def names(world: World) -> list[str]:
    return [row.name for row in world.query("SELECT name FROM nomination ORDER BY name")]


# --- the desk ---


def test_a_desk_shows_a_units_own_dossiers_as_the_unit_may_know_them(as_: As, world: World) -> None:
    draft = world.draft(name="Vi Thiếu", letter=None)
    hidden = world.advance(world.draft(name="Vi Kín"), State.SELECTED)
    world.advance(world.draft(unit="07330", name="Lò Thị Lạ"), State.SELECTED)
    told = as_(OFFICER).get(f"/campaigns/{CODE}/desk").json()
    first, second = told["nominations"]
    assert (first["id"], first["state"], first["missing"], first["editable"]) == (draft, "draft", 1, True)
    assert first["due"] == told["closes"]
    assert (second["id"], second["state"], second["version"], second["due"]) == (hidden, "in_review", None, None)
    assert second["label"] == "Đang xem xét"
    for who in ("reviewer", "observer", "admin"):
        refused = as_(who).get(f"/campaigns/{CODE}/desk")
        assert (refused.status_code, "Vi Kín" in refused.text) == (403, False)


def test_a_units_dashboard_counts_nobody_elses(as_: As, world: World) -> None:
    world.advance(world.draft(), State.SELECTED)
    world.advance(world.draft(unit="07330"), State.ENDORSED)
    board = as_(OFFICER).get(f"/campaigns/{CODE}/dashboard").json()
    mine = [{"category": "individual", "state": "in_review", "number": 1}]
    assert (board["all"], board["own"]) == (mine, mine)
    assert [board[what] for what in ("held", "units", "daily", "decision")] == [None] * 4
    whole = as_("reviewer").get(f"/campaigns/{CODE}/dashboard").json()
    assert {one["state"]: one["number"] for one in whole["all"]} == {"selected": 1, "endorsed": 1}
    assert whole["held"]["individual"] == 1
    assert {one["code"]: one["sent"] for one in whole["units"] if one["sent"]} == {"07282": 1, "07330": 1}
    assert [one["number"] for one in whole["daily"]] == [2]


def test_what_waits_for_an_account_is_its_own_work(as_: As, world: World) -> None:
    def waits(who: str) -> list[tuple[int, str, str | None, bool]]:
        told = as_(who).get(f"/campaigns/{CODE}/dashboard").json()["waiting"]
        return [(one["number"], one["page"], one["due"], one["late"]) for one in told]

    returned = world.advance(world.draft(), State.IN_REVIEW)
    world.step(returned, Action.RETURN, "reviewer", findings=(("field:merit", "Rõ hơn"),), due=date(2025, 11, 28))
    world.draft(unit="07330")
    world.advance(world.draft(), State.SUBMITTED)
    assert waits(OFFICER) == [(1, f"/dot/{CODE}/don-vi", "2025-11-28", True)]
    assert waits("reviewer") == [(1, f"/dot/{CODE}/ho-so?trang-thai=submitted", None, False)]
    assert waits("observer") == []


def test_several_are_sent_all_or_none_as_they_were_seen(as_: As, world: World) -> None:
    whole, other = world.draft(name="Vi Đủ"), world.draft(name="Vi Khác")
    lacking, theirs = world.draft(name="Vi Thiếu", letter=None), world.draft(unit="07330")
    head, path = as_("head-07282"), f"/campaigns/{CODE}/sendings"

    def asked(*ids: str, version: int = 1, **more: object) -> dict[str, object]:
        return {"nominations": [{"id": one, "expected_version": version} for one in ids], "today": DAY, **more}

    for who in (OFFICER, "reviewer", "admin"):
        assert (who, as_(who).post(path, asked(whole)).status_code) == (who, 403)
    assert head.post(path, asked(whole, theirs)).status_code == 404
    assert head.post(path, asked(whole, version=7)).status_code == 409
    tried = head.post(path, asked(whole, lacking, dry_run=True))
    assert (tried.status_code, tried.json()["applied"]) == (200, False)
    assert (tried.json()["moved"], [one["id"] for one in tried.json()["refused"]]) == ([whole], [lacking])
    stopped = head.post(path, asked(whole, lacking))
    assert (stopped.status_code, stopped.json()["applied"]) == (409, False)
    assert {world.state(one) for one in (whole, other, lacking, theirs)} == {State.DRAFT}
    for _ in range(2):
        done = head.post(path, asked(whole, lacking, skip_refused=True), Idempotency_Key="send-1").json()
        assert (done["applied"], done["moved"]) == (True, [whole])
    assert world.state(whole) is State.SUBMITTED
    assert {world.state(one) for one in (other, lacking, theirs)} == {State.DRAFT}
    world.assert_sound()


# --- the workbook ---


def test_a_workbook_is_looked_at_by_cell_and_then_imported_once(as_: As, world: World, tmp_path: Path) -> None:
    good = person(**{"Họ và tên": "Vi Một", "Số CCCD": "099184700001", **MINE})
    bad = person(**{"Họ và tên": "Vi Hai", "Số CCCD": "12", **MINE}, Ngày_sinh="31/02/1984")
    content, officer = workbook(tmp_path, good, bad), as_(OFFICER)
    shown = look(officer, content).json()
    assert names(world) == []
    assert shown["counts"] == {"new": 1, "changed": 0, "unchanged": 0, "refused": 1}
    first, second = shown["rows"]
    assert (first["row"], first["name"], first["unit"], first["became"]) == (5, "Vi Một", "07282", "new")
    assert (second["sheet"], second["row"], second["became"], second["name"]) == ("Cá nhân", 6, "refused", "")
    assert [error["column"] for error in second["errors"]] == ["Ngày sinh", "Số CCCD"]
    assert second["errors"][0]["message"].startswith("Không có ngày “31/02/1984”")
    asked = {"opening": shown["opening"], "effect": shown["effect"], "today": DAY}
    theirs = as_(OTHER).post(f"{WORKBOOKS}/imports", asked)
    assert (theirs.status_code, names(world)) == (404, [])
    for replayed in (None, "true"):
        done = officer.post(f"{WORKBOOKS}/imports", asked, Idempotency_Key="import-1")
        assert (done.status_code, done.json()["imported"], done.json()["unchanged"]) == (200, 1, 0)
        assert done.headers.get("idempotency-replayed") == replayed
    assert names(world) == ["Vi Một"]
    again = officer.post(f"{WORKBOOKS}/imports", asked)
    assert (again.status_code, names(world)) == (404, ["Vi Một"])
    world.assert_sound()


def test_what_changed_since_it_was_looked_at_is_not_imported(as_: As, world: World, tmp_path: Path) -> None:
    content, officer = workbook(tmp_path, person(**MINE)), as_(OFFICER)
    first, second = (look(officer, content).json() for _ in range(2))
    for shown, status in ((second, 200), (first, 409)):
        asked = {"opening": shown["opening"], "effect": shown["effect"], "today": DAY}
        assert officer.post(f"{WORKBOOKS}/imports", asked).status_code == status
    assert len(names(world)) == 1
    forged = {"opening": first["opening"], "effect": "0" * 64}
    assert officer.post(f"{WORKBOOKS}/imports", forged).json()["error"] == "stale"


def test_a_unit_imports_nothing_for_another(as_: As, world: World, tmp_path: Path) -> None:
    row = person(**{"Mã đơn vị đề nghị": "07330", "Họ và tên": "Lò Thị Kín"})
    shown = look(as_(OFFICER), workbook(tmp_path, row)).json()
    assert [line["became"] for line in shown["rows"]] == ["refused"]
    asked = {"opening": shown["opening"], "effect": shown["effect"], "today": DAY}
    assert as_(OFFICER).post(f"{WORKBOOKS}/imports", asked).json()["imported"] == 0
    assert names(world) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"%PDF-1.7 ", "Tệp là PDF"), (b"", "Tệp rỗng"), (b"PK\x03\x04", "bị hỏng"), (b"x" * 10_485_761, "lớn hơn 10 MB")],
)
def test_a_file_that_is_no_workbook_is_refused_in_words(as_: As, world: World, content: bytes, said: str) -> None:
    answer = look(as_(OFFICER), content)
    assert (answer.status_code, said in answer.json()["message"]) == (422, True)
    assert world.query("SELECT 1 FROM typed") == []


def test_who_may_import_nothing_sends_nothing(as_: As, world: World) -> None:
    edge = {"Content-Type": "multipart/form-data; boundary=edge"}
    for who, status in ((None, 401), ("observer", 403), ("admin", 403), ("appraiser", 403), (OFFICER, 422)):
        answer = as_(who).call("POST", WORKBOOKS, content=b"no form", headers=edge)
        assert (who, answer.status_code) == (who, status)
    for who in ("observer", "admin", "clerk"):
        assert as_(who).get(f"{WORKBOOKS}/blank").status_code == 403
        assert as_(who).post(f"{WORKBOOKS}/imports", {"opening": "a" * 32, "effect": "x"}).status_code in {403, 422}
    assert as_(OFFICER).call("POST", WORKBOOKS, data={"today": DAY}, files={"other": b"x"}).status_code == 422
    assert look(as_(OFFICER), bytes(13_000_000)).status_code == 413
    assert world.query("SELECT 1 FROM typed") == []


def test_the_empty_workbook_is_a_download_that_can_be_read_back(as_: As) -> None:
    answer = as_(OFFICER).get(f"{WORKBOOKS}/blank")
    assert answer.headers["content-type"] == XLSX
    assert f'filename="mau-{CODE}.xlsx"' in answer.headers["content-disposition"]
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    assert read_workbook(answer.content, REGISTER).rows == ()


def test_the_review_office_looks_at_a_workbook_for_every_unit(as_: As, world: World) -> None:
    shown = look(as_("reviewer"), SAMPLE.read_bytes(), headers={"Idempotency-Key": "look-1"})
    assert shown.json()["counts"] == {"new": 109, "changed": 0, "unchanged": 0, "refused": 7}
    again = look(as_("reviewer"), SAMPLE.read_bytes(), headers={"Idempotency-Key": "look-1"})
    assert again.json() == shown.json()
    assert len(world.query("SELECT 1 FROM typed")) == 1
    assert names(world) == []


# --- the unit's letter ---


def test_the_letter_is_printed_for_the_chosen_and_its_number_entered_in_all(as_: As, world: World) -> None:
    ids = [world.draft(name="Vi Thị Ơn", letter=None), world.draft(Kind.COLLECTIVE, letter=None)]
    left, officer = world.draft(name="Không Chọn", letter=None), as_(OFFICER)
    query = {"nomination": ids, "lines": "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH", "name": "Người Ký Giả Định"}
    printed = officer.call("GET", f"{LETTERS}/print", params=query)
    assert (printed.status_code, printed.headers["content-type"]) == (200, "application/pdf")
    assert printed.headers["content-disposition"].startswith("attachment;")
    read = " ".join(" ".join(p.extract_text().split()) for p in pypdf.PdfReader(BytesIO(printed.content)).pages)
    assert ("Vi Thị Ơn" in read, "Người Ký Giả Định" in read, "Không Chọn" in read) == (True, True, False)
    asked = {"nominations": ids, "number": "7", "date": "2025-11-14", "today": DAY}
    assert officer.post(LETTERS, {**asked, "date": "2025-11-30"}).status_code == 409
    assert officer.post(LETTERS, {**asked, "number": "bảy"}).status_code == 422
    letter = "07/TTr-UBND ngày 14/11/2025"
    for _ in range(2):
        done = officer.post(LETTERS, asked, Idempotency_Key="letter-1").json()
        assert (done["letter"], sorted(done["nominations"])) == (letter, sorted(ids))
    assert {(world.look(one).fields["letter"], world.look(one).version) for one in ids} == {(letter, 2)}
    assert world.look(left).fields["letter"] is None


def test_a_letter_carries_no_other_units_dossier_and_none_that_was_sent(as_: As, world: World) -> None:
    mine, theirs = world.draft(letter=None), world.draft(unit="07330", name="Lò Thị Kín", letter=None)
    sent = world.advance(world.draft(), State.SUBMITTED)
    for wrong, status in ((theirs, 404), ("ZZZZZZZZ", 404), (sent, 409)):
        asked = {"nominations": [mine, wrong], "number": "7", "date": "2025-11-14", "today": DAY}
        assert (wrong, as_(OFFICER).post(LETTERS, asked).status_code) == (wrong, status)
    refused, none = (
        as_(OFFICER).call("GET", f"{LETTERS}/print", params={"nomination": one}) for one in (theirs, "ZZZZZZZZ")
    )
    assert (refused.status_code, none.status_code) == (404, 404)
    assert refused.text.replace(theirs, "ID") == none.text.replace("ZZZZZZZZ", "ID")
    for who in ("reviewer", "observer", "admin"):
        assert as_(who).call("GET", f"{LETTERS}/print", params={"nomination": mine}).status_code == 404
    assert as_(OFFICER).get(f"{LETTERS}/print").status_code == 422
    assert world.look(mine).fields["letter"] is None
    assert world.look(theirs).fields["letter"] is None
