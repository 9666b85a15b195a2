"""A small flow to edit: a greeting, a menu that can be heard again, a decision, an end."""

from __future__ import annotations

from typing import Any

from flowbuilder.flow.model import Flow, Node


def clinic(**extras: Any) -> Flow:
    return Flow(
        "Clinic",
        "welcome",
        {
            "welcome": Node("speak", {"text": "Welcome."}, {"next": "menu"}, (0, 0)),
            "menu": Node(
                "get_input",
                {
                    "prompts": [{"speak": "You pressed {{ menu.digits }}."}],
                    "choices": [{"exit": "one", "digits": "1"}, {"exit": "two", "digits": "2"}],
                },
                {"one": "known", "two": "menu", "no_input": "bye"},
                (300, 0),
            ),
            "known": Node(
                "branch", {"rules": [{"exit": "yes", "when": "menu.digits == '1'"}]}, {"yes": "bye"}, (600, 0)
            ),
            "bye": Node("hangup", {}, {}, (900, 0)),
        },
        extras,
    )
