"""What is stored beside the trail, or follows from it, cannot be changed without the audit saying what and where."""

import re
from pathlib import Path
from typing import Any

import pytest

from engine.replay import absent
from engine.replay.nomination import NOTED
from models.chain import Problem, commitment
from tests.engine import scenario
from tests.engine.scenario import Eventful
from tests.engine.tampering import delete_entry, entries, found, places, rechained, run, said, store

eventful = scenario.eventful  # the fixture
ROOT = Path(__file__).resolve().parent.parent.parent


def test_every_tag_the_engine_writes_can_be_replayed() -> None:
    others = "".join((ROOT / f"engine/replay/{name}.py").read_text(encoding="utf-8") for name in ("others", "account"))
    tag = re.compile(r'"((?:nomination|decision|campaign|account|alert):[a-z_]+:[a-z_{}.]+)"')
    written = {
        found
        for package in ("engine", "cli", "flows")
        for path in (ROOT / package).rglob("*.py")
        if not path.name.startswith("replay")
        for found in tag.findall(path.read_text(encoding="utf-8"))
    }
    assert len(written) > 10
    assert {t for t in written if ":step:" not in t and t not in NOTED and f'"{t}"' not in others} == set()


@pytest.mark.parametrize(
    ("change", "seq"),
    [
        ("UPDATE disclosure SET value = '\"ai đó\"' WHERE {at} AND seq = 2 AND field = 'by_name'", 2),
        ("UPDATE disclosure SET salt = '' WHERE {at} AND seq = 1 AND field = 'fields'", 1),
        ("UPDATE disclosure SET field = 'name' WHERE {at} AND seq = 3 AND field = 'by_name'", 3),
        ("INSERT INTO disclosure VALUES ('nomination:{plain}', 4, 'reason', 'x', 'y')", 4),
        ("INSERT INTO disclosure VALUES ('nomination:{plain}', 99, 'reason', 'x', 'y')", 99),
        ("UPDATE letter SET party = 'nominee' WHERE {at} AND seq = 4", 4),
        ("DELETE FROM letter WHERE {at} AND seq = 4", 4),
        ("UPDATE letter SET seq = 88 WHERE {at} AND seq = 4", 88),
        ("UPDATE letter SET seq = 1 WHERE {at} AND seq = 4", 1),
    ],
)
def test_what_hangs_on_an_entry_is_named_with_it(eventful: Eventful, change: str, seq: int) -> None:
    with eventful.tampered() as connection:
        assert connection.exec_driver_sql(eventful.filled(change)).rowcount > 0
        assert (eventful.subject("plain"), seq) in places(found(connection))


def test_a_party_written_to_twice_is_one_letter_more_and_no_fault_of_the_trail(eventful: Eventful) -> None:
    with eventful.tampered() as connection:
        subject = eventful.subject("plain")
        run(connection, "UPDATE letter SET recipient = 'x' || recipient WHERE subject = :s", s=subject)
        assert found(connection).ok


def test_erasing_personal_data_leaves_the_trail_valid(eventful: Eventful) -> None:
    with eventful.tampered() as connection:
        run(connection, "DELETE FROM disclosure")
        run(connection, "UPDATE nomination SET fields = '{}', name = 'đã xóa', cccd = NULL")
        run(connection, "UPDATE account SET email = NULL")
        assert found(connection).ok


@pytest.mark.parametrize(
    ("change", "label"),
    [
        ("nomination SET state = 'approved' WHERE id = '{refused}'", "trạng thái"),
        ("nomination SET version = version - 1 WHERE id = '{plain}'", "phiên bản"),
        ("nomination SET left_state = 'draft' WHERE id = '{declined}'", "trạng thái đã rời"),
        ("nomination SET due = '2026-01-01' WHERE id = '{stale}'", "thời hạn"),
        ("nomination SET head_submitted = true WHERE id = '{lapsed}'", "dấu đã ký nộp"),
        ("nomination SET own_withdrawal = false WHERE id = '{withdrawn}'", "dấu đơn vị tự rút"),
        ("nomination SET released = false WHERE id = '{declined}'", "dấu đã thông báo kết quả"),
        ("nomination SET submission_id = 2 WHERE id = '{plain}'", "tờ trình"),
        ("slot SET number = number + 10, capacity = 99 WHERE nomination_id = '{plain}'", "chỗ trong chỉ tiêu"),
        ("slot SET nomination_id = NULL WHERE nomination_id = '{plain}'", "chỗ trong chỉ tiêu"),
        ("duty SET account_id = 1 WHERE nomination_id = '{plain}' AND kind = 'approve'", "khâu đã giữ"),
        ("score SET points = 100 WHERE nomination_id = '{plain}'", "điểm"),
        ("score_part SET points = 1 WHERE nomination_id = '{group}'", "điểm theo tiêu chí"),
        ("recusal SET account_id = 1 WHERE nomination_id = '{judged}'", "người xin không tham gia xét"),
        ("judgement SET passed = false WHERE nomination_id = '{judged}'", "kết luận"),
        ("verification SET result = 'adverse' WHERE nomination_id = '{plain}'", "ý kiến cơ quan liên quan"),
        ("finding SET status = 'open' WHERE nomination_id = '{fixed}' AND status = 'answered'", "yêu cầu đã trả lời"),
        ("nomination SET fields = jsonb_set(fields, '{merit}', '\"khác\"') WHERE id = '{plain}'", "merit"),
        ("account SET email = 'x@y.z' WHERE id = 2", "email"),
        ("account SET person = '099180000001' WHERE id = 2", "person"),
        ("account_role SET role = 'decision_clerk' WHERE account_id = 2", "vai trò"),
        ("delegation SET until = '2030-01-01'", "ủy quyền đã giao"),
        ("delegation SET from_id = 3", "ủy quyền đã nhận"),
        ("campaign SET config = jsonb_set(config, '{score,max}', '10')", "cấu hình"),
        ("submission SET dated = '2025-11-01' WHERE id = 1", "các tờ trình"),
        ("decision SET state = 'signed' WHERE id = 2", "trạng thái"),
        ("decision SET version = 9 WHERE id = 1", "phiên bản"),
        ("decision SET content = content || ' ' WHERE id = 2", "nội dung danh sách"),
        ("decision SET content_hash = 'x' WHERE id = 2", "mã băm danh sách"),
        ("decision SET number = '1/QĐ-UBND' WHERE id = 2", "số quyết định"),
        ("decision SET dated = '2025-12-01' WHERE id = 2", "ngày quyết định"),
        ("decision SET signer = 'Người khác' WHERE id = 2", "signer"),
    ],
)
def test_what_is_stored_must_be_what_the_trail_says(eventful: Eventful, change: str, label: str) -> None:
    table = change.split(" ", 1)[0]
    with eventful.tampered() as connection:
        for name in run(connection, "SELECT conname FROM pg_constraint WHERE contype = 'c'").scalars().all():
            connection.exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{name}"')
        assert connection.exec_driver_sql(f"UPDATE {eventful.filled(change)}").rowcount > 0
        verification = found(connection)
        assert not verification.ok
        assert all(problem.entry > 0 for problem in verification.problems)
        assert label in said(verification)


@pytest.mark.parametrize(
    "row",
    [
        "duty VALUES ('{plain}', 9, 'award')",
        "score VALUES ('{plain}', 9, 100)",
        "score_part VALUES ('{plain}', 14, 'results', 20)",
        "recusal VALUES ('{plain}', 13, 'x')",
        "judgement VALUES ('{plain}', 'merit.described', true, 'x', 9, 'x')",
        "verification VALUES ('{plain}', 'Thuế tỉnh')",
        "account_role VALUES (2, 'SNV', 'administrator')",
        "delegation (from_id, to_id, until) VALUES (1, 2, '2030-01-01')",
        "submission (campaign_id, number, dated) VALUES (1, '7/TTr-SDTTG', '2025-11-20')",
    ],
)
def test_a_row_the_trail_does_not_know_is_named(eventful: Eventful, row: str) -> None:
    with eventful.tampered() as connection:
        connection.exec_driver_sql(f"INSERT INTO {eventful.filled(row)}")
        assert "nhưng theo nhật ký là" in said(found(connection))


@pytest.mark.parametrize(
    ("gone", "subject"),
    [
        ("DELETE FROM nomination WHERE id = '{lapsed}'", "nomination:{lapsed}"),
        ("DELETE FROM decision WHERE id = 1", "decision:1"),
        ("DELETE FROM account WHERE id = 21", "account:21"),
        ("DELETE FROM campaign", "campaign:thu"),
    ],
)
def test_a_row_that_is_gone_is_named(eventful: Eventful, gone: str, subject: str) -> None:
    with eventful.tampered() as connection:
        connection.exec_driver_sql(eventful.filled(gone))
        assert places(found(connection)) == {(eventful.filled(subject), 0)}


def forged(eventful: Eventful, subject: str, tag: str, change: dict[str, Any]) -> tuple[int, list[Problem]]:
    """The number of the first entry with this tag, and what the audit says once it is changed with right hashes."""
    with eventful.tampered() as connection:
        run(connection, "DELETE FROM checkpoint")
        chain = entries(connection, subject)
        seq = next(entry.seq for entry in chain if entry.tag == tag)
        store(connection, rechained(chain, seq, lambda body: body.update(change)), head=True)
        return seq, found(connection).problems


@pytest.mark.parametrize(
    ("tag", "change", "sentence"),
    [
        ("step:select", {"from": "in_review"}, "bước đi từ “in_review”"),
        ("step:select", {"to": "approved"}, "không thể dẫn đến"),
        ("step:select", {"role": "administrator"}, "thẩm quyền"),
        ("step:select", {"slot": "–"}, "phải nhận một chỗ"),
        ("step:select", {"slot": "takes ²"}, "phải nhận một chỗ"),
        ("step:select", {"slot": ["takes 1"]}, "phải nhận một chỗ"),
        ("step:select", {"letters": ["unit"]}, "thư đang lưu gửi"),
        ("step:select", {"tag": "nomination:step:approve"}, "Không thể"),
        ("step:select", {"tag": "nomination:step:bribe"}, "không phải là một giá trị"),
        ("step:select", {"tag": "nomination:dossier:burnt"}, "loại mục không rõ"),
        ("step:select", {"tag": "nomination:dossier:imported"}, "đúng một mục nhập"),
        ("step:select", {"by": "account:13"}, "một người giữ hai khâu"),
        ("step:approve", {"on_behalf": "account:13"}, "một người giữ hai khâu"),
        ("step:forward", {"slot": "frees 1"}, "chỗ trong chỉ tiêu"),
        ("step:forward", {"letters": "appraisal_office"}, "thư đang lưu gửi"),
        ("dossier:imported", {"to": "approved"}, "bản nháp"),
        ("dossier:imported", {"tag": "nomination:dossier:edited"}, "đúng một mục nhập"),
        ("dossier:edited", {"committed": {"changes": commitment("5", "x")}}, "không cam kết"),
    ],
)
def test_an_entry_that_cannot_be_is_named_however_right_its_hashes(
    eventful: Eventful, tag: str, change: dict[str, Any], sentence: str
) -> None:
    subject = eventful.subject("plain")
    seq, problems = forged(eventful, subject, f"nomination:{tag}", change)
    assert {(problem.subject, problem.entry) for problem in problems} == {(subject, seq)}
    assert sentence in " ".join(problem.problem for problem in problems)


@pytest.mark.parametrize(
    ("name", "tag", "change", "sentence"),
    [
        ("judged", "step:endorse", {"by": "account:14"}, "đã xin không tham gia xét lại xét"),
        ("judged", "step:endorse", {"on_behalf": "account:14"}, "đã xin không tham gia xét lại xét"),
        ("judged", "review:recused", {"recused": ["account:13"]}, "không phải là người thực hiện"),
        ("judged", "review:recused", {"recused": "account:14"}, "không phải là người thực hiện"),
        ("group", "review:scored", {"parts": {"results": "80.00"}}, "không cộng thành điểm chung"),
        ("group", "review:scored", {"parts": {"results": "nhiều"}}, "không cộng thành điểm chung"),
        ("group", "review:scored", {"parts": "83.00"}, "không cộng thành điểm chung"),
    ],
)
def test_points_and_recusals_that_cannot_be_are_named(
    eventful: Eventful, name: str, tag: str, change: dict[str, Any], sentence: str
) -> None:
    seq, problems = forged(eventful, eventful.subject(name), f"nomination:{tag}", change)
    assert {(problem.subject, problem.entry) for problem in problems} == {(eventful.subject(name), seq)}
    assert sentence in " ".join(problem.problem for problem in problems)


def test_an_export_from_before_points_by_criterion_still_verifies() -> None:
    said: dict[str, object] = {"parts": {}, "recused": [], "due": None}
    assert [key for key, value in said.items() if value != absent(value)] == []


@pytest.mark.parametrize(
    ("tag", "parties"), [("step:accept", []), ("step:accept", ["unit", "nominee"]), ("step:endorse", ["unit"])]
)
def test_a_step_that_wrote_to_others_than_the_table_says_is_named(
    eventful: Eventful, tag: str, parties: list[str]
) -> None:
    subject = eventful.subject("judged")
    posted = (
        "INSERT INTO letter (subject, seq, party, kind, recipient, title, message, status)"
        " VALUES (:s, :n, :party, :party, 'a@b.c', 't', '', 'sent')"
    )
    with eventful.tampered() as connection:
        run(connection, "DELETE FROM checkpoint")
        chain = entries(connection, subject)
        seq = next(entry.seq for entry in chain if entry.tag == f"nomination:{tag}")
        store(connection, rechained(chain, seq, lambda body: body.update(letters=parties)), head=True)
        delete_entry(connection, subject, seq, ("letter",))
        for party in parties:
            run(connection, posted, s=subject, n=seq, party=party)
        verification = found(connection)
        assert places(verification) == {(subject, seq)}
        assert "các bên nhận thư" in said(verification)


@pytest.mark.parametrize(
    ("subject", "tag", "change", "sentence"),
    [
        ("decision:2", "decision:step:freeze", {"hash": "0" * 64}, "danh sách được ký khác danh sách đã chốt"),
        ("decision:2", "decision:step:sign", {"role": "appraisal_head"}, "thẩm quyền"),
        ("decision:2", "decision:step:sign", {"to": "open"}, "không thể dẫn đến"),
        ("decision:2", "decision:step:sign", {"number": ["1"]}, "số quyết định"),
        ("decision:2", "decision:step:open", {"tag": "decision:step:sign"}, "Không thể"),
        ("decision:1", "decision:step:cancel", {"tag": "decision:step:open"}, "Không thể"),
        ("decision:1", "decision:step:freeze", {"tag": "decision:note:made"}, "loại mục không rõ"),
        ("campaign:thu", "campaign:file:loaded", {"tag": "campaign:file:burnt"}, "loại mục không rõ"),
        ("campaign:thu", "campaign:submission:forwarded", {"number": "9/TTr-SDTTG"}, "các tờ trình"),
        ("account:16", "account:delegation:given", {"until": "2027-01-01"}, "ủy quyền đã giao"),
        ("account:17", "account:file:imported", {"role": "administrator"}, "vai trò"),
    ],
)
def test_decisions_campaigns_and_accounts_are_replayed_too(
    eventful: Eventful, subject: str, tag: str, change: dict[str, Any], sentence: str
) -> None:
    _, problems = forged(eventful, subject, tag, change)
    assert {problem.subject for problem in problems} == {subject}
    assert sentence in " ".join(problem.problem for problem in problems)


def test_a_value_committed_to_by_none_of_our_writers_is_named(eventful: Eventful) -> None:
    subject, seq = eventful.subject("plain"), 2
    with eventful.tampered() as connection:
        run(connection, "DELETE FROM checkpoint")
        chain = entries(connection, subject)
        change = {"committed": {"changes": commitment("5", "x")}}
        store(connection, rechained(chain, seq, lambda body: body.update(change)), head=True)
        delete_entry(connection, subject, seq, ("disclosure",))
        run(connection, "INSERT INTO disclosure VALUES (:s, :n, 'changes', 'x', '5')", s=subject, n=seq)
        assert found(connection).problems == [Problem(subject, seq, "dữ liệu “changes” lưu kèm không đọc được")]
