"""Draws small flows for the tests of the checks, and says what was found in them."""

from __future__ import annotations

from typing import Any

from flowbuilder.checks import find_problems
from flowbuilder.flow.model import Flow, Node

MENU = {"prompts": [{"speak": "Choose."}], "num_digits": 1}


def node(type: str, settings: dict[str, Any] | None = None, **exits: str) -> Node:
    return Node(type, settings or {}, exits)


def say(text: str = "Hello.", **exits: str) -> Node:
    return node("speak", {"text": text}, **exits)


def menu(choices: str = "", settings: dict[str, Any] | None = None, **exits: str) -> Node:
    """A get_input; `choices` are exits in a row, the first on key 1: "sales billing"."""
    listed = [{"exit": exit, "digits": str(number)} for number, exit in enumerate(choices.split(), 1)]
    return node("get_input", {**MENU, "choices": listed, **(settings or {})}, **exits)


def ring(**exits: str) -> Node:
    return node("dial", {"to": [{"number": "+14155550100"}]}, **exits)


def decide(*rules: str, **exits: str) -> Node:
    listed = [{"exit": exit, "when": "call.direction == 'inbound'"} for exit in rules]
    return node("branch", {"rules": listed}, **exits)


def ask_web(save: dict[str, str] | None = None, **exits: str) -> Node:
    return node("http_request", {"url": "https://api.example.com", "save": save or {}}, **exits)


def hang_up(schedule: int | None = None, **exits: str) -> Node:
    return node("hangup", {} if schedule is None else {"schedule": schedule}, **exits)


def drawn(entry: str | None, **nodes: Node) -> Flow:
    return Flow("Drawn", entry, nodes)


def found(flow: Flow, code: str) -> list[tuple[str | None, str | None]]:
    """Where a code was found: (node, exit or setting)."""
    return [(problem.node, problem.exit or problem.setting) for problem in find_problems(flow) if problem.code == code]


def nodes_with(flow: Flow, code: str) -> list[str | None]:
    return [node_id for node_id, _ in found(flow, code)]


def sentence(flow: Flow, code: str) -> str:
    """What the only problem of that code says."""
    (message,) = [problem.message for problem in find_problems(flow) if problem.code == code]
    return message


def errors(flow: Flow) -> list[str]:
    return [problem.code for problem in find_problems(flow) if problem.blocks]
