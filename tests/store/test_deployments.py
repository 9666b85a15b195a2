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


def test_a_deployment_is_kept_per_flow_and_account(store: Store) -> None:
    flow_id = store.flows.create(Flow("A")).id
    row = DeploymentRow(flow_id, "MA1", "app-1", "A (Flowbuilder)", 1, NUMBERS)
    kept = store.deployments.put(row)
    assert kept == replace(row, updated_at=BEGINNING + timedelta(seconds=2))
    assert store.deployments.get(flow_id, "MA1") == kept
    assert store.deployments.get(flow_id, "MA2") is None
    assert store.deployments.get("other", "MA1") is None


def test_the_next_deployment_takes_the_place_of_the_one_before(store: Store) -> None:
    flow_id = store.flows.create(Flow("A")).id
    store.deployments.put(DeploymentRow(flow_id, "MA1", "app-1", "A", 1, NUMBERS))
    kept = store.deployments.put(DeploymentRow(flow_id, "MA1", "app-1", "A", 2, []))
    assert store.deployments.list() == [kept]
    assert (kept.version, kept.numbers) == (2, [])


def test_deployments_are_listed_and_deleted(store: Store) -> None:
    a, b = store.flows.create(Flow("A")).id, store.flows.create(Flow("B")).id
    for flow_id, account in ((b, "MA1"), (a, "MA2"), (a, "MA1")):
        store.deployments.put(DeploymentRow(flow_id, account, "app", "name", 1))
    assert [(row.flow_id, row.account) for row in store.deployments.list()] == [(a, "MA1"), (a, "MA2"), (b, "MA1")]
    assert [row.account for row in store.deployments.list(a)] == ["MA1", "MA2"]
    store.deployments.delete(a, "MA1")
    store.deployments.delete(a, "MA1")
    assert [row.account for row in store.deployments.list(a)] == ["MA2"]
