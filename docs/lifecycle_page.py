"""The life cycle as documents show it: two diagrams for the README, and docs/lifecycle.md with every row."""

from collections.abc import Iterable

from docs.markdown import PAGE_HEAD, quoted, table
from rules.citations import citation
from rules.decision import DECISION_ACTION_LABELS, DECISION_LABELS, DECISION_LIFE_CYCLE
from rules.duties import DUTY_LABELS, JUDGING
from rules.guards import CHECKS
from rules.lifecycle import LIFE_CYCLE, REVERSES, Guard, Move, Slot, When
from rules.vocabulary import (
    ACTION_LABELS,
    FALLEN,
    FINAL,
    HOLDING,
    MAY_HOLD,
    NEUTRAL_LABEL,
    ROLE_LABELS,
    STAFF_LABELS,
    UNIT_LABELS,
    Role,
    State,
)

INTRODUCTION = """# The life cycle

What `rules/lifecycle.py`, `rules/decision.py` and `rules/guards.py` say; the README draws it. One function,
`take_step` in `engine/steps.py`, moves a nomination along it."""


def diagrams() -> str:
    """The two Mermaid diagrams: the road to the award, and the ways out and back."""
    road = [move for move in LIFE_CYCLE if not falls(move)]
    aside = [move for move in LIFE_CYCLE if falls(move)]
    boxes = {node(move): f"{node(move)} : {', '.join(move.sources)}" for move in aside if is_grouped(move)}
    return "\n".join(
        [
            "From draft to award:",
            "",
            *drawn(road, ["[*] --> draft: import"]),
            "",
            "Out of the running, and back:",
            "",
            *drawn(aside, boxes.values()),
        ]
    )


def falls(move: Move) -> bool:
    """Whether a row leads out of the running, or back from there."""
    return move.target in FALLEN or move.sources[0] in FALLEN


def is_grouped(move: Move) -> bool:
    """Whether a row's sources are drawn as one box: several states that fall together."""
    return move.target in FALLEN and len(move.sources) > 1


def node(move: Move) -> str:
    """The box of a row's sources drawn together."""
    return "any_of_" + "_".join(move.sources)


def edges(drawn_moves: Iterable[Move]) -> list[str]:
    """One arrow for each pair of boxes, with every action that leads along it."""
    actions: dict[tuple[str, str], list[str]] = {}
    for move in drawn_moves:
        when = "" if move.when is When.ALWAYS else f" ({move.when})"
        for source in (node(move),) if is_grouped(move) else move.sources:
            actions.setdefault((source, move.target), []).append(f"{move.action}{when}")
    return [f"{source} --> {target}: {' / '.join(words)}" for (source, target), words in actions.items()]


def drawn(drawn_moves: list[Move], first: Iterable[str]) -> list[str]:
    """A Mermaid diagram: boxes with the staff's labels, lines of its own, then an arrow for each step."""
    seen = {state for move in drawn_moves for state in (move.target, *(() if is_grouped(move) else move.sources))}
    boxes = [f"{state} : {state} · {STAFF_LABELS[state]}" for state in State if state in seen]
    ends = [f"{state} --> [*]" for state in FINAL if any(move.target is state for move in drawn_moves)]
    lines = (*boxes, *first, *edges(drawn_moves), *ends)
    return ["```mermaid", "stateDiagram-v2", *(f"    {line}" for line in lines), "```"]


def page() -> str:
    """docs/lifecycle.md."""
    parts = [PAGE_HEAD, INTRODUCTION, *moves(), *guards(), *states(), *duties(), *decision()]
    return "\n\n".join(parts) + "\n"


def moves() -> list[str]:
    """Every row of the table."""
    columns = ("from", "action", "to", "by", "only if", "slot", "letters to", "source")
    rows = [
        (
            ", ".join(move.sources),
            f"**{move.action}** {ACTION_LABELS[move.action]}",
            move.target,
            move.by,
            "; ".join((*(() if move.when is When.ALWAYS else (move.when,)), *move.only_if)) or "–",
            move.slot,
            "; ".join(move.letters) or "–",
            f"{move.source}",
        )
        for move in LIFE_CYCLE
    ]
    sources = dict.fromkeys(move.source for move in LIFE_CYCLE)
    cited = [(key, citation(key).text, f"{citation(key).since:%d/%m/%Y}") for key in sources]
    taken_back = "; ".join(
        f"*{action}* takes back {', '.join(f'*{step}*' for step in steps)}" for action, steps in REVERSES.items()
    )
    effects = ", ".join(slot for slot in Slot if slot is not Slot.UNTOUCHED)
    return [
        "## Steps",
        table(columns, rows),
        f"*slot*: what happens to the place in the quota, if the nomination holds one ({effects}; – leaves it alone).",
        f"{taken_back}: letters of those that were not sent yet are superseded.",
        table(("source", "provision", "in force from"), cited),
    ]


def guards() -> list[str]:
    """What each condition means."""
    rows = [(guard, quoted(CHECKS[guard])) for guard in Guard]
    return ["## Conditions", "Checked in the order of the table; the first that does not hold refuses the step.",
            table(("only if", "means"), rows)]  # fmt: skip


def states() -> list[str]:
    """Every state with its labels and what it has to do with the quota."""
    holds = dict.fromkeys(HOLDING, "yes") | dict.fromkeys(MAY_HOLD, "may")
    rows = [(state, STAFF_LABELS[state], UNIT_LABELS[state], holds.get(state, "no")) for state in State]
    return [
        "## States",
        f"From acceptance until the decision is signed or the outcome released, a unit reads “{NEUTRAL_LABEL}”.",
        "It learns only of a return, a lapse and its own withdrawal.",
        table(("state", "staff read", "the unit reads, once it may", "holds a place"), rows),
    ]


def duties() -> list[str]:
    """The kinds of duty, and who is who."""
    return [
        "## Duties and roles",
        "Over a nomination's whole history one person carries at most one kind of duty: "
        + ", ".join(f"*{duty}* ({label})" for duty, label in DUTY_LABELS.items())
        + ".",
        "Whoever recuses themselves from a nomination takes, from then on, none of the steps that judge it: "
        + ", ".join(f"*{action}*" for action in JUDGING)
        + ".",
        table(("role", "in Vietnamese"), [(role, ROLE_LABELS[role]) for role in Role]),
    ]


def decision() -> list[str]:
    """The decision's own table."""
    rows = [
        (
            ", ".join(state or "none yet" for state in move.sources),
            f"**{move.action}** {DECISION_ACTION_LABELS[move.action]}",
            f"{move.target} ({DECISION_LABELS[move.target]})",
            move.by,
        )
        for move in DECISION_LIFE_CYCLE
    ]
    return ["## The decision", table(("from", "action", "to", "by"), rows)]
