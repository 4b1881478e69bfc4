"""Separation of duties at work: who may not take a step, and whether anybody is left who may."""

from dataclasses import replace

from engine.actors import Actor
from engine.context import Acting, Context
from engine.dossier import Dossier
from rules.duties import (
    DUTY_LABELS,
    DUTY_OF,
    JUDGING,
    OFFICE_ROLES,
    Duty,
    Person,
    conflicting_duty,
    involvement,
    recused,
)
from rules.errors import DutiesRefusedError
from rules.lifecycle import Guard, Move, moves_from
from rules.vocabulary import ACTION_LABELS, ROLE_LABELS, Action, Role, State


def person_of(actor: Actor) -> Person:
    """The account as the rules see a person."""
    return Person(name=actor.name, units=actor.every_unit, person=actor.person, collective=actor.collective)


def involved(dossier: Dossier, acting: Acting, wanted: Duty | None) -> str | None:
    """Why somebody the act counts for is involved in the dossier, or None."""
    office = acting.office if acting.role in OFFICE_ROLES else None
    reasons = (involvement(person_of(p), dossier.history_of(p.ids), office, wanted) for p in acting.people)
    return next((reason for reason in reasons if reason), None)


def check_duties(dossier: Dossier, acting: Acting, wanted: Duty | None) -> None:
    """DutiesRefusedError if anybody the act counts for carried another kind of duty on this dossier."""
    if wanted is None:
        return
    for person in acting.people:
        if other := conflicting_duty(dossier.duties_of(person.ids), wanted):
            raise DutiesRefusedError(
                f"{person.name} đã giữ khâu {DUTY_LABELS[other]} của hồ sơ này nên không được giữ thêm khâu "
                f"{DUTY_LABELS[wanted]} (nguyên tắc tách bạch nhiệm vụ: mỗi người một khâu trên một hồ sơ)."
            )


def check_recused(dossier: Dossier, acting: Acting, action: Action) -> None:
    """DutiesRefusedError if anybody a judging act counts for recused themselves from this dossier."""
    for person in acting.people:
        if action in JUDGING and dossier.recused(person.ids):
            raise DutiesRefusedError(recused(person.name))


def able(context: Context, dossier: Dossier, actor: Actor, move: Move) -> bool:
    """Whether `actor` could take this step, as far as roles and duties go."""
    wanted = DUTY_OF.get(move.action)
    if wanted and conflicting_duty(dossier.duties_of(actor.ids), wanted):
        return False
    if move.action in JUDGING and dossier.recused(actor.ids):
        return False
    if Guard.NOT_INVOLVED not in move.only_if:
        return True
    acting = Acting(actor=actor, on_behalf=None, role=move.by, office=context.office_of(move.by, dossier.unit))
    return involved(dossier, acting, wanted) is None


ONWARD = (Action.ACCEPT, Action.ENDORSE, Action.SELECT, Action.APPROVE)


def nobody_left(context: Context, dossier: Dossier, move: Move, acting: Acting) -> tuple[str, ...]:
    """A warning for each step onward from where the step leads that nobody in the office may take after it."""
    wanted = DUTY_OF.get(move.action)
    after = dossier.duties | ({p.id: wanted for p in acting.people} if wanted else {})
    return nobody_onward(context, replace(dossier, duties=after), move.target)


def nobody_onward(context: Context, dossier: Dossier, state: State) -> tuple[str, ...]:
    """A warning for each step onward from `state` that nobody in the office may take with this dossier."""
    warnings = []
    for onward in moves_from(state):
        if onward.action not in ONWARD or onward.by is Role.CLOCK:
            continue
        if not any(able(context, dossier, actor, onward) for actor in context.holders((onward.by,), dossier.unit)):
            warnings.append(
                f"Hồ sơ {dossier.id}: không còn {ROLE_LABELS[onward.by]} nào được phép {ACTION_LABELS[onward.action]}."
            )
    return tuple(dict.fromkeys(warnings))
