"""`trapped-caller`: reachable, and from there every path goes on for ever."""

from __future__ import annotations

from hypothesis import given

from flowbuilder.flow.model import Flow, Node
from tests.checks import brute_force
from tests.checks.drawing import drawn, errors, hang_up, menu, node, nodes_with, say, sentence


@given(flow=brute_force.shapes())
def test_found_exactly_where_the_contract_says(flow: Flow) -> None:
    expected = {brute_force.nearest(flow, region) for region in brute_force.trapped_regions(flow)}
    reported = nodes_with(flow, "trapped-caller")
    assert len(reported) == len(set(reported))
    assert set(reported) == expected


def menus_without_a_way_out() -> dict[str, Node]:
    return {
        "ask": menu("one", one="other", no_input="other", no_match="ask"),
        "other": menu("back", back="ask", no_input="ask", no_match="ask"),
    }


def test_two_menus_that_lead_only_to_each_other_trap_the_caller() -> None:
    flow = drawn("ask", **menus_without_a_way_out())
    assert nodes_with(flow, "trapped-caller") == ["ask"]
    assert "“other”" in sentence(flow, "trapped-caller")


def test_an_exit_that_is_not_connected_is_a_way_out() -> None:
    flow = drawn("ask", ask=menu("one", one="ask", no_input="ask"))
    assert nodes_with(flow, "trapped-caller") == []


def test_what_only_leads_into_a_trap_belongs_to_it() -> None:
    flow = drawn("hello", hello=say(next="ask"), **menus_without_a_way_out())
    assert nodes_with(flow, "trapped-caller") == ["hello"]


def test_a_trap_that_no_caller_gets_to_is_not_told() -> None:
    flow = drawn("end", end=hang_up(), **menus_without_a_way_out())
    assert nodes_with(flow, "trapped-caller") == []


def test_a_silent_loop_is_told_as_such_only() -> None:
    assert errors(drawn("a", a=say(next="b"), b=say(next="a"))) == ["silent-loop"]


def test_leaving_for_other_xml_is_a_way_out() -> None:
    away = node("redirect", {"url": "https://other.example.com"})
    flow = drawn("ask", ask=menu("one", one="away", no_input="ask", no_match="ask"), away=away)
    assert nodes_with(flow, "trapped-caller") == []


def test_a_hangup_that_is_scheduled_ends_the_call_wherever_it_goes_on_to() -> None:
    flow = drawn("soon", soon=hang_up(60, next="ask"), **menus_without_a_way_out())
    assert nodes_with(flow, "trapped-caller") == []


def test_music_without_end_is_where_the_call_stays_by_intent() -> None:
    music = node("play", {"url": "https://audio.example.com/a.mp3", "loop": 0})
    assert errors(drawn("music", music=music)) == []


def test_two_traps_apart_are_two_problems() -> None:
    flow = drawn(
        "ask",
        ask=menu("one two", one="a", two="b"),
        a=menu("x", x="a", no_input="a", no_match="a"),
        b=menu("x", x="b", no_input="b", no_match="b"),
    )
    assert nodes_with(flow, "trapped-caller") == ["a", "b"]


def test_a_link_to_nowhere_is_told_as_that_and_not_as_a_trap() -> None:
    assert errors(drawn("a", a=say(next="nobody"))) == ["unknown-node"]


def test_an_unknown_step_is_taken_as_it_is_connected() -> None:
    flow = drawn("ask", ask=menu("x", x="odd", no_input="odd", no_match="odd"), odd=node("teleport", there="ask"))
    assert errors(flow) == ["unknown-step", "trapped-caller"]
    flow = drawn("ask", ask=menu("x", x="odd", no_input="odd", no_match="odd"), odd=node("teleport"))
    assert errors(flow) == ["unknown-step"]


def test_another_flow_may_end_the_call() -> None:
    elsewhere = node("go_to_flow", {"flow": "Opening times"}, returned="ask")
    flow = drawn("ask", ask=menu("x", x="go", no_input="ask", no_match="ask"), go=elsewhere)
    assert nodes_with(flow, "trapped-caller") == []
