"""The hands: deploy everything in prefect.yaml, then run what is due in the pool until told to stop."""

import asyncio
import json
import signal
import sys
import time
from abc import ABC
from contextlib import suppress
from pathlib import Path

import yaml
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.settings import get_current_settings
from prefect.workers.process import ProcessWorker

from models.database import ROOT

POOL = "vinhdanh"
AT_ONCE = 4  # runs; each is a process of about 100 MB
PATIENCE_TO_START = 300.0  # seconds a server may take to answer; the first time it makes its database
PATIENCE_TO_STOP = 20.0  # seconds running flows may take to finish; all of them may be killed at any moment
LAST_RESORT = 15  # seconds after that, before the kernel ends us


class NotWorkingError(Exception):
    """There is no server, or it would not take our deployments; the message is for the person who started us."""


class Hands(ProcessWorker, ABC):  # ABC keeps it out of Prefect's registry of worker types
    """A worker for processes on this machine that can finish what it has begun without taking more."""

    leaving = False

    async def get_and_submit_flow_runs(self) -> list[FlowRun]:
        """Take what is due, unless we are about to leave."""
        return [] if self.leaving else await super().get_and_submit_flow_runs()

    async def finish(self) -> None:
        """Take nothing more and return once nothing runs."""
        self.leaving = True
        while self.limiter.borrowed_tokens:  # noqa: ASYNC110 - Prefect's count gives no sign
            await asyncio.sleep(0.1)


async def work(told: asyncio.Event, *, as_json: bool) -> None:
    """Deploy and run until `told` to stop."""
    preparing = asyncio.create_task(prepare())
    if await comes_first(told, preparing):
        preparing.cancel()
        return
    hands = Hands(work_pool_name=POOL, limit=AT_ONCE)
    working = asyncio.create_task(hands.start(printer=lambda said: announce(said, as_json=as_json)))
    if await comes_first(told, working):
        with suppress(TimeoutError):
            await asyncio.wait_for(hands.finish(), PATIENCE_TO_STOP)
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


async def comes_first(told: asyncio.Event, task: asyncio.Task[None]) -> bool:
    """Whether we are told to stop before the task ends; what it raises is raised."""
    waiting = asyncio.create_task(told.wait())
    await asyncio.wait({waiting, task}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if task.done():
        task.result()
    return not task.done()


async def prepare() -> None:
    """Wait for the server, make the pool, deploy."""
    async with get_client() as client:
        await server_answers(client)
        await make_pool(client)
    await deploy()


async def server_answers(client: PrefectClient, patience: float = PATIENCE_TO_START) -> None:
    """Return once the server answers; NotWorkingError after `patience` seconds."""
    deadline = time.monotonic() + patience
    while error := await client.api_healthcheck():
        if time.monotonic() > deadline:
            raise NotWorkingError(f"Máy chủ Prefect {client.api_url} không trả lời: {error}")
        await asyncio.sleep(0.2)


async def make_pool(client: PrefectClient) -> None:
    """Make the pool unless it is there."""
    template = ProcessWorker.get_default_base_job_template()
    try:
        await client.read_work_pool(POOL)
    except ObjectNotFound:
        with suppress(ObjectAlreadyExists):  # another worker was quicker
            await client.create_work_pool(WorkPoolCreate(name=POOL, type=Hands.type, base_job_template=template))


async def deploy(folder: Path = ROOT) -> None:
    """Deploy all of the folder's prefect.yaml, as one would by hand; NotWorkingError with what Prefect said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "prefect", "--no-prompt", "deploy", "--all"),
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:  # we are told to stop
            process.kill()
    if process.returncode != 0:
        raise NotWorkingError(f"Không nạp được prefect.yaml:\n{said.decode(errors='replace')}")


def announce(said: str, *, as_json: bool) -> None:
    """Tell the person, in place of Prefect's own words, that everything runs."""
    if not said.endswith("started!"):
        return
    settings = get_current_settings()
    page = settings.ui_url or ""
    declared = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    names = [deployment["name"] for deployment in declared]
    words = f"Đang chạy {len(names)} việc theo lịch. Trang theo dõi: {page}"
    if settings.api.auth_string:
        words += f" (khóa của trang: PREFECT_API_AUTH_STRING trong tệp {settings.profiles_path})"
    document = json.dumps({"page": page, "pool": POOL, "deployments": names}, ensure_ascii=False)
    print(document if as_json else words, flush=True)  # noqa: T201 - the command's answer


async def main(*, as_json: bool) -> None:
    """Work until a signal says to stop; that is an order, not a failure."""
    told = asyncio.Event()

    def stop() -> None:
        signal.alarm(int(PATIENCE_TO_STOP) + LAST_RESORT)
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        await work(told, as_json=as_json)
    except NotWorkingError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    asyncio.run(main(as_json="--json" in sys.argv[1:]))
