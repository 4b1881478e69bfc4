"""The API against its own OpenAPI document, by schemathesis: whatever is sent, no 5xx and no undocumented answer.

What it generates is steered now and then to what exists (dossiers, anchors, rules, the rehearsal's day): random words
alone would get no further than the first refusal. `--slow` sends thirty times as much.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi import checks as conformance

from models.database import Database
from models.embedded import Server
from tests.engine.conftest import worlds
from tests.web.client import DAY, Portal, token_for
from tests.web.matrix import PEOPLE
from tests.web.standings import CITED, UNDECIDED, in_standing
from tests.world import CODE, World
from web.app import create_app

pytestmark = pytest.mark.wide

SOME, MANY = 14, 400  # examples of each operation, in an ordinary run and with --slow
NOWHERE = Database("postgresql://nobody@127.0.0.1:1/none", "postgresql://nobody@127.0.0.1:1/none")
SCHEMA = schemathesis.openapi.from_dict(create_app(NOWHERE).openapi())
OPERATIONS = [f"{method.upper()} {path}" for path, methods in SCHEMA.raw_schema["paths"].items() for method in methods]
CHECKS: list[Any] = [
    schemathesis.checks.not_a_server_error,
    conformance.status_code_conformance,
    conformance.content_type_conformance,
    conformance.response_headers_conformance,
    conformance.response_schema_conformance,
]
Draw: TypeAlias = Callable[[st.SearchStrategy[Any]], Any]
# What a field of this name could sensibly say.
SENSIBLE: dict[str, list[Any]] = {
    "today": [DAY, None],
    "due": ["2025-12-04", DAY],
    "date": [DAY],
    "reason": [CITED],
    "text": ["Bổ sung số liệu.", "Đã bổ sung."],
    "anchor": ["field:merit", "paper:minutes", "rule:conduct.no_breach"],
    "rule": ["duties.completed_well", "conduct.no_breach", "award.not_already_given"],
    "agency": ["Công an tỉnh", "Thanh tra tỉnh"],
    "category": ["individual", "collective"],
    "points": ["87,5", "0", "100"],
    "number": ["12/TTr-SDTTG", "1234/QĐ-UBND", "77/QĐ-UBND"],
    "signer": ["Người Ký Giả Định"],
    "fields": [{"merit": "Vận động 40 hộ."}, {"name": "Lò Thị Thử", "unit": "07282", "birth_date": "01/02/1980"}],
    "expected_version": [None, 1, 3],
    "mark": [None],
    "content": ["code,name,kind,symbol,nominates\nMOI,Sở Mới,so,SM,yes\n", "name,unit,role,email\nMới,SNV,observer,\n"],
    "giver": ["appraisal-head"],
    "taker": ["appraiser"],
    "until": ["2099-12-31"],
}


@pytest.fixture(scope="module")
def everywhere(cluster: Server, furnished_wide: str) -> Iterator[World]:
    """A world with a dossier in each state, which every request may change."""
    with worlds(cluster, furnished_wide) as make:
        yield make()


@pytest.fixture(scope="module")
def identities(everywhere: World) -> list[str]:
    """Its dossiers."""
    return [in_standing(everywhere, standing) for standing in UNDECIDED]


@pytest.fixture(scope="module")
def tokens(everywhere: World, identities: list[str]) -> dict[str, str]:
    """A token of everybody, by name; of nobody none."""
    return {name: token_for(everywhere, name) for name, _ in PEOPLE.values()}


def steered(draw: Draw, body: Any, identities: list[str]) -> Any:  # noqa: ANN401 - JSON
    """A body of which some fields say something sensible instead."""
    if isinstance(body, list):
        return [steered(draw, one, identities) for one in body]
    if not isinstance(body, dict):
        return body
    known = {**SENSIBLE, "above": identities, "nomination": identities, "nominations": [identities[:2]]}
    sensible = {key for key in body if key in known and draw(st.integers(0, 3))}
    return {
        key: draw(st.sampled_from(known[key])) if key in sensible else steered(draw, value, identities)
        for key, value in body.items()
    }


def prepared(draw: Draw, case: Case[Any], identities: list[str], tokens: dict[str, str]) -> dict[str, str]:
    """Steer a case in place; the headers that say who asks."""
    for name, known in (("id", identities), ("code", [CODE])):
        if name in case.path_parameters and draw(st.integers(0, 9)):
            case.path_parameters[name] = draw(st.sampled_from(known))
    for part in (case.query, case.body):
        if isinstance(part, dict):
            part.update(steered(draw, dict(part), identities))
    for header in ("If-Match", "Idempotency-Key"):
        if draw(st.integers(0, 3)):
            case.headers.pop(header, None)
    who = draw(st.sampled_from([*tokens, ""]))
    return {"Authorization": f"Bearer {tokens[who]}"} if who else {}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_answer_is_one_the_document_knows(
    request: pytest.FixtureRequest,
    operation: str,
    portal: Portal,
    everywhere: World,
    identities: list[str],
    tokens: dict[str, str],
) -> None:
    method, path = operation.split()
    described = SCHEMA[path][method]
    strategy = st.one_of(*(described.as_strategy(generation_mode=mode) for mode in GenerationMode))
    portal.app.state.database = everywhere.database
    statuses: Counter[int] = Counter()

    @settings(
        max_examples=MANY if request.config.getoption("--slow") else SOME,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy, data=st.data())
    def send(case: Case[Any], data: st.DataObject) -> None:
        headers = prepared(data.draw, case, identities, tokens)
        answer = case.call(base_url=str(portal.http.base_url), headers=headers)
        statuses[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    send()
    assert statuses.total() >= 10
    everywhere.assert_sound()
