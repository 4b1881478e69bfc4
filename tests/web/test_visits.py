"""What every page shares: who gets in, forms of our own only, nothing typed is lost, languages, rehearsal days."""

from datetime import timedelta

from sqlalchemy import text

from engine import clock
from engine.access import passwords, sessions
from rules.vocabulary import Action, State
from tests.web.conftest import At
from tests.world import CODE, ORIGIN, World

PASSWORD = "một câu đủ dài để thử"  # noqa: S105 - a test's


def with_password(world: World, name: str) -> None:
    """Let somebody sign in with the password above."""
    with world.acting(name) as (session, context):
        passwords.set_password(session, context.require_actor().id, name, PASSWORD, ORIGIN)


def test_nobody_is_sent_to_sign_in_and_comes_back_where_they_wanted_to_go(at: At, world: World) -> None:
    with_password(world, "reviewer")
    nobody = at(None)
    page = nobody.get(f"/dot/{CODE}?trang=2")
    assert page.answer.url.path == "/dang-nhap"
    page = nobody.send(page, "/dang-nhap", {"name": "reviewer", "password": PASSWORD})
    assert (page.status, page.answer.url.path, page.answer.url.query) == (200, f"/dot/{CODE}", b"trang=2")
    assert "reviewer" in page.text


def test_a_wrong_password_says_no_more_than_that(at: At, world: World) -> None:
    with_password(world, "reviewer")
    nobody = at(None)
    said = set()
    for name, password in (("reviewer", "không phải"), ("không có ai", PASSWORD), ("admin", PASSWORD)):
        page = nobody.send(nobody.get("/dang-nhap"), "/dang-nhap", {"name": name, "password": password})
        assert page.status == 401
        said.add(tuple(page.alerts))
    assert said == {("Tên đăng nhập hoặc mật khẩu không đúng.",)}


def test_an_onward_address_of_somebody_else_is_not_followed(at: At, world: World) -> None:
    with_password(world, "reviewer")
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        nobody = at(None)
        nobody.client.cookies.clear()
        page = nobody.get(f"/dang-nhap?tiep={elsewhere}")
        page = nobody.send(page, "/dang-nhap", {"name": "reviewer", "password": PASSWORD, "onward": elsewhere})
        assert page.answer.url.host == "127.0.0.1"
        assert page.answer.url.path == f"/dot/{CODE}"


def test_what_was_typed_survives_a_session_that_ended(at: At, world: World) -> None:
    with_password(world, "reviewer")
    identity = world.advance(world.draft(), State.IN_REVIEW)
    reviewer = at("reviewer")
    page = reviewer.get(f"/ho-so/{identity}")
    with world.database.transaction() as session:
        session.execute(text("UPDATE web_session SET ended_at = now()"))
    fields = {
        "anchor": ["field:merit", "", "", ""],
        "text": ["Làm rõ số liệu ở mục này.", "", "", ""],
        "due": "2025-12-05",
    }
    page = reviewer.send(page, "/buoc", fields, action="return")
    assert page.status == 401
    page = reviewer.send(page, "/dang-nhap", {"name": "reviewer", "password": PASSWORD})
    assert "Làm rõ số liệu ở mục này." in page.text
    assert world.state(identity) is State.IN_REVIEW
    signed = world_session(world)
    with world.database.transaction() as session:
        sessions.pretend(session, signed, world.today)
    page = reviewer.send(page, "/buoc")
    assert page.status == 200
    assert world.state(identity) is State.RETURNED


def world_session(world: World) -> str:
    """The newest session's key."""
    with world.database.transaction() as session:
        return str(session.scalar(text("SELECT sha256 FROM web_session ORDER BY began_at DESC LIMIT 1")))


def test_a_form_of_another_session_is_shown_again_and_not_taken(at: At, world: World) -> None:
    identity = world.advance(world.draft(), State.SUBMITTED)
    reviewer = at("reviewer")
    page = reviewer.get(f"/ho-so/{identity}")
    page = reviewer.send(page, "/buoc", {"_csrf": "of-another"}, action="accept")
    assert page.status == 409
    assert world.state(identity) is State.SUBMITTED
    page = reviewer.send(page, "/buoc")
    assert world.state(identity) is State.IN_REVIEW


def test_another_sites_form_is_refused_even_with_the_right_token(at: At, world: World) -> None:
    identity = world.advance(world.draft(), State.SUBMITTED)
    reviewer = at("reviewer")
    form = reviewer.get(f"/ho-so/{identity}").form("/buoc", action="accept")
    fields = dict(form.form_values())
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        page = reviewer.post(f"/ho-so/{identity}/buoc", fields, headers=headers)
        assert page.status == 403
        assert world.state(identity) is State.SUBMITTED


AGED = {
    "seen_at": "UPDATE web_session SET began_at = :at, seen_at = :at",
    "began_at": "UPDATE web_session SET began_at = :at",
}


def test_a_session_times_out_idle_and_altogether_and_ends_with_signing_out(at: At, world: World) -> None:
    reviewer = at("reviewer")
    assert reviewer.get("/").answer.url.path == f"/dot/{CODE}"
    for column, age in (("seen_at", sessions.IDLE), ("began_at", sessions.ABSOLUTE)):
        past = {"at": clock.now() - age - timedelta(seconds=1)}
        with world.database.transaction() as session:
            session.execute(text(AGED[column]), past)
        assert reviewer.get("/").answer.url.path == "/dang-nhap"
        with world.database.transaction() as session:
            session.execute(text("UPDATE web_session SET began_at = now(), seen_at = now()"))
    page = reviewer.send(reviewer.get("/"), "/dang-xuat")
    assert "Bạn đã đăng xuất." in page.text
    assert reviewer.get("/").answer.url.path == "/dang-nhap"


def test_a_step_is_taken_of_the_version_the_page_showed(at: At, world: World) -> None:
    identity = world.advance(world.draft(), State.SUBMITTED)
    page = at("reviewer").get(f"/ho-so/{identity}")
    world.step(identity, Action.ACCEPT, "reviewer2")
    page = at("reviewer").send(page, "/buoc", action="accept")
    assert page.status == 409
    assert "Hồ sơ đã thay đổi" in page.alerts[0]


def test_a_refusal_says_why_by_which_law_and_keeps_what_was_typed(at: At, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    head = at("review-head")
    page = head.get(f"/ho-so/{identity}")
    page = head.send(page, "/buoc", {"reason": "thành tích chưa tiêu biểu"}, action="decline")
    assert page.status == 409
    assert "viện dẫn căn cứ" in page.alerts[0]
    assert page.form("/buoc", action="decline").fields["reason"] == "thành tích chưa tiêu biểu"
    assert world.state(identity) is State.IN_REVIEW


def test_another_units_dossier_is_no_page(at: At, world: World) -> None:
    theirs = world.draft(unit="07330")
    other, nothing = at("officer-07282").get(f"/ho-so/{theirs}"), at("officer-07282").get("/ho-so/ZZZZZZZZ")
    assert (other.status, nothing.status) == (404, 404)
    assert other.text.replace(theirs, "") == nothing.text.replace("ZZZZZZZZ", "")


def test_the_language_is_chosen_by_anybody_and_kept(at: At) -> None:
    nobody = at(None)
    page = nobody.send(nobody.get("/dang-nhap"), "/ngon-ngu", {"language": "en"})
    assert page.all("/html/@lang") == ["en"]
    assert nobody.get("/dang-nhap").all("/html/@lang") == ["en"]


def test_an_address_that_is_none_is_a_page_that_says_so(at: At) -> None:
    page = at("reviewer").get("/khong-co-trang-nay")
    assert page.status == 404
    assert "Không có trang này." in page.text


def test_an_unread_form_field_with_control_characters_is_cleaned(at: At, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    head = at("review-head")
    page = head.send(head.get(f"/ho-so/{identity}"), "/buoc", {"reason": "mu\u0323c II.2.c\x00\x07"}, action="decline")
    assert world.state(identity) is State.DECLINED
    assert page.status == 200
