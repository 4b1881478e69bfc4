"""Import the workbook units send: good rows become or change drafts, bad rows are reported, nothing else changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine.context import UNIT_ROLES, Acting, Context, may_act
from engine.dossier import Dossier, lock_dossier
from engine.drafting import STAND_INS, create_draft, find_draft
from engine.editing import EDITED, write_fields
from engine.embargo import told_state
from engine.keys import keys_of
from engine.papers.glyphs import unprintable
from engine.plans import Progress, quiet
from engine.workbook import CellMessage, RowReading, WorkbookReading, read_workbook
from rules.errors import RoleRefusedError
from rules.fields import field_named
from rules.vocabulary import Kind, Role, State

IMPORTERS = (*UNIT_ROLES, Role.REVIEW_OFFICER, Role.REVIEW_HEAD)
LOCK = 0x4E48  # advisory: one import at a time per campaign, so that one file sent twice gives one set of drafts


class Became(StrEnum):
    """What becomes of a readable row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOutcome:
    """A row that is or became a draft; `changed` are the keys of the fields that differed."""

    sheet: str
    row: int
    kind: Kind
    name: str
    unit: str
    became: Became
    id: str
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did, row by row, and what to tell of the rows it did not take."""

    rows: tuple[RowOutcome, ...]
    errors: tuple[CellMessage, ...]
    notices: tuple[CellMessage, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The drafts made or changed, in the order of the rows."""
        return tuple(row.id for row in self.rows if row.became is not Became.UNCHANGED)

    @property
    def unchanged(self) -> int:
        """How many rows were known as they are."""
        return sum(row.became is Became.UNCHANGED for row in self.rows)

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
    return store_reading(session, context, reading, path.name, progress)


def store_reading(
    session: Session, context: Context, reading: WorkbookReading, file: str, progress: Progress = quiet
) -> ImportReport:
    """Store what can be stored of a workbook that was read; `file` is its name."""
    session.execute(text("SELECT pg_advisory_xact_lock(:lock, :id)"), {"lock": LOCK, "id": context.campaign_id})
    seen: dict[tuple[str, str, str], RowReading] = {}
    rows: list[RowOutcome] = []
    errors = list(reading.errors)
    for row in reading.rows:
        try:
            rows.append(store_row(session, context, row, seen, file))
        except RowRefusedError as error:
            header = field_named(row.kind, error.key, context.campaign.rated_years).header
            errors.append(CellMessage(row.sheet, row.row, header, error.message))
        progress()
    order = {sheet: number for number, sheet in enumerate(dict.fromkeys(e.sheet for e in (*reading.errors, *errors)))}
    errors.sort(key=lambda e: (order[e.sheet], e.row))
    return ImportReport(rows=tuple(rows), errors=tuple(errors), notices=reading.notices)


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
) -> RowOutcome:
    """Make or change the draft of one row, unless it is known as it is."""
    for problem in unprintable(row.fields).items():
        raise RowRefusedError(*problem)
    category = category_of(context, row.kind)
    unit = str(row.fields["unit"])
    keys = keys_of(row.kind, unit, row.fields)
    key = (category, unit, keys["row_key"])
    before = seen.setdefault(key, row)
    if before.fields != row.fields:
        raise RowRefusedError("name", f"Trùng với dòng {before.row} của trang “{before.sheet}” nhưng nội dung khác.")
    acting = importer_of(context, unit)
    known = find_draft(session, context, *key)
    if known is None:
        source = {"sheet": row.sheet, "row": row.row, "file": file}
        identity = create_draft(session, context, acting, category, row.kind, row.fields, source)
        return outcome_of(row, identity, Became.NEW)
    changed = change_draft(session, context, acting, lock_dossier(session, known), row.fields)
    return outcome_of(row, known, Became.CHANGED if changed else Became.UNCHANGED, changed)


def outcome_of(row: RowReading, identity: str, became: Became, changed: tuple[str, ...] = ()) -> RowOutcome:
    """What became of a row."""
    name, unit = str(row.fields["name"]), str(row.fields["unit"])
    return RowOutcome(sheet=row.sheet, row=row.row, kind=row.kind, name=name, unit=unit, became=became, id=identity,
                      changed=changed)  # fmt: skip


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


def change_draft(
    session: Session, context: Context, acting: Acting, dossier: Dossier, fields: Mapping[str, Any]
) -> tuple[str, ...]:
    """Bring a draft up to a changed row; the keys that differed, refused once it was submitted."""
    changed = tuple(key for key, value in fields.items() if dossier.fields.get(key) != value)
    if changed and dossier.state is not State.DRAFT:
        raise RowRefusedError(
            "name",
            f"Hồ sơ đã nộp ({told_state(context, dossier, acting)}), không cập nhật từ tệp được; "
            "nội dung dòng đã khác.",
        )
    write_fields(session, context, dossier, acting, fields, EDITED, public={"stands_in": acting.role in STAND_INS})
    return changed
