"""Import the workbook units send: good rows become or change drafts, bad rows are reported, nothing else changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import Session

from engine.context import UNIT_ROLES, Acting, Context, may_act
from engine.dossier import Dossier, lock_dossier
from engine.editing import write_fields
from engine.embargo import told_state
from engine.keys import keys_of, new_id
from engine.papers.glyphs import unprintable
from engine.plans import Progress, quiet
from engine.trail import record
from engine.workbook import CellMessage, RowReading, read_workbook
from models.nominations import Author, Nomination
from rules.errors import RoleRefusedError
from rules.fields import field_named
from rules.vocabulary import Kind, Role, State

IMPORTERS = (*UNIT_ROLES, Role.REVIEW_OFFICER, Role.REVIEW_HEAD)
STAND_INS = (Role.REVIEW_OFFICER, Role.REVIEW_HEAD)
LOCK = 0x4E48  # advisory: one import at a time per campaign, so that one file sent twice gives one set of drafts


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did: ids of drafts made or changed, rows known already, and what to tell of the others."""

    ids: tuple[str, ...]
    unchanged: int
    errors: tuple[CellMessage, ...]
    notices: tuple[CellMessage, ...]

    @property
    def imported(self) -> int:
        """How many rows became or changed a draft."""
        return len(self.ids)


class RowRefusedError(Exception):
    """A readable row that cannot become a draft; `key` is the field to blame."""

    def __init__(self, key: str, message: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.key = key
        self.message = message


def import_workbook(session: Session, context: Context, path: Path, progress: Progress = quiet) -> ImportReport:
    """Read the workbook at `path` and store what can be stored.

    A unit imports its own rows; the review office may import for any unit ("nhập thay"), whose head still
    submits. Raises MalformedError when the file as a whole is refused, RoleRefusedError for anybody else.
    """
    require_importer(context)
    reading = read_workbook(path, context.register, context.campaign.rated_years)
    session.execute(text("SELECT pg_advisory_xact_lock(:lock, :id)"), {"lock": LOCK, "id": context.campaign_id})
    seen: dict[tuple[str, str, str], RowReading] = {}
    ids: list[str] = []
    unchanged = 0
    errors = list(reading.errors)
    for row in reading.rows:
        try:
            stored = store_row(session, context, row, seen, path.name)
        except RowRefusedError as error:
            header = field_named(row.kind, error.key, context.campaign.rated_years).header
            errors.append(CellMessage(row.sheet, row.row, header, error.message))
        else:
            ids += [stored] if stored else []
            unchanged += stored is None
        progress()
    order = {sheet: number for number, sheet in enumerate(dict.fromkeys(e.sheet for e in (*reading.errors, *errors)))}
    errors.sort(key=lambda e: (order[e.sheet], e.row))
    return ImportReport(ids=tuple(ids), unchanged=unchanged, errors=tuple(errors), notices=reading.notices)


def require_importer(context: Context) -> None:
    """RoleRefusedError unless the account may import for some unit."""
    actor = context.require_actor()
    for unit in (None, *actor.units, *(unit for giver in context.delegators(actor) for unit in giver.units)):
        try:
            may_act(context, IMPORTERS, unit)
        except RoleRefusedError:
            continue
        return
    may_act(context, IMPORTERS, "")


def store_row(
    session: Session, context: Context, row: RowReading, seen: dict[tuple[str, str, str], RowReading], file: str
) -> str | None:
    """Make or change the draft of one row; its id, or None when the row is known as it is."""
    if problem := unprintable(row.fields):
        raise RowRefusedError(*problem)
    category = category_of(context, row.kind)
    unit = str(row.fields["unit"])
    keys = keys_of(row.kind, unit, row.fields)
    key = (category, unit, keys["row_key"])
    if (before := seen.setdefault(key, row)) is not row:
        if before.fields == row.fields:
            return None
        raise RowRefusedError("name", f"Trùng với dòng {before.row} của trang “{before.sheet}” nhưng nội dung khác.")
    acting = importer_of(context, unit)
    query = text(
        "SELECT id FROM nomination WHERE campaign_id = :campaign AND category = :category AND unit_code = :unit"
        " AND row_key = :key"
    )
    values = {"campaign": context.campaign_id, "category": category, "unit": unit, "key": keys["row_key"]}
    known = session.scalar(query, values)
    if known is None:
        source = {"sheet": row.sheet, "row": row.row, "file": file}
        return create_draft(session, context, acting, category, row.kind, row.fields, source)
    return change_draft(session, context, acting, lock_dossier(session, str(known)), row.fields)


def category_of(context: Context, kind: Kind) -> str:
    """The campaign's category for this kind of nominee."""
    for category in context.campaign.categories:
        if category.kind is kind:
            return category.key
    raise RowRefusedError("name", "Đợt khen thưởng này không xét loại đối tượng của trang.")


def importer_of(context: Context, unit: str) -> Acting:
    """Who enters a row of `unit`: its own people, or the review office in its place."""
    try:
        return may_act(context, IMPORTERS, unit)
    except RoleRefusedError as error:
        raise RowRefusedError("unit", "Không được nhập hồ sơ của đơn vị khác.") from error


def create_draft(
    session: Session,
    context: Context,
    acting: Acting,
    category: str,
    kind: Kind,
    fields: Mapping[str, Any],
    source: Mapping[str, Any],
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
    subject, tag = f"nomination:{identity}", "nomination:dossier:imported"
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


def change_draft(
    session: Session, context: Context, acting: Acting, dossier: Dossier, fields: Mapping[str, Any]
) -> str | None:
    """Bring a draft up to a changed row; None when nothing differs, refused once it was submitted."""
    if all(dossier.fields.get(key) == value for key, value in fields.items()):
        return None
    if dossier.state is not State.DRAFT:
        raise RowRefusedError(
            "name",
            f"Hồ sơ đã nộp ({told_state(context, dossier, acting)}), không cập nhật từ tệp được; "
            "nội dung dòng đã khác.",
        )
    public = {"stands_in": acting.role in STAND_INS}
    write_fields(session, context, dossier, acting, fields, "nomination:dossier:edited", public=public)
    return dossier.id
