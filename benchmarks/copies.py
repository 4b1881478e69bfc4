"""Copies of a dossier under another id, name and unit: every row of it, chain and commitments hashed anew."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.keys import keys_of
from models.chain import GENESIS, chain_hash, commitment
from rules.vocabulary import Kind
from tests.world import INDIVIDUAL, World

Row = Sequence[Any]
COLUMNS: dict[str, tuple[str, ...]] = {
    "nomination": (
        "id", "campaign_id", "category", "unit_code", "name", "fields", "source", "row_key", "cccd", "namesake",
        "search", "name_key", "state", "version", "left_state", "due", "head_submitted", "own_withdrawal",
        "submission_id",
    ),
    "trail": ("subject", "seq", "tag", "body", "prev_hash", "hash"),
    "chain": ("subject", "seq", "hash"),
    "disclosure": ("subject", "seq", "field", "salt", "value"),
    "letter": (
        "subject", "seq", "nomination_id", "party", "kind", "recipient", "title", "message", "status", "sent_at",
    ),
    "duty": ("nomination_id", "account_id", "kind"),
    "author": ("nomination_id", "account_id"),
    "score": ("nomination_id", "account_id", "points"),
    "finding": ("nomination_id", "version", "addressee", "anchor", "text", "status", "answer"),
}  # fmt: skip
BESIDE = ("duty", "author", "score", "finding")
PLACE = re.compile(r'"(takes|keeps) \d+"')
SHORT = b"Subject: a letter without its text\r\n\r\n"


@dataclass(frozen=True, kw_only=True)
class Model:
    """A dossier that took its course through the engine, as its rows."""

    row: dict[str, Any]
    entries: tuple[tuple[str, str], ...]  # tag and body, in order; @field@ stands where a commitment was
    disclosed: tuple[tuple[int, str, str, str], ...]  # seq, field, salt, value
    letters: tuple[Row, ...]
    beside: Mapping[str, tuple[Row, ...]]
    people: tuple[int, int]  # the unit's officer and head


@dataclass(frozen=True, kw_only=True)
class Other:
    """How a copy differs from its model."""

    id: str
    unit: str
    name: str
    birth: str
    cccd: str
    people: tuple[int, int]
    place: int


def read(world: World, identity: str) -> Model:
    """A dossier's rows as they are."""
    subject = f"nomination:{identity}"
    row = dict(world.query("SELECT * FROM nomination WHERE id = :id", id=identity)[0]._mapping)  # noqa: SLF001 - SQLAlchemy's name for it
    bodies = world.query("SELECT tag, body FROM trail WHERE subject = :s ORDER BY seq", s=subject)
    query = "SELECT seq, field, salt, value FROM disclosure WHERE subject = :s ORDER BY seq"
    disclosed = tuple(tuple(one) for one in world.query(query, s=subject))
    entries = [body for _, body in bodies]
    for seq, name, salt, value in disclosed:
        entries[seq - 1] = entries[seq - 1].replace(commitment(value, salt), f"@{name}@")
    columns = ", ".join(COLUMNS["letter"])
    letters = world.query(f"SELECT {columns} FROM letter WHERE subject = :s ORDER BY id", s=subject)  # noqa: S608 - ours
    beside = {
        table: tuple(
            tuple(one)
            for one in world.query(
                f"SELECT {', '.join(COLUMNS[table])} FROM {table} WHERE nomination_id = :id",  # noqa: S608 - ours
                id=identity,
            )
        )
        for table in BESIDE
    }
    named = {one.name: one.id for one in world.query("SELECT id, name FROM account")}
    return Model(
        row=row,
        entries=tuple((tag, body) for (tag, _), body in zip(bodies, entries, strict=True)),
        disclosed=disclosed,
        letters=tuple(tuple(one) for one in letters),
        beside=beside,
        people=(named[f"officer-{row['unit_code']}"], named[f"head-{row['unit_code']}"]),
    )


def copy_of(model: Model, other: Other) -> dict[str, list[Row]]:
    """The rows of a copy, by table."""
    say = speaker(model, other)
    subject = f"nomination:{other.id}"
    disclosed = [(subject, seq, name, salt, say(value)) for seq, name, salt, value in model.disclosed]
    said = [say(body) for _, body in model.entries]
    for _, seq, name, salt, value in disclosed:
        said[seq - 1] = said[seq - 1].replace(f"@{name}@", commitment(value, salt))
    trail: list[Row] = []
    head = GENESIS
    for seq, ((tag, _), body) in enumerate(zip(model.entries, said, strict=True), start=1):
        digest = chain_hash(head, body)
        trail.append((subject, seq, tag, body, head, digest))
        head = digest
    return {
        "nomination": [nomination(model, other, say)],
        "trail": trail,
        "chain": [(subject, len(trail), head)],
        "disclosure": list(disclosed),
        "letter": [
            (subject, seq, other.id, party, kind, say(to), say(title), SHORT, status, sent_at)
            for _, seq, _, party, kind, to, title, _, status, sent_at in model.letters
        ],
        **{table: [renamed(table, row, model, other) for row in model.beside[table]] for table in BESIDE},
    }


def speaker(model: Model, other: Other) -> Callable[[str], str]:
    """Says what was said of the model of the copy."""
    row = model.row
    words = [
        (row["id"], other.id),
        (row["name"], other.name),
        (row["unit_code"], other.unit),
        *((f'"account:{old}"', f'"account:{new}"') for old, new in zip(model.people, other.people, strict=True)),
    ]
    if row["cccd"]:
        words += [(row["cccd"], other.cccd), (INDIVIDUAL["birth_date"], other.birth)]

    def say(said: str) -> str:
        for old, new in words:
            said = said.replace(old, new)
        return PLACE.sub(rf'"\1 {other.place}"', said)

    return say


def nomination(model: Model, other: Other, say: Callable[[str], str]) -> Row:
    """The row of the dossier itself."""
    fields = json.loads(say(json.dumps(model.row["fields"], ensure_ascii=False)))
    kind = Kind.INDIVIDUAL if model.row["cccd"] else Kind.COLLECTIVE
    new = {
        **model.row,
        "id": other.id,
        "unit_code": other.unit,
        "fields": json.dumps(fields, ensure_ascii=False),
        "source": json.dumps(model.row["source"], ensure_ascii=False),
        **keys_of(kind, other.unit, fields),
    }
    return [new[column] for column in COLUMNS["nomination"]]


def renamed(table: str, row: Row, model: Model, other: Other) -> Row:
    """A row that hangs on the dossier, about the copy and its unit's people."""
    new = {**dict(zip(COLUMNS[table], row, strict=True)), "nomination_id": other.id}
    if "account_id" in new:
        people = dict(zip(model.people, other.people, strict=True))
        new["account_id"] = people.get(new["account_id"], new["account_id"])
    return [new[column] for column in COLUMNS[table]]
