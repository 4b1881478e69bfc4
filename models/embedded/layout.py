"""Where the embedded PostgreSQL keeps its things: everything under `home/postgres`, sockets in a short private folder.

The path of a Unix socket is limited to about 100 bytes. A home with a longer path, or with a character that libpq
gives a meaning in a host name, has its sockets in a randomly named folder of the temporary directory instead.
"""

import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

PORT = 5432  # only names the socket inside its folder: nothing listens on the network
LONGEST_SOCKET_PATH = 100
MEANT_BY_LIBPQ = frozenset(',:"\\')  # separators and quotes in the lists of hosts and of socket folders


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders and files of one home."""

    home: Path

    @property
    def root(self) -> Path:
        """Everything of the server; private."""
        return self.home / "postgres"

    @property
    def data(self) -> Path:
        """The cluster as initdb makes it."""
        return self.root / "data"

    @property
    def log(self) -> Path:
        """The folder of the server's log: a file for each day of the week."""
        return self.root / "log"

    @property
    def start_log(self) -> Path:
        """What initdb and the server say before they have a log."""
        return self.root / "start.log"

    @property
    def lock(self) -> Path:
        """Held by whoever creates, starts or stops the server."""
        return self.root / "lock"

    @property
    def near_sockets(self) -> Path:
        """The folder of the sockets when the path is short enough."""
        return self.root / "run"

    @property
    def far_sockets(self) -> Path:
        """The file that remembers the folder of the sockets elsewhere, and whose it is."""
        return self.root / "socket-folder"


def socket_file(folder: Path) -> Path:
    """Name the socket as PostgreSQL does."""
    return folder / f".s.PGSQL.{PORT}"


def socket_folder(layout: Layout) -> Path | None:
    """Give the folder the server's socket lies in; None if there is none yet or it is not safe to use."""
    folder = layout.near_sockets if _fits(layout.near_sockets) else _remembered(layout)
    return folder if folder is not None and _is_private(folder, layout) else None


def prepare_socket_folder(layout: Layout) -> Path:
    """Give an empty socket folder, making one if needed; only while no server uses it, under the lock."""
    folder = socket_folder(layout) or _make_socket_folder(layout)
    for left_behind in folder.glob(".s.PGSQL.*"):  # a stale one may name a process that is somebody else's by now
        left_behind.unlink()
    return folder


def forget_socket_folder(layout: Layout) -> None:
    """Remove a socket folder outside the home; only after the server has stopped, under the lock."""
    folder = socket_folder(layout)
    if folder is not None and folder != layout.near_sockets:
        for left_behind in folder.glob(".s.PGSQL.*"):
            left_behind.unlink()
        folder.rmdir()
        layout.far_sockets.unlink()


def hand_over(layout: Layout, path: Path) -> None:
    """Give what root has just made to the user whose server this is."""
    owner = layout.root.stat()
    if os.geteuid() == 0 and path.stat().st_uid != owner.st_uid:
        os.chown(path, owner.st_uid, owner.st_gid)


def _fits(folder: Path) -> bool:
    path = os.fsencode(socket_file(folder))
    return len(path) <= LONGEST_SOCKET_PATH and MEANT_BY_LIBPQ.isdisjoint(str(folder))


def _identity(layout: Layout) -> str:
    """Tell this home from a copy of it, which must not use the original's socket."""
    about = layout.root.stat()
    return f"{about.st_dev}:{about.st_ino}"


def _remembered(layout: Layout) -> Path | None:
    try:
        identity, path = layout.far_sockets.read_text(encoding="utf-8").split("\n", 1)
    except (FileNotFoundError, ValueError):
        return None
    return Path(path) if identity == _identity(layout) else None


def _is_private(folder: Path, layout: Layout) -> bool:
    try:
        about = folder.lstat()
    except OSError:
        return False
    expected = layout.root.stat().st_uid
    return stat.S_ISDIR(about.st_mode) and about.st_uid == expected and not about.st_mode & 0o077


def _make_socket_folder(layout: Layout) -> Path:
    if _fits(layout.near_sockets):
        folder = layout.near_sockets
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
    else:
        folder = _make_far_folder()
        layout.far_sockets.write_text(f"{_identity(layout)}\n{folder}", encoding="utf-8")
        hand_over(layout, layout.far_sockets)
    hand_over(layout, folder)
    return folder


def _make_far_folder() -> Path:
    usual = Path(tempfile.gettempdir())
    parent = usual if _fits(usual / "vinhdanh-12345678") else Path("/tmp")  # noqa: S108 - mkdtemp makes a private folder of a random name
    return Path(tempfile.mkdtemp(prefix="vinhdanh-", dir=parent))
