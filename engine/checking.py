"""Third-party checks as pages show and record them: who was asked, when and by whom, what they answered and when."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine.context import Context, may_act
from engine.dossier import Dossier, load_dossier
from engine.eyes import Eyes
from engine.histories import past_of
from engine.review import APPRAISERS, CHECKABLE, REVIEWERS, ask_agency, record_reply
from engine.views import WITHHELD
from rules.citations import cite
from rules.errors import MalformedError, NotFoundError, RefusedError, RoleRefusedError, StateRefusedError
from rules.text import identity_key, nfc_folded
from rules.vocabulary import CheckResult

LONGEST_NAME = 200  # characters of an agency's name
MOST = 200  # dossiers asked about at once
LAW = ("QD86.10.2", "QD86.10.3", "ND152.4.4")
# The trail tells who asked and answered, and on which day; `verification` holds only what counts now.
ASKED, ANSWERED = "nomination:check:asked", "nomination:check:answered"
LOCK = text("SELECT id FROM nomination WHERE id = ANY(:ids) AND campaign_id = :campaign ORDER BY id FOR UPDATE")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One answer of an agency, and who recorded it when; a name is None once the person was erased."""

    result: CheckResult
    text: str | None
    on: date
    by: str | None
    on_behalf: str | None

    @property
    def withheld(self) -> bool:
        """Whether these eyes may not read what it says."""
        return self.text == WITHHELD


@dataclass(frozen=True, kw_only=True)
class Check:
    """An agency asked about a nominee, or that must be; `replies` newest first, and only the newest counts."""

    agency: str
    about: str
    required: bool
    on: date | None = None  # None: it must be asked, and was not yet
    by: str | None = None
    on_behalf: str | None = None
    replies: tuple[Reply, ...] = ()

    @property
    def result(self) -> CheckResult | None:
        """What counts now."""
        return self.replies[0].result if self.replies else None

    @property
    def waiting(self) -> bool:
        """Whether it was asked and has not answered."""
        return self.on is not None and not self.replies


@dataclass(frozen=True, kw_only=True)
class Panel:
    """The checks of one dossier, whom one may still ask, under which law, and whether this account may."""

    checks: tuple[Check, ...]
    suggested: tuple[tuple[str, str], ...]
    law: tuple[str, ...]
    may: bool


@dataclass
class Course:
    """One agency's entries on the trail so far."""

    asked: dict[str, Any]
    replies: list[Reply] = field(default_factory=list)


def panel_of(session: Session, context: Context, dossier: Dossier, eyes: Eyes) -> Panel:
    """What the dossier's page shows of its third-party checks; what agencies wrote only to eyes that judge it."""
    courses = courses_of(session, dossier, sensitive=eyes.sees_sensitive(dossier.unit))
    abouts = {agency.name: agency.about for agency in context.campaign.agencies}
    required = context.campaign.required_checks
    names = [*courses, *(name for name in required if name not in courses)]
    checks = [check_of(name, abouts.get(name, ""), name in required, courses.get(name)) for name in names]
    return Panel(
        checks=tuple(checks),
        suggested=suggested(context, courses),
        law=cite(LAW, context.today),
        may=may_check(context, dossier.unit) and dossier.state in CHECKABLE,
    )


def suggested(context: Context, without: Iterable[str] = ()) -> tuple[tuple[str, str], ...]:
    """The agencies the campaign names, with what each is asked about, but for those in `without`."""
    known = dict.fromkeys(context.campaign.required_checks, "")
    known |= {agency.name: agency.about for agency in context.campaign.agencies}
    return tuple((name, about) for name, about in known.items() if name not in set(without))


def may_check(context: Context, unit: str | None = None) -> bool:
    """Whether the account may ask and record answers."""
    try:
        may_act(context, (*APPRAISERS, *REVIEWERS), unit)
    except RoleRefusedError:
        return False
    return True


def check_of(agency: str, about: str, required: bool, course: Course | None) -> Check:  # noqa: FBT001 - as it is built
    """One line of the panel."""
    if course is None:
        return Check(agency=agency, about=about, required=required)
    asked = course.asked
    return Check(
        agency=agency,
        about=about,
        required=required,
        on=asked["on"],
        by=asked["by"],
        on_behalf=asked["on_behalf"],
        replies=tuple(reversed(course.replies)),
    )


def courses_of(session: Session, dossier: Dossier, *, sensitive: bool) -> dict[str, Course]:
    """What the dossier's trail tells of each agency, in the order they were asked."""
    courses: dict[str, Course] = {}
    for entry in past_of(session, dossier):
        if entry.tag not in {ASKED, ANSWERED}:
            continue
        agency = entry.body["agency"]
        who: dict[str, Any] = {"on": date.fromisoformat(entry.body["today"]), "by": entry.told("by_name"),
               "on_behalf": entry.told("on_behalf_name")}  # fmt: skip
        if entry.tag == ASKED:
            courses[agency] = Course(asked=who)
        elif agency in courses:
            words = entry.told("answer") if sensitive else WITHHELD
            courses[agency].replies.append(Reply(result=CheckResult(entry.body["result"]), text=words, **who))
    return courses


def agency_named(context: Context, typed: str) -> str:
    """The agency somebody means: the campaign's spelling of a name it knows; MalformedError for none, or a novel."""
    name = nfc_folded(typed)
    if not name or len(name) > LONGEST_NAME:
        raise MalformedError(f"Phải nêu tên cơ quan được lấy ý kiến, không quá {LONGEST_NAME} ký tự.")
    known = {identity_key(one): one for one, _ in suggested(context)}
    return known.get(identity_key(name), name)


def ask(session: Session, context: Context, nomination_id: str, typed: str) -> str:
    """Ask an agency about one nominee; returns its name. As review.ask_agency, which see."""
    agency = agency_named(context, typed)
    known = {identity_key(check.agency): check.agency for check in load_dossier(session, nomination_id).checks}
    agency = known.get(identity_key(agency), agency)
    ask_agency(session, context, nomination_id, agency)
    return agency


def ask_about_several(session: Session, context: Context, ids: Sequence[str], typed: str) -> tuple[int, int]:
    """Ask an agency about several nominees by one letter; returns how many were asked, and how many were before.

    All or nothing: StateRefusedError names every dossier about which one cannot ask now.
    """
    agency = agency_named(context, typed)

    def one(nomination_id: str) -> bool:
        if any(identity_key(c.agency) == identity_key(agency) for c in load_dossier(session, nomination_id).checks):
            return False
        ask_agency(session, context, nomination_id, agency)
        return True

    done = each(session, context, ids, one)
    return sum(done), len(done) - sum(done)


def record_for_several(
    session: Session, context: Context, ids: Sequence[str], typed: str, result: CheckResult, words: str
) -> int:
    """Record one letter's answer for several nominees; all or nothing. Returns how many."""
    agency = agency_named(context, typed)

    def one(nomination_id: str) -> bool:
        record_reply(session, context, nomination_id, agency, result, words)
        return True

    return len(each(session, context, ids, one))


def each(session: Session, context: Context, ids: Sequence[str], one: Callable[[str], bool]) -> list[bool]:
    """Do the same to every dossier, locked in one order first; StateRefusedError tells of all that refuse it."""
    wanted = list(dict.fromkeys(ids))
    if not 0 < len(wanted) <= MOST:
        raise MalformedError(f"Hãy chọn từ 1 đến {MOST} hồ sơ.")
    values = {"ids": wanted, "campaign": context.campaign_id}
    known = set(session.scalars(LOCK, values))
    done: list[bool] = []
    refused: list[str] = []
    citations: list[str] = []
    for nomination_id in wanted:
        try:
            if nomination_id not in known:
                raise StateRefusedError("không thuộc đợt khen thưởng này.")
            done.append(one(nomination_id))
        except RoleRefusedError:
            raise
        except (RefusedError, NotFoundError) as error:
            refused.append(f"Hồ sơ {nomination_id}: {error.message}")
            citations += error.citations if isinstance(error, RefusedError) else ()
    if refused:
        raise StateRefusedError(" ".join(refused), tuple(dict.fromkeys(citations)))
    return done
