"""An expression uses a name that some path to it has not set, or that nothing ever sets.

What is certain at a node is what is certain along every link into it: the equations that define dominators, solved for
all the names in use at once. (networkx's `immediate_dominators` knows one place per name only, and takes 20 seconds
where 10,000 nodes share one goodbye.)
"""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

from flowbuilder.flow.expressions import names_in_expression, names_in_text
from flowbuilder.flow.problems import Problem
from flowbuilder.steps import Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowbuilder.checks.view import View

    Name = tuple[str, str]
    Use = tuple[str, Name]

CALL_NAMES = ("uuid", "from_number", "to_number", "direction", "status", "forwarded_from", "headers", "time")
MESSAGE_NAMES = ("uuid", "from_number", "to_number", "text", "type")
HAS_RUN = ""


def check(view: View) -> Iterator[Problem]:
    """`variable-before-set`: one problem for each name in each setting, at the nodes that a call can get to."""
    reached, readings = view.reached, view.readings
    uses = {
        node_id: used
        for node_id, _, step, *_ in view.drawn
        if ((texts := readings[node_id].texts) or type(step).expressions is not Step.expressions)
        and node_id in reached
        and (used := list(dict.fromkeys(_uses(node_id, step, texts))))
    }
    names = dict.fromkeys(name for used in uses.values() for _, name in used)
    if not names:
        return
    variables = {name for drawn in view.drawn for kept in drawn.step.variables_set().values() for name in kept}
    never = {name: sentence for name in names if (sentence := _never_set(view, name, variables))}
    bits = {name: 1 << place for place, name in enumerate(name for name in names if name not in never)}
    certain = _certain(view, bits)
    for node_id, used in uses.items():
        for setting, name in used:
            sentence = never.get(name)
            if sentence is None and not certain[node_id] & bits[name]:
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
    used = {
        name
        for node_id, _, step, *_ in view.drawn
        for _, (first, name) in _uses(node_id, step, view.readings[node_id].texts)
        if first == "env" and name and node_id in view.reached
    }
    return sorted(used)


def names_at(view: View, node_id: str) -> list[str]:
    """The names that are set for certain when a call gets to a node, spelled as in expressions, in their order.

    At a node that no call gets to, these are the names that any call has.
    """
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
    bits = {name: 1 << place for place, name in enumerate(dict.fromkeys(names))}
    certain = _certain(view, bits)[node_id]
    return sorted(_spelled(name) for name, bit in bits.items() if certain & bit)


def one_path(view: View, node_id: str) -> Iterator[str]:
    """The nodes of a shortest path from where a call begins to a node, that one left out, backwards."""
    while (far := view.reached[node_id]) > 0:
        node_id = next(other for other in view.graph.predecessors(node_id) if view.reached.get(other) == far - 1)
        yield node_id


def _uses(node_id: str, step: Step, texts: list[tuple[str, str]]) -> Iterator[Use]:
    """Which setting of a node uses which name. What is in scope in one setting alone is left out."""
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


def _certain(view: View, bits: Mapping[Name, int]) -> dict[str, int]:
    """By node: the bits of the names that every path from where a call begins has set."""
    known = sum(bit for name, bit in bits.items() if _is_always_known(view, name))
    everything = sum(bits.values())
    gained = _gained(view, bits)
    before = {node_id: known if node_id in view.starts else everything for node_id in view.reached}
    order, following = view.callers_first, view.following
    changed = True
    while changed:
        changed = False
        for node_id in order:
            here = before[node_id]
            for target, gain in gained.get(node_id) or zip(following[node_id], repeat(0), strict=False):
                there = before[target]
                certain = there & (here | gain)
                if certain != there:
                    before[target] = certain
                    changed = True
    return before


def _gained(view: View, bits: Mapping[Name, int]) -> dict[str, list[tuple[str, int]]]:
    """By node on the way from which names are set: where its ways lead, and the bits of those names."""
    outputs: dict[str, dict[str, int]] = {}
    for (first, second), bit in bits.items():
        outputs.setdefault(first, {})[second] = bit
    variables = outputs.get("vars", {})
    gained = {}
    for node_id in view.reached:
        own, step = outputs.get(node_id, {}), view.readings[node_id].step
        kept = step.variables_set() if step is not None and variables else {}
        if not own and not kept:
            continue
        gained[node_id] = [
            (way.target, _gain(step, way.exit, own) | sum(variables.get(name, 0) for name in kept.get(way.exit, ())))
            for way in view.ways[node_id]
            if way.target is not None
        ]
    return gained


def _gain(step: Step | None, exit: str, own: Mapping[str, int]) -> int:
    """The bits of a node's own outputs that are known once it has been left by that exit."""
    if not own:
        return 0
    if step is None:
        return sum(own.values())
    given = step.fall_through_outputs() if exit == step.falls_through() else step.outputs
    return sum(own.get(output, 0) for output in (HAS_RUN, *given))
