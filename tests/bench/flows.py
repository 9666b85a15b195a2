"""Large flows to measure with: four of the templates over and over, each copy going on to the next where it ended."""

from __future__ import annotations

from itertools import cycle
from typing import Any

from flowbuilder.flow.expressions import rename_in_expression, rename_in_text
from flowbuilder.flow.model import Flow, Node, loads
from tests.bench.fetches import TEMPLATES

NAMES = ("phone_tree", "voicemail", "forward_with_fallback", "dial_status_report")


def large_flow(count: int) -> Flow:
    """A flow of about `count` nodes (never fewer), all of which a call can get to."""
    templates = [loads((TEMPLATES / f"{name}.flow.json").read_bytes()) for name in NAMES]
    nodes: dict[str, Node] = {}
    for number, template in enumerate(cycle(templates)):
        following = f"{templates[(number + 1) % len(templates)].entry}_{number + 1}"
        last = len(nodes) + len(template.nodes) >= count
        nodes.update(_copy(template, number, None if last else following))
        if last:
            return Flow("Large", f"{templates[0].entry}_0", nodes)
    raise AssertionError("cycle() never ends")


def _copy(template: Flow, number: int, following: str | None) -> dict[str, Node]:
    """The template's nodes under ids of their own; what led to its hangup leads to `following`, where there is one."""
    ends = {node_id for node_id, node in template.nodes.items() if node.type == "hangup" and following}
    copies = {}
    for node_id, node in template.nodes.items():
        if node_id not in ends:
            exits = {exit: str(following) if to in ends else f"{to}_{number}" for exit, to in node.exits.items()}
            settings = _renamed(node.settings, [*template.nodes], number)
            copies[f"{node_id}_{number}"] = Node(node.type, settings, exits, node.position)
    return copies


def _renamed(value: Any, node_ids: list[str], number: int, key: str = "") -> Any:
    """The settings with the copy's ids in their expressions, and texts that differ from copy to copy."""
    if isinstance(value, dict):
        return {name: _renamed(inner, node_ids, number, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, node_ids, number) for inner in value]
    if isinstance(value, str):
        rename = rename_in_expression if key == "when" else rename_in_text
        for node_id in node_ids:
            value = rename(value, node_id, f"{node_id}_{number}")
        return f"{value} {number}" if key in ("text", "speak") else value
    return value
