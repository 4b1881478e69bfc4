"""What a unit has: never more than the embargo allows, until when, what is missing; several sent as one plan."""

from datetime import date

import pytest

from engine.desk import desk_view, outcome_view, progress_view, unit_eyes
from engine.eyes import Eyes
from engine.missing import fields_read, missing_while_typing
from engine.sending import send
from rules.errors import MalformedError, NotFoundError, StaleError
from rules.vocabulary import Action, Kind, State
from tests.world import World

OWN = Eyes(own=frozenset({"07282"}))
HEAD = "head-07282"


def test_who_works_in_an_office_besides_sees_here_what_units_see(world: World) -> None:
    one = world.advance(world.draft(), State.SELECTED)
    world.change("INSERT INTO account_role SELECT id, '07282', 'unit_officer' FROM account WHERE name = 'reviewer'")
    with world.acting("reviewer") as (session, context):
        assert unit_eyes(context) == OWN
        (line,) = desk_view(session, context)
        assert (line["state"], line["version"], line["due"], line["missing"]) == ("in_review", None, None, None)
        assert outcome_view(session, context, world.look(one), unit_eyes(context)) is None


def test_deadlines_are_the_intakes_or_the_returns_and_nobody_elses(world: World) -> None:
    draft, back = world.draft(), world.advance(world.draft(), State.IN_REVIEW)
    asked = world.advance(world.draft(), State.IN_APPRAISAL)
    question = (("field:merit", "Nêu rõ."),)
    world.step(asked, Action.QUERY, "appraiser", findings=question, due=date(2025, 11, 27))
    world.give_back(back, due=date(2025, 11, 24))
    with world.acting(HEAD) as (_, context):
        seen = {one: progress_view(context, world.look(one), OWN) for one in (draft, back, asked)}
    assert {one: (view["due"], view["left"], view["open"]) for one, view in seen.items()} == {
        draft: (date(2025, 11, 30), 6, 0),
        back: (date(2025, 11, 24), 2, 1),
        asked: (None, None, 0),
    }


def test_an_outcome_is_told_once_it_may_be(world: World) -> None:
    one, declined = world.draft(), world.advance(world.draft(), State.ENDORSED)
    world.step(declined, Action.DECLINE, "review-head", reason="Mục II.2.c Kế hoạch")
    world.advance(one, State.AWARDED)
    with world.acting(HEAD) as (session, context):
        awarded = outcome_view(session, context, world.look(one), OWN)
        other = outcome_view(session, context, world.look(declined), OWN)
    assert awarded == {
        "state": "awarded",
        "label": "Được tặng Bằng khen",
        "decision": {"number": "1234/QĐ-UBND", "dated": date(2025, 11, 20), "serial": 1},
    }
    assert other == {"state": "declined", "label": "Không được khen thưởng", "decision": None}


def test_what_is_missing_follows_what_is_typed_and_stays_in_ones_own_units(world: World) -> None:
    one = world.draft(merit=None)
    with world.acting(HEAD) as (session, context):

        def points(texts: dict[str, str], *, new: bool = False) -> list[str] | None:
            dossier = None if new else world.look(one)
            found = missing_while_typing(session, context, "individual", dossier, texts, OWN)
            return None if found is None else [point["rule"] for point in found["points"]]

        assert points({}) == ["merit.described"]
        assert points({"merit": "Vận động 12 hộ."}) == []
        assert points({"merit": "x", "breach": "Cảnh cáo ngày 12/05/2022"}) == ["conduct.no_breach"]
        assert points({"name": "Vi A"}, new=True) is None
        assert points({"unit": "07330"}, new=True) is None
        assert "merit.described" in (points({"unit": "07282"}, new=True) or [])
        assert fields_read(context, Kind.INDIVIDUAL, "rule:duties.completed_well") == "rating_2021"
        assert fields_read(context, Kind.INDIVIDUAL, "paper:minutes") == "minutes"
        assert fields_read(context, Kind.INDIVIDUAL, "rule:nominee.named_once") is None
    assert world.look(one).version == 1


@pytest.mark.parametrize(
    ("dry_run", "skip", "applied"), [(True, True, False), (False, False, False), (False, True, True)]
)
def test_several_are_sent_or_none(world: World, *, dry_run: bool, skip: bool, applied: bool) -> None:
    whole, lacking = world.draft(), world.draft(letter=None)
    with world.acting(HEAD) as (session, context):
        outcome, stands = send(session, context, {whole: 1, lacking: 1}, OWN, dry_run=dry_run, skip_refused=skip)
    assert ([one.id for one in outcome.moved], [one.id for one in outcome.refused]) == ([whole], [lacking])
    assert stands is applied
    assert world.state(whole) is (State.SUBMITTED if applied else State.DRAFT)
    assert world.state(lacking) is State.DRAFT
    assert bool(world.letters(whole)) is applied
    world.assert_sound()


def test_what_moved_or_is_anothers_sends_nothing(world: World) -> None:
    one, theirs = world.draft(), world.draft(unit="07330")
    for versions, error in (({one: 7}, StaleError), ({one: 1, theirs: 1}, NotFoundError), ({}, MalformedError)):
        with world.acting(HEAD) as (session, context), pytest.raises(error):
            send(session, context, versions, OWN, dry_run=False)
    assert {world.state(one), world.state(theirs)} == {State.DRAFT}
