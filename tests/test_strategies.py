"""The strategies give what they promise, for every step type of the catalogue."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowbuilder.flow.model import Flow, Node, dumps, loads
from flowbuilder.steps import CATALOGUE, read_node
from tests import strategies


@pytest.mark.parametrize("type_", sorted(CATALOGUE))
@given(data=st.data())
def test_good_settings_have_no_problem(type_: str, data: st.DataObject) -> None:
    settings = data.draw(strategies.good_settings(type_))
    assert read_node("n", Node(type_, settings)).problems == []


@pytest.mark.parametrize("type_", sorted(CATALOGUE))
def test_every_example_of_a_setting_is_good_by_itself(type_: str) -> None:
    for spec in CATALOGUE[type_].settings_specs():
        if spec.example is None:
            continue
        reading = read_node("n", Node(type_, {spec.name: spec.example}))
        assert [problem for problem in reading.problems if problem.path and problem.setting == spec.name] == []


@given(flow=strategies.flows())
def test_a_flow_comes_back_the_same_from_its_file(flow: Flow) -> None:
    assert loads(dumps(flow)) == flow
