"""What every test may use: the --update-golden option, hypothesis profiles, a PostgreSQL of its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn

import pytest
from flask import Flask
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache

from tests.postgres import PostgresMissing, running_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

IN_CI = os.environ.get("CI", "").lower() in ("1", "true")

settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if IN_CI else "dev")


def pytest_configure(config: pytest.Config) -> None:
    """Templates are compiled once and not for every application that a test makes."""
    cache: pytest.Cache | None = getattr(config, "cache", None)  # pytest may be told to keep none
    if cache is not None:
        Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(cache.mkdir("templates")))}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    """True where golden files are to be rewritten instead of compared."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The SQLAlchemy URL of an empty PostgreSQL that lives as long as the test run (one per xdist worker).

    A test skips where PostgreSQL is not installed; in CI it fails.
    """
    try:
        with running_postgres() as url:
            yield url
    except PostgresMissing as missing:
        cannot_run(str(missing))


def cannot_run(sentence: str) -> NoReturn:
    """Ends the test for want of a program: skipped on a developer's machine, a failure in CI."""
    if IN_CI:
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
