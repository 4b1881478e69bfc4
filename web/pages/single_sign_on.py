"""Signing in at an office's own provider: there, and back."""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from engine.access import identities, sessions
from engine.access.identities import Claimed, Unmatched
from engine.access.signing_in import Admitted, Turned
from engine.context import command_origin
from rules.errors import NotFoundError
from web.addresses import address_of, cookie_name, own_path
from web.entrance import SESSION, arrive, give, sign_in_form, take
from web.oidc.provider import Directory, ProviderError
from web.oidc.settings import BACK, Settings, settings
from web.oidc.tokens import Begun, begin, vouched
from web.work import abroad, admitted, database_of

router = APIRouter()
BEGUN = "dang_nhap_chung"  # the cookie of a sign-in under way
SECONDS = 600
LONGEST_ONWARD = 1500
DIRECTORY = Directory()
NOT_BEGUN = "Lần đăng nhập này không bắt đầu từ trình duyệt này, hoặc đã quá lâu. Hãy đăng nhập lại."
NOT_DONE = "Nơi đăng nhập chung không cho đăng nhập."


def configured() -> Settings:
    """The provider; NotFoundError where none is configured."""
    found = settings()
    if found is None:
        raise NotFoundError("Chưa cấu hình nơi đăng nhập chung.")
    return found


@router.get("/dang-nhap/chung")
def go_there(request: Request, _: Annotated[None, Depends(abroad, scope="function")], tiep: str = "/") -> Response:
    """Send the browser to the provider, with what ties the answer to this browser."""
    begun = begin(own_path(tiep[:LONGEST_ONWARD]))
    try:
        provider = DIRECTORY.provider(configured())
    except ProviderError as error:
        return sign_in_form(request, onward=begun.onward, turned=Turned(error.message))
    answer = RedirectResponse(provider.authorization(begun.state, begun.nonce, begun.verifier), 303)
    kept = urlsafe_b64encode(json.dumps(asdict(begun)).encode()).decode()
    give(answer, BEGUN, kept, seconds=SECONDS, samesite="lax")  # the way back begins at another site
    return answer


def begun_here(request: Request) -> Begun | None:
    """The sign-in under way in this browser."""
    try:
        return Begun(**json.loads(urlsafe_b64decode(request.cookies.get(cookie_name(BEGUN), ""))))
    except (ValueError, TypeError):
        return None


def ask_there(request: Request, _: Annotated[None, Depends(abroad, scope="function")]) -> Claimed | Turned:
    """Whom the provider vouches for. Asked before there is a transaction: its answer may take long."""
    said, begun, where = request.query_params, begun_here(request), configured()
    if begun is None or not secrets.compare_digest(begun.state.encode(), said.get("state", "").encode()):
        return Turned(NOT_BEGUN)
    if said.get("iss", where.issuer) != where.issuer or "code" not in said:  # RFC 9207: not another provider's answer
        return Turned(NOT_DONE)
    try:
        return vouched(DIRECTORY, where, said["code"], begun)
    except ProviderError as error:
        return Turned(error.message)


@router.get(BACK)
def come_back(
    request: Request,
    claimed: Annotated[Claimed | Turned, Depends(ask_there)],
    _: Annotated[None, Depends(admitted, scope="function")],
) -> Response:
    """Back from the provider: sign in the account it means."""
    begun = begun_here(request)
    onward = own_path(begun.onward) if begun else "/"
    found = claimed if isinstance(claimed, Turned) else enter(request, claimed)
    if isinstance(found, Turned):
        answer = sign_in_form(request, onward=onward, turned=found)
    else:
        answer = arrive(request, found, onward)
    take(answer, BEGUN)
    return answer


def enter(request: Request, claimed: Claimed) -> Admitted | Turned:
    """Begin a session of the account that is meant."""
    now = request.state.began
    with database_of(request).transaction() as session:
        account = identities.account_of(session, claimed, command_origin("web"), now)
        if isinstance(account, Unmatched):
            return Turned(account.message)
        sessions.leave(session, request.cookies.get(cookie_name(SESSION)), now)
        agent = request.headers.get("user-agent", "")
        cookie, csrf = sessions.begin(
            session, account, method="oidc", now=now, address=address_of(request), agent=agent
        )
    return Admitted(cookie=cookie, csrf=csrf)
