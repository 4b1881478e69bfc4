"""A dossier's past as its trail tells it, with the names of who acted as long as they are kept."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from rules.vocabulary import Role

ENTRIES = text(
    "SELECT t.seq, t.tag, t.body, (SELECT coalesce(json_object_agg(d.field, d.value), '{}') FROM disclosure d"
    "  WHERE d.subject = t.subject AND d.seq = t.seq AND d.field IN ('by_name', 'on_behalf_name')) AS names"
    " FROM trail t WHERE t.subject = :subject ORDER BY t.seq"
)


def history_of(session: Session, subject: str, *, only_roles: Collection[Role] = ()) -> list[dict[str, Any]]:
    """The entries of one chain, oldest first; with `only_roles`, only what holders of these did, and unnumbered.

    A name is None for the clock, and once the person was erased.
    """
    entries = []
    for row in session.execute(ENTRIES, {"subject": subject}):
        body = json.loads(row.body)
        if only_roles and body.get("role") not in only_roles:
            continue
        names = {field: json.loads(value) for field, value in row.names.items()}
        entries.append(
            {
                "seq": None if only_roles else row.seq,
                "tag": row.tag,
                "at": body.get("at"),
                "today": body.get("today"),
                "by": names.get("by_name"),
                "on_behalf": names.get("on_behalf_name"),
                "role": body.get("role"),
                "from": body.get("from"),
                "to": body.get("to"),
            }
        )
    return entries
