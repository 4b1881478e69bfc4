"""The demonstration's mail server, on this machine only: every letter it is given becomes files people can open."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
DIGITS = "[0-9][0-9][0-9][0-9]"  # how our files are named
PAGE = """<!DOCTYPE html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Thư đã gửi trong đợt diễn tập</title>
<style>
body {{ margin: 0 auto; padding: 16px; max-width: 1100px; }}
body {{ font: 17px/1.45 "Times New Roman", "Liberation Serif", serif; }}
table {{ width: 100%; border-collapse: collapse; }}
th, td {{ padding: 4px 8px; border-bottom: 1px solid #ccc; text-align: left; vertical-align: top; }}
td:first-child {{ text-align: right; }}
td {{ overflow-wrap: anywhere; }}
</style>
</head>
<body>
<h1>Thư đã gửi trong đợt diễn tập</h1>
<p>{count} thư, theo thứ tự gửi. Mọi người nhận đều là hư cấu; không thư nào ra khỏi máy này.</p>
<table>
<thead><tr><th>STT</th><th>Người nhận</th><th>Tiêu đề</th><th>Bản gốc</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</body>
</html>
"""


@dataclass
class Postbox:
    """What arrived, one (recipients, message) each, in order."""

    letters: list[tuple[list[str], bytes]] = field(default_factory=list)

    async def handle_DATA(self, server: "SMTP", session: "Session", envelope: "Envelope") -> str:  # noqa: ARG002, N802 - aiosmtpd's name and signature
        """Take a letter in."""
        self.letters.append((list(envelope.rcpt_tos), bytes(envelope.original_content or b"")))
        return "250 OK"

    def write(self, folder: Path) -> Path:
        """Each letter as it came (.eml) and as people read it (.html), and a page that lists them; returns the page."""
        folder.mkdir(parents=True, exist_ok=True)
        for old in (*folder.glob(f"{DIGITS}.eml"), *folder.glob(f"{DIGITS}.html")):
            old.unlink()
        rows = [self.write_one(folder, number) for number in range(1, len(self.letters) + 1)]
        page = folder / "index.html"
        page.write_text(PAGE.format(count=len(rows), rows="\n".join(rows)), encoding="utf-8")
        return page

    def write_one(self, folder: Path, number: int) -> str:
        """One letter's files; returns its row of the page."""
        recipients, content = self.letters[number - 1]
        message = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
        stem = f"{number:04d}"
        (folder / f"{stem}.eml").write_bytes(content)
        (folder / f"{stem}.html").write_text(readable(message), encoding="utf-8")
        to, title = escape(", ".join(recipients)), escape(str(message["Subject"]))
        return (
            f'<tr><td>{number}</td><td>{to}</td><td><a href="{stem}.html">{title}</a></td>'
            f'<td><a href="{stem}.eml">{stem}.eml</a></td></tr>'
        )


def readable(message: EmailMessage) -> str:
    """The page inside a letter."""
    body = message.get_body(("html",))
    return str(body.get_content()) if body else f"<pre>{escape(str(message.get_payload()))}</pre>"


@contextmanager
def postbox() -> Iterator[tuple[Postbox, int]]:
    """A mail server on a free port of this machine; gives what it takes in and the port."""
    from aiosmtpd.controller import Controller  # noqa: PLC0415 - slow to import

    box = Postbox()
    server = on_free_port(Controller)(box, hostname=HOST, port=0)
    server.start()
    try:
        yield box, server.port
    finally:
        server.stop()


def on_free_port(controller: "type[Controller]") -> "type[Controller]":
    """A controller that learns which port the system gave it before it tries the port."""

    class OnFreePort(controller):  # type: ignore[misc, valid-type]  # the class is imported late, for it is slow
        def _trigger_server(self) -> Any:  # noqa: ANN401 - aiosmtpd's signature
            self.port = self.server.sockets[0].getsockname()[1]
            return super()._trigger_server()

    return OnFreePort
