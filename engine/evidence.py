"""Everything a verification of the trail looks at, read from the database in one snapshot and streamed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Generic, TypeVar

from sqlalchemy import text
from sqlmodel import Session

from models.chain import Entry, Head, Problem, canonical

T = TypeVar("T")
Key = tuple[str, int]
Disclosed = Mapping[str, tuple[str, str]]  # field → (salt, value)
AT_ONCE = 2000  # rows fetched at a time
# What is stored of each subject, in the shape replay gives it; the third column is personal and never exported.
STORED = {
    "nomination": """
SELECT 'nomination:' || n.id, json_build_object(
    'state', n.state, 'version', n.version, 'left_state', n.left_state, 'due', n.due,
    'head_submitted', n.head_submitted, 'own_withdrawal', n.own_withdrawal, 'released', n.released,
    'submission', (SELECT m.number FROM submission m WHERE m.id = n.submission_id),
    'slots', ARRAY(SELECT s.number FROM slot s WHERE s.nomination_id = n.id),
    'duties', ARRAY(SELECT d.account_id || ':' || d.kind FROM duty d WHERE d.nomination_id = n.id),
    'scores', (SELECT coalesce(json_object_agg(s.account_id, s.points::text), '{}')
        FROM score s WHERE s.nomination_id = n.id),
    'parts', (SELECT coalesce(json_object_agg(w.account_id, w.parts), '{}') FROM (SELECT p.account_id,
        json_object_agg(p.criterion, p.points::text) AS parts FROM score_part p WHERE p.nomination_id = n.id
        GROUP BY p.account_id) AS w),
    'recused', ARRAY(SELECT r.account_id::text FROM recusal r WHERE r.nomination_id = n.id),
    'judgements', (SELECT coalesce(json_object_agg(j.rule, CASE WHEN j.passed THEN 'pass' ELSE 'fail' END), '{}')
        FROM judgement j WHERE j.nomination_id = n.id),
    'checks', (SELECT coalesce(json_object_agg(v.agency, v.result), '{}')
        FROM verification v WHERE v.nomination_id = n.id),
    'answered', ARRAY(SELECT f.version || ':' || f.anchor FROM finding f
        WHERE f.nomination_id = n.id AND f.status = 'answered'),
    'attachments', ARRAY(SELECT json_build_array(a.paper, a.sha256, a.account_id::text, a.version, a.removed_version)
        FROM attachment a WHERE a.nomination_id = n.id)),
    n.fields || (SELECT coalesce(jsonb_object_agg('file:' || a.paper || ':' || a.sha256, a.name), '{}')
        FROM attachment a WHERE a.nomination_id = n.id AND a.removed_version IS NULL) FROM nomination n""",
    "decision": """
SELECT 'decision:' || d.id, json_build_object('state', d.state, 'version', d.version, 'hash', d.content_hash,
    'content', encode(sha256(convert_to(d.content, 'UTF8')), 'hex'), 'number', d.number, 'dated', d.dated),
    json_build_object('signer', d.signer) FROM decision d""",
    "campaign": """
SELECT 'campaign:' || c.code, json_build_object('config', c.config,
    'submissions', ARRAY(SELECT json_build_array(m.number, m.dated) FROM submission m WHERE m.campaign_id = c.id)),
    '{}'::json FROM campaign c""",
    "account": """
SELECT 'account:' || a.id, json_build_object(
    'roles', ARRAY(SELECT r.role || '@' || r.unit_code FROM account_role r WHERE r.account_id = a.id),
    'inactive', CASE WHEN a.active THEN NULL ELSE true END,
    'given', ARRAY(SELECT json_build_array('account:' || d.to_id, d.since, d.until)
        FROM delegation d WHERE d.from_id = a.id),
    'received', ARRAY(SELECT json_build_array('account:' || d.from_id, d.since, d.until)
        FROM delegation d WHERE d.to_id = a.id),
    'tokens', ARRAY(SELECT left(t.sha256, 16) FROM token t WHERE t.account_id = a.id AND t.revoked_at IS NULL),
    'password', (SELECT left(encode(sha256(convert_to(c.password, 'UTF8')), 'hex'), 16)
        FROM credential c WHERE c.account_id = a.id),
    'second_step', (SELECT left(encode(sha256(convert_to(c.totp_secret, 'UTF8')), 'hex'), 16)
        FROM credential c WHERE c.account_id = a.id AND c.totp_since IS NOT NULL),
    'links', ARRAY(SELECT left(l.sha256, 16) FROM pass_link l WHERE l.account_id = a.id),
    'identities', ARRAY(SELECT i.issuer FROM oidc_identity i WHERE i.account_id = a.id),
    'sessions', ARRAY(SELECT left(s.sha256, 16) FROM web_session s WHERE s.account_id = a.id AND NOT s.awaits_code)),
    json_build_object('name', a.name, 'email', a.email, 'person', a.person, 'collective', a.collective)
    FROM account a""",
    "alert": """
SELECT 'alert:' || a.id, json_build_object('check', a.kind, 'digest', a.digest, 'cleared', a.cleared_at IS NOT NULL),
    '{}'::json FROM alert a""",
}
# Sorted by bytes, as Python sorts text, so that streams can be read side by side whatever the server's language.
ENTRIES = """SELECT subject, seq, tag, body, prev_hash, hash FROM trail ORDER BY subject COLLATE "C", seq"""
DISCLOSURES = """SELECT subject, seq, field, salt, value FROM disclosure ORDER BY subject COLLATE "C", seq"""
PARTIES = """SELECT subject, seq, array_agg(DISTINCT party) FROM letter GROUP BY subject, seq
    ORDER BY subject COLLATE "C", seq"""


@dataclass(frozen=True, slots=True)
class Witnessed:
    """One entry with what is stored beside it: values behind its commitments, and the parties written to."""

    entry: Entry
    disclosed: Disclosed
    parties: tuple[str, ...]


class Beside(Generic[T]):
    """Rows that hang on entries, read along with them; both in order of subject and number."""

    def __init__(self, rows: Iterator[tuple[Key, T]]) -> None:
        """Look at the first row."""
        self.rows = rows
        self.present = next(rows, None)
        self.orphans: list[Key] = []  # rows whose entry is not there

    def at(self, key: Key, default: T) -> T:
        """What hangs on the entry `key`, after every entry before it was asked for."""
        while self.present is not None and self.present[0] < key:
            self.orphans.append(self.present[0])
            self.present = next(self.rows, None)
        if self.present is None or self.present[0] != key:
            return default
        found = self.present[1]
        self.present = next(self.rows, None)
        return found

    def rest(self) -> list[Key]:
        """Every row without an entry, after the last entry was asked for."""
        self.orphans += [] if self.present is None else [self.present[0]]
        self.present = None
        return self.orphans + [key for key, _ in self.rows]


@dataclass
class Evidence:
    """What is verified. `entries` can be read once, in order; `astray` is complete after that."""

    checkpoints: list[dict[str, Any]]
    heads: dict[str, Head]
    stored: dict[str, dict[str, Any]]
    entries: Iterable[Witnessed]
    personal: dict[str, dict[str, Any]] = field(default_factory=dict)
    astray: list[Problem] = field(default_factory=list)


def take_snapshot(session: Session) -> None:
    """Let the transaction that now begins see the database as of one moment; one already begun stays as it is."""
    if not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def gather(session: Session, *, personal: bool = True) -> Evidence:
    """The evidence as of one moment; `personal=False` leaves personal data out, for an export.

    A transaction that this call begins reads one snapshot, so that steps taken meanwhile do not show.
    """
    take_snapshot(session)
    checkpoints = session.execute(text("SELECT number, body, prev_hash, hash FROM checkpoint ORDER BY number"))
    heads = session.execute(text("SELECT subject, seq, hash FROM chain"))
    evidence = Evidence(
        checkpoints=[dict(row) for row in checkpoints.mappings()],
        heads={subject: (seq, digest) for subject, seq, digest in heads},
        stored={},
        entries=(),
    )
    for query in STORED.values():
        for subject, public, private in session.execute(text(query)):
            evidence.stored[subject] = public
            if personal:
                evidence.personal[subject] = private
    evidence.entries = witnessed(session, evidence, personal=personal)
    return evidence


def evidence_of(session: Session, nomination_id: str) -> Evidence:
    """The evidence of one dossier without personal data, its lists in one order, as an export of a single chain.

    Checkpoints are left out: each names every other chain that moved.
    """
    subject = {"subject": f"nomination:{nomination_id}"}
    one = f"{STORED['nomination']} WHERE n.id = :id"
    stored = session.execute(text(one), {"id": nomination_id}).one()[1]
    head = session.execute(text("SELECT seq, hash FROM chain WHERE subject = :subject"), subject).one()
    parties = {row[1]: tuple(sorted(row[2])) for row in session.execute(text(of_one(PARTIES)), subject)}
    entries = [Entry(*row) for row in session.execute(text(of_one(ENTRIES)), subject)]
    ordered = {key: sorted(value, key=canonical) if isinstance(value, list) else value for key, value in stored.items()}
    return Evidence(
        checkpoints=[],
        heads={subject["subject"]: (head.seq, head.hash)},
        stored={subject["subject"]: ordered},
        entries=[Witnessed(entry, {}, parties.get(entry.seq, ())) for entry in entries],
    )


def of_one(query: str) -> str:
    """The part of a query over all subjects that is one subject's."""
    return f"SELECT * FROM ({query}) AS every WHERE subject = :subject ORDER BY seq"  # noqa: S608 - the queries are ours


def witnessed(session: Session, evidence: Evidence, *, personal: bool) -> Iterator[Witnessed]:
    """Every entry in order, with what hangs on it; what hangs on none goes astray."""
    disclosures = Beside(by_entry(stream(session, DISCLOSURES)) if personal else iter(()))
    letters = Beside(((row[0], row[1]), tuple(sorted(row[2]))) for row in stream(session, PARTIES))
    for row in stream(session, ENTRIES):
        key = (row[0], row[1])
        yield Witnessed(Entry(*row), disclosures.at(key, {}), letters.at(key, ()))
    evidence.astray += [Problem(*key, "dữ liệu lưu kèm một mục không có trong nhật ký") for key in disclosures.rest()]
    evidence.astray += [Problem(*key, "thư của một mục không có trong nhật ký") for key in letters.rest()]


def stream(session: Session, query: str) -> Iterator[Any]:
    """Rows as the server gives them, never all at once."""
    yield from session.execute(text(query), execution_options={"yield_per": AT_ONCE})


def by_entry(rows: Iterable[Any]) -> Iterator[tuple[Key, Disclosed]]:
    """Disclosures put together entry by entry."""
    for key, group in groupby(rows, key=lambda row: (row[0], row[1])):
        yield key, {row[2]: (row[3], row[4]) for row in group}
