"""A caller can get to where no way leads out of the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from flowbuilder.checks.view import named
from flowbuilder.flow.graph import distances, leading_to
from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import View


def check(view: View) -> Iterator[Problem]:
    """`trapped-caller`: reachable, and from there every path goes on for ever. One problem per region."""
    looping = {node_id for loop in view.silent_loops for node_id in loop}
    for region in view.sorted_groups(_regions(view)):
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


def _regions(view: View) -> list[set[str]]:
    """The nodes that a caller can get to and that lead to no end, in groups that hang together."""
    # Past a hangup that is scheduled the call ends, wherever it goes on to: whoever comes that way is not trapped.
    hangs_up = {drawn.id for drawn in view.drawn if drawn.step.ends_call}
    ends = {node_id for node_id, ways in view.ways.items() if not ways or any(way.target is None for way in ways)}
    ends |= {drawn.id for drawn in view.drawn if drawn.step.leaves_flow}
    trapped = set(distances(view.following, view.starts, stop=hangs_up)) - leading_to(view.following, ends | hangs_up)
    if not trapped:
        return []
    return [set(part) for part in nx.weakly_connected_components(view.graph.subgraph(trapped))]
