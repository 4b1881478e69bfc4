"""docs/rules.md: every eligibility rule, every provision cited and every number of the law, with days of effect."""

from datetime import date

from docs.markdown import PAGE_HEAD, table
from rules.citations import Citation, citations
from rules.dated import Certainty
from rules.eligibility import RULES
from rules.lifecycle import LIFE_CYCLE
from rules.parameters import parameters
from rules.registry import EVERYBODY, Rule

INTRODUCTION = """# The rules

What `rules/eligibility/`, `rules/citations.yaml` and `rules/parameters.yaml` say. A rule reads the facts of one dossier
on one day and finds *pass*, *fail* or *unknown*; any fail makes the dossier ineligible, else any unknown incomplete.
An unknown says who must supply or judge what. A provision is cited only on the days it is in force."""
CERTAINTY = {
    Certainty.TEXT: "the legal text itself was read",
    Certainty.SECONDARY: "a secondary source says so",
    Certainty.INFERRED: "inferred or computed",
    Certainty.MEMORY: "from memory, unverified",
}


def page() -> str:
    """docs/rules.md."""
    sure = "; ".join(f"**{letter}** {words}" for letter, words in CERTAINTY.items())
    parts = [
        PAGE_HEAD,
        INTRODUCTION,
        "## Eligibility",
        table(("rule", "for", "what a refused reader is told", "reads", "cites"), [row_of(rule) for rule in RULES]),
        "## Provisions",
        f"How sure we are: {sure}.",
        table(
            ("id", "as it is cited", "from", "to", "sure", "what it says", "rests on it"),
            [provision(one) for one in citations().values()],
        ),
        "## Numbers",
        "A number never changes in place: it gets an end, and a new value follows.",
        table(("number", "value", "from", "to", "sure", "source", "note"), numbers()),
    ]
    return "\n\n".join(parts) + "\n"


def row_of(rule: Rule) -> tuple[str, ...]:
    """One rule."""
    everybody = set(rule.applies_to) == set(EVERYBODY)
    reads = ", ".join(f"`{name}`" for name in rule.reads)
    cites = "; ".join(f"{key} ({period(citations()[key].since, citations()[key].until)})" for key in rule.citations)
    return (f"`{rule.code}`", "all" if everybody else ", ".join(rule.applies_to), rule.sentence, reads, cites)


def provision(one: Citation) -> tuple[str, ...]:
    """One provision, with the rules and steps that rest on it."""
    rules = [f"`{rule.code}`" for rule in RULES if one.id in rule.citations]
    steps = [f"*{move.action}*" for move in LIFE_CYCLE if move.source == one.id]
    users = ", ".join(dict.fromkeys((*rules, *steps))) or "–"
    return (one.id, one.text, shown(one.since), shown(one.until), one.certainty, one.note, users)


def numbers() -> list[tuple[str, ...]]:
    """Every value of every number."""
    return [
        (f"`{name}`", f"{one.value}", shown(one.since), shown(one.until), one.certainty, one.source, one.note)
        for name, values in parameters().items()
        for one in values
    ]


def period(since: date, until: date | None) -> str:
    """From when to when, in words."""
    return f"from {shown(since)}" if until is None else f"{shown(since)} to {shown(until)}"


def shown(day: date | None) -> str:
    """A day as Vietnamese papers write it; a dash for no end."""
    return f"{day:%d/%m/%Y}" if day else "–"
