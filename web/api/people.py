"""The administrator's part of units, accounts and delegations."""

from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Path, Query, Response
from pydantic import AfterValidator

from engine.administering import accounts, delegations
from engine.administering.accounts import Listed
from engine.clock import local_date
from engine.context import command_origin
from engine.people import add_delegation, import_accounts
from web.api.asked import HIGHEST, Key, words
from web.api.asked_administration import AccountAsked, DelegationAsked, EndingAsked, ListAsked
from web.api.governing import require_administrator
from web.api.once import Done, given, once
from web.api.told import READS, WRITES, declared, plain
from web.api.told_administration import (
    AccountChanged,
    AccountsTold,
    DelegationEnded,
    DelegationGiven,
    DelegationsTold,
    ImportedTold,
    UnitsTold,
)
from web.work import SignedIn, Work

router = APIRouter(tags=["Quản trị"], prefix="/administration")
Numbered: TypeAlias = Annotated[int, Path(ge=0, le=HIGHEST)]
Text: TypeAlias = Annotated[str, Query(max_length=200), AfterValidator(words)]


@router.get("/units", response_model=UnitsTold, responses=declared(*READS, 403), summary="Danh mục đơn vị.")
def list_units(work: SignedIn) -> dict[str, Any]:
    """Units, and which of them nominate."""
    require_administrator(work)
    return {"units": accounts.units_of(work.session)}


@router.post(
    "/units", response_model=ImportedTold, responses=declared(*WRITES), summary="Nạp danh mục đơn vị từ nội dung CSV."
)
def take_units(asked: ListAsked, work: SignedIn, key: Key = None) -> Response:
    """Import units; a wrong line stops all of it."""

    def do() -> Done:
        by, content = require_administrator(work), asked.content.encode()
        return given(plain(accounts.take_units(work.session, by, content, command_origin("api"))))

    return once(work, key, {"units": "import"}, asked, do)


@router.get(
    "/accounts",
    response_model=AccountsTold,
    responses=declared(*READS, 403),
    summary="Tài khoản, theo tên, từng trang.",
)
def list_accounts(work: SignedIn, q: Text = "", after: Text = "") -> dict[str, Any]:
    """Accounts with roles, last sign-in and whether they have a password."""
    require_administrator(work)
    found, following = accounts.accounts_of(work.session, q, after)
    return {"accounts": [account_view(one) for one in found], "after": following}


def account_view(one: Listed) -> dict[str, Any]:
    """One account as data."""
    return {**plain(one), "roles": [{"role": role.value, "unit": unit} for role, unit in one.roles]}


@router.post(
    "/accounts", response_model=ImportedTold, responses=declared(*WRITES), summary="Nạp tài khoản từ nội dung CSV."
)
def take_accounts(asked: ListAsked, work: SignedIn, key: Key = None) -> Response:
    """Import accounts and roles; a wrong line stops all of it."""

    def do() -> Done:
        by, content = require_administrator(work), asked.content.encode()
        return given(plain(import_accounts(work.session, content, command_origin("api"), by)))

    return once(work, key, {"accounts": "import"}, asked, do)


@router.post(
    "/accounts/{account}/steps",
    response_model=AccountChanged,
    responses=declared(*WRITES),
    summary="Khóa, mở lại một tài khoản, hoặc gửi đường dẫn chọn mật khẩu.",
)
def change_account(account: Numbered, asked: AccountAsked, work: SignedIn, key: Key = None) -> Response:
    """Lock an account, open it again, or write to it with a link to choose a password."""
    return once(work, key, {"account": account}, asked, lambda: changed(work, account, asked))


def changed(work: Work, account: int, asked: AccountAsked) -> Done:
    """Do it."""
    by, origin, until = require_administrator(work), command_origin("api"), None
    match asked.action:
        case "lock":
            name = accounts.deactivate(work.session, by, account, origin)
        case "unlock":
            name = accounts.reactivate(work.session, by, account, origin)
        case _:
            name, until = accounts.send_link(work.session, account, origin)
    return given({"id": account, "name": name, "link_until": None if until is None else until.isoformat()})


@router.get(
    "/delegations", response_model=DelegationsTold, responses=declared(*READS, 403), summary="Ủy quyền và thời hạn."
)
def list_delegations(work: SignedIn) -> dict[str, Any]:
    """Delegations with their dates."""
    require_administrator(work)
    return {"delegations": plain(delegations.delegations_of(work.session, local_date(work.began)))}


@router.post("/delegations", response_model=DelegationGiven, responses=declared(*WRITES), summary="Ghi một ủy quyền.")
def delegate(asked: DelegationAsked, work: SignedIn, key: Key = None) -> Response:
    """Let somebody act for somebody else, from a day to a day, both included."""

    def do() -> Done:
        by, origin = require_administrator(work), command_origin("api")
        add_delegation(work.session, asked.giver, asked.taker, asked.until, origin, asked.since, by)
        return given({"giver": asked.giver, "taker": asked.taker, "until": asked.until.isoformat()})

    return once(work, key, {"delegation": "give"}, asked, do)


@router.post(
    "/delegations/{delegation}/ending",
    response_model=DelegationEnded,
    responses=declared(*WRITES),
    summary="Kết thúc một ủy quyền trước hạn.",
)
def end_delegation(delegation: Numbered, asked: EndingAsked, work: SignedIn, key: Key = None) -> Response:
    """End a delegation at once."""

    def do() -> Done:
        by, today = require_administrator(work), local_date(work.began)
        delegations.end_delegation(work.session, by, delegation, today, command_origin("api"))
        return given({"id": delegation})

    return once(work, key, {"end of delegation": delegation}, asked, do)
