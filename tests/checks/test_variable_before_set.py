"""`variable-before-set`: used where some path has not set it, or set nowhere at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.flow.model import Flow, Node
from tests import strategies
from tests.checks import brute_force
from tests.checks.drawing import ask_web, decide, drawn, found, hang_up, menu, node, ring, say, sentence

CODE = "variable-before-set"
USES = {"vars.a": "a", "vars.b": "b", "n0.digits": "n0", "n1.status": "n1", "n2.digits": "n2"}


@st.composite
def flows_that_use_names(draw: st.DrawFn) -> Flow:
    """Nodes that set variables or have outputs, and texts that use them, joined at random."""
    ask = {"prompts": [{"speak": "Digits?"}], "num_digits": 4}
    web = {"url": "https://api.example.com"}
    kinds = [
        ("get_input", {**ask, "choices": [{"exit": "one", "digits": "1"}]}),
        ("dial", {"to": [{"number": "+14155550100"}]}),
        ("http_request", {**web, "save": {"a": "response.text"}}),
        ("http_request", {**web, "save": {"a": "response.text", "b": "response.text"}}),
        ("branch", {"rules": [{"exit": "known", "when": "call.uuid"}]}),
        ("speak", {"text": "Hello."}),
    ]
    flow = draw(strategies.flows(st.sampled_from(kinds), most=6))
    nodes = dict(flow.nodes)
    for node_id, one in nodes.items():
        if one.type == "speak":
            words = " ".join(f"{{{{ {name} }}}}" for name in draw(st.lists(st.sampled_from(sorted(USES)), max_size=3)))
            nodes[node_id] = Node("speak", {"text": f"Hello {words}"}, one.exits)
    return Flow(flow.name, flow.entry, nodes)


@given(flow=flows_that_use_names())
def test_found_exactly_where_some_path_has_not_set_the_name(flow: Flow) -> None:
    sets: dict[tuple[str, str], set[str]] = {}
    for step in brute_force.steps(flow):
        source = flow.nodes[step.source]
        kept = {f"vars.{name}" for name in source.settings.get("save", {})}
        outputs = {f"{step.source}.digits"} if source.type == "get_input" else set()
        outputs |= {f"{step.source}.status"} if source.type == "dial" else set()
        sets[step.source, step.exit] = kept | outputs
    reached = brute_force.reached(flow)
    for node_id, one in flow.nodes.items():
        if one.type == "speak":
            used = {name for name in USES if f"{{{{ {name} }}}}" in one.settings["text"]}
            expected = brute_force.unset_names(flow, node_id, used, sets) if node_id in reached else set()
            assert len(found_at(flow, node_id)) == len(expected), (node_id, expected)


def found_at(flow: Flow, node_id: str) -> list[tuple[str | None, str | None]]:
    return [place for place in found(flow, CODE) if place[0] == node_id]


def test_a_name_that_only_one_of_two_ways_sets_is_told() -> None:
    flow = drawn(
        "ask",
        ask=menu("yes no", yes="web", no="greet", no_input="greet", no_match="greet"),
        web=ask_web({"owner": "response.json.name"}, ok="greet", failed="greet"),
        greet=say("Hello {{ vars.owner }}.", next="end"),
        end=hang_up(),
    )
    assert found(flow, CODE) == [("greet", "text")]
    assert "vars.owner" in sentence(flow, CODE)


def test_a_name_that_both_ways_set_is_fine_though_neither_dominates() -> None:
    flow = drawn(
        "ask",
        ask=decide("one", one="web1", otherwise="web2"),
        web1=ask_web({"owner": "response.json.name"}, ok="greet", failed="greet"),
        web2=ask_web({"owner": "response.text"}, ok="greet", failed="greet"),
        greet=say("Hello {{ vars.owner }}.", next="end"),
        end=hang_up(),
    )
    assert found(flow, CODE) == []


def test_a_silent_caller_has_left_digits_that_are_empty_but_set() -> None:
    flow = drawn(
        "ask", ask=menu("", no_input="say", input="say"), say=say("{{ ask.digits }}", next="end"), end=hang_up()
    )
    assert found(flow, CODE) == []


def test_its_own_outputs_are_not_set_in_its_own_question_but_are_after_a_wrong_answer() -> None:
    question = {"prompts": [{"speak": "You said {{ ask.digits }}."}], "attempts": 2}
    assert found(drawn("ask", ask=menu("x", question)), CODE) == [("ask", "prompts")]
    again = {"no_match_prompts": [{"speak": "{{ ask.digits }} is none of them."}], "attempts": 2}
    assert found(drawn("ask", ask=menu("x", again)), CODE) == []


def test_response_is_known_where_a_web_request_keeps_values_and_nowhere_else() -> None:
    assert found(drawn("web", web=ask_web({"a": "response.json.a"})), CODE) == []
    assert found(drawn("a", a=say("{{ response.text }}")), CODE) == [("a", "text")]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{{ vars.nobody }}", "vars.nobody"),
        ("{{ nobody.digits }}", "nobody"),
        ("{{ call.shoe_size }}", "shoe_size"),
        ("{{ ask.colour }}", "colour"),
        ("{{ hello.text }}", "text"),
    ],
)
def test_a_name_that_nothing_sets_is_told_with_what_there_is(text: str, named: str) -> None:
    flow = drawn("hello", hello=say(next="ask"), ask=menu("", input="say", no_input="say"), say=say(text))
    assert found(flow, CODE) == [("say", "text")]
    assert named in sentence(flow, CODE)


def test_every_name_of_a_call_is_known() -> None:
    names = ["uuid", "from_number", "to_number", "direction", "status", "forwarded_from", "headers.account"]
    assert found(drawn("a", a=say(" ".join(f"{{{{ call.{name} }}}}" for name in names))), CODE) == []


def test_rules_and_nested_settings_are_read_too() -> None:
    late = {"url": "https://api.example.com", "method": "POST", "json": {"who": ["{{ ring.status }}"]}}
    flow = drawn(
        "first",
        first=node("http_request", late, ok="choose", failed="choose"),
        choose=node("branch", {"rules": [{"exit": "busy", "when": "ring.status == 'busy'"}]}, busy="ring"),
        ring=ring(),
    )
    assert found(flow, CODE) == [("first", "json"), ("choose", "rules")]


def test_one_name_twice_in_a_setting_is_told_once() -> None:
    assert found(drawn("a", a=say("{{ vars.x }} and {{ vars.x }}")), CODE) == [("a", "text")]


def test_where_no_call_comes_by_nothing_is_told() -> None:
    assert found(drawn("a", a=hang_up(), b=say("{{ vars.x }}")), CODE) == []


def test_an_unknown_step_may_have_set_anything_of_its_own() -> None:
    flow = drawn("odd", odd=node("teleport", next="a"), a=say("{{ odd.place }}"))
    assert found(flow, CODE) == []


def test_values_that_are_set_are_known_from_there_on_and_below_in_the_same_step() -> None:
    values = node("set", {"variables": {"team": "'sales'", "greeting": "'Hello ' ~ vars.team"}}, next="say")
    assert found(drawn("set", set=values, say=say("{{ vars.greeting }}")), CODE) == []
    circular = node("set", {"variables": {"count": "vars.count + 1"}})
    assert found(drawn("set", set=circular), CODE) == [("set", "variables")]


def test_what_another_flow_brings_back_is_named_as_it_names_it() -> None:
    settings = {"flow": "Times", "inputs": {"team": "vars.team"}, "outcomes": {"choice": "menu.exit"}}
    flow = drawn("go", go=node("go_to_flow", settings, returned="say"), say=say("{{ vars.choice }}"))
    assert found(flow, CODE) == [("go", "inputs")]
