"""The words and bytes of a letter: templates in, one message out that differs per recipient only in its head."""

from collections.abc import Mapping
from email.header import Header
from email.headerregistry import HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from rules.text import nfc_folded

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "letters"
LONGEST_IN_TITLE = 60
SENDER = "Hệ thống Vinh Danh <khong-tra-loi@vinhdanh.invalid>"  # replaced by the configured sender on delivery


@cache
def environment() -> jinja2.Environment:
    """The templates of letters; a name that is not given is an error, never an empty place."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(("html",)),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["brief"] = brief
    environment.filters["sentence"] = sentence
    return environment


def brief(name: str) -> str:
    """A name as a subject line shows it: cut at a word when it is longer than a phone's line or two."""
    return name if len(name) <= LONGEST_IN_TITLE else name[: LONGEST_IN_TITLE - 1].rsplit(" ", 1)[0] + "…"


def sentence(words: str) -> str:
    """What somebody wrote, ended as a sentence."""
    return words if words.endswith((".", "!", "?", "…", ";")) else f"{words}."


def render(kind: str, values: Mapping[str, Any]) -> tuple[str, EmailMessage]:
    """Subject and message of one kind of letter: `templates/letters/KIND.txt`, its first line the subject."""
    said = {name: one_line(value) for name, value in values.items()}
    title, _, body = environment().get_template(f"{kind}.txt").render(said).strip().partition("\n")
    title = nfc_folded(f"[DIỄN TẬP] {title}" if values["rehearsal"] else title)
    paragraphs = [part.strip() for part in body.strip().split("\n\n") if part.strip()]
    html = environment().get_template("layout.html").render(title=title, paragraphs=paragraphs, link=said.get("link"))
    message = EmailMessage(policy=mail_policy())
    message["Subject"] = title
    message["From"] = SENDER
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n".join(paragraphs) + "\n")
    message.add_alternative(html, subtype="html")
    return title, message


class SubjectLine(UniqueUnstructuredHeader):
    """A subject that keeps its spaces: Python 3.11 loses those at which it folds Vietnamese words."""

    def fold(self, *, policy: Policy) -> str:
        """The header as lines of encoded words (RFC 2047), every space inside one of them."""
        encoded = Header(str(self), "utf-8", header_name="Subject").encode(linesep=policy.linesep)
        return f"Subject: {encoded}{policy.linesep}"


@cache
def mail_policy() -> Policy:
    """How the parts of a letter are written down."""
    registry = HeaderRegistry()
    registry.map_to_type("subject", SubjectLine)  # type: ignore[arg-type]  # typeshed: specialised headers are no BaseHeader
    return SMTP.clone(header_factory=registry, cte_type="7bit")


def one_line(value: object) -> object:
    """What somebody wrote, without line breaks and invisible characters: it starts no header and no paragraph."""
    if isinstance(value, str):
        return nfc_folded(value)
    if isinstance(value, Mapping):
        return {name: one_line(part) for name, part in value.items()}
    return [one_line(part) for part in value] if isinstance(value, list | tuple) else value
