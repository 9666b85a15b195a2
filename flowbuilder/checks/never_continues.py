"""A connected exit that no call can take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import View


def check(view: View) -> Iterator[Problem]:
    """`never-continues`: the step's settings make the exit impossible, such as `loop: 0` or a key it does not take."""
    for node_id, node, step, exits, dead, *_ in view.drawn:
        for exit in exits if dead else ():
            if exit in dead and exit in node.exits:
                message = (
                    f"No call ever leaves by “{exit}”: with these settings {step.label} cannot take it. "
                    "Change the settings, or disconnect it."
                )
                yield Problem("never-continues", message, node=node_id, exit=exit)
