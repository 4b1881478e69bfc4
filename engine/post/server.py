"""The mail server: one connection for many letters, and its every failure told as what it means."""

import asyncio
import re
import socket
import ssl
from contextlib import suppress
from types import TracebackType
from typing import Self

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPHeloError,
    SMTPResponseException,
    SMTPTimeoutError,
)

from engine.post.answers import Answer, Meaning, Stage, answer_of, told
from engine.post.settings import MailSettings, Security
from rules.errors import VinhDanhError

RECIPIENT = re.compile(r'[^\s\x00-\x1f\x7f<>",;:()\[\]\\@]+@[^\s\x00-\x1f\x7f<>",;:()\[\]\\@]+')
FAREWELL = 3.0  # seconds a server gets to answer QUIT
PLACE = "kiểm tra VINHDANH_SMTP_HOST, VINHDANH_SMTP_PORT, VINHDANH_SMTP_SECURITY và đường mạng"
NAME_DIFFERS = 62  # X509_V_ERR_HOSTNAME_MISMATCH
ADDRESS_DIFFERS = 64  # X509_V_ERR_IP_ADDRESS_MISMATCH


class ServerUnusableError(VinhDanhError):
    """The mail server cannot be used at all: no letter's fault, and nothing more to try in this run."""

    code = "mail_server"


class Server:
    """A connection to the configured server, opened when wanted; as a context manager it says goodbye."""

    def __init__(self, settings: MailSettings) -> None:
        """Remember the settings; nothing is connected yet."""
        self.settings = settings
        self.name = f"{settings.host}:{settings.port}"
        self.runner = asyncio.Runner()
        self.client: SMTP | None = None
        self.transports: list[asyncio.BaseTransport] = []  # aiosmtplib forgets one that it closes before it is closed

    def __enter__(self) -> Self:
        """Be ready."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say goodbye, unless in a hurry to leave."""
        with self.runner:
            self.runner.run(self._leave(polite=error is None))

    @property
    def is_open(self) -> bool:
        """Whether the connection still stands; notices when the server closed it."""
        self.pause(0)
        return self.client is not None and self.client.is_connected

    def pause(self, seconds: float) -> None:
        """Wait, with an ear to the connection."""
        self.runner.run(asyncio.sleep(seconds))

    def open(self) -> None:
        """Connect, encrypt and log in as configured; ServerUnusableError says in Vietnamese what to check."""
        self.runner.run(self._leave(polite=False))
        try:
            self.runner.run(self._open())
        except ServerUnusableError:
            self.runner.run(self._leave(polite=False))
            raise

    def send(self, recipient: str, message: bytes) -> Answer:
        """Hand over one letter; what the server's answer means."""
        return self.runner.run(self._send(recipient, message))

    async def _open(self) -> None:
        settings = self.settings
        self.client = client = SMTP(
            hostname=settings.host,
            port=settings.port,
            timeout=settings.timeout,
            local_hostname=own_name(),
            use_tls=settings.security is Security.TLS,
            start_tls=False,
            tls_context=settings.trust() if settings.encrypted else None,
        )
        try:
            await client.connect()
            self._remember(client)
            await greet(client)
            if settings.security is Security.STARTTLS:
                await self._encrypt(client)
            if settings.user and settings.password:
                await self._log_in(client, settings.user, settings.password.get_secret_value())
        except (SMTPException, OSError, ValueError) as error:
            raise ServerUnusableError(self._why(error)) from error

    async def _encrypt(self, client: SMTP) -> None:
        """STARTTLS, and greet again: what was said before may have been somebody else's words (RFC 3207)."""
        if not client.supports_extension("starttls"):
            raise ServerUnusableError(
                f"Máy chủ thư {self.name} không có STARTTLS: kiểm tra VINHDANH_SMTP_SECURITY và VINHDANH_SMTP_PORT."
            )
        await client.starttls()
        self._remember(client)
        await greet(client)

    async def _log_in(self, client: SMTP, user: str, password: str) -> None:
        """AUTH by the safest way both sides know."""
        check = "kiểm tra VINHDANH_SMTP_USER và VINHDANH_SMTP_PASSWORD"
        if not client.supported_auth_methods:
            raise ServerUnusableError(f"Máy chủ thư {self.name} không nhận đăng nhập bằng mật khẩu: {check}.")
        try:
            await client.login(user, password)
        except SMTPResponseException as error:
            # Not its words: some servers repeat the command they refuse, and that holds the password.
            raise ServerUnusableError(
                f"Máy chủ thư {self.name} không chấp nhận tài khoản đăng nhập (mã {error.code}): {check}."
            ) from error

    def _why(self, error: Exception) -> str:
        """Why no connection came about, and what to check."""
        if isinstance(error, ssl.SSLError):
            return self._why_not_trusted(error)
        if isinstance(error.__cause__, ssl.SSLError):
            return self._why_not_trusted(error.__cause__)
        if isinstance(error, SMTPResponseException):
            return f"Máy chủ thư {self.name} từ chối phục vụ: {told(f'{error.code} {error.message}')}"
        if isinstance(error, TimeoutError):
            return f"Máy chủ thư {self.name} không trả lời trong {self.settings.timeout:g} giây: {PLACE}."
        return f"Không kết nối được máy chủ thư {self.name}: {PLACE}."

    def _why_not_trusted(self, error: ssl.SSLError) -> str:
        """Why the line could not be encrypted to a server we believe."""
        if not isinstance(error, ssl.SSLCertVerificationError):
            return f"Không mã hóa được đường truyền đến máy chủ thư {self.name}: kiểm tra VINHDANH_SMTP_SECURITY."
        if error.verify_code in {NAME_DIFFERS, ADDRESS_DIFFERS}:
            return f"Chứng chỉ của máy chủ thư {self.name} không mang tên này: kiểm tra VINHDANH_SMTP_HOST."
        why = told(error.verify_message)
        return f"Chứng chỉ của máy chủ thư {self.name} không đáng tin cậy ({why}): kiểm tra VINHDANH_SMTP_CA_FILE."

    async def _send(self, recipient: str, message: bytes) -> Answer:
        client = self.client
        if client is None:
            raise RuntimeError("a letter before the server was opened")
        if not RECIPIENT.fullmatch(recipient):  # aiosmtplib would send to what it makes of it
            return Answer(Meaning.NEVER, "Địa chỉ thư điện tử không hợp lệ.")
        options = [] if recipient.isascii() else ["SMTPUTF8"]
        if options and not client.supports_extension("smtputf8"):
            return Answer(Meaning.NEVER, "Máy chủ thư không nhận địa chỉ có dấu (SMTPUTF8).")
        stage = Stage.SENDER
        try:
            await client.mail(self.settings.address, options=options)
            stage = Stage.RECIPIENT
            await client.rcpt(recipient, encoding="utf-8")
            stage = Stage.MESSAGE
            await client.data(message)
        except SMTPResponseException as error:
            answer = answer_of(stage, error.code, error.message)
        except SMTPTimeoutError:
            answer = Answer(Meaning.LOST, f"Máy chủ thư không trả lời trong {self.settings.timeout:g} giây.")
        except (SMTPException, OSError):
            answer = Answer(Meaning.LOST, "Mất kết nối với máy chủ thư khi đang gửi.")
        else:
            return Answer(Meaning.ACCEPTED)
        await self._start_over(client, answer)
        return answer

    async def _start_over(self, client: SMTP, answer: Answer) -> None:
        """Make ready for the next letter; a connection that cannot be is closed."""
        if answer.meaning in {Meaning.LATER, Meaning.NEVER}:
            with suppress(SMTPException, OSError):
                await client.rset()
                return
        await self._leave(polite=False)

    async def _leave(self, *, polite: bool) -> None:
        """Close the connection, with a QUIT where there is time for it."""
        if self.client is not None and polite and self.client.is_connected:
            with suppress(SMTPException, OSError):
                await self.client.quit(timeout=min(FAREWELL, self.settings.timeout))
        if self.client is not None:
            self.client.close()
            self.client = None
        for transport in self.transports:
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()
        self.transports.clear()
        await asyncio.sleep(0)  # the loop closes the sockets in its next turn

    def _remember(self, client: SMTP) -> None:
        if client.transport is not None:
            self.transports.append(client.transport)


async def greet(client: SMTP) -> None:
    """EHLO, or HELO to a server that knows only that."""
    try:
        await client.ehlo()
    except SMTPHeloError:
        await client.helo()


def own_name() -> str:
    """How we introduce ourselves: the machine's full name if it has one, else an address literal (RFC 5321, 4.1.4)."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() and not any(c.isspace() for c in name) else "[127.0.0.1]"
