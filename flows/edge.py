"""The edge of a flow: what makes a function one, its database, a transaction for each campaign, fitting words."""

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from typing import Any, ParamSpec, TypeAlias

from prefect import Flow, flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.states import Failed
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from engine.context import Context, command_origin, load_context
from engine.schedule import running_campaigns
from models.database import Database, configured
from rules.errors import VinhDanhError

P = ParamSpec("P")
Result: TypeAlias = dict[str, Any]  # what a flow did, as JSON
Counts: TypeAlias = dict[str, int]
ORIGIN = command_origin("flow")


class RunFailedError(VinhDanhError):
    """The run did not do all of its work, or found something wrong; the message says what."""

    code = "run"


def clockwork(function: Callable[P, Result]) -> Flow[P, Result | State[Any]]:
    """Make a flow of `function`. Whatever it raises fails the run with words that Prefect may keep and show."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> Result | State[Any]:
        try:
            return function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - told by Prefect it would show the error's own words
            return Failed(message=reported(error))

    return flow(run)


@contextmanager
def opened() -> Iterator[Database]:
    """The configured database, brought up or refused, closed at the end."""
    database = configured()
    try:
        database.check()
        yield database
    finally:
        database.close()


def in_each_campaign(
    step: Callable[[Session, Context], Counts],
    says: str,
    campaign: str | None,
    today: date | None,
    which: Callable[[Session], list[str]] = running_campaigns,
) -> dict[str, Counts]:
    """Take `step` in `campaign`, or in each campaign of `which`; returns what it did, told in the log as `says`.

    Each has a transaction of its own and the campaign's row alone. One that fails does not keep the others waiting; the
    run then fails and names it (RunFailedError). `today` is for rehearsals.
    """
    done: dict[str, Counts] = {}
    failed: list[str] = []
    with opened() as database:
        with database.transaction() as session:
            codes = which(session) if campaign is None else [campaign]
        for code in codes:
            try:
                with database.transaction() as session:
                    done[code] = step(session, load_context(session, code, today=today, origin=ORIGIN, exclusive=True))
                tell(f"Đợt {code}: {says.format_map(done[code])}")
            except Exception as error:  # noqa: BLE001 - whatever it is, the other campaigns are looked after
                failed.append(f"{code}: {reported(error)}")
    if failed:
        raise RunFailedError(f"Chưa làm xong. {' '.join(failed)}")
    return done


def tell(line: str) -> None:
    """A line in the run's log."""
    get_run_logger().info(line)


def reported(error: Exception) -> str:
    """An error in words that hold no personal data; where it happened goes to the log, unless it is one of ours."""
    if isinstance(error, VinhDanhError):
        return error.message
    get_run_logger().error("Nơi xảy ra lỗi:\n%s", "".join(traceback.format_tb(error.__traceback__)))
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return f"Lỗi ngoài dự kiến ({type(cause).__name__})."
