"""What a unit may say of several dossiers at once: a workbook to import, a letter over them."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field, StrictBool

from web.api.asked import Body, Day, Name, Number, OfCampaign, words

MOST_CHOSEN = 500
Chosen: TypeAlias = Annotated[str, Field(max_length=200), AfterValidator(words)]


class ImportAsked(OfCampaign):
    """A workbook that was looked at, and what it was to do."""

    opening: Name = Field(description="Lượt xem trước, như câu trả lời đã nêu.")
    effect: Name = Field(description="Kết quả đã xem, như câu trả lời đã nêu; nay sẽ khác: 409.")


class LetterAsked(OfCampaign):
    """The unit's letter over these dossiers, as it was signed and numbered."""

    nominations: list[Chosen] = Field(min_length=1, max_length=MOST_CHOSEN)
    number: Name
    date: Day


class ChosenToSend(Body):
    """A dossier to send, and the version at which it was seen."""

    id: Name
    expected_version: Number | None = Field(default=None, description="Phiên bản đang xem; đã khác: 409.")


class SendingAsked(OfCampaign):
    """Several dossiers of the unit to sign and send."""

    nominations: list[ChosenToSend] = Field(min_length=1, max_length=MOST_CHOSEN)
    skip_refused: StrictBool = Field(default=False, description="Để lại những hồ sơ không nộp được.")
    dry_run: StrictBool = Field(default=False, description="Chỉ xem sẽ thế nào, không ghi gì.")
