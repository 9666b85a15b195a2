"""A menu that a caller cannot choose to hear again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.course import Course


MOST_BETWEEN = 10


def check(course: Course) -> Iterator[Problem]:
    """`no-way-to-repeat`: no choice leads back to the menu, directly or by way of prompts alone."""
    for node_id in course.order:
        ways, choices, *_ = course.crossings[node_id]
        if choices and not any(_leads_back(course, way.target, node_id) for way in ways if way.exit in choices):
            message = "A caller cannot hear this menu again. Give it a choice that leads back to it, such as 9."
            yield Problem("no-way-to-repeat", message, node=node_id)


def _leads_back(course: Course, node_id: str | None, menu: str) -> bool:
    for _ in range(MOST_BETWEEN):
        if node_id == menu:
            return True
        ways = course.ways[node_id] if node_id is not None else ()
        if len(ways) != 1 or not ways[0].passive:
            return False
        node_id = ways[0].target
    return False
