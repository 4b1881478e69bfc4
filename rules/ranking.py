"""In which order the endorsed stand: criteria, the review head's settlements, and why each is above the next."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush
from itertools import groupby
from typing import TypeAlias

from rules.errors import MalformedError
from rules.facts import Value
from rules.parameters import parameter
from rules.text import nfc_folded
from rules.vocabulary import Kind, Rating, Sex

Measure: TypeAlias = bool | int | Decimal | None  # what a criterion sees; the greater stands higher, None last
Settlement: TypeAlias = tuple[str, str, str]  # id above, id below, reason

UNSETTLED = "Ngang nhau ở mọi tiêu chí, chưa phân định: tạm xếp theo thứ tự tiếp nhận."
NEWEST = date.max  # the day on which only the values still in force hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A dossier that competes. `score` is the mean of its reviewers' points, `arrival` its place of arrival."""

    id: str
    name: str
    kind: Kind
    fields: Mapping[str, Value]
    score: Decimal | None
    arrival: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a dossier stands: what each criterion saw, how people read it, and why it is above the next.

    `unsettled` marks one that ties with a neighbour on everything and that nobody has settled against it.
    """

    id: str
    place: int
    criteria: dict[str, Measure]
    labels: dict[str, str]
    above_next_because: str | None
    unsettled: bool


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing dossiers are compared by: its Vietnamese title and what it sees of a candidate on a day."""

    title: str
    measure: Callable[[Candidate, date], Measure]


def directly_carried_out(candidate: Candidate, _: date) -> bool:
    """Whether it directly carried out a project (plan of 2025, II.2.c)."""
    return candidate.fields.get("direct") is True


def made_a_model(candidate: Candidate, _: date) -> bool:
    """Whether the dossier names a new model or creative way of working (plan of 2025, II.2.c)."""
    model = candidate.fields.get("model")
    return isinstance(model, str) and bool(nfc_folded(model))


def excellent_years(candidate: Candidate, _: date) -> int:
    """How many years were rated excellent."""
    return sum(key.startswith("rating_") and value == Rating.EXCELLENT for key, value in candidate.fields.items())


def preferred_as_women(candidate: Candidate, on: date) -> bool:
    """Whether it is a woman, or a collective with women enough (Nghị định 152/2025, 4.6)."""
    if candidate.kind is Kind.INDIVIDUAL:
        return candidate.fields.get("sex") == Sex.FEMALE
    size, women = candidate.fields.get("size"), candidate.fields.get("women")
    if not isinstance(size, int) or not isinstance(women, int) or size <= 0:
        return False
    return women >= parameter("ranking.women_share", on) * size


CRITERIA = {
    "score": Criterion("Điểm xét", lambda candidate, _: candidate.score),
    "direct": Criterion("Trực tiếp triển khai dự án", directly_carried_out),
    "model": Criterion("Có mô hình, cách làm sáng tạo", made_a_model),
    "excellent_years": Criterion("Số năm hoàn thành xuất sắc nhiệm vụ", excellent_years),
    "women": Criterion("Ưu tiên nữ hoặc tập thể đông nữ", preferred_as_women),
}


def rank(
    candidates: Iterable[Candidate],
    criteria: Sequence[str],
    settlements: Collection[Settlement] = (),
    *,
    on: date = NEWEST,
) -> list[Place]:
    """The candidates of one category in order, best first.

    Criteria decide in the order given. Among those that tie on all of them the settlements decide, also across
    a third dossier; what still ties stands in order of arrival and is marked. Raises MalformedError for an
    unknown criterion and ValueError for settlements that run in a circle.
    """
    if strange := [name for name in criteria if name not in CRITERIA]:
        raise MalformedError(f"Không có tiêu chí xếp hạng: {', '.join(strange)}. Có: {', '.join(CRITERIA)}.")
    arrived = sorted(candidates, key=lambda candidate: (candidate.arrival, candidate.id))
    seen = {c.id: {name: CRITERIA[name].measure(c, on) for name in criteria} for c in arrived}
    by_merit = sorted(seen, key=lambda identity: _descending(seen[identity]))  # stable: ties stay in order of arrival
    edges = _edges_among_ties(settlements, seen)
    lines: list[tuple[str, str | None]] = []  # each with the settlement that puts it above the next, if one does
    for _, tied in groupby(by_merit, key=lambda identity: _descending(seen[identity])):
        lines += _settled(list(tied), edges)
    return [_place(at, lines, seen) for at in range(len(lines))]


def settlement_cycle(settlements: Iterable[Settlement]) -> tuple[str, ...] | None:
    """A circle among the settlements (A above B above … above A), or None; a new one that closes it is refused."""
    above: dict[str, list[str]] = {}
    for higher, lower, _ in sorted(settlements):
        above.setdefault(lower, []).append(higher)
    try:
        TopologicalSorter(above).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return None


def label(measure: Measure) -> str:
    """What a criterion saw, as people read it."""
    if measure is None:
        return "chưa chấm"
    if isinstance(measure, bool):
        return "có" if measure else "không"
    if isinstance(measure, Decimal):
        return f"{round(measure, 4).normalize():f}".replace(".", ",")
    return str(measure)


def _descending(measures: Mapping[str, Measure]) -> tuple[tuple[bool, int | Decimal], ...]:
    return tuple((measure is None, -measure if measure is not None else 0) for measure in measures.values())


def _edges_among_ties(
    settlements: Iterable[Settlement], seen: Mapping[str, Mapping[str, Measure]]
) -> dict[str, dict[str, str]]:
    """Who was settled above whom and why, without the pairs that no longer tie.

    A dossier that no longer competes still hands on what was settled through it.
    """
    edges: dict[str, dict[str, str]] = {}
    for above, below, reason in sorted(settlements):
        if above not in seen or below not in seen or _descending(seen[above]) == _descending(seen[below]):
            edges.setdefault(above, {})[below] = reason
    return edges


def _settled(tied: Sequence[str], edges: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str | None]]:
    """The tied in order: settlements first, then as they came, each with why it is settled above the next."""
    place = {identity: at for at, identity in enumerate(tied)}
    below = {identity: _below(identity, edges) for identity in tied if identity in edges}
    held_back = Counter(lower for reached in below.values() for lower in reached if lower in place)
    ready = [at for identity, at in place.items() if not held_back[identity]]
    order: list[str] = []
    while ready:
        order.append(tied[heappop(ready)])
        for lower in below.get(order[-1], {}):
            held_back[lower] -= 1
            if lower in place and not held_back[lower]:
                heappush(ready, place[lower])
    if len(order) < len(tied):
        raise ValueError(f"settlements run in a circle among {sorted(set(tied) - set(order))}")
    return [(one, below.get(one, {}).get(next_one)) for one, next_one in zip(order, [*order[1:], ""], strict=True)]


def _below(start: str, edges: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Everybody settled below `start`, also across others, with the reasons on the shortest way there."""
    reached: dict[str, str] = {}
    front = [(start, "")]
    while front:
        further: list[tuple[str, str]] = []
        for identity, reasons in front:
            for lower, reason in edges.get(identity, {}).items():
                if lower not in reached:
                    reached[lower] = f"{reasons}; {reason}" if reasons else reason
                    further.append((lower, reached[lower]))
        front = further
    return reached


def _place(at: int, lines: Sequence[tuple[str, str | None]], seen: Mapping[str, dict[str, Measure]]) -> Place:
    identity = lines[at][0]
    because = _because(at, lines, seen)
    before = _because(at - 1, lines, seen) if at else None
    return Place(
        id=identity,
        place=at + 1,
        criteria=seen[identity],
        labels={name: label(measure) for name, measure in seen[identity].items()},
        above_next_because=because,
        unsettled=UNSETTLED in {because, before},
    )


def _because(at: int, lines: Sequence[tuple[str, str | None]], seen: Mapping[str, Mapping[str, Measure]]) -> str | None:
    """Why the line `at` stands above the next: the first criterion that tells them apart, or the settlement."""
    if at + 1 >= len(lines):
        return None
    (identity, settled), (next_identity, _) = lines[at], lines[at + 1]
    for name, measure in seen[identity].items():
        if measure != seen[next_identity][name]:
            return f"{CRITERIA[name].title}: {label(measure)}, hồ sơ kế tiếp {label(seen[next_identity][name])}."
    return (
        f"Ngang nhau ở mọi tiêu chí, lãnh đạo cơ quan xét chọn phân định: {settled}"
        if settled is not None
        else UNSETTLED
    )
