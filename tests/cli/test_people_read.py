"""What people read without --json: Vietnamese words, tables, the cut line; never a bar where nobody watches."""

import io
import sys
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from cli import output, tables
from rules.vocabulary import Action, Kind, State
from tests.cli.conftest import Shell
from tests.world import CODE, ROOT, World

DAY = ("--today", "2025-11-20")
IN = ("--campaign", CODE)


def said(shell: Shell, *words: object) -> str:
    """What a command that succeeds prints for people."""
    answer = shell(*words)
    assert answer.code == 0, (words, answer)
    assert answer.err == "" or "Lưu ý" in answer.err or "chưa phân định" in answer.err or "không có" in answer.err
    return answer.out


def test_small_answers_are_sentences(shell: Shell, world: World, tmp_path: Path) -> None:
    assert "sẵn sàng" in said(shell, "init")
    assert "0 đơn vị; 117" in said(shell, "unit", "import", ROOT / "data" / "units.csv")
    assert "đến hết 31/12/2026" in said(
        shell, "delegation", "add", "--from", "clerk", "--to", "reviewer", "--until", "2026-12-31"
    )
    assert "Đã ghi" in said(shell, "nomination", "blank", "--out", tmp_path / "mau.xlsx")
    assert said(shell, "database", "url").strip() == world.database.application_url
    assert "không chạy" in said(shell, "database", "stop")
    assert "tốt" in said(shell, "audit", "verify")
    assert "tốt" in said(shell, "invariants")
    assert "Điểm kiểm tra số 1" in said(shell, "audit", "checkpoint")
    assert "nhat-ky.jsonl" in said(shell, "audit", "export", tmp_path / "nhat-ky.jsonl")


def test_a_campaign_at_a_glance(shell: Shell, world: World) -> None:
    world.advance(world.draft(), State.SELECTED)
    text = said(shell, "campaign", "show", CODE)
    assert "(diễn tập)" in text
    assert "Cá nhân: đã dùng 1/2 suất" in text
    assert "Được lựa chọn" in text


def test_an_import_tells_cell_by_cell(shell: Shell, world: World) -> None:
    sample = ROOT / "data" / "nominations-sample.xlsx"
    words = ("nomination", "import", sample, "--campaign", world.code, "--as", "reviewer", *DAY)
    text = said(shell, *words, "--dry-run")
    assert "Dòng bị từ chối" in text
    assert "Xếp loại 2022" in text
    assert "Nếu nhập: 109 hồ sơ mới hoặc thay đổi, 0 dòng không đổi, 7 dòng bị từ chối. Chưa ghi gì." in text
    assert "Đã nhập: 109" in said(shell, *words)


def test_a_dossier_is_a_page(shell: Shell, world: World) -> None:
    identity = world.draft(report=None, rating_2021="not_applicable")
    text = said(shell, "nomination", "show", identity)
    assert f"Hồ sơ {identity}: Nông Thị Mẫu 1" in text
    assert "Còn thiếu giấy tờ: Báo cáo thành tích có xác nhận" in text
    for answer in ("06/05/1980", "Nữ", "Không thuộc diện", "(trống)", "nhập hồ sơ", "cán bộ đơn vị đề nghị"):
        assert answer in text
    assert "2025-11" not in text.replace("2021-2025", "")


def test_a_dossier_s_page_shows_what_was_asked_judged_and_checked(shell: Shell, world: World) -> None:
    identity = world.advance(world.draft(prior_awards="Giấy khen"), State.IN_REVIEW)
    rule = "award.not_already_given"
    said(shell, "nomination", "judge", identity, rule, "--verdict", "pass", "--reason", "Việc khác", "--as", "reviewer",
         *DAY)  # fmt: skip
    assert "87,50" in said(shell, "nomination", "score", identity, "87.5", "--as", "reviewer", *DAY)
    said(shell, "verification", "ask", identity, "--agency", "BHXH tỉnh", "--as", "reviewer", *DAY)
    reply = ("--agency", "BHXH tỉnh", "--result", "clear", "--text", "Không vi phạm")
    said(shell, "verification", "reply", identity, *reply, "--as", "reviewer", *DAY)
    world.give_back(identity)
    text = said(shell, "nomination", "show", identity)
    for words in (
        "Thời hạn: 28/11/2025",
        "Điểm xét: 87,5",
        "Bổ sung số liệu.",
        "chưa trả lời",
        "không có vi phạm",
        "Việc khác",
    ):
        assert words in text
    assert "Bổ sung số liệu." in said(shell, "finding", "list", identity)
    assert "còn 0 yêu cầu" in said(
        shell, "finding", "answer", identity, "field:merit", "--text", "37 hộ", "--as", "head-07282", *DAY
    )
    assert "Đã ghi hồ sơ" in said(shell, "nomination", "set", identity, "model=Mới", "--as", "head-07282", *DAY)


def test_a_collective_is_a_page_too(shell: Shell, world: World) -> None:
    identity = world.draft(kind=Kind.COLLECTIVE)
    text = said(shell, "nomination", "show", identity)
    assert "Người đứng đầu" in text
    assert "Nội bộ đoàn kết" in text
    assert shell("finding", "list", identity).err == "Hồ sơ không có yêu cầu nào.\n"


def test_a_held_place_shows_on_the_page(shell: Shell, world: World) -> None:
    identity = world.advance(world.draft(), State.SELECTED)
    assert "Giữ chỗ số 1" in said(shell, "nomination", "show", identity)
    text = said(shell, "nomination", "correct", identity, "position=X", "--reason", "Sai chữ", "--as", "reviewer", *DAY)
    assert "Đã chỉnh sửa" in text


def test_a_step_is_a_sentence_and_its_warnings_go_to_stderr(shell: Shell, world: World) -> None:
    identity = world.draft()
    answer = shell("nomination", "step", identity, "submit", "--as", "head-07282", *DAY)
    assert answer.out.startswith(f"Hồ sơ {identity}: nộp hồ sơ, “Bản nháp” → “Đã nộp” (phiên bản 2;")


def test_a_plan_tells_what_moved_and_what_did_not(shell: Shell, world: World) -> None:
    good, bad = world.draft(), world.draft(minutes=None)
    words = ("nomination", "plan", "submit", *IN, "--from", "draft", "--as", "unit-head", *DAY)
    dry = said(shell, *words, "--dry-run")
    assert "Không thực hiện được" in dry
    assert "Chưa ghi gì. Có thể nộp hồ sơ: 1 hồ sơ; bị từ chối: 1 hồ sơ." in dry
    done = said(shell, *words, "--skip-refused")
    assert "Đã nộp hồ sơ: 1 hồ sơ." in done
    assert good in done
    assert bad in done


def test_screening_and_explaining_in_words(shell: Shell, world: World) -> None:
    good, bad, missing = world.draft(), world.draft(rating_2022="completed"), world.draft(letter=None)
    text = said(shell, "screen", *IN, *DAY)
    assert "duties.completed_well (không đạt)" in text
    assert "3 hồ sơ; đủ điều kiện: 1; không đủ điều kiện: 1; chưa đủ căn cứ: 1." in text
    assert "Không có cách nào" in said(shell, "explain", bad)
    assert "đơn vị đề nghị: Bổ sung tờ trình (số, ngày)." in said(shell, "explain", missing)
    assert "Để đủ điều kiện" not in said(shell, "explain", good)


def test_the_ranking_draws_the_line_where_the_quota_ends(shell: Shell, world: World) -> None:
    for _ in range(3):
        world.advance(world.draft(), State.ENDORSED)
    answer = shell("ranking", "show", *IN, "--category", "individual")
    lines = answer.out.splitlines()
    cut = next(at for at, line in enumerate(lines) if "Hết chỉ tiêu 2 suất" in line)
    second, third = (next(at for at, line in enumerate(lines) if f"Mẫu {n}" in line) for n in (2, 3))
    assert second < cut < third
    assert "Còn suất trống; hồ sơ kế tiếp: 1. Nông Thị Mẫu 1" in answer.out
    assert "chưa phân định" in answer.err
    few = said(shell, "ranking", "show", *IN, "--category", "collective")
    assert "Hết chỉ tiêu" not in few


def test_settling_releasing_and_letters_in_words(shell: Shell, world: World) -> None:
    one, other = (world.advance(world.draft(), State.ENDORSED) for _ in range(2))
    settle = ("ranking", "settle", other, "--above", one, "--reason", "Theo biên bản", "--as", "review-head", *DAY)
    assert f"{other} trên {one}" in said(shell, *settle)
    world.step(one, Action.DECLINE, "review-head", reason="Theo mục II.2.c Kế hoạch", today=date(2025, 11, 20))
    assert "giữ đến khi công bố" in said(shell, "letters", "list")
    assert one in said(shell, "campaign", "release", CODE, one, "--as", "review-head", *DAY)


def test_the_decision_in_words(shell: Shell, world: World, tmp_path: Path) -> None:
    world.advance(world.draft(), State.SELECTED)
    forward = ("submission", "forward", *IN, "--number", "9", "--date", "20/11/2025", "--as", "review-head", *DAY)
    assert "theo Tờ trình số 09/TTr-SDTTG: 1 hồ sơ." in said(shell, *forward)
    assert "to-trinh-09" in said(shell, "submission", "export", "--number", "9", "--out", tmp_path)
    said(shell, "nomination", "plan", "approve", *IN, "--from", "in_appraisal", "--as", "appraiser", *DAY)
    head = (*IN, "--as", "appraisal-head", *DAY)
    assert said(shell, "decision", "open", *head) == "Đã lập danh sách quyết định.\n"
    assert "Đã đưa vào danh sách: 1 hồ sơ." in said(shell, "decision", "enlist", *head)
    assert "mã băm" in said(shell, "decision", "freeze", *head)
    assert "phiên bản 2" in said(shell, "decision", "unfreeze", *head, "--reason", "Sửa tên")
    assert "hủy danh sách" in said(shell, "decision", "cancel", *head, "--reason", "Làm lại")
    for action in ("open", "enlist", "freeze"):
        said(shell, "decision", action, *head)
    clerk = (*IN, "--as", "clerk", "--date", "2025-11-20", *DAY)
    text = said(shell, "decision", "sign", *clerk, "--number", "7", "--signer", "Người Ký")
    assert "theo Quyết định số 07/QĐ-UBND: 1 hồ sơ." in text
    assert "đính chính số 8" in said(shell, "decision", "correct", *clerk, "--number", "8", "--reason", "Sai họ")
    (file,) = said(shell, "decision", "export", *IN, "--format", "xlsx", "--out", tmp_path).splitlines()
    assert Path(file).exists()
    assert "kết thúc: 0 hồ sơ" in said(shell, "campaign", "close", CODE, "--as", "review-head", *DAY)
    assert "cho hết hạn: 0 hồ sơ" in said(shell, "campaign", "lapse", CODE, *DAY)
    assert "Đã có quyết định." in said(shell, "campaign", "show", CODE)


def test_problems_are_listed(shell: Shell, world: World) -> None:
    identity = world.draft()
    with world.database.owner.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE trail DISABLE TRIGGER ALL")
        connection.exec_driver_sql("UPDATE trail SET tag = 'x' WHERE subject LIKE 'nomination%%'")
    answer = shell("audit", "verify")
    assert answer.code == 6
    assert f"nomination:{identity}" in answer.out
    assert "vấn đề" in answer.out


def test_brackets_in_a_name_are_no_markup(shell: Shell, world: World) -> None:
    name = "name=Nông [red]Thị[/red] :smile: Mẫu"
    assert shell("nomination", "set", world.draft(), name, "--as", "head-07282", *DAY).code == 0
    assert "Nông [red]Thị[/red] :smile: Mẫu" in said(shell, "nomination", "list", *IN)


def test_no_bar_is_drawn_where_nobody_watches(shell: Shell, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.draft()
    assert shell("screen", *IN).err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with output.progress("Rà soát", as_json=True) as advance:
        advance()
    assert shell("screen", *IN, "--json").err == ""


def test_a_bar_is_drawn_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(tables, "Console", lambda **_: Console(file=screen, force_terminal=True, width=80))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with output.progress("Rà soát", as_json=False, total=2) as advance:
        advance()
        advance()
    assert "Rà soát" in screen.getvalue()
    assert "2/2" in screen.getvalue()
