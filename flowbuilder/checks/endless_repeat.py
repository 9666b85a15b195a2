"""A caller who does nothing is asked again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.checks.view import named
from flowbuilder.flow.graph import cycles, graph_of_pairs
from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import View


def check(view: View) -> Iterator[Problem]:
    """`endless-repeat`: a cycle of passive exits that passes a `no_input`."""
    asked = [(node_id, way.target) for node_id, ways in view.ways.items() for way in ways if way.passive > way.silent]
    if not asked:
        return
    passive = [
        (node_id, way.target)
        for node_id, ways in view.ways.items()
        for way in ways
        if way.passive and way.target is not None
    ]
    cycle_of = {node_id: number for number, cycle in enumerate(cycles(graph_of_pairs(passive))) for node_id in cycle}
    repeating: dict[int, list[str]] = {
        cycle_of[source]: []
        for source, target in asked
        if target is not None and source in cycle_of and cycle_of[source] == cycle_of.get(target)
    }
    for node_id, number in cycle_of.items():
        if number in repeating:
            repeating[number].append(node_id)
    for first, *others in view.sorted_groups(repeating.values()):
        by_way = f", by way of {named(others)}," if others else ""
        message = (
            f"A caller who stays silent at “{first}” is led back to it{by_way} again and again. "
            "Lead no_input elsewhere; to ask a few times, raise the number of attempts."
        )
        yield Problem("endless-repeat", message, node=first)
