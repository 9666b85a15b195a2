from __future__ import annotations

import sqlite3
import stat
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from flowbuilder.errors import FlowbuilderError
from flowbuilder.flow.model import Flow
from flowbuilder.store import CallRow, Store, open_store


def test_a_missing_folder_is_made_and_the_file_is_ours_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "data.sqlite3"
    store = open_store(f"sqlite:///{path}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert store.place == str(path)
    store.close()


def test_sqlite_is_set_up_for_many_readers_and_one_quick_writer(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'data.sqlite3'}")
    driver = store._database.driver()
    with store._database.read() as connection:
        for ask in (driver.execute, connection.exec_driver_sql):
            found = {
                name: ask(f"PRAGMA {name}").fetchall()[0][0]
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
            assert found == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 10_000}
    store.close()


def test_a_database_in_memory_is_one_for_all_threads() -> None:
    store = open_store("sqlite://")
    row = store.flows.create(Flow("A"))
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(store.flows.get(row.id)))
    thread.start()
    thread.join()
    assert found == [row]
    store.close()
    assert not Path(store.place).exists()


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("no url", "cannot be read"),
        ("mysql://user@host/db", "SQLite or PostgreSQL, not in mysql"),
        ("postgresql+nothing://host/db", "SQLite or PostgreSQL"),
        ("sqlite:////proc/nothing/data.sqlite3", "cannot be opened"),
        ("sqlite:////tmp", "cannot be opened"),
    ],
)
def test_a_database_that_cannot_be_opened_is_a_sentence(url: str, part: str) -> None:
    with pytest.raises(FlowbuilderError, match=part):
        open_store(url)


def test_a_file_that_is_no_database_is_a_sentence_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear all, this is not a database. " * 100)
    with pytest.raises(FlowbuilderError, match=r"letter\.txt cannot be opened: file is not a database"):
        open_store(f"sqlite:///{path}")
    assert path.read_text().startswith("Dear all")


def test_a_server_that_is_not_there_is_a_sentence_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(FlowbuilderError, match="cannot be opened") as refusal:
        open_store(f"postgres://someone:hushhush@/db?host={tmp_path}")
    assert "hushhush" not in str(refusal.value)


@pytest.mark.postgres
@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
@pytest.mark.parametrize("empty_url", ["postgres"], indirect=True)
def test_postgresql_may_be_named_in_any_way(empty_url: str, scheme: str) -> None:
    store = open_store(f"{scheme}://{empty_url.split('://', 1)[1]}")
    assert store.flows.list() == []
    store.close()


def test_check_asks_the_database(store: Store) -> None:
    store.check()


def test_an_unknown_flow_cannot_have_a_deployment(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError), store._database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO deployments VALUES "
            "('nothing', 'production', 'MA1', 'app', 'name', 1, '[]', '[]', '2026-01-01', '', '2026-01-01')"
        )


def test_a_locked_file_is_waited_for(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'data.sqlite3'}"
    store = open_store(url)
    other = sqlite3.connect(tmp_path / "data.sqlite3", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    saved: list[bool] = []
    row = CallRow("c", "f", "1")
    thread = threading.Thread(target=lambda: saved.append(store.calls.save(row, None, [])))
    thread.start()
    assert store.calls.load("c") is None  # readers are not held up
    other.execute("COMMIT")
    thread.join()
    assert saved == [True]
    other.close()
    store.close()
