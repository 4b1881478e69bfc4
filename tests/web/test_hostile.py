"""Whatever is thrown at it: an answer that is declared, nothing changed, nothing told that should not be."""

import json
import logging
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from models.database import Database
from rules.vocabulary import State
from tests.web.client import Portal
from tests.web.conftest import As
from tests.world import CODE, World

JSON = {"Content-Type": "application/json"}
BODIES: dict[str, tuple[bytes, set[int]]] = {
    "no JSON": (b"{", {422}),
    "nothing": (b"", {422}),
    "null": (b"null", {422}),
    "a list": (b"[]", {422}),
    "a word": (b'"submit"', {422}),
    "not UTF-8": (b'{"action": "\xff"}', {422}),
    "an unknown key": (b'{"action": "submit", "role": "administrator"}', {422}),
    "a surrogate": (b'{"action": "submit", "reason": "\\ud800"}', {422}),
    "a surrogate as a key": (b'{"action": "submit", "\\ud800": 1}', {422}),
    "NUL": (b'{"action": "submit", "reason": "a\\u0000b"}', {422}),
    "NUL in an anchor": (b'{"action": "return", "findings": [{"anchor": "\\u0000", "text": "x"}]}', {422}),
    "a number for a text": (b'{"action": "submit", "reason": 7}', {422}),
    "a text for a bool": (b'{"action": "submit", "silent": "true"}', {422}),
    "NaN": (b'{"action": "submit", "expected_version": NaN}', {422}),
    "infinity": (b'{"action": "submit", "expected_version": 1e999}', {422}),
    "a fraction": (b'{"action": "submit", "expected_version": 1.5}', {422}),
    "a day that is none": (b'{"action": "submit", "due": "2025-02-30"}', {422}),
    "a moment for a day": (b'{"action": "submit", "due": "2025-02-03T00:00:00"}', {422}),
    "a number for a day": (b'{"action": "submit", "due": 1764201600}', {422}),
    "digits of another script": ('{"action": "submit", "due": "٢٠٢٥-١١-٢٨"}'.encode(), {422}),
    "an action of no table": (b'{"action": "delete"}', {422}),
    "an action that is a list": (b'{"action": ["submit"]}', {422}),
    "twice the same key": (b'{"action": "delete", "action": "accept"}', {403}),
    "too many findings": (
        json.dumps({"action": "return", "findings": [{"anchor": "a", "text": "b"}] * 101}).encode(),
        {422},
    ),
    "a long reason": (json.dumps({"action": "withdraw", "reason": "x" * 10_001}).encode(), {422}),
    "very deep": (b'{"action":' + b"[" * 100_000 + b"]" * 100_000 + b"}", {422}),
    "a very long number": (b'{"action": "submit", "expected_version": ' + b"9" * 5000 + b"}", {422}),
    "huge": (b'{"reason": "' + b"x" * 300_000 + b'"}', {413}),
    "the first day there is": (b'{"action": "return", "due": "0001-01-01"}', {403}),
    "the last day there is": (b'{"action": "submit", "due": "9999-12-31", "today": "9999-12-31"}', {409}),
    "a day before all days": (b'{"action": "submit", "today": "0001-01-01"}', {409}),
}


@pytest.mark.parametrize("what", BODIES)
def test_hostile_bodies_are_refused_in_words(shared_world: World, shared_as: As, what: str) -> None:
    identity = shared_world.draft()
    body, statuses = BODIES[what]
    answer = shared_as("head-07282").call("POST", f"/nominations/{identity}/steps", content=body, headers=JSON)
    assert answer.status_code in statuses, answer.text
    assert not answer.json()["message"].isascii(), answer.text
    assert len(answer.text) < 2000
    assert shared_world.look(identity).version == 1


@pytest.mark.parametrize("what", BODIES)
def test_hostile_plans_are_refused_in_words(shared_world: World, shared_as: As, what: str) -> None:
    identity = shared_world.draft()
    body, _ = BODIES[what]
    answer = shared_as("head-07282").call("POST", f"/campaigns/{CODE}/plans", content=body, headers=JSON)
    assert answer.status_code in {413, 422}, answer.text
    assert shared_world.look(identity).version == 1


@pytest.mark.parametrize("due", ["0001-01-01", "9999-12-31"])
def test_days_at_the_end_of_time_do_not_break_a_return(shared_world: World, shared_as: As, due: str) -> None:
    identity = shared_world.advance(shared_world.draft(), State.IN_REVIEW)
    findings = [{"anchor": "field:merit", "text": "x"}]
    answer = shared_as("reviewer").step(identity, "return", due=due, findings=findings)
    assert answer.status_code == (409 if due < "2025" else 200)
    last = shared_as("reviewer").step(identity, "return", due=due, findings=findings, today="9999-12-31")
    assert last.status_code == 409
    shared_world.assert_sound()


@pytest.mark.parametrize("media", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonx"])
def test_only_json_is_taken(shared_world: World, shared_as: As, media: str | None) -> None:
    identity = shared_world.draft()
    headers = {"Content-Type": media} if media else {}
    answer = shared_as("head-07282").call(
        "POST", f"/nominations/{identity}/steps", content=b'{"action": "submit"}', headers=headers
    )
    assert (answer.status_code, answer.json()["error"]) == (415, "media_type")


def test_a_body_that_does_not_say_how_large_it_is_is_counted(shared_world: World, shared_as: As) -> None:
    identity = shared_world.draft()
    parts = (b'{"reason": "' + b"x" * 60_000 for _ in range(6))
    answer = shared_as("head-07282").call("POST", f"/nominations/{identity}/steps", content=parts, headers=JSON)
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


PATHS = [
    "/nominations/%00", "/nominations/%FF%FE", "/nominations/..%2F..%2Fetc", "/nominations/" + "A" * 201,
    "/nominations/%F0%9F%98%80", "/nominations/' OR 1=1 --", "/campaigns/%00", "/campaigns/%00/ranking?category=x",
    "/campaigns/thu/ranking?category=%00", "/nominations?q=%00", "/nominations?q=%FF", "/nominations?cursor=%00",
    "/nominations?campaign=%00", "/nominations?category=%ED%A0%80", "/nominations?limit=99999999999999999999",
    "/nominations?limit=1e3", "/nominations?state=draft&state=none", "/nominations?q=" + "x" * 201,
    "/nominations/%00/trail", "/nominations/%00/explain",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_hostile_addresses(shared_world: World, shared_as: As, path: str) -> None:
    shared_world.draft()
    answer = shared_as("reviewer").call("GET", path)
    assert answer.status_code in {200, 404, 422}, answer.text
    assert answer.status_code != 200 or answer.json()["nominations"] == []


def test_script_in_a_reason_stays_text(world: World, as_: As) -> None:
    identity = world.draft()
    reason = "<script>alert(1)</script> & \"' {{7*7}} \u202e"
    assert as_("head-07282").step(identity, "withdraw", reason=reason).status_code == 200
    (row,) = world.query("SELECT value FROM disclosure WHERE field = 'reason'")
    assert json.loads(row.value) == reason


def test_looking_at_once_is_no_race(world: World, as_: As) -> None:
    """Each look at a CCCD adds to one chain of the trail; all must be answered, all must be on it."""
    identity, caller = world.draft(), as_("reviewer")
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(caller.get, f"/nominations/{identity}") for _ in range(24)]
    assert {answer.result().status_code for answer in answers} == {200}
    assert len(world.query("SELECT 1 FROM trail WHERE tag = 'account:cccd:seen'")) == 24


def test_more_clients_than_connections_and_threads_wait_their_turn(world: World, as_: As, address: str) -> None:
    """Without room kept, those waiting for a connection hold every thread, and nobody goes on until it times out."""
    token, crowd = as_("reviewer").token, 90
    world.draft()
    limits = httpx.Limits(max_connections=crowd)
    with (
        httpx.Client(base_url=address, trust_env=False, timeout=20, limits=limits) as http,
        ThreadPoolExecutor(crowd) as pool,
    ):
        as_("reviewer").get("/nominations")
        headers = {"Authorization": f"Bearer {token}"}
        answers = [pool.submit(http.get, "/api/v1/nominations", headers=headers) for _ in range(crowd * 3)]
        assert {answer.result().status_code for answer in answers} == {200}


def test_an_unexpected_error_tells_nothing(world: World, as_: As, caplog: pytest.LogCaptureFixture) -> None:
    identity = world.draft()
    with world.database.owner.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE settlement RENAME TO lost")
    with caplog.at_level(logging.ERROR):
        answer = as_("reviewer").get(f"/campaigns/{CODE}/ranking", category="individual")
    assert (answer.status_code, answer.json()["error"]) == (500, "unexpected")
    for secret in ("settlement", "SELECT", "psycopg", identity, "Nông Thị"):
        assert secret not in answer.text
    assert "ProgrammingError" in caplog.text
    assert "does not exist" not in caplog.text, "the error's own words, which may hold what was asked for"


def test_without_a_database_it_lives_but_is_not_ready(portal: Portal) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=1"
    portal.app.state.database = Database(nowhere, nowhere)
    for path, status in (("/healthz", 200), ("/readyz", 503), ("/api/v1/nominations", 503)):
        answer = portal.http.get(path, headers={"Authorization": "Bearer vinhdanh_x"})
        portal.contract.check(answer)
        assert answer.status_code == status
        assert "127.0.0.1" not in answer.text


def test_an_older_database_is_not_ready(world: World, portal: Portal, as_: As) -> None:
    assert as_(None).get("/readyz").json() == {"ok": True}
    with world.database.owner.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0002'")
    answer = as_(None).get("/readyz")
    assert (answer.status_code, answer.json()["error"]) == (503, "schema")


def test_nobody_elses_page_may_read_it(portal: Portal, world: World) -> None:
    portal.app.state.database = world.database
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = portal.http.request("OPTIONS", "/api/v1/nominations", headers=headers)
    assert answer.status_code == 405
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_a_broken_request_ends_the_connection_and_nothing_else(portal: Portal, address: str) -> None:
    where = urlsplit(address)
    for noise in (
        b"\x16\x03\x01\x02\x00\x01",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
    ):
        with socket.create_connection((str(where.hostname), int(where.port or 0)), timeout=10) as line:
            line.sendall(noise)
            line.shutdown(socket.SHUT_WR)
            assert line.recv(100).startswith((b"HTTP/1.1 4", b""))
    assert httpx.get(f"{address}/healthz", trust_env=False).status_code == 200
