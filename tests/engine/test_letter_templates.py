"""Every letter of the life cycle: it exists, says what its reader needs, and lets nobody write into it what is ours."""

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from engine import notices
from engine.context import Context, Origin
from engine.dossier import Dossier
from engine.letter_text import TEMPLATES, one_line, render
from engine.letters import letter_values, posted
from engine.steps import Request, said_in_letters
from rules.campaign import parse_campaign
from rules.citations import citation, citations
from rules.lifecycle import LIFE_CYCLE, PARTY_OF, Move
from rules.vocabulary import Action, Kind, Party, State

ID = "<nomination-7K3M9QXZ.3.1@vinhdanh.invalid>"
CAMPAIGN = Path(__file__).resolve().parents[2] / "campaigns" / "bang-khen-2021-2025.yaml"
LETTERS = tuple((move, PARTY_OF[to]) for move in LIFE_CYCLE for to in move.letters)
KINDS = sorted({f"{move.action.value}.{party.value}" for move, party in LETTERS})
OFFICES = {"SDTTG": "Sở Dân tộc và Tôn giáo", "SNV": "Sở Nội vụ"}
FULL = Request(
    reason="Chưa có biên bản họp xét, theo mục IV.1.d Kế hoạch",
    due=date(2025, 12, 5),
    findings=(("paper:minutes", "Gửi biên bản có chữ ký."), ("rule:merit.described", "Nêu số liệu.")),
    submission=(1, "09/TTr-SDTTG"),
    serial=7,
    decision="số 812/QĐ-UBND ngày 20/12/2025",
    revoking="số 95/QĐ-UBND ngày 02/02/2026",
    place="17",
)
GIVEN = {
    "everything": FULL,
    "no reason": replace(FULL, reason=""),
    "no place": replace(FULL, place=""),
    "no serial": replace(FULL, serial=None),
    "no decision": replace(FULL, decision=""),
    "no revoking decision": replace(FULL, revoking=None),
    "no submission": replace(FULL, submission=None),
    "nothing": Request(),
}
# Written between acceptance and signing to a unit: whatever happens to the dossier inside, they read the same.
EMBARGOED = ("accept.unit", "return.unit", "extend.unit", "recall.unit", "withdraw.unit", "reopen.unit")
INSIDE = ("lựa chọn", "thẩm định", "xếp hạng", "dự bị", "suất", "thứ tự", "sở nội vụ", "tờ trình", "trình chủ tịch")
OUTCOMES = ("decline.unit", "refuse.unit", "close.unit")
# What each letter must tell, by hand: words of what happened, of why, of what to do, of whom to ask.
TELLS = {
    "submit.unit": ("đã được nộp", "Đã nộp, chờ tiếp nhận", "Sở Dân tộc và Tôn giáo"),
    "submit.review_office": ("UBND xã Tuấn Đạo đã nộp", "tiếp nhận và xem xét", "liên hệ đơn vị"),
    "accept.unit": (
        "mục IV.1.d Kế hoạch",
        "đã tiếp nhận",
        "Đang xem xét",
        "rút hồ sơ",
        "liên hệ Sở Dân tộc và Tôn giáo",
    ),
    "return.unit": (
        "- Số, ngày biên bản họp xét: Gửi biên bản có chữ ký.",
        "- Hồ sơ phải nêu thành tích",
        "05/12/2025",
    ),
    "return.appraisal_office": ("Gửi biên bản có chữ ký.", "05/12/2025", "trình lại quý cơ quan"),
    "extend.unit": ("gia hạn", "đến hết ngày 05/12/2025", "nộp lại"),
    "recall.unit": ("thu hồi yêu cầu bổ sung", "không phải nộp lại", "Đang xem xét"),
    "withdraw.unit": ("Theo văn bản đề nghị của quý đơn vị", "đã được rút", "xin báo ngay"),
    "withdraw.review_office": (
        "đã được rút",
        "Lý do: Chưa có biên bản",
        "suất đó nay còn trống",
        "liên hệ UBND xã Tuấn Đạo",
    ),
    "withdraw.appraisal_office": ("đã rút hồ sơ", "Lý do: Chưa có biên bản", "không phải thẩm định tiếp"),
    "decline.unit": ("không đề nghị khen thưởng", "Lý do: Chưa có biên bản", "bằng văn bản"),
    "forward.appraisal_office": ("Tờ trình số 09/TTr-SDTTG", "Đề nghị quý cơ quan thẩm định"),
    "query.review_office": (
        "mục IV.3 Kế hoạch",
        "Gửi biên bản có chữ ký.",
        "chậm nhất ngày 05/12/2025",
        "liên hệ Sở Nội vụ",
    ),
    "reply.appraisal_office": ("đã giải trình", "thẩm định tiếp"),
    "refuse.unit": ("không trình khen thưởng", "Lý do: Chưa có biên bản", "bằng văn bản"),
    "refuse.review_office": ("mục IV.3 Kế hoạch", "kết quả: không đạt", "Lý do: Chưa có biên bản", "danh sách dự bị"),
    "award.unit": ("Quyết định số 812/QĐ-UBND ngày 20/12/2025", "số thứ tự 7", "đính chính", "thông báo của Sở Nội vụ"),
    "award.nominee": ("chúc mừng", "tại Quyết định số 812/QĐ-UBND ngày 20/12/2025", "số thứ tự 7", "UBND xã Tuấn Đạo"),
    "award.review_office": ("số 812/QĐ-UBND ngày 20/12/2025", "số thứ tự 7", "đính chính"),
    "award.appraisal_office": ("số 812/QĐ-UBND ngày 20/12/2025", "số thứ tự 7", "chuẩn bị việc trao"),
    "revoke.unit": ("khoản 2 Điều 93", "theo Quyết định số 95/QĐ-UBND ngày 02/02/2026", "thu lại Bằng khen"),
    "revoke.nominee": ("khoản 2 Điều 93", "theo Quyết định số 95/QĐ-UBND ngày 02/02/2026", "nộp lại Bằng khen"),
    "revoke.appraisal_office": ("khoản 2 Điều 93", "số 812/QĐ-UBND", "không giao cho hồ sơ khác"),
    "lapse.unit": ("hết hạn", "không được xem xét tiếp", "để được hướng dẫn"),
    "lapse.review_office": ("Quá thời hạn bổ sung", "suất đó nay còn trống", "mở lại", "liên hệ UBND xã Tuấn Đạo"),
    "close.unit": ("Quyết định số 812/QĐ-UBND", "mục II.2.c", "Lý do: Chưa có biên bản", "bảng xếp hạng: 17."),
    "reopen.unit": ("đã mở lại", "không còn giá trị", "chậm nhất ngày 05/12/2025"),
}

FIRST_CAMPAIGN = ("Bằng khen", "Chủ tịch", "Chương trình", "Kế hoạch", "Bắc Ninh", "86/2025", "06/2022")
PLAN = "Kế hoạch tổng kết Chương trình (tháng 10/2025) của UBND tỉnh Bắc Ninh"
REGULATION = "Quyết định số 86/2025/QĐ-UBND của UBND tỉnh Bắc Ninh"
LAW = "Luật Thi đua, khen thưởng số 06/2022/QH15"
# Which article a letter tells, by hand: of the rows that write it, the day, the words.
UNDER = [
    ("submit.unit", date(2025, 12, 14), "Kính gửi UBND xã Tuấn Đạo, Ngày 14/12/2025, hồ sơ của quý đơn vị"),
    ("submit.unit", date(2025, 12, 15), f"Căn cứ Điều 9 {REGULATION}, ngày 15/12/2025, hồ sơ của quý đơn vị"),
    ("extend.unit", date(2025, 11, 27), f"Căn cứ mục IV.1.d {PLAN}, ngày 27/11/2025, Sở Dân tộc và Tôn giáo gia hạn"),
    ("recall.unit", date(2025, 9, 30), "Ngày 30/09/2025, Sở Dân tộc và Tôn giáo thu hồi yêu cầu bổ sung"),
    ("decline.unit", date(2025, 9, 30), "Sở Dân tộc và Tôn giáo đã xem xét hồ sơ của quý đơn vị và không đề nghị"),
    ("lapse.unit", date(2025, 11, 27), f"trong thời hạn. Căn cứ mục IV.5 {PLAN}, ngày 27/11/2025, hồ sơ đã chuyển"),
    ("withdraw.unit", date(2025, 11, 27), f"văn bản đề nghị của quý đơn vị và căn cứ mục IV.1.d {PLAN}, ngày 27"),
    ("withdraw.unit", date(2025, 9, 30), "Theo văn bản đề nghị của quý đơn vị, ngày 30/09/2025, hồ sơ"),
    ("close.unit", date(2025, 12, 20), f"được khen thưởng có hạn theo mục II.2.c {PLAN}."),
    ("close.unit", date(2025, 9, 30), "được khen thưởng có hạn. "),
    ("revoke.nominee", date(2026, 2, 2), f"Căn cứ khoản 2 Điều 93 {LAW}, việc tặng Bằng khen cho Ông/Bà"),
    ("revoke.nominee", date(2023, 12, 31), "Việc tặng Bằng khen cho Ông/Bà Lò Thị Đậu tại Quyết định"),
]


@cache
def the_context() -> Context:
    """A day of the bundled campaign, its offices known."""
    return Context(
        campaign_id=1,
        campaign=parse_campaign(yaml.safe_load(CAMPAIGN.read_text(encoding="utf-8"))),
        decided=False,
        today=date(2025, 11, 27),
        now=datetime(2025, 11, 27, 2, tzinfo=UTC),
        origin=Origin(channel="cli", os_user="thu"),
        actor=None,
        accounts={},
        delegations=(),
        unit_names=OFFICES,
    )


def a_dossier(name: str = "Lò Thị Đậu", unit_name: str = "UBND xã Tuấn Đạo") -> Dossier:
    return Dossier(
        id="7K3M9QXZ",
        arrival=1,
        campaign="dong-ho",
        category="individual",
        kind=Kind.INDIVIDUAL,
        unit="07330",
        unit_name=unit_name,
        unit_entitled=True,
        name=name,
        fields={"name": name, "cccd": "099184000123", "email": "dau@tuandao.vn"},
        source={},
        state=State.IN_REVIEW,
        version=3,
        left_state=State.SUBMITTED,
        due=None,
        head_submitted=True,
        own_withdrawal=False,
        released=False,
        submission_id=None,
        decision_id=None,
        serial=None,
        head=(3, "0" * 64),
        slot=None,
        decision=None,
        findings=(),
        duties={},
        authors=frozenset(),
        judgements=(),
        checks=(),
        others=(),
        score=None,
    )


def write(
    move: Move, party: Party, request: Request, dossier: Dossier | None = None, context: Context | None = None
) -> tuple[str, EmailMessage]:
    """The letter `move` writes to `party`, from the values the engine itself would give."""
    values = letter_values(context or the_context(), dossier or a_dossier(), move, said_in_letters(request, move))
    return render(f"{move.action.value}.{party.value}", values)


def part(message: EmailMessage, kind: str) -> str:
    """The text or HTML of a letter after a trip through its bytes, as a mail reader gets it."""
    read = message_from_bytes(message.as_bytes(policy=policy.SMTP), policy=policy.default)
    body = read.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def moves_of(kind: str) -> list[tuple[Move, Party]]:
    return [(move, party) for move, party in LETTERS if f"{move.action.value}.{party.value}" == kind]


class Page(HTMLParser):
    """The words, tags and attributes of a letter's HTML."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def test_every_letter_of_the_life_cycle_has_its_template_and_no_template_is_left_over() -> None:
    assert sorted(path.stem for path in TEMPLATES.glob("*.txt")) == sorted([*KINDS, *notices.KINDS])
    assert sorted(TELLS) == KINDS
    assert len(KINDS) == 27
    assert {path.suffix for path in TEMPLATES.iterdir()} == {".txt", ".jinja", ".html"}
    everything = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.iterdir())
    for part_ in TEMPLATES.glob("*.jinja"):
        assert f'{{% include "{part_.name}" %}}' in everything, part_.name
    assert [path.name for path in TEMPLATES.glob("*.html")] == ["layout.html"]


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_its_reader_needs(kind: str) -> None:
    for move, party in moves_of(kind):
        title, message = write(move, party, FULL)
        text = part(message, "plain")
        flat = " ".join(text.split())
        dated = (
            kind != "reopen.unit" or move.target is State.RETURNED
        )  # only a reopened return must be answered in time
        assert [words for words in TELLS[kind] if words not in flat and (dated or "05/12" not in words)] == []
        assert dated or "05/12" not in flat
        assert "Lò Thị Đậu" in title
        assert "Lò Thị Đậu" in text
        assert title.endswith(" [7K3M9QXZ]")
        assert "Mã hồ sơ: 7K3M9QXZ" in text
        assert text.startswith("Kính gửi ")
        assert message["Subject"] == title


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_the_machinery_shows(kind: str, given: str) -> None:
    context = replace(the_context(), unit_names={}) if given == "nothing" else the_context()
    for move, party in moves_of(kind):
        title, message = write(move, party, GIVEN[given], context=context)
        for words in (title, part(message, "plain")):
            assert re.findall(r"None|#|\{\{|\{%|\(\s*\)|“”|  | [,.;:]|\.\.|:$|\bngày[ .,]*$", words) == []
            assert unicodedata.is_normalized("NFC", words)
            assert all(line == line.strip() for line in words.split("\n"))
        assert "None" not in part(message, "html")
        assert len(part(message, "plain")) < 2000


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_says_the_same_as_the_text_and_fetches_nothing(kind: str) -> None:
    for move, party in moves_of(kind):
        title, message = write(move, party, FULL)
        source = part(message, "html")
        page = Page(source)
        text = re.sub(r"(?m)^- ", "", part(message, "plain"))
        assert page.words == [*title.split(), *title.split(), *text.split()]
        assert source.startswith('<!DOCTYPE html>\n<html lang="vi">')
        assert set(page.tags) <= {"html", "head", "meta", "title", "body", "div", "h1", "p", "ul", "li", "br"}
        assert not page.attributes & {"src", "href", "background", "srcset", "onclick", "onload"}
        assert re.findall(r"(?i)url\(|http|@import", source) == []
        assert page.tags.count("li") == (2 if "- Số, ngày biên bản" in part(message, "plain") else 0)


@pytest.mark.parametrize("kind", KINDS)
def test_what_people_wrote_stays_words(kind: str) -> None:
    script = "<script>alert(1)</script>"
    hostile = "{{ 7*7 }}{% raw %}" + script
    request = replace(FULL, reason=hostile, findings=(("field:merit", hostile),), place=script, revoking=script)
    for move, party in moves_of(kind):
        title, message = write(move, party, request, a_dossier(name=hostile, unit_name=hostile))
        text, source = part(message, "plain"), part(message, "html")
        assert hostile in title
        assert hostile in text
        assert "49" not in title + text
        assert "<script" not in source
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in source
        assert "script" not in Page(source).tags


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r", "\x0b", "\x85", "\u2028", "\n\n"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_line_break_in_a_name_starts_neither_header_nor_paragraph(kind: str, break_: str) -> None:
    name = f"Lò Thị{break_}Bcc: gian@lan.vn{break_}{break_}Chuyển tiền ngay"
    request = replace(FULL, reason=name, findings=(("field:merit", name),), decision=name, revoking=name)
    for move, party in moves_of(kind):
        title, message = write(move, party, request, a_dossier(name=name, unit_name=name))
        read = message_from_bytes(posted(message.as_bytes(), "dau@tuandao.vn", ID), policy=policy.default)
        assert read["Bcc"] is None
        assert read["To"].addresses[0].addr_spec == "dau@tuandao.vn"
        assert read["Subject"] == title
        assert "Lò Thị Bcc: gian@lan.vn Chuyển tiền ngay" in title
        assert title.endswith(" [7K3M9QXZ]")
        paragraphs = part(message, "plain").split("\n\n")
        assert [p for p in paragraphs if p.startswith(("Bcc", "Chuyển"))] == []
        usual = part(write(move, party, replace(FULL, findings=FULL.findings[:1]))[1], "plain")
        assert len(paragraphs) == len(usual.split("\n\n"))


def test_an_address_with_a_line_break_is_no_address() -> None:
    _, message = write(*moves_of("accept.unit")[0], FULL)
    with pytest.raises(ValueError, match="line break"):
        posted(message.as_bytes(), "dau@tuandao.vn\nBcc: gian@lan.vn", ID)


@pytest.mark.parametrize("name", ["Tổ công tác " * 16, "Đ" * 200], ids=["many words", "one long word"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_long_name_is_cut_in_the_subject_and_whole_in_the_letter(kind: str, name: str) -> None:
    long = name.strip()
    for move, party in moves_of(kind):
        title, message = write(move, party, FULL, a_dossier(name=long))
        assert len(title) <= 130
        assert re.search(r"(công|tác|tổ|Tổ|Đ)…( được tặng Bằng khen)? \[7K3M9QXZ\]$", title)
        assert long in part(message, "plain")
        assert message_from_bytes(message.as_bytes(), policy=policy.default)["Subject"] == title


@pytest.mark.parametrize("kind", EMBARGOED)
def test_under_embargo_every_dossier_gets_the_same_letter(kind: str) -> None:
    secret = replace(
        FULL, reason="Sở Nội vụ thẩm định đạt, đã được lựa chọn, hạng 3", place="3", serial=3, silent=True, revoking="x"
    )
    plain = Request(due=FULL.due, findings=FULL.findings)
    standing = replace(a_dossier(), state=State.APPROVED, slot=3, submission_id=1, decision_id=1, serial=3)
    for target in {move.target for move, _ in moves_of(kind)}:
        moves = [(move, party) for move, party in moves_of(kind) if move.target is target]
        letters = {
            (title, part(message, "plain"), part(message, "html"))
            for move, party in moves
            for request, dossier in ((plain, a_dossier()), (secret, standing))
            for title, message in [write(move, party, request, dossier)]
        }
        assert len(letters) == 1


@pytest.mark.parametrize("kind", [*EMBARGOED, "submit.unit", "lapse.unit"])
def test_under_embargo_no_word_hints_at_selection_appraisal_or_ranking(kind: str) -> None:
    for move, party in moves_of(kind):
        title, message = write(move, party, replace(FULL, reason=""))
        said = f"{title}\n{part(message, 'plain')}".replace(the_context().campaign.title, "").lower()
        assert (
            re.findall(r"lựa chọn|thẩm định|xếp hạng|dự bị|suất|thứ tự|sở nội vụ|tờ trình|trình chủ tịch", said) == []
        )


@pytest.mark.parametrize("kind", OUTCOMES)
def test_the_subject_of_an_outcome_does_not_give_it_away(kind: str) -> None:
    for move, party in moves_of(kind):
        title, message = write(move, party, FULL)
        assert title == "Kết quả xét khen thưởng: Lò Thị Đậu [7K3M9QXZ]"
        assert "Trân trọng cảm ơn" in part(message, "plain")


def test_a_held_outcome_does_not_tell_the_day_it_was_decided_nor_the_neutral_label() -> None:
    for kind in ("decline.unit", "refuse.unit"):
        for move, party in moves_of(kind):
            text = part(write(move, party, FULL)[1], "plain")
            assert "27/11/2025" not in text
            assert "Đang xem xét" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_personal_numbers_are_in_no_letter(kind: str) -> None:
    for move, party in moves_of(kind):
        message = write(move, party, FULL)[1]
        assert "099184000123" not in part(message, "plain") + part(message, "html")


@pytest.mark.parametrize(("kind", "today", "words"), UNDER)
def test_it_tells_under_which_article_the_step_was_taken(kind: str, today: date, words: str) -> None:
    context = replace(the_context(), today=today)
    for move, party in moves_of(kind):
        assert words in " ".join(part(write(move, party, FULL, context=context)[1], "plain").split())


@pytest.mark.parametrize(
    "today", [date(2023, 12, 31), date(2025, 9, 30), date(2025, 12, 14), date(2025, 12, 15)], ids=str
)
def test_a_letter_cites_its_rows_article_while_that_is_in_force_and_else_none(today: date) -> None:
    context = replace(the_context(), today=today)
    for move, party in LETTERS:
        text = part(write(move, party, replace(FULL, reason="Thiếu."), context=context)[1], "plain")
        # A unit is not told that its dossier lay in appraisal: its withdrawal reads as one at the review office.
        hidden = (move.action, party) == (Action.WITHDRAW, Party.UNIT)
        known = citation("KH2025.IV.1.d" if hidden else move.source)
        said = known.since <= today
        article = known.text.partition(" ")
        sentence = known.text if article[0] == "Điều" else "".join((article[0].lower(), *article[1:]))
        assert text.count(sentence) == said, (move, party)
        assert re.findall(r"(?i)căn cứ [,.;]|theo [,.;]|, ,|căn cứ ngày", text) == []
        assert ("ăn cứ" in text) <= said, (move, party)
        others = {one.text[1:] for one in citations().values()} - {known.text[1:]}
        assert [words for words in others if words in text] == []


def test_another_campaign_gets_letters_without_a_word_of_the_first() -> None:
    ours = the_context().campaign
    words = {
        "award_name": "Giấy khen",
        "giver": "Giám đốc Sở Y tế",
        "achievement": "hoàn thành tốt nhiệm vụ chống dịch",
    }
    campaign = ours.model_copy(
        update={"title": "Tổng kết phong trào", "papers": ours.papers.model_copy(update=words)},
    )
    context = replace(the_context(), campaign=campaign, today=date(2023, 12, 31))  # no article of the first is in force
    request = replace(FULL, reason="Thiếu.", findings=FULL.findings[:1])
    letters = {}
    for move, party in LETTERS:
        title, message = write(move, party, request, context=context)
        letters[f"{move.action.value}.{party.value}"] = said = (
            f"{title}\n{part(message, 'plain')}\n{part(message, 'html')}"
        )
        assert [one for one in FIRST_CAMPAIGN if one in said] == [], (move, party)
    assert (
        "được tặng Giấy khen tại Quyết định số 812/QĐ-UBND ngày 20/12/2025 của Giám đốc Sở Y tế"
        in letters["award.unit"]
    )
    assert "Ông/Bà Lò Thị Đậu đã hoàn thành tốt nhiệm vụ chống dịch, được tặng Giấy khen" in letters["award.nominee"]
    assert "nộp lại Giấy khen và tiền thưởng" in letters["revoke.nominee"]


def test_no_template_holds_an_article_or_a_campaigns_words() -> None:
    for path in TEMPLATES.iterdir():
        source = path.read_text(encoding="utf-8")
        assert re.findall(r"(?i)\b(?:mục|điểm|khoản|điều) [IVX\d]", source) == [], path.name
        assert [words for words in FIRST_CAMPAIGN if words in source] == [], path.name


@pytest.mark.parametrize("kind", ["overdue", "screened"])
def test_both_offices_get_the_same_notice_but_for_their_name(kind: str) -> None:
    item = {"name": "Lò Thị Đậu", "unit": "UBND xã Tuấn Đạo", "dossier": "7K3M9QXZ", "days": 6, "due": False}
    item |= {"state": "Đang xem xét", "since": "19/11/2025", "overall": "Chưa đủ căn cứ", "why": ["Thiếu."]}
    values = {**notices.common_values(the_context()), "items": [item], "waiting": 5}
    review, appraisal = (
        (title, part(message, "plain"))
        for title, message in (
            render(f"{kind}.{party.value}", values) for party in (Party.REVIEW_OFFICE, Party.APPRAISAL_OFFICE)
        )
    )
    assert review[0] == appraisal[0]
    assert re.match(r"Kính gửi (lãnh đạo )?Sở Dân tộc và Tôn giáo,\n", review[1])
    assert appraisal[1] == review[1].replace("Sở Dân tộc và Tôn giáo", "Sở Nội vụ", 1)
    unnamed = {**values, "review_office": "", "appraisal_office": ""}
    assert "cơ quan thẩm định,\n" in part(render(f"{kind}.appraisal_office", unnamed)[1], "plain")
    assert "cơ quan xét chọn,\n" in part(render(f"{kind}.review_office", unnamed)[1], "plain")


def test_a_folded_subject_keeps_every_space() -> None:
    for length in range(30, 61):
        name = ("Tổ công tác Đ " * 5)[:length].strip()
        title, message = write(*moves_of("award.unit")[0], FULL, a_dossier(name=name))
        raw = posted(message.as_bytes(), "dau@tuandao.vn", ID)
        assert message_from_bytes(raw, policy=policy.default)["Subject"] == title
        assert max(len(line) for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n")) <= 78


def test_text_keeps_ampersands_and_the_page_escapes_them() -> None:
    _, message = write(*moves_of("accept.unit")[0], FULL, a_dossier(name='Tổ "A & B" <1>'))
    assert 'Tổ "A & B" <1>' in part(message, "plain")
    assert "Tổ &#34;A &amp; B&#34; &lt;1&gt;" in part(message, "html")


@pytest.mark.parametrize("kind", KINDS)
def test_an_ordinary_subject_fits_one_line(kind: str) -> None:
    for move, party in moves_of(kind):
        title, _ = write(move, party, FULL, a_dossier(name="Nguyễn Thị Hồng"))
        assert len(title) <= 78


@pytest.mark.parametrize(
    ("kind", "sex", "addressed"),
    [
        (Kind.INDIVIDUAL, "female", "Kính gửi Bà Lò Thị Đậu,"),
        (Kind.INDIVIDUAL, "male", "Kính gửi Ông Lò Thị Đậu,"),
        (Kind.INDIVIDUAL, None, "Kính gửi Ông/Bà Lò Thị Đậu,"),
        (Kind.COLLECTIVE, None, "Kính gửi Lò Thị Đậu,"),
    ],
)
@pytest.mark.parametrize("letter", ["award.nominee", "revoke.nominee"])
def test_a_nominee_is_addressed_with_courtesy(letter: str, kind: Kind, sex: str | None, addressed: str) -> None:
    dossier = a_dossier()
    known = {**dossier.fields, "sex": sex} if sex else dossier.fields
    (one,) = moves_of(letter)
    text = part(write(*one, FULL, replace(dossier, kind=kind, fields=known))[1], "plain")
    assert text.startswith(f"{addressed}\n")


@pytest.mark.parametrize(
    ("typed", "said"), [("Thiếu biên bản", "Thiếu biên bản."), ("Vì sao?", "Vì sao?"), ("Có.", "Có.")]
)
def test_what_people_wrote_ends_as_a_sentence(typed: str, said: str) -> None:
    request = replace(FULL, reason=typed, findings=(("paper:minutes", typed),))
    assert f"\n\nLý do: {said}\n\n" in part(write(*moves_of("decline.unit")[0], request)[1], "plain")
    assert f"\n- Số, ngày biên bản họp xét: {said}\n" in part(write(*moves_of("return.unit")[0], request)[1], "plain")


def test_words_inside_a_list_of_things_start_no_paragraph_either() -> None:
    broken = "Lò\n\nThị\u200b  Đậu"
    assert one_line([{"name": broken, "left": 3}, (broken,)]) == [{"name": "Lò Thị Đậu", "left": 3}, ["Lò Thị Đậu"]]


@pytest.mark.parametrize("kind", ["account.first_use", "account.reset"])
def test_a_letter_with_a_link_says_the_same_as_a_page_and_fetches_nothing(kind: str) -> None:
    values = {
        "name": "Đào Thu Cúc {{ 7*7 }}<script>",
        "link": "https://vinhdanh.example/mat-khau/Ab-_9",
        "until": "10:04 ngày 09/03/2026",
        "portal": "https://vinhdanh.example",
        "rehearsal": False,
    }
    title, message = render(kind, values)
    page = Page(part(message, "html"))
    assert page.words == [*title.split(), *title.split(), *part(message, "plain").split()]
    assert page.tags.count("a") == 1
    assert not page.attributes & {"src", "background", "srcset", "onclick"}
    assert "script" not in page.tags
    assert "49" not in part(message, "plain")
