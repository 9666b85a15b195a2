"""Two small flows: one that finished files can answer, one that cannot do without the runtime."""

from __future__ import annotations

from typing import Any

import pytest

from flowbuilder.flow.model import Flow

BASE = "https://flows.example.com"


def menu_flow(**extras: Any) -> Flow:
    return Flow.from_json(
        {
            "format": "flowbuilder/1",
            "name": "Büro & Lager",
            "entry": "welcome",
            "nodes": {
                "welcome": {
                    "type": "speak",
                    "settings": {"text": "Welcome <to> the office & store."},
                    "exits": {"next": "menu"},
                    "position": [0, 0],
                },
                "menu": {
                    "type": "get_input",
                    "settings": {
                        "prompts": [{"speak": "Press 1 for the office."}],
                        "input_type": "dtmf",
                        "num_digits": 1,
                        "attempts": 2,
                        "choices": [{"exit": "office", "digits": "1"}],
                    },
                    "exits": {"office": "ring", "no_input": "bye", "no_match": "bye"},
                    "position": [1, 2.5],
                },
                "ring": {
                    "type": "dial",
                    "settings": {"to": [{"number": "+14155550100"}]},
                    "exits": {"otherwise": "bye"},
                    "position": [2, 0],
                },
                "bye": {"type": "hangup", "settings": {}, "exits": {}, "position": [3, 0]},
            },
            **extras,
        }
    )


def deciding_flow() -> Flow:
    return Flow.from_json(
        {
            "format": "flowbuilder/1",
            "name": "Deciding",
            "entry": "who",
            "nodes": {
                "who": {
                    "type": "branch",
                    "settings": {"rules": [{"exit": "known", "when": "call.from_number == '+12025550123'"}]},
                    "exits": {"known": "greet", "otherwise": "ring"},
                },
                "greet": {"type": "speak", "settings": {"text": "Hello {{ call.from_number }}"}, "exits": {}},
                "ring": {
                    "type": "dial",
                    "settings": {"to": [{"number": "+14155550100"}], "report_url": "https://hooks.example.com/dial"},
                    "exits": {"otherwise": "bye"},
                },
                "bye": {"type": "hangup", "settings": {}, "exits": {}},
            },
        }
    )


@pytest.fixture
def menu() -> Flow:
    return menu_flow()


@pytest.fixture
def deciding() -> Flow:
    return deciding_flow()
