"""Which provider, and as which client: the VINHDANH_OIDC_… variables."""

import os
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from engine.public import public_url
from rules.errors import MalformedError

ISSUER, CLIENT = "VINHDANH_OIDC_ISSUER", "VINHDANH_OIDC_CLIENT_ID"
SECRET, SECRET_FILE = "VINHDANH_OIDC_CLIENT_SECRET", "VINHDANH_OIDC_CLIENT_SECRET_FILE"
BACK = "/dang-nhap/chung/ve"  # where the provider sends people back to


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A provider and the client we are there; without a secret a public one, held by PKCE alone."""

    issuer: str
    client: str
    secret: str | None = field(repr=False)

    @property
    def back(self) -> str:
        """The address that is registered with the provider."""
        return public_url() + BACK


def is_configured() -> bool:
    """Whether a provider is named; what is wrong with the rest `settings` says."""
    return bool(os.environ.get(ISSUER))


def settings() -> Settings | None:
    """The configured provider, or None; MalformedError names the variable that is wrong."""
    if not is_configured():
        return None
    issuer, client = os.environ[ISSUER], os.environ.get(CLIENT, "")
    if not may_ask(issuer) or urlsplit(issuer).query or urlsplit(issuer).fragment:
        raise MalformedError(f"{ISSUER} phải là địa chỉ https://… của nơi đăng nhập chung.")
    if not client:
        raise MalformedError(f"Cần {CLIENT} khi có {ISSUER}.")
    return Settings(issuer=issuer, client=client, secret=secret())


def secret() -> str | None:
    """The client's secret, from its variable or file; MalformedError for both, or for a file that cannot be read."""
    given, file = os.environ.get(SECRET), os.environ.get(SECRET_FILE)
    if given and file:
        raise MalformedError(f"Chỉ đặt một trong hai: {SECRET}, {SECRET_FILE}.")
    if not file:
        return given or None
    try:
        return Path(file).read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        raise MalformedError(f"Không đọc được tệp mà {SECRET_FILE} nêu.") from error


def may_ask(address: object) -> bool:
    """Whether we ask there: by https, or on this very machine."""
    if not isinstance(address, str) or not address.isprintable():
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_here(host)))


def is_here(host: str) -> bool:
    """Whether a host is this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
