from __future__ import annotations

from datetime import timedelta

from flowbuilder.store import PlivoAccountRow, Store
from tests.store.conftest import BEGINNING


def test_an_account_is_added_once(store: Store) -> None:
    assert store.plivo_accounts.add("MA1", "Head office", "sealed-1", "Ada")
    assert not store.plivo_accounts.add("MA1", "Another", "sealed-2", "Bob")
    added = BEGINNING + timedelta(seconds=1)
    kept = PlivoAccountRow("MA1", "Head office", "sealed-1", added, added, "Ada")
    assert store.plivo_accounts.list() == [kept]
    assert store.plivo_accounts.get("MA1") == kept
    assert store.plivo_accounts.get("MA2") is None


def test_accounts_are_listed_by_label(store: Store) -> None:
    for auth_id, label in (("MA1", "Zürich"), ("MA2", "Amsterdam")):
        store.plivo_accounts.add(auth_id, label, "sealed")
    assert [row.auth_id for row in store.plivo_accounts.list()] == ["MA2", "MA1"]


def test_a_new_token_takes_the_place_of_the_old_one(store: Store) -> None:
    store.plivo_accounts.add("MA1", "Head office", "sealed-1")
    assert store.plivo_accounts.replace_token("MA1", "sealed-2")
    row = store.plivo_accounts.get("MA1")
    assert row is not None
    assert row.sealed_token == "sealed-2"
    assert row.checked_at is not None
    assert row.checked_at > row.added_at
    assert not store.plivo_accounts.replace_token("MA2", "sealed")


def test_sealing_anew_never_brings_back_a_token_that_was_replaced_meanwhile(store: Store) -> None:
    store.plivo_accounts.add("MA1", "Head office", "sealed-1")
    store.plivo_accounts.replace_token("MA1", "sealed-2")
    assert not store.plivo_accounts.reseal("MA1", "sealed-1", "resealed-1")
    assert store.plivo_accounts.reseal("MA1", "sealed-2", "resealed-2")
    row = store.plivo_accounts.get("MA1")
    assert row is not None
    assert row.sealed_token == "resealed-2"


def test_a_check_is_noted_and_an_account_taken_away(store: Store) -> None:
    store.plivo_accounts.add("MA1", "Head office", "sealed-1")
    assert store.plivo_accounts.note_check("MA1")
    row = store.plivo_accounts.get("MA1")
    assert row is not None
    assert row.checked_at != row.added_at
    assert store.plivo_accounts.delete("MA1")
    assert not store.plivo_accounts.delete("MA1")
    assert not store.plivo_accounts.note_check("MA1")
    assert store.plivo_accounts.list() == []
