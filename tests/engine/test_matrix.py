"""Everybody tries everything: each role, at its place and elsewhere, takes each action from each state.

What should happen is written here by hand, not computed from the table under test.
"""

from datetime import UTC, date, datetime

import pytest

from engine.actors import Actor
from engine.context import Context, Origin
from engine.dossier import Dossier
from engine.steps import Request, prepare
from rules.campaign import parse_campaign
from rules.decision import DecisionState
from rules.errors import RefusedError
from rules.vocabulary import Action, Kind, Role, State
from tests.world import INDIVIDUAL, campaign_data

# action → role → the states it leads from, and where to. `+place`: it holds a place; `<draft`: it left draft.
ALLOWED = {
    "submit": {"unit_head": "draft>submitted returned>submitted returned+place>submitted"},
    "withdraw": {
        "unit_head": "draft>withdrawn submitted>withdrawn submitted+place>withdrawn returned>withdrawn"
        " returned+place>withdrawn",
        "review_head": "in_review>withdrawn in_review+place>withdrawn endorsed>withdrawn selected>withdrawn",
        "appraisal_head": "in_appraisal>withdrawn queried>withdrawn approved>withdrawn",
    },
    "accept": {"review_officer": "submitted>in_review submitted+place>in_review"},
    "return": {"review_officer": "in_review>returned in_review+place>returned queried>returned"},
    "extend": {"review_officer": "returned>returned returned+place>returned"},
    "recall": {"review_officer": "returned>in_review returned+place>in_review"},
    "endorse": {"review_officer": "in_review>endorsed in_review+place>selected"},
    "decline": {"review_head": "in_review>declined in_review+place>declined endorsed>declined"},
    "select": {"review_head": "endorsed>selected"},
    "deselect": {"review_head": "selected>endorsed"},
    "forward": {"review_head": "selected>in_appraisal"},
    "query": {"appraisal_officer": "in_appraisal>queried approved>queried"},
    "reply": {"review_head": "queried>in_appraisal"},
    "approve": {"appraisal_officer": "in_appraisal>approved"},
    "refuse": {"appraisal_head": "in_appraisal>refused queried>refused approved>refused"},
    "enlist": {"appraisal_head": "approved>listed"},
    "strike": {"appraisal_head": "listed>approved"},
    "award": {"decision_clerk": "listed>awarded"},
    "revoke": {"decision_clerk": "awarded>revoked"},
    "lapse": {"clock": "draft>lapsed returned>lapsed returned+place>lapsed"},
    "close": {
        "review_head": "submitted>not_selected submitted+place>not_selected returned>not_selected"
        " returned+place>not_selected in_review>not_selected in_review+place>not_selected endorsed>not_selected"
        " selected>not_selected in_appraisal>not_selected queried>not_selected approved>not_selected"
    },
    "reopen": {
        "review_head": "declined>in_review refused>in_review withdrawn<draft>draft withdrawn<returned>returned"
        " withdrawn<in_review>in_review lapsed<draft>draft lapsed<returned>returned"
    },
}
STANDINGS = (
    "draft", "submitted", "submitted+place", "returned", "returned+place", "in_review", "in_review+place", "endorsed",
    "selected", "in_appraisal", "queried", "approved", "listed", "awarded", "revoked", "declined", "refused",
    "withdrawn<draft", "withdrawn<returned", "withdrawn<in_review", "lapsed<draft", "lapsed<returned", "not_selected",
)  # fmt: skip
HOLDING = {"selected", "in_appraisal", "queried", "approved", "listed", "awarded", "revoked"}
# role → where it must be held (the dossier's unit is 07282), and another place. Some count everywhere, some nowhere.
PLACES = {
    "unit_officer": ("07282", "07330"),
    "unit_head": ("07282", "07330"),
    "review_officer": ("SDTTG", "SNV"),
    "review_head": ("SDTTG", "SNV"),
    "appraisal_officer": ("SNV", "SDTTG"),
    "appraisal_head": ("SNV", "SDTTG"),
    "decision_clerk": ("VPUBND", "UBND"),
    "observer": ("UBMTTQ", "SDTTG"),
    "administrator": ("VPUBND", "SDTTG"),
}
EVERYWHERE = {"decision_clerk"}
# What lets each action pass, beyond role and state.
DECISIONS = {
    "enlist": DecisionState.OPEN,
    "strike": DecisionState.OPEN,
    "award": DecisionState.SIGNED,
    "revoke": DecisionState.SIGNED,
    "close": DecisionState.SIGNED,
}


def expected(action: str, role: str, place: str, standing: str) -> str:
    """The state it leads to, or the code of the refusal."""
    allowed = {who: dict(pair.rsplit(">", 1) for pair in pairs.split()) for who, pairs in ALLOWED[action].items()}
    here = role == "clock" or role in EVERYWHERE or place == PLACES[role][0]
    if role not in allowed or not here:
        return "role"
    if standing in allowed[role]:
        return allowed[role][standing]
    by_another = any(standing in pairs for pairs in allowed.values())
    return "role" if by_another and role != "unit_head" else "state"  # a unit hears the same everywhere


def context_for(action: str, role: str, place: str) -> Context:
    """Somebody with one role at one place, on a day when the action may happen."""
    actor = None
    if role != "clock":
        roles = frozenset({(Role(role), place)})
        actor = Actor(id=1, name="Người thử", email=None, person=None, collective=None, roles=roles)
    return Context(
        campaign_id=1,
        campaign=CAMPAIGN,
        decided=action in {"close", "revoke"},
        today=date(2025, 12, 2) if action == "lapse" else date(2025, 11, 20),
        now=datetime(2025, 12, 2, tzinfo=UTC),
        origin=Origin(channel="test", os_user="tester"),
        actor=actor,
        accounts={1: actor} if actor else {},
        delegations=(),
        unit_names={"07282": "UBND xã Đồng Kỳ", "SDTTG": "Sở Dân tộc và Tôn giáo"},
    )


def dossier_in(action: str, standing: str) -> Dossier:
    """A dossier in a state, with everything it should have there."""
    words, _, left = standing.partition("<")
    state, _, place = words.partition("+")
    decision = DECISIONS.get(action)
    return Dossier(
        id="7K3M9QXZ",
        arrival=1,
        campaign="dong-ho",
        category="individual",
        kind=Kind.INDIVIDUAL,
        unit="07282",
        unit_name="UBND xã Đồng Kỳ",
        unit_entitled=True,
        name=INDIVIDUAL["name"],
        fields=INDIVIDUAL,
        source={},
        state=State(state),
        version=5,
        left_state=State(left) if left else None,
        due=date(2025, 11, 25) if state in {"returned", "queried"} else None,
        head_submitted=True,
        own_withdrawal=False,
        released=False,
        submission_id=1,
        decision_id=None,
        serial=None,
        head=(5, "0" * 64),
        slot=1 if place or state in HOLDING else None,
        decision=(1, decision) if decision else None,
        findings=(),
        duties={},
        authors=frozenset(),
        judgements=(),
        checks=(),
        others=(),
        score=None,
    )


def request_for(action: str) -> Request:
    """Everything anybody could ask for."""
    return Request(
        reason="Trùng thành tích, mục II.2.c Kế hoạch",
        due=date(2025, 11, 28),
        findings=(("field:merit", "Bổ sung."),) if action in {"return", "query"} else (),
        submission=(1, "1/TTr-SDTTG"),
        revoking="số 77/QĐ-UBND",
    )


CAMPAIGN = parse_campaign(campaign_data())
TRIES = [(role, place) for role, places in PLACES.items() for place in places] + [("clock", "")]


@pytest.mark.parametrize("action", Action)
def test_everybody_tries_it_from_everywhere(action: Action) -> None:
    wrong = []
    for role, place in TRIES:
        context = context_for(action, role, place)
        for standing in STANDINGS:
            try:
                found = prepare(context, dossier_in(action, standing), action, request_for(action)).move.target.value
            except RefusedError as refusal:
                found = refusal.code
            if found != (wanted := expected(action, role, place, standing)):
                wrong.append(f"{role}@{place} from {standing}: {found}, not {wanted}")
    assert wrong == []


def test_the_matrix_is_whole() -> None:
    assert set(ALLOWED) == {action.value for action in Action}
    assert {*PLACES, "clock"} == {role.value for role in Role}
    assert {standing.partition("<")[0].partition("+")[0] for standing in STANDINGS} == {state.value for state in State}
    pairs = [pair for roles in ALLOWED.values() for words in roles.values() for pair in words.split()]
    written = {pair.rsplit(">", 1)[0] for pair in pairs}
    assert set(STANDINGS) - written == {"revoked", "not_selected"}
