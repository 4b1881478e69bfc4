"""What a finding may be anchored to: a field, a paper or a rule of the dossier."""

from collections.abc import Sequence

from rules.eligibility import RULES
from rules.fields import fields_of
from rules.vocabulary import Kind


def anchors_of(kind: Kind, rated_years: Sequence[int]) -> dict[str, str]:
    """Every anchor of a dossier of this kind, with the Vietnamese words for it."""
    fields = fields_of(kind, rated_years)
    anchors = {f"field:{field.key}": field.header for field in fields}
    anchors |= {f"paper:{field.key}": field.header for field in fields if field.paper}
    return anchors | {f"rule:{rule.code}": rule.sentence for rule in RULES if kind in rule.applies_to}
