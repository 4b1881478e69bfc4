"""Tokens: shown once, kept as a hash, on the trail, and worth nothing once revoked."""

import hashlib
import json
from collections.abc import Callable
from typing import TypeAlias

import httpx
import pytest
from sqlalchemy import text

from cli.__main__ import run
from engine import audit, tokens
from tests.web.client import Caller, Portal
from tests.web.conftest import As
from tests.world import ORIGIN, World

TypeIn: TypeAlias = Callable[..., tuple[int, dict[str, object]]]
ANY = "/nominations"


@pytest.fixture
def typed(world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> TypeIn:
    """A command line on the test's world; its JSON."""
    monkeypatch.setenv("VINHDANH_DATABASE_URL", world.database.owner_url)

    def type_in(*words: str) -> tuple[int, dict[str, object]]:
        capsys.readouterr()
        code = run([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return type_in


def test_a_token_from_the_command_line_opens_the_api(world: World, portal: Portal, typed: TypeIn) -> None:
    code, said = typed("account", "token", "reviewer")
    assert (code, list(said)) == (0, ["token"])
    token = str(said["token"])
    assert len(token.removeprefix("vinhdanh_")) >= 43  # 256 bits
    assert Caller(portal, world, token).get(ANY).status_code == 200
    (row,) = world.query("SELECT sha256, (SELECT name FROM account WHERE id = account_id) AS name FROM token")
    assert (row.sha256, row.name) == (hashlib.sha256(token.encode()).hexdigest(), "reviewer")
    assert world.query("SELECT 1 FROM trail WHERE body LIKE :t", t=f"%{token}%") == []
    assert world.query("SELECT 1 FROM disclosure WHERE value LIKE :t", t=f"%{token}%") == []


def test_two_tokens_differ_and_one_revocation_ends_both(world: World, portal: Portal, typed: TypeIn) -> None:
    callers = [Caller(portal, world, str(typed("account", "token", "reviewer")[1]["token"])) for _ in range(2)]
    other = portal.client(world, "appraiser")
    assert callers[0].token != callers[1].token
    assert typed("account", "token", "reviewer", "--revoke") == (0, {"revoked": 2})
    assert typed("account", "token", "reviewer", "--revoke") == (0, {"revoked": 0})
    assert [caller.get(ANY).status_code for caller in (*callers, other)] == [401, 401, 200]


def test_nobody_unknown_gets_a_token(typed: TypeIn) -> None:
    for words in ((), ("--revoke",)):
        code, said = typed("account", "token", "nobody", *words)
        assert (code, said["error"]) == (5, "not_found")


def test_the_trail_knows_every_token_and_notices_one_put_in_behind_its_back(world: World) -> None:
    with world.database.transaction() as session:
        tokens.issue(session, "reviewer", ORIGIN)
        tokens.issue(session, "reviewer", ORIGIN)
        tokens.revoke(session, "reviewer", ORIGIN)
        tokens.issue(session, "reviewer", ORIGIN)
    identity = world.query("SELECT id FROM account WHERE name = 'reviewer'")[0].id
    tags = [entry["tag"] for entry in world.entries(f"account:{identity}")]
    assert tags[1:] == [*["account:token:issued"] * 2, "account:token:revoked", "account:token:issued"]
    with world.database.transaction() as session:
        assert audit.verify(session).problems == []
    world.change("INSERT INTO token VALUES (repeat('a', 64), :id, now())", id=identity)
    with world.database.transaction() as session:
        (problem,) = audit.verify(session).problems
    assert (problem.subject, "mã truy cập" in problem.problem) == (f"account:{identity}", True)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer vinhdanh_none",
        "Basic cmV2aWV3ZXI6",
        "Bearer \xff\xfe",
        "bearer null",
        "Token x",
    ],
)
def test_without_a_good_token_nothing_is_said(shared_world: World, portal: Portal, header: str | None) -> None:
    headers = httpx.Headers([] if header is None else [(b"Authorization", header.encode("latin-1"))])
    for method, path in (
        ("GET", ANY),
        ("GET", f"/nominations/{shared_world.draft()}"),
        ("POST", "/campaigns/thu/plans"),
    ):
        portal.app.state.database = shared_world.database
        answer = portal.http.request(method, f"/api/v1{path}", headers=headers, json={} if method == "POST" else None)
        portal.contract.check(answer)
        assert (answer.status_code, answer.json()["error"]) == (401, "unauthenticated")
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_an_account_that_is_no_longer_active_is_nobody(world: World, as_: As) -> None:
    caller = as_("reviewer")
    assert caller.get(ANY).status_code == 200
    world.change("UPDATE account SET active = false WHERE name = 'reviewer'")
    assert caller.get(ANY).status_code == 401
    world.change("UPDATE account SET active = true WHERE name = 'reviewer'", owner=True)
    with world.database.owner.begin() as connection:
        connection.execute(
            text("DELETE FROM account_role WHERE account_id = (SELECT id FROM account WHERE name = 'reviewer')")
        )
    assert caller.get(ANY).status_code == 401
