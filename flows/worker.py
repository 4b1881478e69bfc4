"""`./vinhdanh worker`: a Prefect server of our own unless one is configured, and the hands, until told to stop.

It imports nothing of Prefect, so it is there at once and stays small; it only starts, watches and ends processes.
"""

import ctypes
import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, Popen, TimeoutExpired
from typing import IO

from flows.own_server import own_server
from models.database import ROOT, home

DONE, UNEXPECTED, UNUSABLE, REFUSED = 0, 1, 2, 3  # exit codes, as the command line's
PATIENCE = {"hands": 45.0, "server": 15.0}  # seconds to leave in; the hands let running flows finish first
EVERYWHERE = {"DO_NOT_TRACK": "1", "PYTHONUTF8": "1"}  # Prefect reads prefect.yaml as the locale would have it
STOPS = [n for n in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP) if signal.getsignal(n) is not signal.SIG_IGN]
SET_PDEATHSIG = 1  # linux/prctl.h
LIBC = ctypes.CDLL(None)


def main(arguments: list[str]) -> int:
    """Run until told to stop; returns the exit code."""
    folder = home() / "prefect"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(folder / "worker.lock") as other:
            if other is None:
                return run(folder, arguments)
            tell(f"Bị từ chối: lệnh worker khác (tiến trình {other}) đang chạy với thư mục {home()}.")
            return REFUSED
    except OSError as error:
        tell(f"Không dùng được thư mục {folder}: {error.strerror}.")
        return UNUSABLE


@contextmanager
def alone(lock: Path) -> Iterator[str | None]:
    """Hold the home's lock, which ends with this process; gives the holder's process id when it is another."""
    with os.fdopen(os.open(lock, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield file.read()
            return
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield None


def run(folder: Path, arguments: list[str]) -> int:
    """Start what is needed, watch it, and end it: the hands first, since they report to the server."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {*STOPS, signal.SIGCHLD})  # they are waited for in `watch`
    children: dict[str, Popen[bytes]] = {}
    try:
        if url := os.environ.get("PREFECT_API_URL"):
            tell(f"Đang kết nối máy chủ Prefect {url}…")
            theirs = os.environ.get("PREFECT_HOME") or str(folder)
            environment = {**os.environ, **EVERYWHERE, "PREFECT_HOME": theirs}
        else:
            tell("Đang khởi động máy chủ Prefect trên máy này (lần đầu có thể mất khoảng nửa phút)…")
            server = own_server(folder)
            environment = {**server.environment(), **EVERYWHERE}
            with server.log.open("wb") as log:
                children["server"] = start(server.command(), environment, log)
        children["hands"] = start([sys.executable, "-P", "-m", "flows.hands", *arguments], environment)
        return watch(children)
    finally:
        for name in reversed(children):
            end(children[name], PATIENCE[name])


def start(command: list[str], environment: dict[str, str], output: IO[bytes] | None = None) -> Popen[bytes]:
    """Start a process that speaks to `output`, or where we do; in a session of its own: Ctrl-C is for us to pass on."""
    parent = os.getpid()

    def settle() -> None:
        """In the new process: leave when we are gone, however that came about, and take signals again."""
        LIBC.prctl(SET_PDEATHSIG, signal.SIGTERM)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        if os.getppid() != parent:
            os._exit(UNEXPECTED)

    return Popen(  # noqa: S603 - our own words
        command,
        cwd=ROOT,
        env=environment,
        stdin=DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
        preexec_fn=settle,  # noqa: PLW1509 - safe: this process has one thread
    )


def watch(children: dict[str, Popen[bytes]]) -> int:
    """Wait until told to stop, or until a process ends that should not; returns the exit code."""
    while signal.sigwait({*STOPS, signal.SIGCHLD}) is signal.SIGCHLD:
        for name, child in children.items():
            if child.poll() is not None:
                what = "Máy chủ Prefect" if name == "server" else "Tiến trình thực hiện việc theo lịch"
                tell(f"{what} đã dừng ngoài dự kiến (mã {child.returncode}). Đang dừng…")
                return UNEXPECTED
    tell("Đang dừng: chờ các việc đang làm kết thúc…")
    return DONE


def end(child: Popen[bytes], patience: float) -> None:
    """Ask a process to leave, and see to it."""
    child.terminate()
    try:
        child.wait(patience)
    except TimeoutExpired:
        child.kill()
        child.wait()


def tell(line: str) -> None:
    """A line for the person who started us."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - this is where messages are printed


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]  # both are text files
    sys.exit(main(sys.argv[1:]))
