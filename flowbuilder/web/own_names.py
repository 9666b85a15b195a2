"""Names that an expression may use beside those set at its node: what one setting alone knows, and the deployment's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowbuilder.flow.model import Node
from flowbuilder.steps import read_node

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowbuilder.web import Flowbuilder

EVERYWHERE = ""
RESPONSE = ("status_code", "json", "text")


def names_by_setting(
    parts: Flowbuilder, flow_id: str, node_id: str, node_type: str, settings: Mapping[str, Any]
) -> dict[str, list[str]]:
    """By setting, the names to offer there beside the node's; under `""` those to offer in all of them."""
    found: dict[str, list[str]] = {EVERYWHERE: [f"env.{name}" for name in deployment_variables(parts, flow_id)]}
    step = read_node(node_id, Node(node_type, dict(settings))).step
    for spec in step.settings_specs() if step else ():
        names: list[str] = []
        for local in sorted(step.local_names(spec.name)) if step else ():
            if local == "response":
                names += [f"response.{part}" for part in RESPONSE]
            elif local == "secrets":
                names += [f"secrets.{kept.name}" for kept in parts.vault.list()]
            elif local != "*":
                names.append(local)
        if step and spec.name in step.heard_after_reply:
            names += [f"{node_id}.{output}" for output in step.outputs]
        if names:
            found[spec.name] = names
    return {setting: names for setting, names in found.items() if names}


def deployment_variables(parts: Flowbuilder, flow_id: str) -> dict[str, str]:
    """The variables that the flow's deployments have, each with its value in the first that has it."""
    variables: dict[str, str] = {}
    for row in parts.store.deployment_settings.list(flow_id):
        variables = {**row.variables, **variables}
    return dict(sorted(variables.items()))
