"""One request, one unit of work: a transaction, and in it whoever the token says is asking."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, ClassVar, cast
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel import Session

from engine.context import Context, campaign_of, command_origin, load_context, require_playing
from engine.dossier import Dossier, load_dossier, load_whole
from engine.eyes import Eyes
from engine.tokens import Holder, holder_of
from engine.views import eyes_in, require_seen
from models.database import Database
from rules.errors import StateRefusedError
from web.errors import UnauthenticatedError

DOOR = 2  # passwords checked at once
ABROAD = 4  # providers asked at once
# Requests at the database at once, as many as it has connections (models/database.py). Python runs one at a time, so
# few that only look are quickest; those that are shown more than a look take longer, those that write may have to wait
# for a row, and none of them keeps those of another kind waiting.
LOOKING, READING, WRITING = 2, 3, 7
BEARER = HTTPBearer(auto_error=False, description="Mã do quản trị cấp: ./vinhdanh account token TÊN")


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a handler works with; `began` is when the request arrived."""

    session: Session
    account: Holder
    began: datetime
    channel: ClassVar[str] = "api"  # for the trail
    reads: bool  # nothing that every command reads first (engine/known.py) can change in this transaction
    day: date | None = None  # that an address which reads plays

    @property
    def mark(self) -> UUID | None:
        """The mark of what is known, as long as it holds."""
        return self.account.mark if self.reads else None

    def context(
        self, code: str, *, writes: bool = False, today: date | None = None, exclusive: bool = False
    ) -> Context:
        """The campaign as the account meets it, on the day it plays; `exclusive` for what is done to all of it."""
        context = load_context(
            self.session,
            code,
            as_name=self.account.name,
            today=today or self.rehearsal_day(code),
            origin=command_origin(self.channel),
            writes=writes,
            exclusive=exclusive,
            mark=self.mark,
        )
        if self.day is not None:
            require_playing(context.campaign)
        return context

    def rehearsal_day(self, _code: str) -> date | None:
        """The day that counts as today in this campaign; None is the real one."""
        return self.day

    def seen(
        self, identity: str, *, writes: bool = False, whole: bool = False, today: date | None = None
    ) -> tuple[Context, Dossier, Eyes]:
        """A dossier with the eyes that look at it; NotFoundError, the same one, if it is another unit's or nobody's.

        `whole`: what only its page shows is read along.
        """
        try:
            return self.looked_at(identity, writes=writes, whole=whole, today=today)
        except StateRefusedError:  # the day; whoever may not know of the dossier is not to learn so that it is there
            replace(self, day=None).looked_at(identity)
            raise

    def looked_at(
        self, identity: str, *, writes: bool = False, whole: bool = False, today: date | None = None
    ) -> tuple[Context, Dossier, Eyes]:
        """The same; StateRefusedError, whosever it is, for another day where none may be played."""
        if writes:  # the campaign's row before the dossier
            context = self.context(campaign_of(self.session, identity), writes=True, today=today)
            dossier = load_dossier(self.session, identity)
        else:
            dossier = (load_whole if whole else load_dossier)(self.session, identity)
            context = self.context(dossier.campaign, today=today)
        eyes = eyes_in(context)
        require_seen(dossier, eyes)
        return context, dossier, eyes


def is_reading(request: Request) -> bool:
    """Whether a request asks to be shown something."""
    return request.method in {"GET", "HEAD"}


def database_of(request: Request) -> Database:
    """The database the application was made for."""
    return cast("Database", request.app.state.database)


async def admitted(request: Request) -> AsyncIterator[None]:
    """Room among the requests that work with the database, waited for without holding a thread.

    Else those that wait for a connection would take every thread from those that have one.
    """
    async with request.app.state.reading if is_reading(request) else request.app.state.writing:
        yield


async def let_look(request: Request) -> AsyncIterator[None]:
    """The same among those that look at a page people open all day."""
    async with request.app.state.looking:
        yield


async def at_the_door(request: Request) -> AsyncIterator[None]:
    """Room among those whose password is checked, asked for before that at the database.

    A check takes 64 MiB and a tenth of a second of a core: however many try, those who are in have room to work.
    """
    async with request.app.state.door:
        yield


async def abroad(request: Request) -> AsyncIterator[None]:
    """Room among those for whom somebody else is asked, who may be slow: they take few threads from the others."""
    async with request.app.state.abroad:
        yield


def signed_in(
    request: Request,
    _: Annotated[None, Depends(admitted, scope="function")],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)],
) -> Iterator[Work]:
    """The guard of every route that is not open to everybody; UnauthenticatedError without a token that is good."""
    with database_of(request).transaction() as session:
        account = holder_of(session, credentials.credentials) if credentials else None
        if account is None:
            raise UnauthenticatedError("Cần mã truy cập còn hiệu lực: Authorization: Bearer …")
        yield Work(session=session, account=account, began=request.state.began, reads=is_reading(request))


# Committed before the answer leaves: who reads “done” must be able to rely on it.
SignedIn = Annotated[Work, Depends(signed_in, scope="function")]
