"""Replay an account from its trail: what it may do, and by what its holder proves to be who they are."""

from collections.abc import Iterable

from engine.replay.entry import ImpossibleEntryError, Said, require, word
from models.chain import Body

# Nothing of the account changed: its holder looked, or did something elsewhere.
LOOKED = ("account:cccd:seen", "account:paper:read", "account:bundle:made", "account:units:imported")
LISTS = ("given", "received", "roles", "tokens", "links", "identities", "sessions")


def replay_account(bodies: Iterable[Body]) -> Said:
    """The account its trail tells of.

    Roles, delegations given and received, tokens that are not revoked; the marks of the password and of the second
    step's secret, of every link and every session there was; identities at providers.
    """
    said: Said = {"password": None, "second_step": None, "inactive": None, **{name: [] for name in LISTS}}
    for body in bodies:
        match str(body["tag"]).split(":")[1:2]:
            case ["file" | "delegation" | "token" | "state"]:
                replay_rights(said, body)
            case ["password" | "second_step" | "link" | "identity" | "session"]:
                replay_access(said, body)
            case _:
                require(body["tag"] in LOOKED, body, f"loại mục không rõ: {body['tag']}")
    return said


def replay_rights(said: Said, body: Body) -> None:
    """What the account may do, and what opens the JSON API for it."""
    match body["tag"]:
        case "account:file:imported":
            role = f"{word(body, 'role')}@{word(body, 'unit')}"
            said["roles"] += [] if role in said["roles"] else [role]
        case "account:delegation:given":
            said["given"].append([word(body, key) for key in ("to", "since", "until")])
        case "account:delegation:received":
            said["received"].append([word(body, key) for key in ("from", "since", "until")])
        case "account:delegation:ended":
            end_delegation(said, body)
        case "account:state:deactivated":
            require(said["inactive"] is None, body, "tài khoản bị khóa hai lần")
            said["inactive"] = True
        case "account:state:reactivated":
            require(said["inactive"] is not None, body, "tài khoản được mở khi chưa bị khóa")
            said["inactive"] = None
        case "account:token:issued":
            said["tokens"].append(word(body, "token"))
        case "account:token:revoked":
            known = sorted(map(str, said["tokens"]))
            require(body.get("tokens") == known, body, "mã truy cập bị thu hồi khác mã đã cấp")
            said["tokens"] = []
        case tag:
            raise ImpossibleEntryError(body, f"loại mục không rõ: {tag}")


def end_delegation(said: Said, body: Body) -> None:
    """A delegation ends earlier than it was to, or before it began."""
    way = "given" if word(body, "to") else "received"
    known = [word(body, "to") or word(body, "from"), word(body, "since"), word(body, "until")]
    require(known in said[way], body, "ủy quyền kết thúc khác ủy quyền đã ghi")
    said[way].remove(known)
    if last := word(body, "last"):
        said[way].append([*known[:2], last])


def replay_access(said: Said, body: Body) -> None:
    """By what its holder signs in."""
    match body["tag"]:
        case "account:password:set":
            said["password"] = word(body, "password")
        case "account:second_step:on":
            said["second_step"] = word(body, "secret")
        case "account:second_step:off":
            require(said["second_step"] is not None, body, "xác minh hai bước bị tắt khi chưa bật")
            said["second_step"] = None
        case "account:link:sent":
            said["links"].append(word(body, "link"))
        case "account:identity:linked":
            said["identities"].append(word(body, "issuer"))
        case "account:session:begun":
            said["sessions"].append(word(body, "session"))
        case "account:session:ended":
            pass  # what is stored of a session stays when it ends
        case tag:
            raise ImpossibleEntryError(body, f"loại mục không rõ: {tag}")
