"""The nominating unit's own letter (Tờ trình, Mẫu số 01 of NĐ 152/2025) with its list, to be signed by hand.

It is the unit's paper, with room for number and day, and it is made anew whenever asked for: nothing of it is kept. The
same dossiers give the same bytes on any day, as long as the legal bases and the year on it are the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine.award_set import award_of, list_order
from engine.context import Context
from engine.dossier import Dossier
from engine.papers import press
from engine.papers.content import Values, headed, name_of
from engine.papers.files import json_bytes
from engine.papers.lists import Last, counts, sections_of
from engine.papers.sentences import award_subject, because, nominated_annex
from engine.papers.wording import ROOM, day_words, joined, marks_of, number_words
from rules.campaign import Campaign
from rules.papers import Letterhead
from rules.text import nfc_folded

COMMITTEE = "Ủy ban nhân dân"
COMMUNAL = ("commune", "ward")
KINDS_OF_PLACE = ("xã", "phường")
DEPARTMENT = "Sở "
OF_COMMITTEE, OF_DEPARTMENT, OF_OTHERS = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), ("GIÁM ĐỐC",), ("THỦ TRƯỞNG ĐƠN VỊ",)
LONGEST_LINE, MOST_LINES = 60, 4  # of who signs
DESCRIPTION = "Danh sách đề nghị, dạng dữ liệu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """The unit as papers name it."""

    code: str
    name: str
    kind: str
    symbol: str

    @property
    def place(self) -> str | None:
        """Where a commune's papers are written (NĐ30, Phụ lục I); None for anybody else."""
        words = self.name.removeprefix(COMMITTEE).split()
        named = self.kind in COMMUNAL and len(words) > 1 and words[0] in KINDS_OF_PLACE
        return " ".join(words[1:]) if named else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who will sign: the lines above the name (empty: the usual ones), and the name (may be left to the pen)."""

    lines: tuple[str, ...] = ()
    name: str = ""


def unit_of(session: Session, code: str) -> Unit:
    """The unit of this code."""
    row = session.execute(text("SELECT code, name, kind, symbol FROM unit WHERE code = :code"), {"code": code}).one()
    return Unit(code=row.code, name=row.name, kind=row.kind, symbol=row.symbol)


def usual_signer(unit: Unit) -> tuple[str, ...]:
    """The lines above the name of the unit's head; what we know of no unit stays general."""
    if unit.kind in COMMUNAL:
        return OF_COMMITTEE
    return OF_DEPARTMENT if unit.name.startswith(DEPARTMENT) else OF_OTHERS


def signer(lines: str, name: str) -> Signer:
    """Who signs, as typed: a line each, cut to what a signature's column holds."""
    typed = tuple(nfc_folded(line)[:LONGEST_LINE] for line in lines.splitlines() if line.strip())
    return Signer(lines=typed[:MOST_LINES], name=nfc_folded(name)[:LONGEST_LINE])


def letterhead_of(campaign: Campaign, unit: Unit, signed: Signer) -> Letterhead:
    """The unit's paper: above an office of the province stands the province's, above a commune's committee nobody."""
    committee = unit.name.startswith(COMMITTEE) and unit.kind in COMMUNAL
    own = (COMMITTEE.upper(), unit.name.removeprefix(COMMITTEE).strip().upper()) if committee else (unit.name.upper(),)
    return Letterhead(
        superior=campaign.papers.submission.superior if unit.kind == "agency" else (),
        issuer=own,
        symbol=f"TTr-{unit.symbol or unit.code}",
        signature=signed.lines or usual_signer(unit),
        recipients=("Như trên",),
    )


def letter_values(context: Context, unit: Unit, lines: Sequence[dict[str, Any]], minutes: Sequence[str],
                  signed: Signer) -> Values:  # fmt: skip
    """What the letter says; `lines` are as a set's awards, `minutes` the minutes that the dossiers name."""
    campaign, year = context.campaign, context.today.year
    office, subject = letterhead_of(campaign, unit, signed), award_subject(campaign, lines)
    review = name_of(context, campaign.offices.review)
    place = unit.place or campaign.papers.place
    letter = f"{number_words(None, office.symbol)} {day_words(None, year)} của {unit.name}"
    return {
        **headed(context, office, None, None, year),
        "place_date": f"{place}, {day_words(None, year)}",
        "marks": marks_of(draft=False, rehearsal=campaign.rehearsal),
        "title": f"Tờ trình đề nghị {subject}",
        "type": "TỜ TRÌNH",
        "summary": f"Về việc đề nghị {subject}",
        "addressees": [review],
        "body": body(context, unit, lines, minutes),
        "enclosed": [f"Danh sách đề nghị tặng {campaign.papers.award_name}", "Biên bản họp xét khen thưởng",
                     "Báo cáo thành tích có xác nhận"],
        "signature": {"lines": list(office.signature), "name": signed.name},
        "annex": nominated_annex(campaign, lines, letter),
        "sections": sections_of(campaign, lines, Last.MERIT),
        "checks": [],
    }  # fmt: skip


def body(context: Context, unit: Unit, lines: Sequence[dict[str, Any]], minutes: Sequence[str]) -> list[str]:
    """The letter's paragraphs."""
    campaign, papers = context.campaign, context.campaign.papers
    review, appraisal = (name_of(context, code) for code in (campaign.offices.review, campaign.offices.appraisal))
    met = f" (Biên bản họp xét: {joined(minutes)})" if minutes else f" (Biên bản họp xét:{ROOM}{ROOM})"
    return [
        (
            f"{because(campaign, context.today)}, {unit.name} đã tổ chức họp xét khen thưởng{met} và thống nhất đề "
            f"nghị tặng {papers.award_name} của {papers.giver} cho {joined(counts(campaign, lines))} "
            f"{papers.achievement} (có danh sách kèm theo)."
        ),
        f"{unit.name} chịu trách nhiệm về tính chính xác, trung thực của hồ sơ đề nghị khen thưởng.",
        (f"{unit.name} kính đề nghị {review} xem xét, lựa chọn, trình {papers.giver} (qua {appraisal}) quyết định./."),
    ]


def letter_pdf(context: Context, unit: Unit, dossiers: Sequence[Dossier], signed: Signer) -> bytes:
    """The letter of `unit` that nominates `dossiers`, with its list, as PDF.

    Raises MalformedError for a character that cannot be printed.
    """
    lines = lines_of(context.campaign, dossiers)
    minutes = sorted({str(found) for dossier in dossiers if (found := dossier.fields.get("minutes"))})
    data = {"campaign": context.campaign.code, "unit": unit.code, "nominations": lines}
    attached = press.Attached(name="danh-sach.json", content=json_bytes(data), description=DESCRIPTION)
    made = date(context.today.year, 1, 1)  # of the year on it, not of the day it is printed: see above
    return press.render("letter.html", letter_values(context, unit, lines, minutes, signed), made, attached)


def lines_of(campaign: Campaign, dossiers: Sequence[Dossier]) -> list[dict[str, Any]]:
    """The dossiers as lines of a list: by category, in Vietnamese order, numbered in each."""
    lines = []
    for category in campaign.categories:
        own = sorted((d for d in dossiers if d.category == category.key), key=list_order)
        lines += [award_of(dossier, place) for place, dossier in enumerate(own, start=1)]
    return lines
