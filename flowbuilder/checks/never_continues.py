"""A connected exit that no call can take."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import Looked, View


def check(view: View, looked: list[Looked]) -> Iterator[Problem]:
    """`never-continues`: the step's settings make the exit impossible, such as `loop: 0` or a key it does not take.

    What a step doubts of its own exits is told as well: opening hours that are never open.
    """
    for at in looked:
        if at.drawn is None:
            continue
        node_id, node, step, exits, dead = at.drawn
        for exit in exits if dead else ():
            if exit in dead and exit in node.exits:
                message = (
                    f"No call ever leaves by “{exit}”: with these settings {step.label} cannot take it. "
                    "Change the settings, or disconnect it."
                )
                yield Problem("never-continues", message, node=node_id, exit=exit)
        for doubt in step.doubts():
            if doubt.exit in node.exits:
                yield replace(doubt, node=node_id)
