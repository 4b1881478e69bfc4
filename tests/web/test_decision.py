"""The decision's page: the set against quota and money, each of its steps with its refusals, its papers."""

import hashlib
import io
import json
import threading
import time
import zipfile
from datetime import date

import pypdf
from httpx import Response
from sqlalchemy import text

from engine import review
from rules.vocabulary import Action, CheckResult, Kind, State
from tests.web.browser import Page
from tests.web.conftest import At
from tests.web.counting import asked
from tests.world import CODE, World

PAGE = f"/dot/{CODE}/quyet-dinh"
FITS = "//td[@data-label='Đối chiếu hiện nay'][normalize-space()='đủ điều kiện']"
PAPERS = f"{PAGE}/van-ban"
NUMBER = {"number": "1386/QĐ-UBND", "dated": "2025-11-20"}


def send(at: At, name: str, action: str, fields: dict[str, str] | None = None, page: Page | None = None) -> Page:
    """Somebody opens the page (or has `page` open) and sends one of its forms."""
    someone = at(name)
    return someone.send(page or someone.get(PAGE), "/quyet-dinh", fields or {}, action=action)


def offered(page: Page) -> set[str]:
    """The steps the page has a form for."""
    return {str(value) for value in page.all("//form//input[@name='action']/@value")}


def cells(page: Page, caption: str) -> list[list[str]]:
    """The rows below the head of a table."""
    rows = page.all(f"//table[caption[text()='{caption}']]/*[self::tbody or self::tfoot]/tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in rows]


def download(at: At, name: str, paper: str) -> Response:
    """One paper, as somebody downloads it."""
    at(name).get(PAGE)
    return at(name).client.get(f"{PAPERS}/{paper}")


def decision_of(world: World) -> tuple[str, int, str | None]:
    ((state, version, digest),) = world.query(
        "SELECT state, version, content_hash FROM decision ORDER BY id DESC LIMIT 1"
    )
    return state, version, digest


def approved(world: World) -> tuple[str, str]:
    """A collective and an individual, both approved."""
    group, person = world.draft(Kind.COLLECTIVE), world.draft()
    for identity in (group, person):
        world.advance(identity, State.SELECTED)
    world.forward()
    for identity in (group, person):
        world.step(identity, Action.APPROVE, "appraiser")
    return group, person


def test_from_opening_to_revoking(at: At, world: World) -> None:
    group, person = approved(world)
    head, clerk = "appraisal-head", "clerk"
    page = at(head).get(PAGE)
    assert "Chưa lập danh sách quyết định" in page.text
    assert offered(page) == {"open"}
    assert offered(at(clerk).get(PAGE)) == set()
    page = send(at, head, "open")
    assert "Đã lập danh sách quyết định." in page.text
    assert offered(page) == {"enlist", "cancel"}
    assert len(page.all(FITS)) == 2
    page = send(at, head, "enlist")
    assert "Đã đưa 2 hồ sơ vào danh sách." in page.text
    assert [world.state(one) for one in (group, person)] == [State.LISTED] * 2
    assert offered(page) == {"freeze", "cancel", "strike"}
    assert cells(page, "Danh sách so với chỉ tiêu") == [
        ["Tập thể", "2", "1", "0", "1", "7.020.000 đ", "7.020.000 đ"],
        ["Cá nhân", "2", "1", "0", "1", "3.510.000 đ", "3.510.000 đ"],
        ["Tổng cộng", "10.530.000 đ"],
    ]
    assert "Tính theo mức lương cơ sở 2.340.000 đ" in page.text
    assert "Khoản 1 Điều 49 Nghị định số 152/2025/NĐ-CP" in page.text
    page = send(at, head, "freeze")
    state, version, digest = decision_of(world)
    assert (state, version) == ("frozen", 1)
    assert str(digest) in page.text
    assert "BẢN DỰ THẢO" in page.text
    assert "Điểm kiểm nhật ký mới nhất số 1" in page.text
    assert offered(page) == {"unfreeze", "cancel"}
    page = send(at, clerk, "sign", {**NUMBER, "signer": "Người Ký Giả Định", "compared": "1"})
    assert page.status == 200
    assert "Đã ghi nhận quyết định; 2 hồ sơ được tặng Bằng khen." in page.text
    assert "Quyết định số 1386/QĐ-UBND, ngày 20/11/2025, người ký: Người Ký Giả Định" in page.text
    assert "BẢN DỰ THẢO" not in page.text
    assert [world.state(one) for one in (group, person)] == [State.AWARDED] * 2
    assert offered(page) == {"correct", "revoke"}
    page = send(at, clerk, "correct", {**NUMBER, "number": "1400", "reason": "Tên đơn vị in sai."})
    assert "Đính chính theo văn bản số 1400/QĐ-UBND, ngày 20/11/2025 Tên đơn vị in sai." in page.text
    ground = "Khai man thành tích, khoản 2 Điều 93 Luật"
    page = send(at, clerk, "revoke", {**NUMBER, "number": "1450", "nomination": person, "reason": ground})
    assert world.state(person) is State.REVOKED
    assert ground in page.text
    assert person not in page.all("//select[@name='nomination']/option/@value")
    assert "Khai man" in at(head).get(PAGE).text
    for name in ("observer", "admin"):
        page = at(name).get(PAGE)
        assert "Thu hồi theo văn bản số 1450/QĐ-UBND" in page.text
        assert "Khai man" not in page.answer.text
        assert offered(page) == set()
    world.assert_sound()


def test_frozen_again_after_a_reason_and_cancelled_at_last(at: At, world: World) -> None:
    group, _ = approved(world)
    for action in ("open", "enlist", "freeze"):
        send(at, "appraisal-head", action)
    before = decision_of(world)[2]
    page = send(at, "appraisal-head", "unfreeze", {"reason": " "})
    assert page.status == 409
    assert "(--" not in page.text
    page = send(at, "appraisal-head", "unfreeze", {"reason": "Sửa chức vụ một cá nhân."})
    assert decision_of(world) == ("open", 2, None)
    assert f"Mã băm bị bỏ {before}" in page.text
    assert "Lý do Sửa chức vụ một cá nhân." in page.text
    page = send(at, "appraisal-head", "strike", {"reason": ""}, page)
    assert page.status == 409
    form = page.form("/quyet-dinh", action="strike", nomination=group)
    page = at("appraisal-head").post(PAGE, {**dict(form.form_values()), "reason": "Chờ xác minh thêm."})
    assert world.state(group) is State.APPROVED
    assert "Đã đưa hồ sơ ra khỏi danh sách." in page.text
    page = send(at, "appraisal-head", "cancel", {"reason": "Lập lại từ đầu."})
    assert "1 hồ sơ trở lại thẩm định đạt" in page.text
    assert "Số lần đã hủy: 1" in page.text
    assert offered(page) == {"open"}
    world.assert_sound()


def test_freezing_tells_every_dossier_in_the_way_with_its_article(at: At, world: World) -> None:
    _, person = approved(world)
    for action in ("open", "enlist"):
        send(at, "appraisal-head", action)
    with world.acting("appraiser") as (session, context):
        review.ask_agency(session, context, person, "Công an tỉnh")
        review.record_reply(session, context, person, "Công an tỉnh", CheckResult.ADVERSE, "CV 9: vi phạm")
    page = send(at, "appraisal-head", "freeze")
    assert page.status == 409
    assert decision_of(world)[0] == "open"
    ((name, why, law),) = cells(page, "Hồ sơ bị từ chối")
    assert name == world.look(person).name
    assert why.startswith("Mọi cơ quan được hỏi ý kiến đều phải xác nhận không có vi phạm.")
    assert why.endswith("Có ý kiến bất lợi của: Công an tỉnh.")
    assert law == "Khoản 4 Điều 4 Nghị định số 152/2025/NĐ-CP"


def test_who_would_not_be_taken_is_told_before_and_nothing_is_taken(at: At, world: World) -> None:
    group, person = approved(world)
    send(at, "appraisal-head", "open")
    world.change(
        "INSERT INTO duty (nomination_id, account_id, kind)"
        " SELECT :id, id, 'approve' FROM account WHERE name = 'appraisal-head'",
        id=person,
    )
    page = at("appraisal-head").get(PAGE)
    assert len(page.all(FITS)) == 1
    assert "Bị từ chối: appraisal-head đã giữ khâu" in page.text
    assert "Bị từ chối" not in at("observer").get(PAGE).text
    page = send(at, "appraisal-head", "enlist")
    assert page.status == 409
    assert [world.state(one) for one in (group, person)] == [State.APPROVED] * 2


def test_nothing_is_done_of_a_page_that_is_no_longer_true(at: At, world: World) -> None:
    approved(world)
    head = at("appraisal-head")
    send(at, "appraisal-head", "open")
    early = head.get(PAGE)
    later = world.draft()
    world.advance(later, State.APPROVED)
    page = send(at, "appraisal-head", "enlist", page=early)
    assert page.status == 409
    assert "Danh sách vừa thay đổi" in page.alerts[0]
    assert world.state(later) is State.APPROVED
    send(at, "appraisal-head", "enlist")
    send(at, "appraisal-head", "freeze")
    stale = at("clerk").get(PAGE)
    send(at, "appraisal-head", "unfreeze", {"reason": "Bổ sung"})
    send(at, "appraisal-head", "freeze")
    page = send(at, "clerk", "sign", {**NUMBER, "signer": "Người Ký", "compared": "1"}, stale)
    assert page.status == 409
    assert decision_of(world)[0] == "frozen"
    assert page.form("/quyet-dinh", action="sign").fields["signer"] == "Người Ký"


def test_signing_wants_the_hash_compared_a_number_and_a_day(at: At, world: World) -> None:
    approved(world)
    for action in ("open", "enlist", "freeze"):
        send(at, "appraisal-head", action)
    good = {**NUMBER, "signer": "Người Ký Giả Định", "compared": "1"}
    for wrong, status in (
        ({"number": ""}, 422),
        ({"dated": ""}, 422),
        ({"number": "mười"}, 422),
        ({"signer": " "}, 422),
        ({"dated": "2025-12-31"}, 409),
    ):
        page = send(at, "clerk", "sign", {**good, **wrong})
        assert (wrong, page.status) == (wrong, status)
        assert decision_of(world)[0] == "frozen"
    page = send(at, "clerk", "sign", {key: value for key, value in good.items() if key != "compared"})
    assert page.status == 422
    assert "đối chiếu mã băm" in page.alerts[0]
    assert page.form("/quyet-dinh", action="sign").fields["number"] == "1386/QĐ-UBND"


def test_only_whose_step_it_is_may_and_units_see_nothing(at: At, world: World) -> None:
    approved(world)
    mark = at("appraisal-head").get(PAGE).form("/quyet-dinh", action="open").fields["mark"]
    for name in ("appraiser", "review-head", "reviewer", "clerk", "observer", "admin"):
        token = at(name).get(PAGE).form("/dang-xuat").fields["_csrf"]
        page = at(name).post(PAGE, {"_csrf": token, "action": "open", "mark": mark})
        assert (name, page.status) == (name, 403)
    for name in ("officer-07282", "head-07282"):
        page = at(name).get(PAGE)
        assert page.status == 403
        assert "Nông Thị Mẫu" not in page.text
        token = at(name).get("/").form("/dang-xuat").fields["_csrf"]
        assert at(name).post(PAGE, {"_csrf": token, "action": "open", "mark": mark}).status == 403
        assert at(name).client.get(f"{PAPERS}/danh-sach.pdf").status_code == 403
    assert world.query("SELECT 1 FROM decision") == []
    page = at("appraisal-head").get(PAGE)
    token = page.form("/dang-xuat").fields["_csrf"]
    assert at("appraisal-head").post(PAGE, {"_csrf": token, "action": "lapse", "mark": mark}).status == 422


def test_after_signing_the_review_head_is_led_to_what_is_left(at: At, world: World) -> None:
    world.advance(world.draft(unit="07330"), State.IN_REVIEW)
    approved(world)
    world.enlist()
    assert not at("review-head").get(PAGE).all("//a[contains(@href, '/ket-thuc')]")
    world.sign()
    nothing = "Hiện không có bước nào dành cho bạn."
    assert nothing not in at("review-head").get(PAGE).text
    (link,) = at("review-head").get(PAGE).all("//a[contains(@href, '/ket-thuc')]")
    assert link.text == "Kết thúc các hồ sơ còn lại (1)"
    assert not at("appraisal-head").get(PAGE).all("//a[contains(@href, '/ket-thuc')]")


def test_who_has_nothing_left_to_do_is_told(at: At, world: World) -> None:
    approved(world)
    world.enlist()
    world.sign()
    page = at("review-head").get(PAGE)
    assert not page.all("//a[contains(@href, '/ket-thuc')]")
    assert "Hiện không có bước nào dành cho bạn." in page.text
    assert "đối chiếu bản gốc" not in page.text
    assert "Nghị định số 73/2024/NĐ-CP" in page.text


def test_papers_are_downloads_drafts_until_signed_and_kept(at: At, world: World) -> None:
    approved(world)
    world.enlist()
    assert download(at, "clerk", "quyet-dinh.pdf").status_code == 409
    world.freeze()
    names = [str(href).rpartition("/")[2] for href in at("clerk").get(PAGE).all("//a[@download]/@href")]
    assert len(names) == 9
    for name in (
        "quyet-dinh.pdf",
        "danh-sach-thu.docx",
        "danh-sach-thu.xlsx",
        "danh-sach-thu.json",
    ):  # one of each kind
        assert name in names
        answer = download(at, "clerk", name)
        assert answer.status_code == 200
        assert answer.headers["content-disposition"] == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
        assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
        match name.rpartition(".")[2]:
            case "pdf":
                assert "DỰ THẢO" in words_of(answer)
            case "json":
                assert json.loads(answer.content)["money"]["total"] == 10_530_000
            case _:
                assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    draft = download(at, "clerk", "quyet-dinh.pdf").content
    assert download(at, "observer", "quyet-dinh.pdf").content == draft
    send(at, "clerk", "sign", {**NUMBER, "signer": "Người Ký Giả Định", "compared": "1"})
    signed = download(at, "clerk", "quyet-dinh.pdf")
    assert "DỰ THẢO" not in words_of(signed)
    assert "Người Ký Giả Định" in words_of(signed)
    assert download(at, "observer", "quyet-dinh.pdf").content == signed.content
    for wrong in ("khac.pdf", "..%2Fquyet-dinh.pdf", "danh-sach-khac.json"):
        assert download(at, "clerk", wrong).status_code == 404


def words_of(answer: Response) -> str:
    """What a PDF says."""
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)


def test_printing_holds_no_row_and_keeps_nobody_waiting(at: At, world: World) -> None:
    approved(world)
    world.enlist()
    world.freeze()
    at("clerk").get(PAGE)
    done: list[Response] = []
    printing = threading.Thread(target=lambda: done.append(download(at, "clerk", "certificates.pdf")))
    busy = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'vinhdanh_app'"
        " AND state LIKE 'idle in transaction%'"
    )
    held: list[int] = []
    with world.database.owner.connect() as connection:
        looking = connection.execution_options(isolation_level="AUTOCOMMIT")
        printing.start()
        while printing.is_alive():
            held.append(int(looking.scalar(busy) or 0))
            time.sleep(0.005)
    printing.join()
    assert done[0].status_code == 200
    assert len(held) > 5  # it took a while
    assert sum(held) <= len(held) // 3  # and hardly ever was a transaction open


def test_the_page_asks_as_much_for_one_as_for_thirty(shared_at: At, shared_world: World) -> None:
    world, head = shared_world, shared_at("appraisal-head")

    def enlisted(number: int) -> int:
        """So many more come onto the list and as many wait; returns how many queries the page then asks."""
        for _ in range(2):
            for _ in range(number):
                world.advance(world.draft(), State.SELECTED)
            world.forward()
            for (identity,) in world.query("SELECT id FROM nomination WHERE state = 'in_appraisal'"):
                world.step(identity, Action.APPROVE, "appraiser")
            if not world.query("SELECT 1 FROM nomination WHERE state = 'listed'") or number > 1:
                world.enlist()
        with asked(world.database) as queries:
            assert head.get(PAGE).status == 200
        return len(queries)

    few = enlisted(1)
    assert enlisted(15) == few
    assert len(head.get(PAGE).all("//section[h2[@id='list']]//tbody/tr")) >= 30


def test_money_of_another_salary(at: At, world: World) -> None:
    approved(world)
    world.enlist()
    at("observer").get(PAGE)
    with world.database.transaction() as session:
        session.execute(text("UPDATE web_session SET rehearsal_day = :day"), {"day": date(2026, 7, 1)})
    page = at("observer").get(PAGE)
    assert cells(page, "Danh sách so với chỉ tiêu")[-1] == ["Tổng cộng", "11.390.000 đ"]
    assert "2.530.000 đ áp dụng từ 01/07/2026 (NĐ 161/2026/NĐ-CP, từ 01/07/2026)" in page.text
    with world.database.transaction() as session:
        session.execute(text("UPDATE web_session SET rehearsal_day = :day"), {"day": date(2001, 7, 1)})
    page = at("observer").get(PAGE)
    assert page.status == 200
    assert "Chưa có quy định" in page.text
