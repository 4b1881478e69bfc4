"""Ways to act as people who come to the door: each test with accounts and an address of its own, in one world."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from engine import audit
from engine.access import links, passwords, second_step, sessions, signing_in
from engine.access.passwords import Known
from engine.access.signing_in import Admitted, Turned, Visitor
from engine.people import import_accounts
from models.embedded import Server
from tests.engine.conftest import worlds
from tests.world import ORIGIN, World

RIGHT = "Một câu dài mà chỉ tôi biết"
NOW = datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC)


@dataclass
class Door:
    """The door of one world; every method is one transaction. `now` is moved by hand.

    `me` and `other` are accounts nobody else uses, `home` is an address of the same kind.
    """

    world: World
    me: str
    other: str
    home: str
    now: datetime = NOW

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def id(self, name: str = "") -> int:
        """An account's number."""
        return int(self.world.query("SELECT id FROM account WHERE name = :name", name=name or self.me)[0].id)

    def known(self, name: str = "") -> Known:
        """An account as the door knows it."""
        with self.world.database.transaction() as session:
            (found,) = passwords.named(session, name or self.me)
            return found

    def give_password(self, name: str = "", password: str = RIGHT, *, but: str | None = None) -> int:
        """Set a password; how many sessions ended."""
        with self.world.database.transaction() as session:
            return passwords.set_password(session, self.id(name), name or self.me, password, ORIGIN, but=but)

    def come(self, typed: str, password: str, address: str = "", mark: str = "") -> Admitted | Turned:
        """Try to sign in."""
        with self.world.database.transaction() as session:
            visitor = Visitor(address=address or self.home, agent="Trình duyệt thử", mark=mark)
            return signing_in.sign_in(session, typed, password, visitor, self.now)

    def enter(self, typed: str = "", password: str = RIGHT, **where: str) -> str:
        """Sign in; the cookie."""
        admitted = self.come(typed or self.me, password, **where)
        assert isinstance(admitted, Admitted), admitted
        return admitted.cookie

    def code(self, cookie: str, code: str, address: str = "") -> Admitted | Turned:
        """Give the code after the password."""
        with self.world.database.transaction() as session:
            visitor = Visitor(address=address or self.home, agent="Trình duyệt thử")
            return signing_in.give_code(session, cookie, code, visitor, self.now)

    def enrol(self) -> str:
        """Propose a secret; it."""
        with self.world.database.transaction() as session:
            second_step.propose(session, self.id())
            proposed = second_step.proposed(session, self.id(), self.me)
        assert proposed is not None
        return proposed.secret

    def confirm(self, code: str, but: str | None = None) -> bool:
        """Confirm the proposed secret."""
        with self.world.database.transaction() as session:
            return second_step.turn_on(session, self.id(), code, ORIGIN, self.now, but=but)

    def who(self, cookie: str) -> str | None:
        """Whom a cookie opens."""
        with self.world.database.transaction() as session:
            found = sessions.signed_in(session, cookie, self.now)
        return found.name if found else None

    def send(self, name: str = "") -> str:
        """Send a link by letter; the link as the letter has it."""
        with self.world.database.transaction() as session:
            links.send(session, self.known(name), ORIGIN, self.now)
        return self.linked(name)[-1]

    def open(self, link: str) -> str | None:
        """Whose link it is."""
        with self.world.database.transaction() as session:
            found = links.opened(session, link, self.now)
        return found.name if found else None

    def choose(self, link: str, password: str = RIGHT) -> str:
        """Choose a password by a link."""
        with self.world.database.transaction() as session:
            return links.choose_password(session, link, password, ORIGIN, self.now).name

    def letters(self, name: str = "") -> list[Any]:
        """The letters to an account, oldest first."""
        columns = "id, subject, kind, party, recipient, title, status, message"
        query = f"SELECT {columns} FROM letter WHERE subject = :subject ORDER BY id"  # noqa: S608 - our own constant
        return list(self.world.query(query, subject=f"account:{self.id(name)}"))

    def linked(self, name: str = "") -> list[str]:
        """The secret part of each link, as the letters have it."""
        found = []
        for row in self.letters(name):
            body = message_from_bytes(row.message, policy=policy.default).get_body(("plain",))
            assert body is not None
            plain = body.get_content().replace("\r\n", "\n")
            found += re.findall(r"/mat-khau/([\w-]+)$", plain, re.MULTILINE)
        return found

    def tags(self, name: str = "") -> list[str]:
        """What the account's trail tells after the import, without the prefix."""
        entries = self.world.entries(f"account:{self.id(name)}")
        return [str(entry["tag"]).removeprefix("account:") for entry in entries][1:]

    def problems(self) -> list[str]:
        """What the audit finds of these two accounts."""
        ours = {f"account:{self.id()}", f"account:{self.id(self.other)}"}
        with self.world.database.transaction() as session:
            return [one.problem for one in audit.verify(session).problems if one.subject in ours]


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with the least work, for the many tries of these tests."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords.decoy.cache_clear()


@pytest.fixture
def dear(cheap: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Argon2 as it is in earnest."""
    monkeypatch.undo()
    passwords.decoy.cache_clear()
    yield
    passwords.decoy.cache_clear()


@pytest.fixture(scope="session")
def lobby(cluster: Server, furnished: str) -> Iterator[World]:
    """The world of these tests."""
    with worlds(cluster, furnished) as make:
        yield make()


@pytest.fixture
def door(lobby: World, tmp_path: Path) -> Door:
    """The door, with new accounts and a new address."""
    number = lobby.next("door")
    me, other = f"người {number}", f"người khác {number}"
    lines = [f"{name},SDTTG,review_officer,{mail}{number}@bacninh.example" for name, mail in ((me, "a"), (other, "b"))]
    (tmp_path / "accounts.csv").write_text("\n".join(["name,unit,role,email", *lines]), encoding="utf-8")
    with lobby.database.transaction() as session:
        import_accounts(session, tmp_path / "accounts.csv", ORIGIN)
    return Door(lobby, me, other, f"203.0.113.{number}")
