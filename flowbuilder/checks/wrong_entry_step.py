"""A call, or a message, begins at a step that cannot begin one, or a message gets to a step that is for calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.flow.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from flowbuilder.checks.view import View
    from flowbuilder.steps import Step


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
    yield from _met_by_messages(view)
    yield from _too_late(view)


def _met_by_messages(view: View) -> Iterator[Problem]:
    """Steps on the way of a message that have nothing to do with one: the reply ends before them."""
    entry = view.message_entry
    if entry is None or entry not in view.flow.nodes:
        return
    answers = _reach(view, [entry], through=lambda step: step.silent or step.sends_message)
    for node_id, _, step, *_ in view.drawn:
        fits = step.silent or step.sends_message or step.ends_call
        if node_id in answers and node_id != entry and not fits:
            message = f"A text message gets here, and {step.label} is for calls: its reply ends before this. "
            yield Problem("wrong-entry-step", f"{message}Lead messages another way.", node=node_id)


def _too_late(view: View) -> Iterator[Problem]:
    """Steps that come before answering, where the call may have been answered already."""
    first = [drawn for drawn in view.drawn if drawn.step.before_answering]
    if not first:
        return
    answered = [
        way.target
        for node_id, _, step, *_ in view.drawn
        if node_id in view.reached and not step.silent and not step.before_answering
        for way in view.ways[node_id]
        if way.target is not None
    ]
    late = _reach(view, answered, through=lambda step: True)
    for drawn in first:
        if drawn.id in late:
            message = f"{drawn.step.label} comes too late once a call has been answered. Put it before all else."
            yield Problem("wrong-entry-step", message, node=drawn.id)


def _reach(view: View, starts: Iterable[str], *, through: Callable[[Step], bool]) -> set[str]:
    """The nodes that can be reached from `starts`, going on only past steps of which `through` holds."""
    found, waiting = set(starts), list(starts)
    while waiting:
        node_id = waiting.pop()
        step = view.readings[node_id].step
        if step is None or not through(step):
            continue
        for way in view.ways[node_id]:
            if way.target is not None and way.target not in found:
                found.add(way.target)
                waiting.append(way.target)
    return found
