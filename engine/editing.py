"""Edit a dossier: the unit its own draft or returned one, a reviewer a clerical slip."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session

from engine.context import Acting, Context, may_act
from engine.dossier import Dossier, lock_dossier
from engine.embargo import told_state
from engine.keys import keys_of
from engine.reading import read_typed
from engine.records import change, require_version
from models.nominations import Author
from rules.answers import told
from rules.decision import DecisionState
from rules.errors import EvidenceRefusedError, MalformedAnswersError, MalformedError, StateRefusedError
from rules.fields import field_named, fields_of
from rules.guards import has_reason
from rules.vocabulary import EDITABLE, FINAL, STAFF_LABELS, Role, State

WRITERS = (Role.UNIT_OFFICER, Role.UNIT_HEAD)
CORRECTORS = (Role.REVIEW_OFFICER, Role.REVIEW_HEAD, Role.APPRAISAL_OFFICER, Role.APPRAISAL_HEAD)
CLERICAL = ("name", "head", "position", "workplace", "birth_date", "sex", "ethnicity", "cccd", "email", "letter",
            "minutes", "project")  # fmt: skip
EDITED, CORRECTED = "nomination:dossier:edited", "nomination:dossier:corrected"


def parse_changes(context: Context, dossier: Dossier, texts: Mapping[str, str]) -> dict[str, Any]:
    """`texts` (key or column heading → what was typed) as field values.

    Raises MalformedAnswersError with everything that cannot be read.
    """
    years = context.campaign.rated_years
    if any(field_named(dossier.kind, name, years).key == "unit" for name in texts):
        raise MalformedError("Không được đổi đơn vị đề nghị của hồ sơ.")
    answers = read_typed(context, dossier.kind, texts, dossier.fields)
    if answers.problems:
        raise MalformedAnswersError(told(answers.problems, fields_of(dossier.kind, years)), answers.problems)
    return dict(answers.values)


def set_fields(
    session: Session,
    context: Context,
    nomination_id: str,
    texts: Mapping[str, str],
    expected_version: int | None = None,
) -> Dossier:
    """The unit changes its own draft or returned dossier; returns it as it is now.

    Raises StateRefusedError once it has been sent, StaleError when it is no longer at the version expected,
    MalformedAnswersError for values that cannot be read.
    """
    dossier, acting = lock_editable(session, context, nomination_id)
    require_version(dossier, expected_version)
    write_fields(session, context, dossier, acting, parse_changes(context, dossier, texts), EDITED)
    return lock_dossier(session, nomination_id)


def lock_editable(session: Session, context: Context, nomination_id: str) -> tuple[Dossier, Acting]:
    """A dossier that the unit may write now, locked, and who writes; StateRefusedError once it has been sent."""
    dossier = lock_dossier(session, nomination_id)
    acting = may_act(context, WRITERS, dossier.unit)
    if dossier.state not in EDITABLE:
        raise StateRefusedError(
            f"Hồ sơ ở trạng thái “{told_state(context, dossier, acting)}”, đơn vị không sửa được. "
            "Chỉ sửa bản nháp hoặc hồ sơ được trả lại."
        )
    return dossier, acting


def write_fields(
    session: Session,
    context: Context,
    dossier: Dossier,
    acting: Acting,
    changes: Mapping[str, Any],
    tag: str,
    *,
    public: Mapping[str, Any] | None = None,
    reason: str = "",
) -> int | None:
    """Write changed fields with their old values on the trail; None when nothing really changes."""
    differing = {key: value for key, value in changes.items() if dossier.fields.get(key) != value}
    if not differing:
        return None
    fields = {**dossier.fields, **differing}
    private = {
        "changes": {key: [dossier.fields.get(key), value] for key, value in differing.items()},
        "reason": reason,
    }
    authors = [{"nomination_id": dossier.id, "account_id": person.id} for person in acting.people]
    return change(
        session,
        context,
        dossier,
        tag,
        acting,
        public={"fields": sorted(differing), **(public or {})},
        private=private,
        values={"fields": fields, **keys_of(dossier.kind, dossier.unit, fields)},
        parts=[upsert(Author).values(authors).on_conflict_do_nothing()] if tag != CORRECTED else [],
    )


def correct_fields(
    session: Session, context: Context, nomination_id: str, texts: Mapping[str, str], reason: str
) -> Dossier:
    """A reviewer corrects a clerical slip before freezing, without moving the dossier; returns it as it is now."""
    dossier = lock_dossier(session, nomination_id)
    acting = may_act(context, CORRECTORS, dossier.unit)
    if dossier.state in {*EDITABLE, *FINAL} or context.decided:
        raise StateRefusedError(
            f"Hồ sơ ở trạng thái “{STAFF_LABELS[dossier.state]}” không thuộc diện chỉnh sửa lỗi văn bản."
        )
    if dossier.state is State.LISTED and dossier.decision and dossier.decision[1] is not DecisionState.OPEN:
        raise StateRefusedError("Danh sách quyết định đã chốt: phải mở lại trước khi chỉnh sửa.")
    if not has_reason(reason):
        raise EvidenceRefusedError("Chỉnh sửa lỗi văn bản phải nêu lý do (--reason).")
    changes = parse_changes(context, dossier, texts)
    if outside := [key for key in changes if key not in CLERICAL]:
        raise EvidenceRefusedError(
            f"Chỉ được chỉnh sửa lỗi văn bản ({', '.join(CLERICAL)}); không phải: {', '.join(outside)}."
        )
    write_fields(session, context, dossier, acting, changes, CORRECTED, reason=reason)
    return lock_dossier(session, nomination_id)
