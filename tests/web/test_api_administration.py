"""Administration over the API: for administrators only, as their pages; and that nothing of it moves a dossier."""

from datetime import timedelta

import pytest
import yaml

from engine import clock, tokens
from rules.vocabulary import State
from tests.web.client import Caller
from tests.web.conftest import As
from tests.web.test_administration import account, dossiers_of, whole_trail
from tests.world import CODE, OFFICES, ORIGIN, World

ADMIN = "/administration"
READ = [
    f"{ADMIN}/{what}" for what in ("soundness", "campaigns", f"campaigns/{CODE}", "units", "accounts", "delegations")
]
UNITS, ACCOUNTS = "code,name,kind,symbol,nominates\n", "name,unit,role,email\n"


def config_of(world: World) -> dict[str, object]:
    """The campaign as it is loaded."""
    (found,) = world.query("SELECT config FROM campaign WHERE code = :code", code=CODE)[0]
    return dict(found)


def writes(world: World) -> list[tuple[str, dict[str, object]]]:
    """Every writing request, each of which an administrator's would be carried out."""
    who, file = account(world, "appraiser2").id, yaml.safe_dump({**config_of(world), "conference": "2025-12-27"})
    delegation: dict[str, object] = {"giver": "appraisal-head", "taker": "appraiser", "until": "2099-12-31"}
    steps: list[dict[str, object]] = [{"action": action} for action in ("lock", "unlock", "send_link")]
    return [
        (f"{ADMIN}/campaigns/comparisons", {"content": file}),
        (f"{ADMIN}/campaigns", {"content": file, "mark": "x"}),
        (f"{ADMIN}/units", {"content": f"{UNITS}MOI,Sở Mới,so,SM,yes\n"}),
        (f"{ADMIN}/accounts", {"content": f"{ACCOUNTS}Mới,SNV,appraisal_officer,\n"}),
        *((f"{ADMIN}/accounts/{who}/steps", step) for step in steps),
        (f"{ADMIN}/delegations", delegation),
        (f"{ADMIN}/delegations/1/ending", {}),
    ]


def test_nobody_else_sees_or_does_any_of_it(as_: As, world: World) -> None:
    world.change(
        "INSERT INTO delegation (from_id, to_id, until) SELECT f.id, t.id, '2099-12-31'"
        " FROM account f, account t WHERE f.name = 'admin' AND t.name = 'reviewer'"
    )  # who stands in for an administrator is none
    tables = ("account", "account_role", "unit", "delegation", "campaign", "letter", "trail")
    asked = [world.query(f"SELECT count(*) FROM {table}")[0][0] for table in tables]  # noqa: S608 - named above
    for name in (*(one for one in OFFICES if one != "admin"), "officer-07282", "head-07282"):
        caller = as_(name)
        issued = len(world.query("SELECT 1 FROM trail WHERE tag LIKE 'account:token%'"))
        for path in READ:
            answer = caller.get(path)
            assert (name, path, answer.status_code) == (name, path, 403)
            assert "bacninh.example" not in answer.text
        for path, body in writes(world):
            assert (name, path, caller.post(path, body).status_code) == (name, path, 403)
        assert len(world.query("SELECT 1 FROM trail WHERE tag LIKE 'account:token%'")) == issued
    for path in READ:
        assert as_(None).get(path).status_code == 401
    now = [world.query(f"SELECT count(*) FROM {table}")[0][0] for table in tables]  # noqa: S608 - named above
    marks = len(world.query("SELECT 1 FROM trail WHERE tag LIKE 'account:token%'"))
    assert now == [*asked[:-1], asked[-1] + marks]
    assert world.query("SELECT 1 FROM account WHERE NOT active") == []
    assert config_of(world)["conference"] == "2025-12-25"


# --- campaigns ---


def compared(caller: Caller, content: str) -> dict[str, object]:
    answer = caller.post(f"{ADMIN}/campaigns/comparisons", {"content": content})
    assert answer.status_code == 200
    found: dict[str, object] = answer.json()
    return found


def test_a_changed_file_is_compared_and_then_loaded_once(as_: As, world: World) -> None:
    admin, config = as_("admin"), config_of(world)
    (line,) = [one for one in admin.get(f"{ADMIN}/campaigns").json()["campaigns"] if one["code"] == CODE]
    assert (line["dossiers"], line["rehearsal"], line["decided"]) == (0, True, False)
    there = yaml.safe_load(admin.get(f"{ADMIN}/campaigns/{CODE}").json()["content"])
    assert there["conference"] == "2025-12-25"
    content = yaml.safe_dump({**config, "conference": "2025-12-27"}, allow_unicode=True)
    told = compared(admin, content)
    assert told["changes"] == [{"key": "conference", "before": "2025-12-25", "after": "2025-12-27"}]
    assert (told["code"], told["new"], told["refusal"]) == (CODE, False, None)
    assert config_of(world) == config
    asked = {"content": content, "mark": told["mark"]}
    for replayed in (None, "true"):
        answer = admin.post(f"{ADMIN}/campaigns", asked, Idempotency_Key="load-1")
        assert (answer.status_code, answer.json()) == (200, {"code": CODE, "changed": True})
        assert answer.headers.get("idempotency-replayed") == replayed
    assert config_of(world)["conference"] == "2025-12-27"
    loads = [entry for entry in world.entries(f"campaign:{CODE}") if entry["tag"] == "campaign:file:loaded"]
    assert loads[-1]["by"] == f"account:{account(world, 'admin').id}"
    assert loads[-1]["channel"] == "api"
    stale = admin.post(f"{ADMIN}/campaigns", asked)
    assert (stale.status_code, stale.json()["error"]) == (409, "stale")
    assert len([e for e in world.entries(f"campaign:{CODE}") if e["tag"] == "campaign:file:loaded"]) == len(loads)
    assert whole_trail(world) == []


def test_what_would_be_refused_is_said_before_and_nothing_is_stored(as_: As, world: World) -> None:
    world.advance(world.draft(), State.SELECTED)
    config = config_of(world)
    content = yaml.safe_dump({**config, "rehearsal": False})
    told = compared(as_("admin"), content)
    assert str(told["refusal"]).startswith("Đợt khen thưởng đã có hồ sơ")
    assert as_("admin").post(f"{ADMIN}/campaigns", {"content": content, "mark": told["mark"]}).status_code == 409
    assert config_of(world) == config


@pytest.mark.parametrize("content", ["nội dung: [", "code: x", "", "[" * 3000, "&a [*a]", "? {a: b}\n: c"])
def test_a_file_that_is_none_is_refused(as_: As, content: str) -> None:
    answer = as_("admin").post(f"{ADMIN}/campaigns/comparisons", {"content": content})
    assert (answer.status_code, answer.json()["error"]) == (422, "malformed")
    assert as_("admin").get(f"{ADMIN}/campaigns/khong-co").status_code == 404


def test_soundness_is_told(as_: As, world: World) -> None:
    world.change("INSERT INTO alert (kind, raised_at, digest, problems) VALUES ('trail', now(), repeat('0', 64), '[]')")
    told = as_("admin").get(f"{ADMIN}/soundness").json()
    assert [one["label"] for one in told["alerts"]] == ["kiểm tra nhật ký"]
    assert [one["label"] for one in told["checks"]] == ["kiểm tra nhật ký", "kiểm tra dữ liệu"]


# --- units and accounts ---


def test_units_are_imported_whole_or_not_at_all(as_: As, world: World) -> None:
    admin = as_("admin")
    lines = f"{UNITS}07282,Ủy ban nhân dân xã Đồng Kỳ,xa,UBND,no\nMOI,Sở Mới,so,SM,yes\n"
    assert admin.post(f"{ADMIN}/units", {"content": lines}).json() == {"imported": 2, "unchanged": 0}
    assert admin.post(f"{ADMIN}/units", {"content": lines}).json() == {"imported": 0, "unchanged": 2}
    nominates = {one["code"]: one["nominates"] for one in admin.get(f"{ADMIN}/units").json()["units"]}
    assert (nominates["07282"], nominates["MOI"]) == (False, True)
    wrong = admin.post(f"{ADMIN}/units", {"content": f"{UNITS}HAI,Sở Hai,so,SH,yes\nBA,Sở Ba,so,SB,có lẽ\n"})
    assert (wrong.status_code, "Dòng 3" in wrong.json()["message"]) == (422, True)
    assert world.query("SELECT 1 FROM unit WHERE code = 'HAI'") == []
    assert whole_trail(world) == []


def test_accounts_are_listed_and_imported_with_who_did_it(as_: As, world: World) -> None:
    admin = as_("admin")
    lines = "".join(f"thêm {number:02},SNV,appraisal_officer,them{number}@bacninh.example\n" for number in range(60))
    answer = admin.post(f"{ADMIN}/accounts", {"content": ACCOUNTS + lines}, Idempotency_Key="accounts-1")
    assert answer.json() == {"imported": 60, "unchanged": 0}
    (entry,) = world.entries(f"account:{account(world, 'thêm 07').id}")
    assert (entry["by"], entry["channel"]) == (f"account:{account(world, 'admin').id}", "api")
    first = admin.get(f"{ADMIN}/accounts", q="thêm").json()
    second = admin.get(f"{ADMIN}/accounts", q="thêm", after=first["after"]).json()
    assert (len(first["accounts"]), len(second["accounts"]), second["after"]) == (50, 10, None)
    assert first["accounts"][7] == {
        "id": account(world, "thêm 07").id,
        "name": "thêm 07",
        "email": "them7@bacninh.example",
        "active": True,
        "has_password": False,
        "second_step": False,
        "signed_in": None,
        "link_until": None,
        "roles": [{"role": "appraisal_officer", "unit": "Sở Nội vụ"}],
    }
    mixed = admin.post(f"{ADMIN}/accounts", {"content": f"{ACCOUNTS}admin,SNV,appraisal_head,\n"})
    assert (mixed.status_code, "không được giữ thêm vai trò" in mixed.json()["message"]) == (422, True)
    assert admin.post(f"{ADMIN}/accounts", {"content": "x" * 1_000_001}).status_code == 422
    assert admin.post(f"{ADMIN}/accounts", {"content": "x" * 1_100_000}).status_code == 413
    assert whole_trail(world) == []


def test_a_locked_account_gets_in_nowhere_until_it_is_opened(as_: As, world: World) -> None:
    admin, who = as_("admin"), account(world, "reviewer")
    assert as_("reviewer").get("/campaigns").status_code == 200
    path = f"{ADMIN}/accounts/{who.id}/steps"
    assert admin.post(path, {"action": "lock"}).json() == {"id": who.id, "name": "reviewer", "link_until": None}
    assert as_("reviewer").get("/campaigns").status_code == 401
    assert admin.post(path, {"action": "lock"}).status_code == 409
    assert admin.post(path, {"action": "send_link"}).status_code == 409
    assert admin.post(path, {"action": "unlock"}).status_code == 200
    assert account(world, "reviewer").active
    assert as_("reviewer").get("/campaigns").status_code == 401  # its token is dead for good
    tags = [entry["tag"] for entry in world.entries(f"account:{who.id}")]
    assert [tag for tag in tags if ":state:" in tag] == ["account:state:deactivated", "account:state:reactivated"]
    me = account(world, "admin").id
    for target, action, status in ((me, "lock", 409), (999_999, "lock", 404), (me, "delete", 422)):
        answer = admin.post(f"{ADMIN}/accounts/{target}/steps", {"action": action})
        assert (target, action, answer.status_code) == (target, action, status)
    assert whole_trail(world) == []


def test_a_link_is_sent_once_under_one_key_and_never_shown(as_: As, world: World) -> None:
    path = f"{ADMIN}/accounts/{account(world, 'reviewer').id}/steps"
    answers = [as_("admin").post(path, {"action": "send_link"}, Idempotency_Key="link-1") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["link_until"] > clock.now().isoformat()
    ((kind, to, message),) = world.query("SELECT kind, recipient, message FROM letter WHERE party = 'account'")
    assert (kind, to) == ("account.first_use", "reviewer@bacninh.example")
    assert b"/mat-khau/" in bytes(message)
    assert "/mat-khau/" not in answers[0].text


# --- delegations ---


def test_a_delegation_is_given_once_and_ended_early(as_: As, world: World) -> None:
    admin, today = as_("admin"), clock.local_date(clock.now())
    until, since = ((today + timedelta(days=days)).isoformat() for days in (9, -5))
    asked = {"giver": "appraisal-head", "taker": "appraiser", "until": until, "since": since}
    for _ in range(2):
        assert admin.post(f"{ADMIN}/delegations", asked, Idempotency_Key="give-1").status_code == 200
    (given,) = admin.get(f"{ADMIN}/delegations").json()["delegations"]
    assert {key: given[key] for key in asked} == asked
    assert (given["over"], given["ahead"]) == (False, False)
    path = f"{ADMIN}/delegations/{given['id']}/ending"
    assert admin.post(path, {}).json() == {"id": given["id"]}
    (ended,) = admin.get(f"{ADMIN}/delegations").json()["delegations"]
    assert (ended["over"], ended["until"]) == (True, (today - timedelta(days=1)).isoformat())
    assert admin.post(path, {}).status_code == 409
    assert admin.post(f"{ADMIN}/delegations/{given['id'] + 50}/ending", {}).status_code == 404
    assert whole_trail(world) == []


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"taker": "không ai"}, 404),
        ({"taker": "appraisal-head"}, 409),
        ({"taker": "observer"}, 403),
        ({"since": "2100-01-01"}, 422),
        ({"until": "31/12/2099"}, 422),
    ],
)
def test_a_delegation_that_cannot_be_is_refused(as_: As, world: World, more: dict[str, str], status: int) -> None:
    asked = {"giver": "appraisal-head", "taker": "appraiser", "until": "2099-12-31", **more}
    assert as_("admin").post(f"{ADMIN}/delegations", asked).status_code == status
    assert world.query("SELECT 1 FROM delegation") == []


def test_what_an_administrator_may_do_leaves_every_dossier_as_it_was(as_: As, world: World) -> None:
    for state in (State.SUBMITTED, State.SELECTED, State.APPROVED):
        world.advance(world.draft(), state)
    before = dossiers_of(world)
    with world.database.transaction() as session:
        token = tokens.issue(session, "admin", ORIGIN)
    admin = Caller(as_("admin").portal, world, token)
    mark = compared(admin, yaml.safe_dump({**config_of(world), "conference": "2025-12-27"}))["mark"]
    statuses = [
        admin.post(path, {**body, "mark": mark} if "mark" in body else body).status_code for path, body in writes(world)
    ]
    assert statuses == [200, 200, 200, 200, 200, 200, 200, 200, 200]
    assert dossiers_of(world) == before
    world.assert_sound()
