"""The first page: figures, pictures and tasks of each role; a unit's stays the same whatever happens behind it."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

from openpyxl import load_workbook

from engine import decisions
from rules.vocabulary import Action, Kind, State
from tests.engine.test_steps import counted
from tests.web.browser import Page
from tests.web.conftest import At
from tests.world import CODE, World

BOARD = f"/dot/{CODE}"
BECAUSE = "Thành tích chưa tiêu biểu, mục II.2.c Kế hoạch."


def tasks(page: Page) -> dict[str, tuple[str, str]]:
    """What waits: how many, and where it is done."""
    found = page.all("//section[@aria-labelledby='waiting']//li")
    return {one.xpath("a")[0].text: (one.xpath("strong")[0].text, one.xpath("a")[0].get("href")) for one in found}


def figures(page: Page) -> dict[str, tuple[str, ...]]:
    """The table under the bars: each state with its figures (collectives, individuals)."""
    rows = page.all(
        "//section[@aria-labelledby='progress']//tbody/tr | //section[@aria-labelledby='progress']//tfoot/tr"
    )
    return {
        " ".join(row.xpath("th")[0].text_content().split()): tuple(cell.text for cell in row.xpath("td"))
        for row in rows
    }


def test_the_offices_see_every_dossier_and_the_places_taken(at: At, world: World) -> None:
    world.draft()
    world.advance(world.draft(unit="07330"), State.SUBMITTED)
    world.advance(world.draft(Kind.COLLECTIVE), State.SELECTED)
    page = at("observer").get(BOARD)
    assert figures(page) == {
        "Bản nháp": ("0", "1"),
        "Đã nộp": ("0", "1"),
        "Được lựa chọn": ("1", "0"),
        "Tổng số": ("1", "2"),
        "Chỉ tiêu của cả đợt": ("2", "2"),
    }
    assert "Tập thể: 1 hồ sơ, đã giữ 1 trên 2 chỉ tiêu" in page.text
    assert "Cá nhân: 2 hồ sơ, đã giữ 0 trên 2 chỉ tiêu" in page.text
    assert page.all("//*[name()='svg' and not(@aria-hidden) and not(@aria-label)]") == []
    widths = [bar.xpath("@width") for bar in page.all("//section[@aria-labelledby='progress']//*[@class='fill-held']")]
    assert widths == [["50.0%"]]
    assert tasks(page) == {}


def test_the_offices_see_which_units_sent_how_many_and_when(at: At, world: World) -> None:
    for _ in range(2):
        world.advance(world.draft(unit="07330"), State.SUBMITTED)
    world.advance(world.draft(unit="07594"), State.SUBMITTED, date(2025, 11, 18))
    world.draft(unit="SYT")
    page = at("reviewer").get(BOARD)
    top = page.all("//table[contains(@class,'units')]/tbody/tr")
    assert [(row.xpath("th")[0].text, row.xpath("td")[0].text) for row in top] == [
        ("Ủy ban nhân dân xã Phúc Hoà", "2"),
        ("Ủy ban nhân dân xã Đèo Gia", "1"),
    ]
    assert "Sở Y tế (1 bản nháp)" in page.text
    assert "3 hồ sơ đã được đơn vị nộp; nhiều nhất 2 hồ sơ trong một ngày." in page.text
    days = page.all("//section[@aria-labelledby='pace']//tbody/tr")
    assert [tuple(cell.text_content().strip() for cell in row) for row in days] == [
        ("18/11/2025", "1"),
        ("20/11/2025", "2"),
    ]


def test_a_unit_sees_its_own_dossiers_only_and_no_places(at: At, world: World) -> None:
    world.draft()
    world.draft(unit="07330")
    world.advance(world.draft(unit="07330"), State.SELECTED)
    page = at("officer-07282").get(BOARD)
    assert figures(page) == {"Bản nháp, chưa nộp": ("0", "1"), "Tổng số": ("0", "1"), "Chỉ tiêu của cả đợt": ("2", "2")}
    for word in ("Phúc Hoà", "đã giữ", "đơn vị đã nộp", "Được lựa chọn", "fill-held"):
        assert word not in page.answer.text


def plain(page: Page) -> str:
    """The page without what differs from one visit to the next."""
    return re.sub(r'name="_csrf" value="[^"]*"|In lúc [0-9:/ ]*', "", page.answer.text)


def query(world: World, one: str) -> None:
    """The appraiser asks of a dossier."""
    world.step(one, Action.QUERY, "appraiser", findings=(("field:merit", "Làm rõ."),), due=date(2025, 11, 25))


# What happens to three dossiers under review, one thing after the other.
BEHIND: dict[str, Callable[[World, tuple[str, str, str]], object]] = {
    "endorsed": lambda world, ours: world.advance(ours[0], State.ENDORSED),
    "declined": lambda world, ours: world.step(ours[1], Action.DECLINE, "review-head", reason=BECAUSE),
    "selected": lambda world, ours: world.advance(ours[0], State.SELECTED),
    "selected too": lambda world, ours: world.advance(ours[2], State.SELECTED),
    "both forwarded": lambda world, ours: world.advance(ours[0], State.IN_APPRAISAL),
    "queried": lambda world, ours: query(world, ours[2]),
    "refused": lambda world, ours: world.step(ours[2], Action.REFUSE, "appraisal-head", reason=BECAUSE),
    "listed": lambda world, ours: world.advance(ours[0], State.LISTED),
    "frozen": lambda world, _: world.freeze(),
}


def test_a_units_pages_are_the_same_whatever_happens_behind_them(at: At, world: World) -> None:
    one, two, three = (world.advance(world.draft(), State.IN_REVIEW) for _ in range(3))
    theirs = world.advance(world.draft(unit="07330"), State.IN_REVIEW)
    head = at("head-07282")
    before, notices = plain(head.get(BOARD)), plain(head.get("/thong-bao"))
    assert figures(head.get(BOARD))["Đang xem xét"] == ("0", "3")
    for what, happens in BEHIND.items():
        happens(world, (one, two, three))
        assert plain(head.get(BOARD)) == before, what
        assert plain(head.get("/thong-bao")) == notices, what
    assert [world.state(each) for each in (one, two, three)] == [State.LISTED, State.DECLINED, State.REFUSED]
    world.step(theirs, Action.DECLINE, "review-head", reason=BECAUSE)
    assert plain(head.get(BOARD)) == before


def test_what_waits_is_each_roles_own(at: At, world: World) -> None:
    world.draft(), world.draft()
    world.give_back(world.advance(world.draft(), State.IN_REVIEW), due=date(2025, 11, 28))
    world.advance(world.draft(unit="07330"), State.SUBMITTED)
    world.advance(world.draft(unit="07330"), State.IN_REVIEW)
    world.advance(world.draft(unit="07594"), State.ENDORSED)
    expected = {
        "officer-07282": {
            "Hồ sơ được trả lại, cần bổ sung": ("1", f"{BOARD}/don-vi"),
            "Bản nháp chưa nộp": ("2", f"{BOARD}/don-vi"),
        },
        "officer-SYT": {},
        "reviewer": {
            "Hồ sơ chờ tiếp nhận": ("1", f"{BOARD}/ho-so?trang-thai=submitted"),
            "Hồ sơ đang xét": ("1", f"{BOARD}/ho-so?trang-thai=in_review"),
        },
        "review-head": {"Hồ sơ đủ điều kiện, chờ lựa chọn": ("1", f"{BOARD}/xep-hang")},
        "appraiser": {},
        "clerk": {},
        "admin": {},
    }
    assert {name: tasks(at(name).get(BOARD)) for name in expected} == expected
    assert "hạn gần nhất 28/11/2025" in at("officer-07282").get(BOARD).text
    assert "28/11/2025" not in at("officer-07330").get(BOARD).text


def test_what_waits_at_the_end_of_the_road(at: At, world: World) -> None:
    one = world.advance(world.draft(), State.IN_APPRAISAL)
    two = world.advance(world.draft(unit="07330"), State.IN_APPRAISAL)
    world.step(two, Action.QUERY, "appraiser", findings=(("field:merit", "Làm rõ."),), due=date(2025, 11, 21))
    queue = f"{BOARD}/ho-so?trang-thai="
    assert tasks(at("appraiser").get(BOARD)) == {"Hồ sơ đang thẩm định": ("1", f"{queue}in_appraisal")}
    late = at("review-head")
    assert tasks(late.get(BOARD)) == {"Yêu cầu giải trình chờ trả lời": ("1", f"{queue}queried")}
    assert "hạn gần nhất 21/11/2025" in late.get(BOARD).text
    world.step(one, Action.APPROVE, "appraiser")
    decision = f"{BOARD}/quyet-dinh"
    assert tasks(at("appraisal-head").get(BOARD)) == {
        "Hồ sơ thẩm định đạt, chờ đưa vào danh sách": ("1", decision),
    }
    world.enlist()
    assert tasks(at("appraisal-head").get(BOARD)) == {"Danh sách quyết định đang lập, chờ chốt": ("1", decision)}
    world.freeze()
    assert tasks(at("clerk").get(BOARD)) == {"Danh sách đã chốt, chờ ghi số và ngày quyết định": ("1", decision)}
    world.change("UPDATE letter SET status = 'failed', error = 'không có hộp thư' WHERE kind = 'submit.unit'")
    assert tasks(at("admin").get(BOARD)) == {"Thư không gửi được": ("6", "/quan-tri")}
    with world.acting("clerk", alone=True) as (session, context):
        decisions.sign(session, context, "1234/QĐ-UBND", context.today, "Người Ký Giả Định")
    left = tasks(at("review-head").get(BOARD))["Hồ sơ còn lại sau quyết định, chờ kết thúc"]
    assert left == ("1", f"{BOARD}/ket-thuc")


DAYS = {
    date(2025, 10, 19): "Chưa đến thời gian nhận hồ sơ: bắt đầu ngày 20/10/2025.",
    date(2025, 11, 20): "Còn 6 ngày làm việc để nộp hồ sơ, đến hết ngày 30/11/2025.",
    date(2025, 11, 29): "Không còn ngày làm việc nào trước khi hết hạn, ngày 30/11/2025; vẫn nộp được trên hệ thống.",
    date(2025, 11, 30): "Hôm nay là ngày cuối cùng nhận hồ sơ.",
    date(2025, 12, 1): "Đã hết thời gian nhận hồ sơ từ sau ngày 30/11/2025.",
}


def test_the_deadline_is_told_in_working_days(at: At, world: World) -> None:
    unit = at("head-07282")
    page = unit.get(BOARD)
    for day, said in DAYS.items():
        page = unit.send(page, "/ngay-dien-tap", {"day": day.isoformat()})
        assert said in page.text


def test_as_many_queries_for_one_dossier_as_for_thirty(at: At, world: World) -> None:
    world.advance(world.draft(), State.SUBMITTED)
    sent = {}
    for name in ("reviewer", "officer-07282"):
        somebody = at(name)
        with counted(world) as few:
            somebody.get(BOARD)
        sent[name] = len(few)
    for number in range(30):
        world.draft(unit=("07282", "07330", "SYT")[number % 3])
    for name, before in sent.items():
        with counted(world) as many:
            at(name).get(BOARD)
        assert len(many) == before
    assert sent["reviewer"] <= sent["officer-07282"] + 3


def test_the_empty_workbook_is_there_for_everybody(at: At, world: World) -> None:
    address = f"{BOARD}/mau-ho-so.xlsx"
    for name in ("officer-07282", "reviewer", "observer", "admin", "clerk"):
        assert len(at(name).get(BOARD).all(f"//a[@href='{address}']")) == 1
        assert at(name).get(address).answer.headers["content-disposition"] == f'attachment; filename="mau-{CODE}.xlsx"'
    workbook = load_workbook(BytesIO(at("reviewer").get(address).answer.content))
    assert workbook.sheetnames == ["Tập thể", "Cá nhân", "Danh mục"]
    assert "07282" in {cell.value for cell in workbook["Danh mục"]["A"]}


def test_paper_says_which_campaign_and_when(at: At, world: World) -> None:
    page = at("reviewer").get(BOARD)
    printed = page.all("//*[contains(@class,'d-print-block')]")
    assert re.search(r"In lúc \d\d:\d\d \d\d/\d\d/\d{4}, ngày diễn tập 20/11/2025", printed[0].text_content())
    assert "d-print-none" not in page.all("//p[contains(@class,'campaign-title')]/..")[0].get("class")
