"""Is the trail whole? Chains, columns, commitments, checkpoints, letters, and replay against what is stored."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import Session

from engine.evidence import Evidence, Witnessed, gather
from engine.replay import REPLAYERS, kind_of, replay, replay_disclosed
from engine.trail_file import read_trail_file, write_trail_file
from models.chain import (
    GENESIS,
    Anchors,
    Body,
    Head,
    Problem,
    Verification,
    canonical,
    chain_hash,
    commitment_problems,
    head_problems,
    heads_of,
    read_chain,
)
from models.trail import Checkpoint

LOCK = 0x43504B54  # advisory lock held while a checkpoint is written: two at once would take one number


def verify(session: Session) -> Verification:
    """Check the whole trail of the database; call it first in a transaction, which then reads one snapshot."""
    return examine(gather(session))


def export(session: Session, path: Path) -> None:
    """Write the trail, without personal data, to a file that can be verified by itself; MalformedError if it cannot."""
    write_trail_file(gather(session, personal=False), path)


def verify_export(path: Path) -> Verification:
    """Check an exported trail, with nothing but the file; MalformedError when it is no whole export."""
    with read_trail_file(path) as evidence:
        return examine(evidence)


def examine(evidence: Evidence) -> Verification:
    """Every problem the evidence shows; `checked` counts the entries."""
    anchors = Anchors(evidence.checkpoints)
    problems: list[Problem] = []
    checked = 0
    seen = set()
    for subject, group in groupby(evidence.entries, key=lambda witnessed: witnessed.entry.subject):
        chain = list(group)
        checked += len(chain)
        seen.add(subject)
        for witnessed in chain:
            anchors.meet(witnessed.entry)
        problems += examine_chain(evidence, subject, chain)
    for subject in evidence.heads.keys() - seen:
        problems += head_problems(subject, None, evidence.heads[subject])
    untold = evidence.stored.keys() - seen - evidence.heads.keys()
    problems += [Problem(subject, 0, "không có mục nào trong nhật ký") for subject in untold]
    return Verification.of(checked, [*problems, *anchors.problems, *anchors.lost(), *evidence.astray])


def examine_chain(evidence: Evidence, subject: str, chain: list[Witnessed]) -> list[Problem]:
    """One subject: its chain and what hangs on it; only a chain that holds is replayed."""
    bodies, problems = read_chain(subject, (witnessed.entry for witnessed in chain))
    newest = chain[-1].entry
    problems += head_problems(subject, (newest.seq, newest.hash), evidence.heads.get(subject))
    if len(bodies) == len(chain):
        for witnessed, body in zip(chain, bodies, strict=True):
            problems += beside_problems(subject, witnessed, body)
    if problems:
        return problems
    if kind_of(subject) not in REPLAYERS:
        return [Problem(subject, 1, "nhật ký không có loại đối tượng này")]
    if subject not in evidence.stored:
        return [Problem(subject, 0, "có trong nhật ký nhưng không còn được lưu")]
    problems = replay(subject, bodies, evidence.stored[subject])
    if subject in evidence.personal:
        disclosed = {witnessed.entry.seq: witnessed.disclosed for witnessed in chain}
        problems += replay_disclosed(subject, bodies, disclosed, evidence.personal[subject])
    return problems


def beside_problems(subject: str, witnessed: Witnessed, body: Body) -> Iterable[Problem]:
    """Where commitments and letters of one entry are not what is stored beside it."""
    seq = witnessed.entry.seq
    yield from commitment_problems(subject, seq, body, witnessed.disclosed)
    letters = body.get("letters")
    said = sorted(map(str, letters)) if isinstance(letters, list) else []
    if sorted(witnessed.parties) != said:
        stored = ", ".join(sorted(witnessed.parties)) or "không có"
        yield Problem(
            subject, seq, f"thư đang lưu gửi: {stored}; theo nhật ký phải gửi: {', '.join(said) or 'không có'}"
        )


def checkpoint(session: Session, now: datetime) -> dict[str, Any]:
    """Fix the heads of all chains that moved since the last checkpoint; returns number, hash and count of heads.

    When nothing moved the last one is returned, or number 0 while there is none. Call it in a transaction of its
    own: it waits for whoever is writing one.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    last, known = fixed_so_far(session)
    chains = session.execute(text("SELECT subject, seq, hash FROM chain"))
    moved = sorted([subject, seq, head] for subject, seq, head in chains if known.get(subject) != (seq, head))
    if not moved:
        return last
    number, prev_hash = last["number"] + 1, last["hash"]
    body = canonical({"number": number, "at": now.isoformat(timespec="milliseconds"), "heads": moved})
    made = {"number": number, "body": body, "prev_hash": prev_hash, "hash": chain_hash(prev_hash, body)}
    session.execute(insert(Checkpoint).values(made))
    return {"number": number, "hash": made["hash"], "heads": len(moved)}


def fixed_so_far(session: Session) -> tuple[dict[str, Any], dict[str, Head]]:
    """The last checkpoint (number, hash, count of heads), and the newest head of each chain that any has fixed."""
    last: dict[str, Any] = {"number": 0, "hash": GENESIS, "heads": 0}
    known: dict[str, Head] = {}
    for row in session.execute(text("SELECT number, body, hash FROM checkpoint ORDER BY number")):
        heads = heads_of(row.body) or []
        known |= {subject: (seq, digest) for subject, seq, digest in heads}
        last = {"number": row.number, "hash": row.hash, "heads": len(heads)}
    return last, known
