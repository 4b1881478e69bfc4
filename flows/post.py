"""The post: letters that are due leave."""

from dataclasses import asdict

from engine.post import deliver, mail_settings
from flows.edge import Result, RunFailedError, clockwork, opened, tell


@clockwork
def deliver_letters(limit: int | None = None) -> Result:
    """Send the letters that are due, at most `limit`; fails when the mail server has a problem."""
    with opened() as database:
        delivered = deliver(database, mail_settings(), limit=limit)
    tell(f"Thư: {delivered.sent} đã gửi, {delivered.deferred} hoãn, {delivered.failed} hỏng, {delivered.waiting} chờ.")
    if delivered.problem:
        raise RunFailedError(delivered.problem)
    return asdict(delivered)
