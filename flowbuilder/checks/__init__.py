"""What can be wrong with a flow: one file per check, listed in the order in which an author should read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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

    from flowbuilder.checks.course import Course
    from flowbuilder.checks.view import Looked
    from flowbuilder.flow.model import Flow
    from flowbuilder.flow.problems import Problem

__all__ = ["CHECKS", "View", "find_problems", "problems_in", "view_after"]


class OfFlow(NamedTuple):
    """A check that may look at everything; done anew after every edit."""

    look: Callable[[View], Iterable[Problem]]

    def problems(self, view: View) -> Iterable[Problem]:
        return self.look(view)


class OfCourse(NamedTuple):
    """A check of the ways alone: done anew where an edit has changed those."""

    look: Callable[[Course], Iterable[Problem]]

    def problems(self, view: View) -> Iterable[Problem]:
        return view.course.problems(self.look)


class OfNodes(NamedTuple):
    """A check of each node by itself: done anew where an edit has changed it."""

    look: Callable[[View, list[Looked]], Iterable[Problem]]

    def problems(self, view: View) -> Iterable[Problem]:
        return view.all_found(self.look)


CHECKS: tuple[OfFlow | OfCourse | OfNodes, ...] = (
    OfFlow(no_entry.check),
    OfFlow(default_voice.check),
    OfNodes(node_settings.check),
    OfNodes(tagged_text.check),
    OfNodes(document_too_large.check),
    OfNodes(unknown_node.check),
    OfFlow(unknown_node.check_message_entry),
    OfNodes(unknown_exit.check),
    OfCourse(silent_loop.check),
    OfCourse(trapped_caller.check),
    OfFlow(wrong_entry_step.check),
    OfCourse(unreachable_node.check),
    OfNodes(no_input_unhandled.check),
    OfCourse(endless_repeat.check),
    OfFlow(variable_before_set.check),
    OfFlow(missing_translation.check_voices),
    OfNodes(missing_translation.check),
    OfNodes(never_continues.check),
    OfNodes(ends_here.check),
    OfNodes(long_menu.check),
    OfCourse(no_way_to_repeat.check),
    OfNodes(long_prompt.check),
)


def find_problems(flow: Flow) -> list[Problem]:
    """Everything that is wrong with a flow: errors, warnings, hints; of each check's, as a call comes by them."""
    return problems_in(View(flow))


def problems_in(view: View) -> list[Problem]:
    """The same, for who has a view already and needs what it has read."""
    with nothing_collected():
        return [problem for check in CHECKS for problem in check.problems(view)]
