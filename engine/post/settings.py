"""Which mail server, how it is spoken to and in whose name: the VINHDANH_SMTP_… variables."""

import ipaddress
import os
import re
import ssl
from email.header import Header
from email.utils import quote
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from rules.errors import MalformedError
from rules.text import nfc_folded

PREFIX = "VINHDANH_SMTP_"
LONGEST_NAME = 60  # characters of the sender's name
LINE = 78  # characters of a header line (RFC 5322)
HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?\.?")
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
WANTED = {
    "host": "cần tên máy chủ thư, ví dụ thu.bacninh.example",
    "port": "cần một số cổng từ 1 đến 65535",
    "security": "cần một trong: starttls, tls, none",
    "sender": "cần một địa chỉ thư điện tử, hoặc “Tên <địa chỉ>”, địa chỉ không dấu",
    "rate": "cần một số nguyên không âm: số thư mỗi phút, 0 là không giới hạn",
    "timeout": "cần số giây lớn hơn 0, không quá 3600",
    "ca_file": "cần một tệp chứng chỉ PEM đọc được",
    "user": "phải có cả tài khoản và mật khẩu (VINHDANH_SMTP_USER, VINHDANH_SMTP_PASSWORD), hoặc không có cả hai",
    "password": "không gửi mật khẩu qua đường truyền không mã hóa; đặt VINHDANH_SMTP_SECURITY là starttls hoặc tls",
}


class Security(StrEnum):
    """How the connection is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


class MailSettings(BaseModel):
    """A mail server and a sender; `rate` in letters a minute (0: no limit), `timeout` in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    host: str
    sender: str
    security: Security = Security.STARTTLS
    port: Annotated[int, Field(ge=1, le=65535)] = 0  # 0 stands for the usual port of `security`
    user: str | None = None
    password: SecretStr | None = None
    rate: Annotated[int, Field(ge=0)] = 60
    timeout: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)] = 30
    ca_file: Path | None = None

    @field_validator("host")
    @classmethod
    def names_a_machine(cls, host: str) -> str:
        """A name or an IP address, nothing else."""
        if not HOST.fullmatch(host) and not is_ip(host):
            raise ValueError("no host")
        return host

    @field_validator("sender")
    @classmethod
    def is_one_sender(cls, sender: str) -> str:
        """One address, with or without a name."""
        name, address = parts_of(sender)
        if not ADDRESS.fullmatch(address) or len(name) > LONGEST_NAME or {*"<>"} & {*name}:
            raise ValueError("no sender")
        return sender

    @field_validator("ca_file")
    @classmethod
    def holds_certificates(cls, file: Path | None) -> Path | None:
        """A file OpenSSL can read as certificates."""
        if file is not None:
            try:
                ssl.create_default_context(cafile=file)
            except OSError as error:  # ssl.SSLError is one
                raise ValueError("no certificates") from error
        return file

    @model_validator(mode="after")
    def keeps_the_password_to_itself(self) -> Self:
        """User and password come together, and only over an encrypted line or to this very machine."""
        if bool(self.user) is not bool(self.password and self.password.get_secret_value()):
            raise ValueError("user")
        if self.password and self.security is Security.NONE and not is_loopback(self.host):
            raise ValueError("password")
        return self

    @model_validator(mode="before")
    @classmethod
    def takes_the_usual_port(cls, data: dict[str, object]) -> dict[str, object]:
        """The port that goes with the encryption, unless another one is given."""
        if data.get("port") is None and (security := str(data.get("security", Security.STARTTLS))) in PORTS:
            return {**data, "port": PORTS[Security(security)]}
        return data

    @property
    def address(self) -> str:
        """The sender's bare address: the envelope's."""
        return parts_of(self.sender)[1]

    @property
    def from_header(self) -> bytes:
        """The From header of every letter, 7-bit (RFC 2047), with its line ending."""
        name, address = parts_of(self.sender)
        if not name:
            return f"From: {address}\r\n".encode("ascii")
        encoded = Header(name, "utf-8", header_name="From").encode(linesep="\r\n")
        shown = f'"{quote(name)}"' if name.isascii() else encoded
        last = f"From: {shown}".rpartition("\r\n")[2]
        space = " " if len(last) + len(address) + 3 <= LINE else "\r\n "
        return f"From: {shown}{space}<{address}>\r\n".encode("ascii")

    @property
    def encrypted(self) -> bool:
        """Whether anything is said in the clear."""
        return self.security is not Security.NONE

    def trust(self) -> ssl.SSLContext:
        """Whose certificates are believed: the given CA's, else the system's; a certificate's name is checked too."""
        return ssl.create_default_context(cafile=self.ca_file)


def parts_of(sender: str) -> tuple[str, str]:
    """Name and address of `Tên <địa chỉ>` or of a bare address."""
    name, bracket, rest = nfc_folded(sender).rpartition("<")
    if not bracket:
        return "", rest
    return name.strip().removeprefix('"').removesuffix('"').strip(), rest.removesuffix(">")


def is_ip(host: str) -> bool:
    """Whether a host is given by its IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine."""
    return host == "localhost" or (is_ip(host) and ipaddress.ip_address(host).is_loopback)


def mail_settings() -> MailSettings:
    """The settings of the environment; MalformedError naming the variable that is missing or wrong, never its value."""
    given: dict[str, object] = {
        name: value for name in MailSettings.model_fields if (value := os.environ.get(variable(name), "").strip())
    }
    if file := os.environ.get(variable("password_file")):
        given["password"] = password_in(file, given)
    try:
        return MailSettings.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else str(first["ctx"]["error"])
        lead = f"Chưa cấu hình gửi thư: thiếu {variable(name)}" if first["type"] == "missing" else variable(name)
        raise MalformedError(f"{lead}: {WANTED[name]}.") from None  # the cause would show what was typed


def password_in(file: str, given: dict[str, object]) -> str:
    """The password a file holds, without the line ending; MalformedError if it cannot be read or is given twice."""
    if "password" in given:
        raise MalformedError(f"Chỉ đặt một trong hai: {variable('password')}, {variable('password_file')}.")
    try:
        return Path(file).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise MalformedError(f"{variable('password_file')}: không đọc được tệp mật khẩu.") from None


def variable(field: str) -> str:
    """The environment variable of a setting."""
    return f"{PREFIX}{field.upper()}"
