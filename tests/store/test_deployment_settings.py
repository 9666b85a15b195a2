from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from flowbuilder.flow.model import Flow
from flowbuilder.store import DeploymentSettingsRow, Store


def test_production_has_settings_before_anybody_made_any(store: Store) -> None:
    flow_id = store.flows.create(Flow("A")).id
    assert store.deployment_settings.get(flow_id) == DeploymentSettingsRow(flow_id)
    assert store.deployment_settings.get(flow_id, "staging") is None
    assert [row.name for row in store.deployment_settings.list(flow_id)] == ["production"]


def test_a_second_deployment_has_its_own_account_and_variables(store: Store) -> None:
    flow_id = store.flows.create(Flow("A")).id
    row = DeploymentSettingsRow(
        flow_id, "staging", "SA1", {"API": "https://staging.example/ü"}, {"default_number_app": False}, author="Ada"
    )
    kept = store.deployment_settings.put(row)
    assert kept.updated_at is not None
    assert replace(kept, updated_at=None) == row
    assert store.deployment_settings.get(flow_id, "staging") == kept
    changed = store.deployment_settings.put(replace(kept, variables={}))
    assert store.deployment_settings.get(flow_id, "staging") == changed
    store.deployment_settings.put(DeploymentSettingsRow(flow_id, "canary"))
    assert [row.name for row in store.deployment_settings.list(flow_id)] == ["production", "canary", "staging"]


def test_who_uses_an_account_can_be_asked(store: Store) -> None:
    a, b = store.flows.create(Flow("A")).id, store.flows.create(Flow("B")).id
    for flow_id, name, account in ((b, "production", "MA1"), (a, "staging", "MA1"), (a, "production", None)):
        store.deployment_settings.put(DeploymentSettingsRow(flow_id, name, account))
    assert [(row.flow_id, row.name) for row in store.deployment_settings.users_of("MA1")] == [
        (a, "staging"),
        (b, "production"),
    ]
    assert store.deployment_settings.users_of("MA2") == []


def test_a_deployment_without_settings_is_gone_and_production_is_as_at_the_start(store: Store) -> None:
    flow_id = store.flows.create(Flow("A")).id
    for name in ("production", "staging"):
        store.deployment_settings.put(DeploymentSettingsRow(flow_id, name, "MA1"))
        store.deployment_settings.delete(flow_id, name)
    assert store.deployment_settings.list(flow_id) == [DeploymentSettingsRow(flow_id)]


def test_only_a_flow_has_deployments(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        store.deployment_settings.put(DeploymentSettingsRow("nothing"))
