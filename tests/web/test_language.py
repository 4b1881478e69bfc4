"""The second language: labels, filled sentences, and what stays Vietnamese and says so."""

from markupsafe import Markup

from rules.vocabulary import State
from tests.web.conftest import At
from tests.world import CODE, World
from web.language import Language, language_of, speaker, translator

said, english = speaker(Language.ENGLISH), translator(Language.ENGLISH)


def test_only_english_is_another_language() -> None:
    assert [language_of(tag) for tag in ("en", "vi", "fr", None)] == ["en", "vi", "vi", "vi"]
    assert translator(Language.VIETNAMESE)("Đăng xuất") == speaker(Language.VIETNAMESE)("Đăng xuất") == "Đăng xuất"
    assert english("Đăng xuất") == "Sign out"
    assert english("Không ai dịch câu này.") == "Không ai dịch câu này."


def test_a_sentence_with_values_is_recognised_and_its_values_are_translated() -> None:
    assert said("Đã tiếp nhận.") == "Done: accept."
    asked = "Đã lấy ý kiến của Công an tỉnh về 3 hồ sơ."
    assert said(asked) == "Công an tỉnh has been asked about 3 dossier(s)."
    assert said(f"{asked} 1 hồ sơ đã được hỏi từ trước.") == (
        "Công an tỉnh has been asked about 3 dossier(s). 1 dossier(s) had been asked about before."
    )
    assert said("Đã ghi nhận trả lời của Thuế tỉnh: không có vi phạm.") == (
        "The answer of Thuế tỉnh was recorded: clear."
    )


def test_a_value_may_be_a_sentence_of_ours_but_of_nobody_else() -> None:
    assert said("Đã đính kèm báo cáo.pdf vào 2 hồ sơ.") == "Attached to 2 dossiers: báo cáo.pdf."
    more = "1 hồ sơ đã được hỏi từ trước."
    assert "lang" not in said(f"Đã lấy ý kiến của Thuế tỉnh về 2 hồ sơ. {more}")
    assert "lang" in said(f"Sắp hết hạn. {more}")


def test_what_the_engine_says_stays_vietnamese_and_is_marked() -> None:
    long = f"Đã lấy ý kiến của {'x' * 600}."
    for sentence in ("Đã quá thời hạn.", "Đã tiếp nhận. Cảnh báo: còn 5 ngày.", "Chưa có <b>biên bản</b>.", long):
        told = said(sentence)
        assert isinstance(told, Markup)
        assert told == Markup('<span lang="vi">{}</span>').format(sentence)


def test_a_page_is_english_from_the_menu_to_the_figures(at: At, world: World) -> None:
    world.advance(world.draft(), State.SUBMITTED)
    reviewer = at("reviewer")
    page = reviewer.send(reviewer.get(f"/dot/{CODE}"), "/ngon-ngu", {"language": "en"})
    assert page.all("/html/@lang") == ["en"]
    assert {"Overview", "Dossiers", "Ranking", "Trail"} <= set(page.all("//nav//a/text()"))
    assert "Individuals: 1 dossier(s), 0 of 2 places held" in page.text
    assert "Dossiers to be accepted" in page.text
    vietnamese = [
        one.text_content()
        for one in page.all("//main//*[not(*) and not(ancestor-or-self::*[@lang='vi'])]")
        if any(letter.isalpha() and not letter.isascii() for letter in one.text_content())
    ]
    assert vietnamese == []


def test_a_refusal_on_an_english_page_is_marked_as_vietnamese(at: At, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    head = at("review-head")
    head.client.cookies.set("ngon_ngu", "en", domain="127.0.0.1")
    page = head.get(f"/ho-so/{identity}")
    page = head.send(page, "/buoc", {"reason": "chưa tiêu biểu"}, action="decline")
    assert page.all("//*[@role='alert']//strong/text()") == ["This could not be done."]
    (refusal,) = page.all("//*[@role='alert']/p[strong]/span[@lang='vi']")
    assert "viện dẫn căn cứ" in refusal.text_content()
    page = head.send(page, "/buoc", {"reason": "chưa tiêu biểu, mục II.2.c Kế hoạch"}, action="decline")
    assert page.all("//*[@role='status']/text()") == ["Done: decline."]
