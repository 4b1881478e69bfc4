"""List a campaign's dossiers by plain SQL: the command people type most must not load the rules to answer."""

from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from engine import clock
from engine.eyes import OPERATOR, Eyes, eyes_of
from rules.embargo import visible_state
from rules.errors import MalformedError, NotFoundError
from rules.text import nfc_folded
from rules.vocabulary import Role, State

CAMPAIGN = text(
    "SELECT id, decided, config->'offices'->>'review' AS review, config->'offices'->>'appraisal' AS appraisal,"
    " ARRAY(SELECT key FROM category WHERE campaign_id = campaign.id ORDER BY key) AS categories"
    " FROM campaign WHERE code = :code"
)
# The account's own roles, and those of whoever it stands in for that day.
ROLES = text(
    "SELECT r.role, r.unit_code FROM account a JOIN account_role r ON r.account_id = a.id WHERE a.active"
    " AND (a.name = :name OR (EXISTS (SELECT 1 FROM account s WHERE s.name = :name AND s.active) AND a.id IN ("
    "  SELECT d.from_id FROM delegation d JOIN account t ON t.id = d.to_id"
    "  WHERE t.name = :name AND (d.since IS NULL OR d.since <= :today) AND :today <= d.until)))"
)
NOMINATIONS = text(
    "SELECT id, category, unit_code, name, state, version, source, released, own_withdrawal FROM nomination"
    " WHERE campaign_id = :campaign AND (CAST(:category AS text) IS NULL OR category = :category) ORDER BY arrival"
)


def campaign_codes(session: Session) -> list[str]:
    """Every campaign, as they were loaded."""
    return list(session.scalars(text("SELECT code FROM campaign ORDER BY id")))


def list_nominations(
    session: Session,
    code: str,
    *,
    state: State | None = None,
    category: str | None = None,
    viewer: str | None = None,
    today: date | None = None,
) -> list[dict[str, Any]]:
    """The dossiers of campaign `code` in order of arrival, narrowed to a state or category, as `viewer` sees them.

    `state` is the state shown: what is under embargo cannot be found out by asking for it. Raises NotFoundError
    for an unknown campaign or account, MalformedError for a category the campaign does not have.
    """
    campaign = session.execute(CAMPAIGN, {"code": code}).one_or_none()
    if campaign is None:
        raise NotFoundError(f"Không có đợt khen thưởng “{code}”.")
    if category is not None and category not in campaign.categories:
        known = ", ".join(campaign.categories)
        raise MalformedError(f"Đợt khen thưởng không có loại “{category}”. Có: {known}.")
    eyes = OPERATOR if viewer is None else eyes_of_account(session, campaign, viewer, today)
    rows = session.execute(NOMINATIONS, {"campaign": campaign.id, "category": category})
    items = [seen(row, eyes, decided=campaign.decided) for row in rows if eyes.sees(row.unit_code)]
    return [item for item in items if state is None or item["state"] == state.value]


def eyes_of_account(session: Session, campaign: Row[Any], name: str, today: date | None) -> Eyes:
    """The eyes of the account `name`; NotFoundError if there is none."""
    values = {"name": nfc_folded(name), "today": today or clock.local_date(clock.now())}
    roles = [(Role(row.role), row.unit_code) for row in session.execute(ROLES, values)]
    if not roles:
        raise NotFoundError(f"Không có tài khoản “{name}”.")
    return eyes_of(roles, campaign.review, campaign.appraisal)


def seen(row: Row[Any], eyes: Eyes, *, decided: bool) -> dict[str, Any]:
    """One dossier as these eyes see it."""
    state, version = row.state, row.version
    if not eyes.overview:
        released = row.released or decided
        state, version = shown_to_unit(State(state), version, released=released, own_withdrawal=row.own_withdrawal)
    return {
        "id": row.id,
        "category": row.category,
        "unit": row.unit_code,
        "name": row.name,
        "state": state,
        "version": version,
        "source": {"sheet": row.source.get("sheet"), "row": row.source.get("row")},
    }


def shown_to_unit(state: State, version: int, *, released: bool, own_withdrawal: bool) -> tuple[State, int | None]:
    """State and version as the nominating unit sees them: under embargo no version, whose growth would tell."""
    visible = visible_state(state, released=released, own_withdrawal=own_withdrawal)
    return visible, None if visible is State.IN_REVIEW else version


def nominating_units(session: Session) -> list[tuple[str, str]]:
    """Code and name of every unit the plan lets nominate, by code."""
    query = text("SELECT code, name FROM unit WHERE nominates ORDER BY code")
    return [(row.code, row.name) for row in session.execute(query)]
