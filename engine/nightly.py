"""The nightly screening: every dossier by today's rules; who relies on one that no longer passes is told."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session

from engine.context import APPRAISAL_ROLES, REVIEW_ROLES, Context
from engine.dossier import Dossier, load_dossiers, screen_dossier
from engine.notices import Notice, addresses_of, common_values, tell, told
from engine.views import WITHHELD, reads_sensitive
from models.watch import Screened
from rules.screening import Screening
from rules.vocabulary import FALLEN, FINAL, OVERALL_LABELS, Overall, Party, State, Verdict

TAG = "campaign:screening:worsened"
LIVE = tuple(state for state in State if state not in {*FALLEN, *FINAL})
# Who has built on a dossier's being eligible.
RELIES = {
    State.ENDORSED: Party.REVIEW_OFFICE,
    State.SELECTED: Party.REVIEW_OFFICE,
    State.IN_APPRAISAL: Party.APPRAISAL_OFFICE,
    State.APPROVED: Party.APPRAISAL_OFFICE,
    State.LISTED: Party.APPRAISAL_OFFICE,
}
ROLES = {Party.REVIEW_OFFICE: REVIEW_ROLES, Party.APPRAISAL_OFFICE: APPRAISAL_ROLES}
KNOWN = text(
    "SELECT s.nomination_id, s.overall FROM screened s JOIN nomination n ON n.id = s.nomination_id"
    " WHERE n.campaign_id = :campaign"
)

LAST_STEPS = text(
    "SELECT substr(subject, 12) AS id, max(seq) AS seq FROM trail"
    " WHERE subject = ANY(:subjects) AND tag LIKE 'nomination:step:%' GROUP BY subject"
)


def screen_all(session: Session, context: Context) -> int:
    """Screen every dossier still on its way as of today and keep the verdicts; returns how many changed.

    A dossier an office relies on was eligible at its last step; when it no longer is, the office reads so in one
    letter, by article, once for each such step, and again if it had become eligible meanwhile. Load `exclusive`.
    """
    known = {
        row.nomination_id: Overall(row.overall) for row in session.execute(KNOWN, {"campaign": context.campaign_id})
    }
    dossiers = load_dossiers(session, context, states=LIVE)
    screened = [(dossier, screen_dossier(context, dossier)) for dossier in dossiers]
    keep(session, context, screened)
    stepped = last_steps(session, dossiers)
    before = {(item[0], item[1]) for entry in told(session, context, TAG) for item in entry["dossiers"]}
    for party in ROLES:
        worse = [
            (dossier, screening)
            for dossier, screening in screened
            if RELIES.get(dossier.state) is party
            and screening.overall is not Overall.ELIGIBLE
            and (known.get(dossier.id) is Overall.ELIGIBLE or (dossier.id, stepped[dossier.id]) not in before)
        ]
        if worse:
            public = {"office": party.value, "dossiers": [[d.id, stepped[d.id], s.overall.value] for d, s in worse]}
            tell(session, context, TAG, notice(context, party, worse), public)
    return sum(known.get(dossier.id, screening.overall) is not screening.overall for dossier, screening in screened)


def last_steps(session: Session, dossiers: list[Dossier]) -> dict[str, int]:
    """The number of the entry of each dossier's last step."""
    rows = session.execute(LAST_STEPS, {"subjects": [dossier.subject for dossier in dossiers]})
    return {row.id: row.seq for row in rows}


def keep(session: Session, context: Context, screened: list[tuple[Dossier, Screening]]) -> None:
    """Store the newest verdicts."""
    rows = [
        {
            "nomination_id": dossier.id,
            "screened_on": context.today,
            "ruleset": screening.ruleset,
            "overall": screening.overall,
            "verdicts": {finding.rule: finding.verdict.value for finding in screening.findings},
        }
        for dossier, screening in screened
    ]
    if rows:
        statement = upsert(Screened)
        names = ("screened_on", "ruleset", "overall", "verdicts")
        renewed = {name: statement.excluded[name] for name in names}
        session.execute(statement.on_conflict_do_update(index_elements=["nomination_id"], set_=renewed), rows)


def notice(context: Context, party: Party, worse: list[tuple[Dossier, Screening]]) -> Notice:
    """The letter to an office."""
    items: list[dict[str, Any]] = [
        {
            "name": dossier.name,
            "unit": dossier.unit_name,
            "dossier": dossier.id,
            "overall": OVERALL_LABELS[screening.overall],
            "why": [
                f"{WITHHELD if reads_sensitive(dossier.kind, f.rule) else f.message} ({'; '.join(f.citations)})"
                for f in screening.findings
                if f.verdict is not Verdict.PASS
            ],
        }
        for dossier, screening in worse
    ]
    addresses = addresses_of(context, ROLES[party])
    values = {**common_values(context), "items": items}
    return Notice(kind=f"screened.{party.value}", party=party, addresses=addresses, values=values)
