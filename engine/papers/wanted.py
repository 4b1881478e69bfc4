"""Which PDFs a decision has, and what each is made from."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlmodel import Session

from engine.context import Context
from engine.papers import press
from engine.papers.certificates import laid_out
from engine.papers.content import certificate_values, decision_values, letter_values
from models.campaigns import Decision
from models.chain import canonical

NAMES = ("to-trinh.pdf", "quyet-dinh.pdf", "danh-sach.pdf", "certificates.pdf")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One PDF that can be printed: its file name, template and values."""

    name: str
    template: str
    values: dict[str, Any]


def wanted_of(session: Session, context: Context, decision: Decision, names: Sequence[str] = NAMES) -> list[Wanted]:
    """The PDFs of a decision, or those of these names."""
    return [WANTED[name](session, context, decision) for name in names]


def letter(session: Session, context: Context, decision: Decision) -> Wanted:
    """The appraisal office's letter to the Chairman."""
    values = letter_values(session, context, decision)
    return Wanted(name="to-trinh.pdf", template="letter.html", values=values)


def whole(session: Session, context: Context, decision: Decision) -> Wanted:
    """The decision with its list."""
    values = decision_values(session, context, decision)
    return Wanted(name="quyet-dinh.pdf", template="decision.html", values=values)


def alone(session: Session, context: Context, decision: Decision) -> Wanted:
    """The list by itself."""
    values = decision_values(session, context, decision)
    titled = {**values, "title": values["annex"]["summary"]}
    return Wanted(name="danh-sach.pdf", template="list.html", values=titled)


def certificates(_session: Session, context: Context, decision: Decision) -> Wanted:
    """A certificate for each awardee, a page each."""
    values = laid_out(certificate_values(context, decision), context.campaign.papers.certificate)
    return Wanted(name="certificates.pdf", template="certificates.html", values=values)


WANTED: dict[str, Callable[[Session, Context, Decision], Wanted]] = {
    "to-trinh.pdf": letter,
    "quyet-dinh.pdf": whole,
    "danh-sach.pdf": alone,
    "certificates.pdf": certificates,
}


def printer(wanted: Wanted, attached: press.Attached, made: date) -> tuple[str, Callable[[], bytes]]:
    """The SHA-256 of everything a PDF is made from, and what makes it."""
    source = canonical({"template": wanted.template, "values": wanted.values, "data": attached.content.decode(),
                        "name": attached.name, "made": made.isoformat()})  # fmt: skip
    make = partial(press.render, wanted.template, wanted.values, made, attached)
    return hashlib.sha256(source.encode()).hexdigest(), make
