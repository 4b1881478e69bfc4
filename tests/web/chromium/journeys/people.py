"""Who sits at which browser, and what comes to their mailboxes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from playwright.sync_api import Page

from engine import audit, post
from tests.engine.post.sink import Received, Sink
from tests.web.chromium.conftest import Room
from tests.web.chromium.journeys.repeating import Repeating
from tests.world import World

T = TypeVar("T")


@dataclass
class People:
    """Everybody in one world, each in a window of their own which stays open."""

    room: Room
    windows: dict[str, Page] = field(default_factory=dict)
    repeating: Repeating = field(init=False)

    def __post_init__(self) -> None:
        """Every form they send may be sent again."""
        self.repeating = Repeating(self.world)

    @property
    def world(self) -> World:
        """Where they all are."""
        return self.room.world

    def __getitem__(self, name: str) -> Page:
        """The window of an account, opened when it is first asked for."""
        if name not in self.windows:
            self.windows[name] = self.room.open(name)
            self.repeating.watch(self.windows[name].context)
        return self.windows[name]


@dataclass
class Post:
    """The product's delivery, and the mail server it delivers to."""

    world: World
    sink: Sink

    def deliver(self) -> int:
        """Send what is due, as the command does; how many letters went."""
        done = apart(lambda: post.deliver(self.world.database, self.sink.settings()))
        assert (done.problem, done.failed, done.deferred, done.waiting) == (None, 0, 0, 0)
        return done.sent

    def to(self, address: str) -> list[Received]:
        """The letters that came to an address, in order."""
        return [letter for letter in self.sink.received if letter.recipient == address]

    def subjects(self, address: str) -> list[str]:
        """What they are about."""
        return [str(letter.message["Subject"]) for letter in self.to(address)]


def apart(do: Callable[[], T]) -> T:
    """Do it in a thread of its own: in this one, Playwright's loop is the one that runs."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(do).result()


def assert_sound(world: World) -> None:
    """Every invariant of the data holds, and the trail is whole and explains what is stored."""
    world.assert_sound()
    with world.database.transaction() as session:
        verified = audit.verify(session)
    assert [f"{one.subject} {one.entry}: {one.problem}" for one in verified.problems] == []
    assert verified.checked > 0
