"""A campaign's file in the portal: shown, and a changed one compared before it is loaded."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from sqlalchemy import text
from sqlmodel import Session

from engine.actors import Actor
from engine.campaigns import campaign_in, load_campaign
from engine.context import Acting, Origin
from models.chain import canonical
from rules.campaign import Campaign, parse_campaign
from rules.errors import NotFoundError, StaleError, VinhDanhError
from rules.vocabulary import Role

LOADED = text(
    "SELECT c.code, c.rehearsal, c.decided, c.config->>'title' AS title,"
    " (SELECT count(*) FROM nomination n WHERE n.campaign_id = c.id) AS dossiers FROM campaign c ORDER BY c.id DESC"
)
CONFIG = text("SELECT config FROM campaign WHERE code = :code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One key of the file that would change; None where it is not there."""

    key: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A file against what is loaded; `mark` stands for what is loaded now."""

    campaign: Campaign
    new: bool
    changes: tuple[Change, ...]
    mark: str


def loaded(session: Session) -> list[dict[str, Any]]:
    """Every campaign, the newest first."""
    return [dict(row) for row in session.execute(LOADED).mappings()]


def config_of(session: Session, code: str) -> Campaign | None:
    """The campaign as it is loaded, None if it is not."""
    config = session.scalar(CONFIG, {"code": code})
    return None if config is None else parse_campaign(config)


def as_yaml(session: Session, code: str) -> str:
    """The configuration as people read it; NotFoundError for a campaign that is not loaded."""
    campaign = config_of(session, code)
    if campaign is None:
        raise NotFoundError(f"Không có đợt khen thưởng “{code}”.")
    return yaml.safe_dump(plain(campaign), allow_unicode=True, sort_keys=False, width=100)


def compare(session: Session, content: bytes) -> Compared:
    """What loading a file would change; MalformedError for one that is none."""
    campaign = campaign_in(content)
    before = config_of(session, campaign.code)
    old = dict(leaves(plain(before))) if before else {}
    new = dict(leaves(plain(campaign)))
    changes = (Change(key=key, before=old.get(key), after=new.get(key)) for key in dict.fromkeys((*old, *new)))
    return Compared(
        campaign=campaign,
        new=before is None,
        changes=tuple(change for change in changes if change.before != change.after),
        mark=mark_of(before),
    )


def foreseen(session: Session, content: bytes, origin: Origin) -> tuple[Compared, VinhDanhError | None]:
    """The comparison, and why loading the file would be refused (None: it would not); it is tried, and undone."""
    compared = compare(session, content)
    trial = session.begin_nested()
    refusal: VinhDanhError | None = None
    try:
        load_campaign(session, compared.campaign, origin)
    except VinhDanhError as error:
        refusal = error
    trial.rollback()
    return compared, refusal


def load(session: Session, by: Actor, content: bytes, mark: str, origin: Origin) -> bool:
    """Load a file that was compared with what is loaded; StaleError when that is something else by now."""
    campaign = campaign_in(content)
    if mark_of(config_of(session, campaign.code)) != mark:
        raise StaleError("Cấu hình đang dùng vừa được thay đổi. Hãy xem lại các thay đổi rồi nạp lại.")
    acting = Acting(actor=by, on_behalf=None, role=Role.ADMINISTRATOR, office=None)
    return load_campaign(session, campaign, origin, acting)


def plain(campaign: Campaign) -> dict[str, Any]:
    """The campaign as its file has it."""
    return campaign.model_dump(mode="json", by_alias=True)


def mark_of(campaign: Campaign | None) -> str:
    """A digest of what is loaded."""
    return hashlib.sha256(canonical(plain(campaign) if campaign else None).encode()).hexdigest()[:32]


def leaves(data: Any, key: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - whatever plain data holds
    """Every value in plain data with its key as `a.b.0`, in words."""
    if isinstance(data, dict | list) and data:
        for name, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(value, f"{key}.{name}" if key else str(name))
    else:
        yield key, data if isinstance(data, str) else canonical(data)
