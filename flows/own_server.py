"""A Prefect server of our own: on this machine alone, behind a key, everything it keeps under the program's home."""

import os
import secrets
import socket
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
PROFILE = "vinhdanh"
# Whoever may make deployments has our worker run what they name; without a key that is anybody on this machine, and any
# page in its browser. With the leases in files a killed run's turn is free again minutes later; in memory, never.
SETTINGS = {
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_LOGGERS_PREFECT_FLOW_RUNS_LEVEL": "INFO",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS": "5",  # ahead, so as many at most are made up for after a stop
    "PREFECT_WORKER_QUERY_SECONDS": "5",
}


@dataclass(frozen=True, slots=True)
class OwnServer:
    """Where it is and how to be let in: `key` is `name:password`, as Prefect's page and tools ask for it."""

    folder: Path
    port: int
    key: str

    @property
    def page(self) -> str:
        """Its page for people."""
        return f"http://{HOST}:{self.port}"

    @property
    def profiles(self) -> Path:
        """The file by which `prefect` with this PREFECT_HOME finds the server and is let in."""
        return self.folder / "profiles.toml"

    @property
    def log(self) -> Path:
        """What it says while it runs this time: a busy SQLite makes it say much that means little."""
        return self.folder / "server.log"

    def command(self) -> list[str]:
        """What starts it."""
        return [sys.executable, "-P", "-m", "prefect", "server", "start", "--host", HOST, "--port", str(self.port)]

    def environment(self) -> dict[str, str]:
        """What it and everybody who speaks to it needs; somebody's own Prefect settings are not for it."""
        theirs = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        return {
            **theirs,
            **SETTINGS,
            "PREFECT_HOME": str(self.folder),
            "PREFECT_PROFILES_PATH": str(self.profiles),
            "PREFECT_API_URL": f"{self.page}/api",
            "PREFECT_API_AUTH_STRING": self.key,
            "PREFECT_SERVER_API_AUTH_STRING": self.key,
            "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": self.page,
        }

    def remember(self) -> None:
        """Write the profile, for its owner's eyes only."""
        lines = (
            f'active = "{PROFILE}"\n[profiles.{PROFILE}]\n'
            f'PREFECT_API_URL = "{self.page}/api"\nPREFECT_API_AUTH_STRING = "{self.key}"\n'
        )
        written = self.profiles.with_suffix(".new")
        written.unlink(missing_ok=True)
        descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(lines)
        written.replace(self.profiles)


def own_server(folder: Path) -> OwnServer:
    """The server of this folder: the port and key it had before, if the port is still free."""
    url, key = remembered(folder / "profiles.toml")
    before = url.removesuffix("/api").rpartition(":")[2]
    server = OwnServer(folder, free_port(int(before) if before.isdigit() else 0), key or f"vinhdanh:{new_password()}")
    server.remember()
    return server


def remembered(profiles: Path) -> tuple[str, str]:
    """The address and key in the profile; empty when there is none that can be read."""
    try:
        profile = tomllib.loads(profiles.read_text(encoding="utf-8"))["profiles"][PROFILE]
        return str(profile["PREFECT_API_URL"]), str(profile["PREFECT_API_AUTH_STRING"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return "", ""


def free_port(wanted: int) -> int:
    """`wanted` if nobody listens there, else one the system chooses."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, wanted))
        except OSError:
            listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def new_password() -> str:
    """Long enough that nobody guesses it."""
    return secrets.token_urlsafe(24)
