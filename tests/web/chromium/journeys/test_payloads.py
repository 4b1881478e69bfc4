"""Markup in every text field there is: it stays text for everybody who reads it, and nothing of it runs."""

import re
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

from engine import review
from rules.vocabulary import Action, State
from tests.web.chromium.journeys import acts
from tests.web.chromium.journeys.acts import HOME, SAVE, press, refused, step, told, unfolded
from tests.web.chromium.journeys.people import People, Post, assert_sound
from tests.world import World

PAYLOAD = "<script>alert(1)</script>\"><img src=x onerror=alert(2)>{{7*7}}<a href='javascript:alert(3)'>x</a>"
INJECTED = """() => [...document.querySelectorAll(
  "script:not([src]), img[src=x], [onerror], [onload], a[href^='javascript:' i]")].map((one) => one.outerHTML)"""
DOSSIER, QUEUE, TRAIL = "/ho-so/{one}", f"{HOME}/ho-so?q={{payload}}", f"{HOME}/nhat-ky?ho-so={{one}}"
RANKING, DECISION = f"{HOME}/xep-hang?loai=individual", f"{HOME}/quyet-dinh"
READ = {  # pages that show it, at the end, for every role
    "officer-07282": (DOSSIER, f"{HOME}/don-vi"),
    "head-07282": (DOSSIER, f"{HOME}/don-vi"),
    "reviewer": (DOSSIER, "/ho-so/{one}/phien-ban/1", QUEUE, RANKING),
    "review-head": (DOSSIER, RANKING, TRAIL),
    "appraiser": (DOSSIER, QUEUE, DECISION),
    "appraisal-head": (DOSSIER, TRAIL, DECISION),
    "clerk": (DOSSIER, QUEUE, DECISION),
    "observer": (DOSSIER, TRAIL, RANKING),
    "admin": (DOSSIER, QUEUE, TRAIL),
}
NOTIFIED = ("officer-07282", "reviewer", "appraiser")
KEYS = "(all) => all.map((one) => one.id.slice(2))"
TEXTS = "#dossier-form input[type=text]:visible, #dossier-form textarea:visible"


def harmless(page: Page) -> None:
    """Nothing on the page came of the markup, which is read there as it was typed."""
    assert page.evaluate(INJECTED) == [], page.url
    values = page.evaluate("() => [...document.querySelectorAll('input, textarea')].map((one) => one.value).join(' ')")
    assert PAYLOAD in " ".join(f"{page.locator('main').text_content()} {values}".split()), page.url


def unit_types_it(people: People) -> str:
    """Every field of the form takes it; those that cannot mean it say so, beside it."""
    page = people["officer-07282"]
    page.goto(f"{HOME}/don-vi/moi/individual")
    for key in ("breach", "pending", "prior_awards"):
        acts.answer(page, key, "Có")
    fields = page.locator(TEXTS)
    for field in fields.all():
        field.fill(PAYLOAD)
    press(page, SAVE)
    harmless(page)
    assert sorted(page.locator("[aria-invalid=true]").evaluate_all(KEYS)) == ["birth_date", "cccd", "email"]
    acts.fill_in(page, {key: acts.ANSWERS[key] for key in ("birth_date", "cccd", "email", "sex", "direct", "report")})
    acts.fill_in(page, {key: words for key, words in acts.ANSWERS.items() if key.startswith("rating")})
    press(page, SAVE)
    told(page, "Đã")
    harmless(page)
    one = acts.identity(page)
    stored = people.world.look(one).fields
    assert {key for key, answer in stored.items() if answer == PAYLOAD} == {
        "name", "ethnicity", "position", "workplace", "merit", "model", "breach", "pending", "prior_awards", "letter",
        "minutes",
    }  # fmt: skip
    return one


def fill(card: Locator, **fields: str) -> None:
    """Fill in the fields of a form by their names."""
    for name, words in fields.items():
        card.locator(f"[name={name}]").fill(words)


def write(people: People, card: Locator, button: str, note: str, **chosen: str) -> None:
    """Choose what an unfolded form asks to choose, type the markup into its texts, and send it twice: once in vain."""
    for name, value in chosen.items():
        field = card.locator(f"[name={name}]")
        if field.first.get_attribute("type") == "radio":
            card.locator(f"[name={name}][value={value}]").check()
        elif field.evaluate("(one) => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    for text in card.locator("textarea:visible, input:visible:not([type])").all():
        if not text.input_value():
            text.fill(PAYLOAD)
    press(card, button)
    told(card.page, note)
    harmless(card.page)
    assert {status for _, status in people.repeating.again()} == {409}


def review_types_it(people: People, one: str) -> None:
    """A return's points, the unit's answers, conclusions, a correction, a recusal, why somebody is not selected."""
    world, page = people.world, people["reviewer"]
    world.step(one, Action.ACCEPT, "reviewer")
    page.goto(f"/ho-so/{one}")
    harmless(page)
    unfolded(page, "Nêu yêu cầu: Chức vụ").get_by_role("textbox").fill(PAYLOAD)
    card = unfolded(page, "Trả lại để bổ sung")
    card.locator("[name=anchor]").first.select_option("field:merit")
    card.locator("[name=text]").first.fill(PAYLOAD)
    card.locator("[name=due]").fill("2025-11-28")
    press(card, "Trả lại để bổ sung")
    told(page, "Đã trả lại")
    harmless(page)
    unit = people["officer-07282"]
    unit.goto(f"/ho-so/{one}/sua")
    for text in unit.get_by_label("Trả lời của đơn vị").all():
        text.fill(PAYLOAD)
    acts.answer(unit, "pending", "Không")
    press(unit, SAVE)
    told(unit, "Đã lưu")
    harmless(unit)
    world.step(one, Action.SUBMIT, "head")
    world.step(one, Action.ACCEPT, "reviewer")
    page.goto(f"/ho-so/{one}")
    write(
        people,
        unfolded(page, "Chỉnh sửa lỗi văn bản"),
        "Chỉnh sửa",
        "Đã chỉnh sửa.",
        field="workplace",
        value=f"{PAYLOAD}.",
    )
    for rule in ("award.not_already_given", "conduct.no_breach"):
        line = page.locator("#ra-soat li", has=page.locator(f"input[name=rule][value='{rule}']"))
        write(people, unfolded(line, "Kết luận tiêu chí này"), "Ghi kết luận", "Đã ghi kết luận.", verdict="pass")
    with_points(world, one)
    world.step(one, Action.ENDORSE, "reviewer")
    other = people["reviewer2"]
    other.goto(f"/ho-so/{one}")
    write(
        people, unfolded(other, "Xin không tham gia xét hồ sơ này"), "Không tham gia xét", "Bạn không còn tham gia xét"
    )
    world.step(one, Action.SELECT, "review-head")
    head = people["review-head"]
    for path in (f"{HOME}/to-trinh", RANKING):
        head.goto(path)
        harmless(head)
    write(people, unfolded(head, "Bỏ lựa chọn"), "Bỏ lựa chọn", "Đã bỏ lựa chọn")


def with_points(world: World, one: str) -> None:
    """A reviewer's points."""
    with world.acting("reviewer") as (session, context):
        review.score(session, context, one, "80")


def appraisal_types_it(people: People, one: str) -> None:
    """An agency's name and its answer, a query's point and what the review office says to it."""
    world, page = people.world, people["appraiser"]
    page.goto(f"/ho-so/{one}")
    page.get_by_label("Lấy ý kiến của cơ quan").fill(PAYLOAD)
    press(page, "Lấy ý kiến")
    told(page, "Đã lấy ý kiến")
    harmless(page)
    page.goto(f"{HOME}/xac-minh")
    harmless(page)
    page.goto(f"/ho-so/{one}")
    write(
        people, unfolded(page, "Ghi nhận trả lời"), f"Ghi nhận trả lời {PAYLOAD}", "Đã ghi nhận trả lời", result="clear"
    )
    unfolded(page, "Nêu yêu cầu: Chức vụ").get_by_role("textbox").fill(PAYLOAD)
    step(page, "Yêu cầu giải trình", due="2025-11-28")
    reviewer = people["reviewer"]
    reviewer.goto(f"/ho-so/{one}")
    write(people, unfolded(reviewer.locator("#yeu-cau"), "Trả lời"), "Ghi trả lời", "Đã ghi nội dung giải trình.")
    world.step(one, Action.REPLY, "review-head")
    world.step(one, Action.APPROVE, "appraiser")


def decision_types_it(people: People) -> None:
    """Why somebody is taken off the list and why it is opened again, who signed, what is corrected."""
    world, page = people.world, people["appraisal-head"]
    world.enlist()
    page.goto(f"{HOME}/quyet-dinh")
    write(people, unfolded(page, "Đưa ra khỏi danh sách"), "Đưa ra", "Đã")
    world.enlist()
    world.freeze()
    page.goto(f"{HOME}/quyet-dinh")
    write(people, unfolded(page, "Mở lại danh sách"), "Mở lại danh sách", "Đã")
    world.freeze()
    clerk = people["clerk"]
    clerk.goto(f"{HOME}/quyet-dinh")
    card = unfolded(clerk, "Ghi nhận quyết định đã ký")
    card.locator("[name=compared]").check()
    fill(card, number=PAYLOAD, dated="2025-11-20", signer=PAYLOAD)
    press(card, "Ghi nhận quyết định đã ký")
    refused(clerk, "Số văn bản")
    harmless(clerk)
    card.locator("[name=compared]").check()
    fill(card, number="1/QĐ-UBND", signer="<b>{{7*7}}</b>")
    press(card, "Ghi nhận quyết định đã ký")
    told(clerk, "Đã ghi nhận quyết định; 1 hồ sơ được tặng Bằng khen.")
    expect(clerk.locator("main")).to_contain_text("người ký: <b>{{7*7}}</b>")
    write(
        people,
        unfolded(clerk, "Đính chính quyết định"),
        "Ghi nhận văn bản đính chính",
        "Đã",
        number="2/QĐ-UBND",
        dated="2025-11-20",
    )


def everybody_reads_it(people: People, one: str) -> None:
    """Every role's pages and their notices, in Vietnamese and, for one of them, in English."""
    for name, paths in READ.items():
        for path in paths:
            people[name].goto(path.format(one=one, payload=quote(PAYLOAD)))
            harmless(people[name])
    for name in NOTIFIED:
        people[name].goto("/thong-bao")
        people[name].locator("a.letter-title", has_text="<script>").first.click()
        harmless(people[name])
    english = people.room.open("observer", language="en")
    english.goto(f"/ho-so/{one}")
    harmless(english)


def test_markup_stays_text(people: People, post: Post) -> None:
    world = people.world
    one = unit_types_it(people)
    assert people.repeating.again() == [("don-vi/moi/individual", 422)] * 2
    world.step(one, Action.SUBMIT, "head")
    review_types_it(people, one)
    world.advance(one, State.IN_APPRAISAL)
    appraisal_types_it(people, one)
    decision_types_it(people)
    assert world.state(one) is State.AWARDED
    everybody_reads_it(people, one)
    assert post.deliver() > 0
    for letter in post.sink.received:
        html = letter.part("html")
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
        assert not re.search("<(script|img|a )", html)
        assert PAYLOAD in " ".join(letter.part("plain").split()), letter.message["Subject"]
    assert_sound(world)
