"""What a verification found, told the same way whatever was verified."""

from typing import Any

from cli import output
from models.chain import Verification

PROBLEMS = 6  # the exit code of a verification that found problems (design.md §7)


def told(verified: Verification, as_json: bool) -> int:
    """Tell what a verification found; returns the exit code."""
    problems = [{"subject": p.subject, "entry": p.entry, "problem": p.problem} for p in verified.problems]
    data: dict[str, Any] = {"ok": verified.ok, "checked": verified.checked, "problems": problems}
    output.answer(data, as_json, lambda: draw(data))
    return 0 if verified.ok else PROBLEMS


def draw(data: dict[str, Any]) -> None:
    """What a verification found, as text."""
    if data["problems"]:
        rows = [(p["subject"], str(p["entry"]), p["problem"]) for p in data["problems"]]
        output.table("", ("Đối tượng", "#Mục", "Vấn đề"), rows)
    output.say(
        f"Đã kiểm tra {data['checked']}: " + (f"{len(data['problems'])} vấn đề." if data["problems"] else "tốt.")
    )
