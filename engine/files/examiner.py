"""Examine one file and say what it is, as a process of its own: `python -m engine.files.examiner PATH`.

Whatever a hostile file does to the libraries that read it, it does here: without the database's address, without leave
to write a file, and with little memory and time.
"""

import hashlib
import json
import resource
import sys
from pathlib import Path

from engine.files.content import media_of
from engine.files.limits import MAX_FILE, too_large
from rules.errors import MalformedError

MEMORY = 1536 * 1024 * 1024  # a picture of 50 million points takes 200 MB, a package unpacked as much; the rest is room
SECONDS = 20  # of the processor


def main(path: Path) -> None:
    """Print a JSON object: media, sha256 and size; or refused, a sentence."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    try:
        print(json.dumps(examined(path)))  # noqa: T201 - this is how the process answers
    except MalformedError as error:
        print(json.dumps({"refused": error.message}))  # noqa: T201 - as above


def examined(path: Path) -> dict[str, str | int]:
    """What the file is, and its fingerprint, so that what is stored can be held against what was examined."""
    with path.open("rb") as file:
        content = file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise too_large()
    return {"media": media_of(content).value, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
