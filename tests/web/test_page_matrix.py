"""Everybody tries every step from everywhere by the pages' own form, as tests/web/test_matrix.py does by the API.

A fifth of the roles × actions × states is tried on every run, so that each pair of two is; --slow tries all of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import httpx
import pytest

from models.embedded import Server
from rules.vocabulary import Action, State
from tests.engine.conftest import worlds
from tests.engine.test_matrix import PLACES
from tests.web.browser import Browser, browser
from tests.web.client import Portal
from tests.web.matrix import (
    ELSEWHERE,
    MISPLACED,
    NOT_FOUND,
    PEOPLE,
    PLAIN,
    SEE_EVERYTHING,
    allowed,
    cases,
    nothing_changes,
    place_people,
    wanted,
)
from tests.web.standings import CITED, DECIDED, UNDECIDED, decided, in_standing
from tests.world import World

pytestmark = pytest.mark.wide

# What is done on a dossier besides moving it: what the form says, whose it is, and where the dossier then may stand.
REVIEWERS, APPRAISERS = {"reviewer", "review-head"}, {"appraiser", "appraisal-head"}
WRITERS = {"officer-07282", "head-07282"}
STRANGERS = {elsewhere for role, (_, elsewhere) in PEOPLE.items() if role not in SEE_EVERYTHING}
BEFORE_FORWARDING = {"submitted", "in_review", "endorsed", "selected"}
UNTIL_APPROVED = BEFORE_FORWARDING | {"in_appraisal", "queried", "approved"}
WORK: dict[str, tuple[dict[str, str], set[str], set[str]]] = {
    "diem": ({"points": "80"}, REVIEWERS, BEFORE_FORWARDING),
    "ket-luan": (
        {"rule": "award.not_already_given", "verdict": "pass", "reason": "Đã xem."}, REVIEWERS, UNTIL_APPROVED,
    ),
    "dinh-chinh": (
        {"field": "name", "value": "Khác", "reason": "Sai tên."},
        REVIEWERS | APPRAISERS,
        UNTIL_APPROVED | {"listed", "declined", "refused", "withdrawn", "lapsed"},
    ),
    "khong-tham-gia": ({"reason": "Có họ hàng."}, REVIEWERS | APPRAISERS, UNTIL_APPROVED | {"listed"}),
    "cong-bo": ({}, {"review-head"}, {"declined", "refused"}),
    "xac-minh": ({"agency": "Công an tỉnh"}, REVIEWERS | APPRAISERS, UNTIL_APPROVED | {"listed"}),
    "xac-minh/tra-loi": (
        {"agency": "Công an tỉnh", "result": "clear", "text": "Số 1/CAT ngày 18/11/2025."}, set(), set(),
    ),  # nobody was asked
    # What its own unit types is kept even when it cannot be saved.
    "sua": ({"f.name": "Khác"}, WRITERS, {state.value for state in State}),
    "nhap": ({"f.name": "Khác"}, WRITERS, {state.value for state in State}),
    "giay-to/1/go": ({}, set(), set()),  # there is none
}  # fmt: skip
STATES = 5  # from every so-manieth standing each account tries each action in an ordinary run


@dataclass
class Member:
    """Somebody at a browser, whose forms carry the right token."""

    browser: Browser
    csrf: str

    def step(self, identity: str, action: str) -> httpx.Response:
        """Press the button, whether the page has it or not; the answer, not followed."""
        fields = {"action": action, "reason": CITED, "due": "2025-12-04"}
        if action in {"return", "query"}:
            fields |= {"anchor": "field:merit", "text": "Bổ sung."}
        return self.send(identity, "buoc", fields)

    def send(self, identity: str, form: str, fields: dict[str, str]) -> httpx.Response:
        """Send a form of a dossier, whether the page has it or not; the answer, not followed."""
        self.browser.portal.app.state.database = self.browser.world.database
        return self.browser.client.post(f"/ho-so/{identity}/{form}", data={"_csrf": self.csrf, **fields})


def member(portal: Portal, world: World, name: str) -> Member:
    """Somebody signed in."""
    made = browser(portal, world, name)
    (csrf,) = world.query("SELECT csrf FROM web_session ORDER BY began_at DESC LIMIT 1")[0]
    return Member(made, csrf)


@pytest.fixture(scope="module")
def fixed_world(cluster: Server, furnished_wide: str) -> Iterator[World]:
    """One world for everything that must change nothing."""
    with worlds(cluster, furnished_wide) as make:
        yield make()


@pytest.fixture(scope="module")
def people(fixed_world: World, portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Member]]:
    """Everybody at their browsers."""
    names = place_people(fixed_world, tmp_path_factory.mktemp("accounts"))
    everybody = {name: member(portal, fixed_world, name) for name in names}
    yield everybody
    for one in everybody.values():
        one.browser.client.close()


@pytest.fixture(scope="module")
def dossiers(fixed_world: World) -> dict[str, str]:
    """One in each state before the decision."""
    return {standing: in_standing(fixed_world, standing) for standing in UNDECIDED}


def some(action: str) -> Iterator[tuple[str, str, str, tuple[int, str | None]]]:
    """Of what `action` could be tried from, every fifth, beginning elsewhere for each account and action."""
    for number, case in enumerate(cases(action, UNDECIDED)):
        standing, account = divmod(number, 2 * len(PEOPLE))
        if (standing + account + PLAIN.index(action)) % STATES == 0:
            yield case


def all_refused(
    world: World,
    people: dict[str, Member],
    dossiers: dict[str, str],
    action: str,
    tried: Iterator[tuple[str, str, str, tuple[int, str | None]]],
) -> int:
    """What the table does not allow is refused with the right status and changes nothing; how many tries it were."""
    wrong, tries = [], 0
    with nothing_changes(world):
        for standing, role, name, (status, _) in tried:
            if status != 200:
                found = people[name].step(dossiers[standing], action).status_code
                tries += 1
                wrong += [f"{role} {name} from {standing}: {found}, not {status}"] if found != status else []
    assert wrong == []
    return tries


@pytest.mark.parametrize("action", PLAIN)
def test_what_the_table_does_not_allow_is_refused_and_changes_nothing(
    fixed_world: World, people: dict[str, Member], dossiers: dict[str, str], action: str
) -> None:
    here = (case for case in some(action) if case[2] not in MISPLACED)
    assert all_refused(fixed_world, people, dossiers, action, here) > 30


@pytest.mark.slow
@pytest.mark.parametrize("action", PLAIN)
def test_from_every_state(fixed_world: World, people: dict[str, Member], dossiers: dict[str, str], action: str) -> None:
    assert all_refused(fixed_world, people, dossiers, action, cases(action, UNDECIDED)) > 300


def test_every_pair_is_tried_on_every_run() -> None:
    tried = {(action, standing, name) for action in PLAIN for standing, _, name, _ in some(action)}
    names = {name for pair in PEOPLE.values() for name in pair}
    assert {(action, standing) for action, standing, _ in tried} == {(a, s) for a in PLAIN for s in UNDECIDED}
    assert {(action, name) for action, _, name in tried} == {(a, n) for a in PLAIN for n in names}
    assert {(standing, name) for _, standing, name in tried} == {(s, n) for s in UNDECIDED for n in names}


@pytest.mark.parametrize("form", WORK)
def test_work_that_is_not_ones_own_is_refused_and_changes_nothing(
    fixed_world: World, people: dict[str, Member], dossiers: dict[str, str], form: str
) -> None:
    fields, whose, where = WORK[form]
    wrong, tries = [], 0
    with nothing_changes(fixed_world):
        for number, (standing, name) in enumerate(product(UNDECIDED, people)):
            may = name in whose and standing.partition("<")[0].partition("+")[0] in where
            if may or (number + list(WORK).index(form)) % STATES:
                continue
            found = people[name].send(dossiers[standing], form, fields).status_code
            tries += 1
            wrong += [f"{name} from {standing}: {found}"] if found not in {403, 404, 409, 422} else []
            wrong += [f"{name} was told of {standing}: {found}"] if name in STRANGERS and found != NOT_FOUND else []
    assert wrong == []
    assert tries > 40


@pytest.mark.parametrize("action", sorted(ELSEWHERE))
def test_what_has_a_way_of_its_own_is_no_plain_step_for_anybody(
    fixed_world: World, people: dict[str, Member], dossiers: dict[str, str], action: str
) -> None:
    with nothing_changes(fixed_world):
        for role, (name, _) in PEOPLE.items():
            for standing in ("draft", "selected", "approved", "listed"):
                answer = people[name].step(dossiers[standing], action)
                assert answer.status_code == 409, (role, standing)


def test_what_the_table_allows_succeeds(wide_world: World, portal: Portal) -> None:
    members = {name: member(portal, wide_world, name) for name in {name for _, _, name, _ in allowed()}}
    wrong = []
    for action, standing, name, target in allowed():
        identity = in_standing(wide_world, standing)
        answer = members[name].step(identity, action)
        if (answer.status_code, wide_world.state(identity)) != (303, State(target)):
            wrong.append(f"{name} {action} from {standing}: {answer.status_code}, not {target}")
        assert answer.headers.get("location") == f"/ho-so/{identity}"
    for one in members.values():
        one.browser.client.close()
    assert wrong == []
    assert len(allowed()) > 40
    wide_world.assert_sound()


@pytest.mark.parametrize("standing", DECIDED)
def test_nobody_moves_what_is_final(decided_world: tuple[World, dict[str, str]], portal: Portal, standing: str) -> None:
    world, finals = decided_world
    members = {role: member(portal, world, name) for role, (name, _) in PEOPLE.items()}
    with nothing_changes(world):
        for number, (role, action) in enumerate((role, action) for role in PEOPLE for action in PLAIN):
            if number % 3 == DECIDED.index(standing):
                status = members[role].step(finals[standing], action).status_code
                assert status == wanted(action, role, PLACES[role][0], standing)[0], (role, action)
                assert status in {403, 409}
    for one in members.values():
        one.browser.client.close()


@pytest.fixture(scope="module")
def decided_world(cluster: Server, furnished_wide: str) -> Iterator[tuple[World, dict[str, str]]]:
    """A world whose decision is signed."""
    with worlds(cluster, furnished_wide) as make:
        made = make()
        yield made, decided(made)


def test_no_action_and_an_action_of_no_table(
    fixed_world: World, people: dict[str, Member], dossiers: dict[str, str]
) -> None:
    with nothing_changes(fixed_world):
        for action in ("", "delete", "SUBMIT", "submit\u0000x", Action.SUBMIT.value * 2):
            assert people["head-07282"].step(dossiers["draft"], action).status_code == 422
