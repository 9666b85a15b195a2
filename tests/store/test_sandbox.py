from __future__ import annotations

from flowbuilder.store import Store


def test_a_document_is_kept_by_kind_and_id(store: Store) -> None:
    store.sandbox.put("application", "1", {"app_name": "Ä", "nested": [1, None, {"a": True}]})
    assert store.sandbox.get("application", "1") == {"app_name": "Ä", "nested": [1, None, {"a": True}]}
    assert store.sandbox.get("number", "1") is None


def test_documents_are_listed_oldest_first_and_keep_their_place(store: Store) -> None:
    for id in ("b", "a", "c"):
        store.sandbox.put("number", id, {"id": id})
    store.sandbox.put("number", "b", {"id": "b", "new": True})
    assert store.sandbox.list("number") == [{"id": "b", "new": True}, {"id": "a"}, {"id": "c"}]
    assert store.sandbox.list("call") == []


def test_delete_tells_whether_there_was_one(store: Store) -> None:
    store.sandbox.put("number", "a", {})
    assert store.sandbox.delete("number", "a")
    assert not store.sandbox.delete("number", "a")
    assert store.sandbox.get("number", "a") is None
