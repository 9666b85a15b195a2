"""A caller can get to where no way leads out of the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from flowbuilder.checks.view import named
from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.course import Course


def check(course: Course) -> Iterator[Problem]:
    """`trapped-caller`: reachable, and from there every path goes on for ever. One problem per region."""
    looping = {node_id for loop in course.silent_loops for node_id in loop}
    for region in course.sorted_groups(_regions(course)):
        reported = [node_id for node_id in region if node_id not in looping]
        if not reported:
            continue
        first, *others = reported
        where = f"“{first}”" if not others else f"“{first}” (with {named(others)})"
        message = (
            f"A caller who gets to {where} can only go on for ever: no way ends the call. "
            "Lead one exit to a Hang up, or to a part of the flow that ends."
        )
        yield Problem("trapped-caller", message, node=first)


def _regions(course: Course) -> list[set[str]]:
    """The trapped nodes, in groups that hang together."""
    if not course.trapped:
        return []
    return [set(part) for part in nx.weakly_connected_components(course.graph.subgraph(course.trapped))]
