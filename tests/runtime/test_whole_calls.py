"""What steps promise together, heard on a call from its first webhook to its last."""

from __future__ import annotations

from typing import Any

import pytest

from flowbuilder.compiler import Program, compile_flow
from flowbuilder.flow.model import Flow, Node
from flowbuilder.protocol.webhooks import read_call
from flowbuilder.protocol.xml import parse
from flowbuilder.runtime import Call, Links, arrive
from tests.checks.drawing import menu, node, say
from tests.compiler.golden_calls import BASE, GoldenCall, played
from tests.runtime.line import Line, World


def program(**nodes: Node) -> Program:
    return compile_flow(Flow("Whole", "a", nodes))


def said(call: GoldenCall) -> list[str]:
    return [event.data["text"] for event in call.player.events if event.kind == "said"]


def nodes_asked(call: GoldenCall) -> list[str]:
    """What Plivo asked for, from `nodes/` on and without the query."""
    urls = [str(event.data["url"]) for event in call.player.events if event.kind == "requested"]
    return [url.partition("/nodes/")[2].partition("?")[0] for url in urls if "/nodes/" in url]


# --- a recording of the rest of the call


@pytest.mark.parametrize("how", ["record_session", "start_on_dial_answer"])
@pytest.mark.parametrize("told", [{}, {"report_url": "https://hooks.example.com/recorded"}])
def test_recording_the_call_swallows_nothing_of_the_flow(how: str, told: dict[str, str]) -> None:
    made = program(
        a=node("record", {how: True, "max_length": 3600, **told}, next="hello"),
        hello=say("Hello.", next="ask"),
        ask=menu("sales", sales="ring", no_input="bye"),
        ring=node("dial", {"to": [{"number": "+14155550100"}]}, completed="bye", otherwise="bye"),
        bye=say("Bye."),
    )
    assert said(played(made, ["press 1", "completed 20"])) == ["Hello.", "Choose.", "Bye."]
    quiet = played(made, ["silence"])
    assert said(quiet) == ["Hello.", "Choose.", "Bye."]
    assert nodes_asked(quiet) == ["a"], "the recording itself asks for nothing of ours"


# --- custom SIP headers


def test_sip_headers_of_a_call_are_known_and_go_on_to_whoever_is_dialled() -> None:
    made = program(
        a=node(
            "branch",
            {"rules": [{"exit": "vip", "when": "call.headers.Tier == 'gold'"}]},
            vip="ring",
            otherwise="bye",
        ),
        ring=node(
            "dial",
            {
                "to": [{"user": "sip:desk@phone.plivo.com", "sip_headers": {"Case": "{{ call.headers['Case'] }}"}}],
                "sip_headers": {"Tier": "{{ call.headers.Tier }}", "Plain": "1"},
            },
        ),
        bye=say("Bye."),
    )
    sent = {"CallUUID": "u", "From": "sip:ada@example.com", "X-PH-Tier": "gold", "X-PH-Case": "7,Evil=1"}
    document = parse(arrive(made, Call(read_call(sent)), "a", Links(BASE), World()).body)
    dial = document.find("Dial")
    assert dial is not None
    assert dial.get("sipHeaders") == "Tier=gold,Plain=1"
    assert dial[0].get("sipHeaders") == "Case=7Evil1", "a value never begins another header"


# --- how sure speech must be


@pytest.mark.parametrize(("confidence", "heard"), [(0.59, "Asked."), (0.6, "Sales."), (None, "Sales.")])
def test_what_was_hardly_understood_is_no_match(confidence: float | None, heard: str) -> None:
    asked: dict[str, Any] = {"input_type": "speech", "min_confidence": 60}
    choices = [{"exit": "sales", "phrases": ["sales"]}]
    line = Line(
        a=menu("", {**asked, "choices": choices}, sales="sales", no_match="asked"),
        sales=say("Sales."),
        asked=say("Asked."),
    )
    line.arrive("a")
    document = line.resume("a", "input", speech="sales", confidence=confidence, input_type="speech")
    assert document.findtext("Speak") == heard


def test_an_open_answer_is_kept_and_can_be_told_to_others() -> None:
    line = Line(
        a=menu("", {"input_type": "speech"}, input="tell"),
        tell=node(
            "http_request", {"url": "https://api.example.com", "method": "POST", "json": {"said": "{{ a.speech }}"}}
        ),
    )
    line.arrive("a")
    line.resume("a", "input", speech="My boiler is leaking", confidence=0.8, input_type="speech")
    assert [request["json"] for request in line.world.asked] == [{"said": "My boiler is leaking"}]


# --- decisions cost no request


def test_the_trace_tells_what_is_decided_only_in_case_the_caller_is_silent() -> None:
    rule = {"rules": [{"exit": "yes", "when": "true"}]}
    line = Line(
        a=node("branch", rule, yes="hello"),
        hello=say(next="b"),
        b=node("branch", rule, yes="ask"),
        ask=menu("x", no_input="c"),
        c=node("branch", rule, yes="bye"),
        bye=say("Bye."),
    )
    line.arrive("a")
    assert [(event["node"], event.get("if_silent")) for event in line.told("decided")] == [
        ("a", None), ("b", None), ("c", True)
    ]  # fmt: skip


def test_every_silent_decision_between_two_sentences_is_made_in_the_same_document() -> None:
    made = program(
        a=say("One.", next="set"),
        set=node("set", {"variables": {"n": "1"}}, next="hours"),
        hours=node("hours", {"weekly": {}}, closed="split", open="split"),
        split=node("split", {"shares": [{"exit": "all", "percent": 100}]}, all="counter"),
        counter=node("counter", {}, again="language"),
        language=node("choose_language", {"language": "en-US"}, next="branch"),
        branch=node("branch", {"rules": [{"exit": "yes", "when": "vars.n == 1"}]}, yes="two"),
        two=say("Two."),
    )
    call = played(made, [])
    assert said(call) == ["One.", "Two."]
    assert nodes_asked(call) == ["a"]
