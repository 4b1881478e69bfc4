"""A dossier begins as a draft, from a workbook's row or from a form."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import Session

from engine.context import Acting, Context
from engine.keys import keys_of, new_id
from engine.trail import record
from models.nominations import Author, Nomination
from rules.vocabulary import Kind, Role, State

STAND_INS = (Role.REVIEW_OFFICER, Role.REVIEW_HEAD)
IMPORTED, BEGUN = "nomination:dossier:imported", "nomination:dossier:begun"  # from a row, from a form


def find_draft(session: Session, context: Context, category: str, unit: str, row_key: str) -> str | None:
    """The unit's dossier of this nominee in the category, whatever became of it; None if it has none."""
    query = text(
        "SELECT id FROM nomination WHERE campaign_id = :campaign AND category = :category AND unit_code = :unit"
        " AND row_key = :key"
    )
    values = {"campaign": context.campaign_id, "category": category, "unit": unit, "key": row_key}
    found = session.scalar(query, values)
    return None if found is None else str(found)


def create_draft(
    session: Session,
    context: Context,
    acting: Acting,
    category: str,
    kind: Kind,
    fields: Mapping[str, Any],
    source: Mapping[str, Any],
    tag: str = IMPORTED,
) -> str:
    """Store a new draft with its first trail entry; returns its id."""
    identity = new_id()
    unit = str(fields["unit"])
    public = {
        "to": State.DRAFT.value,
        "category": category,
        "unit": unit,
        "source": dict(source),
        "stands_in": acting.role in STAND_INS,
    }
    subject = f"nomination:{identity}"
    recorded = record(context, subject, None, tag, acting=acting, public=public, private={"fields": dict(fields)})
    statement = insert(Nomination).values(
        {
            "id": identity,
            "campaign_id": context.campaign_id,
            "category": category,
            "unit_code": unit,
            "fields": dict(fields),
            "source": dict(source),
            "state": State.DRAFT,
            "version": 1,
            "head_submitted": False,
            "own_withdrawal": False,
            "released": False,
            **keys_of(kind, unit, fields),
        }
    )
    for number, part in enumerate(recorded.inserts()):
        statement = statement.add_cte(part.cte(f"part_{number}"))
    session.execute(statement)
    authors = [{"nomination_id": identity, "account_id": person.id} for person in acting.people]
    session.execute(insert(Author).values(authors))
    return identity
