"""What a request may say: strict shapes, and how what was sent becomes a value."""

import re
import unicodedata
from datetime import date
from typing import Annotated, Literal, TypeAlias

from fastapi import Header, Path, Query
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    WithJsonSchema,
)

from engine.steps import Request
from rules.errors import MalformedError
from rules.vocabulary import Action, CheckResult, State

LONGEST = 10_000  # characters of a reason or a finding
MOST = 100  # findings at once
HIGHEST = 2_147_483_647
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
ETAG = re.compile(r'"(\d{1,10})"')


def words(typed: str) -> str:
    """Free text in NFC, without white space around it; ValueError for control characters, which no store keeps."""
    if any(unicodedata.category(character) == "Cc" and character not in "\n\r\t" for character in typed):
        raise ValueError("có ký tự điều khiển")
    return unicodedata.normalize("NFC", typed).strip()


def day(typed: object) -> date:
    """A day as yyyy-mm-dd, and nothing else that could be taken for one."""
    try:
        return date.fromisoformat(typed if isinstance(typed, str) and DAY.fullmatch(typed) else "")
    except ValueError as error:
        raise ValueError("phải là ngày có thật, dạng yyyy-mm-dd") from error


Words: TypeAlias = Annotated[str, Field(max_length=LONGEST), AfterValidator(words)]
Name: TypeAlias = Annotated[str, Field(max_length=200), AfterValidator(words)]
Mark: TypeAlias = Annotated[Name | None, Field(description="Dấu của danh sách đang xem; đã khác: 409.")]
Day: TypeAlias = Annotated[date, BeforeValidator(day), WithJsonSchema({"type": "string", "format": "date"})]
Number: TypeAlias = Annotated[StrictInt, Field(ge=0, le=HIGHEST)]
Code: TypeAlias = Annotated[str, Path(max_length=200, description="Mã đợt khen thưởng."), AfterValidator(words)]
Identity: TypeAlias = Annotated[str, Path(alias="id", max_length=200, description="Mã hồ sơ."), AfterValidator(words)]
Category: TypeAlias = Annotated[str, Query(max_length=200, description="Loại đối tượng."), AfterValidator(words)]
Key: TypeAlias = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern="^[!-~]+$",
        description=(
            "Khóa do bên gọi chọn. Cùng khóa, cùng yêu cầu: không làm lại, trả lời như lần đầu. "
            "Cùng khóa, yêu cầu khác: 409. Yêu cầu không ghi gì (bị từ chối, dry_run) thì được xét lại."
        ),
    ),
]
IfMatch: TypeAlias = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description='Phiên bản đang xem, như ETag đã cho: "7", hoặc *. Hồ sơ đã ở phiên bản khác: 412.',
    ),
]


class Body(BaseModel):
    """A body with nothing in it that we do not know."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)


class FindingAsked(Body):
    """One point to answer, anchored to a field, paper or rule: `field:merit`."""

    anchor: Name
    text: Words


class Asked(Body):
    """What every request for a step may carry."""

    action: Action
    reason: Words = Field(default="", description="Lý do, kèm viện dẫn khi phải có.")
    due: Day | None = Field(default=None, description="Thời hạn trả lời.")
    findings: list[FindingAsked] = Field(default=[], max_length=MOST, description="Nội dung yêu cầu bổ sung.")
    today: Day | None = Field(default=None, description="Coi hôm nay là ngày này; chỉ trong đợt diễn tập.")

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The findings as the engine takes them."""
        return tuple((finding.anchor, finding.text) for finding in self.findings)


class StepAsked(Asked):
    """One step of one dossier."""

    expected_version: Number | None = Field(default=None, description="Phiên bản đang xem; đã khác: 409.")
    silent: StrictBool = Field(default=False, description="Mở lại mà không báo cho đơn vị.")

    def request(self, version: int) -> Request:
        """The request for the engine, made by somebody who sees this version."""
        given = self.pairs()
        return Request(reason=self.reason, due=self.due, findings=given, expected_version=version, silent=self.silent)


class PlanAsked(Asked):
    """One step of every dossier in a state, all or nothing."""

    source: State = Field(alias="from", description="Các hồ sơ ở trạng thái này.")
    category: Name | None = Field(default=None, description="Chỉ loại đối tượng này.")
    limit: Number | None = Field(default=None, description="Nhiều nhất bấy nhiêu hồ sơ.")
    skip_refused: StrictBool = Field(default=False, description="Để lại những hồ sơ không thực hiện được.")
    dry_run: StrictBool = Field(default=False, description="Chỉ xem sẽ thế nào, không ghi gì.")

    def request(self) -> Request:
        """The request for the engine."""
        return Request(reason=self.reason, due=self.due, findings=self.pairs())


def version_in(if_match: str | None) -> int | None:
    """The version that If-Match names; None for `*` and without it. MalformedError for anything else."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = ETAG.fullmatch(if_match.strip())
    if found is None:
        raise MalformedError('If-Match phải là một phiên bản trong ngoặc kép, ví dụ "7", hoặc *.')
    return int(found[1])


class Written(Body):
    """What every request that puts something on one dossier may carry."""

    expected_version: Number | None = Field(default=None, description="Phiên bản đang xem; đã khác: 409.")
    today: Day | None = Field(default=None, description="Coi hôm nay là ngày này; chỉ trong đợt diễn tập.")


class FieldsAsked(Written):
    """Answers of a dossier as people type them, by key or by column heading."""

    fields: dict[Name, Words] = Field(min_length=1, max_length=MOST)


class CorrectionAsked(FieldsAsked):
    """Clerical slips, with the reason."""

    reason: Words


Points: TypeAlias = Annotated[str, Field(max_length=20), AfterValidator(words)]


class ScoreAsked(Written):
    """A reviewer's points, two decimals: in all, or for each criterion of the campaign's rubric."""

    points: Points | dict[Name, Points] = Field(description="Ví dụ: 87,5; hoặc điểm từng tiêu chí theo khóa.")


class RecusalAsked(Written):
    """Why somebody judges this dossier no more."""

    reason: Words


class JudgementAsked(Written):
    """What the review office concludes of one rule."""

    rule: Name
    verdict: Literal["pass", "fail"]
    reason: Words


class AnswerAsked(Written):
    """The answer to one finding."""

    anchor: Name
    text: Words


class CheckAsked(Written):
    """An agency to ask about the nominee."""

    agency: Name


class ReplyAsked(CheckAsked):
    """What an agency answered."""

    result: CheckResult
    text: Words


class SettlementAsked(Written):
    """This dossier stands above another with which it ties."""

    above: Name = Field(description="Mã hồ sơ đứng dưới.")
    reason: Words


class OfCampaign(Body):
    """What every request about a whole campaign may carry."""

    today: Day | None = Field(default=None, description="Coi hôm nay là ngày này; chỉ trong đợt diễn tập.")


class ForwardAsked(OfCampaign):
    """The submission letter under which everything selected goes to the appraisal office."""

    number: Name
    date: Day
    mark: Mark = None


class ReleaseAsked(OfCampaign):
    """Dossiers whose outcome is told before the decision is signed."""

    nominations: list[Name] = Field(min_length=1, max_length=MOST)


class ClosingAsked(OfCampaign):
    """What is left after signing is closed."""

    reason: Words = ""


class DecisionAsked(OfCampaign):
    """Something done to the campaign's decision; which of the others it needs depends on the action."""

    action: Literal["open", "enlist", "freeze", "unfreeze", "cancel", "sign", "correct", "revoke"]
    reason: Words = ""
    number: Name = Field(default="", description="Số văn bản: khi ký, đính chính, thu hồi.")
    date: Day | None = Field(default=None, description="Ngày văn bản: khi ký, đính chính, thu hồi.")
    signer: Name = Field(default="", description="Người ký: khi ký.")
    nomination: Name = Field(default="", description="Hồ sơ bị thu hồi.")
    mark: Mark = None


class DraftAsked(OfCampaign):
    """A new dossier: its category, and its answers as people type them."""

    category: Name
    fields: dict[Name, Words] = Field(min_length=1, max_length=MOST)
