"""The demonstration's account for people: counts by state, the cut and its reasons, money, letters, files."""

import sys
from datetime import date
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from cli.letters import LABELS
from engine.papers import grouped
from models.letters import LetterStatus
from rules.vocabulary import OVERALL_LABELS, STAFF_LABELS, Overall, State

CATEGORY_TITLES = {"collective": "Tập thể", "individual": "Cá nhân"}
COUNTS = (
    ("reminded", "lượt đơn vị được nhắc nộp hồ sơ trước thời hạn"),
    ("submitted", "hồ sơ thủ trưởng đơn vị ký nộp"),
    ("not_submitted", "hồ sơ chưa nộp được vì thiếu giấy tờ, sau đó hết hạn"),
    ("judged", "nội dung chưa rõ do cơ quan xét chọn kết luận"),
    ("declined", "hồ sơ không đề nghị, có viện dẫn"),
    ("returned", "hồ sơ trả lại để bổ sung"),
    ("answered", "hồ sơ đơn vị bổ sung và nộp lại"),
    ("lapsed_returns", "hồ sơ trả lại quá hạn, hết hiệu lực"),
    ("escalated", "lượt lãnh đạo cơ quan được báo hồ sơ chờ quá thời hạn"),
    ("endorsed", "hồ sơ được xác nhận đủ điều kiện"),
    ("forwarded", "hồ sơ trình Sở Nội vụ theo hai tờ trình"),
    ("replaced", "hồ sơ dự bị thay cho hồ sơ thẩm định không đạt"),
)


def say(sentence: str) -> None:
    """One line of progress, on standard error."""
    print(f"• {sentence}", file=sys.stderr, flush=True)  # noqa: T201 - the command line speaks


def show(account: dict[str, Any]) -> None:
    """Print the account."""
    console = Console(highlight=False)
    console.print()
    console.rule(account["campaign"]["title"])
    show_import(console, account)
    show_states(console, account)
    for key, cut in account["cut"].items():
        show_cut(console, CATEGORY_TITLES[key], cut)
    show_money(console, account)
    show_end(console, account)


def show_import(console: Console, account: dict[str, Any]) -> None:
    """Rows taken, rows refused, and what the rules found."""
    counts = account["counts"]
    errors = account["import"]["errors"]
    console.print(f"\n[bold]Nhập danh sách:[/] {account['import']['imported']} hồ sơ, {len(errors)} dòng bị trả lại:")
    for error in errors:
        where = f"{error['sheet']}, dòng {error['row']}, cột “{error['column']}”"
        console.print(f"  {where}: {error['message']}", markup=False)
    found = ", ".join(f"{counts[f'screened.{overall.value}']} {OVERALL_LABELS[overall]}" for overall in Overall)
    console.print(f"[bold]Đối chiếu tiêu chuẩn:[/] {found}.")
    for key, words in COUNTS:
        if counts.get(key):
            console.print(f"  {counts[key]:>4} {words}")


def show_states(console: Console, account: dict[str, Any]) -> None:
    """How many dossiers ended in each state."""
    table = Table("Trạng thái cuối", box=SIMPLE_HEAD, title="Kết quả")
    categories = account["campaign"]["categories"]
    for category in categories:
        table.add_column(f"{category['title']} (chỉ tiêu {category['limit']})", justify="right")
    for state in State:
        numbers = [category["states"].get(state.value, 0) for category in categories]
        if any(numbers):
            table.add_row(STAFF_LABELS[state], *(str(number) if number else "–" for number in numbers))
    console.print(table)


def show_cut(console: Console, title: str, cut: dict[str, Any]) -> None:
    """The places around the cut, each with why it stands above the next."""
    table = Table("Thứ", "Tên", "Kết quả", "Đứng trên hồ sơ kế tiếp vì", box=SIMPLE_HEAD,
                  title=f"{title}: {cut['held']}/{cut['limit']} suất, lằn ranh lựa chọn")  # fmt: skip
    above = True
    for place in cut["around"]:
        if above and not place["above_cut"]:
            table.add_section()
        above = place["above_cut"]
        table.add_row(
            str(place["place"]), place["name"], STAFF_LABELS[State(place["state"])], place["above_next_because"] or "–"
        )
    console.print(table)


def show_money(console: Console, account: dict[str, Any]) -> None:
    """The decision and what it costs."""
    decision, money = account["decision"], account["money"]
    day = f"{date.fromisoformat(decision['date']):%d/%m/%Y}"
    signed = f"số {decision['number']} ngày {day}, người ký {decision['signer']}"
    console.print(f"[bold]Quyết định:[/] {signed}")
    console.print(f"  mã kiểm tra danh sách (SHA-256): {decision['hash']}", soft_wrap=True)
    for key, title in CATEGORY_TITLES.items():
        console.print(f"  {title}: {grouped(money[key])} đồng")
    console.print(f"  [bold]Tổng tiền thưởng: {grouped(money['total'])} đồng[/]")


def show_end(console: Console, account: dict[str, Any]) -> None:
    """Letters, checks, files, and how to look around."""
    letters = ", ".join(f"{number} {LABELS[LetterStatus(status)]}" for status, number in account["letters"].items())
    console.print(f"[bold]Thư thông báo:[/] {letters}. Đọc tại:")
    console.print(f"  {account['read_letters']}", markup=False, soft_wrap=True)
    checks = (("audit", "Nhật ký", "mục"), ("invariants", "Tính toàn vẹn dữ liệu", "ràng buộc"))
    for key, words, counted in checks:
        verdict = "không có sai lệch" if account[key]["ok"] else "CÓ SAI LỆCH"
        console.print(f"[bold]{words}:[/] đã kiểm tra {account[key]['checked']} {counted}, {verdict}")
    console.print("[bold]Tệp đã ghi:[/]")
    for path in account["files"]:
        console.print(f"  {path}", markup=False)
    console.print(f"\nXong sau {account['seconds']} giây. Để xem tiếp dữ liệu diễn tập:")
    console.print(f'  export VINHDANH_DATABASE_URL="{account["look_around"]}"', markup=False, soft_wrap=True)
    console.print(f"  ./vinhdanh nomination list --campaign {account['campaign']['code']}")
    if "portal" in account:
        show_portal(console, account["portal"])


def show_portal(console: Console, portal: dict[str, Any]) -> None:
    """Where the portal is, who may sign in, and what to do there first."""
    console.print()
    console.rule("Cổng thông tin")
    table = Table("Vai trò", "Tên đăng nhập", "Đơn vị", box=SIMPLE_HEAD)
    for one in portal["accounts"]:
        table.add_row(one["label"], one["name"], one["unit"])
    console.print(table)
    console.print(f"[bold]Mật khẩu của mọi tài khoản trên:[/] {portal['password']}")
    day = f"{date.fromisoformat(portal['day']):%d/%m/%Y}"
    console.print(
        f"Đợt “{portal['campaign']}” còn dang dở, vai trò nào cũng có việc: chọn đợt ấy ở đầu trang và đặt ngày diễn"
        f" tập {day}. Đợt kia đã kết thúc. Chỉ máy này vào được; mọi dữ liệu là hư cấu.",
        soft_wrap=True,
    )
    if "url" in portal:
        console.print(f"[bold]{portal['url']}[/]", soft_wrap=True)
