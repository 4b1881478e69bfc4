"""What the API answers of steps that stand open, of agencies' opinions, and of the decision's list."""

from typing import Literal

from pydantic import Field

from rules.vocabulary import Action, CheckResult, State
from web.api.told import Told


class OpeningTold(Told):
    """A step: what it asks, and why not now (null: at once), with the law behind it."""

    action: Action
    label: str
    reason: bool
    cited: bool
    written: bool
    findings: bool
    due: bool
    silent: bool
    refusal: str | None
    citations: list[str]


class OpeningsTold(Told):
    """The steps whose role the account holds."""

    id: str
    steps: list[OpeningTold]


class ReplyTold(Told):
    """One answer of an agency; a name is null once the person was erased."""

    result: CheckResult
    text: str | None
    on: str
    by: str | None
    on_behalf: str | None


class CheckCourseTold(Told):
    """An agency asked about the nominee, or that must be (`on` null: not yet); replies newest first."""

    agency: str
    about: str
    required: bool
    on: str | None
    by: str | None
    on_behalf: str | None
    replies: list[ReplyTold]
    result: CheckResult | None
    waiting: bool


class SuggestedTold(Told):
    """An agency the campaign names."""

    agency: str
    about: str


class PanelTold(Told):
    """The checks of one dossier, whom one may still ask, under which law, and whether this account may."""

    id: str
    checks: list[CheckCourseTold]
    suggested: list[SuggestedTold]
    law: list[str]
    may: bool


class ShareOfList(Told):
    """One category against its quota; whole đồng, null where no rate is known for the day."""

    key: str
    title: str
    limit: int
    held: int
    approved: int
    listed: int
    each: int | None
    money: int | None


class MoneyTold(Told):
    """What the list costs by a decision of `day`, and by which base salary."""

    day: str
    total: int
    salary: int
    since: str
    source: str
    law: list[str]


class JoiningTold(Told):
    """An approved dossier: whether it would be taken onto the list now, or why not."""

    id: str
    name: str
    category: str
    unit_name: str
    refusal: str | None
    citations: list[str]


class ListedTold(Told):
    """One place of the list, in its order."""

    serial: int
    id: str
    name: str
    category: str
    unit_name: str
    position: str | None
    workplace: str | None
    merit: str | None
    state: State
    version: int


class AmendmentTold(Told):
    """A correction or a revocation."""

    kind: Literal["correction", "revocation"]
    nomination_id: str | None
    name: str | None
    number: str
    dated: str
    reason: str


class DecisionListTold(Told):
    """The list; `steps` are what this account may do now, `left` how many dossiers closing would end."""

    shares: list[ShareOfList]
    joining: list[JoiningTold]
    lines: list[ListedTold]
    amendments: list[AmendmentTold]
    cancelled: int
    left: int
    money: MoneyTold | None
    no_money: str
    steps: list[str]
    mark: str = Field(description="Dấu của danh sách: gửi lại khi thực hiện để chắc rằng danh sách chưa đổi.")
