"""A caller who does nothing is asked again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.checks.view import named
from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.course import Course


def check(course: Course) -> Iterator[Problem]:
    """`endless-repeat`: a cycle of passive exits that passes a `no_input`."""
    for first, *others in course.sorted_groups(cycle for cycle in course.passive_cycles if _asks(course, cycle)):
        by_way = f", by way of {named(others)}," if others else ""
        message = (
            f"A caller who stays silent at “{first}” is led back to it{by_way} again and again. "
            "Lead no_input elsewhere; to ask a few times, raise the number of attempts."
        )
        yield Problem("endless-repeat", message, node=first)


def _asks(course: Course, cycle: set[str]) -> bool:
    """Whether one of the ways round is taken because the caller has stayed silent."""
    return any(
        way.passive and not way.silent and way.target in cycle for node_id in cycle for way in course.ways[node_id]
    )
