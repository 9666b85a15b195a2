"""A database of its own for every test, on SQLite and on PostgreSQL; a clock that ticks; flow ids one can foretell."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from flowbuilder.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
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
    """The name of a database with the tables in it, to copy from: quicker than migrating each."""
    admin = sa.create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text("CREATE DATABASE flowbuilder_template"))
    admin.dispose()
    url = sa.make_url(postgres_url).set(database="flowbuilder_template")
    open_store(url.render_as_string(hide_password=False)).close()
    return "flowbuilder_template"


def make_postgres_database(postgres_url: str, template: str = "template1") -> tuple[str, Callable[[], None]]:
    """The URL of a new database, and what drops it."""
    name = f"store_{next(_names)}"
    admin = sa.create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {template}"))

    def drop() -> None:
        with admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()

    return sa.make_url(postgres_url).set(database=name).render_as_string(hide_password=False), drop


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that is ready to use."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.sqlite3'}"
        return
    url, drop = make_postgres_database(
        request.getfixturevalue("postgres_url"), request.getfixturevalue("migrated_postgres")
    )
    yield url
    drop()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    url, drop = make_postgres_database(request.getfixturevalue("postgres_url"))
    yield url
    drop()


@pytest.fixture
def store(store_url: str, clock: Clock, suffixes: Suffixes) -> Iterator[Store]:
    opened = open_store(store_url, clock=clock, make_suffix=suffixes)
    yield opened
    opened.close()
