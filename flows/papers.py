"""Papers of a decision, made as soon as its list is frozen or it is signed, so that nobody waits for them."""

from sqlmodel import Session

from engine.context import Context
from engine.papers import build_papers
from engine.schedule import campaigns_with_papers
from flows.edge import Counts, Result, clockwork, in_each_campaign


@clockwork
def build_decision_papers(campaign: str | None = None) -> Result:
    """Render and keep what the frozen or signed decisions still lack."""

    def step(session: Session, context: Context) -> Counts:
        return {"papers": len(build_papers(session, context))}

    return in_each_campaign(step, "đã lập {papers} văn bản.", campaign, None, campaigns_with_papers)
