"""A database of its own for every test, on SQLite and on PostgreSQL; a clock that ticks; flow ids one can foretell."""

from __future__ import annotations

import contextlib
import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from flowbuilder.store import Store, open_store
from flowbuilder.store.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BEGINNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

_names = itertools.count(1)


class Clock:
    """Gives a time one second later each time it is asked."""

    def __init__(self) -> None:
        self.now = BEGINNING

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


class Suffixes:
    """aaaaa1, aaaaa2 ..., and before them whatever a test has put into `next`."""

    def __init__(self) -> None:
        self.next: list[str] = []
        self._count = itertools.count(1)

    def __call__(self) -> str:
        return self.next.pop(0) if self.next else f"aaaa{next(self._count):02}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def suffixes() -> Suffixes:
    return Suffixes()


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str) -> str:
    """The URL of a database with the tables in it."""
    with new_database(postgres_url) as url:
        open_store(url).close()
        return url


@contextlib.contextmanager
def new_database(postgres_url: str) -> Iterator[str]:
    """The URL of an empty database on that server."""
    name = f"store_{next(_names)}"
    admin = sa.create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    admin.dispose()
    yield sa.make_url(postgres_url).set(database=name).render_as_string(hide_password=False)


def empty_the_tables(url: str) -> None:
    """Quicker than a database for every test."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("SET lock_timeout = '5s'"))
        connection.execute(sa.text(f"TRUNCATE {', '.join(metadata.tables)}"))
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that is ready to use."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.sqlite3'}"
        return
    url = request.getfixturevalue("migrated_postgres")
    yield url
    empty_the_tables(url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    with new_database(request.getfixturevalue("postgres_url")) as url:
        yield url


@pytest.fixture
def store(store_url: str, clock: Clock, suffixes: Suffixes) -> Iterator[Store]:
    opened = open_store(store_url, clock=clock, make_suffix=suffixes)
    yield opened
    opened.close()
