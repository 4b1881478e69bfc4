"""Letters: rendered in the step's transaction, one row per recipient, stored as the bytes that will be sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Insert, Update, insert, select, update
from sqlmodel import Session

from engine.context import APPRAISAL_ROLES, REVIEW_ROLES, UNIT_ROLES, Context
from engine.dossier import Dossier
from engine.letter_text import render
from models.chain import Entry
from models.letters import ON_ITS_WAY, UNSENT, Letter, LetterStatus
from rules.anchors import anchors_of
from rules.citations import cite
from rules.embargo import unit_label
from rules.lifecycle import LIFE_CYCLE, PARTY_OF, REVERSES, Move, To
from rules.vocabulary import ACTION_LABELS, ROLE_LABELS, STAFF_LABELS, Action, Kind, Party, Sex, State

NO_ADDRESS = "Chưa có địa chỉ thư điện tử."
HONORIFICS = {Sex.MALE.value: "Ông", Sex.FEMALE.value: "Bà"}
ROLES_OF = {Party.UNIT: UNIT_ROLES, Party.REVIEW_OFFICE: REVIEW_ROLES, Party.APPRAISAL_OFFICE: APPRAISAL_ROLES}


@dataclass(frozen=True, slots=True)
class Unsent:
    """A letter of a step that is now taken back; `told` when its reader already got another letter of that step."""

    id: int
    recipient: str
    told: bool


@dataclass(frozen=True)
class Letters:
    """The letters of one step: rows waiting for their trail entry, and the unsent ones they replace."""

    rows: tuple[dict[str, Any], ...]
    superseded: tuple[Unsent, ...] = ()

    def statements(self, entry: Entry) -> list[Insert | Update]:
        """The statements that store them behind `entry`."""
        statements: list[Insert | Update] = []
        if self.rows:
            statements.append(insert(Letter).values([stored(row, entry, n) for n, row in enumerate(self.rows, 1)]))
        if self.superseded:
            ids = [letter.id for letter in self.superseded]
            statements.append(
                update(Letter).where(Letter.id.in_(ids)).values(status=LetterStatus.SUPERSEDED)  # type: ignore[union-attr]  # SQLModel columns read as their values
            )
        return statements


def stored(row: Mapping[str, Any], entry: Entry, number: int) -> dict[str, Any]:
    """One row with its trail entry, its stable Message-ID and its finished bytes."""
    # The hash, as another database has entries of the same name and number, and mailboxes drop what seems a repetition.
    identity = f"<{entry.subject.replace(':', '-')}.{entry.seq}.{number}.{entry.hash[:12]}@vinhdanh.invalid>"
    message = posted(row["message"], row["recipient"], identity)
    return {**row, "subject": entry.subject, "seq": entry.seq, "message": message}


def posted(common: bytes, recipient: str, identity: str) -> bytes:
    """The bytes that will be sent: what differs per recipient, then what all of them get.

    An address may have Vietnamese letters (SMTPUTF8). ValueError for one that would start a header of its own.
    """
    if "\n" in recipient or "\r" in recipient:
        raise ValueError(f"a line break in an address: {recipient!r}")
    headers = {"Message-ID": identity} | ({"To": recipient} if recipient else {})
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode() + common


def lock_unsent(session: Session, dossier: Dossier, action: Action) -> tuple[Unsent, ...]:
    """The unsent letters of the steps `action` takes back, locked so that delivery cannot pick them up."""
    reversed_ = REVERSES.get(action, ())
    kinds = [f"{step.value}.{party.value}" for step in reversed_ for party in PARTY_OF.values()]
    if not kinds:
        return ()
    query = (
        select(Letter.id, Letter.seq, Letter.kind, Letter.recipient, Letter.status)  # type: ignore[call-overload]  # SQLModel columns read as their values
        .where(Letter.nomination_id == dossier.id, Letter.kind.in_(kinds))  # type: ignore[attr-defined]  # as above
        .with_for_update()
    )
    found = session.execute(query).all()
    begun = max((row.seq for row in found if row.kind.startswith(f"{reversed_[0].value}.")), default=0)
    told = {row.recipient for row in found if row.seq >= begun and row.status in ON_ITS_WAY}
    return tuple(Unsent(row.id, row.recipient, row.recipient in told) for row in found if row.status in UNSENT)


def letters_of(
    context: Context, dossier: Dossier, move: Move, values: Mapping[str, Any], unsent: tuple[Unsent, ...] = ()
) -> Letters:
    """The letters a step writes; `values` is what its templates may say beyond the dossier itself."""
    rows: list[dict[str, Any]] = []
    for to in wanted_letters(dossier, move, silent=bool(values["silent"])):
        rows += letters_to(context, dossier, move, PARTY_OF[to], values, held=to is To.UNIT_ONCE_RELEASED)
    if move.action is Action.RECALL:  # who never learned of the return need not learn that it is recalled
        spared = {letter.recipient for letter in unsent if not letter.told}
        rows = [row for row in rows if row["recipient"] not in spared]
    return Letters(tuple(rows), unsent)


def wanted_letters(dossier: Dossier, move: Move, *, silent: bool) -> list[To]:
    """The row's letters, without those whose condition does not hold."""
    queried = bool(dossier.open_findings(Party.REVIEW_OFFICE))
    never_told = dossier.state in {State.DECLINED, State.REFUSED} and not dossier.released
    skipped = {To.APPRAISAL_IF_QUERIED: not queried, To.UNIT_UNLESS_SILENT: silent or never_told}
    return [to for to in move.letters if not skipped.get(to, False)]


def letters_to(
    context: Context, dossier: Dossier, move: Move, party: Party, values: Mapping[str, Any], *, held: bool
) -> Iterable[dict[str, Any]]:
    """One letter per address of a party; one marked failed, for a person to see, where there is none."""
    kind = f"{move.action.value}.{party.value}"
    addresses = addresses_of(context, dossier, party)
    title, message = render(kind, letter_values(context, dossier, move, values))
    message["Date"] = context.now
    common = message.as_bytes()  # the same for all its recipients but for the head that `stored` adds
    status = LetterStatus.HELD if held and not (dossier.released or context.decided) else LetterStatus.QUEUED
    for address in addresses or [""]:
        yield {
            "nomination_id": dossier.id,
            "party": party,
            "kind": kind,
            "recipient": address,
            "title": title,
            "message": common,
            "status": status if address else LetterStatus.FAILED,
            "attempts": 0,  # defaults do not apply inside a common table expression
            "error": None if address else NO_ADDRESS,
        }


def addresses_of(context: Context, dossier: Dossier, party: Party) -> list[str]:
    """Where a party is written to: the dossier's own address, and the accounts of the unit or office."""
    own = [dossier.fields.get("email")] if party in {Party.UNIT, Party.NOMINEE} else []
    holders = context.holders(ROLES_OF[party], dossier.unit) if party in ROLES_OF else []
    return sorted({address for address in (*own, *(actor.email for actor in holders)) if address})


def addressed(dossier: Dossier) -> str:
    """How a letter speaks to the nominee: a person as Ông or Bà, a collective by its name."""
    if dossier.kind is not Kind.INDIVIDUAL:
        return dossier.name
    return f"{HONORIFICS.get(str(dossier.fields.get('sex')), 'Ông/Bà')} {dossier.name}"


def source_for_unit(move: Move) -> str:
    """The provision a unit is told: that of the first row that reads alike to it, which hides where the dossier lay."""
    alike = (one for one in LIFE_CYCLE if (one.action, one.target) == (move.action, move.target))
    return next((one.source for one in alike if To.UNIT in one.letters), move.source)


def cited(source: str, today: date) -> str:
    """A provision as it stands inside a sentence ("khoản 2 Điều 93 …"), "" while it is not in force on `today`."""
    words = "; ".join(cite((source,), today))
    return words if words.startswith("Điều ") else words[:1].lower() + words[1:]


def letter_values(context: Context, dossier: Dossier, move: Move, values: Mapping[str, Any]) -> dict[str, Any]:
    """Everything a template may say, as plain text."""
    anchors = anchors_of(dossier.kind, context.campaign.rated_years) if values["findings"] else {}
    due = values["due"]
    papers = context.campaign.papers
    return {
        **values,
        "source": cited(move.source, context.today),
        "unit_source": cited(source_for_unit(move), context.today),
        "award_name": papers.award_name,
        "giver": papers.giver,
        "achievement": papers.achievement,
        "campaign": context.campaign.title,
        "category": context.campaign.category(dossier.category).title,
        "nominee": dossier.name,
        "addressed": addressed(dossier),
        "unit": dossier.unit_name,
        "dossier": dossier.id,
        "action": ACTION_LABELS[move.action],
        "state": STAFF_LABELS[move.target],
        "unit_state": unit_label(move.target, released=dossier.released, own_withdrawal=True),
        "due": f"{due:%d/%m/%Y}" if due else "",
        "findings": [(anchors[anchor], words) for anchor, words in values["findings"]],
        "review_office": context.unit_names.get(context.campaign.offices.review, ""),
        "appraisal_office": context.unit_names.get(context.campaign.offices.appraisal, ""),
        "by_role": ROLE_LABELS[move.by],
        "today": f"{context.today:%d/%m/%Y}",
        "rehearsal": context.campaign.rehearsal,
    }
