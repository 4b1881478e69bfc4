"""The demonstration: the whole first campaign on the sample workbook, in a database of its own."""

import json
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import text

from cli.demo import portal, rehearsal
from cli.demo.acts import ACTS
from cli.demo.days import SIGN_DAY
from cli.demo.postbox import HOST, Postbox, postbox
from cli.demo.report import say, show
from cli.demo.story import Story
from engine import audit, campaigns, clock, invariants
from engine.context import load_context
from engine.papers import export_decision, export_submission, prepared
from engine.post import MailSettings, Security, deliver
from engine.standing import Standing, standing
from models import embedded
from models.database import OWNER, ROOT, Database, create_database, drop_database, home
from models.schema import APPLICATION
from rules.errors import VinhDanhError
from rules.vocabulary import HOLDING

STOPS = (signal.SIGTERM, signal.SIGINT)
DATABASE = "vinhdanh_demo"
SENDER = "Hệ thống Vinh Danh (diễn tập) <vinhdanh@bacninh.example>"
LETTERS = "SELECT status, count(*) FROM letter GROUP BY status ORDER BY status"
CODE = "bang-khen-2021-2025"


def fresh_database() -> Database:
    """An empty database for the demonstration, beside the configured one and never it."""
    server = embedded.ensure(home())
    maintenance = server.url(OWNER, "postgres")
    drop_database(maintenance, DATABASE)
    create_database(maintenance, DATABASE)
    database = Database(server.url(APPLICATION, DATABASE), server.url(OWNER, DATABASE))
    database.bring_up()
    return database


def run(out: Path, *, as_json: bool = False, serve: bool = True) -> None:
    """Play, print a readable account (or one JSON document) of what happened, then become the portal over it all."""
    account = play(out, say, open_to_people=serve)
    listening = portal.listener(say) if serve else None
    if listening:
        account["portal"]["url"] = portal.address(listening)
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)  # what comes from here on is for the server
    if as_json:
        print(json.dumps(account, ensure_ascii=False), flush=True)  # noqa: T201 - the command's one document
    else:
        show(account)
    if listening:
        portal.become_portal(listening, account["look_around"])


def play(out: Path, tell: Callable[[str], None], *, open_to_people: bool = False) -> dict[str, Any]:
    """Play the campaign, write its files to `out`, and return what happened.

    `open_to_people`: there is a second campaign, left half-way, and accounts to sign in with.
    """
    started = time.monotonic()
    folder = prepared(out)
    campaign = campaigns.read_campaign(ROOT / "campaigns" / f"{CODE}.yaml").model_copy(update={"rehearsal": True})
    story = Story(
        database=fresh_database(),
        campaign=campaign,
        accounts=folder / "tai-khoan.csv",
        units=ROOT / "data" / "units.csv",
        workbook=ROOT / "data" / "nominations-sample.xlsx",
        tell=tell,
    )
    with postbox() as (box, port):
        for sentence, act in ACTS:
            tell(sentence)
            act(story)
            deliver_letters(story.database, port)
        entrance = prepare_portal(story, tell) if open_to_people else None
        deliver_letters(story.database, port)
    letters = letters_of(story.database, box, folder)
    tell("In văn bản, xuất danh sách, kiểm tra nhật ký và dữ liệu")
    account = {**account_of(story, folder), **letters, **({"portal": entrance} if entrance else {})}
    account["seconds"] = round(time.monotonic() - started, 1)
    story.database.close()
    return account


def prepare_portal(story: Story, tell: Callable[[str], None]) -> dict[str, Any]:
    """A second campaign and passwords; who may sign in, and on which day to look at what."""
    tell("Chuẩn bị cổng thông tin: một đợt diễn tập còn dang dở, mật khẩu cho các tài khoản")
    units = rehearsal.rehearse(story)
    return {"campaign": rehearsal.CODE, "day": rehearsal.DAY.isoformat(), **portal.give_passwords(story, units)}


def account_of(story: Story, folder: Path) -> dict[str, Any]:
    """What happened, read back from the database."""
    with story.database.transaction() as session:
        audit.checkpoint(session, clock.now())
    with story.database.transaction() as session:
        context = load_context(session, story.campaign.code, today=SIGN_DAY)
        files = [story.accounts]
        for form in ("pdf", "docx", "xlsx", "json"):
            files += export_decision(session, context, form, folder)
        for number in ("12/TTr-SDTTG", "13/TTr-SDTTG"):
            files += export_submission(session, context, number, folder)
        files.append(folder / "nhat-ky.jsonl")
        audit.export(session, files[-1])
        trail, sound = audit.verify(session), invariants.check(session)
        report = story.report
        signed = json.loads((folder / f"danh-sach-{CODE}.json").read_text(encoding="utf-8"))
        return {
            "campaign": campaigns.show(session, context),
            "import": {
                "imported": report.imported if report else 0,
                "errors": [
                    {"sheet": e.sheet, "row": e.row, "column": e.column, "message": e.message}
                    for e in (report.errors if report else ())
                ],
            },
            "counts": story.counts,
            "cut": {c.key: cut_of(standing(session, context, c.key)) for c in story.campaign.categories},
            "decision": signed["decision"],
            "money": signed["money"],
            "audit": {"ok": trail.ok, "checked": trail.checked},
            "invariants": {"ok": sound.ok, "checked": sound.checked},
            "files": [str(path) for path in files],
            "look_around": story.database.owner_url,
        }


def cut_of(now: Standing) -> dict[str, Any]:
    """The last places above the cut and the first below it, each with why it stands above the next."""
    held = [place for place in now.places if now.dossiers[place.id].state in HOLDING]
    last = max((place.place for place in held), default=0)
    return {
        "limit": now.limit,
        "held": len(held),
        "around": [
            {
                "place": place.place,
                "id": place.id,
                "name": now.dossiers[place.id].name,
                "state": now.dossiers[place.id].state.value,
                "above_cut": place.place <= last,
                "criteria": place.labels,
                "above_next_because": place.above_next_because,
            }
            for place in now.places[max(0, last - 3) : last + 3]
        ],
    }


def deliver_letters(database: Database, port: int) -> None:
    """Send what is due to the demonstration's own mail server."""
    settings = MailSettings(host=HOST, port=port, security=Security.NONE, sender=SENDER, rate=0)
    delivered = deliver(database, settings)
    if delivered.problem:
        raise VinhDanhError(delivered.problem)


def letters_of(database: Database, box: Postbox, folder: Path) -> dict[str, Any]:
    """Letters by status, how many arrived, and the page under `folder` on which they are read."""
    page = box.write(folder / "thu")
    with database.transaction() as session:
        by_status = {row[0]: row[1] for row in session.execute(text(LETTERS))}
    return {"letters": by_status, "arrived": len(box.letters), "read_letters": str(page)}
