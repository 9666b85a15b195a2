"""An exit that is not connected: the call ends there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import Looked, View


def check(view: View, looked: list[Looked]) -> Iterator[Problem]:
    """`ends-here`: not for an exit that another stands in for, nor for a `no_input`, of which there is a warning."""
    for node_id, node, _, crossing, drawn in looked:
        for way in crossing.ways if drawn is not None else ():
            if way.exit in node.exits or (way.exit == "no_input" and drawn is not None and drawn.step.waits_for_caller):
                continue
            message = f"“{way.exit}” is not connected: Plivo hangs up there. Connect it if the call should go on."
            yield Problem("ends-here", message, node=node_id, exit=way.exit)
