"""Replay decisions, campaigns and alerts from their trails."""

from collections.abc import Iterable

from engine.replay.entry import ImpossibleEntryError, Said, require, step_of, word
from models.chain import Body
from rules.decision import DecisionAction, DecisionState, find_decision_move
from rules.errors import StateRefusedError


def replay_decision(bodies: Iterable[Body]) -> Said:
    """The decision its trail tells of: state, version, hash of the set, number and date."""
    state: DecisionState | None = None
    said: Said = {"version": None, "hash": None, "content": None, "number": None, "dated": None}
    for body in bodies:
        action = step_of(DecisionAction, body)
        try:
            move = find_decision_move(state, action)
        except StateRefusedError as error:
            raise ImpossibleEntryError(body, error.message) from error
        require(action is not DecisionAction.OPEN or state is None, body, "một quyết định chỉ được lập một lần")
        require(body.get("role") == move.by.value, body, "bước do vai trò không có thẩm quyền thực hiện")
        require(body.get("to") == move.target.value, body, f"bước không thể dẫn đến trạng thái “{body.get('to')}”")
        state = move.target
        said |= {"version": body.get("version"), **set_of(action, body, said)}
    return {"state": state, **said}


def set_of(action: DecisionAction, body: Body, said: Said) -> Said:
    """What a step did to the frozen set, its number and date."""
    match action:
        case DecisionAction.FREEZE:
            return {"hash": word(body, "hash"), "content": word(body, "hash")}
        case DecisionAction.SIGN:
            require(body.get("hash") == said["hash"], body, "danh sách được ký khác danh sách đã chốt")
            return {"number": word(body, "number"), "dated": word(body, "dated")}
        case DecisionAction.UNFREEZE | DecisionAction.CANCEL:
            return {"hash": None, "content": None}
        case DecisionAction.OPEN | DecisionAction.CORRECT:
            return {}


def replay_campaign(bodies: Iterable[Body]) -> Said:
    """The campaign its trail tells of: the file as loaded last, and its submission letters."""
    said: Said = {"config": None, "submissions": []}
    for body in bodies:
        match body["tag"]:
            case "campaign:file:loaded":
                said["config"] = body.get("config")
            case "campaign:submission:forwarded":
                said["submissions"].append([word(body, "number"), word(body, "dated")])
            case (
                "campaign:cccd:seen"
                | "campaign:paper:read"
                | "campaign:bundle:made"
                | "campaign:unit:reminded"
                | "campaign:office:reminded"
                | "campaign:screening:worsened"
            ):
                pass  # somebody looked, or the clock spoke; nothing changed
            case tag:
                raise ImpossibleEntryError(body, f"loại mục không rõ: {tag}")
    return said


def replay_alert(bodies: Iterable[Body]) -> Said:
    """The alert its trail tells of: which check, what it found, and whether that is over."""
    said: Said = {"check": None, "digest": None, "cleared": False}
    for body in bodies:
        match body["tag"]:
            case "alert:check:raised":
                said |= {"check": word(body, "kind"), "digest": word(body, "digest")}
            case "alert:check:cleared":
                said["cleared"] = True
            case tag:
                raise ImpossibleEntryError(body, f"loại mục không rõ: {tag}")
    return said
