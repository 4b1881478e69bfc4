"""Invariants of the schema: every guard in place and on, no row without what it refers to, no right too many."""

from collections.abc import Iterable

from sqlalchemy import text
from sqlmodel import Session

from engine.invariants.registry import invariant, rows
from models.chain import Problem
from models.guards import kind_and_owner, lost_guards
from models.schema import APPLICATION, DELETABLE, INSERT_ONLY, READ_ONLY

SHOWN = 160  # characters of a guard in a message
REFERENCES = """
SELECT c.conname, c.conrelid::regclass::text, c.confrelid::regclass::text,
    ARRAY(SELECT quote_ident(a.attname) FROM unnest(c.conkey) WITH ORDINALITY k (n, i)
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n ORDER BY k.i),
    ARRAY(SELECT quote_ident(a.attname) FROM unnest(c.confkey) WITH ORDINALITY k (n, i)
        JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.n ORDER BY k.i)
FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace ORDER BY 1
"""
RIGHTS = """
SELECT t.relname, p.priv FROM pg_class t CROSS JOIN unnest(CAST(:rights AS text[])) AS p (priv)
WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p')
    AND (has_table_privilege(CAST(:role AS name), t.oid, p.priv)
        OR (p.priv IN ('INSERT', 'UPDATE') AND has_any_column_privilege(CAST(:role AS name), t.oid, p.priv)))
ORDER BY 1, 2
"""
POWERS = """
SELECT 'role:' || r.rolname, w.word FROM pg_roles r CROSS JOIN LATERAL (VALUES
    (r.rolsuper, 'là quản trị máy chủ (SUPERUSER)'),
    (r.rolreplication, 'có quyền REPLICATION'),
    (r.rolbypassrls, 'có quyền BYPASSRLS'),
    (EXISTS (SELECT 1 FROM pg_class t WHERE t.relnamespace = 'public'::regnamespace
        AND pg_has_role(r.oid, t.relowner, 'MEMBER')), 'là chủ sở hữu, hoặc thuộc vai trò chủ sở hữu, của bảng')
) AS w (has, word) WHERE r.rolname = :role AND w.has
"""
BEYOND = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER")  # rights that change something


@invariant("Mọi ràng buộc, trình kích hoạt của cơ sở dữ liệu còn nguyên và đang bật")
def guards_in_place(session: Session) -> Iterable[Problem]:
    """Constraints, unique indexes, triggers and their functions, as PostgreSQL lists them."""
    missing, strange = lost_guards(session)
    for words, lines in (("thiếu hoặc đã bị sửa", missing), ("lạ hoặc đã bị tắt", strange)):
        for line in lines:
            kind, owner = kind_and_owner(line)
            yield Problem(f"{'function' if kind == 'function' else 'table'}:{owner}", 0, f"{words}: {line[:SHOWN]}")
    mode = session.scalar(text("SELECT current_setting('session_replication_role')"))
    if mode != "origin":
        yield Problem(
            f"role:{APPLICATION}", 0, f"trình kích hoạt bị tắt cho cả phiên (session_replication_role = {mode})"
        )


@invariant("Không dòng dữ liệu nào trỏ đến một dòng không tồn tại")
def references_hold(session: Session) -> Iterable[Problem]:
    """Every foreign key, checked again: switched-off triggers do not check them."""
    for name, child, parent, columns, keys in session.execute(text(REFERENCES)).all():
        given = " AND ".join(f"c.{column} IS NOT NULL" for column in columns)
        same = " AND ".join(f"p.{key} = c.{column}" for column, key in zip(columns, keys, strict=True))
        query = f"SELECT count(*) FROM {child} c WHERE {given} AND NOT EXISTS (SELECT 1 FROM {parent} p WHERE {same})"  # noqa: S608 - names the catalogue quoted
        if lost := session.scalar(text(query)):
            yield Problem(f"table:{child}", 0, f"{lost} dòng trỏ đến “{parent}” không tồn tại ({name})")


@invariant("Tài khoản ứng dụng không có quyền sửa, xóa nhật ký hay tắt ràng buộc")
def application_has_no_right_too_many(session: Session) -> Iterable[Problem]:
    """The application's role: no owner, no superuser, and only the rights models/schema.py grants."""
    subject = f"role:{APPLICATION}"
    if session.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": APPLICATION}) is None:
        yield Problem(subject, 0, "vai trò không tồn tại")
        return
    yield from rows(session, POWERS, role=APPLICATION)
    for table, right in session.execute(text(RIGHTS), {"rights": list(BEYOND), "role": APPLICATION}):
        if right not in granted(table):
            yield Problem(subject, 0, f"có quyền {right} trên bảng “{table}”")


def granted(table: str) -> tuple[str, ...]:
    """What the application may change in a table."""
    if table in READ_ONLY:
        return ()
    changing = ("INSERT",) if table in INSERT_ONLY else ("INSERT", "UPDATE")
    return (*changing, "DELETE") if table in DELETABLE else changing
