"""What the API answers of dossiers: listed, whole, explained, moved, changed."""

from pydantic import Field

from rules.vocabulary import Action, CheckResult, Overall, Party, Role, State, Verdict
from web.api.told import Told


class Source(Told):
    """Where in a workbook a dossier came from."""

    sheet: str | None
    row: int | None


class NominationLine(Told):
    """A dossier in a list; under embargo its unit sees one neutral state and no version."""

    id: str
    category: str
    unit: str
    name: str
    state: State
    version: int | None
    source: Source


class NominationInList(NominationLine):
    """A dossier in a list over campaigns."""

    campaign: str


class NominationPage(Told):
    """One page; `cursor` asks for the next, null at the end."""

    nominations: list[NominationInList]
    cursor: str | None


class PaperTold(Told):
    """A paper of a dossier."""

    key: str
    label: str
    required: bool
    present: bool


class FindingTold(Told):
    """A point raised, and its answer."""

    anchor: str
    label: str
    addressee: Party
    text: str
    status: str
    answer: str | None
    version: int | None


class CheckTold(Told):
    """What another agency was asked."""

    agency: str
    result: CheckResult | None


class JudgementTold(Told):
    """What the review office concluded of a rule."""

    rule: str
    verdict: Verdict
    reason: str


class TrailEntryTold(Told):
    """One entry of a dossier's trail; a unit reads its own, unnumbered."""

    seq: int | None
    tag: str
    at: str | None
    today: str | None
    by: str | None
    on_behalf: str | None
    role: Role | None
    source: State | None = Field(alias="from")
    to: State | None


class NominationTold(NominationLine):
    """One whole dossier; `withheld` names the fields this account does not see."""

    unit_name: str
    label: str
    fields: dict[str, str | int | bool | None]
    withheld: list[str]
    papers: list[PaperTold]
    findings: list[FindingTold]
    due: str | None
    slot: int | None
    score: float | None
    checks: list[CheckTold]
    judgements: list[JudgementTold]
    history: list[TrailEntryTold]


class TrailTold(Told):
    """A dossier's trail, oldest first."""

    id: str
    trail: list[TrailEntryTold]


class RuleFindingTold(Told):
    """What one rule finds."""

    rule: str
    verdict: Verdict
    citation: str
    message: str
    note: bool
    who: Party | None


class HelpTold(Told):
    """One thing that would help."""

    rule: str
    who: Party
    what: str


class Explanation(Told):
    """Why, and what would help: null if nothing can, empty if nothing is needed."""

    id: str
    overall: Overall
    findings: list[RuleFindingTold]
    would_help: list[HelpTold] | None


class StepTold(Told):
    """A step that was taken."""

    id: str
    action: Action
    source: State = Field(alias="from")
    to: State
    version: int
    letters: int
    warnings: list[str]


class ChangedTold(Told):
    """A dossier after something was put on it; `version` is null where the account sees none."""

    id: str
    version: int | None
