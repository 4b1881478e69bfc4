"""A real OpenID Connect provider on this machine, which can be told to lie."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from web.serve import listen

CLIENT, SECRET = "vinh-danh", "mot-bi-mat-cua-may-khach"
Claims = dict[str, Any]


def new_key(kid: str) -> RSAKey:
    """A key of 2048 bits."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


@dataclass
class Granted:
    """What a code stands for."""

    nonce: str
    challenge: str
    back: str


@dataclass
class Provider:
    """Its state, and how it behaves: by the standard until a test says otherwise."""

    issuer: str
    key: RSAKey = field(default_factory=lambda: new_key("một"))
    person: Claims = field(default_factory=dict)  # who signs in there: sub, email, email_verified
    change: Callable[[Claims], None] = lambda _: None  # what is done to the claims before they are signed
    sign: Callable[["Provider", Claims], str] | None = None  # another way to sign
    metadata: Claims = field(default_factory=dict)  # what it says of itself beyond the standard
    info: Claims | None = None  # what the userinfo endpoint answers
    refuses: str = ""  # the error it sends people back with
    public: bool = False  # whether the client has no secret
    codes: dict[str, Granted] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)  # paths that were asked for

    def described(self) -> Claims:
        """Its discovery document."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            **self.metadata,
        }

    def authorize(self, asked: dict[str, str]) -> Response:
        """Sign the person in without a question, and send them back with a code."""
        if asked.get("client_id") != CLIENT or asked.get("response_type") != "code":
            return Response("unknown client", 400)
        if asked.get("code_challenge_method") != "S256" or "openid" not in asked.get("scope", "").split():
            return Response("no PKCE", 400)
        code = secrets.token_urlsafe()
        self.codes[code] = Granted(asked["nonce"], asked["code_challenge"], asked["redirect_uri"])
        said = {"error": self.refuses} if self.refuses else {"code": code, "iss": self.issuer}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({**said, 'state': asked['state']})}", 302)

    def token(self, form: dict[str, str], authorization: str) -> Response:
        """Tokens for a code: once, to the client that asked, with the verifier of its challenge."""
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        granted = self.codes.pop(form.get("code", ""), None)
        if not self.public and authorization != expected and form.get("client_secret") != SECRET:
            return JSONResponse({"error": "invalid_client"}, 401)
        verified = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        known = granted is not None and granted.back == form.get("redirect_uri")
        if not known or granted is None or verified.rstrip(b"=").decode() != granted.challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": granted.nonce}
        claims |= self.person
        self.change(claims)
        signed = self.sign(self, claims) if self.sign else by(self.key, claims)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": signed})


def by(key: RSAKey, claims: Claims, kid: str | None = None) -> str:
    """The claims signed by a key."""
    return jwt.encode({"alg": "RS256", "kid": kid or key.kid}, claims, key)


def unsigned(_: Provider, claims: Claims) -> str:
    """The claims with `alg: none`."""
    return f"{encoded(json.dumps({'alg': 'none'}))}.{encoded(json.dumps(claims))}."


def by_shared_secret(provider: Provider, claims: Claims) -> str:
    """The claims signed by HMAC with what everybody can read: the public key."""
    head, body = (encoded(json.dumps(one)) for one in ({"alg": "HS256", "kid": provider.key.kid}, claims))
    mac = hmac.digest(provider.key.as_pem(private=False), f"{head}.{body}".encode(), "sha256")
    return f"{head}.{body}.{encoded(mac)}"


def encoded(data: str | bytes) -> str:
    """As the parts of a token are written."""
    return base64.urlsafe_b64encode(data.encode() if isinstance(data, str) else data).rstrip(b"=").decode()


def application(provider: Provider) -> FastAPI:
    """Its pages."""
    app = FastAPI(openapi_url=None)

    @app.get("/.well-known/openid-configuration")
    def describe() -> Claims:
        provider.asked.append("description")
        return provider.described()

    @app.get("/keys")
    def keys() -> Claims:
        provider.asked.append("keys")
        return dict(KeySet([provider.key]).as_dict(private=False))

    @app.get("/authorize")
    def authorize(request: Request) -> Response:
        return provider.authorize(dict(request.query_params))

    @app.post("/token")
    async def token(request: Request) -> Response:
        form = await request.form()
        return provider.token({k: str(v) for k, v in form.items()}, request.headers.get("authorization", ""))

    @app.get("/userinfo")
    def userinfo(request: Request) -> Response:
        provider.asked.append("userinfo")
        allowed = request.headers.get("authorization") == "Bearer a" and provider.info is not None
        return JSONResponse(provider.info) if allowed else JSONResponse({}, 401)

    return app


@contextmanager
def providing() -> Iterator[Provider]:
    """A provider that answers on a free port."""
    with listen("127.0.0.1", 0) as listener:
        provider = Provider(f"http://127.0.0.1:{listener.getsockname()[1]}")
        config = uvicorn.Config(application(provider), log_level="critical", access_log=False, ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield provider
        server.should_exit = True
        thread.join()
