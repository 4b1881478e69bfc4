"""One page request of somebody who is signed in: a transaction, the account, its language and campaign."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial, wraps
from typing import Annotated, Any, ClassVar, TypeVar

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from sqlmodel import Session
from starlette.datastructures import FormData

from engine.access import sessions
from engine.access.sessions import SignedIn
from engine.clock import local_date
from engine.context import Context
from engine.dossier import Dossier
from engine.eyes import Eyes
from engine.known import Outline, known_at, mark_of
from engine.tokens import Holder
from engine.visitors import Visitor, visitor
from models.database import Database
from rules.errors import NotFoundError, VinhDanhError
from web.addresses import cookie_name
from web.entrance import SESSION
from web.errors import SignInNeededError, StaleFormError, status_of
from web.forms import CSRF, Form, Posted
from web.language import COOKIE as LANGUAGE_COOKIE
from web.language import Language, language_of
from web.navigation import entries
from web.notes import leave_note
from web.render import rendered
from web.work import Work, admitted, database_of, is_reading, let_look

CAMPAIGN = "dot"  # the cookie that remembers which campaign somebody looks at
T = TypeVar("T")
Begin = Callable[[Database], AbstractContextManager[Session]]


@dataclass(frozen=True, kw_only=True)
class Visit(Work):
    """What a page's handler works with; `error` is what the request was refused for, told on the page itself."""

    channel: ClassVar[str] = "web"
    request: Request
    signed: SignedIn
    form: Form
    errors: list[VinhDanhError] = field(default_factory=list)
    dossiers_campaigns: list[str] = field(default_factory=list)  # those of the dossiers looked at so far

    @property
    def language(self) -> Language:
        """The language the pages are read in."""
        return language_of(self.request.cookies.get(LANGUAGE_COOKIE))

    @cached_property
    def visitor(self) -> Visitor:
        """Roles, campaigns and unread letters; by the real day, whatever day a rehearsal plays."""
        known = known_at(self.session, self.mark or mark_of(self.session))
        return visitor(known, self.account.id, local_date(self.began), self.signed.unread)

    @property
    def campaign(self) -> Outline | None:
        """That of the address or of the dossier, else the one looked at last, else the newest; None without any."""
        named = self.request.path_params.get("code")
        wanted = named or next(reversed(self.dossiers_campaigns), self.request.cookies.get(CAMPAIGN))
        found = next((one for one in self.visitor.campaigns if one.code == wanted), None)
        if found is None and named:
            raise NotFoundError(f"Không có đợt khen thưởng “{named}”.")
        return found or next(iter(self.visitor.campaigns), None)

    def looked_at(
        self, identity: str, *, writes: bool = False, whole: bool = False, today: date | None = None
    ) -> tuple[Context, Dossier, Eyes]:
        """As `Work` has it; the page is then one of the dossier's campaign."""
        found = super().looked_at(identity, writes=writes, whole=whole, today=today)
        self.dossiers_campaigns.append(found[0].campaign.code)
        return found

    def rehearsal_day(self, code: str) -> date | None:
        """The day that counts as today in this campaign; None is the real one."""
        day = self.signed.rehearsal_day
        return day if day and any(one.code == code and one.rehearsal for one in self.visitor.campaigns) else None

    @property
    def today(self) -> date:
        """The day it is in the campaign looked at."""
        played = self.rehearsal_day(self.campaign.code) if self.campaign else None
        return played or local_date(self.began)

    def attempt(self, do: Callable[[], T]) -> T | None:
        """Do it, or undo it and keep why: None, and the page that follows tells the error with its status."""
        savepoint = self.session.begin_nested()
        try:
            done = do()
        except VinhDanhError as error:
            savepoint.rollback()
            self.session.expire_all()
            self.errors.append(error)
            return None
        savepoint.commit()
        return done

    def page(self, template: str, **values: Any) -> HTMLResponse:  # noqa: ANN401 - whatever the template says
        """The page, with what was refused on top and the status of that."""
        status = status_of(self.errors[-1]) if self.errors else 200
        every: dict[str, Any] = {
            "account": self.account,
            "visitor": self.visitor,
            "campaign": self.campaign,
            "navigation": entries(self.visitor, self.campaign, self.request.url.path),
            "errors": self.errors,
            "today": self.today,
            "now": self.began,
            "pretending": self.campaign is not None and self.rehearsal_day(self.campaign.code) is not None,
        }
        return rendered(self.request, template, status=status, csrf=self.signed.csrf, **{**every, **values})

    def go(self, path: str, note: str = "") -> RedirectResponse:
        """Send the browser on after something was done, with a sentence for the next page."""
        answer = RedirectResponse(path, 303)
        if note:
            leave_note(answer, note)
        return answer


@dataclass(frozen=True, slots=True)
class Coming:
    """A request for a page, let in among those that work with the database, before anybody asked who sent it."""

    request: Request
    form: Form


async def coming(request: Request, form: Posted, _: Annotated[None, Depends(admitted, scope="function")]) -> Coming:
    """What `Page` makes a visit of."""
    return Coming(request, form)


async def coming_to_look(request: Request, _: Annotated[None, Depends(let_look, scope="function")]) -> Coming:
    """The same of somebody who sends nothing."""
    return Coming(request, Form(FormData()))


@contextmanager
def visiting(asked: Coming, begin: Begin) -> Iterator[Visit]:
    """The guard of every page that is not open to everybody: SignInNeededError without a session that is alive.

    A form must carry the session's own token; StaleFormError keeps what was typed for another try.
    """
    with begin(database_of(asked.request)) as session:
        visit = visit_in(session, asked)
        if asked.request.method == "POST" and asked.form.get(CSRF) != visit.signed.csrf:
            raise StaleFormError(asked.form, visit.signed.csrf)
        yield visit


def visit_in(session: Session, asked: Coming) -> Visit:
    """The visit of whoever's session is alive, whatever their form says; SignInNeededError for nobody."""
    request, began = asked.request, asked.request.state.began
    cookie = request.cookies.get(cookie_name(SESSION))
    signed = sessions.signed_in(session, cookie, began) if cookie else None
    if signed is None:
        raise SignInNeededError(asked.form)
    return Visit(
        session=session,
        account=Holder(id=signed.account, name=signed.name, mark=signed.mark),
        began=began,
        reads=is_reading(request),
        request=request,
        signed=signed,
        form=asked.form,
    )


# What a page's handler asks for: a visit with a transaction, or one that only looks, each statement for itself (two
# trips to the database fewer). Only a route that is a `Page` makes it a Visit; any other hands over what is coming.
Visiting = Annotated[Visit, Depends(coming, scope="function")]
Looking = Annotated[Visit, Depends(coming_to_look, scope="function")]
BEGUN: tuple[tuple[object, Begin], ...] = ((Visiting, Database.transaction), (Looking, Database.look))


class Page(APIRoute):
    """A page for somebody who is signed in: transaction, handler and commit in one thread, one after the other.

    A dependency of its own for the transaction would change threads for its beginning and for its end.
    """

    def __init__(self, path: str, endpoint: Callable[..., Response], **options: Any) -> None:  # noqa: ANN401 - FastAPI's
        super().__init__(path, within_visit(endpoint), **options)


def within_visit(handler: Callable[..., Response]) -> Callable[..., Response]:
    """The handler, with the visit it asks for begun before it and committed after it."""
    parameters = inspect.signature(handler).parameters.values()
    asked = ((one.name, begin) for one in parameters for kind, begin in BEGUN if one.annotation == kind)
    name, begin = next(asked, (None, None))
    if name is None or begin is None:
        return handler

    @wraps(handler)
    def visited(**values: Any) -> Response:  # noqa: ANN401 - whatever the handler takes
        with visiting(values.pop(name), begin) as visit:
            return handler(**values, **{name: visit})

    return visited


Pages = partial(APIRouter, route_class=Page)
