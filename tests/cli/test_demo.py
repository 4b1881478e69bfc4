"""The demonstration: the whole first campaign in a database of its own, and an account of it that people can read."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from cli import demo
from cli.demo.report import show
from models.database import Database
from rules.vocabulary import State
from tests.conftest import SCRATCH

TOTAL = 210_600_000


@pytest.fixture(scope="module", autouse=True)
def home_of_its_own() -> Iterator[None]:
    """A home per worker: two demonstrations in one home would drop each other's database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VINHDANH_HOME", str(Path(os.environ[SCRATCH]) / f"demo-{os.getpid()}"))
        yield


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], Path]:
    """The demonstration, played once; its account and its folder."""
    out = tmp_path_factory.mktemp("demo") / "out"
    told: list[str] = []
    account = demo.play(out, told.append)
    assert len(told) > 10
    return account, out


def test_fifteen_and_thirty_are_awarded_and_nothing_is_left_open(played: tuple[dict[str, object], Path]) -> None:
    account, _ = played
    campaign = json.loads(json.dumps(account))["campaign"]
    for category, limit in zip(campaign["categories"], (15, 30), strict=True):
        assert (category["limit"], category["taken"], category["states"]["awarded"]) == (limit, limit, limit)
        closed = {"awarded", "declined", "refused", "lapsed", "not_selected"}
        assert category["states"].keys() <= closed


def test_the_account_tells_what_happened(
    played: tuple[dict[str, object], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    account, out = played
    data = json.loads(json.dumps(account))
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


def test_every_letter_arrived_and_can_be_read(played: tuple[dict[str, object], Path]) -> None:
    account, out = played
    data = json.loads(json.dumps(account))
    assert set(data["letters"]) <= {"sent", "superseded"}
    assert data["arrived"] == data["letters"]["sent"] > 500
    page = Path(data["read_letters"]).read_text(encoding="utf-8")
    assert page.count("<tr><td>") == data["arrived"]
    assert "[DIỄN TẬP] Chúc mừng" in page
    assert "Nhắc nộp hồ sơ" in page
    assert (out / "thu" / "0001.eml").read_bytes().startswith(b"Message-ID: <campaign-")
    assert "Kính gửi" in (out / "thu" / "0001.html").read_text(encoding="utf-8")
    assert data["counts"]["reminded"] > 0


def test_everybody_obeyed_the_rules(played: tuple[dict[str, object], Path]) -> None:
    account, _ = played
    url = str(account["look_around"])
    database = Database(url, url)
    with database.transaction() as session:
        awarded = session.scalar(text("SELECT count(*) FROM nomination WHERE state = :s"), {"s": State.AWARDED.value})
        carried = session.execute(text("SELECT nomination_id, account_id, count(*) FROM duty GROUP BY 1, 2"))
        assert {row[2] for row in carried} == {1}
    database.close()
    assert awarded == 45


def test_it_never_touches_the_configured_database(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert os.environ["VINHDANH_DATABASE_URL"] == database.owner_url
    demo.run(tmp_path / "out", as_json=True, serve=False)
    assert json.loads(capsys.readouterr().out)["money"]["total"] == TOTAL
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM nomination")) == 0
        assert session.scalar(text("SELECT count(*) FROM trail")) == 0
