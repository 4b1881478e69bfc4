"""Our own Prefect server keeps its address and key, tells them to its owner only, and is nobody else's."""

import socket
from pathlib import Path

import pytest

from flows.own_server import HOST, OwnServer, free_port, own_server, remembered


def test_the_port_and_the_key_stay_from_one_start_to_the_next(tmp_path: Path) -> None:
    first = own_server(tmp_path)
    again = own_server(tmp_path)
    assert again == first
    assert remembered(first.profiles) == (f"{first.page}/api", first.key)
    name, _, password = first.key.partition(":")
    assert name == "vinhdanh"
    assert len(password) >= 32


def test_two_homes_have_two_keys(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    assert len({own_server(folder).key for folder in folders}) == 2


def test_a_port_that_somebody_took_is_left_to_them_and_the_key_stays(tmp_path: Path) -> None:
    before = own_server(tmp_path)
    with socket.create_server((HOST, before.port)):
        after = own_server(tmp_path)
    assert after.port != before.port
    assert after.key == before.key
    assert remembered(after.profiles)[0] == f"{after.page}/api"


def test_the_profile_is_for_its_owner_s_eyes(tmp_path: Path) -> None:
    server = own_server(tmp_path)
    assert server.profiles.stat().st_mode & 0o777 == 0o600
    server.profiles.chmod(0o644)
    assert own_server(tmp_path).profiles.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("found", ["", "not toml [", '[profiles.other]\nPREFECT_API_URL = "x"', "profiles = 3", "\x00"])
def test_a_profile_nobody_can_read_is_made_anew(tmp_path: Path, found: str) -> None:
    profiles = tmp_path / "profiles.toml"
    profiles.write_text(found, encoding="utf-8")
    server = own_server(tmp_path)
    assert remembered(profiles) == (f"{server.page}/api", server.key)


def test_somebody_s_own_prefect_settings_do_not_reach_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PREFECT_API_KEY", "PREFECT_PROFILE", "PREFECT_SERVER_DATABASE_CONNECTION_URL"):
        monkeypatch.setenv(name, "theirs")
    monkeypatch.setenv("PREFECT_HOME", "/somewhere/else")
    monkeypatch.setenv("VINHDANH_DATABASE_URL", "postgresql://ours")
    server = OwnServer(tmp_path, 4200, "vinhdanh:secret")
    environment = server.environment()
    assert "theirs" not in environment.values()
    assert environment["PREFECT_HOME"] == str(tmp_path)
    assert environment["VINHDANH_DATABASE_URL"] == "postgresql://ours"
    assert environment["PREFECT_API_AUTH_STRING"] == environment["PREFECT_SERVER_API_AUTH_STRING"] == server.key
    assert environment["PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS"] == server.page
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    # In memory a killed run would keep its deployment's only turn for ever (decision 0016).
    assert environment["PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE"].endswith(".filesystem")


def test_a_free_port_is_one_nobody_listens_at() -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        assert free_port(port) != port
    assert free_port(port) == port
