"""Everybody tries everything over HTTP: each role, at its place and elsewhere, takes each action from each state.

What should happen is written by hand in tests/engine/test_matrix.py; here it must also come out as the right status,
and what is refused must change nothing.
"""

from collections.abc import Iterator

import httpx
import pytest

from models.embedded import Server
from rules.vocabulary import State
from tests.engine.conftest import worlds
from tests.engine.test_matrix import PLACES
from tests.web.client import Caller, Portal
from tests.web.matrix import ELSEWHERE, MISPLACED, PEOPLE, PLAIN, allowed, cases, nothing_changes, place_people, wanted
from tests.web.standings import CITED, DECIDED, UNDECIDED, decided, in_standing
from tests.world import World

pytestmark = pytest.mark.wide


@pytest.fixture(scope="module")
def fixed_world(cluster: Server, furnished_wide: str) -> Iterator[World]:
    """One world for everything that must change nothing."""
    with worlds(cluster, furnished_wide) as make:
        yield make()


@pytest.fixture(scope="module")
def people(fixed_world: World, portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Caller]:
    """Everybody's client."""
    names = place_people(fixed_world, tmp_path_factory.mktemp("accounts"))
    return {name: portal.client(fixed_world, name) for name in names}


@pytest.fixture(scope="module")
def dossiers(fixed_world: World) -> dict[str, str]:
    """One in each state before the decision."""
    return {standing: in_standing(fixed_world, standing) for standing in UNDECIDED}


def request_for(action: str) -> dict[str, object]:
    """Everything anybody could ask for."""
    asked: dict[str, object] = {"reason": CITED, "due": "2025-12-04"}
    if action in {"return", "query"}:
        asked["findings"] = [{"anchor": "field:merit", "text": "Bổ sung."}]
    return asked


def told(answer: httpx.Response) -> tuple[int, str | None]:
    """The status, and where it led or why not."""
    said = answer.json()
    return answer.status_code, said.get("to") or said.get("refused")


def all_refused(
    world: World, people: dict[str, Caller], dossiers: dict[str, str], action: str, names: set[str]
) -> None:
    """What the table does not allow these people is refused in the right way, and changes nothing."""
    wrong, tried = [], 0
    with nothing_changes(world):
        for standing, role, name, should in cases(action, UNDECIDED):
            if should[0] != 200 and name in names:
                found = told(people[name].step(dossiers[standing], action, **request_for(action)))
                tried += 1
                wrong += [f"{role} {name} from {standing}: {found}, not {should}"] if found != should else []
    assert wrong == []
    assert tried >= len(names) * len(UNDECIDED) - 20  # all but the few that are allowed


@pytest.mark.parametrize("action", PLAIN)
def test_what_the_table_does_not_allow_is_refused_and_changes_nothing(
    fixed_world: World, people: dict[str, Caller], dossiers: dict[str, str], action: str
) -> None:
    all_refused(fixed_world, people, dossiers, action, set(people) - MISPLACED)


@pytest.mark.slow
@pytest.mark.parametrize("action", PLAIN)
def test_a_role_held_at_another_office_counts_for_nothing(
    fixed_world: World, people: dict[str, Caller], dossiers: dict[str, str], action: str
) -> None:
    all_refused(fixed_world, people, dossiers, action, MISPLACED)


@pytest.mark.parametrize("action", sorted(ELSEWHERE))
def test_what_has_a_way_of_its_own_is_no_plain_step_for_anybody(
    fixed_world: World, people: dict[str, Caller], dossiers: dict[str, str], action: str
) -> None:
    with nothing_changes(fixed_world):
        for name, caller in people.items():
            for standing in ("draft", "selected", "approved", "listed"):
                answer = caller.step(dossiers[standing], action, reason=CITED)
                assert told(answer) == (409, "state"), (name, standing)


def test_what_the_table_allows_succeeds(wide_world: World, portal: Portal) -> None:
    clients = {name: portal.client(wide_world, name) for name in {name for _, _, name, _ in allowed()}}
    wrong = []
    for action, standing, name, target in allowed():
        identity = in_standing(wide_world, standing)
        found = told(clients[name].step(identity, action, **request_for(action)))
        if (found, wide_world.state(identity)) != ((200, target), State(target)):
            wrong.append(f"{name} {action} from {standing}: {found}, not {target}")
    assert wrong == []
    assert len(allowed()) > 40
    wide_world.assert_sound()


@pytest.fixture(scope="module")
def decided_world(cluster: Server, furnished_wide: str) -> Iterator[tuple[World, dict[str, str]]]:
    """A world whose decision is signed."""
    with worlds(cluster, furnished_wide) as make:
        made = make()
        yield made, decided(made)


@pytest.mark.parametrize("standing", DECIDED)
def test_nobody_moves_what_is_final(decided_world: tuple[World, dict[str, str]], portal: Portal, standing: str) -> None:
    world, finals = decided_world
    clients = {role: portal.client(world, here) for role, (here, _) in PEOPLE.items()}
    with nothing_changes(world):
        for role, caller in clients.items():
            for action in PLAIN:
                answer = told(caller.step(finals[standing], action, **request_for(action)))
                assert answer == wanted(action, role, PLACES[role][0], standing), (role, action)
                assert answer[0] in {403, 409}
