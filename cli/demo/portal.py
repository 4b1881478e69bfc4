"""The end of the demonstration: the portal over its database, on this machine only, with an account for each role."""

import os
import secrets
import socket
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from sqlalchemy import text

from cli.demo.story import Story
from engine.access.passwords import set_password
from engine.context import command_origin
from rules.vocabulary import ROLE_LABELS, Role

HOST, PORT = "127.0.0.1", 8000
KEPT = (
    "VINHDANH_HOME",
    "VINHDANH_DEBUG",
)  # no other setting of ours is the demonstration's: no mail server, no provider
WORDS = (
    "an", "bac", "ban", "cau", "cay", "che", "chim", "dao", "dong", "duong", "gio", "hoa", "khe", "lang", "lua", "mai",
    "may", "moi", "mua", "nang", "nui", "ong", "que", "rung", "sao", "sen", "song", "suoi", "tho", "tre", "trang",
    "xuan",
)  # fmt: skip
PEOPLE = text(
    "SELECT a.id, a.name, a.email, r.role, r.unit_code, u.name AS unit FROM account a"
    " JOIN account_role r ON r.account_id = a.id JOIN unit u ON u.code = r.unit_code"
    " WHERE r.role NOT IN ('unit_officer', 'unit_head') OR r.unit_code = ANY(:units) ORDER BY a.id"
)


def passphrase() -> str:
    """Four words and a number, to be read off the terminal and typed."""
    return "-".join((*(secrets.choice(WORDS) for _ in range(4)), str(secrets.randbelow(900) + 100)))


def give_passwords(story: Story, units: list[str]) -> dict[str, Any]:
    """Let everybody of the offices and of these units sign in with one passphrase, new each time; who they are."""
    phrase = passphrase()
    with story.database.transaction() as session:
        people = session.execute(PEOPLE, {"units": units}).all()
        for person in people:
            set_password(session, person.id, person.name, phrase, command_origin("demo"))
    order = list(Role)
    people.sort(key=lambda person: order.index(Role(person.role)))  # type: ignore[attr-defined]  # a list
    accounts = [
        {"name": person.name, "role": person.role, "label": ROLE_LABELS[Role(person.role)], "unit": person.unit}
        for person in people
    ]
    return {"password": phrase, "accounts": accounts}


def listener(tell: Callable[[str], None]) -> socket.socket:
    """A socket that listens at the portal's usual port, or at another when that one is taken."""
    try:
        return socket.create_server((HOST, PORT), backlog=512)
    except OSError:
        taken = socket.create_server((HOST, 0), backlog=512)
        tell(f"Cổng {PORT} đang có chương trình khác dùng; cổng thông tin mở ở cổng {taken.getsockname()[1]}.")
        return taken


def address(listening: socket.socket) -> str:
    """Where people find it."""
    return f"http://{HOST}:{listening.getsockname()[1]}"


def become_portal(listening: socket.socket, owner_url: str) -> NoReturn:
    """Become the server (only web/ may import it), over the demonstration's database and nothing else of ours."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("VINHDANH_") or name in KEPT
    }
    environment |= {"VINHDANH_DATABASE_URL": owner_url, "VINHDANH_PUBLIC_URL": address(listening)}
    listening.set_inheritable(True)
    program = [sys.executable, "-P", "-m", "web.serve", "--listener", str(listening.detach())]
    os.execve(sys.executable, program, environment)  # noqa: S606 - our own words
