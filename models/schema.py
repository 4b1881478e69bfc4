"""Bring a database to the present schema, and give the application's role exactly what it needs."""

from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from rules.errors import SchemaError

SCHEMA = "0006"  # the newest revision; a test keeps it equal to Alembic's head
UNKNOWN = "0000"  # a schema whose revision was lost: older than any
NO_WAY = "Không nâng cấp được: lược đồ {} không phải của chương trình này. Hãy khôi phục cơ sở dữ liệu từ bản sao lưu."
LOCK = 0x56696E68  # advisory lock held while migrating, so that two processes do not migrate at once
APPLICATION = "vinhdanh_app"
READ_ONLY = ("alembic_version", "chain", "queue_line", "mark")
INSERT_ONLY = (
    "trail", "checkpoint", "disclosure", "duty", "author", "amendment", "register_entry", "settlement", "paper",
    "answer", "file", "oidc_identity", "recusal", "letter_read",
)  # fmt: skip
DELETABLE = ("slot", "typed", "attempt", "score_part", "delegation")


def stored_schema(connection: Connection) -> str | None:
    """The revision a database is at, UNKNOWN when it has our tables but no revision, or None when it is empty."""
    if connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return None if connection.scalar(text("SELECT to_regclass('trail')")) is None else UNKNOWN
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or UNKNOWN)


def upgrade(owner: Engine, application_password: str | None) -> str:
    """Migrate to SCHEMA as the owner and grant the application's role its rights; returns the revision."""
    from alembic import command  # noqa: PLC0415 - slow to import, and only migrations need it
    from alembic.config import Config  # noqa: PLC0415 - as above
    from alembic.util import CommandError  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with owner.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        config.attributes["connection"] = connection
        found = stored_schema(connection)
        if found == UNKNOWN:
            raise SchemaError(NO_WAY.format(found))
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise SchemaError(NO_WAY.format(found)) from error
        create_application_role(connection, application_password)
        grant(connection)
        return str(stored_schema(connection))


def is_newer(found: str) -> bool:
    """Whether a stored revision is one of ours to come; what does not look like ours counts as older."""
    return len(found) == len(SCHEMA) and found.isdecimal() and found > SCHEMA


def create_application_role(connection: Connection, password: str | None) -> None:
    """Create `vinhdanh_app` where it is missing; roles are shared by all databases of a server."""
    known = text("SELECT 1 FROM pg_roles WHERE rolname = :name")
    if connection.scalar(known, {"name": APPLICATION}) is None:
        create = (
            f"DO $$ BEGIN CREATE ROLE {APPLICATION} LOGIN; "
            "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
        try:
            connection.execute(text(create))
        except ProgrammingError as error:  # no CREATEROLE
            raise SchemaError(
                f"Tài khoản chủ sở hữu không có quyền tạo vai trò {APPLICATION}. Hãy cấp quyền CREATEROLE "
                f"hoặc nhờ quản trị máy chủ chạy: CREATE ROLE {APPLICATION} LOGIN PASSWORD '…'; "
                "rồi đặt VINHDANH_APP_DATABASE_URL."
            ) from error
    if password is not None:
        literal = connection.scalar(text("SELECT quote_literal(:password)"), {"password": password})
        connection.exec_driver_sql(f"ALTER ROLE {APPLICATION} PASSWORD {literal}".replace("%", "%%"))


def grant(connection: Connection) -> None:
    """Rights of the application's role: hardly ever DELETE, and never UPDATE on what is insert-only."""
    statements = [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {APPLICATION}",
        f"GRANT USAGE ON SCHEMA public TO {APPLICATION}",
        f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {APPLICATION}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION}",
        *(f"REVOKE INSERT, UPDATE ON {table} FROM {APPLICATION}" for table in READ_ONLY),
        *(f"REVOKE UPDATE ON {table} FROM {APPLICATION}" for table in INSERT_ONLY),
        f"GRANT DELETE ON {', '.join(DELETABLE)} TO {APPLICATION}",
    ]
    for statement in statements:
        connection.execute(text(statement))
