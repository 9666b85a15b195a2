"""What of a flow is live: the one place that asks, for the screens and for calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.store import PRODUCTION

if TYPE_CHECKING:
    from flowbuilder.store import DeploymentRow
    from flowbuilder.web import Flowbuilder


def deployment_of(fb: Flowbuilder, flow_id: str, name: str = PRODUCTION) -> DeploymentRow | None:
    """What is live of a flow's deployment; None where nothing is, or only on an account that is not ours any more."""
    row = fb.store.deployments.get(flow_id, name)
    return row if row is not None and fb.accounts.has(row.account) else None


def deployments_of(fb: Flowbuilder, flow_id: str) -> list[DeploymentRow]:
    """All that of a flow is live on accounts of ours."""
    return [row for row in fb.store.deployments.list(flow_id) if fb.accounts.has(row.account)]
