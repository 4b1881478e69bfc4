"""The few shapes a rule's answer has, and how it quotes what a dossier says."""

from rules.facts import Value
from rules.registry import Need, Outcome
from rules.text import nfc_folded
from rules.vocabulary import Party, Verdict

QUOTED = 200  # characters of an answer shown in a message


def passes(message: str, *, note: bool = False) -> Outcome:
    """The rule is met; with `note`, people should look at it all the same."""
    return Outcome(verdict=Verdict.PASS, message=message, note=note)


def fails(message: str) -> Outcome:
    """The rule is not met and nothing can change that."""
    return Outcome(verdict=Verdict.FAIL, message=message)


def fails_until(message: str, who: Party, remedy: str) -> Outcome:
    """The rule is not met until `who` cures it."""
    return Outcome(verdict=Verdict.FAIL, message=message, who=who, remedy=remedy, curable=True)


def unknown(message: str, who: Party, remedy: str, *further: Need) -> Outcome:
    """The rule cannot be answered until `who` supplies or judges something, and then what is `further`."""
    return Outcome(verdict=Verdict.UNKNOWN, message=message, who=who, remedy=remedy, further=further)


def said(value: Value) -> str:
    """What a text field says, folded; empty when it is blank or no text."""
    return nfc_folded(value) if isinstance(value, str) else ""


def quoted(text: str) -> str:
    """`text` in Vietnamese quotation marks, cut short if long."""
    return f"“{text}”" if len(text) <= QUOTED else f"“{text[: QUOTED - 1]}…”"
