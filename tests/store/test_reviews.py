from __future__ import annotations

from flowbuilder.flow.model import Flow
from flowbuilder.store import Store


def test_a_flow_may_require_a_second_person(store: Store) -> None:
    flow_id = store.flows.create(Flow("A")).id
    assert not store.reviews.is_required(flow_id)
    store.reviews.require(flow_id, True)
    assert store.reviews.is_required(flow_id)
    store.reviews.require(flow_id, False)
    assert not store.reviews.is_required(flow_id)


def test_a_review_is_asked_for_and_decided_once(store: Store) -> None:
    flow_id = store.flows.create(Flow("A")).id
    asked = store.reviews.ask(flow_id, 7, "Ada", "Before Monday, please")
    assert store.reviews.get(flow_id, 7) == asked
    assert (asked.state, asked.decided_at) == ("asked", None)
    assert store.reviews.decide(flow_id, 7, "approved", "Bob", "Fine")
    assert not store.reviews.decide(flow_id, 7, "declined", "Eve")
    decided = store.reviews.get(flow_id, 7)
    assert decided is not None
    assert (decided.state, decided.asked_by, decided.decided_by, decided.note) == ("approved", "Ada", "Bob", "Fine")
    assert decided.decided_at is not None
    assert decided.decided_at > decided.asked_at


def test_what_nobody_asked_for_is_not_decided(store: Store) -> None:
    flow_id = store.flows.create(Flow("A")).id
    assert not store.reviews.decide(flow_id, 1, "approved", "Bob")
    assert store.reviews.get(flow_id, 1) is None


def test_asking_again_takes_back_what_was_decided(store: Store) -> None:
    flow_id = store.flows.create(Flow("A")).id
    store.reviews.ask(flow_id, 7, "Ada")
    store.reviews.decide(flow_id, 7, "declined", "Bob")
    store.reviews.ask(flow_id, 7, "Ada")
    store.reviews.ask(flow_id, 9, "Ada")
    assert [(row.revision, row.state, row.decided_by) for row in store.reviews.list(flow_id)] == [
        (9, "asked", ""),
        (7, "asked", ""),
    ]
