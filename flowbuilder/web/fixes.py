"""What would obviously put a problem right: the edit that does it, and how that is said on a button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowbuilder.steps import CATALOGUE
from flowbuilder.web.setting_fixes import right_setting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowbuilder.flow.edit_reading import Edit
    from flowbuilder.flow.model import Flow
    from flowbuilder.flow.problems import Problem

TALKS = ("speak", "play")
# How far from the step that it follows a new one is put, and from any other at least, in pixels of the drawing.
BESIDE, BELOW = 300, 160


@dataclass(frozen=True)
class Fix:
    """An edit, in the words of flow.edits, and the words of its button: “connect no input to bye”."""

    edit: Edit
    words: str


def fixes_of(flow: Flow, problems: Sequence[Problem]) -> list[Fix | None]:
    """For each problem the one edit that puts it right; None where there is none, or where an author has to choose."""
    asked = any(problem.code == "no-input-unhandled" for problem in problems)
    end = _only_end(flow) if asked else None
    joined = _only_joining(flow, problems)
    return [joined.get(index) or _fix(flow, problem, end) for index, problem in enumerate(problems)]


def _fix(flow: Flow, problem: Problem, end: str | None) -> Fix | None:
    match problem.code:
        case "no-entry":
            return _begin(flow)
        case "unknown-node" if problem.node is None:
            return Fix({"op": "set_details", "details": {"message_entry": ""}}, "let no text message start")
        case "unknown-node" | "unknown-exit":
            return Fix(
                {"op": "disconnect", "node": problem.node, "exit": problem.exit},
                f"disconnect {_spoken(problem.exit)}",
            )
        case "unreachable-node":
            return Fix({"op": "delete_nodes", "nodes": [problem.node]}, f"delete {problem.node}")
        case "no-input-unhandled" if problem.node in flow.nodes:
            return _answer_silence(flow, problem.node, end)
        case "bad-setting" | "duplicate-choice" if problem.node in flow.nodes and problem.setting:
            right = right_setting(flow, flow.nodes[problem.node], problem)
            if right is not None:
                edit = {"op": "set_settings", "node": problem.node, "settings": {problem.setting: right[0]}}
                return Fix(edit, right[1])
    return None


def _only_joining(flow: Flow, problems: Sequence[Problem]) -> dict[int, Fix]:
    """Where one exit ends the call and no call gets to one chain of steps, each is what the other lacks."""
    apart = {problem.node: index for index, problem in enumerate(problems) if problem.code == "unreachable-node"}
    led_to = {target for node in apart if node in flow.nodes for target in flow.nodes[node].exits.values()}
    heads = [node for node in apart if node in flow.nodes and node not in led_to]
    open_exits = [
        (index, problem)
        for index, problem in enumerate(problems)
        if problem.code == "ends-here" and problem.node not in apart and problem.exit
    ]
    if len(heads) != 1 or len(open_exits) != 1:
        return {}
    index, problem = open_exits[0]
    edit = {"op": "connect", "node": problem.node, "exit": problem.exit, "to": heads[0]}
    fix = Fix(edit, f"connect {_spoken(problem.exit)} of {problem.node} to {heads[0]}")
    return {index: fix} | dict.fromkeys(apart.values(), fix)


def _begin(flow: Flow) -> Fix | None:
    """The call begins at the only node that nothing leads to."""
    led_to = {target for name, node in flow.nodes.items() for target in node.exits.values() if target != name}
    led_to.add(str(flow.extras.get("message_entry")))
    first = [name for name in flow.nodes if name not in led_to]
    if len(first) != 1:
        return None
    kind = CATALOGUE.get(flow.nodes[first[0]].type)
    if kind is None or not kind.can_start_call:
        return None
    return Fix({"op": "set_entry", "node": first[0]}, f"start the call at {first[0]}")


def _answer_silence(flow: Flow, node_id: str, end: str | None) -> Fix | None:
    """Who says nothing goes where a wrong answer leads, to the only goodbye, the only end of the call, or a new one."""
    wrong = flow.nodes[node_id].exits.get("no_match")
    target = wrong if wrong in flow.nodes and wrong != node_id else end
    if target is None:
        edit = {
            "op": "add_node",
            "type": "hangup",
            "from": [node_id, "no_input"],
            "position": _place_beside(flow, node_id),
        }
        return Fix(edit, "add a hang up for no input")
    return Fix({"op": "connect", "node": node_id, "exit": "no_input", "to": target}, f"connect no input to {target}")


def _place_beside(flow: Flow, node_id: str) -> list[float]:
    """Where a new step does not cover another: to the right of the node, as far down as it takes."""
    x, y = flow.nodes[node_id].position[0] + BESIDE, flow.nodes[node_id].position[1]
    around = [node.position for node in flow.nodes.values()]
    while any(
        abs(left - x) < BESIDE and abs(top - y) < BELOW for left, top in around if (left, top) != (x - BESIDE, y)
    ):
        y += BELOW
    return [x, y]


def _only_end(flow: Flow) -> str | None:
    """The only goodbye, something that is heard right before the end of the call, or else the only end of the call."""
    ends = {name: None for name, node in flow.nodes.items() if node.type == "hangup"}
    goodbyes = [
        name
        for name, node in flow.nodes.items()
        if node.type in TALKS
        and name != flow.entry
        and node.exits
        and all(target in ends for target in node.exits.values())
    ]
    return next((found[0] for found in (goodbyes, list(ends)) if len(found) == 1), None)


def _spoken(exit: str | None) -> str:
    return (exit or "").replace("_", " ")[:40]
