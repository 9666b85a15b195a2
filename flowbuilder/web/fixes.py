"""What would obviously put a problem right: the edit that does it, and how that is said on a button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowbuilder.steps import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowbuilder.flow.edit_reading import Edit
    from flowbuilder.flow.model import Flow, Node
    from flowbuilder.flow.problems import Problem

LONGEST_PROMPT = 3_000
TALKS = ("speak", "play")


@dataclass(frozen=True)
class Fix:
    """An edit, in the words of flow.edits, and the words of its button: “connect no input to bye”."""

    edit: Edit
    words: str


def fixes_of(flow: Flow, problems: Sequence[Problem]) -> list[Fix | None]:
    """For each problem the one edit that puts it right; None where there is none, or where an author has to choose."""
    asked = any(problem.code == "no-input-unhandled" for problem in problems)
    end = _only_end(flow) if asked else None
    return [_fix(flow, problem, end) for problem in problems]


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
        case "bad-setting" if problem.node in flow.nodes and problem.setting:
            return _shorten(flow.nodes[problem.node], problem.node, problem)
    return None


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
    """Who says nothing goes where a wrong answer leads, or else to the only goodbye, or the only end of the call."""
    wrong = flow.nodes[node_id].exits.get("no_match")
    target = wrong if wrong in flow.nodes and wrong != node_id else end
    if target is None:
        return None
    return Fix({"op": "connect", "node": node_id, "exit": "no_input", "to": target}, f"connect no input to {target}")


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


def _shorten(node: Node, node_id: str, problem: Problem) -> Fix | None:
    """What is spoken, cut behind a word. Not where it has marks: half a pair of them would be left."""
    if f"{LONGEST_PROMPT:,} characters" not in problem.message or problem.setting is None:
        return None
    before = node.settings.get(problem.setting)
    after = [_shorter_prompt(item) for item in before] if isinstance(before, list) else _shorter(before)
    if after == before:
        return None
    edit = {"op": "set_settings", "node": node_id, "settings": {problem.setting: after}}
    return Fix(edit, f"shorten to {LONGEST_PROMPT:,} characters")


def _shorter_prompt(prompt: Any) -> Any:
    return {**prompt, "speak": _shorter(prompt["speak"])} if isinstance(prompt, dict) and "speak" in prompt else prompt


def _shorter(text: Any) -> Any:
    if not isinstance(text, str) or len(text) <= LONGEST_PROMPT or "<" in text:
        return text
    kept = text[:LONGEST_PROMPT]
    if not text[LONGEST_PROMPT].isspace() and len(words := kept.rsplit(maxsplit=1)) == 2:
        kept = words[0]
    opened = kept.rfind("{{")
    if opened > kept.rfind("}}"):
        kept = kept[:opened]
    return kept.rstrip().removesuffix("{").rstrip()


def _spoken(exit: str | None) -> str:
    return (exit or "").replace("_", " ")[:40]
