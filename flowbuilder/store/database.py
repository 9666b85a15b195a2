"""Opens the database, SQLite or PostgreSQL, brings its tables up to date, and lends connections."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
import threading
import weakref
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool, QueuePool

from flowbuilder.errors import FlowbuilderError
from flowbuilder.store.migrations import NEWEST

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY_TIMEOUT_MS = 10_000
SQLITE_PRAGMAS = (
    f"busy_timeout = {BUSY_TIMEOUT_MS}",
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "foreign_keys = ON",
    "wal_autocheckpoint = 4000",
)
POSTGRESQL_CONNECT_SECONDS = 10
MIGRATION_LOCK = 0x666C6F77  # any number, as long as every Flowbuilder takes the same
DIALECTS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}

_alembic = threading.Lock()  # Alembic's context is one per process


class Database:
    """One opened database.

    `read()` and `write()` lend an SQLAlchemy connection inside a transaction. `driver()` is the driver's own
    connection of the current thread, in autocommit, for the calls: what SQLAlchemy adds to a statement would be
    most of their cost.
    """

    def __init__(self, url: str) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.url = self._own_url(_read_url(url))
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _make_engine(self.url)
        self._driver_engine = _make_driver_engine(self.url)
        # SQLite has one writer at a time, and lets the others poll for their turn, which some lose for seconds. Threads
        # queue here instead; the polling is left for other processes.
        self.writer: AbstractContextManager[object] = threading.RLock() if self.is_sqlite else nullcontext()
        self._local = threading.local()
        self._held: weakref.WeakSet[_Held] = weakref.WeakSet()
        try:
            migrate(self)
        except DBAPIError as error:
            self.close()
            raise FlowbuilderError(_cannot_open(self.url, error.orig)) from error
        except BaseException:
            self.close()
            raise

    def _own_url(self, url: URL) -> URL:
        """The URL with an SQLite file made ready; a database in memory becomes a file that goes with us.

        SQLite gives every connection a memory of its own, so threads could not share it.
        """
        if url.get_backend_name() != "sqlite":
            return url
        if url.database in (None, "", ":memory:"):
            self._folder = tempfile.TemporaryDirectory(prefix="flowbuilder-")
            return url.set(database=str(Path(self._folder.name) / "memory.sqlite3"))
        if not (url.database or "").startswith("file:"):
            _make_private_file(Path(url.database or ""), url)
        return url

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction. On SQLite it holds the one write lock from its start, so what it reads stays true."""
        with self.engine.connect() as connection:
            connection.execution_options(writes=True)
            with self.writer, connection.begin():
                yield connection

    def driver(self) -> Any:
        """This thread's own connection of the driver (sqlite3 or psycopg), in autocommit."""
        held = getattr(self._local, "held", None)
        if held is None:
            held = self._local.held = _Held(self._driver_engine.raw_connection())
            self._held.add(held)
        return held.connection

    @property
    def held(self) -> int:
        """How many threads hold a driver connection."""
        return len(self._held)

    def drop_driver(self) -> None:
        """Forget this thread's driver connection, because it broke; the next `driver()` opens another."""
        held = self._local.__dict__.pop("held", None)
        if held is not None:
            held.close()

    def ping(self) -> None:
        """Reads the database itself: SQLite says that 1 is 1 without a look at its file."""
        with self.read() as connection:
            connection.execute(sa.text("SELECT version_num FROM alembic_version")).one()

    def close(self) -> None:
        for held in list(self._held):
            held.close()
        self.engine.dispose()
        if self._folder is not None:
            self._folder.cleanup()


class _Held:
    """A driver connection kept by one thread; closed with the thread or with the database."""

    def __init__(self, lent: Any) -> None:
        self._lent = lent
        self.connection = lent.driver_connection

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self._lent.close()


def migrate(database: Database) -> None:
    """Bring the tables to `NEWEST`, one process at a time; a newer database than we know is refused."""
    with database.read() as connection:
        if _current_revision(connection) == NEWEST:
            return
    with _alembic, database.write() as connection:
        if not database.is_sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        _upgrade(connection, database.url)


def _upgrade(connection: Connection, url: URL) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "flowbuilder.store:migrations")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise FlowbuilderError(
            f"The database {shown(url)} was made by a newer Flowbuilder. Start that one, or name another database."
        ) from error


def _current_revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def shown(url: URL) -> str:
    """The database as it may be shown: a file by its path, a server without the password."""
    if url.get_backend_name() == "sqlite":
        return url.database or "in memory"
    return url.render_as_string(hide_password=True)


def _read_url(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise FlowbuilderError(
            "The database URL cannot be read. Write it like sqlite:////path/to/file.sqlite3 or "
            "postgresql://user:password@host/name."
        ) from error
    dialect = DIALECTS.get(url.drivername)
    if dialect is None:
        raise FlowbuilderError(
            f"Flowbuilder keeps its data in SQLite or PostgreSQL, not in {url.drivername}. Change the database URL."
        )
    return url.set(drivername=dialect)


def _make_private_file(path: Path, url: URL) -> None:
    """Create the folder and the file for our user alone: the database holds tokens."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise FlowbuilderError(_cannot_open(url, error)) from error


def _cannot_open(url: URL, error: BaseException | None) -> str:
    reason = str(error).strip().splitlines()[0].rstrip(".") if error and str(error).strip() else "no answer"
    return f"The database {shown(url)} cannot be opened: {reason}. Check FLOWBUILDER_DATABASE_URL."


def _connect_arguments(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000}
    return {} if "connect_timeout" in url.query else {"connect_timeout": POSTGRESQL_CONNECT_SECONDS}


def _make_engine(url: URL) -> Engine:
    try:
        engine = sa.create_engine(
            url,
            connect_args=_connect_arguments(url),
            poolclass=QueuePool,
            max_overflow=-1,
            pool_pre_ping=url.get_backend_name() != "sqlite",
        )
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise FlowbuilderError(
            "PostgreSQL needs the psycopg package, which is not installed: pip install 'psycopg[binary]'."
        ) from error
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_driver_engine(url: URL) -> Engine:
    engine = sa.create_engine(
        url, connect_args=_connect_arguments(url), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: sqlite3's own comes too late to read first
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
