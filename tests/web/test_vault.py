"""The vault: what is kept is sealed, with a key that only this installation has."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flowbuilder.config import Settings
from flowbuilder.errors import FlowbuilderError, NotFound
from flowbuilder.store import open_store
from flowbuilder.web.vault import MOST_SECRETS, Vault, key_in, vault_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.store import Store

SETTINGS = Settings("sqlite:///:memory:", secret_key="for tests")


@pytest.fixture
def store() -> Iterator[Store]:
    store = open_store("sqlite://")
    yield store
    store.close()


def test_a_secret_comes_back_and_is_not_to_be_read_in_the_database(store: Store) -> None:
    vault = Vault(store, vault_key(SETTINGS))
    vault.put("CRM", "hunter2 ✓")
    assert (vault.get("CRM"), vault.get("OTHER")) == ("hunter2 ✓", None)
    assert "hunter2" not in str(store.author_secrets.sealed("CRM"))
    assert Vault(store, vault_key(SETTINGS)).get("CRM") == "hunter2 ✓"
    vault.delete("CRM")
    assert vault.get("CRM") is None
    with pytest.raises(NotFound):
        vault.delete("CRM")


def test_another_key_opens_nothing_and_breaks_nothing(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    Vault(store, vault_key(SETTINGS)).put("CRM", "hunter2")
    other = Settings("sqlite:///:memory:", secret_key="another")
    assert Vault(store, vault_key(other)).get("CRM") is None
    assert "sealed with another key" in caplog.text
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize(
    ("name", "secret"),
    [("", "x"), ("1A", "x"), ("A-B", "x"), ("A" * 65, "x"), ("Ä", "x"), ("A", ""), ("A", "x" * 4_097)],
)
def test_what_cannot_be_kept_is_refused(store: Store, name: str, secret: str) -> None:
    with pytest.raises(FlowbuilderError):
        Vault(store, vault_key(SETTINGS)).put(name, secret)
    assert store.author_secrets.list() == []


def test_there_are_never_too_many(store: Store) -> None:
    vault = Vault(store, vault_key(SETTINGS))
    for number in range(MOST_SECRETS):
        store.author_secrets.put(f"S{number}", "sealed")
    with pytest.raises(FlowbuilderError, match="already"):
        vault.put("ONE_MORE", "x")
    vault.put("S0", "replaced")


def test_without_a_secret_key_the_key_lies_beside_the_database_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(f"sqlite:///{tmp_path / 'data.sqlite3'}")
    key = vault_key(settings)
    path = tmp_path / "flowbuilder.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert vault_key(settings) == key == path.read_bytes()
    assert [one.name for one in tmp_path.iterdir()] == ["flowbuilder.key"]


def test_a_key_file_that_holds_no_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "flowbuilder.key"
    path.write_text("not a key")
    with pytest.raises(FlowbuilderError, match="holds no key"):
        key_in(path)
