"""Who tries what from where, and what should come of it: shared by everything that tries it over HTTP.

What the table allows is written by hand in tests/engine/test_matrix.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rules.vocabulary import Action, Role
from tests.engine.test_matrix import PLACES, expected
from tests.web.standings import UNDECIDED
from tests.world import World

# These carry evidence of their own and have no route (yet): nobody takes them as a plain step.
ELSEWHERE = {"forward", "enlist", "award", "revoke", "close", "lapse"}
PLAIN = [action.value for action in Action if action.value not in ELSEWHERE]
# role → who holds it where it counts for a dossier of unit 07282, and who holds it elsewhere
PEOPLE = {
    "unit_officer": ("officer-07282", "officer-07330"),
    "unit_head": ("head-07282", "head-07330"),
    "review_officer": ("reviewer", "review_officer@SNV"),
    "review_head": ("review-head", "review_head@SNV"),
    "appraisal_officer": ("appraiser", "appraisal_officer@SDTTG"),
    "appraisal_head": ("appraisal-head", "appraisal_head@SDTTG"),
    "decision_clerk": ("clerk", "decision_clerk@UBND"),
    "observer": ("observer", "observer@SDTTG"),
    "administrator": ("admin", "administrator@SDTTG"),
}
MISPLACED = {elsewhere for _, elsewhere in PEOPLE.values() if "@" in elsewhere}
SEE_EVERYTHING = {"decision_clerk", "observer", "administrator"}  # wherever they are
STATUSES = {"role": 403, "state": 409}
NOT_FOUND = 404
DIGEST = "md5(coalesce(string_agg(t::text, '' ORDER BY t::text), ''))"
# Looking leaves marks of its own: that a CCCD was seen (on the looker's chain), and when a session was used last.
BESIDES = {
    "trail": "SELECT * FROM trail WHERE tag <> 'account:cccd:seen'",
    "chain": "SELECT * FROM chain WHERE subject NOT LIKE 'account:%'",
    "web_session": "SELECT sha256, account_id, csrf, ended_at, rehearsal_day, awaits_code FROM web_session",
}


def wanted(action: str, role: str, place: str, standing: str) -> tuple[int, str | None]:
    """The status, and the state it leads to or the code of the refusal."""
    here = place == PLACES[role][0]
    if not here and role not in SEE_EVERYTHING:
        return NOT_FOUND, None
    found = expected(action, role, place, standing)
    return (STATUSES[found], found) if found in STATUSES else (200, found)


def cases(action: str, standings: tuple[str, ...]) -> Iterator[tuple[str, str, str, tuple[int, str | None]]]:
    """(standing, role, account, what should happen) for one action."""
    for standing in standings:
        for role, (here, elsewhere) in PEOPLE.items():
            for name, place in zip((here, elsewhere), PLACES[role], strict=True):
                yield standing, role, name, wanted(action, role, place, standing)


def allowed() -> list[tuple[str, str, str, str]]:
    """(action, standing, account, target) of everything that succeeds."""
    found = [
        (action, standing, name, str(should[1]))
        for action in PLAIN
        for standing, _, name, should in cases(action, UNDECIDED)
        if should[0] == 200
    ]
    return sorted(found, key=lambda case: case[3] == "selected")  # which would come along when another is forwarded


def place_people(world: World, folder: Path) -> list[str]:
    """Give those who hold a role elsewhere their accounts; the names of everybody."""
    for role, (_, elsewhere) in PEOPLE.items():
        if elsewhere in MISPLACED:
            world.account(folder, elsewhere, (Role(role), PLACES[role][1]))
    return [name for pair in PEOPLE.values() for name in pair]


def digests(world: World) -> dict[str, str]:
    """What is stored, table by table."""
    tables = [row[0] for row in world.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")]
    rows = {table: BESIDES.get(table, f'TABLE "{table}"') for table in tables}
    columns = ", ".join(f"(SELECT {DIGEST} FROM ({these}) t)" for these in rows.values())  # noqa: S608 - our tables
    (row,) = world.query(f"SELECT {columns}")
    return dict(zip(tables, row, strict=True))


@contextmanager
def nothing_changes(world: World) -> Iterator[None]:
    """What is stored is the same at the end of the block."""
    before = digests(world)
    yield
    after = digests(world)
    assert {table for table in before if before[table] != after[table]} == set()
