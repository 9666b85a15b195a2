"""(node, exit) -> where to go, for every exit a step has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowbuilder.flow.model import Node
    from flowbuilder.steps import Step


def routes_of(node: Node, step: Step) -> dict[str, str]:
    """The node that each exit leads to; an exit that is missing here ends the call.

    An exit that is not connected goes where the stand-in exit goes (`otherwise` of a dial), if that is connected.
    """
    connected = node.exits
    stand_in = connected.get(step.stand_in_exit) if step.stand_in_exit else None
    return {exit: target for exit in step.exits() if (target := connected.get(exit, stand_in)) is not None}
