"""The walk along every exit follows the drawing, and finds a server that goes another way."""

from __future__ import annotations

from typing import Any

import pytest

from flowbuilder.flow.model import Flow, Node
from tests.acceptance.walking import exits_taken

FLOW = Flow(
    "Walked",
    "menu",
    {
        "menu": Node("get_input", {}, {"one": "choose", "no_input": "bye"}),
        "choose": Node("choose_language", {"language": "de-DE"}, {"next": "hello"}),
        "hello": Node("speak", {"text": "Hello."}, {"next": "team"}),
        "team": Node("branch", {"rules": [{"exit": "day", "when": "true"}]}, {"day": "ring", "otherwise": "bye"}),
        "ring": Node("dial", {"to": []}, {"otherwise": "bye"}),
        "bye": Node("speak", {"text": "Bye."}),
    },
)


def served(*nodes: str, turn: int = 2) -> dict[str, Any]:
    return {"kind": "served", "turn": turn, "nodes": list(nodes)}


def decided(node: str, exit: str) -> dict[str, Any]:
    return {"kind": "decided", "turn": 2, "node": node, "exit": exit}


BEGINS = [served("menu", "bye", turn=1), {"kind": "took", "turn": 2, "node": "menu", "exit": "one"}]


def test_what_is_decided_in_the_middle_of_a_document_is_taken_once_the_call_is_past_it() -> None:
    trace = [*BEGINS, decided("choose", "next"), decided("team", "day"), served("hello", "ring")]
    before = {("menu", "one"), ("choose", "next")}
    assert exits_taken(FLOW, trace, 0, ["hello", "ring"]) == before
    assert exits_taken(FLOW, trace, 1, ["hello", "ring"]) == {*before, ("hello", "next"), ("team", "day")}


@pytest.mark.parametrize(
    "events",
    [
        [decided("choose", "next"), decided("team", "day"), served("hello", "bye")],
        [decided("choose", "next"), served("hello", "ring")],
        [decided("choose", "next"), decided("team", "otherwise"), served("hello", "ring")],
        [decided("team", "day"), served("hello", "ring")],
        [decided("choose", "next"), decided("team", "day"), served("ring")],
    ],
    ids=["wrong end", "undecided", "other exit", "left out", "not heard"],
)
def test_a_server_that_goes_another_way_than_the_drawing_is_found(events: list[dict[str, Any]]) -> None:
    with pytest.raises(AssertionError, match="another way than the drawing"):
        exits_taken(FLOW, [*BEGINS, *events], 1, ["hello", "ring"])
