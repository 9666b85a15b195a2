"""Settings with nothing wrong make a document that Plivo takes; all others are refused by the setting's name."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from flowbuilder.compiler import compile_flow
from flowbuilder.flow.model import Flow, Node
from flowbuilder.protocol.elements import check_document
from flowbuilder.protocol.xml import parse
from flowbuilder.runtime import Call, Links, arrive
from flowbuilder.steps import CATALOGUE, read_node
from flowbuilder.steps.writing import Place, starts_of, write_sound, write_step
from tests.runtime.line import BASE, FACTS, World
from tests.strategies import good_settings, json_values

NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
# What an author, a hand in the file or a form may put where something else is wanted.
LIKELY = [
    "", " ", "0", "-1", "none", "{{ call.from_number }}", "{{ vars.x }}", "{{", "}}", "<p>", "http://", "https://x y",
    "+1", "sip:", "a" * 13_000, -1, 0, 1, 101, 10**9, 1.5, True, False, None, [], {}, [{}], [""], [None], {"": ""},
    {"a": None}, [{"speak": ""}], [{"speak": "x", "play": "y"}], [{"exit": "a"}], {"mon": [["9", "8"]]}, "\x00",
    "\ud800",
]  # fmt: skip


def judge(type_: str, chosen: dict[str, Any]) -> None:
    reading = read_node("n", Node(type_, chosen))
    known = {spec.name for spec in CATALOGUE[type_].settings_specs()}
    for problem in reading.problems:
        assert problem.setting in known | chosen.keys()
        assert problem.message
    if reading.step is None or any(problem.blocks for problem in reading.problems):
        return
    assert check_document(write_sound(reading.step.meanwhile(), Place("n")), filled=False) == []
    if reading.step.silent:
        return
    for attempt, wrong in starts_of(reading.step):
        assert check_document(write_step(reading.step, Place("n", attempt, wrong)), filled=False) == []
    for prompts in reading.step.sounds().values():
        assert check_document(write_sound(prompts, Place("n")), filled=False) == []


@pytest.mark.parametrize("type_", sorted(CATALOGUE))
@settings(max_examples=8, phases=NO_SHRINKING)
@given(data=st.data())
def test_good_settings_make_a_document_that_plivo_takes(type_: str, data: st.DataObject) -> None:
    chosen = data.draw(good_settings(type_))
    assert not [problem for problem in read_node("n", Node(type_, chosen)).problems if problem.blocks]
    judge(type_, chosen)


@pytest.mark.parametrize("type_", sorted(CATALOGUE))
@settings(max_examples=12, phases=NO_SHRINKING)
@given(data=st.data())
def test_any_other_settings_are_taken_as_good_or_refused_by_name(type_: str, data: st.DataObject) -> None:
    chosen = dict(data.draw(good_settings(type_)))
    names = [*(spec.name for spec in CATALOGUE[type_].settings_specs()), "volume"]
    for name in data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3)):
        chosen[name] = data.draw(st.sampled_from(LIKELY) | json_values())
    judge(type_, chosen)


@pytest.mark.parametrize("type_", sorted(CATALOGUE))
@settings(max_examples=5, phases=NO_SHRINKING)
@given(data=st.data(), value=st.sampled_from(["", " ", "x", "<p>", "+14155550100", "é" * 200, "\x00", "none"]))
def test_whatever_a_call_knows_the_document_is_one_that_plivo_takes(
    type_: str, data: st.DataObject, value: str
) -> None:
    flow = Flow("f", "n", {"n": Node(type_, data.draw(good_settings(type_)))})
    call = Call({**FACTS, "from_number": value}, variables={"owner": value, "code": value})
    assert check_document(parse(arrive(compile_flow(flow), call, "n", Links(BASE), World()).body)) == []
