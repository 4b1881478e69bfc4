"""A small world for tests: units, accounts for every office, a rehearsal campaign, drafts, and ways to move them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Row, text
from sqlmodel import Session

from engine import decisions, invariants, submissions
from engine.campaigns import load_campaign
from engine.context import Context, Origin, load_context, may_act
from engine.dossier import Dossier, load_dossier
from engine.drafting import create_draft
from engine.importing import IMPORTERS
from engine.people import import_accounts, import_units
from engine.review import answer_finding
from engine.steps import Request, Taken, take_step
from models.database import Database
from rules.campaign import parse_campaign
from rules.vocabulary import Action, Kind, Role, State

ROOT = Path(__file__).resolve().parent.parent
CODE = "thu"
ORIGIN = Origin(channel="test", os_user="tester")
IN_INTAKE = date(2025, 11, 20)
UNITS = ("07282", "07330", "07594", "SYT", "SDTTG", "SNV")
OFFICES = {
    "reviewer": ("SDTTG", Role.REVIEW_OFFICER),
    "reviewer2": ("SDTTG", Role.REVIEW_OFFICER),
    "review-head": ("SDTTG", Role.REVIEW_HEAD),
    "appraiser": ("SNV", Role.APPRAISAL_OFFICER),
    "appraiser2": ("SNV", Role.APPRAISAL_OFFICER),
    "appraisal-head": ("SNV", Role.APPRAISAL_HEAD),
    "clerk": ("VPUBND", Role.DECISION_CLERK),
    "observer": ("UBMTTQ", Role.OBSERVER),
    "admin": ("VPUBND", Role.ADMINISTRATOR),
}
INDIVIDUAL: dict[str, Any] = {
    "name": "Nông Thị Mẫu",
    "birth_date": "1980-05-06",
    "sex": "female",
    "ethnicity": "Nùng",
    "cccd": "099180000001",
    "position": "Trưởng thôn",
    "workplace": "UBND xã Đồng Kỳ",
    "unit": "07282",
    "project": "DA1",
    "direct": True,
    **{f"rating_{year}": "good" for year in range(2021, 2026)},
    "breach": False,
    "pending": False,
    "merit": "Vận động 37 hộ hiến đất làm đường.",
    "model": None,
    "prior_awards": False,
    "letter": "14/TTr-UBND ngày 11/11/2025",
    "minutes": "14/BB-HĐTĐKT ngày 01/11/2025",
    "report": True,
    "email": "vanthu.07282@bacninh.example",
}
COLLECTIVE: dict[str, Any] = {
    key: value
    for key, value in INDIVIDUAL.items()
    if key not in {"birth_date", "sex", "ethnicity", "cccd", "position", "workplace"}
} | {"name": "Trạm Y tế xã Đồng Kỳ", "head": "Vi Ngọc Huệ", "size": 20, "women": 12, "united": True}

# Who does what in the ordinary way, from a draft to an award.
ROUTE: tuple[tuple[Action, str], ...] = (
    (Action.SUBMIT, "head"),
    (Action.ACCEPT, "reviewer"),
    (Action.ENDORSE, "reviewer"),
    (Action.SELECT, "review-head"),
    (Action.FORWARD, "review-head"),
    (Action.APPROVE, "appraiser"),
    (Action.ENLIST, "appraisal-head"),
    (Action.AWARD, "clerk"),
)
REACHED: dict[State, int] = {
    State.DRAFT: 0,
    State.SUBMITTED: 1,
    State.IN_REVIEW: 2,
    State.ENDORSED: 3,
    State.SELECTED: 4,
    State.IN_APPRAISAL: 5,
    State.APPROVED: 6,
    State.LISTED: 7,
    State.AWARDED: 8,
}


def campaign_data(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML data
    """The bundled campaign as a rehearsal named `thu`, with these top-level changes."""
    data = yaml.safe_load((ROOT / "campaigns" / "bang-khen-2021-2025.yaml").read_text(encoding="utf-8"))
    return {**data, "code": CODE, "rehearsal": True, **changes}


def with_limits(collective: int, individual: int) -> list[dict[str, Any]]:
    """The campaign's categories with other quotas."""
    categories: list[dict[str, Any]] = campaign_data()["categories"]
    limits = {"collective": collective, "individual": individual}
    return [{**category, "limit": limits[category["key"]]} for category in categories]


@dataclass
class World:
    """A database with people and a campaign in it; every method is one transaction unless it says otherwise."""

    database: Database
    today: date = IN_INTAKE
    code: str = CODE
    numbers: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def acting(
        self, name: str | None, today: date | None = None, *, alone: bool = False
    ) -> Iterator[tuple[Session, Context]]:
        """A transaction with the context of one person (None: the clock); `alone` as commands on the whole campaign."""
        day = today or self.today
        with self.database.transaction() as session:
            yield session, load_context(session, self.code, as_name=name, today=day, origin=ORIGIN, exclusive=alone)

    def draft(self, kind: Kind = Kind.INDIVIDUAL, **fields: Any) -> str:  # noqa: ANN401 - field values
        """A new draft with a name and number of its own, unless given; its id."""
        return self.draft_by(None, kind, **fields)

    def draft_by(self, who: str | None, kind: Kind = Kind.INDIVIDUAL, /, **fields: Any) -> str:  # noqa: ANN401 - field values
        """The same, entered by somebody named (None: the unit's officer)."""
        number = self.next("draft")
        base = INDIVIDUAL if kind is Kind.INDIVIDUAL else COLLECTIVE
        own: Mapping[str, Any] = {"name": f"{base['name']} {number}"}
        if kind is Kind.INDIVIDUAL:
            own = {**own, "cccd": f"099180{number:06d}"}
        answers = {**base, **own, **fields}
        with self.acting(who or f"officer-{answers['unit']}") as (session, context):
            acting = may_act(context, IMPORTERS, answers["unit"])
            source = {"sheet": "Cá nhân", "row": number, "file": "test.xlsx"}
            return create_draft(session, context, acting, kind.value, kind, answers, source)

    def next(self, what: str) -> int:
        """The next number of something."""
        self.numbers[what] = self.numbers.get(what, 0) + 1
        return self.numbers[what]

    def step(
        self,
        nomination_id: str,
        action: Action,
        name: str | None,
        today: date | None = None,
        **request: Any,  # noqa: ANN401 - see Request
    ) -> Taken:
        """One step by somebody; `head` is the head of the dossier's unit."""
        who = f"head-{self.look(nomination_id).unit}" if name == "head" else name
        with self.acting(who, today) as (session, context):
            return take_step(session, context, nomination_id, action, Request(**request))

    def look(self, nomination_id: str) -> Dossier:
        """The dossier as it is."""
        with self.database.transaction() as session:
            return load_dossier(session, nomination_id)

    def state(self, nomination_id: str) -> State:
        """Its state."""
        return self.look(nomination_id).state

    def forward(self, name: str = "review-head", today: date | None = None) -> None:
        """Forward everything selected under the next submission letter."""
        with self.acting(name, today, alone=True) as (session, context):
            forwarded = submissions.forward(session, context, f"{self.next('letter')}/TTr-SDTTG", context.today)
            if forwarded.outcome.refused:
                raise forwarded.outcome.refused[0].error

    def enlist(self, name: str = "appraisal-head", today: date | None = None) -> None:
        """Open the decision if need be and take everything approved onto it."""
        with self.acting(name, today, alone=True) as (session, context):
            if decisions.current(session, context) is None:
                decisions.open_decision(session, context)
            outcome = decisions.enlist(session, context).outcome
            if outcome.refused:
                raise outcome.refused[0].error

    def sign(self, today: date | None = None, number: str = "1234/QĐ-UBND") -> None:
        """Freeze and sign the decision."""
        self.freeze(today)
        with self.acting("clerk", today, alone=True) as (session, context):
            decisions.sign(session, context, number, context.today, "Người Ký Giả Định")

    def advance(self, nomination_id: str, target: State, today: date | None = None) -> str:
        """Bring a draft to a state of the ordinary route; everything else approved or listed comes along at the end."""
        for action, who in ROUTE[REACHED[self.state(nomination_id)] : REACHED[target]]:
            if action is Action.FORWARD:
                self.forward(who, today)
            elif action is Action.ENLIST:
                self.enlist(who, today)
            elif action is Action.AWARD:
                self.sign(today)
            else:
                self.step(nomination_id, action, who, today)
        return nomination_id

    def give_back(self, nomination_id: str, due: date = date(2025, 11, 28), anchor: str = "field:merit") -> None:
        """Return a dossier in review with one finding."""
        self.step(nomination_id, Action.RETURN, "reviewer", findings=((anchor, "Bổ sung số liệu."),), due=due)

    def answer(self, nomination_id: str, anchor: str = "field:merit", name: str = "head") -> None:
        """The unit (or somebody named) answers one finding."""
        who = f"head-{self.look(nomination_id).unit}" if name == "head" else name
        with self.acting(who) as (session, context):
            answer_finding(session, context, nomination_id, anchor, "Đã bổ sung.")

    def account(self, folder: Path, name: str, *roles: tuple[Role, str], person: str = "", collective: str = "") -> str:
        """A new account with these roles, or what the holder of a known one is besides; its name."""
        known = self.query(
            "SELECT r.role, r.unit_code FROM account_role r JOIN account a ON a.id = r.account_id WHERE a.name = :name",
            name=name,
        )
        held = roles or [(Role(row.role), row.unit_code) for row in known]
        lines = [f"{name},{unit},{role.value},,{person},{collective}" for role, unit in held]
        path = folder / f"account-{self.next('account')}.csv"
        path.write_text("\n".join(["name,unit,role,email,person,collective", *lines]) + "\n", encoding="utf-8")
        with self.database.transaction() as session:
            import_accounts(session, path, ORIGIN)
        return name

    def freeze(self, today: date | None = None) -> None:
        """Freeze the decision's list."""
        with self.acting("appraisal-head", today, alone=True) as (session, context):
            outcome = decisions.freeze(session, context).outcome
            if outcome.refused:
                raise outcome.refused[0].error

    def query(self, statement: str, **values: Any) -> Sequence[Row[Any]]:  # noqa: ANN401 - whatever SQL takes
        """What a query of the application's role finds."""
        with self.database.transaction() as session:
            return session.execute(text(statement), values).all()

    def change(self, statement: str, *, owner: bool = False, **values: Any) -> None:  # noqa: ANN401 - as above
        """Change something behind the engine's back, as the application's role or as the owner, triggers on."""
        engine = self.database.owner if owner else self.database.engine
        with engine.begin() as connection:
            connection.execute(text(statement), values)

    def letters(self, nomination_id: str, seq: int | None = None) -> list[tuple[str, str, str]]:
        """The letters of a dossier (or of one of its entries) as (kind, recipient, status), in order of writing."""
        found = self.query(
            "SELECT kind, recipient, status FROM letter WHERE nomination_id = :id"
            " AND (CAST(:seq AS integer) IS NULL OR seq = :seq) ORDER BY id",
            id=nomination_id,
            seq=seq,
        )
        return [(row.kind, row.recipient, row.status) for row in found]

    def deliver(self) -> None:
        """The post takes whatever is queued."""
        self.change("UPDATE letter SET status = 'sent' WHERE status IN ('queued', 'deferred')")

    def entries(self, subject: str) -> list[dict[str, Any]]:
        """The bodies of one chain of the trail, oldest first; a bare id is a dossier's."""
        named = subject if ":" in subject else f"nomination:{subject}"
        return [
            json.loads(row.body)
            for row in self.query("SELECT body FROM trail WHERE subject = :subject ORDER BY seq", subject=named)
        ]

    def assert_sound(self) -> None:
        """Every invariant of the data holds."""
        with self.database.transaction() as session:
            found = invariants.check(session)
        assert [f"{problem.subject}: {problem.problem}" for problem in found.problems] == []


def accounts_csv() -> str:
    """An officer and a head for each unit, and everybody in the offices."""
    lines = ["name,unit,role,email"]
    for unit in UNITS:
        lines.append(f"officer-{unit},{unit},unit_officer,officer.{unit.lower()}@bacninh.example")
        lines.append(f"head-{unit},{unit},unit_head,head.{unit.lower()}@bacninh.example")
    lines += [f"{name},{unit},{role.value},{name}@bacninh.example" for name, (unit, role) in OFFICES.items()]
    return "\n".join(lines) + "\n"


def make_world(database: Database, folder: Path, **changes: Any) -> World:  # noqa: ANN401 - campaign data
    """Units, accounts and the rehearsal campaign in `database`; `changes` are top-level keys of the campaign."""
    accounts = folder / "accounts.csv"
    accounts.write_text(accounts_csv(), encoding="utf-8")
    with database.transaction() as session:
        import_units(session, ROOT / "data" / "units.csv")
        import_accounts(session, accounts, ORIGIN)
        load_campaign(session, parse_campaign(campaign_data(**changes)), ORIGIN)
    return World(database)
