"""What the API answers of scores, earlier answers, duplicates, coverage and papers."""

from rules.vocabulary import State
from web.api.told import Told


class AttachedTold(Told):
    """A file as a paper of a dossier; name and hash are null for eyes that may not read it."""

    id: int
    paper: str
    label: str
    name: str | None
    media: str
    size: int
    sha256: str | None
    replaced: bool
    readable: bool


class PapersTold(Told):
    """The papers of a dossier."""

    id: str
    papers: list[AttachedTold]


class Spread(Told):
    """Points that count: their mean, and how far they are apart."""

    mean: float | None
    lowest: float | None
    highest: float | None
    spread: float | None


class CriterionScored(Spread):
    """One criterion of the rubric."""

    key: str
    title: str
    max: int


class ReviewerTold(Told):
    """What one reviewer gave; points are null for who recused themselves before giving any."""

    name: str
    own: bool
    points: float | None
    parts: dict[str, float]
    recused: bool
    reason: str | None


class ScoresTold(Spread):
    """Everybody's points for a dossier."""

    id: str
    max: int
    criteria: list[CriterionScored]
    reviewers: list[ReviewerTold]


class ChangeTold(Told):
    """One answer before and after, as people write it."""

    field: str
    before: str
    now: str


class VersionTold(Told):
    """Somebody wrote answers; `changes` is null once the trail cannot tell them any more."""

    version: int
    first: bool
    corrected: bool
    on: str
    by: str | None
    on_behalf: str | None
    reason: str
    changes: list[ChangeTold] | None


class VersionsTold(Told):
    """Every writing, newest first."""

    id: str
    versions: list[VersionTold]


class AnswerTold(Told):
    """One answer at an earlier version and now, as people write it."""

    field: str
    then: str
    now: str
    changed: bool


class AnswersTold(Told):
    """Every answer this account sees; null where the trail cannot tell any more, or there was no such version."""

    id: str
    version: int
    answers: list[AnswerTold] | None


class OtherTold(Told):
    """Another dossier of the same nominee."""

    id: str
    name: str
    unit_name: str
    state: State
    shared: list[str]


class OthersTold(Told):
    """Other dossiers of the same nominee."""

    id: str
    others: list[OtherTold]


class ShareTold(Told):
    """How many dossiers of one unit, project or answer."""

    code: str | None
    title: str
    nominated: int
    endorsed: int
    selected: int


class CoverageTold(Told):
    """The coverage of one category."""

    category: str
    communes: list[ShareTold]
    offices: list[ShareTold]
    projects: list[ShareTold]
    direct: ShareTold
    indirect: ShareTold
