"""Files handed out: as downloads only, never shown by the portal itself, whatever is in them."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast
from urllib.parse import quote

from fastapi.responses import Response
from starlette.responses import StreamingResponse

IN_MEMORY = 1024 * 1024  # bytes; what is larger lies on disk while it goes out
PIECE = 256 * 1024
# Opened in a tab all the same, it may run nothing, load nothing, and is of no origin.
ALONE = "sandbox; default-src 'none'; frame-ancestors 'none'"


def room() -> BinaryIO:
    """Where to write what is handed out: the transaction is over before a slow line has taken it all."""
    return cast("BinaryIO", SpooledTemporaryFile(max_size=IN_MEMORY))


def handed(file: BinaryIO, media: str, name: str, tag: str) -> Response:
    """The file as a download under its name (RFC 6266, RFC 5987), whose `tag` changes with its content."""
    headers = {
        "Content-Disposition": disposition(name),
        "Content-Length": str(file.seek(0, 2)),
        "Content-Security-Policy": ALONE,
        "ETag": f'"{tag}"',
    }
    file.seek(0)
    return StreamingResponse(pieces(file), media_type=media, headers=headers)


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """The file bit by bit; closed at the end, or when the reader went away."""
    with file:
        while piece := file.read(PIECE):
            yield piece


def disposition(name: str) -> str:
    """The header that makes a download of an answer, for programs that know only ASCII too."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " ._-") else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
