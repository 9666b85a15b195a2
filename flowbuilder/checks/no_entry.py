"""The flow does not say where a call begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import View


def check(view: View) -> Iterator[Problem]:
    """`no-entry`: no entry, or one that is not among the nodes."""
    entry = view.flow.entry
    if entry is None:
        yield Problem("no-entry", "No node answers the call. Choose the node where a call begins.")
    elif entry not in view.flow.nodes:
        yield Problem(
            "no-entry",
            f"The call should begin at “{entry[:64]}”, which is not in the flow. Choose the node where a call begins.",
        )
