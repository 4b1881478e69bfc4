"""What every test may rely on: a clean environment, no network but this machine, and one PostgreSQL for the session."""

import contextlib
import gc
import ipaddress
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import pytest

from models import embedded

SCRATCH = "VINHDANH_TEST_SCRATCH"  # where the workers of one session meet
MEMORY, DISK = Path("/dev/shm"), Path(tempfile.gettempdir())  # noqa: S108 - a folder of our own is made in it
ROOM = 4 << 30  # bytes a session may take
OURS = ("VINHDANH_", "PG", "SMTP_", "PREFECT_")  # settings that would lead tests to somebody's database or mail server


class NetworkRefusedError(OSError):
    """A test tried to reach another machine."""


def _is_local(host: object) -> bool:
    if not isinstance(host, str):
        return host in {None, b""}
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    """See every connection this process makes through Python, whichever library makes it."""
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        if isinstance(address, tuple) and not _is_local(address[0]):
            raise NetworkRefusedError(f"network in a test: {address}")
    elif event == "socket.getaddrinfo" and not _is_local(arguments[0]):
        raise NetworkRefusedError(f"name resolution in a test: {arguments[0]!r}")


sys.addaudithook(_refuse_network)


def _place() -> Path:
    """Where scratch folders are made: in memory if there is room, for thousands of databases are copied there."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        return MEMORY
    return DISK


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _scratch() -> Path:
    return Path(os.environ[SCRATCH])


def _clear_up(scratch: Path) -> None:
    """Stop every server that lies in the folder, then remove it."""
    for data in scratch.glob("**/postgres/data"):
        embedded.stop(data.parent.parent)
    shutil.rmtree(scratch)


def _clear_up_after_the_killed() -> None:
    for scratch in (found for place in (MEMORY, DISK) for found in place.glob("vinhdanh-tests-*-*")):
        pid = scratch.name.split("-")[2]
        if not Path("/proc", pid).exists():
            with contextlib.suppress(FileNotFoundError):  # another session is at it too
                _clear_up(scratch)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what `./vinhdanh test --slow` passes on."""
    parser.addoption("--slow", action="store_true", help="run the long fault and fuzz tests too")
    parser.addoption("--gallery", type=Path, help="a folder to put an image of every page into that is looked at")


def pytest_configure(config: pytest.Config) -> None:
    """Cut the session off from the caller's settings, before anything reads them."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # we run in the background, and our programs would inherit it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if _is_worker(config):
        return
    for name in [name for name in os.environ if name.startswith(OURS)]:
        del os.environ[name]
    _clear_up_after_the_killed()
    os.environ[SCRATCH] = tempfile.mkdtemp(prefix=f"vinhdanh-tests-{os.getpid()}-", dir=_place())
    os.environ["VINHDANH_HOME"] = str(_scratch() / "home")
    config.option.basetemp = config.option.basetemp or _scratch() / "tmp"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing running and nothing behind; the controller is the last to go."""
    if not _is_worker(config):
        _clear_up(_scratch())


@pytest.hookimpl(trylast=True)  # after the folders' own have marked what is wide
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the wide tests first, for they take longest; leave out the slow ones unless asked for."""
    items.sort(key=lambda item: item.get_closest_marker("wide") is None)
    if not config.getoption("--slow"):
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="only with --slow"))


def pytest_collection_finish() -> None:
    """What is loaded by now is no garbage: to look through it again and again takes a tenth of the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def cluster() -> embedded.Server:
    """One PostgreSQL server that all workers of the session share; stopped when the session ends."""
    return embedded.ensure(_scratch() / "cluster", durable=False)


from tests.databases import database, template  # noqa: E402, F401 - fixtures; after the environment was made clean
