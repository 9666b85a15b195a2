"""Authors' secrets are kept by name, replaced and deleted; only their names come back."""

from __future__ import annotations

import pytest

from flowbuilder.store import open_store


@pytest.fixture
def store(store_url):
    store = open_store(store_url)
    yield store
    store.close()


def test_a_secret_is_kept_replaced_and_deleted(store):
    store.author_secrets.put("CRM", "one")
    store.author_secrets.put("ALPHA", "two")
    store.author_secrets.put("CRM", "three")
    assert [row.name for row in store.author_secrets.list()] == ["ALPHA", "CRM"]
    assert (store.author_secrets.sealed("CRM"), store.author_secrets.sealed("OTHER")) == ("three", None)
    assert (store.author_secrets.delete("CRM"), store.author_secrets.delete("CRM")) == (True, False)
    assert [row.name for row in store.author_secrets.list()] == ["ALPHA"]
