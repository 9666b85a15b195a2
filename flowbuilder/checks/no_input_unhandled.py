"""A step asks the caller, and leads nowhere when no answer comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import Looked, View


def check(view: View, looked: list[Looked]) -> Iterator[Problem]:
    """`no-input-unhandled`: `no_input` is not connected, so the call is cut off."""
    for node_id, node, _, _, drawn in looked:
        if drawn is None or "no_input" in node.exits:
            continue
        if drawn.step.waits_for_caller and "no_input" in drawn.exits:
            message = "A caller who does not answer is cut off here. Connect no_input, to a person or to a goodbye."
            yield Problem("no-input-unhandled", message, node=node_id, exit="no_input")
