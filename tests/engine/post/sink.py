"""Mail servers for tests: real sockets on this machine, what they answer chosen by the test."""

import asyncio
import socket
import socketserver
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from typing import Any, ClassVar, TypeAlias

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from engine.post import MailSettings

LOCALHOST = "127.0.0.1"
TAKEN = "250 2.0.0 OK"
# What a server says to one command for one letter: an answer, or something to do first.
Answering: TypeAlias = Callable[["Exchange"], Awaitable[str | None]]


@dataclass(frozen=True)
class Received:
    """A letter as it came in."""

    sender: str
    recipient: str
    content: bytes

    @cached_property
    def message(self) -> EmailMessage:
        """The letter as a mail reader sees it."""
        return message_from_bytes(self.content, policy=policy.default)

    @property
    def identity(self) -> str:
        """Its Message-ID."""
        return str(self.message["Message-ID"])

    def part(self, kind: str) -> str:
        """Its text (`plain`) or its page (`html`)."""
        body = self.message.get_body((kind,))
        assert body is not None
        return str(body.get_content()).replace("\r\n", "\n")


@dataclass(frozen=True)
class Exchange:
    """One command as the server sees it."""

    server: SMTP
    address: str  # of the sender for MAIL, else of the recipient
    number: int  # how many commands of this kind came before, over all connections

    def die(self) -> None:
        """Drop the connection."""
        assert isinstance(self.server.transport, asyncio.WriteTransport)
        self.server.transport.abort()


@dataclass
class Sink:
    """A mail server's manners, and what it got; give `on_…` to answer otherwise than with yes."""

    on_mail: Answering | None = None
    on_recipient: Answering | None = None
    on_data: Answering | None = None  # called when the whole letter is in, before the answer
    received: list[Received] = field(default_factory=list)  # letters that were accepted
    seen: list[Received] = field(default_factory=list)  # letters whose bytes came in, whatever the answer
    commands: dict[str, int] = field(default_factory=dict)
    logins: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0
    controller: Controller | None = None

    def stop_listening(self) -> None:
        """Take no new connection; called inside the server's loop."""
        assert self.controller is not None
        assert self.controller.server is not None
        self.controller.server.close()

    def next(self, command: str) -> int:
        """How many of these came before."""
        self.commands[command] = self.commands.get(command, 0) + 1
        return self.commands[command] - 1

    async def answer(self, answering: Answering | None, command: str, server: SMTP, address: str) -> str | None:
        """What the test wants said to this command."""
        exchange = Exchange(server, address, self.next(command))
        return await answering(exchange) if answering else None

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """EHLO."""
        session.host_name = hostname
        self.next("EHLO")
        return responses

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """MAIL FROM."""
        said = await self.answer(self.on_mail, "MAIL", server, address)
        if said is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return said or TAKEN

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """RCPT TO."""
        said = await self.answer(self.on_recipient, "RCPT", server, address)
        if said is None:
            envelope.rcpt_tos.append(address)
        return said or TAKEN

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """The end of DATA."""
        content = envelope.original_content
        assert content is not None
        letter = Received(envelope.mail_from or "", envelope.rcpt_tos[0], content)
        self.seen.append(letter)
        said = await self.answer(self.on_data, "DATA", server, letter.recipient)
        if said is None:
            self.received.append(letter)
        return said or TAKEN

    def log_in(self, _s: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
        """AUTH: only `vinhdanh` with `đúng mật khẩu` is let in."""
        assert isinstance(data, LoginPassword)
        pair = (data.login.decode(), data.password.decode())
        self.logins.append(pair)
        return AuthResult(success=pair == ("vinhdanh", "đúng mật khẩu"), handled=False)

    @property
    def recipients(self) -> list[str]:
        """Who got letters, in order."""
        return [letter.recipient for letter in self.received]

    def settings(self, **changes: Any) -> MailSettings:  # noqa: ANN401 - any setting
        """How to send to it."""
        usual = {
            "host": LOCALHOST,
            "port": self.port,
            "security": "none",
            "sender": "Hội đồng Thi đua - Khen thưởng <thidua@bacninh.example>",
            "rate": 0,
            "timeout": 5,
        }
        return MailSettings.model_validate({**usual, **changes})

    def environment(self, **changes: str) -> dict[str, str]:
        """The same for a process."""
        given = self.settings().model_dump(exclude_none=True, mode="json") | changes
        return {f"VINHDANH_SMTP_{name.upper()}": str(value) for name, value in given.items()}


class AnyPort(Controller):
    """A server on a port of the system's choice."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]  # asyncio's server has them
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd's


@contextmanager
def serving(sink: Sink, tls: ssl.SSLContext | None = None, **how: Any) -> Iterator[Sink]:  # noqa: ANN401 - aiosmtpd's settings
    """Let a sink listen; `tls` for implicit TLS, `tls_context` among `how` for STARTTLS."""
    controller = AnyPort(sink, hostname=LOCALHOST, port=0, ssl_context=tls, authenticator=sink.log_in, **how)
    controller.start()
    sink.controller, sink.port = controller, controller.port
    sink.commands.clear()
    try:
        yield sink
    finally:
        controller.stop()


@contextmanager
def saying(greeting: bytes) -> Iterator[int]:
    """A server that greets with these bytes and then says nothing more; its port."""
    stopped = threading.Event()
    with socket.create_server((LOCALHOST, 0)) as listener:
        listener.settimeout(0.05)

        def serve() -> None:
            taken: list[socket.socket] = []
            while not stopped.is_set():
                try:
                    one, _ = listener.accept()
                except TimeoutError:
                    continue
                taken.append(one)
                one.sendall(greeting)
            for one in taken:
                one.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            stopped.set()
            thread.join()


class OfThe1980s(socketserver.StreamRequestHandler):
    """A server that knows RFC 821 and nothing later; its server keeps the lines it heard."""

    ANSWERS: ClassVar = {b"EHLO": b"500 what", b"DATA": b"354 go on", b"QUIT": b"221 bye"}

    def handle(self) -> None:
        """Answer each line; a letter is one line more."""
        self.wfile.write(b"220 vax\r\n")
        heard: list[bytes] = self.server.heard  # type: ignore[attr-defined]  # `old_server` gives it one
        in_letter = False
        for line in self.rfile:
            heard.append(line)
            in_letter = in_letter and line != b".\r\n"
            if not in_letter:
                self.wfile.write(self.ANSWERS.get(line[:4], b"250 ok") + b"\r\n")
                in_letter = line == b"DATA\r\n"


@contextmanager
def old_server() -> Iterator[tuple[int, list[bytes]]]:
    """A server that says no to EHLO; its port, and the lines it heard."""
    heard: list[bytes] = []
    with socketserver.ThreadingTCPServer((LOCALHOST, 0), OfThe1980s) as server:
        server.heard = heard  # type: ignore[attr-defined]  # as above
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_address[1], heard
        finally:
            server.shutdown()
            thread.join()


def nobody_listens() -> int:
    """A port at which nothing listens."""
    with socket.create_server((LOCALHOST, 0)) as listener:
        return int(listener.getsockname()[1])
