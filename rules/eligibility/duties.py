"""Annual duties completed well, year by year of the programme."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from rules.eligibility.outcomes import fails, passes, unknown
from rules.facts import Facts
from rules.parameters import parameter
from rules.registry import Need, Outcome, rule
from rules.vocabulary import RATING_LABELS, Kind, Party, Rating

LOWER = (Rating.COMPLETED, Rating.NOT_COMPLETED)


@rule(
    "duties.completed_well",
    applies_to=(Kind.INDIVIDUAL,),
    citations=("KH2025.II.2.c", "QD86.7"),
    reads=("rated_years", "field:rating_{year}", "today"),
)
def duties_completed_well(facts: Facts) -> Outcome:
    """Cá nhân phải hoàn thành tốt nhiệm vụ trở lên ở mọi năm công tác thuộc giai đoạn."""
    ratings = {year: _rating(facts, year) for year in facts.rated_years}
    lower = [f"năm {year} “{RATING_LABELS[r]}”" for year, r in ratings.items() if r is not None and r in LOWER]
    if lower:
        return fails(f"Xếp loại dưới mức hoàn thành tốt nhiệm vụ: {', '.join(lower)}.")
    if all(r is Rating.NOT_SERVING for r in ratings.values()):
        return fails(f"Chưa công tác trong cả giai đoạn: {_years(facts.rated_years)}.")
    if open_years := _open_years(ratings, facts.today):
        first, *further = _needs(open_years)
        return unknown(_said_of(ratings, open_years), first.who, first.what, *further)
    last = max(ratings)
    if ratings[last] is Rating.UNRATED:
        until = f"{_unrated_until(last):%d/%m/%Y}"
        return passes(f"Năm {last} chưa xếp loại, được bổ sung đến hết {until}; các năm khác đạt.", note=True)
    return passes("Mọi năm công tác đều hoàn thành tốt hoặc hoàn thành xuất sắc nhiệm vụ.")


def _open_years(ratings: dict[int, Rating | None], today: date) -> dict[int, Party]:
    """The years that do not speak for themselves, each with who must speak: the unit supplies or the office judges."""
    last = max(ratings)
    parties: dict[int, Party] = {}
    for year, rating in ratings.items():
        if rating is None or (rating is Rating.UNRATED and year == last and today > _unrated_until(last)):
            parties[year] = Party.UNIT
        elif rating is Rating.NOT_APPLICABLE or (rating is Rating.UNRATED and year != last):
            parties[year] = Party.REVIEW_OFFICE
    return parties


def _needs(open_years: dict[int, Party]) -> list[Need]:
    """What the unit supplies comes first: the office judges the whole of what is then there."""
    supply = [year for year, party in open_years.items() if party is Party.UNIT]
    judge = [year for year, party in open_years.items() if party is Party.REVIEW_OFFICE]
    needs = [Need(Party.UNIT, f"Bổ sung kết quả xếp loại {_years(supply)}.")] if supply else []
    what = f"Xem xét mức hoàn thành nhiệm vụ {_years(judge)}, kết luận đạt hoặc không đạt."
    return [*needs, Need(Party.REVIEW_OFFICE, what)] if judge else needs


def _said_of(ratings: dict[int, Rating | None], open_years: Iterable[int]) -> str:
    said: dict[str, list[int]] = {}
    for year in open_years:
        rating = ratings[year]
        said.setdefault(f"ghi “{RATING_LABELS[rating]}”" if rating else "chưa ghi xếp loại", []).append(year)
    return f"Chưa đủ căn cứ: {'; '.join(f'{_years(years)} {what}' for what, years in said.items())}."


def _rating(facts: Facts, year: int) -> Rating | None:
    """What the dossier says of `year`; None when it says nothing readable."""
    value = facts.fields.get(f"rating_{year}")
    return Rating(value) if isinstance(value, str) and value in set(Rating) else None


def _unrated_until(last_year: int) -> date:
    end = date(last_year, 12, 31)
    return end + timedelta(days=int(parameter("duties.unrated_days_after_year", end)))


def _years(years: Sequence[int]) -> str:
    return ("năm " if len(years) == 1 else "các năm ") + ", ".join(str(year) for year in years)
