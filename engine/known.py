"""What every command reads first and what hardly ever changes, kept in memory: people, units, campaigns' files.

The database's mark (models/migrations) is another as soon as any of it changes, in whichever process, and no two
contents ever have the same: so what was read under a mark stays true of it.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from engine.actors import Actor, Delegated, load_people
from rules.campaign import Campaign, parse_campaign
from rules.errors import NotFoundError

MARK = "SELECT changed FROM mark"
OUTLINES = text(
    "SELECT id, code, config ->> 'title' AS title, decided, rehearsal, config -> 'offices' ->> 'review' AS review,"
    " config -> 'offices' ->> 'appraisal' AS appraisal FROM campaign ORDER BY id DESC"
)
MOST = 4  # contents kept at a time; a process serves one database


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A campaign as every page names it: which offices it has, and whether its decision is signed."""

    id: int
    code: str
    title: str
    decided: bool
    rehearsal: bool
    review: str
    appraisal: str


@dataclass(frozen=True)
class Known:
    """What is known under one mark."""

    mark: UUID
    accounts: dict[int, Actor]
    delegations: tuple[Delegated, ...]
    unit_names: dict[str, str]
    unit_symbols: dict[str, str]
    nominating: dict[str, str]  # the names of units that may nominate, by code, in order
    outlines: tuple[Outline, ...]  # of every campaign, the newest first
    campaigns: dict[int, Campaign] = field(default_factory=dict)  # as they are asked for

    def outline(self, code: str) -> Outline:
        """The campaign called `code`; NotFoundError for none."""
        found = next((one for one in self.outlines if one.code == code), None)
        if found is None:
            raise NotFoundError(f"Không có đợt khen thưởng “{code}”.")
        return found

    def campaign(self, session: Session, identity: int) -> Campaign:
        """The campaign of this id, parsed once."""
        found = self.campaigns.get(identity)
        if found is None:
            config = session.execute(text("SELECT config FROM campaign WHERE id = :id"), {"id": identity}).scalar_one()
            found = parse_campaign(config)
            if mark_of(session) == self.mark:
                self.campaigns[identity] = found
        return found


class Kept:
    """The contents used last, by mark."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.by_mark: OrderedDict[UUID, Known] = OrderedDict()

    def get(self, mark: UUID) -> Known | None:
        """What is kept under a mark."""
        with self.lock:
            found = self.by_mark.get(mark)
            if found is not None:
                self.by_mark.move_to_end(mark)
            return found

    def put(self, known: Known) -> None:
        """Keep it, and let go of what was not used for longest."""
        with self.lock:
            self.by_mark[known.mark] = known
            while len(self.by_mark) > MOST:
                self.by_mark.popitem(last=False)


KEPT = Kept()


def mark_of(session: Session) -> UUID:
    """The mark as this transaction sees it now."""
    mark: UUID = session.execute(text(MARK)).scalar_one()
    return mark


def known_at(session: Session, mark: UUID) -> Known:
    """What is known under `mark`, which was read in this transaction before."""
    found = KEPT.get(mark)
    if found is None:
        accounts, delegations = load_people(session)
        units = session.execute(text("SELECT code, name, symbol, nominates FROM unit ORDER BY code")).all()
        found = Known(
            mark=mark,
            accounts=accounts,
            delegations=delegations,
            unit_names={unit.code: unit.name for unit in units},
            unit_symbols={unit.code: unit.symbol for unit in units},
            nominating={unit.code: unit.name for unit in units if unit.nominates},
            outlines=tuple(Outline(**row) for row in session.execute(OUTLINES).mappings()),
        )
        if mark_of(session) == mark:  # else it may be newer than its mark
            KEPT.put(found)
    return found
