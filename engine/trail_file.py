"""The trail as a file of JSON lines that can be verified anywhere: what was fixed, what is stored, every entry."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from engine.evidence import Evidence, Witnessed
from models.chain import Entry, Problem, canonical, parsed
from rules.errors import MalformedError

FORMAT = {"format": "vinhdanh-trail", "version": 1}
MAX_LINE = 64_000_000  # bytes; the longest honest line is a checkpoint over all chains
ENTRY = {"subject": str, "seq": int, "tag": str, "body": str, "prev_hash": str, "hash": str, "parties": list}
CHECKPOINT = {"number": int, "body": str, "prev_hash": str, "hash": str}


def lines_of(evidence: Evidence) -> Iterator[dict[str, Any]]:
    """What the file says, line by line, but for the last line: small things first, so that entries can be streamed."""
    yield {"header": FORMAT}
    for checkpoint in evidence.checkpoints:
        yield {"checkpoint": checkpoint}
    for subject, (seq, digest) in sorted(evidence.heads.items()):
        yield {"head": [subject, seq, digest]}
    for subject, stored in sorted(evidence.stored.items()):
        yield {"stored": [subject, stored]}
    for witnessed in evidence.entries:
        e = witnessed.entry
        entry = {"subject": e.subject, "seq": e.seq, "tag": e.tag, "body": e.body}
        yield {"entry": {**entry, "prev_hash": e.prev_hash, "hash": e.hash, "parties": list(witnessed.parties)}}


def write_trail_file(evidence: Evidence, path: Path) -> None:
    """Write the file whole or not at all; MalformedError when it cannot be written there."""
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                write_lines(file, evidence)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise MalformedError(f"Không ghi được tệp {path}: {error.strerror}.") from error


def write_lines(file: BinaryIO, evidence: Evidence) -> None:
    """Every line, then one with their number and hash, so that a cut file is noticed."""
    digest = hashlib.sha256()
    count = 0
    for line in lines_of(evidence):
        written = canonical(line).encode() + b"\n"
        digest.update(written)
        file.write(written)
        count += 1
    file.write(canonical({"end": {"lines": count, "hash": digest.hexdigest()}}).encode() + b"\n")


@contextmanager
def read_trail_file(path: Path) -> Iterator[Evidence]:
    """The evidence in an exported file, open while its entries are read; MalformedError when it is no whole export."""
    try:
        with path.open("rb") as file:
            yield evidence_in(Lines(file, path))
    except OSError as error:
        raise MalformedError(f"Không đọc được tệp {path}: {error.strerror}.") from error


@dataclass
class Lines:
    """The lines of a file, each a kind and a value, counted and hashed as they are read."""

    file: BinaryIO
    path: Path
    count: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Every line up to the one that says the file is whole; MalformedError without it."""
        while line := self.file.readline(MAX_LINE):
            kind, value = self.parse(line)
            yield kind, value
            if kind == "end":
                return
            self.count += 1
            self.digest.update(line)
        raise MalformedError(f"Tệp {self.path} bị cắt: thiếu dòng cuối.")

    def parse(self, line: bytes) -> tuple[str, Any]:
        """Kind and value of one line."""
        if not line.endswith(b"\n") and len(line) < MAX_LINE:
            raise MalformedError(f"Tệp {self.path} bị cắt ở dòng {self.count + 1}.")
        data = parsed(line.decode(errors="replace"))
        if data is None or len(data) != 1:
            raise self.malformed()
        return next(iter(data.items()))

    def malformed(self) -> MalformedError:
        """What to say of the present line."""
        return MalformedError(
            f"Tệp {self.path} không phải là tệp nhật ký đã xuất: dòng {self.count + 1} không đọc được."
        )

    def flaws(self, end: Any) -> Iterator[str]:  # noqa: ANN401 - JSON from outside
        """How the file differs from what its last line says of it."""
        if not isinstance(end, dict) or end.get("lines") != self.count:
            yield "tệp bị thêm hoặc bớt dòng sau khi xuất"
        if not isinstance(end, dict) or end.get("hash") != self.digest.hexdigest():
            yield "tệp bị sửa sau khi xuất"
        if self.file.read(1):
            yield "tệp có thêm nội dung sau dòng cuối"


def evidence_in(lines: Lines) -> Evidence:
    """What comes before the entries; they are read when they are asked for."""
    evidence = Evidence(checkpoints=[], heads={}, stored={}, entries=())
    reading = iter(lines)
    if next(reading) != ("header", FORMAT):
        raise lines.malformed()
    for kind, value in reading:
        if kind in {"entry", "end"}:
            evidence.entries = entries_in(lines, evidence, chain([(kind, value)], reading))
            return evidence
        match kind, value:
            case "checkpoint", dict() if typed(value, CHECKPOINT):
                evidence.checkpoints.append(value)
            case "head", [str(subject), int(seq), str(digest)]:
                evidence.heads[subject] = (seq, digest)
            case "stored", [str(subject), dict(stored)]:
                evidence.stored[subject] = stored
            case _:
                raise lines.malformed()
    return evidence


def entries_in(lines: Lines, evidence: Evidence, reading: Iterable[tuple[str, Any]]) -> Iterator[Witnessed]:
    """Every entry; at the end, how the file differs from what its last line says."""
    for kind, value in reading:
        if kind == "end":
            evidence.astray += [Problem("export", lines.count, flaw) for flaw in lines.flaws(value)]
        elif kind == "entry" and isinstance(value, dict) and typed(value, ENTRY):
            parties = tuple(str(party) for party in value.pop("parties"))
            yield Witnessed(Entry(**value), {}, parties)
        else:
            raise lines.malformed()


def typed(parts: dict[str, Any], shape: dict[str, type]) -> bool:
    """Whether these are exactly the parts of `shape`, each of its type."""
    return {name: type(value) for name, value in parts.items()} == shape
