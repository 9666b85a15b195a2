"""A menu that a caller cannot choose to hear again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import View


MOST_BETWEEN = 10


def check(view: View) -> Iterator[Problem]:
    """`no-way-to-repeat`: no choice leads back to the menu, directly or by way of prompts alone."""
    for drawn in view.drawn:
        back = (_leads_back(view, way.target, drawn.id) for way in drawn.ways if way.exit in drawn.choices)
        if drawn.choices and not any(back):
            message = "A caller cannot hear this menu again. Give it a choice that leads back to it, such as 9."
            yield Problem("no-way-to-repeat", message, node=drawn.id)


def _leads_back(view: View, node_id: str | None, menu: str) -> bool:
    for _ in range(MOST_BETWEEN):
        if node_id == menu:
            return True
        ways = view.ways[node_id] if node_id is not None else ()
        if len(ways) != 1 or not ways[0].passive:
            return False
        node_id = ways[0].target
    return False
