"""The hash chain itself: canonical text, commitments, and a verifier that needs only the entries."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

GENESIS = "0" * 64
NUMBER = "\0"  # stands for a number; no text that PostgreSQL keeps holds it
Body = dict[str, Any]
Head = tuple[int, str]  # seq and hash of the newest entry of a chain


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
    """What a verification found, and where: a subject and the number of the entry (0 for the subject as a whole)."""

    subject: str
    entry: int
    problem: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found; `checked` counts what it looked at: trail entries, or invariants."""

    ok: bool
    checked: int
    problems: list[Problem]

    @classmethod
    def of(cls, checked: int, problems: Iterable[Problem]) -> "Verification":
        """The verdict over some problems, told once each, by subject and entry."""
        found = sorted(set(problems), key=lambda p: (p.subject, p.entry, p.problem))
        return cls(not found, checked, found)


def canonical(data: object) -> str:
    """JSON with sorted keys, no spaces, text as it is: the same data always gives the same text."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def chain_hash(prev_hash: str, body: str) -> str:
    """SHA-256 over the previous hash, a line feed and the body, in hexadecimal."""
    return hashlib.sha256(f"{prev_hash}\n{body}".encode()).hexdigest()


def commit(value: str, salt: str | None = None) -> tuple[str, str]:
    """A salted commitment to `value`: (commitment, salt)."""
    salt = salt or secrets.token_hex(16)
    return commitment(value, salt), salt


def commitment(value: str, salt: str) -> str:
    """SHA-256 over the salt, a line feed and the value, in hexadecimal."""
    return hashlib.sha256(f"{salt}\n{value}".encode()).hexdigest()


def make_entry(subject: str, head: Head | None, tag: str, data: Mapping[str, Any]) -> Entry:
    """The entry that continues the chain of `subject` whose head is (seq, hash), or begins it."""
    seq, prev_hash = (head[0] + 1, head[1]) if head else (1, GENESIS)
    body = body_of(subject, seq, tag, data)
    return Entry(subject, seq, tag, body, prev_hash, chain_hash(prev_hash, body))


def unnumbered(subject: str, tag: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """What the body of an entry is before and after its number, for whoever lets the database number it."""
    before, after = body_of(subject, NUMBER, tag, data).split(canonical(NUMBER))
    return before, after


def body_of(subject: str, seq: int | str, tag: str, data: Mapping[str, Any]) -> str:
    """The text that is hashed; `seq` is a number, or what stands for one."""
    return canonical({**data, "subject": subject, "seq": seq, "tag": tag})


def parsed(text: str) -> Body | None:
    """The JSON object in `text`, or None when it is none that could ever have been written."""
    try:
        data = json.loads(text)
        if "\\u" in text:  # half a surrogate pair is legal JSON, but no text
            canonical(data).encode()
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def read_chain(subject: str, entries: Iterable[Entry]) -> tuple[list[Body], list[Problem]]:
    """One subject's chain, in order of seq: the bodies that can be read, and every place where it does not hold."""
    bodies: list[Body] = []
    problems: list[Problem] = []
    expected, prev_hash = 1, GENESIS
    for entry in entries:
        body = parsed(entry.body)
        if entry.seq > expected:
            lost = f"mục {expected}" if entry.seq == expected + 1 else f"các mục {expected} đến {entry.seq - 1}"
            problems.append(Problem(subject, expected, f"bị mất {lost}"))
        elif entry.seq < expected:
            problems.append(Problem(subject, entry.seq, "mục sai thứ tự hoặc bị lặp lại"))
        flaws = flaws_of(entry, body, prev_hash if entry.seq == expected else entry.prev_hash)
        problems += [Problem(subject, entry.seq, flaw) for flaw in flaws]
        bodies += [] if body is None else [body]
        expected, prev_hash = entry.seq + 1, entry.hash
    return bodies, problems


def flaws_of(entry: Entry, body: Body | None, prev_hash: str) -> list[str]:
    """What is wrong with one entry that should continue `prev_hash`."""
    flaws = []
    if entry.prev_hash != prev_hash:
        flaws.append("không nối tiếp mục trước")
    if entry.hash != chain_hash(entry.prev_hash, entry.body):
        flaws.append("nội dung không khớp mã băm")
    if body is None:
        flaws.append("nội dung không đọc được")
    elif (body.get("subject"), body.get("seq"), body.get("tag")) != (entry.subject, entry.seq, entry.tag):
        flaws.append("cột dữ liệu khác nội dung đã băm")
    return flaws


def head_problems(subject: str, newest: Head | None, head: Head | None) -> list[Problem]:
    """Where a chain's recorded head is not its newest entry; None for a chain or a head that is not there."""
    if newest is None:
        return [] if head is None else [Problem(subject, 1, f"bị mất toàn bộ {head[0]} mục của chuỗi")]
    if head is None:
        return [Problem(subject, newest[0], "chuỗi không có đầu chuỗi được ghi nhận")]
    if newest[0] < head[0]:
        return [Problem(subject, newest[0] + 1, f"bị cắt đuôi: đầu chuỗi ở mục {head[0]}, chỉ còn đến mục {newest[0]}")]
    if newest[0] > head[0]:
        return [Problem(subject, head[0] + 1, f"mục thừa ở cuối chuỗi: đầu chuỗi được ghi nhận ở mục {head[0]}")]
    return [] if newest == head else [Problem(subject, newest[0], "mục cuối khác mã băm của đầu chuỗi được ghi nhận")]


def commitment_problems(
    subject: str, seq: int, body: Body, disclosed: Mapping[str, tuple[str, str]]
) -> Iterable[Problem]:
    """Where stored values (field → salt, value) are not what the entry committed to; a value erased is no problem."""
    known = committed_in(body)
    for field, (salt, value) in disclosed.items():
        if field not in known:
            yield Problem(subject, seq, f"dữ liệu “{field}” lưu kèm mà mục không cam kết")
        elif commitment(value, salt) != known[field]:
            yield Problem(subject, seq, f"dữ liệu “{field}” lưu kèm khác cam kết của mục")


def committed_in(body: Body) -> Body:
    """The commitments of an entry, by field."""
    committed = body.get("committed")
    return committed if isinstance(committed, dict) else {}


class Anchors:
    """The heads that checkpoints fixed, to be met again while the entries are read."""

    def __init__(self, checkpoints: Iterable[Mapping[str, Any]]) -> None:
        """Check the chain of checkpoints (number, body, prev_hash, hash) and note what it fixed."""
        self.problems: list[Problem] = []
        self.fixed: dict[tuple[str, int], dict[str, int]] = {}
        prev_hash = GENESIS
        for expected, checkpoint in enumerate(checkpoints, start=1):
            flaws = checkpoint_flaws(checkpoint, expected, prev_hash)
            self.problems += [Problem(f"checkpoint:{expected}", expected, flaw) for flaw in flaws]
            prev_hash = checkpoint["hash"]
            for subject, seq, digest in heads_of(checkpoint["body"]) or ():
                self.fixed.setdefault((subject, seq), {}).setdefault(digest, expected)

    def meet(self, entry: Entry) -> None:
        """Compare one entry of the trail with what checkpoints fixed of it."""
        for digest, number in self.fixed.pop((entry.subject, entry.seq), {}).items():
            if digest != entry.hash:
                what = f"mục đã bị thay: điểm kiểm tra số {number} ghi nhận mã băm khác"
                self.problems.append(Problem(entry.subject, entry.seq, what))

    def lost(self) -> Iterable[Problem]:
        """What checkpoints fixed and the trail, read to its end, did not have."""
        for (subject, seq), digests in self.fixed.items():
            yield Problem(subject, seq, f"bị mất mục đã được điểm kiểm tra số {min(digests.values())} ghi nhận")


def checkpoint_flaws(checkpoint: Mapping[str, Any], number: int, prev_hash: str) -> Iterable[str]:
    """What is wrong with one checkpoint that should be this number and continue `prev_hash`."""
    if checkpoint["number"] != number or checkpoint["prev_hash"] != prev_hash:
        yield "điểm kiểm tra bị thiếu hoặc không nối tiếp"
    if checkpoint["hash"] != chain_hash(checkpoint["prev_hash"], checkpoint["body"]):
        yield "nội dung điểm kiểm tra không khớp mã băm"
    if heads_of(checkpoint["body"]) is None:
        yield "nội dung điểm kiểm tra không đọc được"
    elif (parsed(checkpoint["body"]) or {}).get("number") != checkpoint["number"]:
        yield "số của điểm kiểm tra khác nội dung đã băm"


def heads_of(body: str) -> list[tuple[str, int, str]] | None:
    """The heads (subject, seq, hash) in a checkpoint's body, or None when it is none."""
    data = parsed(body)
    heads = data.get("heads") if data else None
    if not isinstance(heads, list):
        return None
    for head in heads:
        if not isinstance(head, list) or [type(part) for part in head] != [str, int, str]:
            return None
    return [(subject, seq, digest) for subject, seq, digest in heads]
