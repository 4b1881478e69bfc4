"""Watching over the data: the trail's heads are fixed, the trail is verified, every invariant is checked."""

from engine import clock
from engine.alerts import watch, watch_trail
from engine.audit import checkpoint
from flows.edge import ORIGIN, Result, RunFailedError, clockwork, opened, tell


@clockwork
def checkpoint_trail() -> Result:
    """Fix the heads of all chains, then verify the whole trail; problems raise an alert and fail the run."""
    with opened() as database:
        with database.transaction() as session:
            made = checkpoint(session, clock.now())
        tell(f"Điểm kiểm tra số {made['number']}: {made['heads']} chuỗi, mã băm {made['hash']}.")
        problems = watch_trail(database, ORIGIN)
    return concluded({"checkpoint": made["number"], "problems": len(problems)})


@clockwork
def check_data() -> Result:
    """Check every invariant of the data; problems raise an alert and fail the run."""
    with opened() as database:
        problems = watch(database, ORIGIN)
    return concluded({"problems": len(problems)})


def concluded(result: Result) -> Result:
    """The result of a check; RunFailedError, after the alert was kept, when it found problems."""
    tell(f"Kiểm tra xong: {result['problems']} vấn đề.")
    if result["problems"]:
        raise RunFailedError(f"Có {result['problems']} vấn đề. Xem: ./vinhdanh audit verify và ./vinhdanh invariants")
    return result
