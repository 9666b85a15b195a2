"""All checks together: their order, flows written by hand, and that nothing a file can hold upsets them."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from flowbuilder import checks
from flowbuilder.checks import CHECKS, View, find_problems, problems_in
from flowbuilder.flow.model import Flow, loads
from flowbuilder.flow.problems import ERRORS, HINTS, SEVERITY, WARNINGS, Problem
from tests import strategies
from tests.checks.drawing import ask_web, drawn, hang_up, menu, node, say

ROOT = Path(__file__).resolve().parents[2]
SHARED_FLOWS = Path(os.environ.get("FLOWBUILDER_SHARED", ROOT.parent / "shared")) / "flows"
TEMPLATES = sorted((ROOT / "flowbuilder" / "flow_templates").glob("*.flow.json"))


def everything_wrong() -> Flow:
    """One flow with every code in it, the entry apart."""
    return drawn(
        "hello",
        hello=say("Hello {{ vars.nobody }} {{ 1 +", next="long", busy="long"),
        long=say("word " * 100 + "{{ vars.nobody }}", next="ask"),
        ask=menu("a b c d e f", {"attempts": 99}, a="loop", b="gone", c="music", d="trap", no_match="again", f="again"),
        again=menu("", {"choices": [{"exit": "x", "digits": "1"}, {"exit": "y", "digits": "1"}]}, no_input="again"),
        loop=say(next="loop"),
        trap=menu("x", x="trap", no_match="trap", no_input="trap"),
        music=node("speak", {"text": "Music.", "loop": 0}, next="end"),
        end=hang_up(),
        odd=node("teleport"),
        huge=menu("", {"prompts": [{"speak": "word " * 600}] * 30}),
    )


def test_every_code_that_these_steps_can_cause_is_found() -> None:
    found = {problem.code for problem in find_problems(everything_wrong())}
    found |= {problem.code for problem in find_problems(Flow("Blank"))}
    messages = Flow("Messages", "a", {"a": say()}, {"message_entry": "a"})
    found |= {problem.code for problem in find_problems(messages)}
    languages = Flow("Languages", "a", {"a": say("Hello")}, {"languages": ["en-US", "de-DE"]})
    found |= {problem.code for problem in find_problems(languages)}
    assert set(SEVERITY) - found == set()


def test_every_check_of_the_folder_is_in_the_list() -> None:
    modules = {module.name for module in pkgutil.iter_modules(checks.__path__)} - {"course", "view", "sample_call"}
    listed = {check.look.__module__.rpartition(".")[2] for check in CHECKS}
    assert modules == listed
    for name in modules:
        assert importlib.import_module(f"flowbuilder.checks.{name}").__doc__


def test_errors_come_first_then_warnings_then_hints() -> None:
    severities = [problem.severity for problem in find_problems(everything_wrong())]
    assert severities == sorted(severities, key=["error", "warning", "hint"].index)
    assert len(ERRORS) + len(WARNINGS) + len(HINTS) == len(SEVERITY)


def test_one_check_tells_its_problems_as_a_call_comes_by_them() -> None:
    flow = drawn("c", a=say("", next="b"), b=say(""), c=say("", next="a"), island=say(""))
    bad = [problem.node for problem in find_problems(flow) if problem.code == "bad-setting"]
    assert bad == ["c", "a", "b", "island"]


def test_the_same_flow_gives_the_same_problems() -> None:
    assert find_problems(everything_wrong()) == problems_in(View(everything_wrong()))


def test_a_flow_in_which_nothing_is_wrong_has_no_problems() -> None:
    flow = drawn(
        "hello",
        hello=say(next="ask"),
        ask=menu("pay again", pay="web", again="ask", no_input="bye", no_match="bye"),
        web=ask_web({"sum": "response.json.sum"}, ok="tell", failed="bye"),
        tell=say("You owe {{ vars.sum }}.", next="bye"),
        bye=hang_up(),
    )
    assert find_problems(flow) == []


@given(flow=strategies.broken_flows())
def test_whatever_a_file_can_hold_is_told_in_sentences(flow: Flow) -> None:
    for problem in find_problems(flow):
        assert problem.severity in ("error", "warning", "hint")
        assert problem.message.endswith((".", "!", "?"))
        assert problem.node is None or problem.node in flow.nodes
        assert len(problem.message) < 600


@given(flow=strategies.flows())
def test_good_settings_leave_only_problems_of_the_drawing(flow: Flow) -> None:
    of_the_drawing = {"silent-loop", "trapped-caller"}
    assert {problem.code for problem in find_problems(flow) if problem.blocks} <= of_the_drawing


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_the_templates_have_neither_errors_nor_warnings(path: Path) -> None:
    assert [problem for problem in find_problems(loads(path.read_bytes())) if problem.severity != "hint"] == []


def shared(pattern: str) -> list[Path]:
    return sorted(SHARED_FLOWS.glob(pattern))


@pytest.mark.skipif(not SHARED_FLOWS.is_dir(), reason="the flows written by hand are not here")
def test_the_flows_written_by_hand_have_no_errors() -> None:
    for path in shared("*.flow.json"):
        assert [problem for problem in find_problems(loads(path.read_bytes())) if problem.blocks] == [], path.name


@pytest.mark.skipif(not SHARED_FLOWS.is_dir(), reason="the flows written by hand are not here")
def test_the_broken_flows_have_the_errors_that_they_name_and_no_others() -> None:
    for path in shared("broken/*.json"):
        case = json.loads(path.read_text())
        errors = [problem for problem in find_problems(Flow.from_json(case["flow"])) if problem.blocks]
        assert len(errors) == len(case["expect"]), (path.name, errors)
        for expected in case["expect"]:
            assert any(_is(problem, expected) for problem in errors), (path.name, expected, errors)


def _is(problem: Problem, expected: dict[str, Any]) -> bool:
    told = problem.to_json()
    return all(told[part] == value for part, value in expected.items())
