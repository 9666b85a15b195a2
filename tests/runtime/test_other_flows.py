"""A call goes on in another published flow, and comes back with what it found there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import etree

from flowbuilder.compiler import Program, compile_flow
from flowbuilder.errors import NotFound
from flowbuilder.flow.model import Flow, Node
from flowbuilder.protocol.xml import parse
from flowbuilder.runtime import Call, Links, NoServices, Published, arrive, resume
from flowbuilder.runtime.writing import MAX_FRAMES
from tests.checks.drawing import hang_up, menu, node, say
from tests.runtime.line import FACTS, spoken, tags

HOST = "https://x.test/v1/flows"


class Flows(NoServices):
    """Published flows by name; a flow's id is its name in small letters."""

    def __init__(self, **flows: dict[str, Node]) -> None:
        self.programs: dict[str, Program] = {
            name: compile_flow(Flow(name, "a", nodes)) for name, nodes in flows.items()
        }
        self.call = Call(dict(FACTS))
        self.events: list[dict[str, Any]] = []

    def published(self, flow: str) -> Published | None:
        program = self.programs.get(flow)
        return None if program is None else Published(flow, "7", program)

    def program(self, flow_id: str, version: str) -> Program:
        if flow_id not in self.programs:
            raise NotFound(f"There is no flow {flow_id}.")
        return self.programs[flow_id]

    def arrive(self, at: str, flow: str = "main") -> etree._Element:
        return self._kept(arrive(self.programs[flow], self.call, at, Links(f"{HOST}/{flow}/7"), self))

    def resume(self, at: str, event: str, flow: str = "main", **reply: Any) -> etree._Element:
        return self._kept(resume(self.programs[flow], self.call, at, event, reply, Links(f"{HOST}/{flow}/7"), self))

    def _kept(self, answer: Any) -> etree._Element:
        self.events = answer.events
        self.call = Call.from_json(json.loads(json.dumps(self.call.to_json())))
        return parse(answer.body)


def go(flow: str, next: str = "back", **settings: Any) -> Node:
    return node("go_to_flow", {"flow": flow, **settings}, returned=next)


def main(flow: str = "other", **settings: Any) -> dict[str, Node]:
    return {
        "a": node("set", {"variables": {"team": "'sales'"}}, next="go"),
        "go": go(flow, **settings),
        "back": say("Back: {{ vars.team }} {{ vars.choice }}.", next="end"),
        "end": hang_up(),
    }


def test_a_call_goes_into_another_flow_and_comes_back_by_a_redirect_of_its_own() -> None:
    world = Flows(
        main=main(inputs={"who": "vars.team"}, outcomes={"choice": "vars.who ~ a.exit"}),
        other={"a": menu("x", x="b", no_input="b"), "b": say("There: {{ vars.who }}{{ vars.team }}.")},
    )
    document = world.arrive("a")
    assert document[0].get("action") == f"{HOST}/other/7/nodes/a/input?turn=1"
    assert tags(document) == ["GetInput", "Speak", "Redirect"]
    document = world.resume("a", "input", "other", digits="1")
    assert spoken(document) == ["There: sales."]
    assert document[-1].text == f"{HOST}/main/7/nodes/go/returned?turn=2"
    assert spoken(world.resume("go", "returned")) == ["Back: sales salesx."]
    assert world.call.frames == []
    assert world.call.variables == {"team": "sales", "choice": "salesx"}


def test_a_flow_that_says_nothing_costs_no_request() -> None:
    world = Flows(
        main=main(outcomes={"choice": "vars.found"}),
        other={"a": node("set", {"variables": {"found": "'yes'", "team": "'theirs'"}})},
    )
    assert spoken(world.arrive("a")) == ["Back: sales yes."]
    assert [event["kind"] for event in world.events] == [
        "decided", "decided", "entered", "decided", "returned", "served"
    ]  # fmt: skip


def test_flows_nest_and_each_comes_back_to_its_own() -> None:
    world = Flows(
        main=main("middle", outcomes={"choice": "vars.deep"}),
        middle={
            "a": go("inner", "b", outcomes={"deep": "vars.deepest"}),
            "b": say("Middle {{ vars.deep }}."),
        },
        inner={"a": say("Inner.", next="b"), "b": node("set", {"variables": {"deepest": "'gold'"}})},
    )
    document = world.arrive("a")
    assert spoken(document) == ["Inner."]
    assert document[-1].text == f"{HOST}/middle/7/nodes/a/returned?turn=1"
    assert [frame.node for frame in world.call.frames] == ["go", "a"]
    document = world.resume("a", "returned", "middle")
    assert spoken(document) == ["Middle gold."]
    assert spoken(world.resume("go", "returned")) == ["Back: sales gold."]


def test_a_flow_that_is_not_there_is_passed_by() -> None:
    world = Flows(main=main("gone"))
    assert spoken(world.arrive("a")) == ["Back: sales ."]
    assert {"kind": "not_entered", "node": "go", "flow": "gone"} in world.events


def test_flows_that_lead_into_each_other_end_in_bounded_time() -> None:
    world = Flows(main={"a": go("main", "b"), "b": say("Out.")})
    document = world.arrive("a")
    assert len([event for event in world.events if event["kind"] == "entered"]) == MAX_FRAMES
    assert spoken(document) == ["Out."]
    assert len(world.call.frames) == MAX_FRAMES


def test_a_call_that_has_not_left_does_not_come_back() -> None:
    world = Flows(main=main(), other={"a": say("There.")})
    world.arrive("back")
    with pytest.raises(NotFound, match="has not left"):
        world.resume("go", "returned")


def test_a_hangup_in_the_other_flow_ends_the_call() -> None:
    world = Flows(main=main(), other={"a": hang_up()})
    assert tags(world.arrive("a")) == ["Hangup"]
