"""What the API answers of campaigns: at a glance, ranked, moved by plans, decided."""

from pydantic import Field

from rules.decision import DecisionState
from rules.vocabulary import Overall, State
from web.api.told import Told


class CategorySummary(Told):
    """A category: its limit, places taken (null for a unit), and dossiers by the state they are seen in."""

    key: str
    title: str
    limit: int
    taken: int | None
    states: dict[State, int]


class CampaignSummary(Told):
    """A campaign at a glance; a unit counts its own dossiers only."""

    code: str
    title: str
    rehearsal: bool
    decided: bool
    categories: list[CategorySummary]


class PlaceTold(Told):
    """One line of a ranking."""

    id: str
    name: str
    unit: str
    place: int
    state: State
    criteria: dict[str, bool | int | float | str | None]
    above_next_because: str | None
    unsettled: bool


class ReserveTold(Told):
    """A dossier of the reserve."""

    id: str
    name: str
    place: int


class RankingTold(Told):
    """The ordered list of a category; the first `limit` are above the cut, `next` would take a free place."""

    category: str
    limit: int
    ranking: list[PlaceTold]
    reserve: list[ReserveTold]
    next: str | None


class RefusedInPlan(Told):
    """A dossier a plan would not move, and why."""

    id: str
    code: str
    message: str
    citations: list[str]


class PlanTold(Told):
    """What a plan did, or would do."""

    moved: list[str]
    refused: list[RefusedInPlan]
    applied: bool
    warnings: list[str]


class CampaignLine(Told):
    """A campaign in a list."""

    code: str
    title: str
    rehearsal: bool
    decided: bool


class CampaignsTold(Told):
    """Every campaign, the newest first."""

    campaigns: list[CampaignLine]


class SubmissionTold(PlanTold):
    """What went to the appraisal office under one letter."""

    number: str
    date: str


class DecisionMoved(PlanTold):
    """The decision after something was done to it, with what its dossiers did."""

    state: DecisionState
    version: int
    number: str | None
    date: str | None
    signer: str | None
    hash: str | None = Field(description="Mã băm của danh sách đã chốt.")
    mark: str = Field(description="Dấu của danh sách: gửi lại khi thực hiện để chắc rằng danh sách chưa đổi.")


class ReleasedTold(Told):
    """Dossiers whose outcome their units may now read."""

    released: list[str]


class QueueLine(Told):
    """A dossier in the offices' queue; `waited` counts working days in its state."""

    id: str
    name: str
    category: str
    unit: str
    unit_name: str
    state: State
    since: str
    waited: int
    due: str | None
    score: float | None
    overall: Overall | None
    project: str | None
    direct: bool


class QueueTold(Told):
    """One page; `after` asks for the next (null: there is none). `count` stops at 1,000, then `more` is true."""

    nominations: list[QueueLine]
    after: str | None
    count: int
    more: bool
