"""`silent-loop`: a cycle in which nothing waits for the caller."""

from __future__ import annotations

from hypothesis import given

from flowbuilder.flow.model import Flow
from tests.checks import brute_force
from tests.checks.drawing import ask_web, decide, drawn, hang_up, menu, node, nodes_with, ring, say, sentence


@given(flow=brute_force.shapes())
def test_found_exactly_where_the_contract_says(flow: Flow) -> None:
    expected = {brute_force.nearest(flow, loop) for loop in brute_force.silent_loops(flow)}
    reported = nodes_with(flow, "silent-loop")
    assert len(reported) == len(set(reported))
    assert set(reported) == expected


def test_speaking_in_a_circle_is_told_once_and_names_the_others() -> None:
    flow = drawn("hello", hello=say(next="b"), c=say(next="b"), b=say(next="c"))
    assert nodes_with(flow, "silent-loop") == ["b"]
    assert "“c”" in sentence(flow, "silent-loop")


def test_a_step_that_leads_to_itself_is_one() -> None:
    assert nodes_with(drawn("a", a=say(next="a")), "silent-loop") == ["a"]


def test_dialling_again_and_again_is_one_by_whichever_exit() -> None:
    assert nodes_with(drawn("a", a=ring(otherwise="sorry"), sorry=say(next="a")), "silent-loop") == ["a"]
    assert nodes_with(drawn("a", a=ring(busy="a", otherwise="end"), end=hang_up()), "silent-loop") == ["a"]


def test_decisions_and_web_requests_do_not_break_a_loop() -> None:
    flow = drawn("a", a=ask_web(ok="b", failed="end"), b=decide("known", known="a", otherwise="end"), end=hang_up())
    assert nodes_with(flow, "silent-loop") == ["a"]


def test_asking_the_caller_breaks_a_loop_by_every_exit() -> None:
    flow = drawn("a", a=say(next="ask"), ask=menu("again", again="a", no_input="a", no_match="a"))
    assert nodes_with(flow, "silent-loop") == []


def test_recording_a_message_breaks_a_loop_and_recording_in_the_background_does_not() -> None:
    assert nodes_with(drawn("a", a=node("record", next="a")), "silent-loop") == []
    in_background = node("record", {"record_session": True}, next="a")
    assert nodes_with(drawn("a", a=in_background), "silent-loop") == ["a"]


def test_an_exit_that_no_call_takes_is_no_part_of_a_loop() -> None:
    endless = node("speak", {"text": "Music.", "loop": 0}, next="a")
    assert nodes_with(drawn("a", a=endless), "silent-loop") == []


def test_two_loops_are_two_problems_the_nearer_first() -> None:
    flow = drawn("ask", d=say(next="d"), ask=menu("one two", one="e", two="e2"), e=say(next="e"), e2=say(next="d"))
    assert nodes_with(flow, "silent-loop") == ["e", "d"]


def test_a_long_loop_names_only_some_of_its_nodes() -> None:
    nodes = {f"n{number}": say(next=f"n{(number + 1) % 40}") for number in range(40)}
    message = sentence(drawn("n0", **nodes), "silent-loop")
    assert "and 33 more" in message
    assert len(message) < 300


def test_a_counter_bounds_the_way_again_and_not_the_way_on() -> None:
    flow = drawn("a", a=say(next="count"), count=node("counter", again="a", done="end"), end=hang_up())
    assert nodes_with(flow, "silent-loop") == []
    flow = drawn("a", a=say(next="count"), count=node("counter", again="end", done="a"), end=hang_up())
    assert nodes_with(flow, "silent-loop") == ["a"]


def test_another_flow_may_wait_for_the_caller() -> None:
    flow = drawn("a", a=node("go_to_flow", {"flow": "Opening times"}, returned="a"))
    assert nodes_with(flow, "silent-loop") == []
