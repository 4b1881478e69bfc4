"""The demonstration: the whole first campaign in a database of its own, and an account of it that people can read."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from subprocess import PIPE
from typing import Any, TypeAlias

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from cli import demo
from cli.demo import portal
from cli.demo.report import show
from engine import invariants
from models.database import ROOT, Database
from models.embedded import Server
from rules.vocabulary import Role, State
from tests.conftest import SCRATCH
from tests.databases import copied

TOTAL = 210_600_000
Served: TypeAlias = tuple[subprocess.Popen[str], dict[str, Any], Database]


@pytest.fixture(scope="module", autouse=True)
def home_of_its_own() -> Iterator[None]:
    """A home of this module's own: two demonstrations in one home would drop each other's database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VINHDANH_HOME", str(Path(os.environ[SCRATCH]) / f"demo-{os.getpid()}"))
        yield


@pytest.fixture(scope="module")
def unwanted() -> Iterator[socket.socket]:
    """The mail server somebody has configured, on which nothing may ever arrive."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)  # noqa: FBT003 - its own signature
        yield server


@pytest.fixture(scope="module")
def served(
    cluster: Server, template: str, unwanted: socket.socket, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The demonstration as a process of its own that serves, its one document, and the database that is configured."""
    with copied(cluster, template, "configured") as configured:
        environment = os.environ | {
            "PYTHONPATH": str(ROOT),
            "VINHDANH_DATABASE_URL": configured.owner_url,
            "VINHDANH_SMTP_HOST": "127.0.0.1",
            "VINHDANH_SMTP_PORT": str(unwanted.getsockname()[1]),
            "VINHDANH_SMTP_SECURITY": "none",
            "VINHDANH_SMTP_SENDER": "Sở Nội vụ <thidua@bacninh.example>",
        }
        command = [sys.executable, "-P", "-m", "cli", "demo", "--json", "--out", str(tmp_path_factory.mktemp("served"))]
        with subprocess.Popen(command, env=environment, stdout=PIPE, stderr=PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                yield process, json.loads(process.stdout.readline()), configured
            finally:
                process.kill()


def test_fifteen_and_thirty_are_awarded_and_nothing_is_left_open(served: Served) -> None:
    _, account, _ = served
    campaign = account["campaign"]
    for category, limit in zip(campaign["categories"], (15, 30), strict=True):
        assert (category["limit"], category["taken"], category["states"]["awarded"]) == (limit, limit, limit)
        closed = {"awarded", "declined", "refused", "lapsed", "not_selected"}
        assert category["states"].keys() <= closed


def test_the_account_tells_what_happened(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    _, data, _ = served
    out = Path(data["files"][-1]).parent
    assert data["money"] == {"collective": TOTAL // 2, "individual": TOTAL // 2, "total": TOTAL}
    assert data["decision"]["date"] == "2025-12-22"
    assert data["audit"]["ok"]
    assert data["invariants"]["ok"]
    assert {
        key: data["counts"][key] for key in ("screened.eligible", "screened.ineligible", "screened.incomplete")
    } == {
        "screened.eligible": 81,
        "screened.ineligible": 14,
        "screened.incomplete": 14,
    }
    assert data["counts"]["replaced"] == 1
    assert data["counts"]["returned"] > data["counts"]["answered"] > 0
    for cut in data["cut"].values():
        states = [(place["above_cut"], place["state"]) for place in cut["around"]]
        assert (True, "awarded") in states
        assert (False, "not_selected") in states
        assert all(place["above_next_because"] for place in cut["around"][:-1])
    show(data)
    said = capsys.readouterr().out
    assert "210.600.000 đồng" in said
    assert "22/12/2025" in said
    assert "Đứng trên hồ sơ" in said
    assert all(Path(path).exists() for path in data["files"])
    book = load_workbook(out / f"danh-sach-{demo.CODE}.xlsx")
    assert [sheet.title for sheet in book] == ["Tập thể", "Cá nhân"]
    assert str(book["Cá nhân"]["A1"].value).startswith("DIỄN TẬP")


def test_every_letter_arrived_and_can_be_read(served: Served) -> None:
    _, data, _ = served
    out = Path(data["files"][-1]).parent
    assert set(data["letters"]) <= {"sent", "superseded"}
    assert data["arrived"] == data["letters"]["sent"] > 500
    page = Path(data["read_letters"]).read_text(encoding="utf-8")
    assert page.count("<tr><td>") == data["arrived"]
    assert "[DIỄN TẬP] Chúc mừng" in page
    assert "Nhắc nộp hồ sơ" in page
    assert (out / "thu" / "0001.eml").read_bytes().startswith(b"Message-ID: <campaign-")
    assert "Kính gửi" in (out / "thu" / "0001.html").read_text(encoding="utf-8")
    assert data["counts"]["reminded"] > 0


def test_everybody_obeyed_the_rules(served: Served) -> None:
    _, account, _ = served
    url = account["look_around"]
    database = Database(url, url)
    with database.transaction() as session:
        awarded = session.scalar(text("SELECT count(*) FROM nomination WHERE state = :s"), {"s": State.AWARDED.value})
        carried = session.execute(text("SELECT nomination_id, account_id, count(*) FROM duty GROUP BY 1, 2"))
        assert {row[2] for row in carried} == {1}
    database.close()
    assert awarded == 45


# --- the portal at its end ---


@contextmanager
def signed_in(portal: dict[str, Any], name: str) -> Iterator[httpx.Client]:
    """Somebody's browser after signing in with the passphrase that was printed."""
    with httpx.Client(base_url=portal["url"], trust_env=False, timeout=60) as browser:
        page = browser.get("/dang-nhap").text
        (token,) = set(re.findall(r'name="_csrf" value="([^"]+)"', page))
        form = {"name": name, "password": portal["password"], "_csrf": token, "onward": f"/dot/{portal['campaign']}"}
        answer = browser.post("/dang-nhap", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, form["onward"]), (name, answer.text)
        yield browser


def test_somebody_of_every_role_can_sign_in_and_read(served: Served) -> None:
    _, account, _ = served
    portal = account["portal"]
    assert {one["role"] for one in portal["accounts"]} == set(Role) - {Role.CLOCK}
    assert len({one["unit"] for one in portal["accounts"] if one["role"].startswith("unit_")}) == 2
    assert re.fullmatch(r"([a-z]+-){4}\d{3}", portal["password"])
    for one in {one["role"]: one for one in portal["accounts"]}.values():
        with signed_in(portal, one["name"]) as browser:
            page = browser.get(f"/dot/{portal['campaign']}")
            assert page.status_code == 200
            assert (one["name"] in page.text, "DIỄN TẬP" in page.text) == (True, True)


def test_the_second_campaign_is_left_half_way(served: Served) -> None:
    """Something of everybody's work is left, also at the two units whose people may sign in."""
    _, account, _ = served
    url = account["look_around"]
    database = Database(url, url)
    with database.transaction() as session:
        rows = session.execute(
            text(
                "SELECT n.state, u.name FROM nomination n JOIN campaign c ON c.id = n.campaign_id"
                " JOIN unit u ON u.code = n.unit_code WHERE c.code = 'dien-tap'"
            )
        ).all()
        assert invariants.check(session).problems == []
    database.close()
    open_states = {"draft", "submitted", "returned", "in_review", "endorsed", "selected", "in_appraisal", "approved"}
    assert {state for state, _ in rows} == open_states
    units = {one["unit"] for one in account["portal"]["accounts"] if one["role"] == Role.UNIT_HEAD}
    assert {unit for state, unit in rows if state == "draft"} > units
    assert len({unit for state, unit in rows if state == "returned"} & units) == 1


def test_it_serves_this_machine_only_and_never_uses_what_is_configured(served: Served, unwanted: socket.socket) -> None:
    process, account, configured = served
    assert account["portal"]["url"].startswith("http://127.0.0.1:")
    assert account["money"]["total"] == TOTAL
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "")
    assert f"Đang phục vụ tại {account['portal']['url']}" in said
    assert "Đã dừng." in said
    assert said.count("\n") > 10  # what it is at was told all along
    assert "Traceback" not in said
    with configured.transaction() as session:
        for table in ("nomination", "trail", "account", "web_session"):
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0  # noqa: S608 - names of tables
    with pytest.raises(BlockingIOError):
        unwanted.accept()


def test_a_signal_between_its_account_and_the_server_is_the_servers() -> None:
    early = """
import os, signal
from pathlib import Path
from cli import demo
demo.play = lambda *_, **__: {"portal": {}, "look_around": ""}
demo.show = lambda _: os.kill(os.getpid(), signal.SIGINT)
demo.portal.become_portal = lambda *_: print(signal.sigpending())
demo.run(Path())
"""
    command, place = [sys.executable, "-P", "-c", early], os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=place, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == "{<Signals.SIGINT: 2>}\n", done.stderr


def test_a_port_that_is_taken_is_told_and_another_is_used() -> None:
    told: list[str] = []
    with ExitStack() as taken:
        with suppress(OSError):  # somebody else's program may have it already
            taken.enter_context(socket.create_server((portal.HOST, portal.PORT)))
        with portal.listener(told.append) as listening:
            assert listening.getsockname()[0] == "127.0.0.1"
            assert portal.address(listening) == f"http://127.0.0.1:{listening.getsockname()[1]}"
            other = listening.getsockname()[1]
            assert told == [f"Cổng 8000 đang có chương trình khác dùng; cổng thông tin mở ở cổng {other}."]


def test_the_entrance_is_told_to_people(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    _, account, _ = served
    show(account)
    said = capsys.readouterr().out
    entrance = account["portal"]
    assert all(one["name"] in said for one in entrance["accounts"])
    assert entrance["password"] in said
    assert entrance["url"] in said
    assert "đặt ngày diễn tập 28/11/2025" in " ".join(said.split())
