"""What the API answers of a campaign's trail, of what lies too long, and of agencies' opinions on many dossiers."""

from pydantic import Field

from rules.vocabulary import CheckResult, Party, State
from web.api.told import Told


class DetailTold(Told):
    """Something an entry says besides."""

    what: str
    said: str


class EntryTold(Told):
    """One entry in words; `day` is the day it counts for if not the real one, `withheld` what this account may not see.

    A dossier's own trail (`/nominations/{id}/trail`) tells states and roles by their keys.
    """

    subject: str
    seq: int
    tag: str
    label: str
    name: str | None
    at: str | None
    day: str | None
    by: str | None
    on_behalf: str | None
    role: str | None
    channel: str
    source: str | None = Field(alias="from")
    to: str | None
    details: list[DetailTold]
    withheld: list[str]
    hash: str


class ChronicleTold(Told):
    """One page, newest first; `before` asks for the older ones, null at the end."""

    entries: list[EntryTold]
    before: str | None


class LateTold(Told):
    """A dossier an office owes a step: `waited` working days since `since`, `over` beyond what it may take."""

    id: str
    name: str
    unit_name: str
    state: State
    due: str | None
    since: str
    waited: int
    over: int
    owed_by: Party


class OverdueTold(Told):
    """The longest first; `more` where there are others besides."""

    overdue: list[LateTold]
    more: bool
    allowed: int


class AgencyTold(Told):
    """An agency that was asked about a nominee, and what it answered (null: not yet)."""

    agency: str
    result: CheckResult | None


class CheckableTold(Told):
    """A dossier with the agencies asked; `unasked` are those the campaign requires and nobody asked yet."""

    id: str
    name: str
    category: str
    state: State
    unit_name: str
    checks: list[AgencyTold]
    unasked: list[str]


class ChecksTold(Told):
    """One page in order of arrival; `after` asks for the next, null at the end."""

    nominations: list[CheckableTold]
    after: str | None


class SeveralAsked(Told):
    """About how many an agency was asked now, and about how many it had been before."""

    agency: str
    asked: int
    before: int


class SeveralRecorded(Told):
    """For how many dossiers an answer was recorded."""

    agency: str
    recorded: int
