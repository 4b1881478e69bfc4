"""Files for people: put in place whole or not at all."""

import errno
import json
import os
from collections.abc import Mapping
from pathlib import Path

from rules.errors import MalformedError


def prepared(folder: Path) -> Path:
    """The folder, made if missing; MalformedError if it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MalformedError(f"Không tạo được thư mục {folder}: {error.strerror}.") from error
    return folder


def json_bytes(data: object) -> bytes:
    """JSON that people can read."""
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def write_files(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Put files in place, each in one step and none before all are written; MalformedError if one cannot be."""
    prepared(folder)
    partials = {folder / name: folder / f".{name}.{os.getpid()}" for name in files}
    path = folder
    try:
        for path, content in zip(partials, files.values(), strict=True):
            partials[path].write_bytes(content)
            if path.is_dir():  # a file can take the place of a file, and the others must not be put in place first
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        for path, partial in partials.items():
            partial.replace(path)
    except OSError as error:
        raise MalformedError(f"Không ghi được tệp {path}: {error.strerror}.") from error
    finally:
        for partial in partials.values():
            partial.unlink(missing_ok=True)
    return list(partials)
