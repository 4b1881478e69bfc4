"""ID tokens: signed by one of the provider's keys, for us, for this browser, and still good."""

import secrets
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]  # it ships no types
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from engine.access.identities import Claimed
from web.oidc.provider import Directory, Provider, ProviderError
from web.oidc.settings import Settings

SIGNATURES = ["RS256", "PS256", "ES256", "EdDSA"]  # by a key that only the provider has: no secret we share, no "none"
LEEWAY = 60  # seconds that clocks may differ
WRONG = "Lời xác nhận của nơi đăng nhập chung không hợp lệ. Hãy đăng nhập lại."


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A sign-in under way, kept in the browser that began it and nowhere else."""

    state: str
    nonce: str
    verifier: str
    onward: str


def begin(onward: str) -> Begun:
    """A new one."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Begun(state=state, nonce=nonce, verifier=verifier, onward=onward)


def vouched(directory: Directory, settings: Settings, code: str, begun: Begun) -> Claimed:
    """Whom the provider vouches for in exchange for a code; ProviderError when anything of it does not hold."""
    provider = directory.provider(settings)
    tokens = provider.tokens(code, begun.verifier)
    try:
        claims = verified(provider, tokens, begun.nonce)
    except (JoseError, ValueError, TypeError):  # perhaps it has new keys
        provider = directory.provider(settings, anew=True)
        try:
            claims = verified(provider, tokens, begun.nonce)
        except (JoseError, ValueError, TypeError) as error:
            raise ProviderError(WRONG) from error
    return claimed(provider, tokens, claims)


def verified(provider: Provider, tokens: dict[str, Any], nonce: str) -> dict[str, Any]:
    """The claims of the ID token; JoseError, ValueError or TypeError if it is not good."""
    keys = KeySet.import_key_set(provider.keys)  # type: ignore[arg-type]  # whatever the provider sent
    token = jwt.decode(tokens.get("id_token") or "", keys, algorithms=SIGNATURES)
    ours = provider.settings.client
    options = {"iss": {"essential": True, "value": provider.settings.issuer}, "aud": {"essential": True, "value": ours}}
    params = {"nonce": nonce, "client_id": ours, "access_token": tokens.get("access_token")}
    claims = CodeIDToken(token.claims, token.header, options, params)
    claims.validate(leeway=LEEWAY)
    if not isinstance(claims["sub"], str) or not claims["sub"]:
        raise ValueError("no subject")
    return dict(claims)


def claimed(provider: Provider, tokens: dict[str, Any], claims: dict[str, Any]) -> Claimed:
    """Who that is; the e-mail address from the provider's other answer where the token has none."""
    said = claims
    if "email" not in claims and "userinfo_endpoint" in provider.metadata and tokens.get("access_token"):
        said = provider.userinfo(str(tokens["access_token"]))
        if said.get("sub") != claims["sub"]:
            raise ProviderError(WRONG)
    email = said.get("email")
    return Claimed(
        issuer=provider.settings.issuer,
        subject=claims["sub"],
        email=email if isinstance(email, str) else None,
        verified=said.get("email_verified") is True,
    )
