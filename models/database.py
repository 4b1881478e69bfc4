"""Which database, and the unit of work: `with database.transaction() as session`, opened only at the edge."""

import hashlib
import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from models import embedded
from models.schema import APPLICATION, SCHEMA, is_newer, stored_schema, upgrade
from rules.errors import EvidenceRefusedError, SchemaError, StaleError, VinhDanhError

ROOT = Path(__file__).resolve().parent.parent
OWNER = "vinhdanh_owner"
# PostgreSQL says these when somebody else moved the same rows first: serialization, deadlock, lock not available.
# Connections kept: as many as requests work, and as many as look, at once (web/work.py); a command opens one.
KEPT, KEPT_TO_LOOK = 10, 2
LOST_RACES = ("40001", "40P01", "55P03")


class DatabaseUnreachableError(VinhDanhError):
    """The configured server does not answer, or refuses the account."""

    code = "database"


def home() -> Path:
    """Where the embedded database, papers and outputs live: `$VINHDANH_HOME` or `var/` of the project."""
    return Path(os.environ.get("VINHDANH_HOME") or ROOT / "var").absolute()


@dataclass(frozen=True)
class Database:
    """One database by its two addresses (psycopg form): the application's and the owner's."""

    application_url: str
    owner_url: str

    @cached_property
    def engine(self) -> Engine:
        """Connections as the application's role."""
        # The connection used last is used next: PostgreSQL has its statements planned already.
        return create_engine(sqlalchemy_url(self.application_url), pool_size=KEPT, pool_use_lifo=True)

    @cached_property
    def looking(self) -> Engine:
        """Connections of the same role without transactions: a statement sees what is committed and is committed."""
        return create_engine(
            sqlalchemy_url(self.application_url),
            isolation_level="AUTOCOMMIT",
            pool_size=KEPT_TO_LOOK,
            pool_use_lifo=True,
        )

    @cached_property
    def owner(self) -> Engine:
        """Connections as the owner: migrations, and looking after the system from outside."""
        return create_engine(sqlalchemy_url(self.owner_url), poolclass=NullPool)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One unit of work: committed at the end, undone on any error; races and constraints become refusals."""
        with self.session(self.engine) as session:
            yield session
            session.commit()

    @contextmanager
    def look(self) -> Iterator[Session]:
        """What somebody sees who only looks: each statement for itself, without the trips that begin and end a unit.

        Nothing may be done in it that takes two statements to be right. The same errors become refusals.
        """
        with self.session(self.looking) as session:
            yield session

    @staticmethod
    @contextmanager
    def session(engine: Engine) -> Iterator[Session]:
        """A session whose errors of the database are told as refusals."""
        with Session(engine, expire_on_commit=False, autoflush=False) as session:
            try:
                yield session
            except DBAPIError as error:
                raise translated(error) from error

    def bring_up(self) -> str:
        """Migrate to the newest schema; returns it. A role with an address of its own keeps its password."""
        ours = self.application_url == application_url(self.owner_url)
        try:
            return upgrade(self.owner, application_password(self.owner_url) if ours else None)
        except OperationalError as error:
            raise DatabaseUnreachableError(f"Không kết nối được cơ sở dữ liệu: {first_line(error)}") from error

    def check(self) -> None:
        """Bring an empty database up; SchemaError for an older or newer one."""
        try:
            with self.engine.connect() as connection:
                found = stored_schema(connection)
        except OperationalError as error:
            if not lacks_role(error):
                raise DatabaseUnreachableError(f"Không kết nối được cơ sở dữ liệu: {first_line(error)}") from error
            found = self.stored_schema_by_owner()
        except ProgrammingError:
            found = self.stored_schema_by_owner()
        if found is None:
            self.bring_up()
        elif found != SCHEMA:
            raise SchemaError(
                f"Cơ sở dữ liệu (lược đồ {found}) mới hơn chương trình (lược đồ {SCHEMA}): cập nhật chương trình."
                if is_newer(found)
                else f"Cơ sở dữ liệu ở phiên bản lược đồ {found}, chương trình cần {SCHEMA}. Hãy chạy: ./vinhdanh init"
            )

    def stored_schema_by_owner(self) -> str | None:
        """The revision as the owner sees it: the application's role may not exist yet."""
        try:
            with self.owner.connect() as connection:
                return stored_schema(connection)
        except OperationalError as error:
            raise DatabaseUnreachableError(f"Không kết nối được cơ sở dữ liệu: {first_line(error)}") from error

    def close(self) -> None:
        """Give every connection back."""
        for name in ("engine", "looking", "owner"):
            if name in self.__dict__:
                self.__dict__.pop(name).dispose()


def translated(error: DBAPIError) -> Exception:
    """The refusal a database error stands for, or the error itself."""
    state = getattr(error.orig, "sqlstate", None)
    if state in LOST_RACES:
        return StaleError("Hồ sơ vừa được người khác xử lý. Hãy xem lại rồi thực hiện lại.")
    if isinstance(error, IntegrityError):
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
        if constraint == "register_entry_pkey":
            return EvidenceRefusedError("Số văn bản này đã được dùng trong sổ của năm.")
        if constraint == "nomination_campaign_id_category_unit_code_row_key_key":
            return EvidenceRefusedError("Đơn vị đã có một hồ sơ khác cho cùng tập thể, cá nhân này.")
        if constraint in {"trail_pkey", "chain_pkey"}:
            return StaleError("Hồ sơ vừa được người khác xử lý. Hãy xem lại rồi thực hiện lại.")
    return error


def lacks_role(error: OperationalError) -> bool:
    """Whether the server refused the application's role, as it does before the first `init`."""
    message = str(error.orig)
    return APPLICATION in message and ("does not exist" in message or "authentication failed" in message)


def first_line(error: DBAPIError) -> str:
    """What the driver says, on one line."""
    return str(error.orig).strip().splitlines()[0] if error.orig else str(error)


def sqlalchemy_url(url: str) -> str:
    """The address with SQLAlchemy's name of the driver."""
    return "postgresql+psycopg://" + url.split("://", 1)[1]


def application_password(owner_url: str) -> str | None:
    """The application role's password: derived from the owner's, so that nothing more has to be kept secret."""
    password = make_url(sqlalchemy_url(owner_url)).password
    if not password:
        return None
    return hmac.new(str(password).encode(), APPLICATION.encode(), hashlib.sha256).hexdigest()


def application_url(owner_url: str) -> str:
    """The application role's address on the owner's server; `$VINHDANH_APP_DATABASE_URL` overrides it."""
    url = make_url(sqlalchemy_url(owner_url)).set(username=APPLICATION)
    if password := application_password(owner_url):
        url = url.set(password=password)
    return "postgresql://" + url.render_as_string(hide_password=False).split("://", 1)[1]


def configured(name: str = "vinhdanh") -> Database:
    """The database commands use: `$VINHDANH_DATABASE_URL`, else the embedded one, started if need be."""
    if owner_url := os.environ.get("VINHDANH_DATABASE_URL"):
        if not owner_url.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
            raise DatabaseUnreachableError("VINHDANH_DATABASE_URL phải có dạng postgresql://…")
        return Database(os.environ.get("VINHDANH_APP_DATABASE_URL") or application_url(owner_url), owner_url)
    return embedded_database(home(), name)


def embedded_database(where: Path, name: str) -> Database:
    """A database of the embedded server under `where`, created if missing."""
    server = embedded.ensure(where)
    database = Database(server.url(APPLICATION, name), server.url(OWNER, name))
    if not embedded_exists(database):
        create_database(server.url(OWNER, "postgres"), name)
    return database


def embedded_exists(database: Database) -> bool:
    """Whether the embedded server already has this database and role."""
    try:
        with database.engine.connect():
            return True
    except OperationalError as error:
        if "does not exist" in str(error.orig):
            return False
        raise DatabaseUnreachableError(f"Không kết nối được cơ sở dữ liệu: {first_line(error)}") from error


def create_database(maintenance_url: str, name: str, template: str = "template0") -> None:
    """Create a database unless it is there; another process may be doing the same."""
    engine = create_engine(sqlalchemy_url(maintenance_url), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(42)"))
        if connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}) is None:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'))


def drop_database(maintenance_url: str, name: str) -> None:
    """Drop a database, ending whoever is connected to it."""
    engine = create_engine(sqlalchemy_url(maintenance_url), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
