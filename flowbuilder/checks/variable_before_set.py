"""An expression uses a name that some path to it has not set, or that nothing ever sets.

What is certain at a node is what is certain along every link into it: the equations that define dominators, solved for
all the names in use at once. (networkx's `immediate_dominators` knows one place per name only, and takes 20 seconds
where 10,000 nodes share one goodbye.)
"""

from __future__ import annotations

from collections import deque
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

from flowbuilder.flow.expressions import names_in_expression, names_in_text
from flowbuilder.flow.problems import Problem
from flowbuilder.steps import Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowbuilder.checks.view import Looked, View

Name = tuple[str, str]

CALL_NAMES = ("uuid", "from_number", "to_number", "direction", "status", "forwarded_from", "headers", "time")
MESSAGE_NAMES = ("uuid", "from_number", "to_number", "text", "type")
HAS_RUN = ""


class Use(NamedTuple):
    """A setting of a node uses a name."""

    node: str
    setting: str
    name: Name


class Setting(NamedTuple):
    """An exit of a node sets names under `vars`."""

    node: str
    exit: str
    names: frozenset[str]


def check(view: View) -> Iterator[Problem]:
    """`variable-before-set`: one problem for each name in each setting, at the nodes that a call can get to."""
    reached = view.reached
    uses = [use for use in view.all_found(_uses) if use.node in reached]
    names = dict.fromkeys(use.name for use in uses)
    if not names:
        return
    variables = {name for found in view.found(_settings).values() for setting in found for name in setting.names}
    never = {name: sentence for name in names if (sentence := _never_set(view, name, variables))}
    certain = _certain(view, tuple(name for name in names if name not in never), check)
    bits = certain.bits
    for node_id, setting, name in uses:
        sentence = never.get(name)
        if sentence is None and not certain.before[node_id] & bits[name]:
            sentence = (
                f"Some calls get here without what sets {_spelled(name)}, and it is empty for them. "
                "Lead those another way, or word this so that it fits without."
            )
        if sentence is not None:
            yield Problem("variable-before-set", sentence, node=node_id, setting=setting)


def env_names(view: View) -> list[str]:
    """The variables of the deployment (`env.NAME`) that the flow uses where a call may get to."""
    if "env" in view.flow.nodes:
        return []
    used = {use.name for use in view.all_found(_uses) if use.node in view.reached}
    return sorted(name for first, name in used if first == "env" and name)


def names_at(view: View, node_id: str) -> list[str]:
    """The names that are set for certain when a call gets to a node, spelled as in expressions, in their order.

    At a node that no call gets to, these are the names that any call has.
    """
    if node_id not in view.names:
        view.names[node_id] = _names_at(view, node_id)
    return view.names[node_id]


def _names_at(view: View, node_id: str) -> list[str]:
    names = [("call", name) for name in CALL_NAMES]
    if view.message_entry is not None and "message" not in view.flow.nodes:
        names += [("message", name) for name in MESSAGE_NAMES]
    if node_id not in view.reached:
        return sorted(_spelled(name) for name in names)
    for other in one_path(view, node_id):  # what every path sets, this one sets too
        step = view.readings[other].step
        if step is not None:
            names += [(other, output) for output in step.outputs]
            names += [("vars", name) for kept in step.variables_set().values() for name in kept]
    certain = _certain(view, tuple(dict.fromkeys(names)), names_at)
    return sorted(_spelled(name) for name, bit in certain.bits.items() if certain.before[node_id] & bit)


def one_path(view: View, node_id: str) -> Iterator[str]:
    """The nodes of a shortest path from where a call begins to a node, that one left out, backwards."""
    while (far := view.reached[node_id]) > 0:
        node_id = next(other for other in view.course.leading[node_id] if view.reached.get(other) == far - 1)
        yield node_id


def _uses(view: View, looked: list[Looked]) -> Iterator[Use]:
    """Which setting of a node uses which name, each once. What is in scope in one setting alone is left out."""
    for node_id, _, reading, _, drawn in looked:
        if drawn is not None and (reading.texts or type(drawn.step).expressions is not Step.expressions):
            uses = _uses_of(node_id, drawn.step, reading.texts)
            yield from dict.fromkeys(Use(node_id, setting, name) for setting, name in uses)


def _uses_of(node_id: str, step: Step, texts: list[tuple[str, str]]) -> Iterator[tuple[str, Name]]:
    for setting, text in texts:
        local = step.local_names(setting)
        for path in sorted(names_in_text(text)):
            if path[0] not in local and not (path[0] == node_id and setting in step.heard_after_reply):
                yield setting, _name(path)
    for setting, source in step.expressions():
        local = step.local_names(setting)
        for path in sorted(names_in_expression(source)):
            if local.isdisjoint(("*", path[0], ".".join(path[:2]))):
                yield setting, _name(path)


def _settings(view: View, looked: list[Looked]) -> Iterator[Setting]:
    """Which exit of a node sets which variables."""
    for node_id, _, reading, *_ in looked:
        if reading.step is not None and type(reading.step).variables_set is not Step.variables_set:
            for exit, names in reading.step.variables_set().items():
                yield Setting(node_id, exit, names)


def _name(path: tuple[str, ...]) -> Name:
    return path[0], path[1] if len(path) > 1 else HAS_RUN


def _spelled(name: Name) -> str:
    return ".".join(part for part in name if part)


def _never_set(view: View, name: Name, variables: set[str]) -> str | None:
    """What to say of a name that no call ever sets."""
    first, second = name
    if first == "call":
        if second in (HAS_RUN, *CALL_NAMES):
            return None
        return f"There is no call.{second[:64]}. A call has {', '.join(CALL_NAMES)}."
    if first == "vars":
        if second == HAS_RUN or second in variables:
            return None
        return (
            f"Nothing in this flow sets vars.{second[:64]}. "
            "Set it, let a flow that leads here take it along, or correct the name."
        )
    if first == "message" and first not in view.flow.nodes and view.message_entry is not None:
        if second in (HAS_RUN, *MESSAGE_NAMES):
            return None
        return f"There is no message.{second[:64]}. A message has {', '.join(MESSAGE_NAMES)}."
    if first == "env" and first not in view.flow.nodes:
        return None
    if first == "secrets" and first not in view.flow.nodes:
        return "Secrets stand in the headers and the body of a web request only, and are empty here."
    if first not in view.flow.nodes:
        return f"“{first[:64]}” is no node of the flow. Use call, vars, or the id of a node that has run before."
    step = view.readings[first].step
    if step is None or second == HAS_RUN or second in step.outputs:
        return None
    known = f"It has {', '.join(step.outputs)}." if step.outputs else "It gives none."
    return f"{step.label} “{first}” has no output “{second[:64]}”. {known}"


def _is_always_known(view: View, name: Name) -> bool:
    is_message = name[0] == "message" and "message" not in view.flow.nodes
    is_env = name[0] == "env" and "env" not in view.flow.nodes
    return name[0] == "call" or is_message or is_env or name == ("vars", HAS_RUN)


class Certain(NamedTuple):
    """The names in question, a bit each; and by node the bits of those that every path to it has set."""

    bits: Mapping[Name, int]
    before: Mapping[str, int]


def _certain(view: View, names: tuple[Name, ...], asker: object) -> Certain:
    bits = {name: 1 << place for place, name in enumerate(names)}
    known = sum(bit for name, bit in bits.items() if _is_always_known(view, name))
    gained = _gained(view, bits)
    before = view.course.once(asker, (names, known, gained), lambda: _solved(view, sum(bits.values()), known, gained))
    return Certain(bits, before)


def _solved(view: View, everything: int, known: int, gained: Mapping[str, list[tuple[str, int]]]) -> dict[str, int]:
    course = view.course
    before = {node_id: known if node_id in course.starts else everything for node_id in course.reached}
    following = course.following
    waiting = deque(course.callers_first)
    is_waiting = set(waiting)
    while waiting:  # a node of which less is certain than when it was looked at comes again
        node_id = waiting.popleft()
        is_waiting.remove(node_id)
        here = before[node_id]
        for target, gain in gained.get(node_id) or zip(following[node_id], repeat(0)):
            there = before[target]
            certain = there & (here | gain)
            if certain != there:
                before[target] = certain
                if target not in is_waiting:
                    is_waiting.add(target)
                    waiting.append(target)
    return before


def _gained(view: View, bits: Mapping[Name, int]) -> dict[str, list[tuple[str, int]]]:
    """By node on the way from which names are set: where its ways lead, and the bits of those names."""
    outputs: dict[str, dict[str, int]] = {}
    for (first, second), bit in bits.items():
        outputs.setdefault(first, {})[second] = bit
    variables = outputs.get("vars", {})
    settings = view.found(_settings) if variables else {}
    gained = {}
    for node_id in {*outputs, *settings} & view.reached.keys():
        own, step = outputs.get(node_id, {}), view.looked[node_id].reading.step
        kept = {exit: sum(variables.get(name, 0) for name in names) for _, exit, names in settings.get(node_id, ())}
        replied, fallen, falls = _gain(step, own)
        gained[node_id] = [
            (way.target, (fallen if way.exit == falls else replied) | kept.get(way.exit, 0))
            for way in view.ways[node_id]
            if way.target is not None
        ]
    return gained


def _gain(step: Step | None, own: Mapping[str, int]) -> tuple[int, int, str | None]:
    """The bits of a node's own outputs that are known after a reply, and after falling through; and by which exit."""
    if step is None:
        return sum(own.values()), 0, None
    falls = step.falls_through()
    if not own:
        return 0, 0, falls
    replied = sum(own.get(output, 0) for output in (HAS_RUN, *step.outputs))
    fallen = sum(own.get(output, 0) for output in (HAS_RUN, *step.fall_through_outputs())) if falls is not None else 0
    return replied, fallen, falls
