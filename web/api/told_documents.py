"""What the API answers of submission letters and of the papers of a decision."""

from pydantic import Field

from web.api.told import Told


class LetterSent(Told):
    """A submission letter that went, and how many dossiers lie on it now."""

    id: int
    number: str
    date: str
    nominations: int


class ReadyTold(Told):
    """A dossier that the next letter would carry."""

    id: str
    name: str
    category: str
    unit: str


class SubmissionsTold(Told):
    """Letters, newest first; `ready` in ranking order."""

    submissions: list[LetterSent]
    ready: list[ReadyTold]
    warnings: list[str]
    mark: str = Field(description="Dấu của ready: gửi lại khi trình để chắc rằng danh sách chưa đổi.")


class DocumentTold(Told):
    """A paper of a decision."""

    name: str
    label: str


class CatalogueTold(Told):
    """The papers of a decision."""

    papers: list[DocumentTold]
