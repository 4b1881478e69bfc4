"""What the API answers of a unit's desk and of a campaign against its days."""

from typing import Literal

from rules.decision import DecisionState
from rules.vocabulary import State
from web.api.told import Told


class StageTold(Told):
    """A stage of a dossier's way, and whether it was reached."""

    label: str
    reached: str


class DeskLine(Told):
    """A dossier as its unit may know it: `left` working days until `due`, `missing` things the unit can supply."""

    id: str
    name: str
    category: str
    unit_name: str
    state: State
    version: int | None
    label: str
    stages: list[StageTold]
    editable: bool
    due: str | None
    left: int | None
    open: int
    missing: int | None
    hopeless: bool


class DeskTold(Told):
    """The unit's dossiers, what waits for the unit first; the days of intake."""

    nominations: list[DeskLine]
    opens: str
    closes: str


class DeadlineTold(Told):
    """The days of intake: how many there are and have begun, and how many working days are left after today."""

    opens: str
    closes: str
    conference: str
    days: int
    begun: int
    left: int
    state: Literal["before", "open", "last", "after"]


class CountTold(Told):
    """How many dossiers of a category stand in a state."""

    category: str
    state: State
    number: int


class UnitCountTold(Told):
    """What one unit has: dossiers in all, and how many of them it has sent at least once."""

    code: str
    name: str
    number: int
    sent: int


class DayTold(Told):
    """How many dossiers were sent first on a day."""

    day: str
    number: int


class TaskTold(Told):
    """So many dossiers, lists or letters wait for this account; `page` is where people do it, `due` the nearest day."""

    label: str
    number: int
    page: str
    due: str | None
    late: bool


class DashboardTold(Told):
    """`all` is what this account sees, `own` its own units' dossiers; null for what only an overview tells."""

    deadline: DeadlineTold
    all: list[CountTold]
    own: list[CountTold]
    held: dict[str, int] | None
    units: list[UnitCountTold] | None
    daily: list[DayTold] | None
    decision: DecisionState | None
    waiting: list[TaskTold]
