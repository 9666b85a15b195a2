"""Whatever is drawn, and whatever the caller does: the compiled program tells the same story as the drawing."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flowbuilder.compiler import compile_flow
from flowbuilder.flow.model import Flow, Node
from flowbuilder.runtime.writing import EndlessDecisions
from tests.story import played
from tests.walk import walked

TEXTS = [
    "Hello.",
    "Again {{ n1.digits }}",
    "You are {{ vars.name }} {{ n2.exit }}",
    "{{ n0.digits }}{{ n3.status }}",
    "{{ vars.name }}",
    "{{ vars.kept }} {{ vars.said }} {{ n4.count }}{{ n1.count }}",
]
RULES = ["n1.exit == 'no_input'", "n0.digits == '1'", "vars.name == 'name2'", "n2.status == 'busy'", "not n3.digits"]


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """Flows in which a passive exit leads on, or nowhere, and what the caller chooses leads anywhere."""
    count = draw(st.integers(1, 9))
    ids = [f"n{number}" for number in range(count)]
    nodes = {}
    for number, node_id in enumerate(ids):
        type_, settings, passive, chosen = draw(_steps(number))
        later = st.sampled_from([None, *ids[number + 1 :]])
        anywhere = st.sampled_from([None, *ids])
        targets = {exit: draw(later) for exit in passive} | {exit: draw(anywhere) for exit in chosen}
        nodes[node_id] = Node(type_, settings, {exit: target for exit, target in targets.items() if target})
    return Flow("Any", "n0", nodes)


@st.composite
def _steps(draw: st.DrawFn, number: int) -> tuple[str, dict[str, Any], list[str], list[str]]:
    types = [
        "speak",
        "speak",
        "play",
        "wait",
        "get_input",
        "get_input",
        "dial",
        "record",
        "branch",
        "http_request",
        "set",
        "counter",
        "split",
        "hours",
        "go_to_flow",
        "hangup",
    ]
    match draw(st.sampled_from(types)):
        case "speak":
            return "speak", {"text": draw(st.sampled_from(TEXTS))}, ["next"], []
        case "play":
            return "play", {"url": f"https://audio.example.com/{number}.mp3"}, ["next"], []
        case "wait":
            return "wait", {"length": number + 1}, ["next"], []
        case "get_input":
            keys = draw(st.lists(st.sampled_from("123"), unique=True, max_size=3))
            settings = {
                "prompts": [{"speak": f"Question {number}?"}],
                "attempts": draw(st.integers(1, 3)),
                "choices": [{"exit": f"key_{key}", "digits": key} for key in keys],
                "no_input_prompts": [{"speak": "I heard nothing."}][: draw(st.integers(0, 1))],
                "no_match_prompts": [{"speak": "That was wrong."}][: draw(st.integers(0, 1))],
            }
            if not keys:
                settings["num_digits"] = 1
            chosen = [f"key_{key}" for key in keys] or ["input"]
            return "get_input", settings, ["no_input"], [*chosen, "no_match"]
        case "dial":
            to = [{"number": f"+1415555010{place}"} for place in range(draw(st.integers(1, 3)))]
            settings = {"to": to, "order": draw(st.sampled_from(["together", "in_turn"]))}
            return (
                "dial",
                settings,
                draw(st.sampled_from([["otherwise"], ["completed", "busy"], ["busy", "otherwise"]])),
                [],
            )
        case "record":
            return "record", {}, ["next"], []
        case "branch":
            rules = draw(st.lists(st.sampled_from(RULES), min_size=1, max_size=2))
            settings = {"rules": [{"exit": f"rule_{place}", "when": rule} for place, rule in enumerate(rules)]}
            return "branch", settings, [*(f"rule_{place}" for place in range(len(rules))), "otherwise"], []
        case "http_request":
            settings = {"url": f"https://api.example.com/{number}", "save": {"name": "response.json.name"}}
            settings["filler"] = draw(st.sampled_from([[], [{"speak": "One moment."}, {"wait": 2}]]))
            return "http_request", settings, ["ok", "failed"], []
        case "set":
            source = draw(st.sampled_from(["n1.digits", "vars.name ~ 'x'", "vars.said", "n0.exit"]))
            return "set", {"variables": {"name": source, "kept": "vars.name"}}, ["next"], []
        case "counter":
            return "counter", {"limit": draw(st.integers(1, 2))}, ["done"], ["again"]
        case "split":
            all_or_none = draw(st.permutations([0, 100]))
            shares = [{"exit": f"way_{place}", "percent": percent} for place, percent in enumerate(all_or_none)]
            return "split", {"shares": shares}, ["way_0", "way_1"], []
        case "hours":
            settings = {"weekly": draw(st.sampled_from([{}, {"thu": [["09:00", "17:00"]]}]))}
            settings["closed_dates"] = draw(st.sampled_from([[], ["01-01"]]))
            return "hours", settings, ["open", "closed", "holiday"], []
        case "go_to_flow":
            settings = {"flow": draw(st.sampled_from(["aside", "aside", "not there"]))}
            settings |= {"inputs": {"who": "vars.name"}, "outcomes": {"said": "vars.said"}}
            return "go_to_flow", settings, ["returned"], []
        case _:
            return "hangup", {}, [], []


@settings(max_examples=200)
@given(flow=flows(), numbers=st.lists(st.integers(0, 11), max_size=12))
def test_the_program_tells_the_same_story_as_the_drawing(flow: Flow, numbers: list[int]) -> None:
    try:
        story, _ = played(compile_flow(flow), flow, numbers)
    except EndlessDecisions:  # more decisions in a row than one request makes: tests/runtime/test_engine.py
        assume(False)
    assert story == walked(flow, numbers)
