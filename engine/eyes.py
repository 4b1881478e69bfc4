"""Whose eyes look: which dossiers an account sees, and whether it sees what is sensitive in them."""

from collections.abc import Iterable
from dataclasses import dataclass

from rules.vocabulary import Role

OF_A_UNIT = (Role.UNIT_OFFICER, Role.UNIT_HEAD)
OF_REVIEW = (Role.REVIEW_OFFICER, Role.REVIEW_HEAD)
OF_APPRAISAL = (Role.APPRAISAL_OFFICER, Role.APPRAISAL_HEAD)
ONLOOKERS = (Role.DECISION_CLERK, Role.OBSERVER, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """What one account sees.

    `overview`: every dossier as the offices see it. `sensitive`: CCCD, ethnicity, discipline of every dossier.
    `own`: units whose dossiers it sees as their unit does, sensitive answers included.
    """

    overview: bool = False
    sensitive: bool = False
    own: frozenset[str] = frozenset()

    def sees(self, unit: str) -> bool:
        """Whether a dossier of `unit` exists for these eyes."""
        return self.overview or unit in self.own

    def sees_sensitive(self, unit: str) -> bool:
        """Whether they see the sensitive answers of a dossier of `unit`."""
        return self.sensitive or unit in self.own


OPERATOR = Eyes(overview=True, sensitive=True)  # who runs a command without --as has the database anyway


def eyes_of(roles: Iterable[tuple[Role, str]], review: str, appraisal: str) -> Eyes:
    """The eyes of somebody with these (role, unit), where `review` and `appraisal` are the campaign's offices."""
    held = frozenset(roles)
    judges = {(role, review) for role in OF_REVIEW} | {(role, appraisal) for role in OF_APPRAISAL}
    needs_all = bool(held & judges)
    return Eyes(
        overview=needs_all or any(role in ONLOOKERS for role, _ in held),
        sensitive=needs_all,
        own=frozenset(unit for role, unit in held if role in OF_A_UNIT),
    )
