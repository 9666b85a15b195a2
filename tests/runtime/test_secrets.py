"""What a caller types in secret, and the secrets of the installation: used by the call, shown to nobody."""

from __future__ import annotations

import json
from typing import Any

from flowbuilder.runtime import HttpAnswer
from flowbuilder.runtime.hiding import DOTS
from tests.checks.drawing import node, say
from tests.runtime.line import Line, World, spoken

PIN = "483920"
ASK = {"prompts": [{"speak": "Your PIN?"}], "num_digits": 6, "secret": True}


class Vault(World):
    def secret(self, name: str) -> str | None:
        return {"API_KEY": "k-123456", "PIN": "77"}.get(name)


def line(**nodes: Any) -> Line:
    made = Line(**nodes)
    made.world = Vault(HttpAnswer(200, '{"echo": "k-123456"}', {"echo": "Bearer k-123456", "k-123456": [1]}))
    return made


def test_secret_input_is_dots_in_the_trace_and_known_to_the_rest_of_the_call() -> None:
    call = line(
        a=node("get_input", ASK, input="b"),
        b=node("set", {"variables": {"pin": "a.digits", "number": "a.digits|int", "other": "'x'"}}, next="c"),
        c=say("{{ a.digits }} {{ vars.pin }}"),
    )
    call.arrive("a")
    assert spoken(call.resume("a", "input", digits=PIN)) == [f"{PIN} {PIN}"]
    (took,) = call.told("took")
    assert took["secret"] is True
    assert took["outputs"] == {
        "digits": DOTS, "speech": "", "confidence": None, "input_type": "dtmf", "exit": "input"
    }  # fmt: skip
    assert call.told("decided")[0]["variables"] == {"pin": DOTS, "number": DOTS, "other": "x"}
    assert PIN not in json.dumps(call.last.events)


def test_a_secret_stays_one_in_later_webhooks() -> None:
    call = line(
        a=node("get_input", ASK, input="b"),
        b=node("get_input", {"prompts": [{"speak": "More?"}]}, input="c"),
        c=node("set", {"variables": {"both": "a.digits ~ b.digits"}}, next="d"),
        d=say("Bye."),
    )
    call.arrive("a")
    call.resume("a", "input", digits=PIN)
    call.resume("b", "input", digits="5")
    assert call.told("decided")[0]["variables"] == {"both": DOTS}


def test_an_open_answer_is_told_as_it_is() -> None:
    call = line(a=node("get_input", {**ASK, "secret": False}, input="b"), b=say("Thanks."))
    call.arrive("a")
    call.resume("a", "input", digits=PIN)
    (took,) = call.told("took")
    assert took["outputs"]["digits"] == PIN
    assert "secret" not in took
    assert "secrets" not in call.call.to_json()


REQUEST = {
    "method": "POST",
    "url": "https://api.example.com/",
    "headers": {"Authorization": "Bearer {{ secrets.API_KEY }}"},
    "json": {"key": ["{{ secrets.API_KEY }}"], "caller": "{{ call.from_number }}"},
    "save": {"told": "response.json.echo", "stolen": "secrets.API_KEY"},
}


def test_a_web_request_carries_secrets_that_the_call_never_holds() -> None:
    call = line(a=node("http_request", REQUEST, ok="b"), b=say("{{ vars.told }}{{ secrets.API_KEY }}{{ a.text }}"))
    document = call.arrive("a")
    (asked,) = call.world.asked
    assert asked["headers"] == {"Authorization": "Bearer k-123456"}
    assert asked["json"] == {"key": ["k-123456"], "caller": "12025550123"}
    assert spoken(document) == ['Bearer {"echo": ""}']
    for kept in (call.call.to_json(), call.last.events, call.program.to_json()):
        assert "k-123456" not in json.dumps(kept)


def test_a_secret_that_is_not_there_makes_no_request_and_leaves_by_failed() -> None:
    call = line(
        a=node("http_request", {**REQUEST, "headers": {"X": "{{ secrets.NONE }}"}}, ok="b", failed="c"),
        b=say("Fine."),
        c=say("Failed {{ a.status_code }}."),
    )
    assert spoken(call.arrive("a")) == ["Failed 0."]
    assert call.world.asked == []


def test_secrets_are_in_scope_of_headers_and_bodies_only() -> None:
    call = line(
        a=node("http_request", {"url": "https://x.example/{{ secrets.PIN }}", "query": {"q": "{{ secrets.PIN }}"}})
    )
    call.arrive("a")
    (asked,) = call.world.asked
    assert (asked["url"], asked["query"]) == ("https://x.example/", {"q": ""})
