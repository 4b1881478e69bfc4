"""What an office may say of several dossiers at once besides moving them."""

from pydantic import Field

from engine.checking import MOST
from rules.vocabulary import CheckResult
from web.api.asked import Name, OfCampaign, Words


class SeveralAskedAbout(OfCampaign):
    """An agency to ask about several nominees by one letter."""

    nominations: list[Name] = Field(min_length=1, max_length=MOST)
    agency: Name


class AnswersAsked(SeveralAskedAbout):
    """What an agency answered about them by one letter."""

    result: CheckResult
    text: Words
