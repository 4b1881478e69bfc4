"""Notices over the API: an account reads the letters to its own address, all of those and no others."""

from uuid import uuid4

from rules.vocabulary import Action, State
from tests.web.client import Caller
from tests.web.conftest import As
from tests.world import World

BECAUSE = "Thành tích chưa tiêu biểu, mục II.2.c Kế hoạch."


def titles(caller: Caller, **query: object) -> list[str]:
    """The letters of the list, in order, without the mark of a rehearsal and the dossier's name."""
    found = caller.get("/notices", **query).json()["notices"]
    return [one["title"].removeprefix("[DIỄN TẬP] ").split(":")[0] for one in found]


def test_a_unit_reads_what_was_written_to_it_and_nobody_elses(as_: As, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    world.give_back(identity)
    ours, theirs = as_("officer-07282"), as_("officer-07330")
    assert titles(ours) == ["Đề nghị bổ sung hồ sơ, hạn 28/11/2025", "Đã tiếp nhận hồ sơ", "Đã nộp hồ sơ"]
    listed = ours.get("/notices").json()
    assert listed["before"] is None
    assert [one["read"] for one in listed["notices"]] == [False, False, False]
    newest = listed["notices"][0]["key"]
    letter = ours.get(f"/notices/{newest}").json()
    assert any("Tóm tắt thành tích: Bổ sung số liệu." in part for part in letter["paragraphs"])
    assert (letter["read"], letter["nomination"]) == (True, identity)
    assert titles(ours, unread="true") == ["Đã tiếp nhận hồ sơ", "Đã nộp hồ sơ"]
    assert titles(theirs) == []
    refused, nothing = theirs.get(f"/notices/{newest}"), theirs.get(f"/notices/{uuid4()}")
    assert (refused.status_code, refused.json()) == (404, nothing.json())
    assert theirs.post("/notices/read", {"newest": newest}).status_code == 200
    assert titles(ours, unread="true") == ["Đã tiếp nhận hồ sơ", "Đã nộp hồ sơ"]
    assert [one["key"] for one in ours.get("/notices", before=newest).json()["notices"]] == [
        one["key"] for one in listed["notices"][1:]
    ]
    assert as_(None).get("/notices").status_code == 401


def test_what_was_shown_is_marked_read_and_no_more(as_: As, world: World) -> None:
    world.give_back(world.advance(world.draft(), State.IN_REVIEW))
    ours = as_("officer-07282")
    _, second, _ = ours.get("/notices").json()["notices"]
    for _ in range(2):
        answer = ours.post("/notices/read", {"newest": second["key"]}, Idempotency_Key="read-1")
        assert (answer.status_code, answer.json()) == (200, {"newest": second["key"]})
    assert titles(ours, unread="true") == ["Đề nghị bổ sung hồ sơ, hạn 28/11/2025"]
    assert world.query("SELECT count(*) FROM letter_read")[0][0] == 2


def test_a_letter_leads_to_no_dossier_that_is_another_units(as_: As, world: World) -> None:
    identity = world.advance(world.draft(email="head.07330@bacninh.example"), State.SUBMITTED)
    addressed = {row.recipient: row.key for row in world.query("SELECT recipient, key FROM letter")}
    ours = as_("officer-07282").get(f"/notices/{addressed['officer.07282@bacninh.example']}")
    elsewhere = as_("head-07330").get(f"/notices/{addressed['head.07330@bacninh.example']}")
    assert (ours.json()["nomination"], elsewhere.json()["nomination"]) == (identity, None)


def test_a_held_outcome_is_no_notice(as_: As, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    before = as_("officer-07282").get("/notices").json()
    world.step(identity, Action.DECLINE, "review-head", reason=BECAUSE)
    held = world.query("SELECT key FROM letter WHERE kind = 'decline.unit' AND recipient LIKE 'officer%'")[0].key
    assert as_("officer-07282").get("/notices").json() == before
    refused = as_("officer-07282").get(f"/notices/{held}")
    assert (refused.status_code, "II.2.c" in refused.text) == (404, False)
