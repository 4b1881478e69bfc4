"""Pictures: parts that fill a bar, columns that fill a chart."""

from datetime import date

from web.pictures import columns, shares

FIRST, LAST = date(2025, 10, 20), date(2025, 11, 30)


def test_parts_fill_the_bar_in_order_and_empty_ones_are_left_out() -> None:
    found = shares([("draft", "Bản nháp", 1), ("submitted", "Đã nộp", 0), ("in_review", "Đang xét", 3)])
    assert [(part.key, part.number, part.x, part.width, part.middle) for part in found] == [
        ("draft", 1, 0, 25, 12.5),
        ("in_review", 3, 25, 75, 62.5),
    ]


def test_a_figure_stands_only_where_it_has_room() -> None:
    found = shares([("draft", "", 1), ("submitted", "", 99)])
    assert [part.legible for part in found] == [False, True]


def test_a_bar_of_a_whole_leaves_the_rest_empty_and_nothing_is_no_bar() -> None:
    (part,) = shares([("held", "", 3)], 15)
    assert (part.x, part.width) == (0, 20)
    assert shares([("held", "", 0)], 15) == ()
    assert shares([]) == ()


def test_a_column_for_every_day_and_how_far_the_days_are_gone() -> None:
    found = columns({date(2025, 11, 3): 4, date(2025, 11, 5): 1}, FIRST, LAST, date(2025, 11, 4))
    assert len(found) == 42
    assert [(c.first, c.number, c.height) for c in found if c.number] == [
        (date(2025, 11, 3), 4, 100),
        (date(2025, 11, 5), 1, 25),
    ]
    assert [c.first for c in found if c.begun][-1] == date(2025, 11, 4)
    assert (found[0].x, found[-1].x + found[-1].width) <= (0, 100)


def test_a_long_intake_is_told_by_weeks() -> None:
    found = columns({date(2025, 1, 1): 2, date(2025, 1, 7): 3, date(2025, 1, 8): 1}, date(2025, 1, 1), LAST, LAST)
    assert [(c.first, c.last, c.number) for c in found[:2]] == [
        (date(2025, 1, 1), date(2025, 1, 7), 5),
        (date(2025, 1, 8), date(2025, 1, 14), 1),
    ]
    assert found[-1].last == LAST
