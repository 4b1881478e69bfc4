"""An eventful campaign for tests of the trail: every action, every kind of entry, every state that can last."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pytest
from sqlalchemy import Connection, text
from sqlmodel import Session

from engine import amendments, audit, campaigns, decisions, invariants, people, recusal, review, standing
from engine.editing import correct_fields, set_fields
from engine.filling import Posted, begin, new_form
from engine.typed import opened
from models import database as databases
from models.chain import Verification
from models.database import OWNER
from models.embedded import Server
from rules.attached import Paper
from rules.fields import fields_of
from rules.vocabulary import Action, CheckResult, Kind, State
from tests.databases import addressed
from tests.engine.files.attaching import attaching, taking_off, upload
from tests.world import INDIVIDUAL, ORIGIN, World, make_world, with_limits

T = TypeVar("T")
AFTER_INTAKE = date(2025, 12, 3)
SIGNING = date(2025, 12, 20)
NOW = datetime(2025, 12, 21, tzinfo=UTC)
CITED = "Không đạt mục II.2.c Kế hoạch."

BECAME = {
    "plain": State.AWARDED,
    "fixed": State.AWARDED,
    "bounced": State.AWARDED,
    "group": State.AWARDED,
    "revoked": State.REVOKED,
    "declined": State.DECLINED,
    "refused": State.REFUSED,
    "withdrawn": State.WITHDRAWN,
    "lapsed": State.LAPSED,
    "stale": State.LAPSED,
    "queried": State.NOT_SELECTED,
    "reopened": State.NOT_SELECTED,
    "closed": State.NOT_SELECTED,
    "equal": State.NOT_SELECTED,
    "judged": State.NOT_SELECTED,
    "waiting": State.NOT_SELECTED,
}


@dataclass
class Eventful:
    """The world after everything happened, its dossiers by what became of them, and what was verified on the way."""

    world: World
    ids: dict[str, str]
    verified: list[Verification] = field(default_factory=list)

    def subject(self, name: str) -> str:
        """The chain of one dossier."""
        return f"nomination:{self.ids[name]}"

    def filled(self, statement: str) -> str:
        """A statement with the ids of dossiers in it, named as `{plain}`; `{at}` is the chain of that one."""
        statement = statement.replace("{at}", "subject = 'nomination:{plain}'")
        for name, identity in self.ids.items():
            statement = statement.replace(f"{{{name}}}", identity)
        return statement

    @contextmanager
    def tampered(self) -> Iterator[Connection]:
        """The owner's connection with triggers off; whatever it does is undone afterwards."""
        with self.world.database.owner.connect() as connection, connection.begin() as transaction:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            yield connection
            transaction.rollback()


@pytest.fixture(scope="module")
def eventful(cluster: Server, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Eventful]:
    """The eventful campaign, played once by each worker; tests must leave it as it is."""
    played = played_once(cluster, template, tmp_path_factory.mktemp("eventful"))
    yield played
    played.world.database.close()


PLAYED: dict[Server, Eventful] = {}


def played_once(cluster: Server, template: str, folder: Path) -> Eventful:
    """The campaign in a database of its own, which goes with the session's server."""
    if cluster not in PLAYED:
        name = f"eventful_{os.getpid()}"
        databases.create_database(cluster.url(OWNER, "postgres"), name, template)
        PLAYED[cluster] = play(make_world(addressed(cluster, name), folder, categories=with_limits(3, 5)))
    return PLAYED[cluster]


def play(world: World) -> Eventful:
    """Everything that can happen to a campaign, in order."""
    names = (
        "plain",
        "fixed",
        "queried",
        "bounced",
        "revoked",
        "declined",
        "reopened",
        "refused",
        "withdrawn",
        "closed",
    )
    ids = {name: world.draft() for name in names}
    ids |= {"lapsed": world.draft(unit="SYT"), "stale": world.draft(), "equal": world.draft(), "waiting": begun(world)}
    ids |= {"judged": world.draft(prior_awards=None), "group": world.draft(Kind.COLLECTIVE)}
    eventful = Eventful(world, ids)
    for happen in (at_the_unit, returned, at_review, at_appraisal, at_the_end):
        happen(world, ids)
        with world.database.transaction() as session:
            eventful.verified.append(audit.verify(session))
        with world.database.transaction() as session:
            eventful.verified.append(invariants.check(session))
        if happen is at_appraisal:
            with world.database.transaction() as session:
                audit.checkpoint(session, NOW)
    with world.database.owner.connect() as connection, connection.begin():
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("DELETE FROM checkpoint WHERE number > 1"))  # freezing and signing wrote more
    return eventful


def begun(world: World) -> str:
    """A whole draft that was filled in on the portal."""
    person = {**INDIVIDUAL, "name": "Lộc Thị Chờ", "cccd": None}
    texts = {one.key: one.written(person[one.key]) for one in fields_of(Kind.INDIVIDUAL)}
    with world.acting("officer-07282") as (session, context):
        posted = Posted(opening=opened(new_form(context, "individual"), NOW), version=None, texts=texts)
        return str(begin(session, context, "individual", posted, NOW).id)


def look(connection: Connection, find: Callable[[Session], T]) -> T:
    """What something finds (or does) as things now stand on a connection, with triggers on for that time."""
    connection.execute(text("SET LOCAL session_replication_role = origin"))
    with Session(bind=connection, join_transaction_mode="create_savepoint") as session:
        session.connection()
        found = find(session)
        session.commit()
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    return found


def at_the_unit(world: World, ids: dict[str, str]) -> None:
    """Edited, given papers, submitted, withdrawn."""
    with TemporaryDirectory() as folder:
        attaching(world, "officer-07282", ids["group"], upload(Path(folder), name="nhầm"))
        taking_off(world, "head-07282", ids["group"])
        attaching(world, "officer-07282", ids["group"], upload(Path(folder)), upload(Path(folder), paper=Paper.REPORT))
    with world.acting("officer-07282") as (session, context):
        set_fields(session, context, ids["plain"], {"model": "Tổ tự quản đường quê", "merit": "Vận động 40 hộ."})
    for name in ids.keys() - {"lapsed"}:
        world.step(ids[name], Action.SUBMIT, "head")
    world.step(ids["withdrawn"], Action.WITHDRAW, "head", reason="Xin rút để bổ sung.")
    with world.database.transaction() as session:
        people.add_delegation(session, "appraiser", "appraiser2", date(2026, 1, 31), ORIGIN)


def returned(world: World, ids: dict[str, str]) -> None:
    """Accepted; returned and answered, or recalled, or left to wait."""
    for name in ids.keys() - {"lapsed", "withdrawn"}:
        world.step(ids[name], Action.ACCEPT, "reviewer")
    world.give_back(ids["fixed"])
    world.step(ids["fixed"], Action.EXTEND, "reviewer2", due=date(2025, 11, 29))
    world.answer(ids["fixed"])
    world.step(ids["fixed"], Action.SUBMIT, "head")
    world.step(ids["fixed"], Action.ACCEPT, "reviewer")
    world.give_back(ids["plain"])
    world.step(ids["plain"], Action.RECALL, "reviewer2", reason="Trả lại nhầm hồ sơ.")
    world.give_back(ids["stale"])


def at_review(world: World, ids: dict[str, str]) -> None:
    """Scored, judged, endorsed, declined, selected, forwarded."""
    with world.acting("reviewer2") as (session, context):
        for points, name in enumerate(("plain", "fixed", "judged", "group"), start=80):
            review.score(session, context, ids[name], str(points))
        review.score(session, context, ids["plain"], "91,5")
        by_criterion = {"organisation": "25", "results": "28,5", "models": "20", "direct": "10"}
        review.score(session, context, ids["group"], by_criterion)
        review.judge(session, context, ids["judged"], "award.not_already_given", passed=True, reason="Đã đối chiếu sổ.")
        correct_fields(session, context, ids["plain"], {"position": "Trưởng bản"}, "Sai chính tả.")
        recusal.recuse(session, context, ids["judged"], "Có người thân trong danh sách.")
    for name in ids.keys() - {"lapsed", "withdrawn", "stale", "waiting"}:
        world.step(ids[name], Action.ENDORSE, "reviewer")
    for name in ("declined", "reopened"):
        world.step(ids[name], Action.DECLINE, "review-head", reason=CITED)
    world.step(ids["reopened"], Action.REOPEN, "review-head", reason="Xem xét lại theo kiến nghị.")
    with world.acting("review-head") as (session, context):
        campaigns.release(session, context, [ids["declined"]])
        standing.settle(session, context, ids["closed"], ids["equal"], "Nhiều đóng góp hơn.")
    select_and_forward(world, ids)


def select_and_forward(world: World, ids: dict[str, str]) -> None:
    """Five places for individuals: one given back and taken again; then everything goes to appraisal."""
    for name in ("plain", "fixed", "queried", "bounced", "closed", "group"):
        world.step(ids[name], Action.SELECT, "review-head")
    world.step(ids["closed"], Action.DESELECT, "review-head", reason="Nhường chỗ theo thứ tự.")
    world.step(ids["refused"], Action.SELECT, "review-head")
    world.forward()


def at_appraisal(world: World, ids: dict[str, str]) -> None:
    """Queried and answered, returned while holding a place, refused and replaced, checked, approved, withdrawn."""
    question = (("rule:merit.described", "Nêu rõ thời gian."),)
    for name in ("queried", "bounced"):
        world.step(ids[name], Action.QUERY, "appraiser", findings=question, due=date(2025, 11, 27))
    world.answer(ids["queried"], "rule:merit.described", "review-head")
    world.step(ids["queried"], Action.REPLY, "review-head")
    world.step(
        ids["bounced"], Action.RETURN, "reviewer", findings=(("paper:minutes", "Thiếu."),), due=date(2025, 11, 26)
    )
    world.answer(ids["bounced"], "paper:minutes")
    world.step(ids["bounced"], Action.SUBMIT, "head")
    world.step(ids["bounced"], Action.ACCEPT, "reviewer")
    world.step(ids["bounced"], Action.ENDORSE, "reviewer")
    world.step(ids["refused"], Action.REFUSE, "appraisal-head", reason=CITED)
    world.step(ids["revoked"], Action.SELECT, "review-head")
    world.answer(ids["bounced"], "rule:merit.described", "review-head")
    world.forward()
    with world.acting("appraiser") as (session, context):
        review.ask_agency(session, context, ids["plain"], "Công an tỉnh")
    with world.acting("appraiser2") as (session, context):
        said = "Công văn số 5/CAT ngày 20/11/2025"
        review.record_reply(session, context, ids["plain"], "Công an tỉnh", CheckResult.CLEAR, said)
    for name in ("plain", "fixed", "bounced", "revoked", "group"):
        world.step(ids[name], Action.APPROVE, "appraiser")


def at_the_end(world: World, ids: dict[str, str]) -> None:
    """Lapsed, listed, frozen, opened again, cancelled, signed, corrected, revoked, closed."""
    with world.acting(None, AFTER_INTAKE) as (session, context):
        campaigns.lapse(session, context)
    world.enlist()
    world.step(ids["fixed"], Action.STRIKE, "appraisal-head", reason="Chờ xác minh.")
    with world.acting("appraisal-head") as (session, context):
        decisions.freeze(session, context)
        decisions.unfreeze(session, context, "Sót một hồ sơ.")
        decisions.enlist(session, context)
        decisions.freeze(session, context)
        decisions.cancel(session, context, "Lập lại theo mẫu mới.")
    world.enlist()
    world.sign(SIGNING)
    with world.acting("clerk", SIGNING) as (session, context):
        amendments.correct(session, context, "1240/QĐ-UBND", SIGNING, "Đính chính tên đơn vị.")
        reason = "Kê khai gian dối (khoản 2 Điều 93 Luật Thi đua, khen thưởng)."
        amendments.revoke(session, context, ids["revoked"], "1250/QĐ-UBND", SIGNING, reason)
    with world.acting("review-head", SIGNING) as (session, context):
        campaigns.close(session, context)
