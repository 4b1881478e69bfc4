"""What the API answers of notices."""

from web.api.told import Told


class NoticeLine(Told):
    """A letter in the list."""

    key: str
    title: str
    written: str
    read: bool


class NoticesTold(Told):
    """One page; `before` asks for the next, null at the end."""

    notices: list[NoticeLine]
    before: str | None


class NoticeTold(NoticeLine):
    """One letter; `nomination` is the dossier it is about, where the account may see it."""

    paragraphs: list[str]
    nomination: str | None


class NoticesReadTold(Told):
    """Up to where everything is read."""

    newest: str
