"""Letters as steps really write them: every row of the life cycle taken on PostgreSQL, and a template that breaks."""

import re
import shutil
import unicodedata
from collections.abc import Iterator
from datetime import date
from email.utils import parseaddr
from pathlib import Path

import pytest
from jinja2 import TemplateError
from sqlalchemy import text

from engine import letter_text
from engine.decisions import sign
from engine.letter_text import environment
from rules.lifecycle import LIFE_CYCLE, PARTY_OF, Move
from rules.vocabulary import Action, State
from tests.engine.conftest import NewWorld
from tests.engine.post.sink import Received
from tests.engine.travel import Traveller
from tests.rules.travel import journeys
from tests.world import World

ROWS = [(move, PARTY_OF[to].value) for move in LIFE_CYCLE for to in move.letters]
WRITTEN = """
SELECT l.party, l.kind, l.recipient, l.title, l.message, t.body::jsonb ->> 'from' AS source,
 t.body::jsonb ->> 'to' AS target, split_part(l.kind, '.', 1) AS action
FROM letter l JOIN trail t ON t.subject = l.subject AND t.seq = l.seq ORDER BY l.id
"""


def rows_of(action: str, source: str, target: str, party: str) -> list[tuple[Move, str]]:
    """The rows of the life cycle that write such a letter."""
    return [
        (move, to)
        for move, to in ROWS
        if (move.action, move.target, to) == (action, target, party) and source in move.sources
    ]


def check(letter: Received, title: str) -> None:
    """What every letter must be, whoever wrote it."""
    text, page = letter.part("plain"), letter.part("html")
    assert letter.message.defects == []
    assert letter.message["Subject"] == title
    assert letter.content.isascii()
    for words in (title, text, page):
        assert unicodedata.is_normalized("NFC", words)
        assert re.findall(r"\{\{|\}\}|\{%|%\}|None|Undefined", words) == []
    for words in (title, text):
        assert re.findall(r"  | [,.;:]|\.\.", words) == []
    assert text.startswith("Kính gửi ")
    assert "Trân trọng" in text
    assert "Mã hồ sơ: " in text
    assert len(title) <= 90
    shown = " ".join(re.sub(r"<[^>]+>", " ", page.partition("</h1>")[2]).replace("&#34;", '"').split())
    assert shown == " ".join(re.sub(r"(?m)^- ", "", text).split())


def test_every_row_writes_its_letters(new_world: NewWorld, tmp_path: Path) -> None:
    seen: set[tuple[Move, str]] = set()
    kinds: set[str] = set()
    for journey in journeys():
        writing = [step for step in journey.steps if step.get("letters")]
        rows = [r for s in writing for party in s["letters"] for r in rows_of(s["do"], s["from"], s["to"], party)]
        if seen.issuperset(rows):
            continue
        world = new_world()
        Traveller(world, journey, tmp_path).travel()
        for row in world.query(WRITTEN):
            found = rows_of(row.action, row.source, row.target, row.party)
            assert found, (row.kind, row.source, row.target)
            seen.update(found)
            kinds.add(row.kind)
            letter = Received("", row.recipient, bytes(row.message))
            assert parseaddr(str(letter.message["To"] or ""))[1] == row.recipient
            check(letter, row.title)
    assert seen == set(ROWS), "a row of the life cycle was never taken, or wrote nothing"
    assert len(kinds) == 27


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the letters' templates that a test may break."""
    copy = tmp_path / "letters"
    shutil.copytree(letter_text.TEMPLATES, copy)
    monkeypatch.setattr(letter_text, "TEMPLATES", copy)
    environment.cache_clear()
    yield copy
    monkeypatch.undo()
    environment.cache_clear()


def everything(world: World) -> dict[str, str]:
    """A digest of each table."""
    with world.database.owner.connect() as connection:
        names = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        digest = "SELECT coalesce(md5(string_agg(t::text, chr(10) ORDER BY t::text)), '') FROM {} t"
        return {name: str(connection.scalar(text(digest.format(name)))) for name in names}


BREAKS = {
    "an unknown name": "{{ tên_không_có }}",
    "a name left out": "{{ unit.name.first }}",
    "bad syntax": "{% if %}",
    "a missing part": '{% include "không-có.jinja" %}',
    "no such filter": "{{ unit | không_có }}",
}


@pytest.mark.parametrize("break_", BREAKS)
@pytest.mark.parametrize("broken", ["withdraw.unit.txt", "layout.html", "reference.jinja"])
def test_a_broken_template_leaves_no_half_step(world: World, templates: Path, broken: str, break_: str) -> None:
    identity = world.advance(world.draft(), State.SELECTED)
    before, slot = everything(world), world.look(identity).slot
    assert slot is not None
    right = (templates / broken).read_text(encoding="utf-8")
    (templates / broken).write_text(right + BREAKS[break_], encoding="utf-8")
    environment.cache_clear()  # a template as old as the copy of it would be read from memory
    written = "Văn bản số 12/UBND ngày 20/11/2025"
    with pytest.raises(TemplateError):
        world.step(identity, Action.WITHDRAW, "review-head", reason=written)
    assert everything(world) == before
    assert (world.state(identity), world.look(identity).slot) == (State.SELECTED, slot)
    (templates / broken).write_text(right, encoding="utf-8")
    environment.cache_clear()
    taken = world.step(identity, Action.WITHDRAW, "review-head", reason=written)
    assert (taken.target, taken.letters) == (State.WITHDRAWN, 3)
    assert world.look(identity).slot is None
    told = [kind for kind, _, status in world.letters(identity) if kind.startswith("withdraw") and status == "queued"]
    assert told == ["withdraw.unit"] * 3
    world.assert_sound()


def test_a_broken_template_undoes_all_of_a_signing(world: World, templates: Path) -> None:
    ids = [world.advance(world.draft(), State.LISTED) for _ in range(2)]
    world.freeze()
    before = everything(world)
    broken = templates / "award.appraisal_office.txt"  # the last letter that an award writes
    right = broken.read_text(encoding="utf-8")
    broken.write_text(right + BREAKS["an unknown name"], encoding="utf-8")
    environment.cache_clear()
    with pytest.raises(TemplateError), world.acting("clerk", alone=True) as (session, context):
        sign(session, context, "1234/QĐ-UBND", date(2025, 11, 20), "Người Ký Giả Định")
    assert everything(world) == before
    broken.write_text(right, encoding="utf-8")
    environment.cache_clear()
    with world.acting("clerk", alone=True) as (session, context):
        sign(session, context, "1234/QĐ-UBND", date(2025, 11, 20), "Người Ký Giả Định")
    assert [world.state(identity) for identity in ids] == [State.AWARDED] * 2
    world.assert_sound()
