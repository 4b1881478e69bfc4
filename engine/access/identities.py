"""OpenID Connect: which account a provider means. First by a verified e-mail address, then by issuer and subject."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, text
from sqlmodel import Session

from engine.context import Origin
from engine.people import note_account
from models.portal import OidcIdentity

LINKED = text(
    "SELECT a.id, a.active AND EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = a.id) AS active"
    " FROM oidc_identity i JOIN account a ON a.id = i.account_id WHERE i.issuer = :issuer AND i.subject = :subject"
)
ADDRESSED = text(
    "SELECT a.id, EXISTS (SELECT 1 FROM oidc_identity i WHERE i.account_id = a.id AND i.issuer = :issuer) AS taken"
    " FROM account a WHERE a.active AND lower(a.email) = lower(:email)"
    " AND EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = a.id)"
)
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('identity:' || :issuer, 0))")  # one at a time is linked


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """Whom a provider vouches for. `email` counts only when the provider says that it verified it."""

    issuer: str
    subject: str
    email: str | None
    verified: bool


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Why a provider's word opens nothing, as a Vietnamese sentence."""

    message: str


def account_of(session: Session, claimed: Claimed, origin: Origin, now: datetime) -> int | Unmatched:
    """The active account a provider means, linked on the way if this is the first time."""
    known = session.execute(LINKED, {"issuer": claimed.issuer, "subject": claimed.subject}).one_or_none()
    if known is not None:
        return int(known.id) if known.active else Unmatched("Tài khoản này không còn hoạt động.")
    if not claimed.email or not claimed.verified:
        return Unmatched(
            "Nơi đăng nhập chung chưa xác minh địa chỉ thư điện tử của bạn, nên chưa nhận ra tài khoản nào."
        )
    session.execute(LOCK, {"issuer": claimed.issuer})
    found = session.execute(ADDRESSED, {"issuer": claimed.issuer, "email": claimed.email}).all()
    if len(found) != 1:
        return Unmatched(
            "Không có đúng một tài khoản Vinh Danh dùng địa chỉ thư điện tử của bạn."
            " Hãy đăng nhập bằng tên tài khoản và mật khẩu, hoặc báo quản trị hệ thống."
        )
    if found[0].taken:  # an address that passed to somebody else brings no account along
        return Unmatched(
            "Địa chỉ thư điện tử này đã gắn với người khác ở nơi đăng nhập chung. Hãy báo quản trị hệ thống."
        )
    link(session, int(found[0].id), claimed, origin, now)
    return int(found[0].id)


def link(session: Session, account: int, claimed: Claimed, origin: Origin, now: datetime) -> None:
    """Remember whom the provider means, on the account's trail."""
    row = {"issuer": claimed.issuer, "subject": claimed.subject, "account_id": account, "linked_at": now}
    session.execute(insert(OidcIdentity).values(row))
    private = {"subject": claimed.subject, "vouched_email": claimed.email}
    note_account(session, account, "account:identity:linked", origin, {"issuer": claimed.issuer}, private)
