"""Travel the hand-written journeys of journeys/*.yaml on the rules alone: table, duties and guards, without a database.

What a journey expects stands in its file and is never computed from the table it tries.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from rules import lifecycle
from rules.decision import DecisionState
from rules.duties import DUTY_OF, OFFICE_ROLES, Duty, History, Person, conflicting_duty, involvement
from rules.embargo import unit_label
from rules.errors import DutiesRefusedError, RefusedError, RoleRefusedError, StateRefusedError
from rules.facts import Check, Facts, Value
from rules.fields import field_named, fields_of, validate
from rules.guards import Situation, refusal_of
from rules.lifecycle import PARTY_OF, Guard, Move, Slot, To, find_move
from rules.parsing import Register
from rules.screening import Screening, screen
from rules.vocabulary import Action, CheckResult, Kind, Party, Role, State
from tests.rules.dossiers import dossier

JOURNEYS = Path(__file__).with_name("journeys")
START = date(2025, 11, 20)
INTAKE = (date(2025, 10, 20), date(2025, 11, 30))
PAPERS = ("letter", "minutes", "report")
OFFICES = {"review": "SDTTG", "appraisal": "SNV"}
REGISTER = Register(units=frozenset({"07282", "07330", "SDTTG", "SNV"}), projects=frozenset({"DA1"}), today=START)
HEADER = {"name", "source", "kind", "unit", "fields", "entered_by", "nominee_is", "steps"}
SCENES = {"today", "edit", "answer", "reply", "ask", "agency", "decision", "companion", "deliver", "release"}
GIVEN = {"reason", "due", "findings", "silent", "submission", "revoking", "table"}
EXPECTED = {"to", "slot", "letters", "held", "spared", "refused", "says", "cites"}


@dataclass(frozen=True)
class Journey:
    """One journey: its dossier, the people who are special to it, and its steps and scenes in order."""

    name: str
    source: str
    steps: tuple[Mapping[str, Any], ...]
    kind: Kind = Kind.INDIVIDUAL
    unit: str = "07282"
    fields: Mapping[str, Value] = field(default_factory=dict)
    entered_by: str = "unit_officer"
    nominee_is: str | None = None


@cache
def journeys() -> tuple[Journey, ...]:
    """Every journey, in the order of the files."""
    found = []
    for path in sorted(JOURNEYS.glob("*.yaml")):
        for data in yaml.safe_load(path.read_text(encoding="utf-8")):
            assert set(data) <= HEADER, data
            for step in data["steps"]:
                assert_well_formed(step)
            kind = Kind(data.get("kind", Kind.INDIVIDUAL))
            found.append(Journey(**{**data, "kind": kind, "steps": tuple(data["steps"])}))
    return tuple(found)


def assert_well_formed(step: Mapping[str, Any]) -> None:
    """A scene has its one word; a step says who does what from where, and either where it leads or why not."""
    if "do" not in step:
        assert set(step) - {"brings"} <= SCENES, step
        return
    assert set(step) <= {"do", "by", "from"} | GIVEN | EXPECTED, step
    assert {"do", "by", "from"} <= set(step), step
    if "refused" in step:
        assert not {"to", "slot", "letters"} & set(step), step
    else:
        assert {"to", "slot", "letters"} <= set(step), step


@dataclass(frozen=True)
class Player:
    """Who acts in a journey: `review_officer`, `review_officer/2`, `unit_head@07330`, `clock`.

    `review_head=review_officer` is the review officer, who holds the head's role besides.
    """

    word: str

    @property
    def role(self) -> Role:
        return Role(re.split("[@/=]", self.word)[0])

    @property
    def person(self) -> str:
        """The person behind the role: what one of their roles did, the person did."""
        return self.word.partition("=")[2] or self.word

    def unit(self, own: str) -> str:
        """The unit at which the role is held: `own` for the unit's people, unless the word names another."""
        if self.role in OFFICE_ROLES:
            return OFFICES[self.role.value.partition("_")[0]]
        return self.word.partition("@")[2] or (own if self.role in {Role.UNIT_OFFICER, Role.UNIT_HEAD} else "VPUBND")


@dataclass
class Finding:
    """A point raised on the dossier."""

    addressee: Party
    anchor: str
    open: bool = True


@dataclass
class Traveller:
    """A dossier that exists in the rules only."""

    journey: Journey
    state: State = State.DRAFT
    today: date = START
    slot: bool = False
    left: State | None = None
    due: date | None = None
    head_submitted: bool = False
    released: bool = False
    own_withdrawal: bool = False
    decision: DecisionState | None = None
    findings: list[Finding] = field(default_factory=list)
    checks: dict[str, CheckResult | None] = field(default_factory=dict)
    duties: dict[str, Duty] = field(default_factory=dict)
    fields: dict[str, Value] = field(default_factory=dict)
    travelled: list[Move] = field(default_factory=list)

    def __post_init__(self) -> None:
        changes = {**self.journey.fields, "unit": self.journey.unit}
        self.fields = dict(dossier(self.journey.kind, changes).fields)

    @property
    def decided(self) -> bool:
        return self.decision is DecisionState.SIGNED

    def open_of(self, party: Party) -> int:
        """How many findings `party` has not answered."""
        return sum(finding.open and finding.addressee is party for finding in self.findings)

    def facts(self) -> Facts:
        """The facts the eligibility rules read."""
        checks = tuple(Check(agency=agency, result=result) for agency, result in self.checks.items())
        return dossier(self.journey.kind, self.fields, today=self.today, unit=self.journey.unit, checks=checks)

    def screening(self) -> Screening:
        """What the rules find today."""
        return screen(self.facts())

    def malformed(self) -> tuple[str, ...]:
        """What cannot be read of the dossier."""
        return tuple(message for _, message in validate(self.journey.kind, self.fields, REGISTER))

    def involved(self, player: Player, wanted: Duty | None) -> str | None:
        """Why the player may not judge the dossier, or None."""
        mine = self.journey.nominee_is == player.word
        identity = str(self.fields["cccd" if self.journey.kind is Kind.INDIVIDUAL else "name"])
        individual = self.journey.kind is Kind.INDIVIDUAL
        person = Person(
            name=player.word,
            units=(player.unit(self.journey.unit),),
            person=identity if mine and individual else None,
            collective=identity if mine and not individual else None,
        )
        duty = self.duties.get(player.person)
        history = History(
            unit=self.journey.unit,
            nominee=str(self.fields["name"]),
            cccd=str(self.fields["cccd"]) if individual else None,
            head=None,
            duties=frozenset({duty} if duty else ()),
            wrote=self.journey.entered_by == player.word,
        )
        return involvement(person, history, player.unit(self.journey.unit), wanted)

    def situation(self, move: Move, player: Player, given: Mapping[str, Any]) -> Situation:
        """The facts the guards look at; `given["table"]` makes some up that a database would never let be."""
        papers = {paper.key: paper.header for paper in fields_of(self.journey.kind) if paper.paper}
        made_up: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in given.get("table", {}).items()
        }
        true = Situation(
            today=self.today,
            intake_opens=INTAKE[0],
            intake_closes=INTAKE[1],
            due=self.due,
            missing_papers=tuple(papers[key] for key in PAPERS if not self.fields[key]),
            malformed=self.malformed() if Guard.WELL_FORMED in move.only_if else (),
            open_of_unit=self.open_of(Party.UNIT),
            open_of_review=self.open_of(Party.REVIEW_OFFICE),
            open_checks=tuple(agency for agency, result in self.checks.items() if result is None),
            head_submitted=self.head_submitted,
            involved=self.involved(player, DUTY_OF.get(move.action)),
            decision=self.decision,
            decided=self.decided,
            on_submission=given.get("submission", False),
            revoking_decision=given.get("revoking", False),
            reason=given.get("reason", ""),
            due_given=given.get("due"),
            findings_given=len(given.get("findings", ())),
            action=move.action,
            screen=self.screening,
        )
        return replace(true, **made_up)

    def propose(self, action: Action, player: Player, given: Mapping[str, Any]) -> Move:
        """The row that lets this happen; the refusal that says why not."""
        roles = {move.by for move in lifecycle.LIFE_CYCLE if move.action is action}
        foreign = player.role in {Role.UNIT_OFFICER, Role.UNIT_HEAD} and player.unit(self.journey.unit) != (
            self.journey.unit
        )
        if player.role not in roles or foreign:
            raise RoleRefusedError(f"{player.word} không có thẩm quyền {action}.")
        if player.role is Role.UNIT_HEAD and not self.is_with_unit(action):
            label = unit_label(self.state, released=self.released or self.decided, own_withdrawal=self.own_withdrawal)
            raise StateRefusedError(f"Không thể {action} khi hồ sơ ở trạng thái “{label}”.")
        move = find_move(self.state, action, holds_slot=self.slot, left=self.left)
        if move.by is not player.role:
            raise RoleRefusedError(f"{player.word} không có thẩm quyền {action}.")
        wanted, carried = DUTY_OF.get(action), self.duties.get(player.person)
        if wanted and carried and conflicting_duty((carried,), wanted):
            raise DutiesRefusedError(f"{player.word} đã giữ khâu {carried}.")
        if refusal := refusal_of(move.only_if, self.situation(move, player, given)):
            raise refusal
        return move

    def is_with_unit(self, action: Action) -> bool:
        """Whether the unit itself has such a step now: else it hears the same neutral answer whatever the state."""
        return any(move.action is action and move.by is Role.UNIT_HEAD for move in lifecycle.moves_from(self.state))

    def apply(self, move: Move, player: Player, given: Mapping[str, Any]) -> None:
        """Do what the row says."""
        self.travelled.append(move)
        if move.target is not self.state:
            self.left, self.due = self.state, None
        if move.target in {State.RETURNED, State.QUERIED}:
            self.due = given.get("due", self.due)
        if move.slot is Slot.TAKES:
            self.slot = True
        if move.slot is Slot.FREES:
            self.slot = False
        addressee = Party.UNIT if move.action is Action.RETURN else Party.REVIEW_OFFICE
        self.findings += [Finding(addressee, anchor) for anchor in given.get("findings", ())]
        if move.action is Action.RECALL:
            self.close_findings(Party.UNIT)
        self.head_submitted |= move.action is Action.SUBMIT
        if move.action is Action.WITHDRAW:
            self.own_withdrawal = move.by is Role.UNIT_HEAD
        if move.action is Action.REOPEN:
            self.released = False
        if duty := DUTY_OF.get(move.action):
            self.duties[player.person] = duty
        self.state = move.target

    def close_findings(self, party: Party, anchors: tuple[str, ...] = ()) -> None:
        """The open findings of a party (at some anchors, else all) are answered."""
        for finding in self.findings:
            if finding.addressee is party and (not anchors or finding.anchor in anchors):
                finding.open = False

    def play(self, scene: Mapping[str, Any]) -> None:
        """What happens between the steps."""
        (word,) = set(scene) - {"brings"}
        value = scene[word]
        match word:
            case "today":
                self.today = value
            case "edit":
                for key, typed in value.items():
                    self.fields[key] = field_named(self.journey.kind, key).parse(typed, REGISTER)
            case "answer":
                self.close_findings(Party.UNIT, tuple(value))
            case "reply":
                self.close_findings(Party.REVIEW_OFFICE, tuple(value))
            case "ask":
                self.checks[value] = None
            case "agency":
                self.checks |= {agency: CheckResult(result) for agency, result in value.items()}
            case _:
                self.play_around(word, value)
        self.state = State(scene.get("brings", self.state))

    def play_around(self, word: str, value: str) -> None:
        """What happens around the dossier; letters live in the database."""
        if word == "companion":
            self.decision = DecisionState.OPEN
        elif word == "decision":
            self.decision = DECIDED[value]
        elif word == "release":
            self.released = True


DECIDED = {
    "open": DecisionState.OPEN,
    "frozen": DecisionState.FROZEN,
    "unfrozen": DecisionState.OPEN,
    "signed": DecisionState.SIGNED,
    "cancelled": None,
}


def travel(journey: Journey) -> Traveller:
    """Travel a whole journey; AssertionError where the rules say otherwise than it expects."""
    traveller = Traveller(journey)
    for step in journey.steps:
        if "do" not in step:
            traveller.play(step)
            continue
        where = f"{journey.name}: {dict(step)}"
        player = Player(step["by"])
        assert traveller.state is State(step["from"]), where
        if step["do"] == Action.AWARD and "to" in step:
            traveller.decision = DecisionState.SIGNED  # awarding is part of signing
        try:
            move = traveller.propose(Action(step["do"]), player, step)
        except RefusedError as refusal:
            assert_refused(step, refusal, where)
            continue
        assert "refused" not in step, where
        assert move.target is State(step["to"]), where
        assert move.slot.value == step["slot"], where
        assert_letters(step, move, where)
        traveller.apply(move, player, step)
    return traveller


def assert_refused(step: Mapping[str, Any], refusal: RefusedError, where: str) -> None:
    """The refusal is the one expected, says what it should, and cites the law where it should."""
    assert refusal.code == step.get("refused"), f"{where}: {refusal.code}: {refusal.message}"
    assert step.get("says", "") in refusal.message, f"{where}: {refusal.message}"
    assert bool(refusal.citations) or not step.get("cites"), where


def assert_letters(step: Mapping[str, Any], move: Move, where: str) -> None:
    """The row writes to the parties expected, but for those this journey spares, and holds what is to be held."""
    named = [PARTY_OF[to].value for to in move.letters]
    assert sorted(named) == sorted([*step["letters"], *step.get("spared", ())]), where
    held = {PARTY_OF[to].value for to in move.letters if to is To.UNIT_ONCE_RELEASED}
    assert held == set(step.get("held", ())), where
