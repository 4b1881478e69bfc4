"""Reading on the day that a rehearsal plays: by `today` in the address, as writes have it in their body."""

from typing import Any

import pytest
from fastapi import FastAPI

from rules.vocabulary import State
from tests.flows.earnest import in_earnest
from tests.web.client import DAY
from tests.web.conftest import As
from tests.world import CODE, World

CAMPAIGN = f"/campaigns/{CODE}"
NEXT = "2025-11-24"  # a Monday, after the delegation below has ended
REFUSED = {
    "refused": "state",
    "message": "Chỉ đợt diễn tập (rehearsal: true) mới được đặt ngày khác hôm nay.",
    "citations": [],
}
# What a campaign or a dossier is read by; addresses of no campaign, and those of administrators, know the real day.
OF_A_CAMPAIGN = {
    "", "ranking", "queue", "coverage", "decision", "decision/list", "decision/papers", "decision/papers/{name}",
    "submissions", "submissions/{submission}/papers/{form}", "checks", "trail", "overdue", "desk", "dashboard",
    "unit-letters/print", "workbooks/blank",
}  # fmt: skip
OF_A_DOSSIER = {
    "", "trail", "explain", "steps", "checks", "papers", "papers/{paper}", "bundle", "scores", "versions",
    "versions/{version}", "others",
}  # fmt: skip
DATED = {
    "/nominations",
    *(f"/campaigns/{{code}}/{rest}".rstrip("/") for rest in OF_A_CAMPAIGN),
    *(f"/nominations/{{id}}/{rest}".rstrip("/") for rest in OF_A_DOSSIER),
}


def delegated(world: World, giver: str, taker: str, since: str = DAY, until: str = DAY) -> None:
    """Somebody stood in for somebody, long ago."""
    world.change(
        "INSERT INTO delegation (from_id, to_id, since, until) SELECT a.id, b.id, CAST(:since AS date),"
        " CAST(:until AS date) FROM account a, account b WHERE a.name = :giver AND b.name = :taker",
        giver=giver,
        taker=taker,
        since=since,
        until=until,
    )


def test_each_address_that_shows_a_campaign_or_a_dossier_takes_a_day(app: FastAPI) -> None:
    taking, refusing = set(), set()
    for path, methods in app.openapi()["paths"].items():
        reading = methods.get("get", {})
        short = path.removeprefix("/api/v1")
        for parameter in reading.get("parameters", []):
            if (parameter["name"], parameter["in"]) == ("today", "query"):
                assert (parameter["required"], "diễn tập" in parameter["description"]) == (False, True)
                assert {"type": "string", "format": "date"} in parameter["schema"]["anyOf"]
                taking.add(short)
        refusing |= {short} if "409" in reading.get("responses", {}) else set()
    assert taking == refusing == DATED


def test_days_stand_beside_each_other(as_: As, world: World) -> None:
    late = world.advance(world.draft(), State.SUBMITTED)
    caller = as_("reviewer")

    def deadline(**day: str) -> tuple[str, int]:
        told = caller.get(f"{CAMPAIGN}/dashboard", **day).json()["deadline"]
        return told["state"], told["left"]

    def waited(**day: str) -> int:
        (line,) = caller.get(f"{CAMPAIGN}/queue", **day).json()["nominations"]
        return int(line["waited"])

    def overdue(**day: str) -> list[str]:
        return [one["id"] for one in caller.get(f"{CAMPAIGN}/overdue", **day).json()["overdue"]]

    for _ in range(2):  # what one day was told is not told on another
        assert deadline(today=DAY) == ("open", 6)
        assert deadline(today="2025-10-01")[0] == "before"
        assert deadline() == ("after", 0)
        assert (waited(today=DAY), waited(today=NEXT)) == (0, 2)
        assert waited() > 100
        assert (overdue(today=DAY), overdue(today="2025-12-15"), overdue()) == ([], [late], [late])
    assert world.state(late) is State.SUBMITTED


def test_whoever_stood_in_on_a_day_reads_on_it_what_they_read_then(as_: As, world: World) -> None:
    one = world.advance(world.draft(name="Nông Thị Kín"), State.IN_REVIEW)
    delegated(world, "reviewer", "officer-07330")
    stand_in = as_("officer-07330")
    for _ in range(2):
        for path in (f"/nominations/{one}", f"/nominations/{one}/explain", f"/nominations/{one}/scores"):
            assert (path, stand_in.get(path, today=DAY).status_code) == (path, 200)
            for day in ({"today": NEXT}, {}):
                answer = stand_in.get(path, **day)
                assert (path, answer.status_code, "Nông Thị Kín" in answer.text) == (path, 404, False)
        for path, more in {"ranking": {"category": "individual"}, "decision/list": {}, "submissions": {}}.items():
            told = [
                stand_in.get(f"{CAMPAIGN}/{path}", **more, **day).status_code
                for day in ({"today": DAY}, {"today": NEXT}, {})
            ]
            assert (path, told) == (path, [200, 403, 403])
    listed = stand_in.get("/nominations", campaign=CODE, today=DAY).json()["nominations"]
    assert [(line["id"], line["state"]) for line in listed] == [(one, "in_review")]
    for day in ({"today": NEXT}, {}):
        assert stand_in.get("/nominations", campaign=CODE, **day).json()["nominations"] == []


def test_rules_are_read_as_of_the_day(as_: As, world: World) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)

    def cited(day: str) -> bool:
        return "86/2025/QĐ-UBND" in as_("reviewer").get(f"/nominations/{one}/explain", today=day).text

    assert [cited(day) for day in (DAY, "2025-12-15", DAY)] == [False, True, False]


def test_in_earnest_another_day_is_refused_as_writes_refuse_it(as_: As, world: World) -> None:
    earnest = in_earnest(world.database, "that")
    one = earnest.draft(name="Nông Thị Thật")
    delegated(world, "reviewer", "officer-07330")
    caller, head = as_("observer"), as_("head-07282")
    written = head.step(one, "submit")
    assert (written.status_code, written.json()) == (409, REFUSED)
    for rest in ("", "/ranking", "/queue", "/coverage", "/decision", "/decision/list", "/submissions", "/dashboard"):
        named = {"category": "individual"} if rest in {"/ranking", "/coverage"} else {}
        answer = caller.get(f"/campaigns/that{rest}", today=DAY, **named)
        assert (rest, answer.status_code, answer.json()) == (rest, 409, REFUSED)
        assert caller.get(f"/campaigns/that{rest}", **named).status_code == (404 if rest == "/decision" else 200)
    for rest in ("", "/trail", "/explain", "/steps", "/papers", "/versions"):
        answer = caller.get(f"/nominations/{one}{rest}", today=DAY)
        assert (rest, answer.status_code, answer.json()) == (rest, 409, REFUSED)
        assert caller.get(f"/nominations/{one}{rest}").status_code == 200
    answer = caller.get("/nominations", campaign="that", today=DAY)
    assert (answer.status_code, answer.json()) == (409, REFUSED)
    assert earnest.state(one) is State.DRAFT


def test_the_refusal_tells_nobody_that_another_units_dossier_is_there(as_: As, world: World) -> None:
    one = in_earnest(world.database, "that").draft(name="Nông Thị Thật")
    delegated(world, "head-07282", "officer-07330")  # a day when it was theirs to see: it is not played here
    for who in ("officer-07330", "head-07330"):
        answers: list[list[tuple[int, dict[str, Any]]]] = []
        for identity in (one, "ZZZZZZZZ"):
            found = [as_(who).get(f"/nominations/{identity}{rest}", today=DAY) for rest in ("", "/steps", "/papers")]
            found += [as_(who).step(identity, "submit")]
            body = {"fields": {"merit": "x"}, "today": DAY}
            found += [as_(who).post(f"/nominations/{identity}/fields", body)]
            told = [{**answer.json(), "message": answer.json()["message"].replace(identity, "·")} for answer in found]
            answers.append([(answer.status_code, said) for answer, said in zip(found, told, strict=True)])
        assert answers[0] == answers[1]
        assert {status for status, _ in answers[0]} == {404}


@pytest.mark.parametrize("typed", ["", "20/11/2025", "2025-02-30", "20251120", "2025-11-20T00:00:00", "x"])
def test_what_is_no_day_is_malformed(as_: As, world: World, typed: str) -> None:
    one = world.draft()
    for path in (CAMPAIGN, f"/nominations/{one}", f"/nominations/{one}/steps", f"{CAMPAIGN}/dashboard"):
        answer = as_("observer").get(path, today=typed)
        assert (path, answer.status_code, answer.json()["error"]) == (path, 422, "malformed")
        assert "today" in answer.json()["message"]


def test_all_campaigns_at_once_have_no_day_in_common(as_: As, world: World) -> None:
    one = world.draft()
    answer = as_("observer").get("/nominations", today=DAY)
    assert (answer.status_code, "campaign" in answer.json()["message"]) == (422, True)
    assert [line["id"] for line in as_("observer").get("/nominations").json()["nominations"]] == [one]
