"""A web request that takes long: the caller hears something, comes back, and goes on when the answer is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from lxml import etree

from flowbuilder.checks import View, problems_in
from flowbuilder.compiler import compile_flow
from flowbuilder.flow.model import Flow, Node
from flowbuilder.runtime import HttpAnswer
from tests.runtime.line import BASE, Line, World, spoken, tags

FILLER = [{"speak": "One moment, {{ call.from_number }}."}, {"wait": 2}]
LOOKUP: dict[str, Any] = {
    "url": "https://api.example.com/x",
    "filler": FILLER,
    "timeout": 30,
    "save": {"who": "response.json.name"},
}
ADA = HttpAnswer(200, "", {"name": "Ada"})


@dataclass
class SlowWorld(World):
    """The answer is there only when `ready`; each look takes `seconds`. `forgets`: as another process would."""

    ready: bool = False
    forgets: bool = False
    seconds: float = 2.0
    passed: float = 0.0
    keys: list[str] = field(default_factory=list)

    def begin_http(self, key: str, method: str, url: str, **request: Any) -> None:
        self.keys.append(key)
        super().begin_http(key, method, url, **request)

    def http_begun(self, key: str) -> HttpAnswer | None:
        if self.forgets:
            self.forgets = False
            raise LookupError(key)
        self.passed += self.seconds
        return self.answer if self.ready else None

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.passed)


def call(**settings: Any) -> tuple[Line, SlowWorld]:
    line = Line(
        a=Node("speak", {"text": "Hello."}, {"next": "b"}),
        b=Node("http_request", {**LOOKUP, **settings}, {"ok": "c", "failed": "d"}),
        c=Node("speak", {"text": "You are {{ vars.who }}."}, {"next": "again"}),
        again=Node("get_input", {"prompts": [{"wait": 1}]}, {"input": "b"}),
        d=Node("speak", {"text": "Nobody knows you."}),
    )
    world = SlowWorld(ADA)
    line.world = world
    return line, world


def back_to(document: etree._Element) -> str:
    return (document.findtext("Redirect") or "").removeprefix(BASE)


def test_the_caller_hears_the_filler_until_the_answer_is_there() -> None:
    line, world = call()
    assert back_to(line.arrive("a")) == "/nodes/b?turn=1"
    for turn in (2, 3):
        waiting = line.arrive("b")
        assert tags(waiting) == ["Speak", "Wait", "Redirect"]
        assert spoken(waiting) == ["One moment, 12025550123."]
        assert back_to(waiting) == f"/nodes/b?turn={turn}"
        assert line.told("waiting") == [{"kind": "waiting", "node": "b", "waited": (turn - 2) * 2}]
        assert line.call.owners == ["b", "b", "b"]
    world.ready = True
    assert spoken(line.arrive("b")) == ["You are Ada."]
    assert line.told("decided")[0]["exit"] == "ok"
    assert len(world.asked) == 1
    assert world.asked[0]["timeout"] == 30.0
    assert line.call.asking is None


def test_an_answer_that_comes_at_once_costs_no_more_than_without_a_filler() -> None:
    line, world = call()
    world.ready = True
    line.arrive("a")
    assert spoken(line.arrive("b")) == ["You are Ada."]
    assert line.call.turn == 2


def test_each_stay_at_the_node_is_a_request_of_its_own() -> None:
    line, world = call()
    line.arrive("a")
    line.arrive("b")
    world.ready = True
    line.arrive("b")
    world.ready = False
    assert spoken(line.resume("again", "input", digits="1", input_type="dtmf")) == ["One moment, 12025550123."]
    assert len(world.asked) == 2
    assert len(set(world.keys)) == 2


def test_the_step_gives_up_some_seconds_after_its_time() -> None:
    line, world = call(timeout=11)
    line.arrive("a")
    heard = []
    while "Nobody knows you." not in heard:
        heard += spoken(line.arrive("b"))
        assert len(heard) < 12
    assert len(world.asked) == 1
    assert line.told("decided")[0]["exit"] == "failed"


def test_what_another_process_began_is_asked_again_where_that_does_no_harm() -> None:
    line, world = call()
    line.arrive("a")
    line.arrive("b")
    world.forgets = True
    assert tags(line.arrive("b")) == ["Speak", "Wait", "Redirect"]
    assert line.told("lost_answer") == [{"kind": "lost_answer", "node": "b", "asked_again": True}]
    assert [request["timeout"] for request in world.asked] == [30.0, 28.0]
    world.ready = True
    assert spoken(line.arrive("b")) == ["You are Ada."]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_and_counts_as_failed_where_it_might_do_something_twice(method: str) -> None:
    line, world = call(method=method)
    line.arrive("a")
    line.arrive("b")
    world.forgets = True
    assert spoken(line.arrive("b")) == ["Nobody knows you."]
    assert line.told("lost_answer") == [{"kind": "lost_answer", "node": "b", "asked_again": False}]
    assert len(world.asked) == 1


def test_a_filler_that_says_nothing_in_this_call_is_a_pause() -> None:
    line, _ = call(filler=[{"speak": "{{ vars.nothing }}"}])
    line.arrive("a")
    assert tags(line.arrive("b")) == ["Wait", "Redirect"]


def test_the_filler_is_heard_in_the_language_of_the_call() -> None:
    flow = Flow(
        "Line",
        "a",
        {
            "a": Node("choose_language", {"language": "de-DE"}, {"next": "b"}),
            "b": Node("http_request", {**LOOKUP, "filler": [{"speak": "Wait.", "texts": {"de-DE": "Moment."}}]}),
        },
        extras={"languages": ["en-US", "de-DE"]},
    )
    line = Line(entry="a", a=Node("hangup", {}))
    line.program, line.world = compile_flow(flow), SlowWorld(ADA)
    assert spoken(line.arrive("a")) == ["Moment."]


def test_a_node_that_asks_is_no_silent_loop_and_its_filler_can_be_too_large() -> None:
    nodes = {
        "a": Node("http_request", LOOKUP, {"ok": "b"}),
        "b": Node("http_request", {**LOOKUP, "filler": [{"speak": "ß" * 2_900}] * 20}),
    }
    found = [(problem.code, problem.node) for problem in problems_in(View(Flow("f", "a", nodes))) if problem.blocks]
    assert found == [("document-too-large", "b")]
