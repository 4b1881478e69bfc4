"""The trail to read: who may read what of it, filters, pages, and whether it is known to be whole."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import text

from engine import alerts, audit, clock, editing
from engine.campaigns import load_campaign
from engine.chronicle.words import TAGS
from rules.campaign import parse_campaign
from rules.vocabulary import Action, CheckResult, State
from tests.engine.files.attaching import attaching, taking_off, upload
from tests.web.browser import Page
from tests.web.conftest import At
from tests.web.counting import asked
from tests.web.test_checks import answer, ask
from tests.world import CODE, ORIGIN, ROOT, World, campaign_data

PAGE = f"/dot/{CODE}/nhat-ky"
SUBJECTS = {
    "Hồ sơ": "nomination",
    "Quyết định": "decision",
    "Đợt khen thưởng": "campaign",
    "Tài khoản": "account",
    "Cảnh báo": "alert",
}
REASON = "Có 02 vụ kỷ luật, theo mục II.2.c Kế hoạch"


def entries(page: Page) -> list[str]:
    """Subject and number of each entry on the page."""
    named = re.compile(rf"({'|'.join(SUBJECTS)}) (\S+), mục số (\d+) ·")
    lines = [" ".join(found.text_content().split()) for found in page.all("//main//ol/li")]
    found = [named.search(line) for line in lines]
    return [f"{SUBJECTS[one[1]]}:{one[2]} #{one[3]}" for one in found if one] if all(found) else lines


def older(page: Page) -> str | None:
    links = page.all("//a[text()='Các mục cũ hơn']/@href")
    return f"{PAGE}{links[0]}" if links else None


def all_pages(at: At, name: str, path: str = PAGE) -> Iterator[Page]:
    """The page and all older ones."""
    following: str | None = path
    while following:
        page = at(name).get(following)
        assert page.status == 200
        yield page
        following = older(page)


def test_what_was_judged_is_read_by_who_judges_and_withheld_from_who_supervises(at: At, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    world.step(identity, Action.DECLINE, "review-head", reason=REASON)
    for name in ("reviewer", "review-head", "appraiser"):
        page = at(name).get(PAGE)
        assert f"Lý do {REASON}" in page.text
        assert (
            "Không đề nghị Nông Thị Mẫu 1 · review-head · lãnh đạo cơ quan xét chọn Đang xét → Không được đề nghị"
            in page.text
        )
    for name in ("observer", "admin", "clerk"):
        page = at(name).get(PAGE)
        assert "Đang xét → Không được đề nghị" in page.text
        assert "Không hiển thị cho tài khoản này: Lý do." in page.text
        assert "kỷ luật" not in page.answer.text
    for name in ("officer-07282", "head-07282", "head-07330"):
        page = at(name).get(PAGE)
        assert page.status == 403
        assert "Nông Thị Mẫu" not in page.answer.text


def test_what_an_entry_holds_is_told_in_words(at: At, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    world.step(identity, Action.RETURN, "reviewer", findings=(("field:merit", "Nêu số liệu."),), due=date(2025, 11, 28))
    page = at("reviewer").get(PAGE)
    for words in (
        "Loại đối tượng Cá nhân Nguồn test.xlsx, trang tính “Cá nhân”, dòng ",
        "Nhập thay đơn vị Không Đơn vị Ủy ban nhân dân xã Đồng Kỳ",
        "Nội dung yêu cầu Tóm tắt thành tích: Nêu số liệu.",
    ):
        assert words in page.text
    for stored in ("individual", " false ", '{"file', "field:merit"):
        assert stored not in page.text


def test_no_sensitive_answer_is_ever_told_here(at: At, world: World) -> None:
    identity = world.draft(pending="Đang bị xác minh đơn tố cáo", position="Trưởng thôn Cũ")
    with world.acting("officer-07282") as (session, context):
        changes = {"cccd": "099180999999", "ethnicity": "Sán Dìu", "pending": "Không", "position": "Trưởng thôn Mới"}
        editing.set_fields(session, context, identity, changes)
    page = at("reviewer").get(PAGE)
    assert "Chức vụ: Trưởng thôn Cũ → Trưởng thôn Mới" in page.text
    assert "Số CCCD: (không hiển thị ở đây)" in page.text
    for name in ("reviewer", "appraiser", "observer", "admin"):
        for page in all_pages(at, name):
            for secret in ("099180", "Sán Dìu", "tố cáo"):
                assert secret not in page.answer.text, (name, secret)


def test_entries_of_accounts_are_for_who_supervises_and_addresses_for_who_administers(at: At, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    at("reviewer").get(f"/ho-so/{identity}")
    read = {
        name: " ".join(page.answer.text for page in all_pages(at, name)) for name in ("reviewer", "observer", "admin")
    }
    assert "Xem số CCCD" not in read["reviewer"]
    assert "account:" not in read["reviewer"]
    for name in ("observer", "admin"):
        assert "Xem số CCCD" in read[name]
        assert "Nhập tài khoản, vai trò" in read[name]
    assert "reviewer@bacninh.example" not in read["observer"]
    assert "reviewer@bacninh.example" in read["admin"]
    page = at("reviewer").get(f"{PAGE}?loai=account")
    assert entries(page) == []


def test_filters_find_by_kind_tag_person_dossier_and_day(at: At, world: World) -> None:
    one, other = world.advance(world.draft(), State.IN_REVIEW), world.draft(unit="07330")
    world.step(one, Action.ENDORSE, "reviewer2")
    at("reviewer").get(f"/ho-so/{one}")
    observer = at("observer")

    def found(query: str) -> list[str]:
        return entries(observer.get(f"{PAGE}?{query}"))

    mine = [f"nomination:{one} #{number}" for number in (4, 3, 2, 1)]
    assert found(f"ho-so={one}&loai=nomination") == mine
    assert found(f"ho-so={one.lower()}&loai=nomination") == mine
    assert found("ho-so=nong mau 1&loai=nomination") == mine
    assert found("viec=nomination:dossier:imported") == [f"nomination:{other} #1", mine[-1]]
    assert found("loai=campaign") == ["campaign:thu #1"]
    assert found("nguoi=reviewer2&loai=nomination") == mine[:1]
    assert found(f"nguoi=reviewer&ho-so={one}&loai=nomination") == [mine[1]]
    assert mine[0] in found("nguoi=reviewer2")
    today = clock.local_date(clock.now())
    assert found(f"loai=nomination&tu={today}") == [mine[0], f"nomination:{other} #1", *mine[1:]]
    assert found(f"loai=nomination&den={date(2020, 1, 1)}") == []
    assert found(f"loai=nomination&tu={date(9999, 12, 31)}&den={date(9999, 12, 31)}") == []
    (seen,) = found(f"ho-so={one}&viec=account:cccd:seen")
    assert seen.startswith("account:")
    assert found(f"ho-so={one}&viec=account:cccd:seen&nguoi=reviewer") == [seen]
    assert found(f"ho-so={one}&viec=account:cccd:seen&nguoi=reviewer2") == []
    assert found(f"ho-so={other}&viec=account:cccd:seen") == []


def test_a_filter_that_cannot_be_says_so_and_keeps_what_was_typed(at: At, world: World) -> None:
    world.draft()
    for query, status, words in (
        ("nguoi=Không Có Ai", 404, "Không có tài khoản"),
        ("ho-so=không có", 404, "Không có hồ sơ nào tên"),
        ("tu=31/02/2025", 422, "Không có ngày"),
        ("truoc=bịa", 422, "xem lại từ đầu"),
        ("viec='; DROP", 422, "Bộ lọc"),
        ("loai=%25", 422, "Bộ lọc"),
    ):
        page = at("observer").get(f"{PAGE}?{query}")
        assert (query, page.status) == (query, status)
        assert words in page.alerts[0]
    page = at("observer").get(f"{PAGE}?nguoi=Không Có Ai")
    assert page.all("//input[@name='nguoi']/@value") == ["Không Có Ai"]


def test_pages_hold_every_entry_once_and_ask_as_much_for_one_as_for_thirty(at: At, world: World) -> None:
    drafts = [world.draft() for _ in range(31)]
    pages = list(all_pages(at, "observer"))
    shown = [entry for page in pages for entry in entries(page)]
    stored = {f"{row.subject} #{row.seq}" for row in world.query("SELECT subject, seq FROM trail")}
    assert [len(entries(page)) for page in pages[:-1]] == [50] * (len(pages) - 1)
    assert len(pages) > 1
    assert len(shown) == len(set(shown))
    assert set(shown) == stored
    with asked(world.database) as of_one:
        assert len(entries(at("observer").get(f"{PAGE}?loai=campaign"))) == 1
    with asked(world.database) as of_many:
        assert len(entries(at("observer").get(f"{PAGE}?loai=nomination"))) == len(drafts)
    assert len(of_many) == len(of_one)


def test_another_campaigns_dossiers_are_on_its_own_page(at: At, world: World) -> None:
    here = world.draft()
    with world.database.transaction() as session:
        load_campaign(session, parse_campaign(campaign_data(code="khac", rehearsal=True)), ORIGIN)
    there = World(world.database, code="khac", numbers={"draft": 50}).draft()
    shown = {code: at("observer").get(f"/dot/{code}/nhat-ky?loai=nomination").answer.text for code in (CODE, "khac")}
    assert here in shown[CODE]
    assert there not in shown[CODE]
    assert there in shown["khac"]
    assert here not in shown["khac"]
    campaigns = [entries(at("observer").get(f"/dot/{code}/nhat-ky?loai=campaign")) for code in (CODE, "khac")]
    assert campaigns == [["campaign:thu #1"], ["campaign:khac #1"]]


def test_whether_the_trail_is_known_to_be_whole(at: At, world: World) -> None:
    draft = world.draft()
    page = at("observer").get(PAGE)
    assert "Chưa có điểm kiểm nào." in page.text
    assert "Kiểm tra nhật ký: chưa chạy lần nào" in page.text
    with world.database.transaction() as session:
        fixed = audit.checkpoint(session, clock.now())
    alerts.watch_trail(world.database, ORIGIN)
    page = at("observer").get(PAGE)
    (count,) = world.query("SELECT count(*) FROM trail")[0]
    assert fixed["hash"] in page.text
    assert re.search(rf"Kiểm tra nhật ký: \d\d:\d\d \d\d/\d\d/\d{{4}}, đã xem {count}, không có vấn đề", page.text)
    with world.database.owner.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        for subject, body in ((f"nomination:{draft}", "vỡ"), ("campaign:thu", '{"at":"hôm qua","due":5,"today":[]}')):
            connection.execute(
                text("UPDATE trail SET body = :body WHERE subject = :subject"), {"subject": subject, "body": body}
            )
    alerts.watch_trail(world.database, ORIGIN)
    page = at("observer").get(PAGE)
    assert page.status == 200
    assert "Cảnh báo đang mở" in page.text
    assert f"nomination:{draft}: " in page.text
    assert page.text.count("Mục không đọc được") == 2


def test_what_an_agency_wrote_is_withheld_as_on_the_dossier(at: At, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    ask(world, identity)
    answer(world, identity, CheckResult.ADVERSE, "Công văn 5/CAT: đang xử lý vi phạm.")
    assert "đang xử lý vi phạm" in at("appraiser").get(PAGE).text
    page = at("observer").get(PAGE)
    assert "Cơ quan Công an tỉnh Kết quả có vi phạm hoặc có ý kiến khác" in page.text
    assert "đang xử lý vi phạm" not in page.answer.text


TAG = re.compile(r'"((?:nomination|decision|campaign|account|alert):[a-z_]+:[a-z_]+)"')


def test_every_tag_that_is_written_has_words() -> None:
    found = {tag for path in (ROOT / "engine").rglob("*.py") for tag in TAG.findall(path.read_text(encoding="utf-8"))}
    assert found <= TAGS.keys()
    assert {"nomination:check:asked", "account:delegation:given", "alert:check:raised"} < found


def test_what_a_file_is_called_is_read_by_who_judges(at: At, world: World, tmp_path: Path) -> None:
    identity = world.draft()
    one = upload(tmp_path, name="kỷ luật ông Mẫu")
    attaching(world, "officer-07282", identity, one)
    taking_off(world, "head-07282", identity)
    page = at("reviewer").get(PAGE)
    assert f"Tờ trình (SHA-256 {one.examined.sha256})" in page.text
    assert "Gỡ giấy tờ" in page.text
    assert "Tên tệp kỷ luật ông Mẫu.pdf" in page.text
    for name in ("observer", "admin", "clerk"):
        page = at(name).get(PAGE)
        assert one.examined.sha256 in page.text
        assert "Không hiển thị cho tài khoản này: Tên tệp." in page.text
        assert "kỷ luật ông Mẫu" not in page.answer.text
