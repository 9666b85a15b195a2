"""An exit that is not connected: the call ends there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import View


def check(view: View) -> Iterator[Problem]:
    """`ends-here`: not for an exit that another stands in for, nor for a `no_input`, of which there is a warning."""
    for node_id, node, step, _, _, ways, _ in view.drawn:
        for way in ways:
            if way.exit in node.exits or (step.waits_for_caller and way.exit == "no_input"):
                continue
            message = f"“{way.exit}” is not connected: Plivo hangs up there. Connect it if the call should go on."
            yield Problem("ends-here", message, node=node_id, exit=way.exit)
