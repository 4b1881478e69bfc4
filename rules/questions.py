"""How a dossier is asked for: its questions in groups, with the plan's own words, and declarations as a choice."""

from collections.abc import Sequence
from dataclasses import dataclass

from rules.fields import Field, fields_of
from rules.parsing import affirms, denies
from rules.vocabulary import Kind

C, I = Kind.COLLECTIVE, Kind.INDIVIDUAL  # noqa: E741 - as the table below reads
RATING = "rating_"
YES, NO = "Có", "Không"


@dataclass(frozen=True, slots=True)
class Quote:
    """What the plan says about a question, word for word; `clause` is a key of citations.yaml."""

    words: str
    clause: str


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together."""

    title: str
    fields: tuple[Field, ...]


_TITLES = {C: "Tập thể được đề nghị", I: "Cá nhân được đề nghị"}
_GROUPS: tuple[tuple[str | None, tuple[str, ...]], ...] = (
    (None, ("name", "head", "size", "women", "birth_date", "sex", "ethnicity", "cccd", "position", "workplace",
            "united")),
    ("Đơn vị đề nghị và phần việc trong Chương trình", ("unit", "project", "direct", "email")),
    ("Thành tích", ("merit", "model")),
    ("Xếp loại hằng năm", (RATING,)),
    ("Kỷ luật và khen thưởng đã nhận", ("breach", "pending", "prior_awards")),
    ("Giấy tờ của hồ sơ", ("letter", "minutes", "report")),
)  # fmt: skip
GROUP_TITLES = (*_TITLES.values(), *(title for title, _ in _GROUPS if title))

_LED = "Có thành tích xuất sắc trong lãnh đạo, chỉ đạo, tổ chức quán triệt, triển khai thực hiện Chương trình."
_CARRIED_OUT = (
    "có thành tích xuất sắc trong tổ chức, triển khai thực hiện Chương trình, nhất là các mô hình, cách làm sáng tạo, "
    "hiệu quả."
)
_DIRECTLY = "ưu tiên khen thưởng cho các tập thể, cá nhân trực tiếp triển khai thực hiện các dự án"
_GUIDED = (
    "hướng dẫn, lựa chọn trình Chủ tịch UBND tỉnh tặng Bằng khen (qua Sở Nội vụ) đối với các tập thể, cá nhân có thành "
    "tích xuất sắc trong công tác tham mưu tổ chức triển khai thực hiện Chương trình giai đoạn 2021-2025."
)
_NOMINATED = (
    "cơ quan chủ trì Dự án, Tiểu dự án, Nội dung thành phần cấp tỉnh, UBND cấp xã tổ chức khen thưởng, đề xuất khen "
    "thưởng cho các tập thể, cá nhân tiêu biểu trong quá trình thực hiện các dự án theo thẩm quyền."
)
_MODELS = "nhất là các mô hình, cách làm sáng tạo, hiệu quả."
CLAUSES = {"II.2.c": "KH2025.II.2.c", "IV.1.d": "KH2025.IV.1.d", "IV.5": "KH2025.IV.5"}
# The plan of October 2025, word for word (tests hold it against the plan): kind, field, clause, words.
_WORDS: tuple[tuple[Kind, str, str, str], ...] = (
    (C, "united", "II.2.c", "có nội bộ đoàn kết"),
    (C, "merit", "II.2.c", _LED),
    (I, "merit", "II.2.c", _CARRIED_OUT),
    (I, "model", "II.2.c", _MODELS),
    (C, "direct", "II.2.c", _DIRECTLY),
    (I, "direct", "II.2.c", _DIRECTLY),
    (C, "project", "IV.5", _NOMINATED),
    (I, "project", "IV.5", _NOMINATED),
    (I, RATING, "II.2.c", "hoàn thành tốt nhiệm vụ hằng năm"),
    (C, "breach", "II.2.c", "không vi phạm kỷ luật, pháp luật từ khi thực hiện Chương trình đến nay."),
    (I, "breach", "II.2.c", "không vi phạm kỷ luật, pháp luật"),
    (C, "letter", "IV.1.d", _GUIDED),
    (I, "letter", "IV.1.d", _GUIDED),
)
_QUOTES = {(kind, key): Quote(words, CLAUSES[clause]) for kind, key, clause, words in _WORDS}


def groups_of(kind: Kind, rated_years: Sequence[int]) -> tuple[Group, ...]:
    """Every question of a dossier of this kind, in the order in which the form asks them."""
    fields = fields_of(kind, rated_years)
    groups = [(title or _TITLES[kind], [f for key in keys for f in fields if _asked_as(f) == key])
              for title, keys in _GROUPS]  # fmt: skip
    return tuple(Group(title, tuple(found)) for title, found in groups if found)


def quote_for(kind: Kind, field: Field) -> Quote | None:
    """What the plan says of it, if it says anything."""
    return _QUOTES.get((kind, _asked_as(field)))


def quotes() -> tuple[Quote, ...]:
    """Every quotation there is."""
    return tuple(_QUOTES.values())


def _asked_as(field: Field) -> str:
    return RATING if field.key.startswith(RATING) else field.key


def declared(choice: str, words: str) -> str:
    """A declaration as one text, from the choice on a form and the words beside it.

    “Không” leaves out words that were written before it was chosen; words without a choice count as they are.
    """
    return NO if choice == NO else words if words.strip() else choice


def choice_and_words(text: str) -> tuple[str, str]:
    """The choice and the words by which a form shows a declaration."""
    if denies(text):
        return NO, ""
    return (YES, "" if affirms(text) else text) if text.strip() else ("", "")
