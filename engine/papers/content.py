"""What each paper says, as plain values: one source for the PDF templates and the DOCX ones.

Every function returns a dict of plain str, int, bool, list and dict (None only where said); templates never see rows.

Keys of every paper on an office's letterhead (decision, list, the two letters):

- `title`, `author`: document metadata; `marks`: list of words printed across each page ("BẢN DỰ THẢO", "DIỄN TẬP")
- `national`: {"title", "motto"}; `office`: {"superior": [lines], "issuer": [lines]} (superior may be empty)
- `number`: "Số: 09/TTr-SNV" or with room, "Số:       /QĐ-UBND"; `place_date`: "Bắc Ninh, ngày 22 tháng 12 năm 2025"
- `type`: "QUYẾT ĐỊNH"; `summary`: "Về việc …" (no final stop)
- `signature`: {"lines": ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"], "name": "" or the signer}
- `recipients`: [lines, each with its "-" and ";", the last "- Lưu: VT, … ."]
- `annex`: {"title": "DANH SÁCH", "summary": "…", "attached": "(Kèm theo …)", "total": "Tổng số: …"}
- `sections`: [{"key", "title": "A. TẬP THỂ (15)", "columns": [str], "widths": [percent], "aligns": ["center"|"left"],
  "rows": [[str]]}], in the order of the campaign's categories, none empty
- `checks`: small print, list of lines: the set's hash, the trail's checkpoint (empty on the review office's letter)

A decision also has `authority` ("CHỦ TỊCH ỦY BAN …"), `bases` [each ends ";", the last "."], `enacts`
("QUYẾT ĐỊNH:"), `articles` [{"heading": "Điều 1.", "text"}]; a letter has `addressees` [lines after "Kính gửi:"] and
`body` [paragraphs] and `enclosed` [what goes with it]. `certificate_values` are described at the function.
"""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine.award_set import exported_set
from engine.context import Context
from engine.papers.lists import Last, counts, post, sections_of
from engine.papers.sentences import (
    articles_of,
    award_subject,
    bases_of,
    listed_as,
    nominated_annex,
    proposal_body,
    submission_body,
)
from engine.papers.wording import (
    NATIONAL,
    check_lines,
    day_words,
    joined,
    listed,
    marks_of,
    number_line,
    number_words,
)
from models.campaigns import Decision, Submission
from rules.campaign import Campaign
from rules.papers import Letterhead
from rules.vocabulary import Kind

Values = dict[str, Any]


def decision_values(session: Session, context: Context, decision: Decision) -> Values:
    """The Chairman's decision with its annexed list; the list alone is the same without the articles."""
    campaign, papers = context.campaign, context.campaign.papers
    data = exported_set(campaign, decision, context.today)
    awards, subject = data["awards"], award_subject(campaign, data["awards"])
    of_decision = number_words(decision.number, papers.decision.symbol)
    decided = decided_on(context, decision)
    day = day_words(decision.dated, decided.year)
    return {
        **headed(context, papers.decision, decision.number, decision.dated, decided.year),
        "marks": marks_of(draft=decision.number is None, rehearsal=campaign.rehearsal),
        "title": f"Quyết định {subject}",
        "type": "QUYẾT ĐỊNH",
        "summary": f"Về việc {subject}",
        "authority": papers.giver.upper(),
        "bases": bases_of(campaign, decision, decided),
        "enacts": "QUYẾT ĐỊNH:",
        "articles": articles_of(campaign, awards, data["money"]["total"], decided),
        "signature": {"lines": list(papers.decision.signature), "name": decision.signer or ""},
        "annex": {
            "title": "DANH SÁCH",
            "summary": f"{listed_as(campaign, awards)} được tặng {papers.award_name} của {papers.giver}",
            "attached": f"(Kèm theo Quyết định {of_decision} {day} của {papers.giver})",
            "total": f"Tổng số: {joined(counts(campaign, awards))}.",
        },
        "sections": sections_of(campaign, awards, Last.GOLDEN),
        "checks": check_lines(str(decision.content_hash), checkpoint_of(session, decision)),
    }


def letter_values(session: Session, context: Context, decision: Decision) -> Values:
    """The appraisal office's letter to the Chairman that proposes the awards of the frozen set."""
    campaign, papers = context.campaign, context.campaign.papers
    data = exported_set(campaign, decision, context.today)
    awards, subject = data["awards"], award_subject(campaign, data["awards"])
    decided = decided_on(context, decision)
    office, review = (name_of(context, code) for code in (campaign.offices.appraisal, campaign.offices.review))
    letter = f"{number_words(None, papers.proposal.symbol)} {day_words(None, decided.year)} của {office}"
    return {
        **headed(context, papers.proposal, None, None, decided.year),
        "marks": marks_of(draft=decision.number is None, rehearsal=campaign.rehearsal),
        "title": f"Tờ trình đề nghị {subject}",
        "type": "TỜ TRÌNH",
        "summary": f"Về việc đề nghị {subject}",
        "addressees": list(papers.proposal.addressees),
        "body": proposal_body(campaign, awards, data["money"]["total"], decided, (office, review),
                              submissions_of(session, decision)),
        "enclosed": ["Dự thảo Quyết định", f"Danh sách đề nghị tặng {papers.award_name}",
                     "Hồ sơ đề nghị khen thưởng"],
        "signature": {"lines": list(papers.proposal.signature), "name": ""},
        "annex": nominated_annex(campaign, awards, letter),
        "sections": sections_of(campaign, awards, Last.NOTHING),
        "checks": check_lines(str(decision.content_hash), checkpoint_of(session, decision)),
    }  # fmt: skip


def submission_values(context: Context, submission: Submission, lines: Sequence[dict[str, Any]]) -> Values:
    """The review office's letter that sent `lines` (as the set's awards are, in ranking order) to be appraised."""
    campaign, papers = context.campaign, context.campaign.papers
    subject = award_subject(campaign, lines)
    office, appraisal = (name_of(context, code) for code in (campaign.offices.review, campaign.offices.appraisal))
    day = submission.dated
    return {
        **headed(context, papers.submission, submission.number, day, day.year),
        "marks": marks_of(draft=False, rehearsal=campaign.rehearsal),
        "title": f"Tờ trình đề nghị {subject}",
        "type": "TỜ TRÌNH",
        "summary": f"Về việc đề nghị {subject}",
        "addressees": list(papers.submission.addressees),
        "body": submission_body(campaign, lines, day, (office, appraisal)),
        "enclosed": [f"Danh sách đề nghị tặng {papers.award_name}", "Hồ sơ đề nghị khen thưởng"],
        "signature": {"lines": list(papers.submission.signature), "name": ""},
        "annex": nominated_annex(campaign, lines, f"số {submission.number} {day_words(day, day.year)} của {office}"),
        "sections": sections_of(campaign, lines, Last.MERIT),
        "checks": [],
    }


def certificate_values(context: Context, decision: Decision) -> Values:
    """One certificate per award, in the order of the set.

    Beside `title`, `author`, `marks`, `national`, `place_date` and `signature`: `office` [lines], `gives` ("TẶNG"),
    `award` ("BẰNG KHEN"), `decision` ("Quyết định số …, ngày …"), `awards` [{"id", "golden" ("Số sổ vàng: 7"), "person"
    (bool), "name", "post", "achievement"}].
    """
    campaign, papers = context.campaign, context.campaign.papers
    awards = json.loads(decision.content or '{"awards": []}')["awards"]
    persons = {category.key for category in campaign.categories if category.kind is Kind.INDIVIDUAL}
    day = day_words(decision.dated, decided_on(context, decision).year)
    return {
        **certificate_lines(campaign, decision.number, day, decision.signer or ""),
        "title": f"{papers.award_name} của {papers.giver}",
        "author": papers.giver,
        "marks": marks_of(draft=decision.number is None, rehearsal=campaign.rehearsal),
        "awards": [
            {
                "id": award["id"],
                "golden": f"Số sổ vàng: {award['serial']}",
                "person": award["category"] in persons,
                "name": award["name"],
                "post": post(award) if award["category"] in persons else above(award),
                "achievement": f"Đã {papers.achievement}",
            }
            for award in awards
        ],
    }


def certificate_lines(campaign: Campaign, number: str | None, day: str, signer: str) -> Values:
    """What every certificate of a decision says alike; `day` as `day_words` says it."""
    papers = campaign.papers
    return {
        "national": dict(NATIONAL),
        "office": list(papers.certificate.office),
        "gives": "TẶNG",
        "award": papers.award_name.upper(),
        "place_date": f"{papers.place}, {day}",
        "signature": {"lines": list(papers.decision.signature), "name": signer},
        "decision": f"Quyết định {number_words(number, papers.decision.symbol)}, {day}",
    }


def headed(context: Context, office: Letterhead, number: str | None, dated: date | None, year: int) -> Values:
    """What every paper on this letterhead has: a paper not yet numbered or dated has room for both."""
    return {
        "author": " ".join(office.issuer),
        "national": dict(NATIONAL),
        "office": {"superior": list(office.superior), "issuer": list(office.issuer)},
        "number": number_line(number, office.symbol),
        "place_date": f"{context.campaign.papers.place}, {day_words(dated, year)}",
        "recipients": listed(office.recipients, office.archive),
    }


def above(award: dict[str, Any]) -> str:
    """The unit a collective belongs to; "" when its name says so already."""
    unit = str(award["unit_name"])
    return "" if unit.casefold() in award["name"].casefold() else unit


def name_of(context: Context, code: str) -> str:
    """The name of an office."""
    return context.unit_names.get(code, code)


def decided_on(context: Context, decision: Decision) -> date:
    """The day whose law and money count: that of signing, until then that of freezing."""
    return decision.dated or decision.frozen_on or context.today


def checkpoint_of(session: Session, decision: Decision) -> dict[str, Any] | None:
    """The trail's checkpoint that was written when the list was frozen; None if its entry has none."""
    query = text("SELECT body FROM trail WHERE subject = :subject AND tag = :tag ORDER BY seq DESC LIMIT 1")
    values = {"subject": f"decision:{decision.id}", "tag": "decision:step:freeze"}
    body = session.scalar(query, values)
    found: dict[str, Any] | None = json.loads(body).get("checkpoint") if body else None
    return found


def submissions_of(session: Session, decision: Decision) -> list[str]:
    """The submission letters that brought the decision's dossiers, as sentences name them, oldest first."""
    query = text(
        "SELECT DISTINCT s.id, s.number, s.dated FROM submission s JOIN nomination n ON n.submission_id = s.id"
        " WHERE n.decision_id = :id ORDER BY s.dated, s.id"
    )
    rows = session.execute(query, {"id": decision.id})
    return [f"Tờ trình số {row.number} {day_words(row.dated, row.dated.year)}" for row in rows]
