"""A call, or a message, begins at a step that cannot begin one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowbuilder.checks.view import View


def check(view: View) -> Iterator[Problem]:
    """`wrong-entry-step`: judged by what the step says of itself. A silent step is decided before anything is sent."""
    for what, entry in (("call", view.flow.entry), ("message", view.message_entry)):
        if entry is None or entry not in view.flow.nodes:
            continue
        step = view.readings[entry].step
        if step is None:
            continue
        able = step.can_start_call if what == "call" else step.can_start_message or step.silent
        if not able:
            message = f"A {what} cannot begin with {step.label}. Choose another node for it to begin at."
            yield Problem("wrong-entry-step", message, node=entry)
