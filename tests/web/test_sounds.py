"""Sounds beside a call: what Plivo fetches for the callee, the room or whoever waits, and who hears it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from flowbuilder.compiler import compile_flow
from flowbuilder.config import Settings
from flowbuilder.flow.model import Flow
from flowbuilder.simulator.transcript import lines_for

if TYPE_CHECKING:
    from flowbuilder.web import Flowbuilder
    from tests.web.conftest import Plivo

FLOW: dict[str, Any] = {
    "format": "flowbuilder/1",
    "name": "Rooms",
    "entry": "hello",
    "nodes": {
        "hello": {"type": "speak", "settings": {"text": "Hello."}, "exits": {"next": "who"}},
        "who": {"type": "set", "settings": {"variables": {"who": "'Ada'"}}, "exits": {"next": "room"}},
        "room": {
            "type": "conference",
            "settings": {
                "name": "team",
                "start_conference_on_enter": False,
                "wait_prompts": [{"speak": "Wait, {{ vars.who }}, called {{ call.from_number }}."}],
                "enter_prompts": [{"speak": "Somebody joins."}],
                "exit_prompts": [{"speak": "Somebody leaves."}],
            },
            "exits": {"next": "desk"},
        },
        "desk": {
            "type": "multi_party_call",
            "settings": {
                "name": "desk",
                "role": "customer",
                "start_mpc_on_enter": False,
                "wait_prompts": [{"speak": "An agent comes."}],
                "enter_sound": "none",
                "exit_sound": "none",
            },
            "exits": {"next": "bye"},
        },
        "bye": {"type": "hangup", "settings": {}, "exits": {}},
    },
}


@pytest.fixture
def settings() -> Settings:
    return Settings("sqlite:///:memory:", public_url="http://localhost", secret_key="for tests")


def room_in(document: bytes) -> Any:
    """The Conference of a document."""
    return etree.fromstring(document).find("Conference")


def publish(parts: Flowbuilder, document: dict[str, Any] = FLOW) -> str:
    flow = Flow.from_json(document)
    row = parts.store.flows.create(flow)
    number = parts.store.versions.add(row.id, row.revision, flow, json.dumps(compile_flow(flow).to_json()))
    return f"/v1/flows/{row.id}/{number}"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_sound_is_answered_and_the_call_stays_where_it_is(plivo: Plivo, parts: Flowbuilder, method: str) -> None:
    base = publish(parts)
    room = room_in(plivo.ask(f"{base}/nodes/hello").data)
    before, events = parts.store.calls.load("call-1"), parts.store.calls.events("call-1")

    answer = plivo.ask(room.get("waitSound"), method)

    assert (answer.status_code, answer.content_type) == (200, "application/xml")
    assert etree.fromstring(answer.data).findtext("Speak") == "Wait, Ada, called 12025550123."
    assert parts.store.calls.load("call-1") == before
    assert parts.store.calls.events("call-1") == events
    assert plivo.ask(room.get("waitSound"), method).data == answer.data
    after = plivo.ask(room.get("action"), ConferenceUUID="c-1")
    assert etree.fromstring(after.data).find("MultiPartyCall") is not None


def test_a_sound_wants_a_signature_too(plivo: Plivo, parts: Flowbuilder) -> None:
    base = publish(parts)
    room = room_in(plivo.ask(f"{base}/nodes/hello").data)
    for method in ("GET", "POST"):
        assert plivo.ask(room.get("waitSound"), method, token="another").status_code == 403


def test_a_sound_of_a_call_that_is_not_known_is_answered_all_the_same(plivo: Plivo, parts: Flowbuilder) -> None:
    answer = plivo.ask(f"{publish(parts)}/nodes/room/enter_sound?turn=1", CallUUID="another")
    assert etree.fromstring(answer.data).findtext("Speak") == "Somebody joins."
    assert parts.store.calls.load("another") is None


def test_the_sandbox_plays_each_sound_to_whom_it_is_for(parts: Flowbuilder) -> None:
    base = f"http://localhost{publish(parts)}"
    live = parts.switchboard.dial_application(f"{base}/nodes/hello", "", "", "+12025550123", "+14155550000")
    live.act("leave")
    lines = [line for line in lines_for(live.player.events) if line.startswith(">")]
    assert lines == [
        "> Hello.",
        "> (to the room) Somebody joins.",
        "> Wait, Ada, called 12025550123.",
        "> (to the room) Somebody leaves.",
        "> An agent comes.",
    ]
    requests = [event.data for event in live.player.events if event.kind == "requested"]
    assert [(one["method"], one["status"]) for one in requests if one["cause"] == "sound"] == [
        ("POST", 200),
        ("POST", 200),
        ("POST", 200),
        ("GET", 200),
    ]
