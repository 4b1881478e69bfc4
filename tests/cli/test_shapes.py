"""The JSON of every command, as design.md §7 gives it, through one small campaign from import to signature."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.campaigns import load_campaign
from rules.campaign import parse_campaign
from rules.vocabulary import Kind, State
from tests.cli.conftest import Shell
from tests.world import CODE, ORIGIN, ROOT, World, accounts_csv, campaign_data

DAY = ("--today", "2025-11-20")
IN = ("--campaign", CODE)
SAMPLE = ROOT / "data" / "nominations-sample.xlsx"
PLAN = {"moved", "refused", "applied", "warnings"}
DECISION = PLAN | {"state", "version", "number", "date", "signer", "hash"}


def done(shell: Shell, *words: object) -> Any:  # noqa: ANN401 - one JSON document
    """What a command that succeeds says."""
    answer = shell(*words, "--json")
    assert answer.code == 0, (words, answer)
    return answer.data


def test_setting_up(shell: Shell, tmp_path: Path) -> None:
    accounts = tmp_path / "accounts.csv"
    accounts.write_text(accounts_csv(), encoding="utf-8")
    campaign = tmp_path / "campaign.yaml"
    campaign.write_text(yaml.safe_dump(campaign_data(), allow_unicode=True), encoding="utf-8")
    lines = len(accounts.read_text(encoding="utf-8").splitlines()) - 1
    units = ROOT / "data" / "units.csv"
    assert done(shell, "init") == {"schema": "0006"}
    assert done(shell, "unit", "import", units) == {"imported": 117, "unchanged": 0}
    assert done(shell, "unit", "import", units) == {"imported": 0, "unchanged": 117}
    assert done(shell, "account", "import", accounts) == {"imported": lines, "unchanged": 0}
    assert done(shell, "account", "import", accounts) == {"imported": 0, "unchanged": lines}
    assert done(shell, "campaign", "load", campaign) == {"code": CODE, "changed": True}
    assert done(shell, "campaign", "load", campaign) == {"code": CODE, "changed": False}
    given = done(shell, "delegation", "add", "--from", "review-head", "--to", "reviewer", "--until", "31/12/2026")
    assert given == {"from": "review-head", "to": "reviewer", "since": None, "until": "2026-12-31"}


def test_importing(shell: Shell, world: World) -> None:
    words = ("nomination", "import", SAMPLE, "--campaign", world.code, "--as", "reviewer", *DAY)
    dry = done(shell, *words, "--dry-run")
    assert dry.keys() == {"imported", "unchanged", "errors", "notices", "applied"}
    assert (dry["imported"], dry["unchanged"], len(dry["errors"]), dry["applied"]) == (109, 0, 7, False)
    assert all(error.keys() == {"sheet", "row", "column", "message"} for error in dry["errors"])
    assert done(shell, "nomination", "list", *IN)["nominations"] == []
    first = done(shell, *words)
    assert (first["imported"], first["unchanged"], first["applied"]) == (109, 0, True)
    second = done(shell, *words)
    assert (second["imported"], second["unchanged"], second["errors"]) == (0, 109, first["errors"])
    listed = done(shell, "nomination", "list", *IN)["nominations"]
    assert len(listed) == 109
    assert len(done(shell, "nomination", "list", *IN, "--category", "collective")["nominations"]) == 32
    assert done(shell, "nomination", "list", *IN, "--state", "submitted")["nominations"] == []
    expected = json.loads((ROOT / "data" / "nominations-sample.expected.json").read_text(encoding="utf-8"))
    assert {(one["source"]["sheet"], one["source"]["row"]) for one in listed} < {
        (row["sheet"], row["row"]) for row in rows_of(expected)
    }


def rows_of(expected: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - the file beside the sample
    """The rows the sample's expectations speak of."""
    rows = expected if isinstance(expected, list) else expected["rows"]
    assert isinstance(rows, list)
    return rows


def test_a_blank_workbook_of_a_campaign_offers_its_units(shell: Shell, world: World, tmp_path: Path) -> None:
    file = tmp_path / "mau.xlsx"
    assert done(shell, "nomination", "blank", "--out", file, "--campaign", world.code) == {"file": str(file)}
    assert done(shell, "nomination", "import", file, *IN, "--as", "reviewer", *DAY)["imported"] == 0


def test_a_dossier_in_a_list_and_by_itself(shell: Shell, world: World) -> None:
    identity = world.draft()
    (listed,) = done(shell, "nomination", "list", *IN)["nominations"]
    assert listed == {
        "id": identity,
        "category": "individual",
        "unit": "07282",
        "name": "Nông Thị Mẫu 1",
        "state": "draft",
        "version": 1,
        "source": {"sheet": "Cá nhân", "row": 1},
    }
    shown = done(shell, "nomination", "show", identity)
    assert {key: shown[key] for key in listed} == listed
    assert shown.keys() - listed.keys() == {
        "unit_name", "label", "fields", "withheld", "papers", "findings", "due", "slot", "score", "checks",
        "judgements", "history",
    }  # fmt: skip
    assert shown["label"] == "Bản nháp"
    assert shown["unit_name"] == "Ủy ban nhân dân xã Đồng Kỳ"
    assert shown["fields"]["cccd"] == "099180000001"
    assert shown["papers"][0] == {"key": "letter", "label": "Số, ngày tờ trình", "required": True, "present": True}
    (entry,) = shown["history"]
    assert (entry["seq"], entry["tag"], entry["by"], entry["role"], entry["from"], entry["to"]) == (
        1, "nomination:dossier:imported", "officer-07282", "unit_officer", None, "draft",
    )  # fmt: skip


def test_editing_scoring_judging_correcting(shell: Shell, world: World) -> None:
    identity = world.draft(prior_awards="Giấy khen năm 2022")
    edited = done(shell, "nomination", "set", identity, "merit=Mới", "model=", "--as", "head-07282", *DAY)
    assert edited == {"id": identity, "state": "draft", "version": 2, "fields": {"merit": "Mới", "model": None}}
    world.advance(identity, State.IN_REVIEW)
    scored = done(shell, "nomination", "score", identity, "87,5", "--as", "reviewer", *DAY)
    assert scored == {"id": identity, "version": 5, "score": 87.5}
    judged = done(
        shell, "nomination", "judge", identity, "award.not_already_given", "--verdict", "pass", "--reason",
        "Khác thành tích", "--as", "reviewer2", *DAY,
    )  # fmt: skip
    rule = "award.not_already_given"
    assert judged == {"id": identity, "version": 6, "rule": rule, "verdict": "pass", "overall": "eligible"}
    corrected = done(
        shell, "nomination", "correct", identity, "position=Trưởng bản", "--reason", "Sai tên chức vụ", "--as",
        "reviewer", *DAY,
    )  # fmt: skip
    assert corrected == {
        "id": identity,
        "state": "in_review",
        "version": 7,
        "fields": {"position": "Trưởng bản"},
    }
    shown = done(shell, "nomination", "show", identity)
    assert shown["score"] == 87.5
    assert shown["judgements"] == [{"rule": rule, "verdict": "pass", "reason": "Khác thành tích"}]


def test_scoring_by_criterion_and_stepping_aside(shell: Shell, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    parts = ("organisation=25", "results=20,5", "models=15", "direct=10")
    scored = done(shell, "nomination", "score", identity, *parts, "--as", "reviewer", *DAY)
    assert scored == {"id": identity, "version": 4, "score": 70.5}
    for wrong in (("results=20", "5"), ("results=20",), ("70", "80")):
        assert shell("nomination", "score", identity, *wrong, "--as", "reviewer", *DAY).code == 2
    done(shell, "nomination", "score", identity, "90", "--as", "reviewer2", *DAY)
    aside = done(shell, "nomination", "recuse", identity, "--reason", "Anh em ruột", "--as", "reviewer", *DAY)
    assert aside == {"id": identity, "version": 6, "score": 90.0, "warnings": []}
    assert shell("nomination", "score", identity, "80", "--as", "reviewer", *DAY).code == 3


def test_a_return_its_findings_and_answers(shell: Shell, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    step = done(
        shell, "nomination", "step", identity, "return", "--as", "reviewer", "--due", "28/11/2025", "--finding",
        "field:merit=Nêu số liệu = bao nhiêu", "--finding", "paper:minutes=Bổ sung", "--expected-version", 3, *DAY,
    )  # fmt: skip
    assert step.pop("letters") > 0
    assert step == {
        "id": identity,
        "action": "return",
        "from": "in_review",
        "to": "returned",
        "version": 4,
        "warnings": [],
    }
    listed = done(shell, "finding", "list", identity)
    assert listed["id"] == identity
    assert listed["findings"][0] == {
        "anchor": "field:merit",
        "label": "Tóm tắt thành tích",
        "addressee": "unit",
        "text": "Nêu số liệu = bao nhiêu",
        "status": "open",
        "answer": None,
        "version": 4,
    }
    words = ("finding", "answer", identity, "field:merit", "--text", "37 hộ", "--as", "officer-07282", *DAY)
    assert done(shell, *words) == {
        "id": identity,
        "version": 5,
        "anchor": "field:merit",
        "status": "answered",
        "open": ["paper:minutes"],
    }


def test_third_party_checks(shell: Shell, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    check = ("--agency", "Công an tỉnh", "--as", "appraiser", *DAY)
    asked = done(shell, "verification", "ask", identity, *check)
    assert asked == {"id": identity, "version": 4, "agency": "Công an tỉnh", "result": None}
    words = ("verification", "reply", identity, *check, "--result", "clear", "--text", "CV 12 ngày 20/11/2025")
    assert done(shell, *words) == {"id": identity, "version": 5, "agency": "Công an tỉnh", "result": "clear"}
    assert done(shell, "nomination", "show", identity)["checks"] == [{"agency": "Công an tỉnh", "result": "clear"}]


def test_screening_and_explaining(shell: Shell, world: World) -> None:
    good, bad = world.draft(), world.draft(rating_2022="completed")
    missing = world.draft(letter=None, rating_2023=None)
    screened = {one["id"]: one for one in done(shell, "screen", *IN, "--today", "27/11/2025")["nominations"]}
    assert {key: one["overall"] for key, one in screened.items()} == {
        good: "eligible",
        bad: "ineligible",
        missing: "incomplete",
    }
    found = next(f for f in screened[bad]["findings"] if f["rule"] == "duties.completed_well")
    assert found.keys() == {"rule", "verdict", "citation", "message", "note", "who"}
    assert (found["verdict"], found["note"], found["who"]) == ("fail", False, None)
    assert "II.2.c" in found["citation"]
    assert screened[good].keys() >= {"id", "category", "unit", "name", "state", "version", "source"}
    assert len(done(shell, "screen", *IN, "--category", "collective")["nominations"]) == 0
    explained = done(shell, "explain", missing, "--today", "2025-11-27")
    assert explained.keys() == {"id", "overall", "findings", "would_help"}
    assert [(one["rule"], one["who"]) for one in explained["would_help"]] == [
        ("dossier.complete", "unit"),
        ("duties.completed_well", "unit"),
    ]
    assert all(one["what"] for one in explained["would_help"])
    assert done(shell, "explain", bad)["would_help"] is None
    assert done(shell, "explain", good)["would_help"] == []


def test_provisions_are_those_in_force_on_the_day(shell: Shell, world: World) -> None:
    identity = world.draft()

    def cited(day: str) -> str:
        findings = done(shell, "explain", identity, "--today", day)["findings"]
        return next(str(f["citation"]) for f in findings if f["rule"] == "dossier.complete")

    assert "86/2025" not in cited("2025-12-14")
    assert "86/2025" in cited("2025-12-15")


def test_ranking(shell: Shell, world: World) -> None:
    ids = [world.advance(world.draft(), State.ENDORSED) for _ in range(3)]
    done(shell, "nomination", "score", ids[2], 90, "--as", "reviewer", *DAY)
    view = done(shell, "ranking", "show", *IN, "--category", "individual")
    assert view.keys() == {"category", "limit", "ranking", "reserve", "next"}
    assert (view["category"], view["limit"]) == ("individual", 2)
    assert [(line["id"], line["place"]) for line in view["ranking"]] == [(ids[2], 1), (ids[0], 2), (ids[1], 3)]
    first = view["ranking"][0]
    assert first.keys() >= {"id", "name", "place", "state", "criteria", "above_next_because", "unsettled"}
    assert first["criteria"]["score"] == 90.0
    assert first["criteria"]["direct"] is True
    assert "Điểm xét" in first["above_next_because"]
    assert [line["unsettled"] for line in view["ranking"]] == [False, True, True]
    assert [one["id"] for one in view["reserve"]] == [ids[1]]  # below the cut of two
    assert view["next"] == ids[2]
    settle = ("ranking", "settle", ids[1], "--above", ids[0], "--reason", "Theo biên bản", "--as", "review-head")
    assert done(shell, *settle, *DAY) == {"id": ids[1], "above": ids[0]}
    again = done(shell, "ranking", "show", *IN, "--category", "individual")["ranking"]
    assert [line["id"] for line in again] == [ids[2], ids[1], ids[0]]
    assert "Theo biên bản" in again[1]["above_next_because"]


def test_from_selection_to_signature_and_beyond(shell: Shell, world: World, tmp_path: Path) -> None:
    chosen = [
        world.advance(world.draft(), State.SELECTED),
        world.advance(world.draft(kind=Kind.COLLECTIVE), State.SELECTED),
    ]
    left = world.advance(world.draft(), State.ENDORSED)
    late = world.draft()
    forward = ("submission", "forward", *IN, "--number", "9", "--date", "20/11/2025", "--as", "review-head", *DAY)
    forwarded = done(shell, *forward)
    assert forwarded.keys() == PLAN | {"number", "date"}
    assert (forwarded["number"], forwarded["date"], forwarded["applied"]) == ("09/TTr-SDTTG", "2025-11-20", True)
    assert set(forwarded["moved"]) == set(chosen)
    for number in ("9", "09/TTr-SDTTG"):
        files = done(shell, "submission", "export", "--number", number, "--out", tmp_path / "tt")["files"]
        assert {Path(file).suffix for file in files} == {".json", ".xlsx", ".docx", ".pdf"}
        assert all(Path(file).stat().st_size for file in files)
    plan = ("nomination", "plan", "approve", *IN, "--from", "in_appraisal", "--as", "appraiser", *DAY)
    assert set(done(shell, *plan)["moved"]) == set(chosen)
    head = (*IN, "--as", "appraisal-head", *DAY)
    opened = done(shell, "decision", "open", *head)
    assert opened.keys() == DECISION
    assert (opened["state"], opened["moved"], opened["hash"]) == ("open", [], None)
    assert set(done(shell, "decision", "enlist", *head)["moved"]) == set(chosen)
    frozen = done(shell, "decision", "freeze", *head)
    assert (frozen["state"], len(frozen["hash"])) == ("frozen", 64)
    assert done(shell, "decision", "unfreeze", *head, "--reason", "Sửa tên")["version"] == 2
    cancelled = done(shell, "decision", "cancel", *head, "--reason", "Làm lại")
    assert (cancelled["state"], set(cancelled["moved"])) == ("cancelled", set(chosen))
    for action in ("open", "enlist", "freeze"):
        done(shell, "decision", action, *head)
    clerk = (*IN, "--as", "clerk", *DAY)
    signed = done(shell, "decision", "sign", *clerk, "--number", "1234", "--date", "2025-11-20", "--signer", "Người Ký")
    assert {key: signed[key] for key in ("state", "number", "date", "signer", "applied")} == {
        "state": "signed",
        "number": "1234/QĐ-UBND",
        "date": "2025-11-20",
        "signer": "Người Ký",
        "applied": True,
    }
    assert set(signed["moved"]) == set(chosen)
    closed = done(shell, "campaign", "close", CODE, "--as", "review-head", *DAY)
    assert closed.keys() == PLAN
    assert closed["moved"] == [left]
    lapsed = done(shell, "campaign", "lapse", CODE, "--today", "2025-12-01")
    assert lapsed["moved"] == [late]
    again = (*clerk, "--date", "2025-11-20", "--reason", "Khai gian, Luật Đ93.2")
    assert done(shell, "decision", "correct", *again, "--number", "1240")["state"] == "corrected"
    revoked = done(shell, "decision", "revoke", *again, "--number", "1241", "--nomination", chosen[0])
    assert revoked["moved"] == [chosen[0]]
    (file,) = done(shell, "decision", "export", *IN, "--format", "json", "--out", tmp_path / "qd")["files"]
    written = json.loads(Path(file).read_text(encoding="utf-8"))
    assert written.keys() >= {"campaign", "decision", "awards", "money"}
    assert written["decision"]["hash"] == frozen["hash"] or written["decision"]["hash"]
    (book,) = done(shell, "decision", "export", *IN, "--format", "xlsx", "--out", tmp_path / "qd")["files"]
    assert Path(book).stat().st_size > 1000
    shown = done(shell, "campaign", "show", CODE)
    assert shown.keys() >= {"code", "categories"}
    assert (shown["code"], shown["decided"]) == (CODE, True)
    (category,) = (one for one in shown["categories"] if one["key"] == "individual")
    assert category.keys() >= {"key", "limit", "taken", "states"}
    assert category["states"] == {"revoked": 1, "lapsed": 1, "not_selected": 1}


def test_a_letter_number_two_campaigns_share_needs_the_campaign(shell: Shell, world: World, tmp_path: Path) -> None:
    world.advance(world.draft(), State.SELECTED)
    world.forward()
    with world.database.transaction() as session:
        load_campaign(session, parse_campaign(campaign_data(code="khac")), ORIGIN)
    with world.database.owner.begin() as connection:
        copied = (
            "INSERT INTO submission (campaign_id, number, dated) SELECT id, '01/TTr-SKHAC', '2026-01-05' FROM campaign"
        )
        connection.exec_driver_sql(f"{copied} WHERE code = 'khac'")
    export = ("submission", "export", "--out", tmp_path, "--number")
    unclear = shell(*export, "1", "--json")
    assert (unclear.code, unclear.data["error"]) == (2, "malformed")
    assert "--campaign" in unclear.data["message"]
    assert len(done(shell, *export, "1", "--campaign", CODE)["files"]) == 4
    assert len(done(shell, *export, "01/TTr-SDTTG")["files"]) == 4


def test_releasing_an_outcome(shell: Shell, world: World) -> None:
    identity = world.advance(world.draft(), State.ENDORSED)
    reason = ("--reason", "Không nổi bật theo mục II.2.c Kế hoạch")
    done(shell, "nomination", "step", identity, "decline", *reason, "--as", "review-head", *DAY)
    held = done(shell, "letters", "list", "--status", "held")["letters"]
    assert {one["nomination"] for one in held} == {identity}
    released = done(shell, "campaign", "release", CODE, identity, "--as", "review-head", *DAY)
    assert released == {"released": [identity]}
    assert done(shell, "letters", "list", "--status", "held") == {"letters": []}
    letters = done(shell, "letters", "list", "--campaign", CODE)["letters"]
    assert letters[0].keys() == {
        "id", "nomination", "kind", "party", "recipient", "title", "status", "attempts", "error",
            "sent_at", "next_at",
    }  # fmt: skip
    assert len(letters) == len(done(shell, "letters", "list")["letters"])


def test_the_trail_and_the_invariants(shell: Shell, world: World, tmp_path: Path) -> None:
    world.advance(world.draft(), State.SELECTED)
    for words in (("audit", "verify"), ("invariants",)):
        found = done(shell, *words)
        assert found.keys() == {"ok", "checked", "problems"}
        assert (found["ok"], found["problems"]) == (True, [])
        assert found["checked"] > 0
    made = done(shell, "audit", "checkpoint")
    assert made["number"] == 1
    file = tmp_path / "nhat-ky.jsonl"
    assert done(shell, "audit", "export", file) == {"file": str(file)}
    assert done(shell, "audit", "verify", file)["ok"] is True


@pytest.mark.parametrize("of", ["database", "export"])
def test_a_verification_with_problems_is_6(shell: Shell, world: World, tmp_path: Path, of: str) -> None:
    identity = world.draft()
    with world.database.owner.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE trail DISABLE TRIGGER ALL")
        connection.exec_driver_sql("UPDATE trail SET body = replace(body, 'draft', 'drift') WHERE subject LIKE 'nom%%'")
    words: list[object] = ["audit", "verify"]
    if of == "export":
        words.append(tmp_path / "nhat-ky.jsonl")
        done(shell, "audit", "export", words[-1])
    answer = shell(*words, "--json")
    assert answer.code == 6
    assert answer.data["ok"] is False
    assert answer.data["problems"][0].keys() == {"subject", "entry", "problem"}
    assert (answer.data["problems"][0]["subject"], answer.data["problems"][0]["entry"]) == (f"nomination:{identity}", 1)
    assert shell(*words).code == 6


def test_the_address_of_the_database(shell: Shell, world: World) -> None:
    assert done(shell, "database", "url") == {"url": world.database.application_url}
    assert done(shell, "database", "url", "--owner") == {"url": world.database.owner_url}
    assert done(shell, "database", "stop") == {"stopped": False}
