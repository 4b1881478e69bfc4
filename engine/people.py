"""Units, accounts and delegations: imported from CSV files, each change on the account's trail."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import insert, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session

from engine import clock
from engine.actors import BYSTANDERS, Actor, find_actor, load_people
from engine.context import Origin
from engine.papers.glyphs import told_missing
from engine.trail import await_turn, note
from models.chain import Entry
from models.people import Account, AccountRole, Delegation, Unit
from rules.errors import MalformedError, RoleRefusedError, StateRefusedError
from rules.text import nfc_folded
from rules.vocabulary import Role

UNIT_COLUMNS = ("code", "name", "kind", "symbol", "nominates")
ACCOUNT_COLUMNS = ("name", "unit", "role", "email")
EMAIL = re.compile(r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+$")
EACH_UNIT_HEAD = "unit-head"  # after --as it stands for the head of each dossier's own unit
MAX_FILE = 5_000_000  # bytes
YES, NO = ("yes", "có", "1", "true"), ("no", "không", "0", "false")


@dataclass(frozen=True, kw_only=True)
class Imported:
    """How many rows a CSV import added or changed, and how many were known already."""

    imported: int
    unchanged: int


Source = Path | bytes  # a file, or what was sent of one


def read_rows(source: Source, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with their line numbers; MalformedError if it cannot be read or lacks a column."""
    called = f"Tệp {source}" if isinstance(source, Path) else "Tệp"
    try:
        content = content_of(source).decode("utf-8-sig")
    except OSError as error:
        raise MalformedError(f"Không đọc được tệp {source!s}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise MalformedError(f"{called} không phải là CSV mã hóa UTF-8.") from error
    try:
        reader = csv.DictReader(io.StringIO(content, newline=""), strict=True)
        header = [nfc_folded(name) for name in reader.fieldnames or ()]
        if missing := [column for column in columns if column not in header]:
            raise MalformedError(f"{called} thiếu cột: {', '.join(missing)}.")
        rows = [(reader.line_num, {nfc_folded(k): nfc_folded(v or "") for k, v in row.items() if k}) for row in reader]
    except csv.Error as error:
        raise MalformedError(f"{called} không phải là CSV hợp lệ: {error}.") from error
    return [(line, row) for line, row in rows if any(row.values())]


def content_of(source: Source) -> bytes:
    """The bytes of a file; MalformedError for one too large to be a list of units or people."""
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    if size > MAX_FILE:
        raise MalformedError(f"Tệp {source} quá lớn." if isinstance(source, Path) else "Tệp quá lớn.")
    return source.read_bytes() if isinstance(source, Path) else source


def import_units(session: Session, source: Source) -> Imported:
    """Add or change units; MalformedError names the line that is wrong, and then nothing is stored."""
    known = {row.code: row for row in session.execute(text("SELECT * FROM unit"))}
    changed = 0
    rows = read_rows(source, UNIT_COLUMNS)
    seen: set[str] = set()
    for line, row in rows:
        values = unit_values(line, row)
        if row["code"] in seen:
            raise MalformedError(f"Dòng {line}: mã đơn vị “{row['code']}” đã có ở dòng trên.")
        seen.add(row["code"])
        before = known.get(values["code"])
        if before is not None and all(getattr(before, key) == value for key, value in values.items()):
            continue
        statement = upsert(Unit).values(values)
        session.execute(statement.on_conflict_do_update(index_elements=["code"], set_=values))
        changed += 1
    return Imported(imported=changed, unchanged=len(rows) - changed)


def unit_values(line: int, row: Mapping[str, str]) -> dict[str, str | bool]:
    """One unit's columns."""
    if not row["code"] or not row["name"]:
        raise MalformedError(f"Dòng {line}: thiếu mã hoặc tên đơn vị.")
    for words in (row["name"], row["symbol"]):
        if told := told_missing(words):
            raise MalformedError(f"Dòng {line}: “{words}”: {told}")
    nominates = row["nominates"].casefold()
    if nominates not in {*YES, *NO}:
        raise MalformedError(f"Dòng {line}: cột nominates phải là yes hoặc no, không phải “{row['nominates']}”.")
    names = ("code", "name", "kind", "symbol")
    return {**{name: row[name] for name in names}, "note": row.get("note", ""), "nominates": nominates in YES}


def import_accounts(session: Session, source: Source, origin: Origin, by: Actor | None = None) -> Imported:
    """Add accounts and roles; an account may hold several, one line each. MalformedError names the wrong line.

    Optional columns `person` (CCCD or full name) and `collective` say who the account's holder is.
    """
    units = set(session.scalars(text("SELECT code FROM unit")))
    rows = [(line, account_values(line, row, units)) for line, row in read_rows(source, ACCOUNT_COLUMNS)]
    require_pure_administrators(session, [row for _, row in rows])
    changed = sum(import_account(session, row, origin, by) for _, row in rows)
    return Imported(imported=changed, unchanged=len(rows) - changed)


def account_values(line: int, row: Mapping[str, str], units: set[str]) -> dict[str, str]:
    """One line of an account file, checked."""
    if not row["name"]:
        raise MalformedError(f"Dòng {line}: thiếu tên tài khoản.")
    if row["name"] == EACH_UNIT_HEAD:
        raise MalformedError(f"Dòng {line}: “{EACH_UNIT_HEAD}” là từ dành riêng của lệnh, không phải tên tài khoản.")
    if row["unit"] not in units:
        raise MalformedError(f"Dòng {line}: không có đơn vị “{row['unit']}” trong danh mục.")
    roles = [role.value for role in Role if role is not Role.CLOCK]
    if row["role"] not in roles:
        raise MalformedError(f"Dòng {line}: không có vai trò “{row['role']}”. Có: {', '.join(roles)}.")
    if row["email"] and not EMAIL.match(row["email"]):
        raise MalformedError(f"Dòng {line}: “{row['email']}” không phải là địa chỉ thư điện tử.")
    return dict(row)


def require_pure_administrators(session: Session, rows: list[dict[str, str]]) -> None:
    """MalformedError for an administrator who would hold another role: they never move, edit or decide anything."""
    known = session.execute(text("SELECT a.name, r.role FROM account a JOIN account_role r ON r.account_id = a.id"))
    roles: dict[str, set[str]] = {}
    for name, role in [*((row[0], row[1]) for row in known), *((row["name"], row["role"]) for row in rows)]:
        roles.setdefault(name, set()).add(role)
    for name, held in roles.items():
        if Role.ADMINISTRATOR.value in held and len(held) > 1:
            raise MalformedError(f"{name}: quản trị viên không được giữ thêm vai trò nào khác.")


def import_account(session: Session, row: Mapping[str, str], origin: Origin, by: Actor | None) -> bool:
    """Add one account, role or address; returns whether anything changed."""
    details = {key: row.get(key) or None for key in ("email", "person", "collective")}
    before = session.execute(text("SELECT * FROM account WHERE name = :name"), {"name": row["name"]}).one_or_none()
    if before is None:
        values = {"name": row["name"], **details}
        identity = session.execute(insert(Account).values(values).returning(Account.id)).scalar_one()  # type: ignore[call-overload]  # SQLModel columns read as their values
        differing = {key: value for key, value in details.items() if value}
    else:
        identity = before.id
        differing = {key: value for key, value in details.items() if value and getattr(before, key) != value}
        for key, value in differing.items():
            session.execute(text(f"UPDATE account SET {key} = :value WHERE id = :id"), {"value": value, "id": identity})  # noqa: S608 - `key` is one of three names above
    role = {"account_id": identity, "unit_code": row["unit"], "role": Role(row["role"])}
    adding = upsert(AccountRole).values(role).on_conflict_do_nothing().returning(AccountRole.account_id)  # type: ignore[call-overload]  # SQLModel columns read as their values
    added = session.execute(adding).first() is not None
    if before is not None and not differing and not added:
        return False
    public = {"role": row["role"], "unit": row["unit"], "changed": sorted(differing)}
    note_account(session, identity, "account:file:imported", origin, public, {"name": row["name"], **differing}, by)
    return True


def note_account(
    session: Session,
    identity: int,
    tag: str,
    origin: Origin,
    public: Mapping[str, object],
    private: Mapping[str, object],
    by: Actor | None = None,
) -> Entry:
    """One entry on an account's chain, after whoever else is adding to it; `by` is who did it to somebody else."""
    await_turn(session, f"account:{identity}")
    if by is not None:
        public, private = {**public, "by": f"account:{by.id}"}, {**private, "by_name": by.name}
    return note(session, f"account:{identity}", tag, origin, clock.now(), public, private)


def add_delegation(
    session: Session,
    giver: str,
    taker: str,
    until: date,
    origin: Origin,
    since: date | None = None,
    by: Actor | None = None,
) -> None:
    """`taker` may act for `giver` until a day, included; an act then counts for both and the trail keeps both."""
    accounts, _ = load_people(session)
    one, other = find_actor(accounts, giver), find_actor(accounts, taker)
    if one.id == other.id:
        raise StateRefusedError("Không thể ủy quyền cho chính mình.")
    if any(role in BYSTANDERS for role, _ in other.roles):
        raise RoleRefusedError(f"{other.name} là quản trị viên hoặc người giám sát, không được nhận ủy quyền.")
    if since is not None and since > until:
        raise MalformedError("Ngày bắt đầu ủy quyền phải trước ngày kết thúc.")
    row = {"from_id": one.id, "to_id": other.id, "since": since, "until": until}
    session.execute(insert(Delegation).values(row))
    public = {"until": until.isoformat(), "since": since.isoformat() if since else None}
    note_account(session, one.id, "account:delegation:given", origin, {**public, "to": f"account:{other.id}"}, {}, by)
    note_account(
        session, other.id, "account:delegation:received", origin, {**public, "from": f"account:{one.id}"}, {}, by
    )
