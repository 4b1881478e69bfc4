"""What hangs on a dossier and only its page shows: read along with it in one round trip, or once it is asked for."""

from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlmodel import Session


class Along(StrEnum):
    """A list that hangs on a dossier."""

    PAST = "past"
    ATTACHMENTS = "attachments"
    SCORES = "scores"


# Each as JSON, of the nomination `n`. `sent`: a paper taken off since, with which it was submitted at least once.
SOURCES = {
    Along.PAST: """SELECT json_agg(json_build_array(t.seq, t.tag, CAST(t.body AS json),
        (SELECT json_object_agg(d.field, CAST(d.value AS json)) FROM disclosure d
            WHERE d.subject = t.subject AND d.seq = t.seq
            AND d.field IN ('by_name', 'on_behalf_name', 'changes', 'reason', 'answer'))) ORDER BY t.seq)
        FROM trail t WHERE t.subject = 'nomination:' || n.id AND t.seq <= n.version""",
    Along.ATTACHMENTS: """SELECT json_agg(json_build_object('id', a.id, 'paper', a.paper, 'sha256', a.sha256,
        'name', a.name, 'version', a.version, 'removed_version', a.removed_version, 'media', f.media, 'size', f.size,
        'sent', a.removed_version IS NOT NULL AND EXISTS (SELECT 1 FROM trail t
            WHERE t.subject = 'nomination:' || a.nomination_id AND t.tag = 'nomination:step:submit'
            AND t.seq > a.version AND t.seq < a.removed_version)) ORDER BY a.id)
        FROM attachment a JOIN file f ON f.sha256 = a.sha256 WHERE a.nomination_id = n.id""",
    Along.SCORES: """SELECT json_agg(json_build_object('id', a.id, 'name', a.name, 'points', CAST(s.points AS text),
        'reason', r.reason, 'recused', r.account_id IS NOT NULL,
        'parts', (SELECT coalesce(json_object_agg(p.criterion, CAST(p.points AS text)), '{}') FROM score_part p
            WHERE p.nomination_id = n.id AND p.account_id = a.id)) ORDER BY a.name)
        FROM (SELECT account_id FROM score WHERE nomination_id = n.id UNION SELECT account_id FROM recusal
            WHERE nomination_id = n.id) w JOIN account a ON a.id = w.account_id
        LEFT JOIN score s ON s.account_id = a.id AND s.nomination_id = n.id
        LEFT JOIN recusal r ON r.account_id = a.id AND r.nomination_id = n.id""",
}
COLUMNS = ", ".join(f"({source}) AS {what.value}" for what, source in SOURCES.items())
ONE = {what: text(f"SELECT ({source}) FROM nomination n WHERE n.id = :id") for what, source in SOURCES.items()}  # noqa: S608 - ours
KEPT = "along"  # what a session keeps of the dossiers it looked at, by id and version: at that version nothing changes


def keep(session: Session, identity: str, version: int, what: Along, found: list[Any] | None) -> list[Any]:
    """Keep what was read, for whoever asks for it in the same transaction."""
    kept: dict[tuple[str, int, Along], list[Any]] = session.info.setdefault(KEPT, {})
    return kept.setdefault((identity, version, what), found or [])


def along(session: Session, identity: str, version: int, what: Along) -> list[Any]:
    """What hangs on a dossier at its version, read at most once in a transaction."""
    kept: dict[tuple[str, int, Along], list[Any]] = session.info.get(KEPT, {})
    found = kept.get((identity, version, what))
    return keep(session, identity, version, what, read(session, identity, what)) if found is None else found


def read(session: Session, identity: str, what: Along) -> list[Any]:
    """What hangs on a dossier now."""
    return session.execute(ONE[what], {"id": identity}).scalar_one_or_none() or []
