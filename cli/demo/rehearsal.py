"""A second campaign, left half-way: whoever signs in to the demonstration's portal finds something to do."""

from dataclasses import replace

from cli.demo import cast
from cli.demo.days import DAYS_TO_ANSWER, IMPORT_DAY, SUBMIT_DAY
from cli.demo.reviewing import forward, points_of
from cli.demo.story import Story
from engine import campaigns, review
from engine.context import Context, command_origin
from engine.dossier import Dossier, load_dossiers
from engine.importing import import_workbook
from engine.plans import as_unit_head
from engine.steps import Request, take_step
from rules.vocabulary import Action, State
from rules.working_days import add_working_days

CODE = "dien-tap"
TITLE = "Đợt diễn tập: "
DAY = SUBMIT_DAY  # the day people play: intake is still open
NUMBER = "14/TTr-SDTTG"  # one register with the first campaign, which used 12 and 13
UNITS = 2  # whose people get a password
DRAFTS, WAITING = 5, 4  # every fifth dossier stays a draft, every fourth that was sent is not accepted yet
ENDORSED = 24
ASKED = (
    ("field:merit", "Đề nghị bổ sung số liệu kết quả so với chỉ tiêu được giao, có xác nhận của cơ quan cấp trên."),
)


def rehearse(story: Story) -> list[str]:
    """Play the second campaign as far as it goes; returns the units whose people are to sign in."""
    campaign = story.campaign.model_copy(update={"code": CODE, "title": TITLE + story.campaign.title})
    half = replace(story, campaign=campaign, counts={}, report=None)
    with half.database.transaction() as session:
        campaigns.load_campaign(session, campaign, command_origin("demo"))
    with half.acting(cast.CLERK_OF_REVIEW, IMPORT_DAY) as (session, context):
        import_workbook(session, context, half.workbook)
        dossiers = load_dossiers(session, context)
    units = busiest(dossiers)
    submit(half, units)
    look_through(half, units)
    return units


def busiest(dossiers: list[Dossier]) -> list[str]:
    """The units with the most dossiers."""
    units = [dossier.unit for dossier in dossiers]
    return sorted(set(units), key=lambda unit: (-units.count(unit), unit))[:UNITS]


def submit(half: Story, units: list[str]) -> None:
    """Heads submit what the rules let them; of each unit that signs in a draft stays, and every fifth of the others."""
    with half.acting(None, DAY) as (session, context):
        drafts = load_dossiers(session, context, states=(State.DRAFT,))
        kept = {next(d.id for d in drafts if d.unit == unit) for unit in units}
        for number, dossier in enumerate(drafts, start=1):
            if dossier.id not in kept and (dossier.unit in units or number % DRAFTS) and whole(context, dossier):
                take_step(session, as_unit_head(context, dossier), dossier.id, Action.SUBMIT, Request())


def whole(context: Context, dossier: Dossier) -> bool:
    """Whether no required paper is missing."""
    return all(dossier.fields.get(paper) for paper in context.campaign.required_papers)


def look_through(half: Story, units: list[str]) -> None:
    """Some are accepted and scored, one is returned, some are endorsed; a few go on to the appraisal office."""
    with half.acting(cast.REVIEWER, DAY) as (session, context):
        for number, dossier in enumerate(load_dossiers(session, context, states=(State.SUBMITTED,)), start=1):
            if number % WAITING or dossier.unit == units[0]:
                take_step(session, context, dossier.id, Action.ACCEPT, Request())
    with half.acting(cast.SECOND_REVIEWER, DAY) as (session, context):
        accepted = load_dossiers(session, context, states=(State.IN_REVIEW,))
        returned = next(dossier for dossier in accepted if dossier.unit == units[0])
        request = Request(findings=ASKED, due=add_working_days(DAY, DAYS_TO_ANSWER))
        take_step(session, context, returned.id, Action.RETURN, request)
    for name in (cast.REVIEWER, cast.SECOND_REVIEWER):
        with half.acting(name, DAY) as (session, context):
            for dossier in load_dossiers(session, context, states=(State.IN_REVIEW,)):
                review.score(session, context, dossier.id, str(points_of(dossier)))
    half.step_all(cast.SECOND_REVIEWER, DAY, Action.ENDORSE, State.IN_REVIEW, limit=ENDORSED)
    go_on(half)


def go_on(half: Story) -> None:
    """Of each category two are selected and forwarded, one of them approved, and two more selected."""
    for number in (NUMBER, None):
        for category in half.campaign.categories:
            half.step_all(cast.REVIEW_HEAD, DAY, Action.SELECT, State.ENDORSED, category=category.key, limit=2)
        if number:
            forward(half, number, DAY)
    for category in half.campaign.categories:
        half.step_all(cast.APPRAISER, DAY, Action.APPROVE, State.IN_APPRAISAL, category=category.key, limit=1)
