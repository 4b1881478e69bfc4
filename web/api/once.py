"""Writes: done once under a key, kept with their answer in one transaction."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Response
from pydantic import BaseModel

from engine.repeats import Asked, Given, given_before, keep
from models.chain import canonical
from web.work import Work

Done = Given | Response  # what changed something and is kept; an answer that changed nothing is not


def once(work: Work, key: str | None, what: Mapping[str, Any], body: BaseModel, do: Callable[[], Done]) -> Response:
    """Do it, or answer as before; `what` and `body` together are the request."""
    if key is None:
        return answered(do())
    said = canonical({**what, "body": body.model_dump(mode="json", by_alias=True)})
    asked = Asked(account=work.account.id, key=key, digest=hashlib.sha256(said.encode()).hexdigest())
    if (before := given_before(work.session, asked)) is not None:
        return answered(before, {"Idempotency-Replayed": "true"})
    done = do()
    if isinstance(done, Given):
        keep(work.session, asked, done)
    return answered(done)


def answered(done: Done, more: Mapping[str, str] | None = None) -> Response:
    """The answer as it is sent."""
    if isinstance(done, Response):
        return done
    headers = {**({"ETag": done.etag} if done.etag else {}), **(more or {})}
    return Response(done.body, headers=headers, media_type="application/json")


def given(data: Mapping[str, Any], version: int | None = None) -> Given:
    """An answer to be kept, with the version it left behind."""
    return Given(body=canonical(data), etag=None if version is None else f'"{version}"')
