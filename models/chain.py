"""The hash chain itself: canonical text, commitments, and a verifier that needs only the entries."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One trail entry as stored."""

    subject: str
    seq: int
    tag: str
    body: str
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What a verification found, and where: a subject and the number of the entry (0 for the chain itself)."""

    subject: str
    entry: int
    problem: str


def canonical(data: object) -> str:
    """JSON with sorted keys, no spaces, text as it is: the same data always gives the same text."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def chain_hash(prev_hash: str, body: str) -> str:
    """SHA-256 over the previous hash, a line feed and the body, in hexadecimal."""
    return hashlib.sha256(f"{prev_hash}\n{body}".encode()).hexdigest()


def commit(value: str, salt: str | None = None) -> tuple[str, str]:
    """A salted commitment to `value`: (commitment, salt)."""
    salt = salt or secrets.token_hex(16)
    return hashlib.sha256(f"{salt}\n{value}".encode()).hexdigest(), salt


def make_entry(subject: str, head: tuple[int, str] | None, tag: str, data: Mapping[str, Any]) -> Entry:
    """The entry that continues the chain of `subject` whose head is (seq, hash), or begins it."""
    seq, prev_hash = (head[0] + 1, head[1]) if head else (1, GENESIS)
    body = canonical({**data, "subject": subject, "seq": seq, "tag": tag})
    return Entry(subject, seq, tag, body, prev_hash, chain_hash(prev_hash, body))


def verify_chain(subject: str, entries: Sequence[Entry]) -> list[Problem]:
    """Every place where one subject's chain, in order of seq, does not hold."""
    problems = []
    prev_hash = GENESIS
    for expected, entry in enumerate(entries, start=1):
        if entry.seq != expected:
            problems.append(Problem(subject, expected, f"thiếu mục {expected}, gặp mục {entry.seq}"))
            break
        problems += [Problem(subject, entry.seq, flaw) for flaw in flaws_of(entry, prev_hash)]
        prev_hash = entry.hash
    return problems


def flaws_of(entry: Entry, prev_hash: str) -> list[str]:
    """What is wrong with one entry that should continue `prev_hash`."""
    flaws = []
    if entry.prev_hash != prev_hash:
        flaws.append("không nối tiếp mục trước")
    if entry.hash != chain_hash(entry.prev_hash, entry.body):
        flaws.append("nội dung không khớp mã băm")
    try:
        body = json.loads(entry.body)
    except ValueError:
        return [*flaws, "nội dung không đọc được"]
    named = (body.get("subject"), body.get("seq"), body.get("tag")) if isinstance(body, dict) else None
    if named != (entry.subject, entry.seq, entry.tag):
        flaws.append("cột dữ liệu khác nội dung đã băm")
    return flaws


def verify_entries(entries: Iterable[Entry]) -> tuple[dict[str, tuple[int, str]], list[Problem]]:
    """Check every chain; returns the head (seq, hash) of each subject and the problems."""
    heads: dict[str, tuple[int, str]] = {}
    problems: list[Problem] = []
    ordered = sorted(entries, key=lambda entry: (entry.subject, entry.seq))
    for subject, group in groupby(ordered, key=lambda entry: entry.subject):
        chain = list(group)
        problems += verify_chain(subject, chain)
        heads[subject] = (chain[-1].seq, chain[-1].hash)
    return heads, problems


def verify_checkpoints(checkpoints: Sequence[Mapping[str, Any]], entries: Mapping[tuple[str, int], str]) -> list[Problem]:
    """Check the chain of checkpoints, and that each head they fixed is still there.

    `entries` maps (subject, seq) to the hash of every stored entry.
    """
    problems = []
    prev_hash = GENESIS
    for expected, checkpoint in enumerate(checkpoints, start=1):
        name = f"checkpoint:{expected}"
        if checkpoint["number"] != expected or checkpoint["prev_hash"] != prev_hash:
            problems.append(Problem(name, expected, "điểm kiểm tra bị thiếu hoặc không nối tiếp"))
        if checkpoint["hash"] != chain_hash(checkpoint["prev_hash"], checkpoint["body"]):
            problems.append(Problem(name, expected, "nội dung điểm kiểm tra không khớp mã băm"))
        prev_hash = checkpoint["hash"]
        problems += heads_gone(checkpoint["body"], expected, entries)
    return problems


def heads_gone(body: str, number: int, entries: Mapping[tuple[str, int], str]) -> list[Problem]:
    """The heads a checkpoint fixed that are no longer in the trail as they were."""
    try:
        heads = json.loads(body)["heads"]
    except (ValueError, KeyError, TypeError):
        return [Problem(f"checkpoint:{number}", number, "nội dung điểm kiểm tra không đọc được")]
    return [
        Problem(subject, seq, f"mục đã được điểm kiểm tra số {number} ghi nhận nay bị mất hoặc bị thay")
        for subject, seq, digest in heads
        if entries.get((subject, seq)) != digest
    ]
