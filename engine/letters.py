"""Letters: rendered in the step's transaction, one row per recipient, stored as the bytes that will be sent."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from sqlalchemy import Insert, Update, insert, select, update
from sqlmodel import Session

from engine.context import APPRAISAL_ROLES, REVIEW_ROLES, UNIT_ROLES, Context
from engine.dossier import Dossier
from models.chain import Entry
from models.letters import UNSENT, Letter, LetterStatus
from rules.anchors import anchors_of
from rules.embargo import unit_label
from rules.lifecycle import PARTY_OF, REVERSES, Move, To
from rules.text import nfc_folded
from rules.vocabulary import ACTION_LABELS, ROLE_LABELS, STAFF_LABELS, Action, Party, State

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "letters"
LONGEST_IN_TITLE = 60
NO_ADDRESS = "Chưa có địa chỉ thư điện tử."
SENDER = "Hệ thống Vinh Danh <khong-tra-loi@vinhdanh.invalid>"  # replaced by the configured sender on delivery
ROLES_OF = {Party.UNIT: UNIT_ROLES, Party.REVIEW_OFFICE: REVIEW_ROLES, Party.APPRAISAL_OFFICE: APPRAISAL_ROLES}


@dataclass(frozen=True, slots=True)
class Unsent:
    """A letter of a step that is now taken back."""

    id: int
    party: Party


@dataclass(frozen=True)
class Letters:
    """The letters of one step: rows waiting for their trail entry, and the unsent ones they replace."""

    rows: tuple[dict[str, Any], ...]
    superseded: tuple[Unsent, ...] = ()

    def statements(self, entry: Entry) -> list[Insert | Update]:
        """The statements that store them behind `entry`."""
        statements: list[Insert | Update] = []
        if self.rows:
            statements.append(insert(Letter).values([posted(row, entry, n) for n, row in enumerate(self.rows, 1)]))
        if self.superseded:
            ids = [letter.id for letter in self.superseded]
            statements.append(
                update(Letter).where(Letter.id.in_(ids)).values(status=LetterStatus.SUPERSEDED)  # type: ignore[union-attr]  # SQLModel columns read as their values
            )
        return statements


def posted(row: Mapping[str, Any], entry: Entry, number: int) -> dict[str, Any]:
    """One row with its trail entry, its stable Message-ID and its finished bytes."""
    message: EmailMessage = row["message"]
    message["Message-ID"] = f"<{entry.subject.replace(':', '-')}.{entry.seq}.{number}@vinhdanh.invalid>"
    return {**row, "subject": entry.subject, "seq": entry.seq, "message": message.as_bytes(policy=SMTP)}


@cache
def environment() -> jinja2.Environment:
    """The templates of letters; a name that is not given is an error, never an empty place."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(("html",)),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["brief"] = brief
    return environment


def brief(name: str) -> str:
    """A name as a subject line shows it: cut at a word when it is longer than a phone's line or two."""
    return name if len(name) <= LONGEST_IN_TITLE else name[: LONGEST_IN_TITLE - 1].rsplit(" ", 1)[0] + "…"


def lock_unsent(session: Session, dossier: Dossier, action: Action) -> tuple[Unsent, ...]:
    """The unsent letters of the steps `action` takes back, locked so that delivery cannot pick them up."""
    kinds = [f"{step.value}.{party.value}" for step in REVERSES.get(action, ()) for party in Party]
    if not kinds:
        return ()
    query = (
        select(Letter.id, Letter.party)  # type: ignore[call-overload]  # SQLModel columns read as their values
        .where(Letter.nomination_id == dossier.id, Letter.kind.in_(kinds), Letter.status.in_(UNSENT))  # type: ignore[attr-defined]  # as above
        .with_for_update()
    )
    return tuple(Unsent(row.id, row.party) for row in session.execute(query))


def letters_of(
    context: Context, dossier: Dossier, move: Move, values: Mapping[str, Any], unsent: tuple[Unsent, ...] = ()
) -> Letters:
    """The letters a step writes; `values` is what its templates may say beyond the dossier itself."""
    spared = {letter.party for letter in unsent}
    if move.action is Action.REOPEN and dossier.state in {State.DECLINED, State.REFUSED} and not dossier.released:
        spared.add(Party.UNIT)  # it never learned the outcome that is now taken back
    rows: list[dict[str, Any]] = []
    for to in wanted_letters(dossier, move, silent=bool(values["silent"])):
        party = PARTY_OF[to]
        if party not in spared:
            rows += letters_to(context, dossier, move, party, values, held=to is To.UNIT_ONCE_RELEASED)
    return Letters(tuple(rows), unsent)


def wanted_letters(dossier: Dossier, move: Move, *, silent: bool) -> list[To]:
    """The row's letters, without those whose condition does not hold."""
    queried = bool(dossier.open_findings(Party.REVIEW_OFFICE))
    skipped = {To.APPRAISAL_IF_QUERIED: not queried, To.UNIT_UNLESS_SILENT: silent}
    return [to for to in move.letters if not skipped.get(to, False)]


def letters_to(  # noqa: PLR0913 - what a letter is made of
    context: Context, dossier: Dossier, move: Move, party: Party, values: Mapping[str, Any], *, held: bool
) -> Iterable[dict[str, Any]]:
    """One letter per address of a party; one marked failed, for a person to see, where there is none."""
    kind = f"{move.action.value}.{party.value}"
    addresses = addresses_of(context, dossier, party)
    title, message = render(kind, letter_values(context, dossier, move, values))
    status = LetterStatus.HELD if held and not (dossier.released or context.decided) else LetterStatus.QUEUED
    for address in addresses or [""]:
        yield {
            "nomination_id": dossier.id,
            "party": party,
            "kind": kind,
            "recipient": address,
            "title": title,
            "message": addressed(message, address),
            "status": status if address else LetterStatus.FAILED,
            "attempts": 0,  # defaults do not apply inside a common table expression
            "error": None if address else NO_ADDRESS,
        }


def addresses_of(context: Context, dossier: Dossier, party: Party) -> list[str]:
    """Where a party is written to: the dossier's own address, and the accounts of the unit or office."""
    own = [dossier.fields.get("email")] if party in {Party.UNIT, Party.NOMINEE} else []
    holders = context.holders(ROLES_OF[party], dossier.unit) if party in ROLES_OF else []
    return sorted({address for address in (*own, *(actor.email for actor in holders)) if address})


def letter_values(context: Context, dossier: Dossier, move: Move, values: Mapping[str, Any]) -> dict[str, Any]:
    """Everything a template may say, as plain text."""
    anchors = anchors_of(dossier.kind, context.campaign.rated_years) if values["findings"] else {}
    due = values["due"]
    return {
        **values,
        "campaign": context.campaign.title,
        "category": context.campaign.category(dossier.category).title,
        "nominee": dossier.name,
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
    }


def render(kind: str, values: Mapping[str, Any]) -> tuple[str, EmailMessage]:
    """Subject and message of one kind of letter: `templates/letters/KIND.txt`, its first line the subject."""
    said = {name: one_line(value) for name, value in values.items()}
    title, _, body = environment().get_template(f"{kind}.txt").render(said).strip().partition("\n")
    title = nfc_folded(title)
    paragraphs = [part.strip() for part in body.strip().split("\n\n") if part.strip()]
    html = environment().get_template("layout.html").render(title=title, paragraphs=paragraphs)
    message = EmailMessage(policy=mail_policy())
    message["Subject"] = title
    message["From"] = SENDER
    message.set_content("\n\n".join(paragraphs) + "\n")
    message.add_alternative(html, subtype="html")
    return title, message


class SubjectLine(UniqueUnstructuredHeader):
    """A subject that keeps its spaces: Python 3.11 loses those at which it folds Vietnamese words."""

    def fold(self, *, policy: Policy) -> str:
        """The header as lines of encoded words (RFC 2047), every space inside one of them."""
        encoded = Header(str(self), "utf-8", header_name="Subject").encode(linesep=policy.linesep)
        return f"Subject: {encoded}{policy.linesep}"


@cache
def mail_policy() -> Policy:
    """How the parts of a letter are written down."""
    registry = HeaderRegistry()
    registry.map_to_type("subject", SubjectLine)  # type: ignore[arg-type]  # typeshed: specialised headers are no BaseHeader
    return SMTP.clone(header_factory=registry)


def one_line(value: object) -> object:
    """What somebody wrote, without line breaks and invisible characters: it starts no header and no paragraph."""
    if isinstance(value, str):
        return nfc_folded(value)
    return [one_line(part) for part in value] if isinstance(value, list | tuple) else value


def addressed(message: EmailMessage, address: str) -> EmailMessage:
    """A copy of the message for one address."""
    copy = deepcopy(message)
    if address:
        copy["To"] = address
    return copy
