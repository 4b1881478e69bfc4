"""Sở Nội vụ at the dossier's page: query with anchored findings, reply, approve, refuse, withdraw; and who may not."""

from datetime import date

from engine.review import answer_finding
from rules.vocabulary import Action, State
from tests.web.browser import Page
from tests.web.conftest import At
from tests.world import World

DUE = "2025-12-18"
POINT = "Đề nghị làm rõ số liệu đã nêu."
CITED = "Có ý kiến không thống nhất, khoản 4 Điều 4 Nghị định số 152/2025/NĐ-CP"


def in_appraisal(world: World) -> str:
    return world.advance(world.draft(), State.IN_APPRAISAL)


def take(at: At, name: str, identity: str, action: str, **fields: object) -> Page:
    """Somebody takes a step by its form on the dossier's page."""
    return at(name).send(at(name).get(f"/ho-so/{identity}"), "/buoc", fields, action=action)


def offered(at: At, name: str, identity: str) -> set[str]:
    """The steps with a form on the page."""
    found = at(name).get(f"/ho-so/{identity}").all("//form[contains(@action, '/buoc')]//input[@name='action']/@value")
    return {str(value) for value in found}


def query(at: At, identity: str, **fields: object) -> Page:
    """The appraiser asks one thing."""
    return take(
        at, "appraiser", identity, "query", **{"anchor": ["field:merit"], "text": [POINT], "due": DUE, **fields}
    )


def test_a_query_goes_to_the_review_office_is_answered_and_approved(at: At, world: World) -> None:
    identity = in_appraisal(world)
    assert {"query", "approve"} <= offered(at, "appraiser", identity)
    page = query(at, identity)
    assert page.status == 200
    asked = world.look(identity)
    assert (asked.state, asked.due) == (State.QUERIED, date(2025, 12, 18))
    assert [(one.anchor, one.text, one.status) for one in asked.findings] == [("field:merit", POINT, "open")]
    assert POINT in at("review-head").get(f"/ho-so/{identity}").text
    page = at("head-07282").get(f"/ho-so/{identity}")
    assert POINT not in page.answer.text
    assert "Đang xem xét" in page.text
    assert "reply" not in offered(at, "review-head", identity)  # not before it is answered
    with world.acting("reviewer") as (session, context):
        answer_finding(session, context, identity, "field:merit", "Theo báo cáo của xã.")
    assert "reply" in offered(at, "review-head", identity)
    take(at, "review-head", identity, "reply")
    assert world.state(identity) is State.IN_APPRAISAL
    assert "Theo báo cáo của xã." in at("appraiser").get(f"/ho-so/{identity}").text
    take(at, "appraiser", identity, "approve")
    assert world.state(identity) is State.APPROVED


def test_a_query_needs_a_point_where_it_belongs_and_a_day(at: At, world: World) -> None:
    identity = in_appraisal(world)
    for wrong, status in (
        ({"anchor": [""], "text": [""]}, 409),
        ({"anchor": [""], "text": [POINT]}, 422),
        ({"anchor": ["field:no_such"], "text": [POINT]}, 409),
        ({"anchor": ["field:merit"], "text": [" "]}, 409),
        ({"due": ""}, 409),
        ({"due": "2025-10-01"}, 409),
    ):
        page = query(at, identity, **wrong)
        assert (wrong, page.status) == (wrong, status)
        assert world.state(identity) is State.IN_APPRAISAL
    page = query(at, identity, due="")
    assert POINT in page.answer.text  # what was typed is still there


def test_refusing_is_the_heads_and_cites_the_law(at: At, world: World) -> None:
    identity = in_appraisal(world)
    assert "refuse" not in offered(at, "appraiser", identity)
    page = take(at, "appraisal-head", identity, "refuse", reason="chưa tiêu biểu")
    assert page.status == 409
    assert world.state(identity) is State.IN_APPRAISAL
    take(at, "appraisal-head", identity, "refuse", reason=CITED)
    assert world.state(identity) is State.REFUSED
    page = at("head-07282").get(f"/ho-so/{identity}")
    assert "Đang xem xét" in page.text
    assert CITED not in page.answer.text


def test_an_approved_dossier_may_be_queried_again_and_withdrawn(at: At, world: World) -> None:
    one, other = (world.advance(world.draft(), State.SELECTED) for _ in range(2))
    world.forward()
    for identity in (one, other):
        take(at, "appraiser", identity, "approve")
    query(at, one)
    assert world.state(one) is State.QUERIED
    letter = "Công văn số 12/UBND ngày 10/12/2025 của đơn vị đề nghị rút hồ sơ"
    page = take(at, "appraisal-head", other, "withdraw", reason=letter)
    assert page.status == 200
    assert world.state(other) is State.WITHDRAWN


def test_who_reviewed_does_not_appraise(at: At, world: World) -> None:
    identity = in_appraisal(world)
    for name in ("reviewer", "review-head", "observer", "admin", "clerk", "head-07282"):
        token = at(name).get("/").form("/dang-xuat").fields["_csrf"]
        for action in ("approve", "refuse", "query"):
            assert action not in offered(at, name, identity)
            fields = {
                "_csrf": token,
                "action": action,
                "reason": CITED,
                "due": DUE,
                "anchor": "field:merit",
                "text": POINT,
            }
            assert (name, at(name).post(f"/ho-so/{identity}/buoc", fields).status) == (name, 403)
    assert world.state(identity) is State.IN_APPRAISAL
    world.step(identity, Action.APPROVE, "appraiser")
    assert "approve" not in offered(at, "appraiser2", identity)
