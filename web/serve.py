"""`./vinhdanh serve`: the portal over the configured database, until told to stop."""

import argparse
import asyncio
import gc
import json
import signal
import socket
import sys

import uvicorn

from models.database import Database, configured
from rules.errors import VinhDanhError
from web.addresses import PROXY, encrypted, proxies
from web.app import create_app
from web.oidc.settings import settings
from web.processes import STOPS, Attendant
from web.shares import Share, Shares, take

DONE, FAILED, UNUSABLE = 0, 1, 2  # exit codes, as the command line's
PATIENCE = 30  # seconds that requests under way get to finish
YOUNG = 10_000  # new objects until some are looked through for garbage: about a page's, nearly all gone by its end
BACKLOG = 512  # connections that wait to be taken
HIGHEST_PORT, MOST_PROCESSES = 65535, 64


def main(arguments: list[str]) -> int:
    """Serve until told to stop; returns the exit code."""
    parser = argparse.ArgumentParser(prog="vinhdanh serve")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--listener", type=int, help="a socket that listens already, instead of host and port")
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args(arguments)
    if not 1 <= wanted.processes <= MOST_PROCESSES:
        tell(f"Số tiến trình phải từ 1 đến {MOST_PROCESSES}.")
        return UNUSABLE
    try:
        listener = listen(wanted.host, wanted.port) if wanted.listener is None else taken_over(wanted.listener)
    except OSError as error:
        tell(f"Không phục vụ được tại {wanted.host}, cổng {wanted.port}: {error.strerror or error}.")
        return UNUSABLE
    with listener:
        return serve(listener, processes=wanted.processes, as_json=wanted.json)


def taken_over(descriptor: int) -> socket.socket:
    """A socket that whoever became us has opened already."""
    listener = socket.socket(fileno=descriptor)
    listener.set_inheritable(False)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; OSError when the address is not ours or the port is taken."""
    if port > HIGHEST_PORT:
        raise OSError(f"cổng lớn nhất là {HIGHEST_PORT}")
    family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listener = socket.create_server(address[:2], family=family, backlog=BACKLOG)
    # asyncio sets this only on sockets that name their protocol; without it each answer waits 40 ms for its own ACK.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def serve(listener: socket.socket, *, processes: int, as_json: bool) -> int:
    """Answer on `listener` until a signal comes; requests under way are finished first."""
    try:
        require_settings()
        database = configured()
    except VinhDanhError as error:
        tell(error.message)
        return UNUSABLE
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)  # until there is who acts on them: people read that we serve before
    for stop in STOPS:
        signal.signal(stop, lambda *_: None)  # the server raises it again once it has stopped
    shares = Shares(processes)
    attendant = Attendant(processes, PATIENCE + 10, tell, shares.leave) if processes > 1 else None
    announce(listener, as_json=as_json)
    if attendant is None:
        Server(database).answer(listener)
    else:
        database.close()  # no connection is in two processes
        if (attended := attendant.attend()) is not None:
            server = Server(database, shares.of(attended.place))
            attended.when_over(server.finish)
            server.answer(listener)
            return DONE
    tell("Đã dừng.")
    return FAILED if attendant and attendant.failed else DONE


def require_settings() -> None:
    """MalformedError for a setting every page goes by that is wrong, before anybody comes."""
    trusted = proxies()
    if encrypted() and not trusted:
        tell(f"Lưu ý: chưa đặt {PROXY}; mọi người đến qua máy chủ trung gian sẽ bị coi là cùng một địa chỉ.")
    settings()


class Server(uvicorn.Server):
    """The application over one database, in one process; with a share, it is one of several on the same socket."""

    def __init__(self, database: Database, share: Share | None = None) -> None:
        self.database, self.share = database, share
        self.taking: list[asyncio.Task[None]] = []
        config = uvicorn.Config(
            create_app(database),
            log_level="warning",
            access_log=False,  # addresses and search words are personal data
            server_header=False,
            proxy_headers=bool(proxies()),
            forwarded_allow_ips=proxies(),
            timeout_graceful_shutdown=PATIENCE,
            ws="none",
            backlog=BACKLOG,
        )
        super().__init__(config)

    def answer(self, listener: socket.socket) -> None:
        """Answer until a signal comes or we are to finish."""
        gc.collect()
        gc.freeze()  # what is loaded by now is no garbage: to look through it again takes a tenth of a second each time
        gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
        try:
            self.run(sockets=[listener])
        finally:
            self.database.close()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and to listen to signals."""
        await super().startup(sockets if self.share is None else [])
        if self.share is not None:
            for listener in sockets or ():
                self.taking.append(asyncio.create_task(take(listener, self.share, self.held, self.protocol)))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more, and finish."""
        for one in self.taking:
            one.cancel()
        await super().shutdown(sockets)

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second."""
        if self.share:
            self.share.tell(self.held())
        return await super().on_tick(counter)

    def held(self) -> int:
        """How many connections there are."""
        return len(self.server_state.connections)

    def protocol(self) -> asyncio.Protocol:
        """What a connection is spoken with, as uvicorn makes it for those it takes itself."""
        return self.config.http_protocol_class(  # type: ignore[call-arg]  # a Protocol of uvicorn's own
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )

    def finish(self) -> None:
        """Stop once the requests under way are answered."""
        self.should_exit = True


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
