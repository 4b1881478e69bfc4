"""As whom the embedded PostgreSQL runs: it refuses to be root, so root runs it as somebody else, changing nothing else.

Preferred is a user namespace (`unshare`): the same user under another number, so no file changes hands. Where that is
refused, as in most containers, the server's own folder is given to an unprivileged user; should that user not reach it
because a folder above is private, the server gets the one capability it needs rather than anybody new permissions.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rules.errors import VinhDanhError

NOBODY = 65534
ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}  # PG* and uninstalled locales stay outside


class EmbeddedServerError(VinhDanhError):
    """The embedded PostgreSQL cannot be created, started or stopped."""

    code = "embedded_server"


@dataclass(frozen=True, slots=True)
class Account:
    """What to put before a command so that it runs as the server may; and whose its files must be, if not root's."""

    prefix: tuple[str, ...] = ()
    owner: tuple[int, int] | None = None


def choose_account(folder: Path, program: Path) -> Account:
    """Find a way to run `program` with write access to `folder`, and see to the folder's owner.

    Raises EmbeddedServerError when root finds none.
    """
    if os.geteuid() != 0 and is_known(os.geteuid()):
        return Account()
    for account in _candidates(folder):
        if account.owner is not None:
            _give(folder, *account.owner)
        if _works(account, folder, program):
            return account
    message = (
        "PostgreSQL không chạy được bằng tài khoản root, và máy này không cho chạy bằng tài khoản khác "
        "(cần lệnh unshare hoặc setpriv của gói util-linux). Hãy chạy chương trình bằng một tài khoản thường, "
        "hoặc đặt VINHDANH_DATABASE_URL trỏ tới một máy chủ PostgreSQL."
    )
    raise EmbeddedServerError(message)


def _candidates(folder: Path) -> Iterator[Account]:
    owner = folder.stat()
    if owner.st_uid == os.geteuid() and (unshare := shutil.which("unshare")):
        yield Account((unshare, "--user", f"--map-user={_some_known_user()}", "--"))
    if os.geteuid() == 0 and (setpriv := shutil.which("setpriv")):
        uid = owner.st_uid or _some_known_user()
        gid = owner.st_gid or NOBODY
        become = (setpriv, f"--reuid={uid}", f"--regid={gid}", "--clear-groups")
        reach = tuple(f"--{which}=-all,+dac_override" for which in ("inh-caps", "ambient-caps", "bounding-set"))
        yield Account((*become, "--"), (uid, gid))
        yield Account((*become, *reach, "--"), (uid, gid))


def is_known(uid: int) -> bool:
    """Tell whether the user has a name on this machine: initdb insists on one."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _some_known_user() -> int:
    """Give the number of an unprivileged user with a name."""
    return next((uid for uid in (NOBODY, *(user.pw_uid for user in pwd.getpwall())) if uid and is_known(uid)), NOBODY)


def _works(account: Account, folder: Path, program: Path) -> bool:
    probe = 'test -w "$1" && test -x "$1" && exec "$2" --version'
    command = (*account.prefix, "/bin/sh", "-c", probe, "sh", str(folder), str(program))
    return subprocess.run(command, env=ENVIRONMENT, cwd="/", capture_output=True, check=False).returncode == 0  # noqa: S603 - our own words and paths, no shell parses them


def _give(folder: Path, uid: int, gid: int) -> None:
    """Hand the server's own folder, and nothing outside it, to the user the server runs as."""
    if folder.stat().st_uid == uid:
        return
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(Path(parent) / name, uid, gid, follow_symlinks=False)
    os.chown(folder, uid, gid)
