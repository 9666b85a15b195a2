"""Large flows to measure with: many departments, each with a menu, dials, a lookup and a voicemail."""

from __future__ import annotations

from typing import Any

from flowbuilder.flow.model import Flow

DEPARTMENT = 10


def large_flow(count: int) -> Flow:
    """A flow of `count` nodes (a multiple of ten), all of them reachable: each department leads on to the next."""
    departments = count // DEPARTMENT
    nodes: dict[str, Any] = {}
    for number in range(departments):
        nodes.update(_department(number, following=(number + 1) % departments))
    return Flow.from_json({"format": "flowbuilder/1", "name": "Large", "entry": "hello0", "nodes": nodes})


def _department(n: int, following: int) -> dict[str, Any]:
    number = f"+1415555{n % 10_000:04d}"
    choices = [("desk", "1"), ("account", "2"), ("other", "3"), ("again", "9")]
    menu = {
        "prompts": [{"speak": f"For the desk of department {n}, press 1. For your account, press 2."}, {"wait": 1}],
        "num_digits": 1,
        "attempts": 2,
        "no_match_prompts": [{"speak": "That is not one of the choices."}],
        "choices": [{"exit": exit, "digits": digits} for exit, digits in choices],
    }
    lookup = {
        "url": f"https://api.example.com/{n}/{{{{ account{n}.digits }}}}",
        "save": {"owner": "response.json.name"},
    }
    rules = [{"exit": "known", "when": "vars.owner"}]
    return {
        f"hello{n}": _node("speak", {"text": f"Welcome to department {n}."}, next=f"menu{n}"),
        f"menu{n}": _node(
            "get_input",
            menu,
            desk=f"desk{n}",
            account=f"account{n}",
            other=f"hello{following}",
            again=f"menu{n}",
            no_input=f"desk{n}",
            no_match=f"desk{n}",
        ),
        f"desk{n}": _node(
            "dial", {"to": [{"number": number}], "timeout": 20}, completed=f"end{n}", otherwise=f"sorry{n}"
        ),
        f"account{n}": _node(
            "get_input",
            {"prompts": [{"speak": "Enter your account number."}], "num_digits": 6},
            input=f"lookup{n}",
            no_input=f"desk{n}",
        ),
        f"lookup{n}": _node("http_request", lookup, ok=f"owner{n}", failed=f"desk{n}"),
        f"owner{n}": _node("branch", {"rules": rules}, known=f"greet{n}", otherwise=f"desk{n}"),
        f"greet{n}": _node("speak", {"text": "Hello {{ vars.owner }}."}, next=f"desk{n}"),
        f"sorry{n}": _node("play", {"url": f"https://audio.example.com/{n}.mp3"}, next=f"message{n}"),
        f"message{n}": _node("record", {"max_length": 60}, next=f"end{n}"),
        f"end{n}": _node("hangup", {}),
    }


def _node(type: str, settings: dict[str, Any], **exits: str) -> dict[str, Any]:
    return {"type": type, "settings": settings, "exits": exits, "position": [0, 0]}
