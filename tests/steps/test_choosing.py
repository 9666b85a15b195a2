"""Split, counter and set: where they lead, and what they leave behind."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from flowbuilder.runtime import NoServices
from tests.checks.drawing import hang_up, menu, node, say
from tests.runtime.line import Line, spoken
from tests.steps.reading_good import complaints, step

SHARES: list[dict[str, Any]] = [
    {"exit": "old", "percent": 70},
    {"exit": "new", "percent": 25},
    {"exit": "rest", "percent": 5},
]


def way(number: str, shares: list[dict[str, Any]] | None = None, node_id: str = "here", uuid: str = "u") -> str | None:
    split = step("split", shares=shares or SHARES)
    return split.decide({"call": {"from_number": number, "uuid": uuid}}, NoServices(), node_id).exit


def test_many_callers_go_each_way_in_their_shares() -> None:
    callers = 20_000
    taken = Counter(way(f"+1202{number:07}") for number in range(callers))
    for share in SHARES:
        assert abs(taken[share["exit"]] / callers - share["percent"] / 100) < 0.01


def test_a_caller_goes_the_same_way_each_time_however_the_number_is_written() -> None:
    for number in range(200):
        assert way(f"+1202{number:07}") == way(f"1202{number:07}", uuid="another")


def test_two_splits_choose_independently() -> None:
    half = [{"exit": "a", "percent": 50}, {"exit": "b", "percent": 50}]
    ways = Counter((way(f"1202{n:07}", half, "one"), way(f"1202{n:07}", half, "two")) for n in range(4_000))
    assert all(abs(count / 4_000 - 0.25) < 0.04 for count in ways.values())


def test_callers_who_hide_their_number_are_told_apart_by_their_calls() -> None:
    taken = Counter(way("", uuid=f"call-{number}") for number in range(2_000))
    assert set(taken) == {"old", "new", "rest"}


def test_a_share_of_nothing_is_never_taken_and_one_of_all_always() -> None:
    shares = [{"exit": "never", "percent": 0}, {"exit": "always", "percent": 100}]
    assert {way(f"1202{number:07}", shares) for number in range(500)} == {"always"}


def test_shares_add_up_and_have_exits_of_their_own() -> None:
    assert complaints("split", shares=SHARES[:2]) == [("bad-setting", "shares")]
    twice = [{"exit": "a", "percent": 50}, {"exit": "a", "percent": 50}]
    assert complaints("split", shares=twice) == [("duplicate-choice", "shares")]
    assert complaints("split", shares=[{"exit": "a", "percent": 101}]) == [("bad-setting", "shares")]


def counting(limit: int) -> Line:
    return Line(
        a=menu("x", x="count", no_input="end"),
        count=node("counter", {"limit": limit}, again="a", done="end"),
        end=say("Passed {{ count.count }}."),
    )


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_a_counter_lets_a_call_pass_so_often_and_no_more(limit: int) -> None:
    line = counting(limit)
    line.arrive("a")
    for number in range(1, limit + 1):
        line.resume("a", "input", digits="1")
        assert line.call.outputs["count"] == {"count": number}
    assert spoken(line.resume("a", "input", digits="1")) == [f"Passed {limit + 1}."]


def test_a_counter_counts_what_was_passed_and_not_what_was_only_written_ahead() -> None:
    line = Line(
        a=menu("x", x="a", no_input="count"),
        count=node("counter", {"limit": 3}, again="b", done="end"),
        b=menu("x", x="a", no_input="end"),
        end=say("{{ count.count }}"),
    )
    line.arrive("a")
    line.resume("a", "input", digits="1")
    assert "count" not in line.call.outputs
    line.resume("b", "input", digits="1")
    assert line.call.outputs["count"] == {"count": 1}


def test_a_counter_of_a_loop_without_questions_ends_in_bounded_time() -> None:
    line = Line(a=node("counter", {"limit": 100}, again="b", done="c"), b=say("Again.", next="a"), c=hang_up())
    document = line.arrive("a")
    assert [str(child.tag) for child in document] == ["Speak", "Redirect"]


VALUES = {"first": "call.from_number", "second": "vars.first ~ '!'", "third": "nowhere.x", "fourth": "vars.kept"}


def test_each_value_sees_the_ones_above_it() -> None:
    decided = step("set", variables=VALUES).decide(
        {"call": {"from_number": "1"}, "vars": {"kept": [1]}}, NoServices(), "here"
    )
    assert decided.variables == {"first": "1", "second": "1!", "third": None, "fourth": [1]}
    assert decided.exit == "next"


def after_question() -> dict[str, Any]:
    return {
        "a": menu("x", x="end", no_input="set"),
        "set": node("set", {"variables": {"how": "a.exit", "n": "vars.n|default(0) + 1"}}, next="b"),
        "b": menu("x", {"prompts": [{"speak": "{{ vars.how }} {{ vars.n }}"}]}, x="end", no_input="end"),
        "end": say("{{ vars.how }} {{ vars.n }}"),
    }


def test_a_value_set_past_a_fall_through_holds_only_once_the_caller_went_that_way() -> None:
    line = Line(**after_question())
    assert spoken(line.arrive("a")) == ["Choose.", "no_input 1", "no_input 1"]
    assert line.call.variables == {}
    assert spoken(line.resume("a", "input", digits="1")) == []
    line = Line(**after_question())
    line.arrive("a")
    assert spoken(line.resume("b", "input", digits="1")) == ["no_input 1"]
    assert line.call.variables == {"how": "no_input", "n": 1}


@pytest.mark.parametrize("name", ["1st", "a-b", "", "{{ x }}", "a" * 65])
def test_a_value_has_a_name_that_an_expression_can_use(name: str) -> None:
    assert ("bad-setting", "variables") in complaints("set", variables={name: "1"})
