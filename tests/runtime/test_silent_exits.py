"""Every exit of every silent step is taken by a call: as the first thing it comes to, and in the middle of a document.

A new silent step wants its calls in `CALLS`: by setting up, and for each exit what has to be so for it to be taken.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from lxml import etree

from flowbuilder.compiler import Program, compile_flow
from flowbuilder.flow.model import Flow, Node
from flowbuilder.protocol.xml import parse
from flowbuilder.runtime import Answer, Call, HttpAnswer, Links, NoServices, Published, arrive, resume
from flowbuilder.steps import CATALOGUE
from tests.checks.drawing import menu, node, say
from tests.runtime.line import FACTS, spoken
from tests.steps.reading_good import step

BASE = "https://x.test/v1/flows/f/1"
SILENT = sorted(type_ for type_, step_type in CATALOGUE.items() if step_type.silent)
MONDAY, SUNDAY, HOLIDAY = (datetime(2026, 11, day, 12, tzinfo=UTC) for day in (23, 22, 25))
WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "wed")}


@dataclass
class If(NoServices):
    """What is so: the time, the switch, the web's answer, who calls; `visits` is how often the call comes by."""

    moment: datetime = MONDAY
    switched: str | None = None
    answer: HttpAnswer = field(default_factory=lambda: HttpAnswer(200, "", {"name": "Ada"}))
    caller: str = "12025550123"
    visits: int = 1
    flows: dict[str, Program] = field(default_factory=dict)

    def now(self) -> datetime:
        return self.moment

    def override(self, node_id: str) -> str | None:
        return self.switched

    def http(self, method: str, url: str, **request: Any) -> HttpAnswer:
        return self.answer

    def published(self, flow: str) -> Published | None:
        return Published(flow, "1", self.flows[flow]) if flow in self.flows else None

    def program(self, flow_id: str, version: str) -> Program:
        return self.flows[flow_id]


QUIET = compile_flow(Flow("quiet", "a", {"a": node("set", {"variables": {"x": "1"}})}))
TALKING = compile_flow(Flow("talking", "a", {"a": say("From the other flow.")}))
WEB = "https://api.example.com/customers"
STATUSES = [{"exit": "unknown", "status": "404"}, {"exit": "refused", "status": "4xx"}]

# By step type: settings, and for each exit the worlds in which it must be taken.
CALLS: dict[str, list[tuple[dict[str, Any], dict[str, list[If]]]]] = {
    "branch": [
        (
            {
                "rules": [
                    {"exit": "capital", "when": "call.from_number.startswith('1202')"},
                    {"exit": "known", "when": "call.from_number in ['14155550100']"},
                ]
            },
            {
                "capital": [If()],
                "known": [If(caller="14155550100")],
                "otherwise": [If(caller="14155550101"), If(caller="")],
            },
        )
    ],
    "choose_language": [({"language": "de-DE"}, {"next": [If()]}), ({"language": "xx"}, {"next": [If()]})],
    "counter": [
        ({"limit": 1}, {"again": [If()], "done": [If(visits=2), If(visits=3)]}),
        ({"limit": 3}, {"again": [If(), If(visits=2), If(visits=3)], "done": [If(visits=4)]}),
    ],
    "go_to_flow": [
        (
            {"flow": "other"},
            {"returned": [If(), If(flows={"other": QUIET}), If(flows={"other": TALKING})]},
        )
    ],
    "hours": [
        (
            {"weekly": WEEK, "closed_dates": ["2026-11-25"]},
            {
                "open": [If(), If(moment=SUNDAY, switched="open"), If(moment=HOLIDAY, switched="open")],
                "closed": [If(moment=SUNDAY), If(switched="closed"), If(moment=HOLIDAY, switched="closed")],
                "holiday": [If(moment=HOLIDAY)],
            },
        ),
    ],
    "http_request": [
        (
            {"url": WEB, "statuses": STATUSES, **more},
            {
                "ok": [If(), If(answer=HttpAnswer(204))],
                "unknown": [If(answer=HttpAnswer(404))],
                "refused": [If(answer=HttpAnswer(403))],
                "failed": [If(answer=HttpAnswer(0)), If(answer=HttpAnswer(500)), If(answer=HttpAnswer(301))],
            },
        )
        for more in ({}, {"filler": [{"speak": "One moment."}], "timeout": 30})
    ],
    "set": [({"variables": {"team": "'sales'", "broken": "1 / 0"}}, {"next": [If()]})],
    # Who goes where must never change: callers would go another way after an upgrade.
    "split": [
        (
            {"shares": [{"exit": "old", "percent": 50}, {"exit": "new", "percent": 50}, {"exit": "no", "percent": 0}]},
            {"old": [If(caller="12025550124"), If(caller="+12025550124")], "new": [If(), If(caller="12025550127")]},
        )
    ],
}
COMES = ("at the beginning", "in the middle of a document")


@pytest.mark.parametrize("type_", SILENT)
def test_every_exit_of_a_silent_step_has_its_calls(type_: str) -> None:
    assert type_ in CALLS, f"Say in CALLS when each exit of “{type_}” is taken."
    for settings, exits in CALLS[type_]:
        read = step(type_, **settings)
        assert set(exits) == set(read.exits()) - read.dead_exits(), f"Say in CALLS when each exit of “{type_}” is taken"


@pytest.mark.parametrize("comes", COMES)
@pytest.mark.parametrize("type_", SILENT)
def test_a_call_takes_each_exit_when_it_should(type_: str, comes: str) -> None:
    for settings, exits in CALLS[type_]:
        for exit, worlds in exits.items():
            for world in worlds:
                heard = words_after(type_, settings, world, comes)
                assert heard[-1] == f"Took {exit}.", (settings, exit, world)


def words_after(type_: str, settings: dict[str, Any], world: If, comes: str) -> list[str]:
    """What a call hears that comes by the step: the exit is said behind it, then a menu leads back to it."""
    exits = step(type_, **settings).exits()
    nodes = {
        "hello": say(next="it"),
        "it": Node(type_, settings, {exit: f"took_{exit}" for exit in exits}),
        **{f"took_{exit}": say(f"Took {exit}.", next="more") for exit in exits},
        "more": menu("again", {"prompts": [{"wait": 1}]}, again="it"),
    }
    entry = "it" if comes == COMES[0] else "hello"
    program = compile_flow(Flow("Silent", entry, nodes, {"languages": ["en-US", "de-DE"]}))
    line = OneCall(program, world)
    line.go(f"{BASE}/nodes/{entry}")
    for _ in range(world.visits - 1):
        line.go(f"{BASE}/nodes/more/input", digits="1")
    return line.heard


class OneCall:
    """A call that goes wherever a Redirect sends it, as Plivo does."""

    def __init__(self, program: Program, world: If) -> None:
        self.world = replace(world, flows={**world.flows, Links(BASE).flow_id: program})
        self.call = Call({**FACTS, "from_number": world.caller})
        self.heard: list[str] = []

    def go(self, url: str, **reply: str) -> None:
        for _ in range(10):
            document = self._answer(url, reply)
            self.heard += spoken(document)
            url = document.findtext("Redirect") or ""
            if not url:
                return
        raise AssertionError("one Redirect leads to the other")

    def _answer(self, url: str, reply: dict[str, str]) -> etree._Element:
        parts = urlsplit(url)
        flow, version, _, at, *event = parts.path.split("/")[3:]
        links = Links(BASE).to(flow, version)
        program = self.world.flows[flow]
        if event:
            attempt = int(dict(parse_qsl(parts.query)).get("attempt", "1"))
            given: Answer = resume(program, self.call, at, event[0], reply, links, self.world, attempt=attempt)
        else:
            given = arrive(program, self.call, at, links, self.world)
        self.call = Call.from_json(json.loads(json.dumps(self.call.to_json())))
        return parse(given.body)
