"""Calls of the sandbox: signed requests to webhooks, and the XML performed."""

from __future__ import annotations

from threading import Thread

import httpx
import pytest
from flask import Flask

from flowbuilder.errors import FlowbuilderError, NotFound
from flowbuilder.sandbox.calls import MOST_CALLS
from flowbuilder.sandbox.webhook_requests import OwnServer
from flowbuilder.simulator.events import NotNow
from tests.sandbox.board import CALLER, MENU, NUMBER, ROOT, World


def test_a_call_to_a_number_is_answered_by_its_application(world: World) -> None:
    world.attach()
    call = world.switchboard.dial(f"+{NUMBER}", CALLER, {"Account": "42"})
    assert call.session.lines()[-1] == "> Press 1"
    assert call.player.awaiting
    assert (call.status, call.is_over, call.player.awaiting.kind) == ("in-progress", False, "input")
    call.act("press", "1")
    assert call.is_over
    assert world.webhooks.paths() == ["nodes/welcome", "nodes/menu/input", "hangup"]
    first, reply, hangup = (params for _, _, params, _ in world.webhooks.asked)
    assert first == {
        "CallUUID": "call-1",
        "From": "12025550123",
        "To": NUMBER,
        "Direction": "inbound",
        "CallStatus": "ringing",
        "Event": "StartApp",
        "X-PH-Account": "42",
    }
    assert (reply["Digits"], reply["CallUUID"]) == ("1", "call-1")
    assert (hangup["CallStatus"], hangup["HangupCauseCode"]) == ("completed", "4000")


def test_every_request_is_signed_for_the_url_that_plivo_was_given(world: World) -> None:
    world.attach(answer_method="GET", hangup_method="GET")
    world.webhooks.pages["nodes/welcome"] = MENU.replace("/input", "/input?turn=1&amp;attempt=2")
    call = world.switchboard.dial(NUMBER, CALLER, {"Name": "Zoe+1%40"})
    call.act("press", "*")
    assert [method for method, _, _, _ in world.webhooks.asked] == ["GET", "POST", "GET"]
    assert all(right for _, _, _, right in world.webhooks.asked)
    assert len({(p["CallUUID"]) for _, _, p, _ in world.webhooks.asked}) == 1


def test_when_the_answer_url_fails_the_fallback_url_is_asked(world: World) -> None:
    world.attach()
    world.webhooks.pages |= {"nodes/welcome": (500, ""), "fallback": "<Speak>Sorry</Speak>"}
    call = world.switchboard.dial(NUMBER, CALLER)
    assert world.webhooks.paths() == ["nodes/welcome", "fallback", "hangup"]
    assert "> Sorry" in call.session.lines()
    assert call.is_over


def test_without_an_answer_the_call_ends_with_plivo_s_cause(world: World) -> None:
    world.attach(answer_url="https://elsewhere.example.net/ivr", fallback_answer_url="https://elsewhere.example.net/f")
    call = world.switchboard.dial(NUMBER, CALLER)
    assert call.player.ending
    assert call.player.ending.code == 7011
    assert world.webhooks.paths() == ["hangup"]


def test_only_own_numbers_with_an_application_can_be_called(world: World) -> None:
    with pytest.raises(NotFound, match="not a number of the sandbox"):
        world.switchboard.dial("+19995550000", CALLER)
    with pytest.raises(FlowbuilderError, match="Publish a flow to it first"):
        world.switchboard.dial(NUMBER, CALLER)
    with pytest.raises(FlowbuilderError, match="voice is not enabled"):
        world.switchboard.dial("447700900123", CALLER)


def test_a_draft_is_called_by_its_urls(world: World) -> None:
    call = world.switchboard.dial_application(f"{ROOT}/nodes/welcome", "", f"{ROOT}/hangup", CALLER, f"+{NUMBER}")
    assert world.switchboard.get(call.uuid) is call
    assert call.session.lines()[-1] == "> Press 1"
    assert call.type("1")[0] == "* pressed 1"


def test_what_the_call_does_not_wait_for_is_refused_and_changes_nothing(world: World) -> None:
    world.attach()
    call = world.switchboard.dial(NUMBER, CALLER)
    with pytest.raises(NotNow):
        call.act("dial_ends", "busy")
    with pytest.raises(FlowbuilderError):
        call.act("_line")
    assert not call.is_over


def test_a_webhook_delivered_twice_is_asked_twice(world: World) -> None:
    world.attach()
    call = world.board(deliveries=2).dial(NUMBER, CALLER)
    assert world.webhooks.paths() == ["nodes/welcome"] * 2
    assert call.session.lines()[-1] == "> Press 1"


def test_two_threads_may_act_on_one_call_but_only_one_at_a_time(world: World) -> None:
    world.attach()
    call = world.switchboard.dial(NUMBER, CALLER)
    refused: list[Exception] = []

    def press() -> None:
        try:
            call.act("press", "1")
        except NotNow as refusal:
            refused.append(refusal)

    threads = [Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 3
    assert world.webhooks.paths() == ["nodes/welcome", "nodes/menu/input", "hangup"]


def test_abandoned_calls_make_room(world: World) -> None:
    world.webhooks.pages["nodes/welcome"] = "<GetInput numDigits='1'><Speak>x</Speak></GetInput>"
    calls = [
        world.switchboard.dial_application(f"{ROOT}/nodes/welcome", "", "", CALLER, NUMBER)
        for _ in range(MOST_CALLS + 2)
    ]
    assert [call.is_over for call in calls[:3]] == [True, True, False]
    assert world.switchboard.get(calls[0].uuid) is None
    assert len(world.switchboard.live()) == MOST_CALLS


@pytest.mark.parametrize(
    "url",
    [
        "https://flows.example.com/other",
        "http://127.0.0.1:1/admin",
        "https://flows.example.com/base/healthz",
        "file:///etc/x",
    ],
)
def test_the_sandbox_asks_no_other_server(world: World, url: str) -> None:
    call = world.switchboard.dial_application(url, "", "", CALLER, NUMBER)
    assert call.is_over
    assert world.webhooks.asked == []


def test_our_webhooks_are_reached_under_any_host(world: World) -> None:
    transport = httpx.Client(transport=OwnServer(Flask("empty"), None))
    assert transport.get("http://localhost:8080/v1/flows/f/1/nodes/x").status_code == 404
