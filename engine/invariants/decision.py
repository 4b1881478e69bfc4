"""Invariants of the decision: one that lives, its frozen set, whom it awards, and the numbers it was given."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine.award_set import set_hash
from engine.decisions import CHAIRMAN, SYMBOL
from engine.invariants.registry import invariant, rows
from engine.registers import parse_number
from models.chain import Problem
from rules.decision import DecisionState
from rules.errors import MalformedError

FIXED = (DecisionState.FROZEN, DecisionState.SIGNED, DecisionState.CORRECTED)
ISSUED = (DecisionState.SIGNED, DecisionState.CORRECTED)
NUMBERED = """
SELECT 'decision:' || id AS subject, :chairman AS issuer, number, dated FROM decision WHERE number IS NOT NULL
UNION ALL SELECT 'decision:' || decision_id, :chairman, number, dated FROM amendment
UNION ALL SELECT 'submission:' || m.id, c.config->'offices'->>'review', m.number, m.dated
    FROM submission m JOIN campaign c ON c.id = m.campaign_id
"""


@invariant("Mỗi đợt khen thưởng có nhiều nhất một quyết định còn hiệu lực")
def one_living_decision(session: Session) -> Iterable[Problem]:
    """Decisions not cancelled."""
    return rows(
        session,
        "SELECT 'campaign:' || c.code, format('%s quyết định', count(*)) FROM decision d"
        " JOIN campaign c ON c.id = d.campaign_id WHERE d.state <> 'cancelled' GROUP BY c.code HAVING count(*) > 1",
    )


@invariant("Đợt khen thưởng đã quyết định khi và chỉ khi có quyết định đã ký")
def decided_means_signed(session: Session) -> Iterable[Problem]:
    """The campaign's mark against its decision."""
    return rows(
        session,
        "SELECT 'campaign:' || c.code, CASE WHEN c.decided THEN 'đánh dấu đã quyết định, không có quyết định đã ký'"
        " ELSE 'có quyết định đã ký, chưa đánh dấu đã quyết định' END FROM campaign c WHERE c.decided <> EXISTS ("
        "SELECT 1 FROM decision d WHERE d.campaign_id = c.id AND d.state = ANY(:issued))",
        issued=[state.value for state in ISSUED],
    )


@invariant("Mã băm của danh sách đã chốt khớp nội dung")
def hash_matches_content(session: Session) -> Iterable[Problem]:
    """The content's own SHA-256, computed here."""
    query = text("SELECT id, state, content, content_hash FROM decision ORDER BY id")
    for identity, state, content, digest in session.execute(query):
        expected = None if content is None else set_hash(content)
        if digest != expected or (state in FIXED) is not (content is not None):
            yield Problem(f"decision:{identity}", 0, f"mã băm “{digest}”, nội dung “{expected}”")


@invariant("Hồ sơ trong quyết định đúng là danh sách đã chốt")
def awards_match_set(session: Session) -> Iterable[Problem]:
    """Every award of the set is a dossier on the decision with its serial number, and the other way round."""
    decisions = text("SELECT id, state, content FROM decision WHERE state = ANY(:fixed) ORDER BY id")
    on_it = text("SELECT id, category, serial, name, state FROM nomination WHERE decision_id = :decision")
    for identity, state, content in session.execute(decisions, {"fixed": [state.value for state in FIXED]}).all():
        signed = state in ISSUED
        wanted = awarded_in(content, signed=signed)
        found = {row.id: held_by(row, signed=signed) for row in session.execute(on_it, {"decision": identity})}
        for nomination in sorted(wanted.keys() | found.keys()):
            if wanted.get(nomination) != found.get(nomination):
                detail = f"trong danh sách: {wanted.get(nomination)}; đang lưu: {found.get(nomination)}"
                yield Problem(f"nomination:{nomination}", 0, f"quyết định {identity}: {detail}")


def awarded_in(content: str, *, signed: bool) -> dict[str, tuple[Any, ...]]:
    """Each award of a set: where it stands, its number once signed, and whose it is."""
    try:
        awards = json.loads(content)["awards"]
        return {a["id"]: (a["category"], a["serial"] if signed else None, a["name"], True) for a in awards}
    except (ValueError, TypeError, KeyError):
        return {}


def held_by(row: Any, *, signed: bool) -> tuple[Any, ...]:  # noqa: ANN401 - a database row
    """The same of a dossier on the decision; the last part says whether its state is one it can have there."""
    fits = row.state in {"awarded", "revoked"} if signed else row.state == "listed"
    return (row.category, row.serial, row.name, fits)


@invariant("Mỗi tờ trình, quyết định và văn bản sửa đổi có số trong sổ đăng ký")
def numbers_are_registered(session: Session) -> Iterable[Problem]:
    """Every document's number is in the register of its issuer, symbol and year, under its own name."""
    query = text("SELECT issuer, symbol, year, number, subject FROM register_entry")
    register = {tuple(row[:4]): row[4] for row in session.execute(query)}
    for subject, issuer, number, dated in session.execute(text(NUMBERED), {"chairman": CHAIRMAN}):
        try:
            parsed = parse_number(number, SYMBOL)
        except MalformedError as error:
            yield Problem(subject, 0, error.message)
            continue
        if register.get((issuer, parsed.register, dated.year, parsed.number)) != subject:
            yield Problem(subject, 0, f"số {number} ngày {dated:%d/%m/%Y} không có trong sổ")


@invariant("Văn bản đã lập được giữ nguyên từng byte")
def papers_are_as_issued(session: Session) -> Iterable[Problem]:
    """What is kept of each paper has the hash it was issued with."""
    return rows(
        session,
        "SELECT 'paper:' || id, format('“%s” khác mã băm khi lập', name) FROM paper"
        " WHERE sha256 IS DISTINCT FROM encode(sha256(content), 'hex')",
    )
