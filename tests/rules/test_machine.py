"""Thousands of short campaigns on the table alone: whatever anybody tries, places, states and duties stay in order."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from rules.decision import DecisionState
from rules.duties import DUTY_OF, Duty
from rules.errors import QuotaRefusedError, RefusedError
from rules.lifecycle import Guard, Move, Slot, applies, moves_from
from rules.vocabulary import HOLDING, MAY_HOLD, Action, CheckResult, Party, Role, State
from tests.rules.travel import Journey, Player, Traveller

pytestmark = pytest.mark.wide

LIMIT = 2
DOSSIERS = 3
JOURNEY = Journey(name="a machine's", source="style.md §13", steps=())
ROUTE = tuple(
    (Action(action), Player(who))
    for action, who in (
        ("submit", "unit_head"),
        ("accept", "review_officer"),
        ("endorse", "review_officer"),
        ("select", "review_head"),
        ("forward", "review_head"),
        ("approve", "appraisal_officer"),
        ("enlist", "appraisal_head"),
    )
)
PLAYERS = tuple(Player(word) for word in (*Role, "review_officer/2", "appraisal_officer/2", "unit_head@07330"))
WHO = ("", "", "=somebody of every office")  # each role's own person, or one person who holds them all
REASONS = ("", "Nhầm", "Trùng thành tích, mục II.2.c Kế hoạch")
FULL = {"reason": REASONS[2], "findings": ["field:merit"], "submission": True, "revoking": True}
DRIVEN = settings(
    max_examples=2000,
    stateful_step_count=8,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
NUMBER = st.integers(0, DOSSIERS - 1)
Step = tuple[int, int, int, str]  # which dossier, which of its rows, how many days to answer, and as whom
WORK = st.lists(st.tuples(NUMBER, st.integers(0, 9), st.integers(1, 6), st.sampled_from(WHO)), max_size=5)
reached: set[State] = set()


class Campaign(RuleBasedStateMachine):
    """A few dossiers, fewer places, one decision, and a calendar that only goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.dossiers = [Traveller(JOURNEY) for _ in range(DOSSIERS)]
        self.carried: list[list[tuple[str, Duty]]] = [[] for _ in range(DOSSIERS)]
        self.decision: DecisionState | None = None

    @initialize(steps=st.lists(st.integers(0, len(ROUTE)), min_size=DOSSIERS, max_size=DOSSIERS), day=st.integers(0, 9))
    def some_have_gone_far(self, steps: list[int], day: int) -> None:
        """Runs are short: each dossier begins somewhere on the ordinary route."""
        if max(steps) == len(ROUTE):
            self.decide(DecisionState.OPEN)
        for number, far in enumerate(steps):
            for action, player in ROUTE[:far]:
                self.attempt(number, action, player, FULL)
        self.pass_days(day)

    @rule(work=WORK)
    def the_right_people_work(self, work: list[Step]) -> None:
        self.work(work)

    def work(self, work: list[Step]) -> None:
        """Each of these dossiers takes one of its open steps, by whom it is for, with the evidence it asks."""
        for number, choice, later, who in work:
            dossier = self.dossiers[number]
            place, left = dossier.slot, dossier.left
            rows = [move for move in moves_from(dossier.state) if applies(move.when, holds_slot=place, left=left)]
            if not rows:
                continue
            move = rows[choice % len(rows)]
            if move.action is Action.AWARD:
                self.sign()
                continue
            self.meet(dossier, move)
            given = {**FULL, "due": dossier.today + timedelta(days=later)}
            self.attempt(number, move.action, Player(f"{move.by}{who}"), given)

    @rule(
        number=NUMBER,
        action=st.sampled_from(Action),
        player=st.sampled_from(PLAYERS),
        given=st.fixed_dictionaries(
            {},
            optional={
                "reason": st.sampled_from(REASONS),
                "due": st.dates(date(2025, 11, 1), date(2025, 12, 31)),
                "findings": st.just(["field:merit"]),
                "submission": st.booleans(),
                "revoking": st.booleans(),
            },
        ),
        work=WORK,
    )
    def anybody_tries_anything(
        self, number: int, action: Action, player: Player, given: dict[str, Any], work: list[Step]
    ) -> None:
        if action is not Action.AWARD:  # awarding is part of signing
            self.attempt(number, action, player, given)
        self.work(work)

    @rule(days=st.integers(1, 12), work=WORK)
    def time_passes(self, days: int, work: list[Step]) -> None:
        self.pass_days(days)
        self.work(work)

    @rule(number=NUMBER, result=st.sampled_from([None, *CheckResult]), merit=st.booleans(), work=WORK)
    def something_comes_to_light(
        self, number: int, result: CheckResult | None, work: list[Step], *, merit: bool
    ) -> None:
        dossier = self.dossiers[number]
        dossier.checks["Công an tỉnh"] = result
        if dossier.state in {State.DRAFT, State.RETURNED}:
            dossier.fields["merit"] = "Vận động 37 hộ hiến đất." if merit else None
        self.work(work)

    @rule(word=st.sampled_from(["open", "freeze", "unfreeze", "sign"]), work=WORK)
    def the_decision_moves(self, word: str, work: list[Step]) -> None:
        self.work(work)
        match word, self.decision:
            case "open", None:
                self.decide(DecisionState.OPEN)
            case "freeze", DecisionState.OPEN:
                self.decide(DecisionState.FROZEN)
            case "unfreeze", DecisionState.FROZEN:
                self.decide(DecisionState.OPEN)
            case "sign", DecisionState.FROZEN:
                self.sign()
            case _:
                return  # not now

    def decide(self, state: DecisionState) -> None:
        """The campaign's one decision moves, for every dossier."""
        self.decision = state
        for dossier in self.dossiers:
            dossier.decision = state

    def sign(self) -> None:
        """Signing awards whatever is listed, all of it."""
        if not any(dossier.state is State.LISTED for dossier in self.dossiers):
            return
        self.decide(DecisionState.SIGNED)
        for number, dossier in enumerate(self.dossiers):
            if dossier.state is State.LISTED:
                self.attempt(number, Action.AWARD, Player("decision_clerk"), {})
        assert [dossier for dossier in self.dossiers if dossier.state is State.LISTED] == []

    def pass_days(self, days: int) -> None:
        for dossier in self.dossiers:
            dossier.today += timedelta(days=days)

    def meet(self, dossier: Traveller, move: Move) -> None:
        """What the guards ask is supplied, as far as it is anybody's to supply."""
        if Guard.RETURN_ANSWERED in move.only_if:
            dossier.close_findings(Party.UNIT)
        if Guard.QUERY_ANSWERED in move.only_if or Guard.NOTHING_OPEN in move.only_if:
            dossier.close_findings(Party.REVIEW_OFFICE)
        if Guard.ELIGIBLE in move.only_if:
            dossier.checks = dict.fromkeys(dossier.checks, CheckResult.CLEAR)
        if Guard.DECISION_OPEN in move.only_if and self.decision is None:
            self.decide(DecisionState.OPEN)

    def attempt(self, number: int, action: Action, player: Player, given: dict[str, Any]) -> None:
        """A step is taken, or refused and nothing changes."""
        dossier = self.dossiers[number]
        before = (dossier.state, dossier.slot, dossier.due, len(dossier.findings))
        try:
            move = dossier.propose(action, player, given)
            if move.slot is Slot.TAKES and sum(other.slot for other in self.dossiers) == LIMIT:
                raise QuotaRefusedError("Đã đủ suất.")
        except RefusedError:
            assert (dossier.state, dossier.slot, dossier.due, len(dossier.findings)) == before
            return
        if Guard.FINDINGS not in move.only_if:
            given = {key: value for key, value in given.items() if key != "findings"}
        dossier.apply(move, player, given)
        if duty := DUTY_OF.get(action):
            self.carried[number].append((player.person, duty))

    @invariant()
    def never_more_holders_than_places(self) -> None:
        assert sum(dossier.slot for dossier in self.dossiers) <= LIMIT
        assert sum(dossier.state in HOLDING for dossier in self.dossiers) <= LIMIT

    @invariant()
    def a_place_goes_with_the_state(self) -> None:
        for dossier in self.dossiers:
            if dossier.state in HOLDING:
                assert dossier.slot, dossier.state
            elif dossier.state not in MAY_HOLD:
                assert not dossier.slot, dossier.state

    @invariant()
    def evidence_goes_with_the_state(self) -> None:
        for dossier in self.dossiers:
            reached.add(dossier.state)
            assert (dossier.due is not None) is (dossier.state in {State.RETURNED, State.QUERIED})
            assert dossier.head_submitted or dossier.state in {State.DRAFT, State.WITHDRAWN, State.LAPSED}
            assert dossier.state not in {State.AWARDED, State.REVOKED, State.NOT_SELECTED} or dossier.decided

    @invariant()
    def one_person_one_kind_of_duty(self) -> None:
        for carried in self.carried:
            kinds: dict[str, set[Duty]] = {}
            for person, duty in carried:
                kinds.setdefault(person, set()).add(duty)
            assert all(len(of_one) == 1 for of_one in kinds.values())

    @invariant()
    def the_steps_taken_explain_where_it_stands(self) -> None:
        for dossier in self.dossiers:
            state, slot = State.DRAFT, False
            for move in dossier.travelled:
                assert state in move.sources
                state, slot = move.target, after(move, holds=slot)
            assert (state, slot) == (dossier.state, dossier.slot)


def after(move: Move, *, holds: bool) -> bool:
    """Whether a dossier holds a place after a step."""
    return {Slot.TAKES: True, Slot.FREES: False}.get(move.slot, holds)


def test_whatever_anybody_tries() -> None:
    reached.clear()
    run_state_machine_as_test(Campaign, settings=DRIVEN)
    assert reached == set(State)
