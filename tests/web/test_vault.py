"""The vault: what is kept is sealed, with a key that only this installation has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flowbuilder.config import Settings
from flowbuilder.errors import FlowbuilderError, NotFound
from flowbuilder.store import open_store
from flowbuilder.web.seal import Seal, seal_keys
from flowbuilder.web.vault import MOST_SECRETS, Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.store import Store


def vault_of(store: Store, key: str, *old: str) -> Vault:
    return Vault(store, Seal(seal_keys(Settings("sqlite:///:memory:", secret_key=key, old_secret_keys=old))))


@pytest.fixture
def store() -> Iterator[Store]:
    store = open_store("sqlite://")
    yield store
    store.close()


def test_a_secret_comes_back_and_is_not_to_be_read_in_the_database(store: Store) -> None:
    vault = vault_of(store, "for tests")
    vault.put("CRM", "hunter2 ✓")
    assert (vault.get("CRM"), vault.get("OTHER")) == ("hunter2 ✓", None)
    assert "hunter2" not in str(store.author_secrets.sealed("CRM"))
    assert vault_of(store, "for tests").get("CRM") == "hunter2 ✓"
    vault.delete("CRM")
    assert vault.get("CRM") is None
    with pytest.raises(NotFound):
        vault.delete("CRM")


def test_another_key_opens_nothing_and_breaks_nothing(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    vault_of(store, "for tests").put("CRM", "hunter2")
    assert vault_of(store, "another").get("CRM") is None
    assert "sealed with another key" in caplog.text
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize(
    ("name", "secret"),
    [("", "x"), ("1A", "x"), ("A-B", "x"), ("A" * 65, "x"), ("Ä", "x"), ("A", ""), ("A", "x" * 4_097)],
)
def test_what_cannot_be_kept_is_refused(store: Store, name: str, secret: str) -> None:
    with pytest.raises(FlowbuilderError):
        vault_of(store, "for tests").put(name, secret)
    assert store.author_secrets.list() == []


def test_there_are_never_too_many(store: Store) -> None:
    vault = vault_of(store, "for tests")
    for number in range(MOST_SECRETS):
        store.author_secrets.put(f"S{number}", "sealed")
    with pytest.raises(FlowbuilderError, match="already"):
        vault.put("ONE_MORE", "x")
    vault.put("S0", "replaced")


def test_a_key_is_changed_without_loss(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """The new key beside the old one for one start; after that the old one is not needed any more."""
    vault_of(store, "old").put("CRM", "hunter2")
    before = store.author_secrets.list()
    assert vault_of(store, "new", "old").get("CRM") == "hunter2"
    assert vault_of(store, "new").get("CRM") == "hunter2"
    assert vault_of(store, "old").get("CRM") is None
    assert "FLOWBUILDER_OLD_SECRET_KEY" in caplog.text
    assert store.author_secrets.list() == before
