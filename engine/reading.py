"""Read what somebody typed into a dossier's form, as the campaign has its fields and papers have their letters."""

from collections.abc import Mapping

from engine.context import Context
from engine.papers.glyphs import unprintable
from rules.answers import Answers, read_answers
from rules.facts import Value
from rules.vocabulary import Kind


def read_typed(context: Context, kind: Kind, texts: Mapping[str, str], stored: Mapping[str, Value]) -> Answers:
    """Everything that can be read of `texts` (key or column heading → what was typed), and every problem by field.

    Raises MalformedError for a name that is no field.
    """
    answers = read_answers(kind, texts, context.register, context.campaign.rated_years, stored)
    return answers.without(unprintable(answers.values))
