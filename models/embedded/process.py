"""Is there a server on these files, and is it ours: process ids are re-used and pid files are left behind."""

import contextlib
import os
import socket
import struct
import time
from dataclasses import dataclass
from pathlib import Path

from models.embedded.layout import Layout, socket_file

NO_PROCESS = 2**22 + 1  # above the largest process id Linux can give
READY = "ready"
PATIENCE_TO_CONNECT = 5.0  # seconds; a busy server accepts late


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What postmaster.pid says: who wrote it and how far it has come."""

    pid: int
    status: str


def read_postmaster(layout: Layout) -> Postmaster | None:
    """Read postmaster.pid; None if there is none or it is still being written."""
    try:
        lines = (layout.data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
        return Postmaster(int(lines[0]), lines[7].strip() if len(lines) > 7 else "starting")  # noqa: PLR2004 - line 8
    except (FileNotFoundError, IndexError, ValueError):
        return None


def answers(folder: Path, pid: int) -> bool:
    """Tell whether the process `pid` listens on the socket in `folder`."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(PATIENCE_TO_CONNECT)
        try:
            connection.connect(str(socket_file(folder)))
        except (BlockingIOError, TimeoutError):
            return True  # somebody listens who has more callers than time
        except OSError:
            return False
        listener, _, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return listener in {pid, 0}  # 0: in another process namespace, on the same files


def is_alive(pid: int) -> bool:
    """Tell whether the process exists and has not ended; a zombie has."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in {"Z", "X"}


def serves(layout: Layout, pid: int) -> bool:
    """Tell whether the living process `pid` is a server on this home's files: a server works inside its data folder."""
    try:
        return is_alive(pid) and Path(f"/proc/{pid}/cwd").samefile(layout.data)
    except PermissionError:  # another user's process: its command line is public
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        return b"\0-D\0" + os.fsencode(layout.data) + b"\0" in command
    except (FileNotFoundError, ProcessLookupError):
        return False


def disown_stale_postmaster(layout: Layout) -> None:
    """Make a pid file whose number belongs to another living process harmless; only under the lock.

    PostgreSQL would refuse to start for ever. Only the number is replaced: what else the file says still lets it find
    out whether processes of a killed server hold on to the shared memory. A file left empty by a crash goes away.
    """
    file = layout.data / "postmaster.pid"
    postmaster = read_postmaster(layout)
    if postmaster is not None and not serves(layout, postmaster.pid):
        rest = file.read_bytes().partition(b"\n")[2]
        file.write_bytes(b"%d\n%s" % (NO_PROCESS, rest))
    elif postmaster is None and file.exists() and not file.read_bytes().strip():
        file.unlink()


def signal_and_wait(pid: int, number: int, patience: float) -> bool:
    """Send a signal and wait for the process to end; True if it did within `patience` seconds."""
    with contextlib.suppress(ProcessLookupError):  # it has just ended
        os.kill(pid, number)
    deadline = time.monotonic() + patience
    while is_alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
