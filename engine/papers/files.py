"""Files for people: put in place whole or not at all."""

import json
import os
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


def write_file(path: Path, content: bytes) -> Path:
    """Put a file in place in one step, so that nobody meets half of it; MalformedError if it cannot be written."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise MalformedError(f"Không ghi được tệp {path}: {error.strerror}.") from error
    return path
