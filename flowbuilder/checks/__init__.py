"""What can be wrong with a flow: one file per check, listed in the order in which an author should read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.checks import (
    default_voice,
    document_too_large,
    endless_repeat,
    ends_here,
    long_menu,
    long_prompt,
    missing_translation,
    never_continues,
    no_entry,
    no_input_unhandled,
    no_way_to_repeat,
    node_settings,
    silent_loop,
    tagged_text,
    trapped_caller,
    unknown_exit,
    unknown_node,
    unreachable_node,
    variable_before_set,
    wrong_entry_step,
)
from flowbuilder.checks.view import View, nothing_collected, view_after

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flowbuilder.flow.model import Flow
    from flowbuilder.flow.problems import Problem

__all__ = ["CHECKS", "View", "find_problems", "problems_in", "view_after"]

CHECKS: tuple[Callable[[View], Iterable[Problem]], ...] = (
    no_entry.check,
    default_voice.check,
    node_settings.check,
    tagged_text.check,
    document_too_large.check,
    unknown_node.check,
    unknown_exit.check,
    silent_loop.check,
    trapped_caller.check,
    wrong_entry_step.check,
    unreachable_node.check,
    no_input_unhandled.check,
    endless_repeat.check,
    variable_before_set.check,
    missing_translation.check,
    never_continues.check,
    ends_here.check,
    long_menu.check,
    no_way_to_repeat.check,
    long_prompt.check,
)


def find_problems(flow: Flow) -> list[Problem]:
    """Everything that is wrong with a flow: errors, warnings, hints; of each check's, as a call comes by them."""
    return problems_in(View(flow))


def problems_in(view: View) -> list[Problem]:
    """The same, for who has a view already and needs what it has read."""
    with nothing_collected():
        return [problem for check in CHECKS for problem in check(view)]
