"""Which campaigns the clock looks after by itself."""

from sqlalchemy import text
from sqlmodel import Session

RUNNING = text("SELECT code FROM campaign WHERE NOT rehearsal AND NOT decided ORDER BY code")
WITH_PAPERS = text(
    "SELECT c.code FROM campaign c JOIN decision d ON d.campaign_id = c.id"
    " WHERE d.state IN ('frozen', 'signed', 'corrected') ORDER BY c.code"
)


def running_campaigns(session: Session) -> list[str]:
    """Campaigns in earnest that are not decided; a rehearsal's day is what people say, so nothing happens by itself."""
    return list(session.scalars(RUNNING))


def campaigns_with_papers(session: Session) -> list[str]:
    """Campaigns whose decision is frozen or signed: there is something to print."""
    return list(session.scalars(WITH_PAPERS))
