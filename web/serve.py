"""`./vinhdanh serve`: the portal over the configured database, until told to stop."""

import argparse
import json
import signal
import socket
import sys

import uvicorn

from models.database import configured
from rules.errors import VinhDanhError
from web.app import create_app

DONE, UNUSABLE = 0, 2  # exit codes, as the command line's
PATIENCE = 30  # seconds that requests under way get to finish
HIGHEST_PORT = 65535


def main(arguments: list[str]) -> int:
    """Serve until told to stop; returns the exit code."""
    parser = argparse.ArgumentParser(prog="vinhdanh serve")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args(arguments)
    try:
        listener = listen(wanted.host, wanted.port)
    except OSError as error:
        tell(f"Không phục vụ được tại {wanted.host}, cổng {wanted.port}: {error.strerror or error}.")
        return UNUSABLE
    with listener:
        return serve(listener, as_json=wanted.json)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; OSError when the address is not ours or the port is taken."""
    if port > HIGHEST_PORT:
        raise OSError(f"cổng lớn nhất là {HIGHEST_PORT}")
    family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listener = socket.create_server(address[:2], family=family, backlog=512)
    # asyncio sets this only on sockets that name their protocol; without it each answer waits 40 ms for its own ACK.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def serve(listener: socket.socket, *, as_json: bool) -> int:
    """Answer on `listener` until a signal comes; requests under way are finished first."""
    try:
        database = configured()
    except VinhDanhError as error:
        tell(error.message)
        return UNUSABLE
    config = uvicorn.Config(
        create_app(database),
        log_level="warning",
        access_log=False,  # addresses and search words are personal data
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=PATIENCE,
    )
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, lambda *_: None)  # the server raises it again once it has stopped
    announce(listener, as_json=as_json)
    try:
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        database.close()
    tell("Đã dừng.")
    return DONE


def announce(listener: socket.socket, *, as_json: bool) -> None:
    """Say where it listens."""
    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    if as_json:
        print(json.dumps({"url": url}), flush=True)  # noqa: T201 - the one document on standard output
    tell(f"Đang phục vụ tại {url} (API: {url}/api/v1/openapi.json). Dừng: Ctrl-C.")


def tell(line: str) -> None:
    """A line for the person who started us."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - this is where messages are printed


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]  # both are text files
    sys.exit(main(sys.argv[1:]))
