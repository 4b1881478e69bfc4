"""The administrator's pages: campaigns, units, accounts, delegations; and that nothing of it moves a dossier."""

from datetime import timedelta
from typing import Any

import pytest
import yaml
from fastapi import FastAPI
from fastapi.routing import APIRoute

from engine import audit, clock, tokens
from engine.access import sessions
from rules.vocabulary import Action, Role, State
from tests.web.browser import Browser, Page
from tests.web.conftest import At
from tests.web.counting import asked
from tests.web.test_routes import every_route
from tests.world import CODE, OFFICES, ORIGIN, World, campaign_data

HOME, UNITS, ACCOUNTS, DELEGATIONS = "/quan-tri", "/quan-tri/don-vi", "/quan-tri/tai-khoan", "/quan-tri/uy-quyen"
PAGES = (HOME, UNITS, ACCOUNTS, DELEGATIONS, "/quan-tri/canh-bao", f"/quan-tri/dot/{CODE}")


def upload(someone: Browser, path: str, content: str, name: str = "tep.csv") -> Page:
    """Send a file by the form on the page of the same address."""
    token = someone.get(HOME).form("/dang-xuat").fields["_csrf"]
    return someone.post(path, {"_csrf": token}, files={"file": (name, content.encode(), "application/octet-stream")})


def whole_trail(world: World) -> list[str]:
    with world.database.transaction() as session:
        return [f"{one.subject}: {one.problem}" for one in audit.verify(session).problems]


def account(world: World, name: str) -> Any:  # noqa: ANN401 - a row
    (row,) = world.query("SELECT id, name, active FROM account WHERE name = :name", name=name)
    return row


# --- who may ---


def test_nobody_else_sees_any_of_it(at: At, world: World) -> None:
    for name in (*(one for one in OFFICES if one != "admin"), "officer-07282", "head-07282"):
        token = at(name).get("/").form("/dang-xuat").fields["_csrf"]
        for path in PAGES:
            assert (name, path, at(name).get(path).status) == (name, path, 403)
        for path in (UNITS, ACCOUNTS, DELEGATIONS, f"{ACCOUNTS}/1/khoa", f"{ACCOUNTS}/1/duong-dan"):
            assert (name, path, at(name).post(path, {"_csrf": token}).status) == (name, path, 403)
    assert world.query("SELECT 1 FROM account WHERE NOT active") == []


def test_who_stands_in_for_an_administrator_is_none(at: At, world: World) -> None:
    world.change(
        "INSERT INTO delegation (from_id, to_id, until) SELECT f.id, t.id, '2099-12-31'"
        " FROM account f, account t WHERE f.name = 'admin' AND t.name = 'reviewer'"
    )
    assert at("reviewer").get(ACCOUNTS).status == 403


# --- campaigns ---


def test_a_changed_file_is_compared_and_then_loaded(at: At, world: World) -> None:
    admin = at("admin")
    assert CODE in admin.get(HOME).text
    assert "required_papers:" in admin.get(f"/quan-tri/dot/{CODE}").text
    (config,) = world.query("SELECT config FROM campaign WHERE code = :code", code=CODE)[0]
    changed = {**config, "conference": "2025-12-27", "score": {"max": 50}}
    page = upload(admin, "/quan-tri/dot/xem-truoc", yaml.safe_dump(changed, allow_unicode=True))
    assert page.status == 200
    rows = [[cell.text_content().strip() for cell in row] for row in page.all("//tbody/tr")]
    assert ["conference", "2025-12-25", "2025-12-27"] in rows
    assert all(row[0].startswith(("conference", "score")) for row in rows)
    assert world.query("SELECT config FROM campaign WHERE code = :code", code=CODE)[0].config == config
    stale = page
    page = admin.send(page, "/dot/nap")
    assert "Đã nạp cấu hình đợt khen thưởng." in page.text
    (now,) = world.query("SELECT config FROM campaign WHERE code = :code", code=CODE)[0]
    assert now["conference"] == "2025-12-27"
    assert world.entries(f"campaign:{CODE}")[-1]["by"] == f"account:{account(world, 'admin').id}"
    page = admin.send(stale, "/dot/nap")
    assert page.status == 409
    assert "Cấu hình đang dùng vừa được thay đổi" in page.alerts[0]
    assert whole_trail(world) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("nội dung: [", "không phải là YAML hợp lệ"),
        ("code: x", "không hợp lệ"),
        ("", "không hợp lệ"),
        (yaml.safe_dump({**campaign_data(), "conference": "hôm nào"}, default_flow_style=True), "conference"),
    ],
    ids=["no YAML", "incomplete", "empty", "no date"],
)
def test_a_file_that_is_none_is_refused(shared_at: At, content: str, words: str) -> None:
    page = upload(shared_at("admin"), "/quan-tri/dot/xem-truoc", content)
    assert page.status == 422
    assert words in page.alerts[0]


def test_what_would_be_refused_is_said_before_and_nothing_is_stored(at: At, world: World) -> None:
    world.advance(world.draft(), State.SELECTED)
    (config,) = world.query("SELECT config FROM campaign WHERE code = :code", code=CODE)[0]
    page = upload(at("admin"), "/quan-tri/dot/xem-truoc", yaml.safe_dump({**config, "rehearsal": False}))
    assert "Không nạp được: Đợt khen thưởng đã có hồ sơ" in page.text
    assert not page.all("//form[contains(@action, '/nap')]")
    assert world.query("SELECT config FROM campaign WHERE code = :code", code=CODE)[0].config == config


# --- units and accounts ---


def test_units_are_imported_whole_or_not_at_all(at: At, world: World) -> None:
    admin = at("admin")
    head = "code,name,kind,symbol,nominates\n"
    page = upload(admin, UNITS, f"{head}07282,Ủy ban nhân dân xã Đồng Kỳ,xa,UBND,no\nMOI,Sở Mới,so,SM,yes\n")
    assert "Đã thêm hoặc thay đổi 2 dòng; 0 dòng không thay đổi." in page.text
    assert [
        tuple(row)
        for row in world.query("SELECT code, nominates FROM unit WHERE code IN ('07282', 'MOI') ORDER BY code")
    ] == [
        ("07282", False),
        ("MOI", True),
    ]
    entry = world.entries(f"account:{account(world, 'admin').id}")[-1]
    assert (entry["tag"], entry["units"]) == ("account:units:imported", ["07282", "MOI"])
    page = upload(admin, UNITS, f"{head}HAI,Sở Hai,so,SH,yes\nBA,Sở Ba,so,SB,có lẽ\n")
    assert page.status == 422
    assert "Dòng 3" in page.alerts[0]
    assert world.query("SELECT 1 FROM unit WHERE code = 'HAI'") == []
    assert admin.post(UNITS, {"_csrf": page.form("/dang-xuat").fields["_csrf"]}).status == 422
    assert whole_trail(world) == []


def test_accounts_are_imported_with_who_did_it(at: At, world: World) -> None:
    page = upload(at("admin"), ACCOUNTS, "name,unit,role,email\nNgười Mới,SNV,appraisal_officer,moi@bacninh.example\n")
    assert "Đã thêm hoặc thay đổi 1 dòng" in page.text
    new = account(world, "Người Mới")
    (entry,) = world.entries(f"account:{new.id}")
    assert entry["by"] == f"account:{account(world, 'admin').id}"
    page = upload(at("admin"), ACCOUNTS, "name,unit,role,email\nadmin,SNV,appraisal_head,\n")
    assert page.status == 422
    assert "không được giữ thêm vai trò" in page.alerts[0]
    assert whole_trail(world) == []


def test_the_list_of_accounts_says_what_matters_and_pages(at: At, world: World) -> None:
    at("reviewer").get("/")
    page = at("admin").get(f"{ACCOUNTS}?tim=reviewer@")
    (row,) = page.all("//tbody/tr")
    said = " ".join(row.text_content().split())
    assert "chuyên viên cơ quan xét chọn, Sở Dân tộc và Tôn giáo" in said
    assert "chưa có mật khẩu" in said
    assert "lần cuối: chưa lần nào" not in said
    assert "lần cuối: chưa lần nào" in at("admin").get(f"{ACCOUNTS}?tim=reviewer2").text
    assert "Không có tài khoản nào như vậy." in at("admin").get(f"{ACCOUNTS}?tim=không ai").text
    lines = "".join(f"thêm {number:02},SNV,appraisal_officer,\n" for number in range(40))
    upload(at("admin"), ACCOUNTS, f"name,unit,role,email\n{lines}")
    first = at("admin").get(ACCOUNTS)
    (link,) = first.all("//a[text()='Trang sau']/@href")
    second = at("admin").get(f"{ACCOUNTS}{link}")
    names = [row.xpath("string(th/text())").strip() for page in (first, second) for row in page.all("//tbody/tr")]
    assert len(first.all("//tbody/tr")) == 50
    assert len(names) == len(set(names)) == len(world.query("SELECT 1 FROM account"))
    with asked(world.database) as of_one:
        at("admin").get(f"{ACCOUNTS}?tim=thêm 01")
    with asked(world.database) as of_many:
        assert len(at("admin").get(f"{ACCOUNTS}?tim=thêm").all("//tbody/tr")) == 40
    assert len(of_one) == len(of_many)


def test_a_locked_account_gets_in_nowhere_until_it_is_opened(at: At, world: World) -> None:
    identity = world.advance(world.draft(), State.SUBMITTED)
    with world.database.transaction() as session:
        token = tokens.issue(session, "reviewer", ORIGIN)
    reviewer, who = at("reviewer"), account(world, "reviewer")
    page = reviewer.get(f"/ho-so/{identity}")
    admin = at("admin")
    listed = admin.get(f"{ACCOUNTS}?tim=reviewer@")
    said = admin.send(listed, f"/{who.id}/khoa")
    assert "Đã khóa tài khoản reviewer." in said.text
    assert not account(world, "reviewer").active
    assert reviewer.send(page, "/buoc", action="accept").status == 401
    with world.database.transaction() as session:
        assert tokens.holder_of(session, token) is None
    assert world.state(identity) is State.SUBMITTED
    page = admin.send(listed, f"/{who.id}/khoa")
    assert page.status == 409
    said = admin.send(admin.get(f"{ACCOUNTS}?tim=reviewer@"), f"/{who.id}/mo")
    assert "Đã mở lại tài khoản reviewer." in said.text
    assert account(world, "reviewer").active
    with world.database.transaction() as session:
        assert tokens.holder_of(session, token) is None  # dead for good
    tags = [entry["tag"] for entry in world.entries(f"account:{who.id}")]
    assert [tag for tag in tags if ":state:" in tag] == ["account:state:deactivated", "account:state:reactivated"]
    assert whole_trail(world) == []
    world.change("UPDATE account SET active = false WHERE name = 'reviewer'")
    assert [one for one in whole_trail(world) if "dấu bị khóa" in one]


def test_an_administrator_cannot_lock_themselves_nor_what_is_no_account(at: At, world: World) -> None:
    me, token = account(world, "admin"), at("admin").get(HOME).form("/dang-xuat").fields["_csrf"]
    for path, status in ((f"{me.id}/khoa", 409), ("999999/khoa", 404), ("x/khoa", 422), (f"{me.id}/xoa", 422)):
        assert (path, at("admin").post(f"{ACCOUNTS}/{path}", {"_csrf": token}).status) == (path, status)
    assert account(world, "admin").active


def test_a_link_is_sent_to_who_can_get_it(at: At, world: World) -> None:
    admin, who = at("admin"), account(world, "reviewer")
    page = admin.send(admin.get(f"{ACCOUNTS}?tim=reviewer@"), f"/{who.id}/duong-dan")
    assert "Đã gửi đường dẫn chọn mật khẩu cho reviewer" in page.text
    ((kind, to),) = world.query("SELECT kind, recipient FROM letter WHERE party = 'account'")
    assert (kind, to) == ("account.first_use", "reviewer@bacninh.example")
    assert "đường dẫn còn hiệu lực đến" in admin.get(f"{ACCOUNTS}?tim=reviewer@").text
    upload(admin, ACCOUNTS, "name,unit,role,email\nKhông Thư,SNV,appraisal_officer,\n")
    token = page.form("/dang-xuat").fields["_csrf"]
    lost = account(world, "Không Thư")
    assert admin.post(f"{ACCOUNTS}/{lost.id}/duong-dan", {"_csrf": token}).status == 409
    admin.post(f"{ACCOUNTS}/{who.id}/khoa", {"_csrf": token})
    assert admin.post(f"{ACCOUNTS}/{who.id}/duong-dan", {"_csrf": token}).status == 409
    assert world.query("SELECT count(*) FROM letter WHERE party = 'account'")[0][0] == 1


# --- delegations ---


def test_a_delegation_is_given_and_ended_early(at: At, world: World) -> None:
    admin, today = at("admin"), clock.local_date(clock.now())
    later = {"until": (today + timedelta(days=9)).isoformat()}
    both = {"giver": "appraisal-head", "taker": "appraiser"}
    page = admin.send(
        admin.get(DELEGATIONS), "/uy-quyen", {**both, **later, "since": (today - timedelta(days=5)).isoformat()}
    )
    assert "appraiser được làm thay appraisal-head đến hết ngày" in page.text
    page = admin.send(page, "/uy-quyen", {**both, **later, "since": (today + timedelta(days=2)).isoformat()})
    assert page.text.count("đang có hiệu lực") == page.text.count("chưa bắt đầu") == 1
    for form in page.all("//form[contains(@action, '/ket-thuc')]/@action"):
        assert "Đã kết thúc ủy quyền." in admin.send(admin.get(DELEGATIONS), str(form)).text
    ((until,),) = world.query("SELECT until FROM delegation")  # the one that never began is gone
    assert until == today - timedelta(days=1)
    token = page.form("/dang-xuat").fields["_csrf"]
    (identity,) = world.query("SELECT id FROM delegation")[0]
    assert admin.post(f"{DELEGATIONS}/{identity}/ket-thuc", {"_csrf": token}).status == 409
    assert admin.post(f"{DELEGATIONS}/{identity + 50}/ket-thuc", {"_csrf": token}).status == 404
    assert whole_trail(world) == []
    world.change("UPDATE delegation SET until = until + 30")
    assert [one for one in whole_trail(world) if "ủy quyền" in one]


def test_a_delegation_that_cannot_be_keeps_what_was_typed(at: At, world: World) -> None:
    admin = at("admin")
    for fields, status in (
        ({"giver": "appraiser", "taker": "không ai", "until": "2026-12-31"}, 404),
        ({"giver": "appraiser", "taker": "appraiser", "until": "2026-12-31"}, 409),
        ({"giver": "appraiser", "taker": "observer", "until": "2026-12-31"}, 403),
        ({"giver": "appraiser", "taker": "appraiser2", "until": ""}, 422),
        ({"giver": "appraiser", "taker": "appraiser2", "until": "2026-12-31", "since": "2027-01-01"}, 422),
    ):
        page = admin.send(admin.get(DELEGATIONS), "/uy-quyen", fields)
        assert (fields, page.status) == (fields, status)
        assert page.form("/uy-quyen").fields["giver"] == "appraiser"
    assert world.query("SELECT 1 FROM delegation") == []


# --- no button that moves a dossier ---

HANGING = (
    "nomination", "finding", "duty", "author", "score", "score_part", "judgement", "verification", "recusal",
    "settlement", "attachment", "slot", "submission", "decision", "amendment", "register_entry",
)  # fmt: skip


def dossiers_of(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is a dossier or hangs on one."""
    return {table: rows_of(world, table) for table in HANGING}


def rows_of(world: World, table: str) -> list[tuple[Any, ...]]:
    """Every row of a table, as text."""
    return [tuple(row) for row in world.query(f"SELECT t::text FROM {table} t ORDER BY 1")]  # noqa: S608 - named above


def bodies(path: str, world: World, known: dict[str, str], identity: str) -> list[dict[str, Any]]:
    """What a determined administrator might send there: every field any form of ours has, filled in well."""
    common: dict[str, Any] = {
        "reason": "theo mục II.2.c Kế hoạch", "due": "2025-12-20", "anchor": "field:merit", "text": "Nội dung",
        "dossier": identity, "listed": identity, "all": "1", "nomination": identity, "agency": "Công an tỉnh",
        "result": "clear", "number": "7", "dated": "2025-11-20", "date": "2025-11-20", "signer": "Người Ký",
        "sure": "1", "rule": "merit.described", "verdict": "pass", "version": str(world.look(identity).version),
        "mark": known["mark"], "name": "Tên Khác", "category": "individual", "source": "draft", "from": "submitted",
        "state": "submitted", "above": identity, "below": known["other"], "position": "Chức vụ khác", "silent": "1",
        "points": "9", "do": "ask", "compared": "1",
    }  # fmt: skip
    actions = [action.value for action in Action]
    if path.endswith("/quyet-dinh"):
        actions = ["open", "enlist", "freeze", "unfreeze", "cancel", "sign", "correct", "revoke", "strike"]
    several = path.endswith(("/buoc", "/quyet-dinh", "/ke-hoach", "/steps", "/plans"))
    return [{**common, "action": action} for action in (actions if several else actions[:1])]


def test_no_post_of_an_administrator_changes_a_dossier(app: FastAPI, at: At, world: World) -> None:
    states = (State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.ENDORSED, State.APPROVED)
    found = {state: world.advance(world.draft(), state) for state in states}
    mark = at("appraisal-head").get(f"/dot/{CODE}/quyet-dinh").form("/quyet-dinh", action="open").fields["mark"]
    known = {"mark": str(mark), "other": found[State.SUBMITTED]}
    admin = at("admin")
    with world.database.transaction() as session:
        token = tokens.issue(session, "admin", ORIGIN)
    before = dossiers_of(world)
    posts = [r for r in every_route(app.routes) if isinstance(r, APIRoute) and "POST" in (r.methods or ())]
    assert len(posts) > 20
    tried = 0
    for path in sorted({route.path for route in posts} - {"/dang-xuat", "/dang-nhap"}):
        for identity in found.values() if "{identity}" in path or "{id}" in path else [found[State.IN_REVIEW]]:
            address = path.format_map(Filled(identity))
            for body in bodies(path, world, known, identity):
                csrf = admin.get(HOME).form("/dang-xuat").fields["_csrf"]
                admin.client.post(address, data={**body, "_csrf": csrf})
                admin.client.post(address, json=body, headers={"Authorization": f"Bearer {token}"})
                tried += 1
        assert dossiers_of(world) == before, path
    assert tried > 150
    assert account(world, "admin").active
    world.assert_sound()


class Filled(dict[str, str]):
    """The parameters of an address: a dossier's id where one stands, the campaign, else 1."""

    def __init__(self, identity: str) -> None:
        super().__init__(identity=identity, id=identity, code=CODE)

    def __missing__(self, key: str) -> str:
        return "1"


def test_what_an_administrator_may_do_leaves_every_dossier_as_it_was(at: At, world: World) -> None:
    for state in (State.SUBMITTED, State.SELECTED, State.APPROVED):
        world.advance(world.draft(), state)
    before = dossiers_of(world)
    (config,) = world.query("SELECT config FROM campaign WHERE code = :code", code=CODE)[0]
    admin = at("admin")
    page = upload(admin, "/quan-tri/dot/xem-truoc", yaml.safe_dump({**config, "conference": "2025-12-28"}))
    admin.send(page, "/dot/nap")
    upload(admin, UNITS, "code,name,kind,symbol,nominates\n07282,Xã Khác,xa,UBND,no\n")
    upload(admin, ACCOUNTS, "name,unit,role,email\nThêm,SNV,appraisal_head,\n")
    for name in ("officer-07282", "appraiser", "review-head"):
        listed = admin.get(f"{ACCOUNTS}?tim={name}")
        assert admin.send(listed, f"/{account(world, name).id}/khoa").status == 200
    assert dossiers_of(world) == before
    assert Role.ADMINISTRATOR.value in {row.role for row in world.query("SELECT role FROM account_role")}
    with world.database.transaction() as session:
        assert sessions.listed(session, account(world, "appraiser").id, clock.now()) == []
