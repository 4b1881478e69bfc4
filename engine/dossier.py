"""One dossier as a step sees it: the row, its evidence and the facts the rules read, in one round trip."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine.along import COLUMNS as FURTHER
from engine.along import Along, keep
from engine.context import Context
from rules.decision import DecisionState
from rules.duties import Duty, History
from rules.errors import NotFoundError
from rules.facts import Check, Facts, Judgement
from rules.screening import Screening, screen
from rules.vocabulary import FALLEN, CheckResult, Kind, Party, State

FALLEN_STATES = ", ".join(f"'{state.value}'" for state in FALLEN)
# The same nominee: equal CCCD, or equal name and birth date (collective: name and unit) where one has no CCCD;
# but for those the other dossier's own judgement already settled.
COLUMNS = f"""n.*, h.seq AS head_seq, h.hash AS head_hash, s.number AS slot, u.nominates, u.name AS unit_name,
    k.kind, c.code AS campaign, d.id AS open_decision, d.state AS decision_state,
    (SELECT coalesce(json_agg(json_build_object('version', f.version, 'addressee', f.addressee, 'anchor', f.anchor,
        'text', f.text, 'status', f.status, 'answer', f.answer) ORDER BY f.id), '[]')
        FROM finding f WHERE f.nomination_id = n.id) AS findings,
    (SELECT coalesce(json_object_agg(y.account_id, y.kind), '{{}}') FROM duty y WHERE y.nomination_id = n.id) AS duties,
    ARRAY(SELECT a.account_id FROM author a WHERE a.nomination_id = n.id) AS authors,
    (SELECT coalesce(json_agg(json_build_object('rule', j.rule, 'passed', j.passed, 'reason', j.reason,
        'by', j.account_id, 'about', j.about)), '[]') FROM judgement j WHERE j.nomination_id = n.id) AS judgements,
    (SELECT coalesce(json_agg(json_build_array(v.agency, v.result) ORDER BY v.agency), '[]')
        FROM verification v WHERE v.nomination_id = n.id) AS checks,
    ARRAY(SELECT r.account_id FROM recusal r WHERE r.nomination_id = n.id) AS recusals,
    (SELECT avg(p.points) FROM score p WHERE p.nomination_id = n.id AND NOT EXISTS (SELECT 1 FROM recusal r
        WHERE r.nomination_id = n.id AND r.account_id = p.account_id)) AS score,
    ARRAY(SELECT o.id FROM nomination o WHERE o.campaign_id = n.campaign_id AND o.category = n.category
        AND o.id <> n.id AND o.state NOT IN ({FALLEN_STATES})
        AND (o.cccd = n.cccd OR (o.namesake = n.namesake AND (o.cccd IS NULL OR n.cccd IS NULL)))
        AND NOT EXISTS (SELECT 1 FROM judgement j WHERE j.nomination_id = o.id AND j.rule = 'nominee.named_once'
            AND jsonb_exists(j.others, n.id)) ORDER BY o.id) AS others"""  # noqa: S608 - no value from outside in it
SOURCE = """FROM nomination n
JOIN chain h ON h.subject = 'nomination:' || n.id
JOIN unit u ON u.code = n.unit_code
JOIN campaign c ON c.id = n.campaign_id
JOIN category k ON k.campaign_id = n.campaign_id AND k.key = n.category
LEFT JOIN slot s ON s.nomination_id = n.id
LEFT JOIN decision d ON d.campaign_id = n.campaign_id AND d.state <> 'cancelled'
"""
QUERY = f"SELECT {COLUMNS} {SOURCE}"
ONE = text(QUERY + " WHERE n.id = :id")
WHOLE = text(f"SELECT {COLUMNS}, {FURTHER} {SOURCE} WHERE n.id = :id")
ONE_LOCKED = text(QUERY + " WHERE n.id = :id FOR UPDATE OF n")


@dataclass(frozen=True, kw_only=True)
class FindingView:
    """One finding of a dossier."""

    version: int
    addressee: Party
    anchor: str
    text: str
    status: str
    answer: str | None


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """A nomination with everything that hangs on it; `score` is the mean that counts, `slot` its place's number."""

    id: str
    arrival: int
    campaign: str
    category: str
    kind: Kind
    unit: str
    unit_name: str
    unit_entitled: bool
    name: str
    fields: dict[str, Any]
    source: dict[str, Any]
    state: State
    version: int
    left_state: State | None
    due: date | None
    head_submitted: bool
    own_withdrawal: bool
    released: bool
    submission_id: int | None
    decision_id: int | None
    serial: int | None
    head: tuple[int, str]
    slot: int | None
    decision: tuple[int, DecisionState] | None
    findings: tuple[FindingView, ...]
    duties: dict[int, Duty]
    authors: frozenset[int]
    judgements: tuple[Judgement, ...]
    checks: tuple[Check, ...]
    others: tuple[str, ...]
    score: Any
    recusals: frozenset[int] = frozenset()

    @property
    def subject(self) -> str:
        """The name of its chain in the trail."""
        return f"nomination:{self.id}"

    def open_findings(self, addressee: Party) -> list[FindingView]:
        """Findings `addressee` has not answered."""
        return [f for f in self.findings if f.status == "open" and f.addressee is addressee]

    def duties_of(self, account_ids: Iterable[int]) -> frozenset[Duty]:
        """The duties one person carried on it, by whichever account."""
        return frozenset(self.duties[one] for one in account_ids if one in self.duties)

    def recused(self, account_ids: Iterable[int]) -> bool:
        """Whether one person, by whichever account, declared that they must not judge it."""
        return not self.recusals.isdisjoint(account_ids)

    def history_of(self, account_ids: tuple[int, ...]) -> History:
        """What its past says of one person, by their accounts."""
        return History(
            unit=self.unit,
            nominee=self.name,
            cccd=self.fields.get("cccd"),
            head=self.fields.get("head"),
            duties=self.duties_of(account_ids),
            wrote=not self.authors.isdisjoint(account_ids),
            recused=self.recused(account_ids),
        )


def dossier_of(row: Any) -> Dossier:  # noqa: ANN401 - a database row
    """The dossier in one row of QUERY."""
    return Dossier(
        id=row.id,
        arrival=row.arrival,
        campaign=row.campaign,
        category=row.category,
        kind=Kind(row.kind),
        unit=row.unit_code,
        unit_name=row.unit_name,
        unit_entitled=row.nominates,
        name=row.name,
        fields=row.fields,
        source=row.source,
        state=State(row.state),
        version=row.version,
        left_state=State(row.left_state) if row.left_state else None,
        due=row.due,
        head_submitted=row.head_submitted,
        own_withdrawal=row.own_withdrawal,
        released=row.released,
        submission_id=row.submission_id,
        decision_id=row.decision_id,
        serial=row.serial,
        head=(row.head_seq, row.head_hash),
        slot=row.slot,
        decision=(row.open_decision, DecisionState(row.decision_state)) if row.open_decision else None,
        findings=tuple(FindingView(**f | {"addressee": Party(f["addressee"])}) for f in row.findings),
        duties={int(account): Duty(kind) for account, kind in row.duties.items()},
        authors=frozenset(row.authors),
        recusals=frozenset(row.recusals),
        judgements=tuple(Judgement(**j | {"by": str(j["by"])}) for j in row.judgements),
        checks=tuple(Check(agency=a, result=CheckResult(r) if r else None) for a, r in row.checks),
        others=tuple(row.others),
        score=row.score,
    )


def load_dossier(session: Session, nomination_id: str) -> Dossier:
    """The dossier as it is now, unlocked; NotFoundError if there is none."""
    return found(session.execute(ONE, {"id": nomination_id}).one_or_none(), nomination_id)


def load_whole(session: Session, nomination_id: str) -> Dossier:
    """The dossier as it is now, with everything its page shows read along; NotFoundError if there is none."""
    row = session.execute(WHOLE, {"id": nomination_id}).one_or_none()
    dossier = found(row, nomination_id)
    for what in Along:
        keep(session, dossier.id, dossier.version, what, getattr(row, what.value))
    return dossier


def lock_dossier(session: Session, nomination_id: str) -> Dossier:
    """The dossier, locked until the transaction ends.

    When the lock had to wait, PostgreSQL gives the row as it is now but what hangs on it as it was:
    then its version and its chain's head differ, and it is read once more.
    """
    dossier = found(session.execute(ONE_LOCKED, {"id": nomination_id}).one_or_none(), nomination_id)
    if dossier.version != dossier.head[0]:
        dossier = found(session.execute(ONE, {"id": nomination_id}).one_or_none(), nomination_id)
    return dossier


def found(row: Any, nomination_id: str) -> Dossier:  # noqa: ANN401 - a database row
    """The dossier in `row`, or NotFoundError."""
    if row is None:
        raise NotFoundError(f"Không có hồ sơ “{nomination_id}”.")
    return dossier_of(row)


def load_dossiers(
    session: Session,
    context: Context,
    *,
    category: str | None = None,
    states: tuple[State, ...] = (),
    units: tuple[str, ...] | None = None,
) -> list[Dossier]:
    """Every dossier of the campaign, in order of arrival, narrowed to a category, some states or some units."""
    conditions = ["n.campaign_id = :campaign"]
    conditions += ["n.category = :category"] if category else []
    conditions += ["n.state = ANY(:states)"] if states else []
    conditions += ["n.unit_code = ANY(:units)"] if units is not None else []
    query = text(f"{QUERY} WHERE {' AND '.join(conditions)} ORDER BY n.arrival")
    values: dict[str, object] = {"campaign": context.campaign_id, "category": category}
    values |= {"states": [state.value for state in states], "units": list(units or ())}
    return [dossier_of(row) for row in session.execute(query, values)]


def facts_of(context: Context, dossier: Dossier) -> Facts:
    """The facts the eligibility rules read, on the context's day."""
    asked = {check.agency for check in dossier.checks}
    unasked = tuple(Check(agency=a, result=None) for a in context.campaign.required_checks if a not in asked)
    return Facts(
        kind=dossier.kind,
        today=context.today,
        data_from=context.campaign.data_period.start,
        rated_years=context.campaign.rated_years,
        unit=dossier.unit,
        unit_entitled=dossier.unit_entitled,
        required_papers=tuple(context.campaign.required_papers),
        fields=dossier.fields,
        others=dossier.others,
        checks=(*dossier.checks, *unasked),
        judgements=dossier.judgements,
    )


def screen_dossier(context: Context, dossier: Dossier) -> Screening:
    """Every rule's verdict on the dossier, today."""
    return screen(facts_of(context, dossier))
