"""The whole product, with a database in a file as `flowbuilder serve` has it, and who uses it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flowbuilder.store import open_store
from tests.acceptance.product import Cli, Product, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.conftest import Browser

ROOT = Path(__file__).resolve().parents[2]


def shared_folder() -> Path | None:
    """The folder of flows that were written before any code; None where it is not at hand."""
    named = os.environ.get("FLOWBUILDER_SHARED")
    folder = Path(named) if named else ROOT.parent / "shared"
    return folder / "flows" if (folder / "flows").is_dir() else None


def shared_flows(pattern: str) -> list[object]:
    """Those files as parameters of a test; one that skips where the folder is not at hand."""
    folder = shared_folder()
    if folder is None:
        return [pytest.param(None, marks=pytest.mark.skip(reason="The shared flows are not here."))]
    return [pytest.param(path, id=path.name.split(".")[0]) for path in sorted(folder.glob(pattern))]


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all its tables and nothing in them, made once."""
    place = tmp_path_factory.mktemp("database") / "flowbuilder.sqlite3"
    open_store(f"sqlite:///{place}").close()
    return place


@pytest.fixture
def database(tmp_path: Path, empty_database: Path) -> Path:
    return Path(shutil.copy(empty_database, tmp_path / "flowbuilder.sqlite3"))


@pytest.fixture
def cli(database: Path, tmp_path: Path) -> Cli:
    """The `flowbuilder` command, with that database and in an empty folder."""
    return Cli({"FLOWBUILDER_DATABASE_URL": f"sqlite:///{database}", "FLOWBUILDER_SECRET_KEY": "for tests"})


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def product(database: Path, world: World) -> Iterator[Product]:
    product = Product(database, world)
    yield product
    product.close()


@pytest.fixture
def browser(product: Product) -> Browser:
    """A browser that has opened the address with the token."""
    return product.log_in()
