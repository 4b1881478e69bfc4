"""What was typed and not saved: kept for its account and form until it is saved, so that nothing typed is lost.

Each opening of a form has a name of its own. Two tabs therefore keep what is typed in them side by side, and saving one
drops its own alone. What an opening was restored from is superseded once something is kept of the opening itself.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from models.portal import Typed
from rules.errors import MalformedError

KEPT_FOR = timedelta(days=90)  # then it is forgotten: it is personal data that nobody came back for
OPENING = re.compile(r"([0-9a-f]{1,12})-[0-9a-f]{8}")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # what neither JSON nor a text column holds
NEWEST = text(
    "SELECT form, version, content, saved_at FROM typed WHERE account_id = :account AND starts_with(form, :prefix)"
    " AND saved_at >= :since ORDER BY saved_at DESC, form DESC LIMIT 1"
)
FOUND = text("SELECT version, content, saved_at FROM typed WHERE account_id = :account AND form = :form")
DROP = text("DELETE FROM typed WHERE account_id = :account AND form = :form")
SUPERSEDE = text("DELETE FROM typed WHERE account_id = :account AND form = :form AND saved_at <= :opened")
FORGET = text("DELETE FROM typed WHERE account_id = :account AND saved_at < :since")
FORGET_FORM = text(
    "DELETE FROM typed WHERE account_id = :account AND starts_with(form, :prefix) AND saved_at < :before"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One opening of a form: `name` is its own, `after` that of the one it was restored from."""

    form: str  # what is filled in: dossier:7K3M9QTZ, new:thu:individual
    name: str
    after: str | None = None

    def __post_init__(self) -> None:
        """MalformedError for names that are not ours."""
        for name in (self.name, self.after):
            if name is not None and not OPENING.fullmatch(name):
                raise MalformedError("Biểu mẫu không hợp lệ; hãy mở lại biểu mẫu.")

    @property
    def at(self) -> datetime:
        """When the form was opened."""
        return datetime.fromtimestamp(int(self.name.partition("-")[0], 16) / 1000, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was typed in an opening; `version` is the dossier's when the form was opened."""

    opening: str
    version: int | None
    content: dict[str, Any]
    saved_at: datetime


def opened(form: str, now: datetime, after: str | None = None) -> Opening:
    """A new opening of a form."""
    return Opening(form=form, name=f"{int(now.timestamp() * 1000):x}-{secrets.token_hex(4)}", after=after)


def keep(
    session: Session,
    account: int,
    opening: Opening,
    version: int | None,
    content: Mapping[str, Any],
    now: datetime,
) -> None:
    """Keep what is typed in this opening in place of what was kept of it before."""
    supersede(session, account, opening)
    session.execute(FORGET, {"account": account, "since": now - KEPT_FOR})
    values = {"version": version, "content": storable(content), "saved_at": now}
    row = {"account_id": account, "form": key_of(opening.form, opening.name), **values}
    statement = insert(Typed).values(row)
    session.execute(statement.on_conflict_do_update(constraint="typed_pkey", set_=values))


def restored(session: Session, account: int, form: str, now: datetime) -> Kept | None:
    """What was typed last into this form and not saved, in whichever opening."""
    values = {"account": account, "prefix": key_of(form, ""), "since": now - KEPT_FOR}
    row = session.execute(NEWEST, values).one_or_none()
    if row is None:
        return None
    name = row.form.rpartition("/")[2]
    return Kept(opening=name, version=row.version, content=row.content, saved_at=row.saved_at)


def kept_in(session: Session, account: int, opening: Opening) -> Kept | None:
    """What was kept of this very opening."""
    row = session.execute(FOUND, {"account": account, "form": key_of(opening.form, opening.name)}).one_or_none()
    if row is None:
        return None
    return Kept(opening=opening.name, version=row.version, content=row.content, saved_at=row.saved_at)


def forget(session: Session, account: int, form: str, before: datetime) -> None:
    """Forget what was typed into this form before a moment, in whichever opening."""
    session.execute(FORGET_FORM, {"account": account, "prefix": key_of(form, ""), "before": before})


def drop(session: Session, account: int, opening: Opening) -> None:
    """Forget what was typed in this opening, and what it was restored from: it is saved."""
    supersede(session, account, opening)
    session.execute(DROP, {"account": account, "form": key_of(opening.form, opening.name)})


def supersede(session: Session, account: int, opening: Opening) -> None:
    """Forget what the opening was restored from, unless another tab has gone on typing there since."""
    if opening.after is not None:
        values = {"account": account, "form": key_of(opening.form, opening.after), "opened": opening.at}
        session.execute(SUPERSEDE, values)


def key_of(form: str, opening: str) -> str:
    """How an opening's row is called."""
    return f"{form}/{opening}"


def storable(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content without characters that cannot be stored."""
    return {key: UNSTORABLE.sub("", value) if isinstance(value, str) else value for key, value in content.items()}
