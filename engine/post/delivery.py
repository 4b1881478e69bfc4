"""Delivery: due letters go to the mail server one by one, each in two short transactions around its sending.

Killed at any moment, a run loses no letter, and at most the one it was sending goes twice, under one Message-ID.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from engine import clock
from engine.plans import Progress, quiet
from engine.post.answers import Answer, Meaning, blanked
from engine.post.pace import WINDOW, Pace
from engine.post.settings import MailSettings
from engine.post.tray import Claimed, Tray, held
from models.database import Database
from models.letters import LetterStatus

if TYPE_CHECKING:
    from engine.post.server import Server

FROM = re.compile(rb"^From:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*", re.MULTILINE)
IN_A_ROW = 2  # lost connections after which a run stops
ALIKE = 5  # permanent refusals in the same words, nothing sent in between, after which it is the server and no letter


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What a run did: letters by what became of them, those still waiting, those found on a killed run's way.

    `busy`: somebody else is delivering, so nothing was done. `problem`: why the server could not be used (Vietnamese).
    """

    sent: int = 0
    deferred: int = 0
    failed: int = 0
    waiting: int = 0
    swept: int = 0
    busy: bool = False
    problem: str | None = None


@dataclass
class Run:
    """One run: the tray, the server, and the count."""

    tray: Tray
    server: "Server"
    settings: MailSettings
    now: Callable[[], datetime]
    counts: dict[LetterStatus, int] = field(default_factory=dict)
    lost: int = 0  # connections in a row
    refused: list[Claimed] = field(default_factory=list)  # for good, in the same words, nothing sent in between
    refusal: str = ""  # those words
    problem: str | None = None

    def deliver(self, limit: int | None, progress: Progress) -> None:
        """Send what is due, `limit` letters at most; stops when the server cannot be used."""
        pace = Pace(self.settings.rate, self.tray.latest(self.now() - WINDOW))
        tried = 0
        while self.problem is None and (limit is None or tried < limit):
            letter = self.next_letter(pace)
            if letter is None:
                break
            pace.went(self.now())
            self.send(letter)
            progress()
            tried += 1

    def next_letter(self, pace: Pace) -> Claimed | None:
        """The next letter, claimed when it may go and the server listens: a server that is away costs no attempt."""
        wait = pace.wait(self.now())
        if wait or not self.server.is_open:
            if not self.tray.is_due(self.now()):
                return None
            self.server.pause(wait)
            if not self.server.is_open:
                self.server.open()
        return self.tray.claim(self.now())

    def send(self, letter: Claimed) -> None:
        """Send one letter and put down what became of it."""
        answer = self.believed(letter, self.server.send(letter.recipient, signed(letter.message, self.settings)))
        self.lost = self.lost + 1 if answer.meaning is Meaning.LOST else 0
        match answer.meaning:
            case Meaning.OURS:
                if answer.stage is None:
                    self.tray.put_back(letter)
                else:
                    self.tray.put_behind([letter], self.now())
                self.problem = self.not_taken(answer)
            case Meaning.ACCEPTED:
                self.tray.sent(letter, self.now())
                self.count(LetterStatus.SENT)
                self.refused.clear()
            case Meaning.NEVER:
                self.tray.failed(letter, answer.words)
                self.count(LetterStatus.FAILED)
                self.brake(letter, answer)
            case Meaning.LATER | Meaning.LOST:
                self.count(self.tray.deferred(letter, answer.words, self.now()))
        if self.lost >= IN_A_ROW:
            self.problem = f"{answer.words} Đã thôi gửi sau {self.lost} lần liên tiếp; các thư còn lại sẽ gửi sau."

    def believed(self, letter: Claimed, answer: Answer) -> Answer:
        """A refusal that came before is the letter's own fault once the server has taken others of this run.

        Else one reader outside whom the server may not write to would stop every run.
        """
        if answer.meaning is Meaning.OURS and answer.stage and self.knows(letter):
            return replace(answer, meaning=Meaning.NEVER)
        return answer

    def knows(self, letter: Claimed) -> bool:
        """Whether the server takes letters, and this one had its second chance."""
        return letter.was_put_behind and self.counts.get(LetterStatus.SENT, 0) > 0

    def brake(self, letter: Claimed, answer: Answer) -> None:
        """Stop when the server refuses one letter like the other, and put those back that failed by it."""
        if answer.stage is None or self.knows(letter):
            return
        said = blanked(answer.words)
        self.refused = [*self.refused, letter] if said == self.refusal else [letter]
        self.refusal = said
        if len(self.refused) < ALIKE or len({one.recipient for one in self.refused}) == 1:
            return
        self.tray.put_behind(self.refused, self.now())
        self.counts[LetterStatus.FAILED] -= len(self.refused)
        self.problem = f"{self.not_taken(answer)} Đã thôi gửi sau {len(self.refused)} lần từ chối liên tiếp như nhau."

    def not_taken(self, answer: Answer) -> str:
        """That the server does not take what we send, and what to check."""
        return (
            f"Máy chủ thư {self.server.name} không nhận thư của người gửi {self.settings.address} ({answer.words}):"
            " kiểm tra VINHDANH_SMTP_SENDER, tài khoản gửi thư, quyền chuyển tiếp và hạn mức gửi của tài khoản đó."
        )

    def count(self, status: LetterStatus) -> None:
        """One more of this."""
        self.counts[status] = self.counts.get(status, 0) + 1


def deliver(
    database: Database,
    settings: MailSettings,
    *,
    limit: int | None = None,
    now: Callable[[], datetime] = clock.now,
    progress: Progress = quiet,
) -> Delivered:
    """Send every due letter (`limit` at most) and say what became of them; two at once: the second finds it busy.

    Raises nothing for what a mail server does: that is data, of the letter or in `problem`.
    """
    from engine.post.server import Server, ServerUnusableError  # noqa: PLC0415 - slow to import

    with held(database) as (tray, alone):
        if not alone:
            return Delivered(waiting=tray.waiting(), busy=True)
        swept = tray.sweep(now())
        with Server(settings) as server:
            run = Run(tray, server, settings, now)
            try:
                run.deliver(limit, progress)
            except ServerUnusableError as error:
                run.problem = error.message
        return Delivered(
            sent=run.counts.get(LetterStatus.SENT, 0),
            deferred=run.counts.get(LetterStatus.DEFERRED, 0),
            failed=run.counts.get(LetterStatus.FAILED, 0),
            waiting=tray.waiting(),
            swept=swept,
            problem=run.problem,
        )


def signed(message: bytes, settings: MailSettings) -> bytes:
    """The stored bytes with the configured sender in the From header; everything else as it was written."""
    head, end, body = message.partition(b"\r\n\r\n")
    return FROM.sub(lambda _: settings.from_header, head + b"\r\n", count=1)[:-2] + end + body
