"""What the API answers: the shapes of the OpenAPI document, and which statuses a route may answer with."""

from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from rules.vocabulary import Action, CheckResult, Overall, Party, Role, State, Verdict

Declared: TypeAlias = dict[int | str, dict[str, Any]]


class Told(BaseModel):
    """A part of an answer; nothing is in it that is not declared."""

    model_config = ConfigDict(extra="forbid")


class Refusal(Told):
    """A well-formed request that the rules refuse; nothing changed."""

    refused: str = Field(description="rule, role, state, quota, duties, evidence, repeat")
    message: str
    citations: list[str]


class Failure(Told):
    """Anything else that went wrong; nothing changed."""

    error: str = Field(
        description="unauthenticated, not_found, stale, malformed, too_large, media_type, database, schema, unexpected"
    )
    message: str


class Health(Told):
    """The process, or the database behind it, answers."""

    ok: bool


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


class StepTold(Told):
    """A step that was taken."""

    id: str
    action: Action
    source: State = Field(alias="from")
    to: State
    version: int
    letters: int
    warnings: list[str]


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


STATUSES: Declared = {
    401: {
        "model": Failure,
        "description": "Không có mã truy cập, hoặc mã không còn hiệu lực.",
        "headers": {"WWW-Authenticate": {"schema": {"type": "string"}}},
    },
    403: {"model": Refusal, "description": "Vai trò, hoặc quy định phân công nhiệm vụ, không cho phép."},
    404: {"model": Failure, "description": "Không có, hoặc không thuộc phạm vi tài khoản được thấy."},
    409: {"model": Refusal | Failure, "description": "Bị từ chối; hoặc hồ sơ vừa được người khác xử lý."},
    412: {"model": Failure, "description": "Hồ sơ không còn ở phiên bản mà If-Match nêu."},
    413: {"model": Failure, "description": "Yêu cầu quá lớn."},
    415: {"model": Failure, "description": "Không phải application/json."},
    422: {"model": Failure, "description": "Yêu cầu sai dạng."},
    500: {"model": Failure, "description": "Lỗi ngoài dự kiến."},
    503: {"model": Failure, "description": "Cơ sở dữ liệu không trả lời hoặc có lược đồ khác."},
}
VERSIONED: Declared = {
    200: {
        "headers": {
            "ETag": {"description": "Phiên bản của hồ sơ, nếu tài khoản được thấy.", "schema": {"type": "string"}}
        }
    }
}
READS = (401, 422, 500, 503)
WRITES = (401, 403, 404, 409, 413, 415, 422, 500, 503)


def declared(*statuses: int) -> Declared:
    """The statuses of a route, for its declaration."""
    return {status: STATUSES[status] for status in sorted(set(statuses))}
