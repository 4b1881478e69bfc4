"""Notices: an account reads the letters to its own address, all of those and no others."""

from uuid import uuid4

from engine import campaigns
from rules.vocabulary import Action, State
from tests.engine.test_steps import counted
from tests.web.browser import Browser, Page
from tests.web.conftest import At
from tests.world import World

LIST = "/thong-bao"
BECAUSE = "Thành tích chưa tiêu biểu, mục II.2.c Kế hoạch."


def titles(page: Page) -> list[str]:
    """The letters of the list, in order."""
    return [link.text_content() for link in page.all("//a[contains(@class,'letter-title')]")]


def links(page: Page) -> list[str]:
    """Where they lead."""
    return [link.get("href") for link in page.all("//a[contains(@class,'letter-title')]")]


def unread(browser: Browser) -> int:
    """What the masthead counts."""
    page = browser.get(LIST)
    badge = page.all("//header//a[@href='/thong-bao']/span[contains(@class,'badge')]/text()")
    return int(badge[0].strip()) if badge else 0


def key_of(world: World, kind: str) -> str:
    """The address of the newest letter of a kind."""
    return str(world.query("SELECT key FROM letter WHERE kind = :kind ORDER BY id DESC", kind=kind)[0].key)


def test_a_unit_reads_what_was_written_to_it_and_nobody_elses(at: At, world: World) -> None:
    world.give_back(world.advance(world.draft(), State.IN_REVIEW))
    ours, theirs = at("officer-07282"), at("officer-07330")
    page = ours.get(LIST)
    assert [title.split(":")[0] for title in titles(page)] == [
        "[DIỄN TẬP] Đề nghị bổ sung hồ sơ, hạn 28/11/2025",
        "[DIỄN TẬP] Đã tiếp nhận hồ sơ",
        "[DIỄN TẬP] Đã nộp hồ sơ",
    ]
    assert unread(ours) == 3
    letter = ours.get(links(page)[0])
    assert "Tóm tắt thành tích: Bổ sung số liệu." in letter.text
    assert unread(ours) == 2
    assert titles(theirs.get(LIST)) == []
    refused, nothing = theirs.get(links(page)[0]), theirs.get(f"{LIST}/{uuid4()}")
    assert (refused.status, nothing.status) == (404, 404)
    assert refused.text == nothing.text


def test_a_letter_leads_to_its_dossier_where_the_account_may_see_it(at: At, world: World) -> None:
    identity = world.advance(world.draft(email="head.07330@bacninh.example"), State.SUBMITTED)
    path = f"//a[@href='/ho-so/{identity}']"
    letter = f"{LIST}/{key_of(world, 'submit.unit')}"
    addressed = {row.recipient: row.key for row in world.query("SELECT recipient, key FROM letter")}
    ours = at("officer-07282").get(f"{LIST}/{addressed['officer.07282@bacninh.example']}")
    elsewhere = at("head-07330").get(f"{LIST}/{addressed['head.07330@bacninh.example']}")
    assert (ours.status, elsewhere.status) == (200, 200), letter
    assert len(ours.all(path)) == 1
    assert elsewhere.all(path) == []


def test_an_outcome_shows_when_it_is_released_and_not_before(at: At, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    officer = at("officer-07282")
    before = officer.get(LIST).tree.text_content()
    world.step(identity, Action.DECLINE, "review-head", reason=BECAUSE)
    held = world.query("SELECT key FROM letter WHERE kind = 'decline.unit' AND recipient LIKE 'officer%'")[0].key
    assert officer.get(LIST).tree.text_content() == before
    assert officer.get(f"{LIST}/{held}").status == 404
    with world.acting("review-head") as (session, context):
        campaigns.release(session, context, [identity])
    assert len(titles(officer.get(LIST))) == 3
    assert "II.2.c" in officer.get(f"{LIST}/{held}").text


def test_what_was_taken_back_and_what_opens_an_account_never_show(at: At, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    world.give_back(identity)
    officer = at("officer-07282")
    returned = world.query("SELECT key FROM letter WHERE kind = 'return.unit' AND recipient LIKE 'officer%'")[0].key
    assert officer.get(f"{LIST}/{returned}").status == 200
    world.step(identity, Action.RECALL, "reviewer", reason="Đơn vị đã nộp đủ.")
    assert officer.get(f"{LIST}/{returned}").status == 404
    assert not any("bổ sung" in title for title in titles(officer.get(LIST)))
    world.change("UPDATE letter SET party = 'account' WHERE kind = 'submit.unit'")
    assert [title.split(":")[0] for title in titles(officer.get(LIST))] == [
        "[DIỄN TẬP] Đã tiếp nhận hồ sơ",
    ]
    assert officer.get(f"{LIST}/{key_of(world, 'submit.unit')}").status == 404


def test_accounts_with_one_address_read_the_same_letters_but_an_offices_stay_its_own(at: At, world: World) -> None:
    world.change("UPDATE account SET email = 'chung@bacninh.example' WHERE name IN"
                 " ('officer-07282', 'head-07282', 'reviewer')")  # fmt: skip
    world.advance(world.draft(), State.IN_REVIEW)
    of_unit = ["Đã tiếp nhận hồ sơ", "Đã nộp hồ sơ"]
    seen = {
        name: [title.removeprefix("[DIỄN TẬP] ").split(":")[0] for title in titles(at(name).get(LIST))]
        for name in ("officer-07282", "head-07282", "reviewer")
    }
    assert seen["officer-07282"] == seen["head-07282"] == of_unit
    assert set(seen["reviewer"]) > set(of_unit)
    offices = world.query("SELECT key FROM letter WHERE party = 'review_office' AND recipient LIKE 'chung%'")[0].key
    assert at("officer-07282").get(f"{LIST}/{offices}").status == 404
    assert at("reviewer").get(f"{LIST}/{offices}").status == 200
    at("officer-07282").get(links(at("officer-07282").get(LIST))[0])
    assert (unread(at("officer-07282")), unread(at("head-07282"))) == (1, 2)


def test_all_are_read_up_to_the_newest_that_was_shown(at: At, world: World) -> None:
    identity = world.advance(world.draft(), State.SUBMITTED)
    officer = at("officer-07282")
    page = officer.get(LIST)
    world.step(identity, Action.ACCEPT, "reviewer")
    page = officer.send(page, "/da-doc")
    assert "Đã đánh dấu tất cả là đã đọc." in page.text
    assert unread(officer) == 1
    assert len(titles(officer.get(f"{LIST}?loc=chua-doc"))) == 1
    assert len(titles(officer.get(LIST))) == 2
    assert unread(at("head-07282")) == 2


def test_a_form_that_names_no_letter_or_somebody_elses_changes_nothing(at: At, world: World) -> None:
    world.advance(world.draft(), State.SUBMITTED)
    other = world.query("SELECT key FROM letter WHERE recipient = 'reviewer@bacninh.example'")[0].key
    officer = at("officer-07282")
    page = officer.get(LIST)
    assert officer.send(page, "/da-doc", {"newest": "không phải"}).status == 422
    officer.send(page, "/da-doc", {"newest": str(other)})
    assert world.query("SELECT 1 FROM letter_read JOIN letter ON id = letter_id WHERE recipient LIKE 'reviewer%'") == []
    assert officer.get(f"{LIST}?truoc=1").status == 422


def test_a_page_holds_thirty_and_one_query_finds_them(at: At, world: World) -> None:
    officer = at("officer-07282")
    world.advance(world.draft(), State.SUBMITTED)
    with counted(world) as few:
        assert len(titles(officer.get(LIST))) == 1
    for _ in range(31):
        world.advance(world.draft(), State.SUBMITTED)
    with counted(world) as many:
        page = officer.get(LIST)
    assert len(many) == len(few)
    assert len(titles(page)) == 30
    older = officer.get(page.all("//a[@rel='next']/@href")[0])
    assert len(titles(older)) == 2
    assert older.all("//a[@rel='next']") == []
    assert set(links(page)).isdisjoint(links(older))
    assert unread(officer) == 32


def test_what_somebody_wrote_is_words_and_never_markup(at: At, world: World) -> None:
    identity = world.advance(world.draft(name="Lò <script>alert(1)</script>"), State.IN_REVIEW)
    world.step(identity, Action.RETURN, "reviewer", findings=(("field:merit", "<img src=x onerror=alert(2)>"),),
               due=world.today)  # fmt: skip
    officer = at("officer-07282")
    page = officer.get(LIST)
    letter = officer.get(links(page)[0])
    assert "<img src=x onerror=alert(2)>" in letter.text
    for one in (page, letter):
        assert one.all("//main//script | //main//img | //main//*[@style]") == []


def test_how_a_letter_fared_is_for_administrators(at: At, world: World) -> None:
    world.advance(world.draft(), State.SUBMITTED)
    world.change("UPDATE letter SET status = 'failed', error = '550 không có hộp thư' WHERE kind = 'submit.unit'")
    world.change("UPDATE account SET email = 'officer.07282@bacninh.example' WHERE name = 'admin'")
    assert "Gửi thư điện tử: không gửi được (550 không có hộp thư)" in at("admin").get(LIST).text
    for page in (at("officer-07282").get(LIST), at("officer-07282").get(links(at("officer-07282").get(LIST))[0])):
        assert "550" not in page.text
        assert "Gửi thư điện tử" not in page.text


def test_letters_are_vietnamese_on_an_english_page(at: At, world: World) -> None:
    world.advance(world.draft(), State.SUBMITTED)
    officer = at("officer-07282")
    assert officer.get(LIST).all("//main//*[@lang]") == []
    page = officer.send(officer.get(LIST), "/ngon-ngu", {"language": "en"})
    assert page.all("/html/@lang") == ["en"]
    assert page.all("//a[contains(@class,'letter-title')]/@lang") == ["vi"]
    assert officer.get(links(page)[0]).all("//article/h1/@lang") == ["vi"]
