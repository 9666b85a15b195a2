"""No call gets to a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import View


def check(view: View) -> Iterator[Problem]:
    """`unreachable-node`; told only where the flow has an entry, since without one every node is."""
    if view.flow.entry not in view.flow.nodes:
        return
    for node_id, _, _ in view.in_order:
        if node_id not in view.reached:
            message = "No call gets to this node. Connect an exit to it, or delete it."
            yield Problem("unreachable-node", message, node=node_id)
