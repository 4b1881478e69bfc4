"""The administrator's pages of units, accounts and delegations."""

from fastapi.responses import Response

from engine.administering import accounts, delegations
from engine.clock import local_date
from engine.context import command_origin
from engine.people import Imported, add_delegation, import_accounts
from rules.errors import MalformedError
from web.pages.administration import require_administrator, sent_file
from web.visit import Pages, Visit, Visiting

router = Pages()
UNITS, ACCOUNTS, DELEGATIONS = "/quan-tri/don-vi", "/quan-tri/tai-khoan", "/quan-tri/uy-quyen"


def said(done: Imported) -> str:
    """What an import did."""
    return f"Đã thêm hoặc thay đổi {done.imported} dòng; {done.unchanged} dòng không thay đổi."


@router.get(UNITS)
def show_units(visit: Visiting) -> Response:
    """Units, and which of them nominate."""
    require_administrator(visit)
    return units_page(visit)


def units_page(visit: Visit) -> Response:
    """The list, after anything refused on it."""
    return visit.page("admin/units.html", units=accounts.units_of(visit.session))


@router.post(UNITS)
def take_units(visit: Visiting) -> Response:
    """Import a file of units; a wrong line stops all of it."""
    by = require_administrator(visit)
    done = visit.attempt(lambda: accounts.take_units(visit.session, by, sent_file(visit), command_origin("web")))
    return units_page(visit) if done is None else visit.go(UNITS, said(done))


@router.get(ACCOUNTS)
def show_accounts(visit: Visiting) -> Response:
    """Accounts with roles, last sign-in and whether they have a password."""
    require_administrator(visit)
    return accounts_page(visit)


def accounts_page(visit: Visit) -> Response:
    """The list, after anything refused on it."""
    asked = visit.request.query_params
    search = asked.get("tim", "").strip()
    found, after = accounts.accounts_of(visit.session, search, asked.get("sau", ""))
    return visit.page("admin/accounts.html", accounts=found, after=after, search=search)


@router.post(ACCOUNTS)
def take_accounts(visit: Visiting) -> Response:
    """Import a file of accounts; a wrong line stops all of it."""
    by, origin = require_administrator(visit), command_origin("web")
    done = visit.attempt(lambda: import_accounts(visit.session, sent_file(visit), origin, by))
    return accounts_page(visit) if done is None else visit.go(ACCOUNTS, said(done))


@router.post("/quan-tri/tai-khoan/{account}/{act}")
def change_account(account: str, act: str, visit: Visiting) -> Response:
    """Lock an account, open it again, or send it a link to choose a password."""
    require_administrator(visit)
    note = visit.attempt(lambda: changed(visit, number_in(account), act))
    return accounts_page(visit) if note is None else visit.go(ACCOUNTS, note)


def changed(visit: Visit, account: int, act: str) -> str:
    """Do it; returns what to say."""
    by, origin = require_administrator(visit), command_origin("web")
    match act:
        case "khoa":
            return f"Đã khóa tài khoản {accounts.deactivate(visit.session, by, account, origin)}."
        case "mo":
            return f"Đã mở lại tài khoản {accounts.reactivate(visit.session, by, account, origin)}."
        case "duong-dan":
            name, until = accounts.send_link(visit.session, account, origin)
            return f"Đã gửi đường dẫn chọn mật khẩu cho {name}, có hiệu lực đến hết ngày {local_date(until):%d/%m/%Y}."
        case _:
            raise MalformedError("Không có việc này.")


def number_in(typed: str) -> int:
    """The number in an address; MalformedError for none."""
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):  # noqa: PLR2004 - fits a column
        raise MalformedError("Địa chỉ không đúng dạng.")
    return int(typed)


@router.get(DELEGATIONS)
def show_delegations(visit: Visiting) -> Response:
    """Delegations with their dates."""
    require_administrator(visit)
    return delegations_page(visit)


def delegations_page(visit: Visit) -> Response:
    """The list, with what was typed into the form when it was refused."""
    form = visit.form
    typed = {name: form.text(name) if visit.errors else "" for name in ("giver", "taker", "since", "until")}
    found = delegations.delegations_of(visit.session, local_date(visit.began))
    return visit.page("admin/delegations.html", delegations=found, typed=typed)


@router.post(DELEGATIONS)
def delegate(visit: Visiting) -> Response:
    """Let somebody act for somebody else, from a day to a day."""
    require_administrator(visit)
    note = visit.attempt(lambda: delegated(visit))
    return delegations_page(visit) if note is None else visit.go(DELEGATIONS, note)


def delegated(visit: Visit) -> str:
    """Add it; returns what to say."""
    by, form, origin = require_administrator(visit), visit.form, command_origin("web")
    until = form.day("until")
    if until is None:
        raise MalformedError("Phải ghi ngày kết thúc ủy quyền.")
    add_delegation(visit.session, form.text("giver"), form.text("taker"), until, origin, form.day("since"), by)
    return f"Đã ghi nhận: {form.text('taker')} được làm thay {form.text('giver')} đến hết ngày {until:%d/%m/%Y}."


@router.post("/quan-tri/uy-quyen/{delegation}/ket-thuc")
def end_delegation(delegation: str, visit: Visiting) -> Response:
    """End a delegation early."""
    by, today = require_administrator(visit), local_date(visit.began)

    def ended() -> str:
        delegations.end_delegation(visit.session, by, number_in(delegation), today, command_origin("web"))
        return "Đã kết thúc ủy quyền."

    note = visit.attempt(ended)
    return delegations_page(visit) if note is None else visit.go(DELEGATIONS, note)
