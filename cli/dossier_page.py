"""One dossier as a page of text: who, where it stands, its answers, what was asked, what happened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cli import output
from engine.clock import VIETNAM
from rules.fields import fields_of
from rules.vocabulary import (
    ACTION_LABELS,
    ROLE_LABELS,
    STAFF_LABELS,
    Action,
    Kind,
    Role,
    State,
)

BLANK = "(trống)"
STATUS = {"open": "chưa trả lời", "answered": "đã trả lời", "recalled": "đã thu hồi"}


def draw(view: dict[str, Any], years: Sequence[int]) -> None:
    """The whole page."""
    output.say(*headlines(view))
    kind = Kind.INDIVIDUAL if "birth_date" in view["fields"] else Kind.COLLECTIVE
    catalogue = {field.key: field for field in fields_of(kind, years)}
    rows = [(catalogue[key].header, catalogue[key].written(value) or BLANK) for key, value in view["fields"].items()]
    output.table("", ("Mục", "Nội dung"), rows)
    draw_findings(view["findings"])
    if view["judgements"]:
        judged = [
            (j["rule"], "đạt" if j["verdict"] == "pass" else "không đạt", j["reason"]) for j in view["judgements"]
        ]
        output.table("Kết luận của cơ quan xét chọn", ("Tiêu chí", "Kết luận", "Lý do"), judged)
    if view["checks"]:
        checks = [(c["agency"], CHECKED[c["result"]]) for c in view["checks"]]
        output.table("Ý kiến cơ quan khác", ("Cơ quan", "Kết quả"), checks)
    output.table("Quá trình xử lý", ("Lúc", "Việc", "Người thực hiện", "Chuyển trạng thái"), past(view["history"]))


WORDS = {
    "nomination:dossier:imported": "nhập hồ sơ",
    "nomination:dossier:begun": "lập hồ sơ",
    "nomination:dossier:edited": "sửa hồ sơ",
    "nomination:dossier:corrected": "chỉnh sửa lỗi văn bản",
    "nomination:review:scored": "chấm điểm",
    "nomination:review:judged": "kết luận tiêu chí",
    "nomination:review:settled": "phân định thứ tự",
    "nomination:finding:answered": "trả lời yêu cầu",
    "nomination:paper:attached": "đính kèm giấy tờ",
    "nomination:paper:removed": "gỡ giấy tờ",
    "nomination:check:asked": "lấy ý kiến",
    "nomination:check:answered": "ghi nhận ý kiến",
    "nomination:outcome:released": "thông báo kết quả",
}
CHECKED = {None: "chưa trả lời", "clear": "không có vi phạm", "adverse": "bất lợi"}


def headlines(view: dict[str, Any]) -> list[str]:
    """Who it is and where it stands."""
    lines = [f"Hồ sơ {view['id']}: {view['fields']['name']}", f"Đơn vị đề nghị: {view['unit_name']} ({view['unit']})"]
    version = f", phiên bản {view['version']}" if view["version"] else ""
    lines.append(f"Trạng thái: {view['label']}{version}")
    lines += [f"Thời hạn: {day(view['due'])}"] if view["due"] else []
    lines += [f"Điểm xét: {view['score']}".replace(".", ",")] if view["score"] is not None else []
    lines += [f"Giữ chỗ số {view['slot']}"] if view["slot"] else []
    missing = [paper["label"] for paper in view["papers"] if paper["required"] and not paper["present"]]
    return lines + ([f"Còn thiếu giấy tờ: {', '.join(missing)}"] if missing else [])


def day(iso: str) -> str:
    """A date as Vietnamese papers write it."""
    return "/".join(reversed(iso.split("-")))


def draw_findings(findings: Sequence[dict[str, Any]]) -> None:
    """The points raised, if any."""
    if findings:
        rows = [(f["anchor"], f["label"], f["text"], STATUS[f["status"]], f["answer"] or "") for f in findings]
        output.table("Nội dung yêu cầu", ("Mục", "Tên mục", "Yêu cầu", "Tình trạng", "Trả lời"), rows)


def past(history: Sequence[dict[str, Any]]) -> list[tuple[str, ...]]:
    """The trail as rows."""
    return [(moment(entry["at"]), what(entry["tag"]), who(entry), moved(entry)) for entry in history]


def moment(iso: str) -> str:
    """A moment as the clock on the wall shows it."""
    return f"{datetime.fromisoformat(iso).astimezone(VIETNAM):%d/%m/%Y %H:%M}"


def what(tag: str) -> str:
    """An entry's tag in words; one without words is shown as it is."""
    step = tag.removeprefix("nomination:step:")
    return ACTION_LABELS[Action(step)] if step != tag else WORDS.get(tag, tag)


def who(entry: dict[str, Any]) -> str:
    """Who acted, for whom, in which role."""
    role = ROLE_LABELS[Role(entry["role"])] if entry["role"] else ""
    names = " thay ".join(name for name in (entry["by"], entry["on_behalf"]) if name)
    return f"{names} ({role})" if names and role else names or role


def moved(entry: dict[str, Any]) -> str:
    """The change of state, in words."""
    states = [STAFF_LABELS[State(entry[end])] for end in ("from", "to") if entry[end]]
    return " → ".join(states)
