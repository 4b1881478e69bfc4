"""Several processes that answer on one listening socket: one that dies is replaced, one word ends them all."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

STOPS = (signal.SIGTERM, signal.SIGINT)
TOO_SOON = 1.0  # seconds: who ends sooner cannot run at all, and neither could its successor


@dataclass(frozen=True, slots=True)
class Attended:
    """What a child knows: its place among its siblings, and of its parent a pipe on which nothing comes but its end."""

    line: int
    place: int

    def when_over(self, do: Callable[[], None]) -> None:
        """Call `do`, in a thread of its own, once the parent wants us to stop or is no more."""

        def wait() -> None:
            os.read(self.line, 1)
            do()

        threading.Thread(target=wait, daemon=True).start()


@dataclass
class Attendant:
    """The parent: it answers nobody itself."""

    wanted: int
    patience: int  # seconds that children get to finish once they are told to stop
    tell: Callable[[str], None]
    ended: Callable[[int], None]  # told the place of each child that ended
    places: dict[int, int] = field(default_factory=dict)  # of children, by process id
    began: dict[int, float] = field(default_factory=dict)  # when, by process id
    stopping: bool = False
    failed: bool = False

    def __post_init__(self) -> None:
        self.line, self.end = os.pipe()
        self.before = {number: signal.signal(number, self.on_signal) for number in (*STOPS, signal.SIGALRM)}

    def attend(self) -> Attended | None:
        """Keep `wanted` children; returns in each of them, and in the parent (None) when all have ended."""
        while self.began or not self.stopping:
            if not self.lacks_one():
                self.await_an_end()
                continue
            with held_back(STOPS):  # until the parent knows the child, and the child is itself
                place = min(set(range(self.wanted)) - set(self.places.values()), default=0)
                if self.lacks_one() and self.is_child(os.fork(), place):
                    return Attended(self.line, place)
        signal.alarm(0)
        return None

    def lacks_one(self) -> bool:
        """Whether another child is wanted."""
        return len(self.began) < self.wanted and not self.stopping

    def is_child(self, forked: int, place: int) -> bool:
        """Make ready the process we are after a fork; whether that is the child."""
        if forked:
            self.began[forked], self.places[forked] = time.monotonic(), place
            return False
        os.setpgid(0, 0)  # a terminal's Ctrl-C is for the parent alone
        os.close(self.end)
        for number, handler in self.before.items():
            signal.signal(number, handler)
        return True

    def await_an_end(self) -> None:
        """Wait until a child ends; unless it was told to, say so."""
        child, status = os.waitpid(-1, 0)
        began = self.began.pop(child, None)
        if child in self.places:
            self.ended(self.places.pop(child))
        if began is None or self.stopping:
            return
        code = os.waitstatus_to_exitcode(status)
        how = f"mã {code}" if code >= 0 else f"tín hiệu {-code}"
        if time.monotonic() - began < TOO_SOON:
            self.failed = True
            self.tell(f"Tiến trình {child} không phục vụ được ({how}): dừng tất cả.")
            self.stop()
        else:
            self.tell(f"Tiến trình {child} đã dừng ({how}); một tiến trình khác thay thế.")

    def on_signal(self, number: int, _: object) -> None:
        """A signal asks the children to finish; a second Ctrl-C, or too long a wait, ends them at once."""
        if not self.stopping:
            self.stop()
        elif number != signal.SIGTERM:
            for child in self.began:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)

    def stop(self) -> None:
        """Tell every child to stop, by closing our end of the line."""
        self.stopping = True
        os.close(self.end)
        signal.alarm(self.patience)


@contextlib.contextmanager
def held_back(signals: tuple[signal.Signals, ...]) -> Iterator[None]:
    """Let signals wait meanwhile."""
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
