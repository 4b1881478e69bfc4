"""Separation of duties: over a dossier's whole history one person carries at most one kind of duty."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from rules.text import identity_key
from rules.vocabulary import Action, Role


class Duty(StrEnum):
    """The kinds one person may carry only one of, on one dossier."""

    SUBMIT = "submit"
    ENDORSE = "endorse"
    SELECT = "select"
    APPROVE = "approve"
    ENLIST = "enlist"
    AWARD = "award"


DUTY_OF: dict[Action, Duty] = {Action(duty.value): duty for duty in Duty}
DUTY_LABELS: dict[Duty, str] = {
    Duty.SUBMIT: "ký nộp",
    Duty.ENDORSE: "xác nhận đủ điều kiện",
    Duty.SELECT: "lựa chọn",
    Duty.APPROVE: "thẩm định",
    Duty.ENLIST: "lập danh sách trình quyết định",
    Duty.AWARD: "ghi nhận quyết định",
}
# Steps that judge a dossier or handle it while it is judged: not for whoever declared that they must not.
JUDGING = (
    Action.ACCEPT, Action.RETURN, Action.ENDORSE, Action.DECLINE, Action.SELECT, Action.DESELECT, Action.QUERY,
    Action.APPROVE, Action.REFUSE,
)  # fmt: skip
# Roles whose holders judge other units' dossiers, and nominate their own office's people too.
OFFICE_ROLES = (Role.REVIEW_OFFICER, Role.REVIEW_HEAD, Role.APPRAISAL_OFFICER, Role.APPRAISAL_HEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who acts: the account's name, its units, and the person it names as its own (CCCD or full name)."""

    name: str
    units: tuple[str, ...]
    person: str | None = None
    collective: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What a nomination's past says of one person: duties carried, and whether they wrote it or recused themselves."""

    unit: str
    nominee: str
    cccd: str | None
    head: str | None
    duties: frozenset[Duty] = frozenset()
    wrote: bool = False
    recused: bool = False


def conflicting_duty(carried: Collection[Duty], wanted: Duty) -> Duty | None:
    """The other kind of duty the person already carried on this dossier, or None."""
    return next((duty for duty in Duty if duty in carried and duty is not wanted), None)


def recused(name: str) -> str:
    """What is said of somebody who recused themselves."""
    return f"{name} đã xin không tham gia xét hồ sơ này."


def is_nominee(person: Person, history: History) -> bool:
    """Whether the account names the nominee, its head, or the nominated collective as its own."""
    names = {identity_key(name) for name in (history.nominee, history.head) if name}
    named = person.person is not None and (person.person == history.cccd or identity_key(person.person) in names)
    member = person.collective is not None and identity_key(person.collective) == identity_key(history.nominee)
    return named or member


def involvement(person: Person, history: History, office: str | None, wanted: Duty | None) -> str | None:
    """Why `person` may not judge the dossier (a Vietnamese sentence), or None.

    `office` is the unit whose step it is: its own nominations may be judged by anybody there who
    carried no other duty and wrote nothing of them; a deputy then signs ("KT."). A step that is no duty of
    its own (`wanted` is None: accepting, scoring, judging) bars of them only who submitted.
    """
    if history.recused:
        return recused(person.name)
    if is_nominee(person, history):
        return f"{person.name} là đối tượng (hoặc thành viên tập thể) được đề nghị trong hồ sơ này."
    if history.wrote:
        return f"{person.name} đã lập hoặc nhập hồ sơ này nên không được xét hồ sơ."
    if history.unit in person.units and history.unit != office:
        return f"{person.name} thuộc chính đơn vị đề nghị nên không được xét hồ sơ."
    others = {Duty.SUBMIT} if wanted is None else set(Duty) - {wanted}
    if history.unit == office and history.duties & others:
        return f"{person.name} đã giữ khâu khác đối với hồ sơ của chính cơ quan mình."
    return None
