"""A node has a connection from an exit that its step does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import Looked, View


def check(view: View, looked: list[Looked]) -> Iterator[Problem]:
    """`unknown-exit`: connected, but no call can leave by it."""
    for at in looked:
        if at.drawn is None:
            continue
        node_id, node, step, known, _ = at.drawn
        for exit in node.exits:
            if exit not in known:
                ways = f"It has {', '.join(known)}." if known else "A call cannot leave it at all."
                message = f"{step.label} has no exit “{exit[:64]}”. {ways} Disconnect it, or use one of those."
                if not known:
                    message = f"{step.label} has no exit “{exit[:64]}”: the call does not go on here. Disconnect it."
                yield Problem("unknown-exit", message, node=node_id, exit=exit)
