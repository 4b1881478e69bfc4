"""The guards of the schema: its constraints, unique indexes, triggers and functions, as they are and should be."""

from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

LISTING = Path(__file__).parent / "migrations" / "guards.txt"
# One line each: what it is, its table (or the function's name), and how PostgreSQL itself writes it down.
FOUND = """
SELECT format('constraint %s %s %s', t.relname, c.conname, pg_get_constraintdef(c.oid))
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
    WHERE t.relnamespace = 'public'::regnamespace AND c.contype IN ('c', 'p', 'u', 'f', 'x')
UNION ALL SELECT format('index %s %s%s', t.relname, pg_get_indexdef(i.indexrelid),
        CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END)
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
    WHERE t.relnamespace = 'public'::regnamespace AND i.indisunique
        AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
UNION ALL SELECT format('trigger %s %s%s', t.relname, pg_get_triggerdef(g.oid),
        CASE WHEN g.tgenabled IN ('O', 'A') THEN '' ELSE ' DISABLED' END)
    FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
    WHERE t.relnamespace = 'public'::regnamespace AND NOT g.tgisinternal
UNION ALL SELECT DISTINCT format('trigger %s of %s DISABLED', t.relname, coalesce(c.conname, 'PostgreSQL'))
    FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid LEFT JOIN pg_constraint c ON c.oid = g.tgconstraint
    WHERE t.relnamespace = 'public'::regnamespace AND g.tgisinternal AND g.tgenabled NOT IN ('O', 'A')
UNION ALL SELECT format('rule %s %s', tablename, rulename) FROM pg_rules WHERE schemaname = 'public'
UNION ALL SELECT format('function %s %s%s %s', p.proname, encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex'),
        CASE WHEN p.prosecdef THEN ' SECURITY DEFINER' ELSE '' END, array_to_string(p.proconfig, ','))
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
"""


def found_guards(session: Session) -> set[str]:
    """The guards the database has now, everything in its schema included."""
    return {str(line).strip() for line in session.scalars(text(FOUND))}


@cache
def expected_guards() -> frozenset[str]:
    """The guards a freshly migrated database has; a test keeps the listing true."""
    return frozenset(LISTING.read_text(encoding="utf-8").splitlines())


def kind_and_owner(line: str) -> tuple[str, str]:
    """What a line is about: `trigger` and `trail`."""
    kind, owner, _ = line.split(" ", 2)
    return kind, owner


def lost_guards(session: Session) -> tuple[list[str], list[str]]:
    """Guards that are missing (or changed, or switched off), and unexpected ones on our own tables."""
    expected, found = expected_guards(), found_guards(session)
    ours = {kind_and_owner(line)[1] for line in expected}
    functions = {line for line in found if kind_and_owner(line)[0] == "function"}
    strange = {line for line in found - expected - functions if kind_and_owner(line)[1] in ours}
    return sorted(expected - found), sorted(strange)
