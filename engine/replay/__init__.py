"""Replay: what a trail says its subject must be now, against what is stored of it."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from engine.replay.account import replay_account
from engine.replay.entry import ImpossibleEntryError, Said
from engine.replay.nomination import replay_nomination
from engine.replay.others import replay_alert, replay_campaign, replay_decision
from models.chain import Body, Problem, canonical, committed_in

SHOWN = 80  # characters of a value in a message
REPLAYERS: dict[str, Callable[[Iterable[Body]], Said]] = {
    "nomination": replay_nomination,
    "decision": replay_decision,
    "campaign": replay_campaign,
    "account": replay_account,
    "alert": replay_alert,
}
# The committed values that make up what is stored of a subject.
PERSONAL = {
    "nomination": ("fields", "changes", "files"),
    "account": ("name", "email", "person", "collective"),
    "decision": ("signer",),
}
# What people call what is compared.
LABELS = {
    "state": "trạng thái",
    "version": "phiên bản",
    "left_state": "trạng thái đã rời",
    "due": "thời hạn",
    "head_submitted": "dấu đã ký nộp",
    "own_withdrawal": "dấu đơn vị tự rút",
    "released": "dấu đã thông báo kết quả",
    "submission": "tờ trình",
    "slots": "chỗ trong chỉ tiêu",
    "duties": "khâu đã giữ",
    "scores": "điểm",
    "parts": "điểm theo tiêu chí",
    "recused": "người xin không tham gia xét",
    "judgements": "kết luận",
    "checks": "ý kiến cơ quan liên quan",
    "answered": "yêu cầu đã trả lời",
    "attachments": "giấy tờ đính kèm",
    "hash": "mã băm danh sách",
    "content": "nội dung danh sách (mã băm)",
    "number": "số quyết định",
    "dated": "ngày quyết định",
    "config": "cấu hình",
    "submissions": "các tờ trình",
    "roles": "vai trò",
    "inactive": "dấu bị khóa",
    "given": "ủy quyền đã giao",
    "received": "ủy quyền đã nhận",
    "tokens": "mã truy cập",
    "password": "mật khẩu (mã băm)",
    "second_step": "xác minh hai bước (mã băm)",
    "links": "đường dẫn đặt mật khẩu",
    "identities": "danh tính ở nơi đăng nhập chung",
    "sessions": "phiên đăng nhập",
    "check": "phép kiểm tra",
    "digest": "mã băm các vấn đề",
    "cleared": "dấu đã hết",
}


def kind_of(subject: str) -> str:
    """What a subject is: the part before the colon."""
    return subject.partition(":")[0]


def replay(subject: str, bodies: Sequence[Body], stored: Mapping[str, Any]) -> list[Problem]:
    """Where the trail of a subject, whose chain holds, cannot be, or says other than what is stored."""
    try:
        said = REPLAYERS[kind_of(subject)](bodies)
    except ImpossibleEntryError as error:
        return [Problem(subject, error.entry, error.message)]
    return [
        Problem(subject, len(bodies), difference(LABELS[key], stored.get(key), value))
        for key, value in said.items()
        if unordered(value) != unordered(stored.get(key, absent(value)))
    ]


def absent(value: object) -> object:
    """What stands for a value that an older export did not have yet."""
    return type(value)() if isinstance(value, list | dict) else None


def unordered(value: object) -> object:
    """Lists as if they had no order, which the trail does not tell."""
    return sorted(value, key=canonical) if isinstance(value, list) else value


def difference(label: str, stored: object, said: object) -> str:
    """A sentence about a stored value that is not what the trail says."""
    return f"{label} đang lưu là {shown(stored)} nhưng theo nhật ký là {shown(said)}"


def shown(value: object) -> str:
    """A value as a message shows it."""
    if value in (None, [], {}):
        return "“trống”"
    text = ("có" if value else "không") if isinstance(value, bool) else canonical(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def replay_disclosed(
    subject: str,
    bodies: Sequence[Body],
    disclosed: Mapping[int, Mapping[str, tuple[str, str]]],
    stored: Mapping[str, Any],
) -> list[Problem]:
    """Where stored personal data are not what the trail committed to; none once any of it was erased.

    `disclosed` maps entry number and field to (salt, value), already checked against the commitments.
    """
    said: dict[str, Any] = {}
    for body in bodies:
        for field in (field for field in PERSONAL.get(kind_of(subject), ()) if field in committed_in(body)):
            found = disclosed.get(body["seq"], {}).get(field)
            if found is None:
                return []
            try:
                said |= told(field, json.loads(found[1]))
            except (ValueError, TypeError, AttributeError):  # committed to, but by none of our writers
                return [Problem(subject, body["seq"], f"dữ liệu “{field}” lưu kèm không đọc được")]
    differing = sorted(key for key in said.keys() | stored.keys() if said.get(key) != stored.get(key))
    message = f"dữ liệu đang lưu khác nhật ký: {', '.join(differing)}"
    return [Problem(subject, len(bodies), message)] if differing else []


def told(field: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever was committed to
    """The stored values one disclosed value gives: a whole dossier, changes as [old, new], files' names, or itself."""
    match field:
        case "fields":
            return dict(value)
        case "changes":
            return {key: new for key, (_, new) in value.items()}
        case "files":
            return {f"file:{key}": name for key, name in value.items()}
        case _:
            return {field: value}
