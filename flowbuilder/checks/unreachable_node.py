"""No call gets to a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.course import Course


def check(course: Course) -> Iterator[Problem]:
    """`unreachable-node`; told only where the flow has an entry, since without one every node is."""
    if course.entry not in course.crossings:
        return
    for node_id in course.order[len(course.reached) :]:
        message = "No call gets to this node. Connect an exit to it, or delete it."
        yield Problem("unreachable-node", message, node=node_id)
