"""One dossier from the unit's form to the Bằng khen: seven people, seven windows, one campaign."""

from playwright.sync_api import FilePayload, expect

from rules.vocabulary import State
from tests.engine.files import samples
from tests.web.chromium.journeys import acts
from tests.web.chromium.journeys.acts import HOME, press, step, told, unfolded
from tests.web.chromium.journeys.people import People, Post, assert_sound

NAME = "Lăng Thị Hồng Mận"
UNIT_MAIL = ("officer.07282@bacninh.example", "head.07282@bacninh.example", "hong.man@bacninh.example")
WHILE_UNDER_WAY = [
    f"[DIỄN TẬP] Đã nộp hồ sơ: {NAME}",
    f"[DIỄN TẬP] Đã tiếp nhận hồ sơ: {NAME}",
    f"[DIỄN TẬP] Đề nghị bổ sung hồ sơ, hạn 28/11/2025: {NAME}",
    f"[DIỄN TẬP] Đã tiếp nhận hồ sơ: {NAME}",
]
DECISION = "được tặng Bằng khen tại Quyết định số 1386/QĐ-UBND ngày 20/11/2025"
OUTCOME = f"[DIỄN TẬP] Thông báo tặng Bằng khen: {NAME}"


def unit_fills_in(people: People) -> str:
    """The officer answers every question, attaches the report, enters the letter's number; the dossier's id."""
    page = people["officer-07282"]
    page.goto("/")
    page.get_by_role("link", name="Hồ sơ của đơn vị").click()
    page.get_by_role("link", name="Lập hồ sơ: cá nhân").click()
    acts.fill_in(page, acts.ANSWERS)
    press(page, acts.SAVE)
    told(page, "Đã")
    one = acts.identity(page)
    expect(page.locator("#missing")).to_contain_text("tờ trình")
    page.get_by_role("link", name="Về hồ sơ", exact=True).click()
    paper = FilePayload(name="Báo cáo thành tích.pdf", mimeType="application/pdf", buffer=samples.pdf(2))
    page.get_by_label("Báo cáo thành tích có xác nhận", exact=True).set_input_files(paper)
    press(page, "Gửi tệp")
    told(page, "Đã đính kèm “Báo cáo thành tích.pdf”.")
    page.goto(f"{HOME}/don-vi/to-trinh")
    press(page, "Tiếp tục")
    page.get_by_label("Số tờ trình").fill("14/TTr-UBND")
    page.get_by_label("Ngày tờ trình").fill("2025-11-18")
    press(page, "Ghi vào tất cả hồ sơ đã chọn")
    told(page, "Đã ghi Tờ trình")
    return one


def head_sends(people: People, one: str) -> None:
    """The unit's head looks at what would happen, signs and sends."""
    page = people["head-07282"]
    page.goto(f"{HOME}/don-vi/nop")
    page.get_by_label(NAME).check()
    press(page, "Xem trước")
    expect(page.locator("main")).to_contain_text("Chưa có gì được ghi.")
    assert people.world.state(one) is State.DRAFT
    press(page, "Ký và nộp")
    told(page, "Đã ký, nộp 1 hồ sơ.")
    assert people.world.state(one) is State.SUBMITTED


def reviewer_returns(people: People, one: str) -> None:
    """A reviewer finds the dossier without diacritics, accepts it, and gives it back with a point at a field."""
    page = people["reviewer"]
    page.goto(f"{HOME}/ho-so")
    page.get_by_label("Tên hoặc mã hồ sơ").fill("lang thi hong man")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=NAME).click()
    step(page, "Tiếp nhận")
    unfolded(page, "Nêu yêu cầu: Tóm tắt thành tích").get_by_role("textbox").fill("Nêu số liệu từng năm.")
    step(page, "Trả lại để bổ sung", due="2025-11-28")
    assert people.world.state(one) is State.RETURNED


def unit_answers(people: People) -> None:
    """The officer reads the point beside its field, corrects the field, answers; the head sends again."""
    page = people["officer-07282"]
    page.goto(f"{HOME}/don-vi")
    expect(page.locator(".desk")).to_contain_text("Yêu cầu chưa trả lời: 1")
    page.get_by_role("link", name="Sửa hồ sơ").click()
    beside = page.locator(".question").filter(has=page.locator("#f-merit"))
    expect(beside.locator(".finding")).to_contain_text("Nêu số liệu từng năm.")
    page.fill("#f-merit", "Năm 2024 vận động 20 hộ, năm 2025 vận động 17 hộ hiến đất làm đường.")
    beside.get_by_label("Trả lời của đơn vị").fill("Đã bổ sung số liệu.")
    press(beside, "Lưu và trả lời mục này")
    expect(beside.locator(".finding .badge")).to_have_text("đã trả lời")
    head = people["head-07282"]
    head.get_by_role("link", name=NAME).click()
    changes = head.locator("table.changes tbody tr")
    assert [one.split("\t") for one in changes.all_inner_texts()] == [
        [
            "Tóm tắt thành tích",
            "Vận động 37 hộ hiến đất làm đường.",
            "Năm 2024 vận động 20 hộ, năm 2025 vận động 17 hộ hiến đất làm đường.",
        ]
    ]
    step(head, "Nộp hồ sơ")


def review_endorses(people: People) -> None:
    """The reviewer reads the answer, gives points by the rubric, finds the dossier eligible."""
    page = people["reviewer"]
    page.reload()
    expect(page.locator("#yeu-cau")).to_contain_text("Đã bổ sung số liệu.")
    expect(page.locator("#noi-dung tr.table-warning")).to_have_count(1)
    step(page, "Tiếp nhận")
    for key, points in (("organisation", "28"), ("results", "27,5"), ("models", "20"), ("direct", "15")):
        page.locator(f"#score-{key}").fill(points)
    press(page, "Ghi điểm")
    expect(page.locator("#scores-heading")).to_have_text("Điểm: 90,5/100")
    step(page, "Xác nhận đủ điều kiện")


def review_head_selects(people: People, one: str, other: str) -> None:
    """The head reads the ranking, selects the first there, the next by a plan tried first; one letter takes both."""
    page = people["review-head"]
    page.goto(f"{HOME}/xep-hang?loai=individual")
    first, second = page.locator("table.ranking tbody tr").all()
    expect(first).to_contain_text(NAME)
    expect(second).to_contain_text("Vi Văn Thứ")
    press(first, f"Lựa chọn {NAME}")
    told(page, "Đã")
    page.goto(f"{HOME}/ke-hoach")
    page.get_by_label("Việc", exact=True).select_option("select:endorsed")
    press(page, "Xem trước")
    expect(page.locator("main")).to_contain_text("1 hồ sơ sẽ được thực hiện, 0 hồ sơ không thực hiện được.")
    assert (people.world.state(one), people.world.state(other)) == (State.SELECTED, State.ENDORSED)
    press(page, "Thực hiện với 1 hồ sơ")
    told(page, "1 hồ sơ")
    page.goto(f"{HOME}/to-trinh")
    page.get_by_label("Số tờ trình").fill("09/TTr-SDTTG")
    page.get_by_label("Ngày tờ trình").fill("2025-11-20")
    press(page, "Trình 2 hồ sơ")
    told(page, "09/TTr-SDTTG")
    assert (people.world.state(one), people.world.state(other)) == (State.IN_APPRAISAL, State.IN_APPRAISAL)


def appraisal_approves(people: People, one: str, other: str) -> None:
    """An officer of Sở Nội vụ asks an agency, cannot approve before it answers, records the answer, approves."""
    page = people["appraiser"]
    page.goto(f"/ho-so/{one}")
    page.get_by_label("Lấy ý kiến của cơ quan").fill("Công an tỉnh")
    press(page, "Lấy ý kiến")
    told(page, "Công an tỉnh")
    expect(page.locator("details.step").filter(has_text="Thẩm định đạt")).to_contain_text("chưa thể")
    unfolded(page, "Ghi nhận trả lời").get_by_label("không có vi phạm").check()
    page.get_by_label("Số, ngày văn bản trả lời và nội dung").fill("Công văn 88/CAT ngày 19/11/2025: không có.")
    press(page, "Ghi nhận trả lời Công an tỉnh")
    told(page, "Công an tỉnh")
    for each in (one, other):
        page.goto(f"/ho-so/{each}")
        step(page, "Thẩm định đạt")
        assert people.world.state(each) is State.APPROVED


def decision_is_signed(people: People) -> None:
    """Sở Nội vụ makes and freezes the list; the clerk compares its hash and records what was signed."""
    page = people["appraisal-head"]
    page.goto(f"{HOME}/quyet-dinh")
    for button in (
        "Lập danh sách quyết định",
        "Đưa vào danh sách tất cả hồ sơ thẩm định đạt (2)",
        "Chốt danh sách (2)",
    ):
        press(page, button)
        told(page, "Đã")
    expect(page.locator("#list")).to_have_text("Danh sách (2)")
    hashed = page.locator("dd code").first.inner_text()
    clerk = people["clerk"]
    clerk.goto(f"{HOME}/quyet-dinh")
    card = unfolded(clerk, "Ghi nhận quyết định đã ký")
    card.get_by_label("Số văn bản").fill("1386/QĐ-UBND")
    card.get_by_label("Ngày văn bản").fill("2025-11-20")
    card.get_by_label("Họ tên người ký").fill("Trần Văn Ký")
    card.get_by_label(f"Mã băm in trên quyết định đã ký đúng là {hashed}").check()
    press(card, "Ghi nhận quyết định đã ký")
    told(clerk, "Đã ghi nhận quyết định; 2 hồ sơ được tặng Bằng khen.")


def unit_reads(people: People, one: str) -> None:
    """The unit's page and its notice tell the outcome, with the decision."""
    page = people["officer-07282"]
    page.goto(f"/ho-so/{one}")
    outcome = page.locator("section", has=page.locator("#outcome"))
    expect(outcome).to_contain_text("Quyết định số 1386/QĐ-UBND ngày 20/11/2025")
    page.get_by_role("link", name="Xem thông báo gửi đơn vị").click()
    page.locator("a.letter-title", has_text=f"Thông báo tặng Bằng khen: {NAME}").click()
    expect(page.locator("article.letter")).to_contain_text(DECISION)


def silent_between(people: People, one: str) -> None:
    """What the unit reads while the offices are at work: one neutral state, nothing of points, letters or checks."""
    page = people["officer-07282"]
    page.goto(f"/ho-so/{one}")
    main = page.locator("main").inner_text()
    for secret in ("90,5", "09/TTr-SDTTG", "Công an", "suất", "thẩm định"):
        assert secret not in main, secret
    page.goto("/thong-bao")
    assert "Công an" not in page.locator("main").inner_text()


def test_a_dossier_from_the_form_to_the_award(people: People, post: Post) -> None:
    """Whatever form was sent on a stretch of the way is sent once more at its end, and does nothing."""
    world, again = people.world, people.repeating.again
    one = unit_fills_in(people)
    assert again() == [("don-vi/moi/individual", 422), ("giay-to", 409), ("don-vi/to-trinh", 303)]
    head_sends(people, one)
    assert again() == [("don-vi/nop", 200), ("don-vi/nop", 200)]
    reviewer_returns(people, one)
    assert again() == [("buoc", 409), ("buoc", 409)]
    unit_answers(people)
    assert again() == [("sua", 409), ("buoc", 409)]
    review_endorses(people)
    assert again() == [("buoc", 409), ("diem", 303), ("buoc", 409)]
    other = world.advance(world.draft(unit="07330", name="Vi Văn Thứ"), State.ENDORSED)
    review_head_selects(people, one, other)
    assert again() == [("xep-hang/chon", 409), ("ke-hoach", 200), ("ke-hoach/thuc-hien", 409), ("to-trinh", 409)]
    appraisal_approves(people, one, other)
    assert again() == [("xac-minh", 409), ("xac-minh/tra-loi", 409), ("buoc", 409), ("buoc", 409)]
    silent_between(people, one)
    assert post.deliver() > 0
    so_far = [f"{subject} [{one}]" for subject in WHILE_UNDER_WAY]
    assert [post.subjects(address) for address in UNIT_MAIL] == [so_far] * 3
    decision_is_signed(people)
    assert again() == [("quyet-dinh", 409)] * 4
    assert (world.state(one), world.state(other)) == (State.AWARDED, State.AWARDED)
    unit_reads(people, one)
    assert post.deliver() > 0
    assert [post.subjects(address)[4] for address in UNIT_MAIL] == [f"{OUTCOME} [{one}]"] * 3
    letter = post.to("officer.07282@bacninh.example")[-1]
    assert DECISION in letter.part("plain")
    assert DECISION in letter.part("html")
    assert post.subjects("hong.man@bacninh.example")[5:] == [f"[DIỄN TẬP] Chúc mừng {NAME} được tặng Bằng khen [{one}]"]
    assert not [subject for subject in post.subjects("officer.07330@bacninh.example") if NAME in subject]
    assert_sound(world)
