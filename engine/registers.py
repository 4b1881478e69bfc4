"""The registers of document numbers: one per issuer, symbol and year; a number is given out once."""

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert
from sqlmodel import Session

from models.campaigns import RegisterEntry
from rules.errors import MalformedError
from rules.text import nfc_folded

NUMBER = re.compile(r"^(?P<number>\d{1,6})\s*/\s*(?P<symbol>[^\W_]+(?:\s?[.&-]\s?[^\W_]+)*)$")


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A number as papers write it: 09/TTr-SDTTG."""

    number: int
    symbol: str

    def __str__(self) -> str:
        """The number padded below 10 (NĐ30 Phụ lục I)."""
        return f"{self.number:02d}/{self.symbol}"

    @property
    def register(self) -> str:
        """The symbol as registers tell them apart: 9/TTr-SDTTG and 9/TTR-SDTTG are one number."""
        return self.symbol.upper()


def parse_number(text: str, default_symbol: str) -> DocumentNumber:
    """A number such as `09/TTr-SDTTG`, or `9` alone with the usual symbol; MalformedError otherwise."""
    folded = nfc_folded(text)
    if re.fullmatch(r"\d{1,6}", folded) and int(folded):
        return DocumentNumber(int(folded), default_symbol)
    match = NUMBER.match(folded)
    if match is None or not int(match["number"]):
        raise MalformedError(f"Số văn bản “{text}” không đúng dạng. Ví dụ: 09/{default_symbol}.")
    number = DocumentNumber(int(match["number"]), "".join(match["symbol"].split()))
    usual = DocumentNumber(number.number, default_symbol)
    return usual if usual.register == number.register else number


def enter(session: Session, issuer: str, number: DocumentNumber, dated: date, subject: str) -> None:
    """Enter a number in its register; a number already given out that year is refused by the database's key."""
    row = {
        "issuer": issuer,
        "symbol": number.register,
        "year": dated.year,
        "number": number.number,
        "subject": subject,
    }
    session.execute(insert(RegisterEntry).values(row))
