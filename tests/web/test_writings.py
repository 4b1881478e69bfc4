"""What is put on one dossier over HTTP: by whom the table of duties lets it, at the version seen, once."""

import pytest

from rules.vocabulary import Kind, State
from tests.web.client import DAY, Caller
from tests.web.conftest import As
from tests.world import World


def write(caller: Caller, identity: str, what: str, **body: object) -> tuple[int, dict[str, object]]:
    """One writing request in the rehearsal's day; status and answer."""
    headers = body.pop("headers", {})
    answer = caller.call("POST", f"/nominations/{identity}/{what}", json={"today": DAY, **body}, headers=headers)
    return answer.status_code, answer.json()


def test_a_unit_edits_its_own_draft_and_no_other(as_: As, world: World) -> None:
    mine, theirs = world.draft(), world.draft(unit="07330")
    status, told = write(as_("officer-07282"), mine, "fields", fields={"position": "Trưởng bản", "Giới tính": "Nam"})
    assert (status, told) == (200, {"id": mine, "version": 2})
    assert world.look(mine).fields["position"] == "Trưởng bản"
    assert world.look(mine).fields["sex"] == "male"
    assert write(as_("officer-07282"), theirs, "fields", fields={"position": "Trưởng bản"})[0] == 404
    assert world.look(theirs).version == 1
    assert write(as_("reviewer"), mine, "fields", fields={"position": "Khác"})[0] == 403
    assert write(as_("officer-07282"), mine, "fields", fields={"cccd": "12"})[0] == 422
    assert world.look(mine).version == 2


def test_a_version_that_is_no_more_is_refused_and_one_key_writes_once(as_: As, world: World) -> None:
    mine = world.draft()
    officer = as_("officer-07282")
    key = {"Idempotency-Key": "một".encode().hex()}
    for _ in range(2):
        status, told = write(
            officer, mine, "fields", fields={"position": "Thôn trưởng"}, headers=key, expected_version=1
        )
        assert (status, told["version"]) == (200, 2)
    assert write(officer, mine, "fields", fields={"position": "Khác"}, expected_version=1)[0] == 409
    assert write(officer, mine, "fields", fields={"position": "Khác"}, headers={"If-Match": '"1"'})[0] == 412
    assert world.look(mine).fields["position"] == "Thôn trưởng"
    assert world.look(mine).version == 2


def test_under_embargo_a_unit_is_told_no_version_by_any_answer(as_: As, world: World) -> None:
    hidden = [world.advance(world.draft(), state) for state in (State.IN_REVIEW, State.SELECTED)]
    said = set()
    for identity in hidden:
        for version in (1, 3, world.look(identity).version):
            for what, more in (
                ("fields", {"fields": {"position": "Khác"}}),
                ("answers", {"anchor": "field:merit", "text": "Đã bổ sung."}),
            ):
                status, told = write(as_("head-07282"), identity, what, expected_version=version, **more)
                said.add((what, status, str(told).replace(identity, "ID")))
    assert len(said) == 2


def test_reviewers_score_judge_and_correct(as_: As, world: World) -> None:
    unsure = world.advance(world.draft(prior_awards="Giấy khen của UBND xã năm 2023"), State.IN_REVIEW)
    assert write(as_("reviewer"), unsure, "scores", points="87,5")[0] == 200
    assert world.look(unsure).score == 87.5
    assert write(as_("reviewer"), unsure, "scores", points="101")[0] == 422
    assert write(as_("observer"), unsure, "scores", points="1")[0] == 403
    judged = {"rule": "award.not_already_given", "verdict": "pass", "reason": "Giấy khen, thành tích khác."}
    assert write(as_("head-07282"), unsure, "judgements", **judged)[0] == 403
    assert write(as_("reviewer"), unsure, "judgements", **judged)[0] == 200
    assert [one.passed for one in world.look(unsure).judgements] == [True]
    slip = {"fields": {"position": "Trưởng bản"}, "reason": "Ghi nhầm chức vụ so với hồ sơ gốc."}
    assert write(as_("reviewer"), unsure, "corrections", **slip)[0] == 200
    assert write(as_("reviewer"), unsure, "corrections", fields={"merit": "Khác"}, reason="Ghi nhầm.")[0] == 409
    assert world.look(unsure).fields["position"] == "Trưởng bản"


def test_findings_are_answered_by_whom_they_are_addressed_to(as_: As, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    world.give_back(identity)
    answer = {"anchor": "field:merit", "text": "Đã bổ sung số liệu."}
    assert write(as_("reviewer"), identity, "answers", **answer)[0] == 403
    assert write(as_("officer-07330"), identity, "answers", **answer)[0] == 404
    assert write(as_("officer-07282"), identity, "answers", **answer)[0] == 200
    assert [finding.status for finding in world.look(identity).findings] == ["answered"]


def test_agencies_are_asked_and_their_answers_kept(as_: As, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_APPRAISAL)
    agency = "Công an tỉnh"
    assert write(as_("appraiser"), identity, "checks", agency=agency)[0] == 200
    assert as_("appraiser").step(identity, "approve").status_code == 409
    reply = {"agency": agency, "result": "clear", "text": "Công văn số 12/CAT ngày 12/12/2025."}
    assert write(as_("head-07282"), identity, "checks/replies", **reply)[0] == 403
    assert write(as_("appraiser"), identity, "checks/replies", **reply)[0] == 200
    assert as_("appraiser").step(identity, "approve").status_code == 200


def test_ties_are_settled_by_the_review_head(as_: As, world: World) -> None:
    one, other = (world.advance(world.draft(), State.ENDORSED) for _ in range(2))
    reason = "Thời gian gắn bó lâu hơn."
    assert write(as_("reviewer"), other, "settlements", above=one, reason=reason)[0] == 403
    assert write(as_("review-head"), other, "settlements", above="ZZZZZZZZ", reason=reason)[0] == 404
    assert write(as_("review-head"), other, "settlements", above=one, reason=reason)[0] == 200
    ranking = as_("review-head").get("/campaigns/thu/ranking", category="individual").json()["ranking"]
    assert [line["id"] for line in ranking] == [other, one]


@pytest.mark.parametrize("kind", list(Kind))
def test_a_campaign_is_decided_by_requests_alone(as_: As, world: World, kind: Kind) -> None:
    identity = world.advance(world.draft(kind), State.SELECTED)

    def campaign(who: str, what: str, **body: object) -> tuple[int, dict[str, object]]:
        answer = as_(who).call("POST", f"/campaigns/thu/{what}", json={"today": DAY, **body})
        return answer.status_code, answer.json()

    letter = {"number": "12/TTr-SDTTG", "date": DAY}
    assert campaign("head-07282", "submissions", **letter)[0] == 403
    assert campaign("appraisal-head", "submissions", **letter)[0] == 403
    status, told = campaign("review-head", "submissions", **letter)
    assert (status, told["moved"], told["number"]) == (200, [identity], "12/TTr-SDTTG")
    assert as_("appraisal-head").get("/campaigns/thu/decision").status_code == 404
    assert campaign("appraisal-head", "decision/steps", action="open")[0] == 200
    assert campaign("appraisal-head", "decision/steps", action="freeze")[0] == 409
    assert as_("appraiser").step(identity, "approve").status_code == 200
    assert campaign("appraisal-head", "decision/steps", action="enlist")[1]["moved"] == [identity]
    assert campaign("appraisal-head", "decision/steps", action="freeze")[1]["state"] == "frozen"
    signed = {"action": "sign", "number": "1386/QĐ-UBND", "date": DAY, "signer": "Người Ký Giả Định"}
    assert campaign("appraisal-head", "decision/steps", **signed)[0] == 403
    assert campaign("clerk", "decision/steps", action="sign")[0] == 422
    assert campaign("clerk", "decision/steps", **signed)[1]["moved"] == [identity]
    assert world.state(identity) is State.AWARDED
    decision = as_("observer").get("/campaigns/thu/decision").json()
    assert (decision["state"], decision["number"], decision["signer"]) == (
        "signed",
        "1386/QĐ-UBND",
        "Người Ký Giả Định",
    )
    assert as_("head-07282").get("/campaigns/thu/decision").status_code == 403
    assert campaign("review-head", "closing") == (200, {"moved": [], "refused": [], "applied": True, "warnings": []})
    revoked = {"action": "revoke", "nomination": identity, "number": "1400/QĐ-UBND", "date": DAY}
    reason = "Khai không đúng sự thật (khoản 2 Điều 93 Luật Thi đua, khen thưởng)."
    assert campaign("clerk", "decision/steps", **revoked, reason=reason)[0] == 200
    assert world.state(identity) is State.REVOKED


def test_outcomes_are_released_early_by_the_review_head_only(as_: As, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    assert as_("review-head").step(identity, "decline", reason="Chưa tiêu biểu (mục II.2.c).").status_code == 200
    for who, status in (("reviewer", 403), ("head-07282", 403), ("review-head", 200)):
        body = {"nominations": [identity], "today": DAY}
        assert as_(who).post("/campaigns/thu/releases", body).status_code == status
        assert world.look(identity).released is (status == 200)


def test_every_campaign_is_listed(as_: As) -> None:
    listed = as_("officer-07282").get("/campaigns").json()["campaigns"]
    assert [(one["code"], one["rehearsal"], one["decided"]) for one in listed] == [("thu", True, False)]


def test_a_unit_begins_a_dossier_for_itself_whole_or_not_at_all(as_: As, world: World) -> None:
    answers = {"Họ và tên": "Vi Thị Thử", "birth_date": "02/09/1975", "unit": "07282", "cccd": "099175000777"}

    def begin(who: str, **changed: str) -> tuple[int, dict[str, str]]:
        body = {"category": "individual", "fields": {**answers, **changed}, "today": DAY}
        answer = as_(who).post("/campaigns/thu/nominations", body)
        return answer.status_code, answer.json()

    status, told = begin("officer-07282", birth_date="31/02/1975", cccd="12")
    assert status == 422
    assert "Ngày sinh" in told["message"]
    assert "Số CCCD" in told["message"]
    assert begin("officer-07330")[0] == 403
    assert begin("reviewer")[0] == 403
    assert world.query("SELECT id FROM nomination") == []
    assert world.query("SELECT form FROM typed") == []
    status, told = begin("officer-07282")
    assert (status, world.state(told["id"])) == (200, State.DRAFT)
    assert world.look(told["id"]).fields["cccd"] == "099175000777"
    assert begin("officer-07282")[0] == 422


def test_the_queue_is_the_offices(as_: As, world: World) -> None:
    identity = world.advance(world.draft(name="Nông Văn Ngữ"), State.SUBMITTED)
    world.draft(unit="07330", name="Nông Văn Ngà")
    asked = {"state": "submitted", "q": "ngu"}
    assert as_("officer-07282").get("/campaigns/thu/queue", **asked).status_code == 403
    page = as_("reviewer").get("/campaigns/thu/queue", **asked).json()
    assert [(line["id"], line["unit"], line["state"]) for line in page["nominations"]] == [
        (identity, "07282", "submitted")
    ]
    assert (page["count"], page["more"]) == (1, False)
    first = as_("reviewer").get("/campaigns/thu/queue", order="name", limit=1).json()
    rest = as_("reviewer").get("/campaigns/thu/queue", order="name", limit=1, after=first["after"]).json()
    names = [line["name"] for line in (*first["nominations"], *rest["nominations"])]
    assert names == ["Nông Văn Ngà", "Nông Văn Ngữ"]


def test_points_by_criterion_and_recusals_are_told_to_offices_only(as_: As, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    campaign = world.query("SELECT config->'score'->'rubric' AS rubric FROM campaign")[0].rubric
    points = {one["key"]: str(one["max"]) for one in campaign}
    assert write(as_("reviewer"), identity, "scores", points={**points, "la": "1"})[0] == 422
    assert write(as_("reviewer"), identity, "scores", points=points)[0] == 200
    assert write(as_("reviewer2"), identity, "scores", points="50")[0] == 200
    assert write(as_("reviewer2"), identity, "recusals", reason="Là họ hàng của người được đề nghị.")[0] == 200
    assert write(as_("reviewer2"), identity, "scores", points="60")[0] == 403
    assert write(as_("head-07282"), identity, "recusals", reason="Không liên quan.")[0] == 403
    scores = as_("review-head").get(f"/nominations/{identity}/scores").json()
    assert (scores["mean"], scores["max"]) == (100, 100)
    assert [(one["name"], one["points"], one["recused"]) for one in scores["reviewers"]] == [
        ("reviewer", 100, False),
        ("reviewer2", 50, True),
    ]
    for what in ("scores", "versions", "others"):
        assert as_("head-07282").get(f"/nominations/{identity}/{what}").status_code == 403
        assert as_("head-07330").get(f"/nominations/{identity}/{what}").status_code == 404


def test_earlier_answers_are_told_with_who_wrote_them(as_: As, world: World) -> None:
    identity = world.draft()
    assert (
        write(as_("officer-07282"), identity, "fields", fields={"position": "Trưởng bản", "ethnicity": "Tày"})[0] == 200
    )
    told = as_("reviewer").get(f"/nominations/{identity}/versions").json()["versions"]
    assert [(one["version"], one["first"], one["by"]) for one in told] == [
        (2, False, "officer-07282"),
        (1, True, "officer-07282"),
    ]
    assert told[0]["changes"] == [
        {"field": "ethnicity", "before": "Nùng", "now": "Tày"},
        {"field": "position", "before": "Trưởng thôn", "now": "Trưởng bản"},
    ]
    told = as_("observer").get(f"/nominations/{identity}/versions").json()["versions"]
    assert [one["field"] for one in told[0]["changes"]] == ["position"]


def test_a_nominee_named_twice_and_coverage_are_told_to_offices(as_: As, world: World) -> None:
    one = world.advance(world.draft(cccd="099180999999"), State.SUBMITTED)
    other = world.advance(world.draft(cccd="099180999999", unit="07330"), State.SUBMITTED)
    others = as_("reviewer").get(f"/nominations/{one}/others").json()["others"]
    assert [(found["id"], found["shared"]) for found in others] == [(other, ["số CCCD"])]
    shares = as_("observer").get("/campaigns/thu/coverage", category="individual").json()
    assert {share["code"]: share["nominated"] for share in shares["communes"] if share["nominated"]} == {
        "07282": 1,
        "07330": 1,
    }
    assert as_("head-07282").get("/campaigns/thu/coverage", category="individual").status_code == 403
    assert as_("head-07282").get(f"/nominations/{one}/papers").json() == {"id": one, "papers": []}
