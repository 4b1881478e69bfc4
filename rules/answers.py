"""What was typed into a form, read as a whole: every answer that can be read, and every problem by field."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rules.errors import MalformedError
from rules.facts import Value
from rules.fields import Field, contradictions, field_named
from rules.parsing import Register
from rules.vocabulary import Kind

TOGETHER = {"women": ("size", "women")}  # answers that contradict each other: neither is taken


@dataclass(frozen=True, slots=True)
class Answers:
    """`values` by key, as a dossier keeps them; `problems` by key, each a sentence."""

    values: Mapping[str, Value]
    problems: Mapping[str, str]

    def without(self, problems: Mapping[str, str]) -> "Answers":
        """The same with further problems; what has one is not taken."""
        taken = {key: value for key, value in self.values.items() if key not in problems}
        return Answers(taken, {**self.problems, **problems})


def read_answers(
    kind: Kind,
    texts: Mapping[str, str],
    register: Register,
    rated_years: Sequence[int],
    stored: Mapping[str, Value] | None = None,
) -> Answers:
    """Read `texts` (key or column heading → what was typed), to stand beside the `stored` answers.

    Raises:
        MalformedError: a name that is no field of this kind.
    """
    values: dict[str, Value] = {}
    problems: dict[str, str] = {}
    for name, typed in texts.items():
        field = field_named(kind, name, rated_years)
        try:
            values[field.key] = field.parse(typed, register)
        except MalformedError as error:
            problems[field.key] = error.message
    for key, message in contradictions({**(stored or {}), **values}):
        problems[key] = message
        for party in TOGETHER[key]:
            values.pop(party, None)
    return Answers(values, problems)


def told(problems: Mapping[str, str], fields: Iterable[Field]) -> str:
    """Every problem in one text, each beginning with the heading of its field, in the order of the form."""
    return " ".join(f"“{field.header}”: {problems[field.key]}" for field in fields if field.key in problems)
