"""Bad input: a clear Vietnamese message, the right exit code, and nothing changes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from models.database import Database
from rules.vocabulary import Action, State
from tests.cli.conftest import Shell
from tests.world import CODE, World

DAY = ("--today", "2025-11-20")
IN = ("--campaign", CODE)
# ID stands for a draft of unit 07282, IN for its campaign, DAY for a day within intake.
TABLE: list[tuple[str, str, int, str]] = [  # what is wrong, the command, its exit code, what the message says
    ("unknown campaign: list", "nomination list --campaign khong-co", 5, "khong-co"),
    ("unknown campaign: show", "campaign show khong-co", 5, "khong-co"),
    ("unknown campaign: screen", "screen --campaign khong-co", 5, "khong-co"),
    ("unknown campaign: letters", "letters list --campaign khong-co", 5, "khong-co"),
    ("unknown dossier: show", "nomination show 00000000", 5, "00000000"),
    ("unknown dossier: step", "nomination step 00000000 submit --as head-07282", 5, "00000000"),
    ("unknown dossier: explain", "explain 00000000", 5, "00000000"),
    ("unknown dossier: findings", "finding list 00000000", 5, "00000000"),
    ("unknown account: list", "nomination list IN --as ma", 5, "ma"),
    ("unknown account: step", "nomination step ID submit --as ma DAY", 5, "ma"),
    ("unknown account: delegation", "delegation add --from ma --to clerk --until 2026-01-01", 5, "ma"),
    ("unknown rule", "nomination judge ID x.y --verdict pass --as reviewer DAY", 3, "kết luận"),
    ("unknown state", "nomination list IN --state moi", 2, "draft, submitted, returned"),
    ("unknown state to plan from", "nomination plan submit IN --from x --as reviewer", 2, "draft"),
    ("unknown action", "nomination step ID bay --as head-07282", 2, "submit, withdraw, accept"),
    ("unknown category: list", "nomination list IN --category ho", 2, "collective, individual"),
    ("unknown category: screen", "screen IN --category ho", 2, "collective, individual"),
    ("unknown category: ranking", "ranking show IN --category ho", 2, "collective, individual"),
    (
        "unknown category: plan",
        "nomination plan submit IN --from draft --category ho --as reviewer DAY",
        2,
        "collective, individual",
    ),
    ("unknown verdict", "nomination judge ID merit.described --verdict unknown --as reviewer", 2, "pass, fail"),
    ("unknown result", "verification reply ID --agency A --result ok --text x --as reviewer", 2, "clear, adverse"),
    ("unknown status", "letters list --status moi", 2, "held, queued"),
    ("unknown format", "decision export IN --format odt --out x", 2, "pdf, docx, xlsx, json"),
    ("a day that does not exist: today", "nomination list IN --today 31/02/2025", 2, "31/02/2025"),
    ("a day that is none: today", "campaign show thu --today mai", 2, "mai"),
    ("a day that does not exist: due", "nomination step ID return --as reviewer --due 2025-02-30", 2, "2025-02-30"),
    (
        "a day that does not exist: date",
        "submission forward IN --number 1 --date 30/02/2025 --as review-head",
        2,
        "30/02/2025",
    ),
    ("a day that does not exist: until", "delegation add --from clerk --to admin --until 32/01/2026", 2, "32/01/2026"),
    ("a number that is none: version", "nomination step ID submit --as head-07282 --expected-version x", 2, "x"),
    ("a negative number: limit", "nomination plan submit IN --from draft --as reviewer --limit -1", 2, "-1"),
    ("points that are none", "nomination score ID nhiều --as reviewer DAY", 3, ""),
    (
        "a document number that is none",
        "submission forward IN --number Z --date 2025-11-20 --as review-head DAY",
        2,
        "Z",
    ),
    ("a submission letter that is none", "submission export --number 77 --out x", 5, "77"),
    ("a finding without text", "nomination step ID return --as reviewer --finding field:merit", 2, "MỤC=NỘI DUNG"),
    ("a change without value", "nomination set ID merit --as head-07282", 2, "TRƯỜNG=GIÁ TRỊ"),
    ("a field that is none", "nomination set ID mau_sac=đỏ --as head-07282 DAY", 2, "mau_sac"),
    ("a field twice", "nomination set ID merit=a merit=b --as head-07282", 2, "hai lần"),
    ("a value that cannot be read", "nomination set ID birth_date=31/02/1980 --as head-07282 DAY", 2, "31/02/1980"),
    ("wrong role: step", "nomination step ID submit --as reviewer DAY", 3, "thẩm quyền"),
    ("wrong role: the administrator", "nomination step ID submit --as admin DAY", 3, "thẩm quyền"),
    ("wrong role: the observer", "nomination set ID merit=x --as observer DAY", 3, "thẩm quyền"),
    ("wrong role: decision", "decision open IN --as reviewer DAY", 3, "thẩm quyền"),
    ("wrong role: release", "campaign release thu ID --as clerk DAY", 3, "thẩm quyền"),
    ("wrong role: ranking of a unit's eyes", "ranking show IN --category individual --as head-07282", 3, "Chỉ cơ quan"),
    ("stale version", "nomination step ID submit --as head-07282 --expected-version 7 DAY", 4, "phiên bản 7"),
    ("no such step here", "nomination step ID accept --as reviewer DAY", 3, "Bản nháp"),
    ("too early to close", "campaign close thu --as review-head DAY", 3, "ký ban hành"),
    ("no decision yet: enlist", "decision enlist IN --as appraisal-head DAY", 3, "danh sách"),
    ("no decision yet: export", "decision export IN --format json --out x", 3, "danh sách"),
    ("nothing selected", "submission forward IN --number 1 --date 2025-11-20 --as review-head DAY", 3, "được lựa chọn"),
    ("elsewhere: forward", "nomination step ID forward --as review-head", 3, "submission forward"),
    ("elsewhere: enlist", "nomination step ID enlist --as appraisal-head", 3, "decision enlist"),
    ("elsewhere: award", "nomination step ID award --as clerk", 3, "decision sign"),
    ("elsewhere: revoke", "nomination step ID revoke --as clerk", 3, "decision revoke"),
    ("elsewhere: close", "nomination plan close IN --from endorsed --as review-head", 3, "campaign close"),
    ("elsewhere: lapse", "nomination step ID lapse --as review-head", 3, "campaign lapse"),
    ("no file: campaign", "campaign load khong-co.yaml", 2, "khong-co.yaml"),
    ("no file: units", "unit import khong-co.csv", 2, "khong-co.csv"),
    ("no file: accounts", "account import khong-co.csv", 2, "khong-co.csv"),
    ("no file: workbook", "nomination import khong-co.xlsx IN --as reviewer DAY", 2, "khong-co.xlsx"),
    ("no file: trail", "audit verify khong-co.jsonl", 2, "khong-co.jsonl"),
]


@pytest.fixture
def draft(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A draft of unit 07282; relative paths lie in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return world.draft()


def test_bad_input_is_told_and_changes_nothing(
    shell: Shell, draft: str, trail_length: Callable[[], int], subtests: pytest.Subtests
) -> None:
    before = trail_length()
    meant = {"ID": (draft,), "IN": IN, "DAY": DAY}
    for what, command, code, said in TABLE:
        with subtests.test(what):
            answer = shell(*(part for word in command.split() for part in meant.get(word, (word,))), "--json")
            assert answer.code == code, answer
            assert said in answer.data["message"]
            assert said in answer.err
            assert answer.data.keys() == ({"refused", "message", "citations"} if code == 3 else {"error", "message"})
            assert trail_length() == before
            assert shell("nomination", "list", *IN, "--json").data["nominations"][0]["version"] == 1


@pytest.mark.parametrize("name", ["so.xlsx", "so.xlsm"])
def test_a_file_that_is_no_workbook_is_2(shell: Shell, world: World, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(b"khong phai Excel")
    answer = shell("nomination", "import", file, "--campaign", world.code, "--as", "reviewer", *DAY, "--json")
    assert answer.code == 2
    assert answer.data["error"] == "malformed"


def test_today_is_refused_outside_a_rehearsal(shell: Shell, world: World) -> None:
    assert shell("campaign", "load", "campaigns/bang-khen-2021-2025.yaml").code == 0
    real = ("--campaign", "bang-khen-2021-2025")
    answer = shell("decision", "open", *real, "--as", "appraisal-head", *DAY, "--json")
    assert (answer.code, answer.data["refused"]) == (3, "state")
    assert "--today" in answer.data["message"]
    assert shell("screen", *real, *DAY, "--json").code == 0
    assert world.code != "bang-khen-2021-2025"


def test_unit_head_acts_in_a_rehearsal_only(shell: Shell, world: World) -> None:
    assert shell("campaign", "load", "campaigns/bang-khen-2021-2025.yaml").code == 0
    words = ("nomination", "plan", "submit", "--campaign", "bang-khen-2021-2025", "--from", "draft")
    answer = shell(*words, "--as", "unit-head", "--json")
    assert (answer.code, answer.data["refused"]) == (3, "state")
    world.draft()
    moved = shell("nomination", "plan", "submit", *IN, "--from", "draft", "--as", "unit-head", *DAY, "--json")
    assert (moved.code, len(moved.data["moved"])) == (0, 1)


@pytest.mark.parametrize(("stored", "said"), [("0000", "./vinhdanh init"), ("9999", "mới hơn")])
def test_a_database_of_another_schema_is_2_and_says_what_to_do(
    shell: Shell, database: Database, stored: str, said: str
) -> None:
    with database.owner.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": stored})
    for words in (("nomination", "list", *IN), ("campaign", "show", CODE), ("invariants",), ("audit", "verify")):
        answer = shell(*words, "--json")
        assert (answer.code, answer.data["error"]) == (2, "schema")
        assert said in answer.data["message"]


def test_the_address_of_an_older_database_is_given_with_a_warning(shell: Shell, database: Database) -> None:
    with database.owner.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = shell("database", "url", "--owner", "--json")
    assert (answer.code, answer.data) == (0, {"url": database.owner_url})
    assert "./vinhdanh init" in answer.err


def test_a_server_that_does_not_answer_is_2(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VINHDANH_DATABASE_URL", "postgresql://somebody@127.0.0.1:1/nothing")
    answer = shell("nomination", "list", *IN, "--json")
    assert (answer.code, answer.data["error"]) == (2, "database")
    monkeypatch.setenv("VINHDANH_DATABASE_URL", "mysql://somebody@127.0.0.1/nothing")
    answer = shell("nomination", "list", *IN, "--json")
    assert (answer.code, answer.data["error"]) == (2, "database")


def test_a_folder_that_cannot_be_written_is_2(shell: Shell, world: World, tmp_path: Path) -> None:
    world.advance(world.draft(), State.SELECTED)
    world.forward()
    file = tmp_path / "tep"
    file.write_text("", encoding="utf-8")
    answer = shell("submission", "export", "--number", "1", "--out", file / "duoi", "--json")
    assert answer.code == 2


def test_the_blank_workbook_never_replaces_a_file(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "mau.xlsx"
    assert shell("nomination", "blank", "--out", file, "--json").data == {"file": str(file)}
    before = file.read_bytes()
    assert shell("nomination", "blank", "--out", file, "--json").code == 2
    assert file.read_bytes() == before


def test_a_refused_step_leaves_no_letter_behind(shell: Shell, world: World) -> None:
    nomination = world.draft(letter=None)
    answer = shell("nomination", "step", nomination, Action.SUBMIT, "--as", "head-07282", *DAY, "--json")
    assert (answer.code, answer.data["refused"]) == (3, "evidence")
    assert shell("letters", "list", "--json").data == {"letters": []}
