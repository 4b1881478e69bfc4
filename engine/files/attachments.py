"""Attach files to dossiers as their papers, and take them off: what a unit may edit, it may attach to."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session

from engine.context import Acting, Context, holds, may_act
from engine.dossier import Dossier, lock_dossier
from engine.drafting import STAND_INS
from engine.editing import WRITERS
from engine.embargo import told_state
from engine.files.limits import MAX_DOSSIER, MAX_FILES, MAX_KEPT, MEGABYTE
from engine.files.listing import Attached, attachments_of
from engine.files.received import Upload, keep
from engine.records import change
from engine.views import eyes_in, require_seen
from models.files import Attachment
from models.nominations import Author
from rules.errors import MalformedError, NotFoundError, RefusedError, RoleRefusedError, StateRefusedError
from rules.text import name_sort_key
from rules.vocabulary import EDITABLE, State

COMPANIONS = text(
    "SELECT id, name FROM nomination WHERE campaign_id = :campaign AND unit_code = :unit AND id <> :id"
    " AND state = ANY(:states) ORDER BY arrival LIMIT 250"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one dossier: its version now, and how many of the files are new to it."""

    id: str
    version: int
    added: int


def attach(session: Session, context: Context, ids: Sequence[str], uploads: Sequence[Upload]) -> tuple[Outcome, ...]:
    """Attach every file to every one of these dossiers of one unit, one trail entry each; all or nothing.

    What a dossier has already, as the same paper, is left alone. Raises NotFoundError for a dossier that is not seen,
    RoleRefusedError, StateRefusedError once it was sent or when it would hold too much.
    """
    if not ids or not uploads:
        raise MalformedError("Chưa chọn tệp nào." if ids else "Chưa chọn hồ sơ nào.")
    dossiers = [seen(session, context, one) for one in sorted(set(ids))]
    if len({dossier.unit for dossier in dossiers}) > 1:
        raise MalformedError("Các hồ sơ được chọn phải của cùng một đơn vị.")
    changing = [(dossier, require_changeable(context, dossier)) for dossier in dossiers]
    for upload in uploads:
        keep(session, upload)
    return tuple(attach_to(session, context, dossier, acting, uploads) for dossier, acting in changing)


def attach_to(
    session: Session, context: Context, dossier: Dossier, acting: Acting, uploads: Sequence[Upload]
) -> Outcome:
    """Attach the files to one locked dossier."""
    known = attachments_of(session, dossier.id)
    there = {one.key for one in known if one.live}
    adding = {key_of(upload): upload for upload in uploads if key_of(upload) not in there}
    if not adding:
        return Outcome(id=dossier.id, version=dossier.version, added=0)
    require_room(dossier, known, list(adding.values()))
    rows = [
        {
            "nomination_id": dossier.id,
            "paper": upload.paper.value,
            "sha256": upload.examined.sha256,
            "name": upload.name,
            "account_id": acting.people[0].id,
        }
        for upload in adding.values()
    ]
    papers = [
        {"paper": upload.paper.value, "sha256": upload.examined.sha256, "size": upload.examined.size}
        for upload in adding.values()
    ]
    authors = [{"nomination_id": dossier.id, "account_id": person.id} for person in acting.people]
    version = change(
        session,
        context,
        dossier,
        "nomination:paper:attached",
        acting,
        public={"papers": papers, "stands_in": acting.role in STAND_INS},
        private={"files": {key: upload.name for key, upload in adding.items()}},
        parts=lambda version: [
            insert(Attachment).values([{**row, "version": version} for row in rows]),
            upsert(Author).values(authors).on_conflict_do_nothing(),
        ],
    )
    return Outcome(id=dossier.id, version=version, added=len(adding))


def take_off(session: Session, context: Context, nomination_id: str, attachment: int) -> int:
    """Take a paper off a dossier; the file stays, for the trail names it. Returns the dossier's new version."""
    dossier = seen(session, context, nomination_id)
    acting = require_changeable(context, dossier)
    found = next((one for one in attachments_of(session, dossier.id) if one.id == attachment and one.live), None)
    if found is None:
        raise NotFoundError("Hồ sơ không có giấy tờ này; có thể đã được gỡ.")
    authors = [{"nomination_id": dossier.id, "account_id": person.id} for person in acting.people]
    return change(
        session,
        context,
        dossier,
        "nomination:paper:removed",
        acting,
        public={"paper": found.paper.value, "sha256": found.sha256, "size": found.size},
        private={"files": {found.key: None}},
        parts=lambda version: [
            update(Attachment).where(Attachment.id == found.id).values(removed_version=version),  # type: ignore[arg-type]  # SQLModel columns read as their values
            upsert(Author).values(authors).on_conflict_do_nothing(),
        ],
    )


def seen(session: Session, context: Context, nomination_id: str) -> Dossier:
    """The dossier, locked; NotFoundError, as for none, if whoever acts does not see it."""
    dossier = lock_dossier(session, nomination_id)
    require_seen(dossier, eyes_in(context))
    return dossier


def require_changeable(context: Context, dossier: Dossier) -> Acting:
    """Who changes the papers: the unit while it may edit, the review office while it enters a draft in its place."""
    acting = may_act(context, (*WRITERS, *STAND_INS), dossier.unit)
    if acting.role in STAND_INS and not entered_by_office(context, dossier):
        raise RoleRefusedError("Cơ quan xét chọn chỉ đính kèm giấy tờ cho bản nháp mà mình nhập thay đơn vị.")
    if dossier.state not in EDITABLE or (acting.role in STAND_INS and dossier.state is not State.DRAFT):
        raise StateRefusedError(
            f"Hồ sơ ở trạng thái “{told_state(context, dossier, acting)}”, không thay đổi giấy tờ được. "
            "Chỉ thay đổi khi là bản nháp hoặc hồ sơ được trả lại."
        )
    return acting


def changeable(context: Context, dossier: Dossier) -> bool:
    """Whether whoever looks may change the papers now."""
    try:
        require_changeable(context, dossier)
    except RefusedError:
        return False
    return True


def entered_by_office(context: Context, dossier: Dossier) -> bool:
    """Whether somebody of the review office wrote the dossier."""
    offices, writers = context.offices_of(STAND_INS, dossier.unit), dossier.authors & context.accounts.keys()
    return any(holds(context.accounts[writer], offices) for writer in writers)


def require_room(dossier: Dossier, known: Sequence[Attached], adding: Sequence[Upload]) -> None:
    """StateRefusedError when the dossier would hold too many files, or too much."""
    live = [one for one in known if one.live]
    more = sum(upload.examined.size for upload in adding)
    if len(live) + len(adding) > MAX_FILES:
        raise StateRefusedError(f"Hồ sơ {dossier.id} chỉ được có {MAX_FILES} tệp; hãy ghép các trang vào một tệp PDF.")
    for held, most in ((live, MAX_DOSSIER), (known, MAX_KEPT)):
        if sum(one.size for one in held) + more > most:
            raise StateRefusedError(
                f"Giấy tờ của hồ sơ {dossier.id} vượt {most // MEGABYTE} MB (kể cả tệp đã gỡ); hãy nén tệp."
                if held is known
                else f"Giấy tờ của hồ sơ {dossier.id} vượt {most // MEGABYTE} MB; hãy nén tệp hoặc gỡ bớt."
            )


def key_of(upload: Upload) -> str:
    """What makes an attachment one: its paper and its content."""
    return f"{upload.paper.value}:{upload.examined.sha256}"


def companions(session: Session, context: Context, dossier: Dossier) -> list[dict[str, str]]:
    """Other dossiers of the unit whose papers may be changed now too, by name: one letter often serves several."""
    acting = may_act(context, (*WRITERS, *STAND_INS), dossier.unit)
    if acting.role in STAND_INS:
        return []
    values = {"campaign": context.campaign_id, "unit": dossier.unit, "id": dossier.id, "states": list(EDITABLE)}
    rows = [{"id": row.id, "name": row.name} for row in session.execute(COMPANIONS, values)]
    return sorted(rows, key=lambda row: name_sort_key(row["name"]))
