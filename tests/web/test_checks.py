"""Third-party checks in the browser: which agency, asked when and by whom, answered what; several dossiers at once."""

from datetime import date

from sqlalchemy import text

from engine import review
from rules.vocabulary import Action, CheckResult, State
from tests.web.conftest import At
from tests.world import World

POLICE = "Công an tỉnh"
ANSWER = "Công văn số 2417/CAT-PV01: đang bị xử lý vì vi phạm hành chính."


def in_appraisal(world: World) -> str:
    return world.advance(world.draft(), State.IN_APPRAISAL)


def ask(world: World, identity: str, agency: str = POLICE, who: str = "appraiser") -> None:
    with world.acting(who) as (session, context):
        review.ask_agency(session, context, identity, agency)


def answer(world: World, identity: str, result: CheckResult, words: str = ANSWER, agency: str = POLICE) -> None:
    with world.acting("appraiser") as (session, context):
        review.record_reply(session, context, identity, agency, result, words)


def results(world: World, identity: str) -> dict[str, CheckResult | None]:
    return {check.agency: check.result for check in world.look(identity).checks}


def test_an_agency_is_asked_and_answers_on_the_dossiers_page(at: At, world: World) -> None:
    identity = in_appraisal(world)
    appraiser = at("appraiser")
    page = appraiser.get(f"/ho-so/{identity}")
    assert "Chưa lấy ý kiến của cơ quan nào." in page.text
    assert POLICE in page.all("//datalist[@id='check-agencies']/option/@value")
    page = appraiser.send(page, "/xac-minh", {"agency": "  công an tỉnh "})
    assert page.status == 200
    assert results(world, identity) == {POLICE: None}
    assert f"{POLICE} đang chờ trả lời về vi phạm pháp luật Hỏi ngày 20/11/2025, appraiser" in page.text
    assert POLICE not in page.all("//datalist[@id='check-agencies']/option/@value")
    page = appraiser.send(page, "/xac-minh/tra-loi", {"result": "adverse", "text": ANSWER})
    assert page.status == 200
    assert results(world, identity) == {POLICE: CheckResult.ADVERSE}
    assert f"Trả lời ghi nhận ngày 20/11/2025, appraiser: có ý kiến không thống nhất {ANSWER}" in page.text
    page = appraiser.send(page, "/xac-minh/tra-loi", {"result": "clear", "text": "Công văn 9/CA: đã xóa."})
    assert results(world, identity) == {POLICE: CheckResult.CLEAR}
    assert "(đã được thay bằng trả lời mới hơn)" in page.text
    assert page.text.index("Công văn 9/CA") < page.text.index(ANSWER)


def test_an_open_check_stands_in_the_way_of_approving(at: At, world: World) -> None:
    identity = in_appraisal(world)
    ask(world, identity)
    appraiser = at("appraiser")
    page = appraiser.get(f"/ho-so/{identity}")
    assert not page.all("//form[@id='step-approve']")
    answer(world, identity, CheckResult.CLEAR)
    page = appraiser.send(appraiser.get(f"/ho-so/{identity}"), "/buoc", action="approve")
    assert world.state(identity) is State.APPROVED


def test_a_refused_answer_keeps_what_was_typed(at: At, world: World) -> None:
    identity = in_appraisal(world)
    ask(world, identity)
    ask(world, identity, "Thuế tỉnh")
    appraiser = at("appraiser")
    page = appraiser.send(
        appraiser.get(f"/ho-so/{identity}"), "/xac-minh/tra-loi", {"text": ANSWER, "result": ""}, agency=POLICE
    )
    assert page.status == 422
    assert "Hãy chọn kết quả" in page.alerts[0]
    assert page.form("/xac-minh/tra-loi", agency=POLICE).fields["text"] == ANSWER
    assert page.form("/xac-minh/tra-loi", agency="Thuế tỉnh").fields["text"] == ""
    page = appraiser.send(page, "/xac-minh/tra-loi", {"text": " ", "result": "clear"}, agency=POLICE)
    assert page.status == 409
    assert "(--" not in page.text
    assert results(world, identity) == {POLICE: None, "Thuế tỉnh": None}
    page = appraiser.send(page, "/xac-minh", {"agency": "thuế tỉnh"}, check="ask")
    assert page.status == 409
    assert page.form("/xac-minh", check="ask").fields["agency"] == "thuế tỉnh"
    page = appraiser.send(page, "/xac-minh", {"agency": "x" * 201}, check="ask")
    assert page.status == 422


def test_what_an_agency_wrote_is_for_eyes_that_judge(at: At, world: World) -> None:
    identity = in_appraisal(world)
    ask(world, identity)
    answer(world, identity, CheckResult.ADVERSE)
    for name in ("appraiser", "review-head"):
        assert ANSWER in at(name).get(f"/ho-so/{identity}").text
    for name in ("observer", "admin", "clerk"):
        page = at(name).get(f"/ho-so/{identity}")
        assert POLICE in page.text
        assert ANSWER not in page.answer.text
        assert not [form for form in page.tree.forms if "xac-minh" in (form.action or "")]
    for name in ("officer-07282", "head-07282"):
        page = at(name).get(f"/ho-so/{identity}")
        assert page.status == 200
        assert POLICE not in page.answer.text


def test_who_may_not_ask_changes_nothing(at: At, world: World) -> None:
    identity = in_appraisal(world)
    ask(world, identity)
    before = world.entries(identity)
    for name, status in (
        ("observer", 403),
        ("admin", 403),
        ("clerk", 403),
        ("head-07282", 403),
        ("officer-07282", 403),
        ("officer-07330", 404),
    ):
        someone = at(name)
        fields = {"_csrf": someone.get("/").form("/dang-xuat").fields["_csrf"], "agency": POLICE}
        for path, more in (("", {"agency": "Thuế tỉnh"}), ("/tra-loi", {"result": "clear", "text": "Công văn 1"})):
            page = someone.post(f"/ho-so/{identity}/xac-minh{path}", {**fields, **more})
            assert (name, path, page.status) == (name, path, status)
            assert ("đang chờ trả lời" in page.text) == (name in {"observer", "admin", "clerk"})
    assert world.entries(identity) == before


def test_a_delegated_answer_names_both_people(at: At, world: World) -> None:
    identity = in_appraisal(world)
    ask(world, identity)
    with world.database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO delegation (from_id, to_id, until) SELECT f.id, t.id, '2026-12-31'"
                " FROM account f, account t WHERE f.name = 'appraiser' AND t.name = 'officer-SYT'"
            )
        )
    deputy = at("officer-SYT")
    page = deputy.send(deputy.get(f"/ho-so/{identity}"), "/xac-minh/tra-loi", {"result": "clear", "text": "CV 1/CA"})
    assert results(world, identity) == {POLICE: CheckResult.CLEAR}
    assert "officer-SYT (thay appraiser)" in page.text


def test_law_of_december_is_not_cited_before(at: At, world: World) -> None:
    identity = in_appraisal(world)
    section = at("appraiser").get(f"/ho-so/{identity}").all("//section[@id='xac-minh']")[0].text_content()
    assert "Nghị định số 152/2025" in section
    assert "86/2025" not in section
    with world.database.transaction() as session:
        session.execute(text("UPDATE web_session SET rehearsal_day = :day"), {"day": date(2025, 12, 15)})
    section = at("appraiser").get(f"/ho-so/{identity}").all("//section[@id='xac-minh']")[0].text_content()
    assert "Khoản 2 Điều 10 Quyết định số 86/2025" in section


def test_a_dossier_taken_back_takes_no_more_checks(at: At, world: World) -> None:
    identity = in_appraisal(world)
    ask(world, identity)
    page = at("appraiser").get(f"/ho-so/{identity}")
    world.step(identity, Action.REFUSE, "appraisal-head", reason="Vi phạm, khoản 4 Điều 4 NĐ152")
    page = at("appraiser").send(page, "/xac-minh", {"agency": "Thuế tỉnh"}, check="ask")
    assert page.status == 409
    assert "Không thể lấy ý kiến" in page.alerts[0]
    assert not [form for form in page.tree.forms if "xac-minh" in (form.action or "")]
    assert results(world, identity) == {POLICE: None}
