"""Taking a step: who wrote state, how many round trips it costs, what the trail keeps of it, and stale views."""

import ast
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from engine.context import Context, load_context
from engine.steps import Request, take_step
from models.chain import commitment
from rules.errors import EvidenceRefusedError, NotFoundError, QuotaRefusedError, StaleError
from rules.ruleset import ruleset
from rules.vocabulary import Action, Kind, State
from tests.world import COLLECTIVE, ROOT, World

CITED = "Trùng thành tích, mục II.2.c Kế hoạch"
FINDINGS = (("field:merit", "Nêu số liệu."),)
DUE = date(2025, 11, 28)
PACKAGES = ("rules", "engine", "models", "flows", "cli")


# --- one writer of state ---


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Every module of ours, parsed."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def named(node: ast.AST) -> str:
    """The last word of a name: `update` of `sqlalchemy.update`."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def statements_on_nomination(tree: ast.AST) -> Iterator[str]:
    """`update(Nomination)`, `insert(Nomination)` and their like."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and named(node.args[0]) == "Nomination":
            yield named(node.func)
        if isinstance(node, ast.Call) and named(node.func) == "Nomination":
            yield "Nomination(…)"


def test_only_steps_moves_a_nomination_and_only_drafting_begins_one() -> None:
    found = {path: sorted(statements_on_nomination(tree)) for path, tree in trees()}
    writers = {path: calls for path, calls in found.items() if set(calls) - {"select"}}
    assert writers == {
        "engine/steps.py": ["update"],
        "engine/drafting.py": ["insert"],
        "engine/records.py": ["update"],  # versions and fields; see the next test
    }


def test_nothing_else_sets_a_state() -> None:
    keys: dict[str, int] = {}
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and named(node.func) == "change":
                words = {k.arg: ast.unparse(k.value) for k in node.keywords}
                assert "'state'" not in words.get("values", "").partition("public")[0], path
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    if isinstance(target, ast.Attribute) and target.attr == "state":
                        keys[path] = keys.get(path, 0) + 1
    assert set(keys) <= {"engine/replay/nomination.py", "engine/replay/others.py"}, "replay's own story of a dossier"


def test_no_sql_text_writes_a_nomination() -> None:
    wrong = re.compile(r"(?i)\b(update|insert\s+into|delete\s+from|merge\s+into)\s+(only\s+)?nomination\b")
    found = [
        path
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and wrong.search(node.value)
    ]
    assert found == []


def test_the_architecture_tests_would_notice(tmp_path: Path) -> None:
    culprit = ast.parse("def f(s):\n    s.execute(update(Nomination).values(state='awarded'))\n")
    assert list(statements_on_nomination(culprit)) == ["update"]


# --- round trips ---


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """The statements sent while something is done."""
    sent: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:  # noqa: ANN401 - SQLAlchemy's signature
        sent.append(statement)

    event.listen(world.database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(world.database.engine, "before_cursor_execute", note)


def cost(world: World, one: str, action: Action, who: str | None, **request: Any) -> int:  # noqa: ANN401 - of Request
    """How many statements the step itself takes, without loading the context and committing."""
    with world.acting(who) as (session, context), counted(world) as sent:
        take_step(session, context, one, action, Request(**request))
    return len(sent)


def test_a_step_takes_at_most_three_round_trips(world: World) -> None:
    one = world.draft()
    costs = {
        "submit": cost(world, one, Action.SUBMIT, "head-07282"),
        "accept": cost(world, one, Action.ACCEPT, "reviewer"),
        "return": cost(world, one, Action.RETURN, "reviewer", findings=FINDINGS, due=DUE),
        "extend": cost(world, one, Action.EXTEND, "reviewer", due=date(2025, 11, 29)),
        "recall": cost(world, one, Action.RECALL, "reviewer", reason="Trả nhầm"),
        "decline": cost(world, one, Action.DECLINE, "review-head", reason=CITED),
        "reopen": cost(world, one, Action.REOPEN, "review-head", reason="Xem lại"),
        "endorse": cost(world, one, Action.ENDORSE, "reviewer"),
        "select": cost(world, one, Action.SELECT, "review-head"),
        "deselect": cost(world, one, Action.DESELECT, "review-head", reason="Xếp lại"),
        "withdraw": cost(world, one, Action.WITHDRAW, "review-head", reason="Công văn 5"),
    }
    other = world.advance(world.draft(), State.IN_APPRAISAL)
    costs |= {
        "query": cost(world, other, Action.QUERY, "appraiser", findings=FINDINGS, due=DUE),
        "refuse": cost(world, other, Action.REFUSE, "appraisal-head", reason=CITED),
    }
    costs["approve"] = cost(world, world.advance(world.draft(), State.IN_APPRAISAL), Action.APPROVE, "appraiser")
    assert {action: number for action, number in costs.items() if number > 3} == {}
    assert costs["submit"] == costs["endorse"] == 2
    assert costs["select"] == costs["recall"] == 3


def test_a_refusal_costs_one(world: World) -> None:
    one = world.draft()
    with world.database.transaction() as session, counted(world) as sent:
        context = context_of(session, world)
        before = len(sent)
        with pytest.raises(EvidenceRefusedError):
            take_step(session, context, one, Action.WITHDRAW, Request())
        assert len(sent) - before == 1


def context_of(session: Session, world: World) -> Context:
    """The unit head's context."""
    return load_context(session, world.code, as_name="head-07282", today=world.today)


# --- stale views ---


def test_a_stale_view_is_refused_not_overwritten(world: World) -> None:
    one = world.advance(world.draft(), State.SUBMITTED)
    seen = world.look(one).version
    with world.acting("reviewer") as (session, context):
        take_step(session, context, one, Action.ACCEPT, Request(expected_version=seen))
    with pytest.raises(StaleError, match=f"phiên bản {seen + 1}, bạn đang xem phiên bản {seen}"):
        world.step(one, Action.ENDORSE, "reviewer", expected_version=seen)
    assert world.state(one) is State.IN_REVIEW
    world.step(one, Action.ENDORSE, "reviewer", expected_version=seen + 1)


def test_an_unknown_dossier(world: World) -> None:
    with pytest.raises(NotFoundError, match="KHONGCO1"), world.acting("reviewer") as (session, context):
        take_step(session, context, "KHONGCO1", Action.ACCEPT, Request())


# --- findings ---


@pytest.mark.parametrize(
    ("findings", "words"),
    [
        ((("field:no_such", "x"),), "không phải là một mục của hồ sơ"),
        ((("merit", "x"),), "không phải là một mục"),
        ((("rule:collective.united", "x"),), "không phải là một mục"),  # a rule for collectives only
        ((("field:merit", "  "),), "còn trống"),
        ((("field:merit", "Một."), ("field:merit", "Hai.")), "bị nêu hai lần"),
    ],
)
def test_a_finding_is_anchored_to_something_and_says_something(
    world: World, findings: tuple[tuple[str, str], ...], words: str
) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    with pytest.raises(EvidenceRefusedError, match=words):
        world.step(one, Action.RETURN, "reviewer", findings=findings, due=DUE)


def test_a_finding_goes_only_with_a_step_that_asks_something(world: World) -> None:
    one = world.advance(world.draft(), State.SUBMITTED)
    with pytest.raises(EvidenceRefusedError, match="không kèm nội dung yêu cầu"):
        world.step(one, Action.ACCEPT, "reviewer", findings=FINDINGS)
    assert world.look(one).findings == ()


def test_findings_may_be_anchored_to_fields_papers_and_rules(world: World) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    anchors = ("field:merit", "paper:minutes", "rule:conduct.no_breach", "field:cccd")
    world.step(one, Action.RETURN, "reviewer", findings=tuple((a, "Làm rõ.") for a in anchors), due=DUE)
    assert [finding.anchor for finding in world.look(one).findings] == list(anchors)


# --- quota ---


def test_no_place_left(small_world: World) -> None:
    world = small_world
    for _ in range(2):
        world.advance(world.draft(), State.SELECTED)
    third = world.advance(world.draft(), State.ENDORSED)
    with pytest.raises(QuotaRefusedError, match="đã đủ 2 suất") as refused:
        world.step(third, Action.SELECT, "review-head")
    assert any("II.2.c" in citation for citation in refused.value.citations)
    assert refused.value.code == "quota"
    world.advance(world.draft(Kind.COLLECTIVE), State.SELECTED)
    assert world.state(third) is State.ENDORSED


# --- what the trail keeps ---


def test_the_entry_says_when_where_by_whom_and_on_which_rules(world: World) -> None:
    one = world.advance(world.draft(), State.ENDORSED)
    entry = world.entries(one)[-1]
    reviewer = world.query("SELECT id FROM account WHERE name = 'reviewer'")[0].id
    assert entry["by"] == f"account:{reviewer}"
    assert (entry["role"], entry["office"]) == ("review_officer", "SDTTG")
    assert (entry["channel"], entry["os_user"]) == ("test", "tester")
    assert entry["today"] == "2025-11-20"
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d", entry["at"])
    assert not entry["at"].startswith("2025-11-20"), "the real clock beside the rehearsed day"
    assert entry["rules"]["overall"] == "eligible"
    assert entry["rules"]["ruleset"] == ruleset()
    assert set(entry["rules"]["verdicts"].values()) == {"pass"}


def test_personal_data_enters_the_trail_only_as_commitments(world: World) -> None:
    one = world.draft(name="Lò Văn Kín", cccd="099080123456", ethnicity="Khơ Mú", merit="Một việc rất riêng.")
    world.advance(one, State.IN_REVIEW)
    world.step(one, Action.RETURN, "reviewer", findings=(("field:merit", "Ông Lò Văn Kín nêu rõ"),), due=DUE)
    world.step(one, Action.WITHDRAW, "head", reason="Lò Văn Kín xin rút")
    bodies = [row.body for row in world.query("SELECT body FROM trail WHERE subject = :s", s=f"nomination:{one}")]
    text = "\n".join(bodies)
    assert [
        word for word in ("Lò Văn Kín", "099080123456", "Khơ Mú", "riêng", "reviewer", "xin rút") if f'"{word}' in text
    ] == []
    assert "Lò Văn Kín" not in text
    assert "099080123456" not in text
    disclosed = world.query("SELECT seq, field, salt, value FROM disclosure WHERE subject = :s", s=f"nomination:{one}")
    committed = {
        (json.loads(body)["seq"], name): c
        for body in bodies
        for name, c in json.loads(body).get("committed", {}).items()
    }
    assert {(row.seq, row.field): commitment(row.value, row.salt) for row in disclosed} == committed
    assert [json.loads(row.value) for row in disclosed if row.field == "reason"] == ["Lò Văn Kín xin rút"]


def test_a_collective_goes_through_with_its_own_rules(world: World) -> None:
    one = world.draft(Kind.COLLECTIVE, name=COLLECTIVE["name"])
    world.advance(one, State.APPROVED)
    assert "collective.united" in world.entries(one)[-1]["rules"]["verdicts"]
    assert world.look(one).slot == 1
