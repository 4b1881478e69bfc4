"""Third-party checks in the browser: which agency, asked when and by whom, answered what; several dossiers at once."""

from datetime import date

from sqlalchemy import text

from engine import checkable, review, submissions
from rules.vocabulary import Action, CheckResult, Kind, State
from tests.web.conftest import At
from tests.web.counting import asked
from tests.world import CODE, World

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
    assert f"Trả lời ghi nhận ngày 20/11/2025, appraiser: có vi phạm hoặc có ý kiến khác {ANSWER}" in page.text
    page = appraiser.send(page, "/xac-minh/tra-loi", {"result": "clear", "text": "Công văn 9/CA: đã xóa."})
    assert results(world, identity) == {POLICE: CheckResult.CLEAR}
    assert "(đã được thay bằng trả lời mới hơn)" in page.text
    assert page.text.index("Công văn 9/CA") < page.text.index(ANSWER)


def test_an_old_page_sent_again_undoes_no_newer_answer(at: At, world: World) -> None:
    identity = in_appraisal(world)
    ask(world, identity)
    appraiser = at("appraiser")
    old = appraiser.get(f"/ho-so/{identity}")
    new = appraiser.send(old, "/xac-minh/tra-loi", {"result": "clear", "text": "Công văn 9/CA: không có."})
    assert new.status == 200
    page = appraiser.send(old, "/xac-minh/tra-loi", {"result": "adverse", "text": ANSWER})
    assert page.status == 409
    assert page.form("/xac-minh/tra-loi", agency=POLICE).fields["text"] == ANSWER
    assert results(world, identity) == {POLICE: CheckResult.CLEAR}
    page = appraiser.send(page, "/xac-minh/tra-loi", agency=POLICE)
    assert (page.status, results(world, identity)) == (200, {POLICE: CheckResult.ADVERSE})


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


# --- about several at once ---

PAGE = f"/dot/{CODE}/xac-minh"


def test_one_letter_asks_about_several_and_one_answers_about_several(at: At, world: World) -> None:
    one, two = (world.advance(world.draft(), State.SELECTED) for _ in range(2))
    other = world.advance(world.draft(kind=Kind.COLLECTIVE), State.SELECTED)
    world.forward()
    appraiser = at("appraiser")
    page = appraiser.get(PAGE)
    assert page.all("//tbody//input[@name='dossier']/@value") == [one, two, other]
    fields: dict[str, object] = {"dossier": [one, two], "agency": "công an tỉnh", "do": "ask"}
    page = appraiser.send(page, "tinh-hinh=", fields)
    assert page.status == 200
    assert "Đã lấy ý kiến của công an tỉnh về 2 hồ sơ." in page.text
    assert [results(world, identity) for identity in (one, two, other)] == [{POLICE: None}, {POLICE: None}, {}]
    page = appraiser.send(page, "tinh-hinh=", {"all": "1", "agency": POLICE, "do": "ask"})
    assert "về 1 hồ sơ. 2 hồ sơ đã được hỏi từ trước." in page.text
    page = appraiser.get(f"{PAGE}?trang-thai=in_appraisal&co-quan=Công an tỉnh&tinh-hinh=waiting")
    assert page.all("//tbody//input[@name='dossier']/@value") == [one, two, other]
    fields = {"dossier": [one, other], "do": "answer", "result": "clear", "text": "Công văn 12/CAT: không vi phạm."}
    page = appraiser.send(page, "tinh-hinh=waiting", fields)
    assert page.status == 200
    assert page.all("//tbody//input[@name='dossier']/@value") == [two]
    assert [results(world, identity)[POLICE] for identity in (one, two, other)] == [
        CheckResult.CLEAR,
        None,
        CheckResult.CLEAR,
    ]
    page = appraiser.get(f"{PAGE}?co-quan=Công an tỉnh&tinh-hinh=unasked")
    assert "Không có hồ sơ nào như vậy." in page.text


def test_several_are_asked_about_or_none(at: At, world: World) -> None:
    one, two = (world.advance(world.draft(), State.SELECTED) for _ in range(2))
    world.forward()
    elsewhere = world.draft()
    appraiser = at("appraiser")
    page = appraiser.get(PAGE)
    fields: dict[str, object] = {"dossier": [one, elsewhere, "ZZZZZZZZ"], "agency": POLICE, "do": "ask"}
    page = appraiser.send(page, "tinh-hinh=", fields)
    assert page.status == 409
    assert elsewhere in page.alerts[0]
    assert "ZZZZZZZZ: không thuộc đợt" in page.alerts[0]
    assert one not in page.alerts[0]
    assert results(world, one) == {}
    assert page.all("//input[@name='dossier'][@checked]/@value") == [one]
    assert page.form("tinh-hinh=").fields["agency"] == POLICE
    for wrong in (
        {"dossier": [], "agency": POLICE, "do": "ask"},
        {"dossier": [one], "agency": " ", "do": "ask"},
        {"dossier": [one], "agency": POLICE, "do": "answer", "text": "CV 1"},
    ):
        assert appraiser.send(page, "tinh-hinh=", wrong).status == 422
    page = appraiser.send(page, "tinh-hinh=", {"dossier": [one, two], "agency": POLICE, "do": "answer",
                                               "result": "clear", "text": "CV 1"})  # fmt: skip
    assert page.status == 409
    assert "Chưa lấy ý kiến" in page.alerts[0]


def test_the_list_is_for_the_offices(at: At, world: World) -> None:
    identity = in_appraisal(world)
    ask(world, identity)
    name = world.look(identity).name
    for who in ("officer-07282", "head-07330"):
        page = at(who).get(PAGE)
        assert page.status == 403
        assert name not in page.text
        token = at(who).get("/").form("/dang-xuat").fields["_csrf"]
        fields = {"_csrf": token, "dossier": identity, "agency": "Thuế tỉnh", "do": "ask"}
        page = at(who).post(PAGE, fields)
        assert page.status == 403
        assert name not in page.text
    page = at("observer").get(PAGE)
    assert name in page.text
    assert not page.all("//input[@name='dossier']")
    token = page.form("/dang-xuat").fields["_csrf"]
    fields = {"_csrf": token, "dossier": identity, "agency": "Thuế tỉnh", "do": "ask"}
    assert at("observer").post(PAGE, fields).status == 403
    assert results(world, identity) == {POLICE: None}


def test_the_list_goes_on_by_pages_and_asks_the_same_queries_of_one_and_thirty(
    shared_at: At, shared_world: World
) -> None:
    world, appraiser = shared_world, shared_at("appraiser")
    many = [world.advance(world.draft(), State.SELECTED) for _ in range(checkable.SIZE + 1)]
    with world.acting("review-head", alone=True) as (session, context):
        submissions.forward(session, context, "1/TTr-SDTTG", context.today)
    page = appraiser.get(PAGE)
    assert page.all("//tbody//input[@name='dossier']/@value") == many[: checkable.SIZE]
    following = appraiser.get(PAGE + page.all("//a[text()='Trang sau']/@href")[0])
    assert following.all("//tbody//input[@name='dossier']/@value") == many[checkable.SIZE :]
    assert not following.all("//a[text()='Trang sau']")
    assert appraiser.get(f"{PAGE}?sau=ZZZZZZZZ").status == 422
    assert appraiser.get(f"{PAGE}?trang-thai=nowhere").status == 422
    with asked(world.database) as of_one:
        assert len(appraiser.get(f"{PAGE}?sau={many[-2]}").all("//tbody/tr")) == 1
    with asked(world.database) as of_thirty:
        assert len(appraiser.get(f"{PAGE}?sau={many[0]}").all("//tbody/tr")) == 30
    assert len(of_thirty) == len(of_one)
