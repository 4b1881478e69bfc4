"""An exported trail is verified with nothing but the file, and no change or cut of it goes unnoticed."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from engine import audit
from engine.evidence import Evidence, Witnessed
from engine.trail_file import write_trail_file
from models.chain import Entry, Verification, canonical, make_entry
from rules.errors import MalformedError
from tests.engine import scenario
from tests.engine.scenario import Eventful, look
from tests.engine.tampering import change_entry, entries, found, places, run, said

eventful = scenario.eventful  # the fixture
Line = dict[str, Any]


@pytest.fixture(scope="module")
def exported(eventful: Eventful, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "nhật ký.jsonl"
    with eventful.world.database.transaction() as session:
        audit.export(session, path)
    return path


def lines_in(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def rewritten(exported: Path, folder: Path, change: Callable[[list[Line]], Any]) -> Path:
    """A copy of the export with its lines changed."""
    lines = lines_in(exported)
    change(lines)
    path = folder / "changed.jsonl"
    path.write_text("".join(f"{canonical(line)}\n" for line in lines), encoding="utf-8")
    return path


def index_of(lines: list[Line], subject: str, seq: int) -> int:
    for number, line in enumerate(lines):
        if "entry" in line and (line["entry"]["subject"], line["entry"]["seq"]) == (subject, seq):
            return number
    raise AssertionError(subject, seq)


def test_an_export_verifies_as_the_database_does(eventful: Eventful, exported: Path) -> None:
    with eventful.world.database.transaction() as session:
        stored = audit.verify(session)
    assert audit.verify_export(exported) == stored == Verification(ok=True, checked=stored.checked, problems=[])
    assert stored.checked == sum("entry" in line for line in lines_in(exported)) > 150


def test_an_export_holds_no_personal_data(eventful: Eventful, exported: Path) -> None:
    content = exported.read_text(encoding="utf-8")
    query = "SELECT name, cccd, fields->>'ethnicity', fields->>'birth_date', fields->>'merit' FROM nomination"
    with eventful.world.database.transaction() as session:
        personal = {value for row in session.execute(text(query)) for value in row if value}
        personal |= set(session.scalars(text("SELECT name FROM account")))
        personal |= set(session.scalars(text("SELECT email FROM account")))
        personal |= set(session.scalars(text("SELECT value FROM disclosure WHERE length(value) > 6")))
        personal |= set(session.scalars(text("SELECT salt FROM disclosure")))
    assert len(personal) > 300
    assert [value for value in personal if f'"{value}"' in content or (len(value) > 12 and value in content)] == []


@pytest.mark.parametrize("column", ["body", "hash", "prev_hash", "tag", "seq", "parties"])
def test_a_changed_entry_of_an_export_is_named(eventful: Eventful, exported: Path, tmp_path: Path, column: str) -> None:
    subject = eventful.subject("plain")
    new = {"body": "{}", "seq": 77, "parties": ["nominee"]}.get(column, "0" * 64)

    def change(lines: list[Line]) -> None:
        lines[index_of(lines, subject, 3)]["entry"][column] = new

    verification = audit.verify_export(rewritten(exported, tmp_path, change))
    assert {(subject, 77 if column == "seq" else 3)} <= places(verification)
    assert "tệp bị sửa sau khi xuất" in said(verification)


def test_entries_lost_doubled_or_moved_in_an_export_are_named(
    eventful: Eventful, exported: Path, tmp_path: Path
) -> None:
    subject = eventful.subject("plain")

    def lose(lines: list[Line]) -> None:
        del lines[index_of(lines, subject, 3)]

    def double(lines: list[Line]) -> None:
        lines.insert(index_of(lines, subject, 4), lines[index_of(lines, subject, 3)])

    def move(lines: list[Line]) -> None:
        lines.insert(-1, lines.pop(index_of(lines, subject, 3)))

    for change in (lose, double, move):
        verification = audit.verify_export(rewritten(exported, tmp_path, change))
        assert {(subject, 3)} <= places(verification)
        assert "tệp bị" in said(verification)


@pytest.mark.parametrize("kind", ["checkpoint", "head", "stored"])
def test_another_lost_line_of_an_export_is_noticed(exported: Path, tmp_path: Path, kind: str) -> None:
    def lose(lines: list[Line]) -> None:
        del lines[next(number for number, line in enumerate(lines) if kind in line)]

    verification = audit.verify_export(rewritten(exported, tmp_path, lose))
    assert "tệp bị thêm hoặc bớt dòng sau khi xuất" in said(verification)
    assert kind == "checkpoint" or len(verification.problems) == 3


def test_a_state_changed_in_an_export_is_named(eventful: Eventful, exported: Path, tmp_path: Path) -> None:
    subject = eventful.subject("refused")

    def change(lines: list[Line]) -> None:
        stored = next(line["stored"] for line in lines if line.get("stored", [""])[0] == subject)
        stored[1]["state"] = "awarded"

    verification = audit.verify_export(rewritten(exported, tmp_path, change))
    assert subject in {subject for subject, _ in places(verification)}
    assert 'trạng thái đang lưu là "awarded"' in said(verification)


def test_what_was_tampered_with_is_exported_as_it_is(eventful: Eventful, tmp_path: Path) -> None:
    subject = eventful.subject("plain")
    with eventful.tampered() as connection:
        change_entry(connection, entries(connection, subject)[2], tag="nomination:step:approve")
        run(connection, "DELETE FROM trail WHERE subject = 'account:3'")
        look(connection, lambda session: audit.export(session, tmp_path / "x"))
        verification = audit.verify_export(tmp_path / "x")
        assert places(verification) == {(subject, 3), ("account:3", 1)}
        assert {problem for problem in found(connection).problems if problem.subject == subject} <= set(
            verification.problems
        )


def test_what_follows_the_last_line_of_an_export_is_noticed(exported: Path, tmp_path: Path) -> None:
    path = tmp_path / "more.jsonl"
    path.write_bytes(exported.read_bytes() + b"x")
    assert "tệp có thêm nội dung sau dòng cuối" in said(audit.verify_export(path))


def test_lines_out_of_place_in_an_export_are_refused(exported: Path, tmp_path: Path) -> None:
    path = rewritten(exported, tmp_path, lambda lines: lines.insert(-1, lines[1]))
    with pytest.raises(MalformedError, match="không đọc được"):
        audit.verify_export(path)


def test_an_export_cut_anywhere_is_refused(exported: Path, tmp_path: Path) -> None:
    content = exported.read_bytes()
    ends = [number for number, byte in enumerate(content) if byte == ord("\n")]
    cuts = {0, 1, 20, len(content) // 2, len(content) - 1, len(content) - 2}
    cuts |= {end + shift for end in (*ends[:3], ends[len(ends) // 2], *ends[-3:-1]) for shift in (0, 1, 2)}
    path = tmp_path / "cut.jsonl"
    for cut in cuts:
        path.write_bytes(content[:cut])
        with pytest.raises(MalformedError, match=r"bị cắt|không phải là tệp nhật ký"):
            audit.verify_export(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"hello\n",
        b"{}\n",
        b"[]\n",
        b'{"header":{}}\n',
        b'{"entry":{}}\n',
        b"PK\x03\x04\x00\xff\xfe\n" * 100,
        b"[" * 100_000 + b"\n",
        b'{"header":{"format":"vinhdanh-trail","version":1}}\n{"head":[1,2,3]}\n',
        b'{"header":{"format":"vinhdanh-trail","version":1}}\n{"checkpoint":{}}\n',
        b'{"header":{"format":"vinhdanh-trail","version":1}}\n{"entry":{"seq":1}}\n',
        b'{"header":{"format":"vinhdanh-trail","version":1}}\n{"x":"\\ud800"}\n',
        b'{"header":{"format":"vinhdanh-trail","version":2}}\n{"end":{}}\n',
    ],
)
def test_what_is_no_export_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(MalformedError):
        audit.verify_export(path)


def test_a_file_that_cannot_be_read_or_written_is_refused_in_words(eventful: Eventful, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(MalformedError, match="Không đọc được tệp"):
            audit.verify_export(path)
    with eventful.world.database.transaction() as session:
        for path in (tmp_path, tmp_path / "none" / "x"):
            with pytest.raises(MalformedError, match="Không ghi được tệp"):
                audit.export(session, path)
    assert list(tmp_path.iterdir()) == []


def test_a_line_without_end_is_refused_and_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with path.open("wb") as file:
        file.truncate(3_000_000_000)
    with pytest.raises(MalformedError):
        audit.verify_export(path)


def test_an_export_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("old")

    def failing() -> Iterator[Witnessed]:
        yield Witnessed(make_entry("account:1", None, "account:file:imported", {}), {}, ())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_trail_file(Evidence(checkpoints=[], heads={}, stored={}, entries=failing()), path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def noticed(path: Path) -> bool:
    """Whether a file is refused as malformed, or verified and found wanting."""
    try:
        return not audit.verify_export(path).ok
    except MalformedError:
        return True


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_is_noticed(exported: Path, tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(exported.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[at]))
    path = tmp_path / "changed"
    path.write_bytes(content)
    assert noticed(path)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["draft", "takes 1", "account:1"]),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_forged_body_however_strange_stops_the_verification(
    exported: Path, tmp_path: Path, data: st.DataObject
) -> None:
    """Hashes right all the way: only replay stands between a strange body and our code."""
    lines = lines_in(exported)
    subjects = sorted({line["entry"]["subject"] for line in lines if "entry" in line})
    subject = data.draw(st.sampled_from(subjects))
    places_ = [number for number, line in enumerate(lines) if line.get("entry", {}).get("subject") == subject]
    at = data.draw(st.integers(0, len(places_) - 1))
    before: Entry | None = None
    for number, place in enumerate(places_):
        body = json.loads(lines[place]["entry"]["body"])
        if number == at:
            known = [key for key in body if key not in {"subject", "seq", "tag"}]
            for key in data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=3)):
                body[key] = data.draw(JSON)
        before = make_entry(subject, (before.seq, before.hash) if before else None, lines[place]["entry"]["tag"], body)
        lines[place]["entry"] |= {"body": before.body, "prev_hash": before.prev_hash, "hash": before.hash}
    path = tmp_path / "forged"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    assert noticed(path)
