"""The life cycle as a table: whole, readable on one screen, closed, and explained where it says no."""

from collections import Counter
from pathlib import Path

import pytest

from rules import citations, lifecycle
from rules.errors import StateRefusedError
from rules.lifecycle import LIFE_CYCLE, PARTY_OF, REVERSES, Slot, To, When, applies, find_move, moves_from
from rules.vocabulary import (
    ACTION_LABELS,
    CLOSABLE,
    FINAL,
    HOLDING,
    MAY_HOLD,
    REOPENABLE,
    STAFF_LABELS,
    UNIT_LABELS,
    Action,
    Role,
    State,
)

SOURCE = Path(lifecycle.__file__).read_text(encoding="utf-8")


def test_it_fits_on_one_screen_with_every_cell_written() -> None:
    start = SOURCE.index("LIFE_CYCLE: tuple")
    lines = SOURCE[start : SOURCE.index("\n)\n", start)].splitlines()
    rows = [line for line in lines if line.startswith("    Move(")]
    assert len(lines) + 1 <= 45
    assert len(rows) == len(LIFE_CYCLE)
    assert all(move.sources and move.source for move in LIFE_CYCLE)


def test_every_source_is_a_provision_we_know() -> None:
    known = citations.citations()
    assert {move.source for move in LIFE_CYCLE} <= set(known)


def test_every_state_can_be_reached_from_a_draft() -> None:
    reached, front = {State.DRAFT}, [State.DRAFT]
    while front:
        onward = {move.target for move in moves_from(front.pop())} - reached
        reached |= onward
        front += onward
    assert reached == set(State)


def test_final_states_have_no_way_out_but_revocation_and_all_others_have_one() -> None:
    for state in State:
        ways = {move.action for move in moves_from(state)}
        if state in FINAL:
            assert ways == ({Action.REVOKE} if state is State.AWARDED else set())
        else:
            assert ways


def test_an_action_from_a_state_finds_one_row_whatever_the_dossier_is() -> None:
    situations = [(holds, left) for holds in (True, False) for left in (None, *State)]
    for state in State:
        for action in Action:
            for holds, left in situations:
                rows = [
                    move
                    for move in LIFE_CYCLE
                    if move.action is action
                    and state in move.sources
                    and applies(move.when, holds_slot=holds, left=left)
                ]
                assert len(rows) <= 1, (state, action, holds, left)


def test_every_word_is_used_and_every_label_there() -> None:
    assert {move.action for move in LIFE_CYCLE} == set(Action)
    assert {move.when for move in LIFE_CYCLE} == set(When)
    assert {move.slot for move in LIFE_CYCLE} == set(Slot)
    assert {to for move in LIFE_CYCLE for to in move.letters} == set(To) == set(PARTY_OF)
    assert set(STAFF_LABELS) == set(UNIT_LABELS) == set(State)
    assert set(ACTION_LABELS) == set(Action)


def test_nobody_who_only_writes_watches_or_administers_moves_a_dossier() -> None:
    movers = {move.by for move in LIFE_CYCLE}
    assert movers == set(Role) - {Role.UNIT_OFFICER, Role.OBSERVER, Role.ADMINISTRATOR}


def test_no_row_writes_to_one_party_twice() -> None:
    for move in LIFE_CYCLE:
        assert max(Counter(PARTY_OF[to] for to in move.letters).values(), default=1) == 1, move


def test_a_place_is_taken_once_kept_while_it_is_due_and_never_left_behind() -> None:
    assert [(move.action, move.target) for move in LIFE_CYCLE if move.slot is Slot.TAKES] == [
        (Action.SELECT, State.SELECTED)
    ]
    may_have = {*HOLDING, *MAY_HOLD}
    for move in LIFE_CYCLE:
        if move.slot is Slot.FREES:
            assert move.target not in HOLDING, move
        if any(source in may_have for source in move.sources) and move.target not in may_have:
            endorsing = move.action is Action.ENDORSE and move.when is When.NO_SLOT
            assert endorsing or move.slot is Slot.FREES, move
        if move.target in HOLDING and move.slot is not Slot.TAKES:
            assert move.when is When.HOLDS_SLOT or set(move.sources) <= set(HOLDING), move


def test_groups_of_states_agree_with_the_table() -> None:
    assert set(REOPENABLE) == {s for m in LIFE_CYCLE if m.action is Action.REOPEN for s in m.sources}
    assert set(CLOSABLE) == {s for m in LIFE_CYCLE if m.action is Action.CLOSE for s in m.sources}
    assert set(REVERSES) == {Action.RECALL, Action.REOPEN}


@pytest.mark.parametrize(
    ("state", "action", "words"),
    [
        (State.DRAFT, Action.ACCEPT, "Không thể tiếp nhận khi hồ sơ ở trạng thái “Bản nháp”. Có thể: nộp hồ sơ, rút"),
        (State.REVOKED, Action.REOPEN, "Có thể: không có bước nào."),
        (State.LISTED, Action.REFUSE, "Có thể: đưa ra khỏi danh sách trình quyết định, tặng Bằng khen."),
    ],
)
def test_a_refusal_names_what_can_be_done_instead(state: State, action: Action, words: str) -> None:
    with pytest.raises(StateRefusedError) as refused:
        find_move(state, action, holds_slot=False, left=None)
    assert words in refused.value.message
