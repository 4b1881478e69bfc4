"""One achievement, one award of a level."""

from rules.eligibility.outcomes import fails, passes, quoted, said, unknown
from rules.facts import Facts
from rules.registry import Outcome, rule
from rules.text import WORD, identity_key, search_key
from rules.vocabulary import Party

# Of the same level as the Chairman's Bằng khen, or above it.
SAME_OR_HIGHER = ("bằng khen", "cờ thi đua", "huân chương", "huy chương", "thủ tướng", "chủ tịch nước")
NEGATIONS = ("không", "chưa")


@rule("award.not_already_given", citations=("LUAT.5.2",), reads=("field:prior_awards",))
def award_not_already_given(facts: Facts) -> Outcome:
    """Thành tích đã được khen ở cùng mức hoặc mức cao hơn thì không khen thưởng lần nữa."""
    prior = facts.fields.get("prior_awards")
    if prior is False:
        return passes("Chưa được khen thưởng cho thành tích này.")
    answer = said(prior)
    if not answer:
        return unknown(
            "Chưa ghi hình thức khen thưởng đã nhận cho thành tích này.",
            Party.REVIEW_OFFICE,
            "Đối chiếu hình thức khen thưởng đã nhận, kết luận đạt hoặc không đạt.",
        )
    words = [identity_key(word) for word in WORD.findall(answer)]
    denied = any(_starts(words, (negation,)) for negation in NEGATIONS)
    if not denied and any(_mentions(words, phrase) for phrase in SAME_OR_HIGHER):
        return fails(f"Đã được khen ở cùng mức hoặc mức cao hơn cho thành tích này: {quoted(answer)}.")
    return unknown(
        f"Hồ sơ ghi {quoted(answer)}.",
        Party.REVIEW_OFFICE,
        "Xem xét hình thức khen thưởng đã nêu có cùng thành tích hay không, kết luận đạt hoặc không đạt.",
    )


def _mentions(words: list[str], phrase: str) -> bool:
    """Whether the words of `phrase` follow each other, each written with its diacritics or with none at all."""
    wanted = tuple(phrase.split())
    return any(_starts(words[at:], wanted) for at in range(len(words)))


def _starts(words: list[str], wanted: tuple[str, ...]) -> bool:
    return len(words) >= len(wanted) and all(
        word in {identity_key(want), search_key(want)} for word, want in zip(words, wanted, strict=False)
    )
