"""The sentences of the decision and the letters: subject, legal bases, articles, amounts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from engine.papers.lists import counted, counts, sorts
from engine.papers.wording import day_words, joined, money_words, number_words
from models.campaigns import Decision
from rules.campaign import Campaign
from rules.dated import in_force
from rules.money import amount

Lines = Sequence[dict[str, Any]]


def award_subject(campaign: Campaign, awards: Lines) -> str:
    """What it is about: "tặng Bằng khen cho các tập thể, cá nhân có thành tích …"."""
    papers = campaign.papers
    return f"tặng {papers.award_name} cho các {', '.join(sorts(campaign, awards))} {papers.achievement}"


def listed_as(campaign: Campaign, awards: Lines) -> str:
    """How a list's heading begins: "Các tập thể, cá nhân"."""
    return f"Các {', '.join(sorts(campaign, awards))}"


def laws_of(campaign: Campaign, day: date) -> list[str]:
    """The legal bases a paper of `day` may cite, in order; the plan last."""
    papers = campaign.papers
    dated = [basis.text for basis in papers.dated_bases if in_force(basis.since, basis.until, day)]
    return [*campaign.legal_bases, *dated, *([papers.plan] if papers.plan else [])]


def bases_of(campaign: Campaign, decision: Decision, day: date) -> list[str]:
    """The decision's bases, each ending ";" and the last "."; a draft leaves room for the proposal's number."""
    proposal = campaign.papers.proposal
    last = f"Theo đề nghị của {campaign.papers.proposer}"
    if decision.number is None:
        last += f" tại Tờ trình {number_words(None, proposal.symbol)} {day_words(None, day.year)}"
    return [*(f"Căn cứ {law};" for law in laws_of(campaign, day)), f"{last}."]


def because(campaign: Campaign, day: date) -> str:
    """How a letter begins: "Căn cứ …; …; thực hiện …"."""
    plan = campaign.papers.plan
    laws = [law for law in laws_of(campaign, day) if law != plan]
    parts = [*([f"căn cứ {'; '.join(laws)}"] if laws else []), *([f"thực hiện {plan}"] if plan else [])]
    said = "; ".join(parts) or "thực hiện nhiệm vụ được giao"
    return said[:1].upper() + said[1:]


def articles_of(campaign: Campaign, awards: Lines, total: int, day: date) -> list[dict[str, str]]:
    """What the decision decides; `total` is the money of all awards, in đồng."""
    papers = campaign.papers
    who = joined(counts(campaign, awards))
    texts = (
        f"Tặng {papers.award_name} của {papers.giver} cho {who} {papers.achievement} (có danh sách kèm theo).",
        (
            f"Tiền thưởng kèm theo {papers.award_name}: {amounts(campaign, awards, day)}. Tổng số tiền thưởng là "
            f"{money_words(total)}, chi từ {papers.funds} theo quy định tại {papers.money_law}."
        ),
        f"Quyết định này có hiệu lực kể từ ngày ký. {papers.execution} căn cứ Quyết định thi hành./.",
    )
    return [{"heading": f"Điều {number}.", "text": words} for number, words in enumerate(texts, start=1)]


def amounts(campaign: Campaign, awards: Lines, day: date) -> str:
    """As "mỗi tập thể 7.020.000 đồng (…), mỗi cá nhân 3.510.000 đồng (…)", by a decision of `day`."""
    present = [c for c in campaign.categories if any(award["category"] == c.key for award in awards)]
    return joined([f"mỗi {counted(c)} {money_words(amount(campaign.award, c.kind, day))}" for c in present])


def nominated_annex(campaign: Campaign, lines: Lines, letter: str) -> dict[str, str]:
    """The heading of the list that goes with a letter."""
    papers = campaign.papers
    return {
        "title": "DANH SÁCH",
        "summary": f"{listed_as(campaign, lines)} được đề nghị tặng {papers.award_name} của {papers.giver}",
        "attached": f"(Kèm theo Tờ trình {letter})",
        "total": f"Tổng số: {joined(counts(campaign, lines))}.",
    }


def proposal_body(
    campaign: Campaign, awards: Lines, total: int, day: date, offices: tuple[str, str], received: Sequence[str]
) -> list[str]:
    """What the appraisal office writes; `offices` are its own name and the review office's, `received` its letters."""
    papers, (office, review) = campaign.papers, offices
    by_letters = f" tại {joined(received)}" if received else ""
    return [
        (
            f"{because(campaign, day)}, {office} đã thẩm định hồ sơ đề nghị khen thưởng do {review} "
            f"trình{by_letters}. Kết quả như sau:"
        ),
        (
            f"1. Đủ điều kiện, tiêu chuẩn đề nghị tặng {papers.award_name} của {papers.giver}: "
            f"{joined(counts(campaign, awards))} (có danh sách kèm theo)."
        ),
        (
            f"2. Tiền thưởng kèm theo {papers.award_name}: {amounts(campaign, awards, day)}; tổng số "
            f"{money_words(total)}, chi từ {papers.funds} theo quy định tại {papers.money_law}."
        ),
        f"{office} kính trình {papers.giver} xem xét, quyết định {award_subject(campaign, awards)}./.",
    ]


def submission_body(campaign: Campaign, lines: Lines, day: date, offices: tuple[str, str]) -> list[str]:
    """What the review office writes; `offices` are its own name and the appraisal office's."""
    papers, (office, appraisal) = campaign.papers, offices
    return [
        (
            f"{because(campaign, day)}, {office} đã tiếp nhận, xem xét hồ sơ do các cơ quan, đơn vị, địa phương đề "
            "nghị, đối chiếu với điều kiện, tiêu chuẩn và lựa chọn theo thứ tự trong phạm vi chỉ tiêu của đợt khen "
            "thưởng."
        ),
        (
            f"{office} kính đề nghị {appraisal} thẩm định, trình {papers.giver} xem xét, quyết định tặng "
            f"{papers.award_name} cho {joined(counts(campaign, lines))} {papers.achievement} (có danh sách kèm theo)."
        ),
        f"{office} kính trình {papers.giver} xem xét, quyết định./.",
    ]
