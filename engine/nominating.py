"""A unit's letter over several of its dossiers: printed for signing, then its number and day entered in all of them."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from engine import registers
from engine.context import Context, may_act
from engine.dossier import Dossier, load_dossiers
from engine.editing import EDITED, WRITERS, lock_editable, write_fields
from engine.eyes import Eyes
from engine.papers.nominating import Signer, letter_pdf, unit_of
from rules.errors import EvidenceRefusedError, MalformedError, NotFoundError


def chosen_dossiers(session: Session, context: Context, ids: Sequence[str], eyes: Eyes) -> list[Dossier]:
    """The dossiers of these ids, seen by these eyes as their unit's own, in order of arrival.

    Raises NotFoundError for one that is not, MalformedError for none at all.
    """
    wanted = set(ids)
    if not wanted:
        raise MalformedError("Hãy chọn ít nhất một hồ sơ.")
    own = load_dossiers(session, context, units=tuple(sorted(eyes.own)))
    found = [dossier for dossier in own if dossier.id in wanted]
    for missing in sorted(wanted - {dossier.id for dossier in found}):
        raise NotFoundError(f"Không có hồ sơ “{missing}”.")
    return found


def nominating_unit(context: Context, dossiers: Sequence[Dossier]) -> str:
    """The code of the unit that writes over these dossiers.

    Raises MalformedError where they are several units', RoleRefusedError where they are other people's.
    """
    unit, *others = dict.fromkeys(dossier.unit for dossier in dossiers)
    if others:
        raise MalformedError("Mỗi tờ trình chỉ gồm hồ sơ của một đơn vị.")
    may_act(context, WRITERS, unit)
    return unit


def unit_letter(session: Session, context: Context, dossiers: Sequence[Dossier], signed: Signer) -> bytes:
    """The letter that nominates these dossiers, as PDF; refuses as `nominating_unit` does."""
    return letter_pdf(context, unit_of(session, nominating_unit(context, dossiers)), dossiers, signed)


def enter_letter(session: Session, context: Context, dossiers: Sequence[Dossier], number: str, dated: date) -> str:
    """Enter the letter's number and day in every dossier; returns how it is written there.

    All or nothing: StateRefusedError for one that was sent, EvidenceRefusedError for a day to come.
    """
    unit = nominating_unit(context, dossiers)
    parsed = registers.parse_number(number, f"TTr-{context.unit_symbols.get(unit) or unit}")
    if dated > context.today:
        raise EvidenceRefusedError(f"Ngày tờ trình {dated:%d/%m/%Y} sau hôm nay {context.today:%d/%m/%Y}.")
    words = f"{parsed} ngày {dated:%d/%m/%Y}"
    for identity in sorted(dossier.id for dossier in dossiers):  # in one order, as whoever locks several does
        dossier, acting = lock_editable(session, context, identity)
        write_fields(session, context, dossier, acting, {"letter": words}, EDITED)
    return words
