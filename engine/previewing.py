"""A workbook looked at before anything is stored, and then stored: the very same bytes, to the same effect.

The upload waits on our side, among what its account typed and has not saved: a browser cannot send a file again by
itself, and a person asked to choose it again may choose another. It is dropped once imported, or after an hour when
another one comes.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from sqlmodel import Session

from engine import typed
from engine.context import Context
from engine.importing import Became, ImportReport, require_importer, store_reading
from engine.listing import nominating_units
from engine.typed import Opening
from engine.workbook import CellMessage, read_workbook
from engine.workbook.blank import write_blank
from engine.workbook.layout import SHEETS
from models.chain import canonical
from rules.errors import NotFoundError
from rules.fields import field_named
from rules.text import nfc_folded

REPLACEABLE = timedelta(hours=1)
LONGEST_NAME, NAMELESS = 200, "tệp.xlsx"
OUTCOMES = (*(became.value for became in Became), "refused")


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What an import of the upload would do; `effect` names exactly that, `opening` the upload."""

    opening: str
    name: str
    report: ImportReport
    effect: str


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did; not `applied`, and nothing stored, when it would no longer be what was shown."""

    name: str
    report: ImportReport
    effect: str
    applied: bool


def form_of(context: Context) -> str:
    """What uploads to this campaign are called among what was typed."""
    return f"workbook:{context.campaign.code}"


def empty_workbook(session: Session, context: Context, file: BinaryIO) -> None:
    """Write the empty workbook with the campaign's lists of codes to choose from."""
    config = context.campaign
    projects = [(project.code, project.title) for project in config.projects]
    units = nominating_units(session)
    write_blank(file, title=config.title, rated_years=config.rated_years, units=units, projects=projects)


def preview(session: Session, context: Context, name: str, content: bytes, now: datetime) -> Preview:
    """Read an uploaded workbook, keep it for the import, and say what that would do; no dossier changes.

    Raises MalformedError when the file as a whole is refused, RoleRefusedError for who may not import.
    """
    require_importer(context)
    name = nfc_folded(name)[:LONGEST_NAME] or NAMELESS
    tried = tried_import(session, context, name, content, None)
    opening = typed.opened(form_of(context), now)
    account = context.require_actor().id
    typed.forget(session, account, form_of(context), now - REPLACEABLE)
    kept = {"name": name, "content": base64.b64encode(content).decode()}
    typed.keep(session, account, opening, None, kept, now)
    return Preview(opening=opening.name, name=name, report=tried.report, effect=tried.effect)


def import_kept(session: Session, context: Context, opening: str, effect: str) -> Imported:
    """Import an upload that was looked at, if that still has the effect that was shown.

    Raises NotFoundError when there is no such upload of this account any more.
    """
    require_importer(context)
    account, upload = context.require_actor().id, Opening(form=form_of(context), name=opening)
    kept = typed.kept_in(session, account, upload)
    if kept is None:
        raise NotFoundError("Tệp tải lên không còn; hãy tải lại tệp.")
    content = base64.b64decode(kept.content["content"])
    done = tried_import(session, context, kept.content["name"], content, effect)
    if done.applied:
        typed.drop(session, account, upload)
    return done


def tried_import(session: Session, context: Context, name: str, content: bytes, effect: str | None) -> Imported:
    """An import that stands only if it has the effect wanted (None: none has)."""
    reading = read_workbook(content, context.register, context.campaign.rated_years)
    point = session.begin_nested()
    try:
        report = store_reading(session, context, reading, name)
    except BaseException:
        point.rollback()
        raise
    found = effect_of(report)
    if found == effect:
        point.commit()
    else:
        point.rollback()
    return Imported(name=name, report=report, effect=found, applied=found == effect)


def effect_of(report: ImportReport) -> str:
    """The digest of everything an import does and tells."""
    rows = [[row.sheet, row.row, row.name, row.unit, row.became.value, list(row.changed)] for row in report.rows]
    told = [[m.sheet, m.row, m.column, m.message] for m in (*report.errors, *report.notices)]
    return hashlib.sha256(canonical([rows, told]).encode()).hexdigest()


def report_view(context: Context, report: ImportReport) -> dict[str, Any]:
    """What an import does, row by row as the workbook has them, with what to tell of each."""
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    for row in report.rows:
        labels = [field_named(row.kind, key, context.campaign.rated_years).header for key in row.changed]
        rows[row.sheet, row.row] = {"name": row.name, "unit": row.unit, "became": row.became.value, "changed": labels}
    errors, notices = by_row(report.errors), by_row(report.notices)
    for place in errors:
        rows[place] = {"name": "", "unit": "", "became": "refused", "changed": []}
    lines = [
        {**rows[place], "sheet": place[0], "row": place[1],
         "errors": errors.get(place, []), "notices": notices.get(place, [])}
        for place in sorted(rows, key=lambda place: (list(SHEETS.values()).index(place[0]), place[1]))
    ]  # fmt: skip
    counts = {what: sum(line["became"] == what for line in lines) for what in OUTCOMES}
    general = [cell(message) for message in report.notices if (message.sheet, message.row) not in rows]
    return {"rows": lines, "counts": counts, "notices": general}


def by_row(messages: tuple[CellMessage, ...]) -> dict[tuple[str, int], list[dict[str, Any]]]:
    """What is told of each row, cell by cell."""
    found: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for message in messages:
        found.setdefault((message.sheet, message.row), []).append(cell(message))
    return found


def cell(message: CellMessage) -> dict[str, Any]:
    """One message about a cell."""
    return {"sheet": message.sheet, "row": message.row, "column": message.column, "message": message.message}
