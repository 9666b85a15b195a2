from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from flowbuilder.errors import FlowbuilderError
from flowbuilder.flow.model import Flow
from flowbuilder.store import open_store
from flowbuilder.store.migrations import NEWEST
from flowbuilder.store.tables import metadata

GOLDEN = Path(__file__).parent / "golden"


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", "flowbuilder.store:migrations")
    return ScriptDirectory.from_config(config)


def test_the_newest_migration_is_the_one_we_say() -> None:
    assert scripts().get_heads() == [NEWEST]


def test_migrations_lead_from_nothing_to_the_tables(empty_url: str) -> None:
    open_store(empty_url).close()
    engine = sa.create_engine(empty_url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        wanted = {table.name: {index.name for index in table.indexes} for table in metadata.tables.values()}
        inspector = sa.inspect(connection)
        found = {name: {index["name"] for index in inspector.get_indexes(name)} for name in wanted}
        assert found == wanted
    engine.dispose()


@pytest.mark.parametrize("number", [script.revision for script in scripts().walk_revisions()][::-1])
def test_each_migration_does_what_it_did_when_it_was_shipped(tmp_path: Path, number: str, update_golden: bool) -> None:
    """Before: the tables of the migrations before it. After: the golden file, which is never edited again."""
    path = tmp_path / "data.sqlite3"
    engine = sa.create_engine(f"sqlite:///{path}")
    before = scripts().get_revision(number).down_revision
    for revision in filter(None, (before, number)):
        migrated(engine, str(revision))
        if revision == before:
            assert schema(path) == (GOLDEN / f"{before}.sql").read_text()
    engine.dispose()
    golden = GOLDEN / f"{number}.sql"
    if update_golden:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(schema(path))
    assert schema(path) == golden.read_text()


def migrated(engine: sa.Engine, revision: str) -> None:
    from alembic import command

    config = Config()
    config.set_main_option("script_location", "flowbuilder.store:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_deployments_keep_their_numbers_when_they_get_names(empty_url: str) -> None:
    """A flow was published on two accounts: the newest is its production, the other is named after its account."""
    engine = sa.create_engine(empty_url)
    migrated(engine, "0003")
    deployed = [
        ("a", "SAOLD", "app-1", 1, "[]", "2026-11-01T09:00:00.000000+00:00"),
        ("a", "MANEW", "app-2", 4, '[{"number": "+1415", "previous_app_id": "9"}]', "2026-11-20T09:00:00.000000+00:00"),
        ("b", "SAOLD", "app-3", 2, "[]", "2026-11-02T09:00:00.000000+00:00"),
    ]
    with engine.begin() as connection:
        for flow_id in ("a", "b"):
            connection.exec_driver_sql(f"INSERT INTO flows VALUES ('{flow_id}', 'A', 1, 1, 4, '2026', '2026', NULL)")
        for flow_id, account, app_id, version, numbers, at in deployed:
            connection.exec_driver_sql(
                f"INSERT INTO deployments VALUES "
                f"('{flow_id}', '{account}', '{app_id}', 'name', {version}, '{numbers}', '{at}')"
            )
    migrated(engine, "0004")
    engine.dispose()

    store = open_store(empty_url)
    rows = store.deployments.list()
    assert [(row.flow_id, row.name, row.account, row.app_id, row.version) for row in rows] == [
        ("a", "production", "MANEW", "app-2", 4),
        ("a", "saold", "SAOLD", "app-1", 1),
        ("b", "production", "SAOLD", "app-3", 2),
    ]
    assert rows[0].numbers == [{"number": "+1415", "previous_app_id": "9"}]
    assert rows[0].live_since == rows[0].updated_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert (rows[0].endpoints, rows[0].author) == ([], "")
    store.close()


def schema(path: Path) -> str:
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name")
        statements = [" ".join(row[0].split()).replace(", ", ",\n  ") for row in found]
    connection.close()
    return "\n".join(statements) + "\n"


def test_opening_again_changes_nothing(store_url: str) -> None:
    first = open_store(store_url)
    row = first.flows.create(Flow("A"))
    first.close()
    second = open_store(store_url)
    assert second.flows.list() == [row]
    second.close()


def test_two_that_open_an_empty_database_at_once_both_can(empty_url: str) -> None:
    failures: list[BaseException] = []
    together = threading.Barrier(4)

    def open_and_close() -> None:
        together.wait()
        try:
            open_store(empty_url).close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=open_and_close) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_database_of_a_newer_flowbuilder_is_refused(empty_url: str) -> None:
    open_store(empty_url).close()
    engine = sa.create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(FlowbuilderError, match="newer Flowbuilder"):
        open_store(empty_url)
