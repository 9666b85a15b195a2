"""A node can be turned without publishing, and back."""

from __future__ import annotations

import pytest

from flowbuilder.flow.model import Flow
from flowbuilder.store import open_store


@pytest.fixture
def store(store_url):
    store = open_store(store_url)
    yield store
    store.close()


def test_a_switch_holds_until_it_is_turned_back(store):
    flow_id = store.flows.create(Flow("Clinic")).id
    assert store.switches.get(flow_id, "hours") is None
    store.switches.turn(flow_id, "hours", "closed", "ada")
    store.switches.turn(flow_id, "hours", "open", "bob")
    assert store.switches.get(flow_id, "hours") == "open"
    assert [(row.node, row.value, row.author) for row in store.switches.list(flow_id)] == [("hours", "open", "bob")]
    store.switches.turn(flow_id, "hours", None)
    assert store.switches.get(flow_id, "hours") is None
    assert store.switches.list(flow_id) == []


def test_a_switch_is_the_flows_own(store):
    first, second = (store.flows.create(Flow(name)).id for name in ("One", "Two"))
    store.switches.turn(first, "hours", "closed")
    assert store.switches.get(second, "hours") is None
