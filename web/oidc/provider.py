"""The provider: its description and keys, fetched and kept for a while; what it gives for a code."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import httpx
from authlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]  # it ships no types
from authlib.oauth2.client import DEFAULT_HEADERS, OAuth2Client  # type: ignore[import-untyped]  # as above
from authlib.oauth2.rfc6749.parameters import prepare_token_request  # type: ignore[import-untyped]  # as above

from engine import clock
from rules.errors import VinhDanhError
from web.oidc.settings import Settings, is_here, may_ask

PATIENCE = 10  # seconds for each answer
KEPT = timedelta(hours=1)
SCOPE = "openid email"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderError(VinhDanhError):
    """The provider does not answer, or not as the standard says; its own words stay out of it."""

    code = "provider"


@dataclass(frozen=True)
class Provider:
    """A provider as it describes itself, and its keys."""

    settings: Settings
    metadata: dict[str, Any]
    keys: dict[str, Any]
    fetched: datetime

    def client(self) -> Any:  # noqa: ANN401 - Authlib has no types
        """Authlib's client of this provider. It makes requests; sending them is ours."""
        known = self.metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        by = "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"
        return OAuth2Client(
            None,
            self.settings.client,
            self.settings.secret,
            token_endpoint_auth_method=by if self.settings.secret else "none",
            scope=SCOPE,
            redirect_uri=self.settings.back,
            code_challenge_method="S256",
        )

    def authorization(self, state: str, nonce: str, verifier: str) -> str:
        """Where to send somebody to sign in."""
        address, _ = self.client().create_authorization_url(
            self.metadata["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
        )
        return str(address)

    def tokens(self, code: str, verifier: str) -> dict[str, Any]:
        """What the provider gives for a code; ProviderError when it gives nothing."""
        client, url = self.client(), self.metadata["token_endpoint"]
        body = prepare_token_request(
            "authorization_code", code=code, redirect_uri=self.settings.back, code_verifier=verifier
        )
        auth = client.client_auth(client.token_endpoint_auth_method)
        url, headers, body = auth.prepare("POST", url, dict(DEFAULT_HEADERS), body)
        try:
            answer = ask("POST", url, headers=headers, content=body)
            return dict(client.parse_response_token(answer))
        except (OAuth2Error, httpx.HTTPError, ValueError) as error:
            raise ProviderError("Nơi đăng nhập chung không xác nhận lần đăng nhập này.") from error

    def userinfo(self, access_token: str) -> dict[str, Any]:
        """What the provider says of somebody beyond the ID token."""
        return fetched(self.metadata["userinfo_endpoint"], {"Authorization": f"Bearer {access_token}"})


@dataclass
class Directory:
    """Providers as they were fetched last, by issuer."""

    lock: Lock = field(default_factory=Lock)
    known: dict[str, Provider] = field(default_factory=dict)

    def provider(self, settings: Settings, *, anew: bool = False) -> Provider:
        """The provider, fetched again after an hour, or `anew` when it may have new keys."""
        with self.lock:
            found = self.known.get(settings.issuer)
        if found is None or anew or found.settings != settings or clock.now() - found.fetched > KEPT:
            found = discover(settings)
            with self.lock:
                self.known[settings.issuer] = found
        return found


def discover(settings: Settings) -> Provider:
    """Read the provider's description of itself, and its keys; ProviderError if they are not the issuer's."""
    metadata = fetched(settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
    sound = metadata.get("issuer") == settings.issuer and all(may_ask(metadata.get(name)) for name in ENDPOINTS)
    if not sound:
        raise ProviderError("Nơi đăng nhập chung tự giới thiệu không đúng với cấu hình.")
    return Provider(settings, metadata, fetched(metadata["jwks_uri"]), clock.now())


def fetched(address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """A JSON object from the provider."""
    try:
        answer = ask("GET", address, headers={"Accept": "application/json", **(headers or {})})
        answer.raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ProviderError("Nơi đăng nhập chung không trả lời. Hãy thử lại sau.") from error
    if not isinstance(found, dict):
        raise ProviderError("Nơi đăng nhập chung trả lời không đúng chuẩn.")
    return found


def ask(method: str, address: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's options
    """One request that follows nobody elsewhere; the machine's proxy settings hold for other machines only."""
    elsewhere = not is_here(httpx.URL(address).host)
    with httpx.Client(timeout=PATIENCE, follow_redirects=False, trust_env=elsewhere) as client:
        return client.request(method, address, **more)
