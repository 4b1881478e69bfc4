"""Defects that somebody found who tried the commands as an outsider, each with a test named after it."""

from pathlib import Path

import pytest
from sqlalchemy import text

from models.database import Database
from rules.vocabulary import Role, State
from tests.acceptance.commands import CODE, Answer, finish, run, start
from tests.world import World, make_world

pytestmark = pytest.mark.wide

DAY = ("--today", "2025-11-20")


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    """A small world in a campaign the commands know."""
    made = make_world(database, tmp_path, code=CODE)
    made.code = CODE
    return made


def step(one: str, *words: str) -> Answer:
    """One step by command."""
    return run("nomination", "step", one, *words, *DAY, "--json")


@pytest.mark.parametrize("who", ["head-07282", "head-SYT"])
def test_a_stale_view_tells_a_unit_no_version_under_embargo(world: World, who: str) -> None:
    answers = set()
    for state in (State.IN_REVIEW, State.SELECTED):
        one = world.advance(world.draft(), state)
        answer = step(one, "withdraw", "--reason", "Xin rút hồ sơ", "--as", who, "--expected-version", "99")
        answers.add((answer.code, answer.out))
    assert len(answers) == 1
    assert {code for code, _ in answers} == {3}


def test_two_accounts_of_one_person_carry_two_duties(world: World, tmp_path: Path) -> None:
    world.account(tmp_path, "officer-one", (Role.REVIEW_OFFICER, "SDTTG"), person="099180999999")
    world.account(tmp_path, "head-one", (Role.REVIEW_HEAD, "SDTTG"), person="099180999999")
    one = world.advance(world.draft(), State.IN_REVIEW)
    assert step(one, "endorse", "--as", "officer-one").code == 0
    refused = step(one, "select", "--as", "head-one")
    assert (refused.code, refused.data["refused"]) == (3, "duties")
    assert step(one, "select", "--as", "review-head").code == 0


def test_the_second_account_of_a_units_officer_judges_the_units_dossier(world: World, tmp_path: Path) -> None:
    world.account(tmp_path, "officer-07282", person="099180999999")
    world.account(tmp_path, "elsewhere", (Role.REVIEW_OFFICER, "SDTTG"), person="099180999999")
    one = world.advance(world.draft(), State.SUBMITTED)
    refused = step(one, "accept", "--as", "elsewhere")
    assert (refused.code, refused.data["refused"]) == (3, "duties")


@pytest.mark.parametrize("bystander", ["admin", "observer"])
def test_an_administrator_moves_a_dossier_by_delegation(world: World, bystander: str) -> None:
    one = world.advance(world.draft(), State.ENDORSED)
    words = ("delegation", "add", "--from", "review-head", "--to", bystander, "--until", "31/12/2099", "--json")
    assert run(*words).data["refused"] == "role"
    people = "SELECT (SELECT id FROM account WHERE name = 'review-head'), id, '2099-12-31' FROM account"
    world.change(f"INSERT INTO delegation (from_id, to_id, until) {people} WHERE name = :name", name=bystander)
    refused = step(one, "select", "--as", bystander)
    assert (refused.code, refused.data["refused"]) == (3, "role")


@pytest.mark.parametrize("again", ["9/TTR-SDTTG", "9/TTr- SDTTG", "09/ttr-sdttg", "009 / TTr-SDTTG"])
def test_a_number_is_used_twice_by_writing_its_symbol_otherwise(world: World, again: str) -> None:
    words = ("submission", "forward", "--campaign", CODE, "--date", "20/11/2025", "--as", "review-head", *DAY, "--json")
    world.advance(world.draft(), State.SELECTED)
    assert run(*words, "--number", "9").data["number"] == "09/TTr-SDTTG"
    second = world.advance(world.draft(), State.SELECTED)
    refused = run(*words, "--number", again)
    assert (refused.code, refused.data["refused"]) == (3, "evidence")
    assert world.state(second) is State.SELECTED
    world.assert_sound()


@pytest.mark.parametrize(
    ("state", "ways"),
    [
        (
            State.IN_APPRAISAL,
            [
                ("approve", "--as", "appraiser"),
                ("refuse", "--as", "appraisal-head", "--reason", "Không đạt, mục II.2.c Kế hoạch"),
            ],
        ),
        (
            State.IN_REVIEW,
            [
                ("endorse", "--as", "reviewer2"),
                ("decline", "--as", "review-head", "--reason", "Không đạt, mục II.2.c Kế hoạch"),
            ],
        ),
    ],
)
def test_approved_and_refused_at_once_ends_as_one_after_the_other(
    world: World, state: State, ways: list[tuple[str, ...]]
) -> None:
    one = world.advance(world.draft(), state)
    codes = sorted(finish(p).code for p in [start("nomination", "step", one, *way, *DAY, "--json") for way in ways])
    assert codes[0] == 0
    assert codes[1] in {3, 4}
    world.assert_sound()


def test_one_after_the_other_is_not_at_once(world: World) -> None:
    one = world.advance(world.draft(), State.IN_APPRAISAL)
    assert step(one, "approve", "--as", "appraiser").code == 0
    assert step(one, "refuse", "--as", "appraisal-head", "--reason", "Không đạt, mục II.2.c Kế hoạch").code == 0


@pytest.mark.parametrize(
    "lost",
    ["DROP TABLE alembic_version", "DELETE FROM alembic_version", "UPDATE alembic_version SET version_num = 'x'"],
)
def test_a_database_whose_revision_is_lost_is_an_unexpected_error(database: Database, lost: str) -> None:
    with database.owner.begin() as connection:
        connection.execute(text(lost))
    answer = run("nomination", "list", "--campaign", CODE, "--json")
    assert (answer.code, answer.data["error"]) == (2, "schema")
    assert "init" in answer.data["message"]
    upgraded = run("init", "--json")
    assert (upgraded.code, upgraded.data["error"]) == (2, "schema")


def test_an_owner_nobody_knows_is_an_unexpected_error(database: Database) -> None:
    stranger = database.owner_url.replace("vinhdanh_owner@", "stranger@")
    answer = run("init", "--json", VINHDANH_DATABASE_URL=stranger)
    assert (answer.code, answer.data["error"]) == (2, "database")


@pytest.mark.parametrize("wrong", ["conference: 2025-02-30", "conference: " + "[" * 3000])
def test_a_campaign_file_with_an_impossible_date_is_an_unexpected_error(
    world: World, tmp_path: Path, wrong: str
) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(f"code: sai\n{wrong}\n", encoding="utf-8")
    answer = run("campaign", "load", str(path), "--json")
    assert (answer.code, answer.data["error"]) == (2, "malformed")
    world.assert_sound()


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        ("unit", "code,name,kind,symbol,nominates\nX1,Một,xa,X,yes\nX1,Hai,xa,X,no\n"),
        ("account", "name,unit,role,email\nunit-head,SYT,unit_head,\n"),
    ],
)
def test_a_list_that_names_one_thing_twice_is_taken(world: World, tmp_path: Path, kind: str, lines: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(lines, encoding="utf-8")
    answer = run(kind, "import", str(path), "--json")
    assert (answer.code, answer.data["error"]) == (2, "malformed")
    assert world.query("SELECT 1 FROM unit WHERE code = 'X1'") == []
