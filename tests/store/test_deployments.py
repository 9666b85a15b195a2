from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flowbuilder.flow.model import Flow
from flowbuilder.store import DeploymentRow, Store
from tests.store.conftest import BEGINNING

NUMBERS: list[dict[str, Any]] = [
    {"number": "14155550100", "previous_app_id": None},
    {"number": "14155550101", "previous_app_id": "9"},
]

ENDPOINTS: list[dict[str, Any]] = [{"endpoint_id": "5", "username": "desk1", "previous_app_id": None}]


def test_a_deployment_is_kept_per_flow_and_name(store: Store) -> None:
    flow_id = store.flows.create(Flow("A")).id
    row = DeploymentRow(flow_id, "MA1", "app-1", "A (Flowbuilder)", 1, NUMBERS, endpoints=ENDPOINTS, author="Ada")
    kept = store.deployments.put(row)
    now = BEGINNING + timedelta(seconds=2)
    assert kept == replace(row, updated_at=now, live_since=now)
    assert store.deployments.get(flow_id) == store.deployments.get(flow_id, "production") == kept
    assert store.deployments.get(flow_id, "staging") is None
    assert store.deployments.get("other") is None


def test_the_next_deployment_takes_the_place_of_the_one_before(store: Store) -> None:
    flow_id = store.flows.create(Flow("A")).id
    store.deployments.put(DeploymentRow(flow_id, "MA1", "app-1", "A", 1, NUMBERS))
    kept = store.deployments.put(DeploymentRow(flow_id, "MA2", "app-1", "A", 2, []))
    assert store.deployments.list() == [kept]
    assert (kept.version, kept.numbers, kept.account) == (2, [], "MA2")


def test_a_version_is_live_since_it_went_live_and_not_since_a_number_was_moved(store: Store) -> None:
    flow_id = store.flows.create(Flow("A")).id
    first = store.deployments.put(DeploymentRow(flow_id, "MA1", "app-1", "A", 1, NUMBERS))
    moved = store.deployments.put(DeploymentRow(flow_id, "MA1", "app-1", "A", 1, []))
    assert moved.live_since == first.live_since
    assert moved.updated_at != first.updated_at
    second = store.deployments.put(DeploymentRow(flow_id, "MA1", "app-1", "A", 2, []))
    assert second.live_since == second.updated_at


def test_deployments_are_listed_and_deleted(store: Store) -> None:
    a, b = store.flows.create(Flow("A")).id, store.flows.create(Flow("B")).id
    for flow_id, name in ((b, "production"), (a, "staging"), (a, "production")):
        store.deployments.put(DeploymentRow(flow_id, "MA1", "app", "name", 1, name=name))
    keys = [(row.flow_id, row.name) for row in store.deployments.list()]
    assert keys == [(a, "production"), (a, "staging"), (b, "production")]
    assert [row.name for row in store.deployments.list(a)] == ["production", "staging"]
    store.deployments.delete(a)
    store.deployments.delete(a)
    assert [row.name for row in store.deployments.list(a)] == ["staging"]
    store.deployments.delete(a, "staging")
    assert store.deployments.list(a) == []
