"""`endless-repeat`: a caller who does nothing is asked for ever."""

from __future__ import annotations

from hypothesis import given

from flowbuilder.flow.model import Flow
from tests.checks import brute_force
from tests.checks.drawing import drawn, errors, hang_up, menu, node, nodes_with, say, sentence


@given(flow=brute_force.shapes())
def test_found_exactly_where_the_contract_says(flow: Flow) -> None:
    expected = {brute_force.nearest(flow, cycle) for cycle in brute_force.endless_repeats(flow)}
    reported = nodes_with(flow, "endless-repeat")
    assert len(reported) == len(set(reported))
    assert set(reported) == expected


def test_a_menu_that_asks_again_by_way_of_a_sentence_is_one() -> None:
    flow = drawn("ask", ask=menu("x", x="end", no_input="sorry"), sorry=say(next="ask"), end=hang_up())
    assert nodes_with(flow, "endless-repeat") == ["ask"]
    assert "“sorry”" in sentence(flow, "endless-repeat")
    assert errors(flow) == []


def test_a_wrong_key_that_asks_again_is_none() -> None:
    flow = drawn("ask", ask=menu("x", x="end", no_match="ask", no_input="end"), end=hang_up())
    assert nodes_with(flow, "endless-repeat") == []


def test_attempts_are_bounded_and_therefore_none() -> None:
    flow = drawn("ask", ask=menu("x", {"attempts": 10}, x="end", no_input="end"), end=hang_up())
    assert nodes_with(flow, "endless-repeat") == []


def test_asking_again_as_often_as_a_counter_allows_is_none() -> None:
    retry = node("counter", {"limit": 2}, again="ask", done="end")
    flow = drawn("ask", ask=menu("x", x="end", no_input="retry", no_match="retry"), retry=retry, end=hang_up())
    assert nodes_with(flow, "endless-repeat") == []
