"""A campaign as data: the shape of campaigns/*.yaml, checked when it is loaded."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from rules.errors import MalformedError
from rules.papers import Papers
from rules.part import Part, Text
from rules.vocabulary import Kind


class Intake(Part):
    """First and last day nominations are taken, both included."""

    opens: date
    closes: date


class DataPeriod(Part):
    """The days achievements are counted from and to."""

    start: date = Field(alias="from")
    end: date = Field(alias="to")
    estimated_to: date


class Offices(Part):
    """Unit codes of the offices a nomination passes."""

    review: Text
    appraisal: Text
    decision: Text


class Category(Part):
    """One category with its quota."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    kind: Kind
    title: Text
    limit: Annotated[int, Field(ge=1, le=10_000)]


class Project(Part):
    """A project or sub-project of the programme that a dossier may name."""

    code: Annotated[str, Field(pattern=r"^DA\d+(-TDA\d+)?$")]
    title: Text


class Agency(Part):
    """An agency that may be asked about a nominee, what about, and where that comes from: a suggestion, no duty."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    about: str = ""
    source: str = ""


class Criterion(Part):
    """What a part of the points is given for, 0 to `max` of them."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    title: Text
    max: Annotated[int, Field(ge=1, le=1000)]


class Score(Part):
    """Reviewers give 0 to `max` points: in one number, or one for each criterion of the `rubric` if there is one."""

    max: Annotated[int, Field(ge=1, le=1000)]
    rubric: tuple[Criterion, ...] = ()

    @model_validator(mode="after")
    def _adds_up(self) -> "Score":
        keys = [criterion.key for criterion in self.rubric]
        if len(set(keys)) != len(keys):
            raise ValueError("rubric: trùng lặp")
        total = sum(criterion.max for criterion in self.rubric)
        if self.rubric and total != self.max:
            raise ValueError(f"rubric: điểm tối đa của các tiêu chí cộng lại là {total}, phải bằng max ({self.max})")
        return self


class Clock(Part):
    """What happens by itself, in working days: no law says these, so they are the campaign's own.

    Units are reminded `remind` days before a deadline; what waits in an office longer than `waiting` days is told to
    its head, again each time as many days have passed.
    """

    remind: tuple[Annotated[int, Field(ge=0, le=60)], ...] = (5, 2, 0)
    waiting: Annotated[int, Field(ge=1, le=250)] = 5


class Campaign(Part):
    """Everything the engine needs to know of one campaign."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")]
    title: Text
    rehearsal: bool
    award: Text
    intake: Intake
    data_period: DataPeriod
    conference: date
    rated_years: tuple[int, ...]
    offices: Offices
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]
    required_papers: tuple[Literal["letter", "minutes", "report"], ...]
    required_checks: tuple[str, ...] = ()
    agencies: tuple[Agency, ...] = ()
    projects: tuple[Project, ...] = ()
    score: Score
    clock: Clock = Clock()
    ranking: tuple[Literal["score", "direct", "model", "excellent_years", "women"], ...]
    legal_bases: tuple[str, ...] = ()
    papers: Papers = Papers()

    @model_validator(mode="after")
    def _consistent(self) -> "Campaign":
        if self.intake.opens > self.intake.closes:
            raise ValueError("intake: ngày mở phải trước ngày đóng")
        if self.data_period.start > self.data_period.end:
            raise ValueError("data_period: ngày đầu phải trước ngày cuối")
        named = (("categories", [c.key for c in self.categories]), ("agencies", [a.name for a in self.agencies]))
        for name, values in (*named, ("ranking", list(self.ranking))):
            if len(set(values)) != len(values):
                raise ValueError(f"{name}: trùng lặp")
        if tuple(sorted(set(self.rated_years))) != self.rated_years or not self.rated_years:
            raise ValueError("rated_years: phải tăng dần, không trùng, không rỗng")
        return self

    def category(self, key: str) -> Category:
        """The category `key`; MalformedError if the campaign has none of that name."""
        for category in self.categories:
            if category.key == key:
                return category
        known = ", ".join(category.key for category in self.categories)
        raise MalformedError(f"Đợt khen thưởng không có loại “{key}”. Có: {known}.")


# What pydantic finds, in Vietnamese; anything else is told as "không hợp lệ".
WORDS = {
    "missing": "thiếu",
    "extra_forbidden": "không có mục này",
    "bool_type": "phải là true hoặc false",
    "bool_parsing": "phải là true hoặc false",
    "int_type": "phải là số nguyên",
    "int_parsing": "phải là số nguyên",
    "int_from_float": "phải là số nguyên",
    "float_type": "phải là số",
    "float_parsing": "phải là số",
    "string_type": "phải là chữ",
    "string_too_short": "không được để trống",
    "string_pattern_mismatch": "chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối",
    "greater_than_equal": "quá nhỏ, tối thiểu {ge}",
    "less_than_equal": "quá lớn, tối đa {le}",
    "too_short": "không được để trống",
    "date_type": "phải là ngày, ví dụ 2025-11-30",
    "date_parsing": "phải là ngày, ví dụ 2025-11-30",
    "date_from_datetime_parsing": "phải là ngày, ví dụ 2025-11-30",
    "enum": "phải là một trong: {expected}",
    "literal_error": "phải là một trong: {expected}",
    "tuple_type": "phải là danh sách",
    "model_type": "phải là nhóm mục",
    "value_error": "{error}",
}


def parse_campaign(data: object) -> Campaign:
    """The campaign in `data` (what YAML gave); MalformedError says every place that is wrong."""
    try:
        return Campaign.model_validate(data)
    except ValidationError as error:
        lines = [
            f"{'.'.join(str(part) for part in e['loc']) or 'tệp'}: "
            + WORDS.get(e["type"], "không hợp lệ").format(**e.get("ctx", {}))
            for e in error.errors()
        ]
        raise MalformedError("Tệp cấu hình đợt khen thưởng không hợp lệ: " + "; ".join(lines)) from error
