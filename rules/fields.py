"""The catalogue of a dossier's fields: one row each for the workbook, the forms, the letters and the checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from rules.errors import MalformedError
from rules.facts import Value
from rules.parsing import (
    Parser,
    Register,
    address,
    birth_date,
    citizen_number,
    compact_key,
    declaration_of,
    folded,
    name_of,
    people_at_least,
    project_code,
    rating,
    sex,
    text_of,
    unit_code,
    yes_or_no,
)
from rules.vocabulary import RATING_LABELS, SEX_LABELS, Kind, Rating, Sex

__all__ = [
    "FIELDS",
    "RATED_YEARS",
    "Field",
    "Form",
    "Register",
    "contradictions",
    "field_named",
    "fields_of",
    "validate",
]

RATED_YEARS = (2021, 2022, 2023, 2024, 2025)  # a campaign may name others
BOTH = (Kind.COLLECTIVE, Kind.INDIVIDUAL)
COLLECTIVE = (Kind.COLLECTIVE,)
INDIVIDUAL = (Kind.INDIVIDUAL,)
_DECLARE = "Ghi Không, hoặc nêu hình thức, số và ngày quyết định"
_PENDING = "Ghi Không, hoặc nêu việc đang được xem xét, xác minh"
_PRIOR_AWARDS = "Hình thức khen thưởng đã nhận cho thành tích này"


class Form(StrEnum):
    """How an answer is written down."""

    LINE = "line"
    PROSE = "prose"
    NUMBER = "number"
    DATE = "date"
    CODE = "code"  # digits or a symbol that Excel must not turn into a number
    YES_NO = "yes_no"
    RATING = "rating"
    SEX = "sex"
    DECLARATION = "declaration"  # "Không", or what there is in words


CHOICES: dict[Form, tuple[str, ...]] = {
    Form.YES_NO: ("Có", "Không"),
    Form.RATING: tuple(RATING_LABELS.values()),
    Form.SEX: tuple(SEX_LABELS.values()),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a dossier: what it is called, who answers it, and how an answer is read."""

    key: str
    header: str  # the column's heading, and the label people read
    kinds: tuple[Kind, ...]
    reader: Parser
    help: str
    form: Form = Form.LINE
    required: bool = False  # blank is malformed; what a rule misses later is not required here
    blank: Value = None  # what no answer means
    sensitive: bool = False  # shown only to the offices that need it
    paper: bool = False
    needs: str | None = None  # key of the answer without which this one is not asked for

    @property
    def choices(self) -> tuple[str, ...]:
        """The words to choose from; empty when the answer is written freely."""
        return CHOICES.get(self.form, ())

    def parse(self, value: Value, register: Register) -> Value:
        """The answer as a dossier keeps it: typed text, a cell's value or a stored value.

        Raises:
            MalformedError: what was read, and what is expected.
        """
        answer = folded(value)
        if answer is not None:
            return self.reader(answer, register)
        if self.required:
            raise MalformedError(f"Chưa có “{self.header}”; không được để trống.")
        return self.blank

    def written(self, value: Value) -> str:
        """A kept answer as people write it, which `parse` reads back; "" when there is none."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "Có" if value else "Không"
        if self.form is Form.RATING:
            return RATING_LABELS[Rating(str(value))]
        if self.form is Form.SEX:
            return SEX_LABELS[Sex(str(value))]
        return "/".join(reversed(str(value).split("-"))) if self.form is Form.DATE else str(value)


_BEFORE_RATINGS = (
    Field("name", "Tên tập thể", COLLECTIVE, name_of(200), "Tên đầy đủ của tập thể", required=True),
    Field("name", "Họ và tên", INDIVIDUAL, name_of(200), "Họ và tên đầy đủ, như trên giấy tờ", required=True),
    Field("head", "Người đứng đầu", COLLECTIVE, name_of(200), "Họ và tên người đứng đầu tập thể"),
    Field("size", "Tổng số người", COLLECTIVE, people_at_least(1), "Số nguyên", Form.NUMBER),
    Field(
        "women",
        "Trong đó nữ",
        COLLECTIVE,
        people_at_least(0),
        "Số nguyên, không quá tổng số người",
        Form.NUMBER,
        needs="size",
    ),
    Field("birth_date", "Ngày sinh", INDIVIDUAL, birth_date, "dd/mm/yyyy, ví dụ 02/09/1975", Form.DATE, required=True),
    Field("sex", "Giới tính", INDIVIDUAL, sex, "Nam hoặc Nữ", Form.SEX),
    Field("ethnicity", "Dân tộc", INDIVIDUAL, text_of(100), "Ví dụ: Kinh, Tày, Nùng, Sán Dìu", sensitive=True),
    Field("cccd", "Số CCCD", INDIVIDUAL, citizen_number, "12 chữ số; có thể để trống", Form.CODE, sensitive=True),
    Field("position", "Chức vụ", INDIVIDUAL, text_of(200), "Chức vụ hoặc công việc hiện nay"),
    Field("workplace", "Đơn vị công tác", INDIVIDUAL, text_of(300), "Tên đơn vị hoặc nơi công tác"),
    Field("unit", "Mã đơn vị đề nghị", BOTH, unit_code, "Theo danh mục, ví dụ 07330, SYT", Form.CODE, required=True),
    Field("project", "Dự án, tiểu dự án", BOTH, project_code, "Theo danh mục, ví dụ DA1, DA3-TDA2", Form.CODE),
    Field("direct", "Trực tiếp triển khai", BOTH, yes_or_no, "Để trống là Không", Form.YES_NO, blank=False),
    Field("united", "Nội bộ đoàn kết", COLLECTIVE, yes_or_no, "Có hoặc Không", Form.YES_NO),
)
_AFTER_RATINGS = (
    Field(
        "breach", "Kỷ luật, vi phạm pháp luật", BOTH, declaration_of(2_000), _DECLARE, Form.DECLARATION, sensitive=True
    ),
    Field(
        "pending", "Đang bị xem xét, xác minh", BOTH, declaration_of(2_000), _PENDING, Form.DECLARATION, sensitive=True
    ),
    Field("merit", "Tóm tắt thành tích", BOTH, text_of(10_000), "Kết quả nổi bật, có số liệu", Form.PROSE),
    Field("model", "Mô hình, cách làm sáng tạo", BOTH, text_of(5_000), "Nếu có", Form.PROSE),
    Field("prior_awards", _PRIOR_AWARDS, BOTH, declaration_of(2_000), _DECLARE, Form.DECLARATION),
    Field("letter", "Số, ngày tờ trình", BOTH, text_of(300), "Ví dụ: 03/TTr-UBND ngày 10/11/2025", paper=True),
    Field("minutes", "Số, ngày biên bản họp xét", BOTH, text_of(300), "Ví dụ: 03/BB-HĐ ngày 05/11/2025", paper=True),
    Field("report", "Báo cáo thành tích có xác nhận", BOTH, yes_or_no, "Có khi đã xác nhận", Form.YES_NO, paper=True),
    Field("email", "Thư điện tử nhận thông báo", BOTH, address, "Một địa chỉ thư điện tử"),
)


def _rating_of(year: int) -> Field:
    return Field(f"rating_{year}", f"Xếp loại {year}", BOTH, rating, "Chọn một mức trong danh sách", Form.RATING)


def _catalogue(rated_years: Sequence[int]) -> tuple[Field, ...]:
    return (*_BEFORE_RATINGS, *(_rating_of(year) for year in rated_years), *_AFTER_RATINGS)


FIELDS = _catalogue(RATED_YEARS)


def fields_of(kind: Kind, rated_years: Sequence[int] = RATED_YEARS) -> tuple[Field, ...]:
    """The fields a dossier of this kind has, in the order of the workbook's columns."""
    return _of_kind(kind, tuple(rated_years))


@cache
def _of_kind(kind: Kind, rated_years: tuple[int, ...]) -> tuple[Field, ...]:
    return tuple(field for field in _catalogue(rated_years) if kind in field.kinds)


def field_named(kind: Kind, key_or_header: str, rated_years: Sequence[int] = RATED_YEARS) -> Field:
    """The field of this key or column heading, whatever its case, accents and spaces.

    Raises:
        MalformedError: no such field.
    """
    fields = fields_of(kind, rated_years)
    wanted = compact_key(key_or_header)
    for field in fields:
        if wanted in (compact_key(field.key), compact_key(field.header)):
            return field
    known = ", ".join(field.key for field in fields)
    raise MalformedError(f"Không có trường “{key_or_header}”; các trường có thể nhập: {known}.")


def contradictions(fields: Mapping[str, Value]) -> list[tuple[str, str]]:
    """Answers that are readable one by one but cannot stand together: (key, message)."""
    size, women = fields.get("size"), fields.get("women")
    if isinstance(size, int) and isinstance(women, int) and women > size:
        return [("women", f"Số nữ ({women}) lớn hơn tổng số người ({size}).")]
    return []


def validate(
    kind: Kind,
    fields: Mapping[str, Value],
    register: Register,
    rated_years: Sequence[int] = RATED_YEARS,
) -> list[tuple[str, str]]:
    """What is malformed in stored answers, as (key, message) in the order of the columns; empty when nothing is."""
    catalogue = fields_of(kind, rated_years)
    problems = [problem for field in catalogue if (problem := _problem_of(field, fields.get(field.key), register))]
    known = {field.key for field in catalogue}
    problems += [(key, f"Không có trường “{key}” trong danh mục.") for key in fields if key not in known]
    return problems + contradictions(fields)


def _problem_of(field: Field, stored: Value, register: Register) -> tuple[str, str] | None:
    try:
        again = field.parse(stored, register)
    except MalformedError as error:
        return field.key, error.message
    if stored is None or (again == stored and type(again) is type(stored)):
        return None
    return field.key, f"Giá trị lưu của “{field.header}” chưa ở dạng chuẩn; cần nhập lại."
