"""Has a file examined by a process of its own, a few at a time."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

from engine.files.content import Media
from rules.errors import MalformedError

ROOT = Path(__file__).resolve().parent.parent.parent
AT_ONCE = BoundedSemaphore(2)  # examiners: each may take a core and 1.5 GB
PATIENCE = 60  # seconds by the clock; a busy machine is slow


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A harmless file: what it is, its SHA-256 and its length."""

    media: Media
    sha256: str
    size: int


def examine(path: Path) -> Examined:
    """What the file at `path` is; MalformedError unless it is whole, harmless and of a type that is taken."""
    command = [sys.executable, "-P", "-B", "-W", "ignore", "-m", "engine.files.examiner", str(path)]
    with AT_ONCE:
        try:
            done = subprocess.run(  # noqa: S603 - our own words and path, no shell parses them
                command,
                env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
                cwd="/",
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise unbearable() from error
    if done.returncode:
        raise unbearable()
    said = json.loads(done.stdout)
    if "refused" in said:
        raise MalformedError(said["refused"])
    return Examined(media=Media(said["media"]), sha256=said["sha256"], size=said["size"])


def unbearable() -> MalformedError:
    """The refusal of a file that its examiner did not survive."""
    return MalformedError("Tệp quá phức tạp, không kiểm tra được trong giới hạn cho phép; hãy lưu hoặc in lại ra PDF.")
