"""The eligibility rules, each a small predicate over Facts, in the order people read their findings."""

from rules.eligibility.award import award_not_already_given
from rules.eligibility.checks import checks_clear
from rules.eligibility.conduct import collective_without_breach, individual_without_breach, no_pending_matter
from rules.eligibility.dossier import dossier_complete, merit_described, unit_entitled
from rules.eligibility.duties import duties_completed_well
from rules.eligibility.nominee import collective_united, identity_consistent, named_once

RULES = (
    unit_entitled,
    dossier_complete,
    merit_described,
    collective_without_breach,
    individual_without_breach,
    no_pending_matter,
    collective_united,
    duties_completed_well,
    award_not_already_given,
    identity_consistent,
    named_once,
    checks_clear,
)
