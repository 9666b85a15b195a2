"""A node can be turned without publishing, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

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


def test_a_switch_that_ends_is_over_by_itself(store_url):
    now = [datetime(2026, 11, 23, 18, 0, tzinfo=UTC)]
    store = open_store(store_url, clock=lambda: now[0])
    flow_id = store.flows.create(Flow("Clinic")).id
    ends_at = datetime(2026, 11, 24, 0, 0, tzinfo=timezone(timedelta(hours=1)))
    store.switches.turn(flow_id, "hours", "closed", ends_at=ends_at)
    assert store.switches.list(flow_id)[0].ends_at == ends_at
    now[0] = ends_at - timedelta(microseconds=1)
    assert store.switches.get(flow_id, "hours") == "closed"
    now[0] = ends_at
    assert (store.switches.get(flow_id, "hours"), store.switches.list(flow_id)) == (None, [])
    store.close()
