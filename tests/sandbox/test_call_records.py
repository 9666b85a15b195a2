"""Calls over REST, by the official SDK: placed, listed live, hung up, and their records."""

from __future__ import annotations

import plivo
import pytest
from plivo.exceptions import GeoPermissionError, ResourceNotFoundError, ValidationError

from tests.sandbox.board import CALLER, NUMBER, ROOT, World
from tests.sandbox.sdk import AUTH_ID


def test_calls_are_placed_by_rest(world: World) -> None:
    made = world.sdk.calls.create(CALLER, "14155550111", f"{ROOT}/nodes/welcome", sip_headers="Account=42")
    assert (made.message, made.request_uuid) == ("call fired", "call-1")
    _, path, params, right = world.webhooks.asked[0]
    assert (path, right) == ("nodes/welcome", True)
    assert (params["Direction"], params["To"], params["CallStatus"]) == ("outbound", "14155550111", "in-progress")
    assert (params["X-PH-Account"], params["ALegUUID"]) == ("42", "call-1")
    many = world.sdk.calls.create(CALLER, "14155550111<14155550112", f"{ROOT}/nodes/welcome")
    assert many.request_uuid == ["call-2", "call-3"]


def test_a_hangup_url_defaults_to_the_answer_url(world: World) -> None:
    world.sdk.calls.create(CALLER, "14155550111", f"{ROOT}/nodes/welcome")
    world.sdk.calls.hangup("call-1")
    assert world.webhooks.paths() == ["nodes/welcome", "nodes/welcome"]


def test_a_call_that_cannot_be_placed_is_refused(world: World) -> None:
    for arguments in (
        (CALLER, "front desk", f"{ROOT}/x"),
        (CALLER, "12025550123", f"{ROOT}/x"),
    ):
        with pytest.raises(ValidationError):
            world.sdk.calls.create(*arguments)
    with pytest.raises(ValidationError, match="answer_url"):
        world.sdk.request("POST", ("Call",), {"from": CALLER, "to": "14155550111"})
    with pytest.raises(ValidationError, match="sip_headers"):
        world.sdk.calls.create(CALLER, "14155550111", f"{ROOT}/x", sip_headers="a b=c")


def test_a_sandbox_without_a_switchboard_says_so(sdk: plivo.RestClient) -> None:
    with pytest.raises(GeoPermissionError, match="places no calls"):
        sdk.calls.create(CALLER, "14155550111", f"{ROOT}/x")


def test_live_calls_are_listed_read_and_hung_up(world: World) -> None:
    world.attach()
    call = world.switchboard.dial(NUMBER, CALLER)
    assert world.sdk.live_calls.list_ids().calls == ["call-1"]
    assert world.sdk.live_calls.list_ids(call_direction="outbound").calls == []
    assert world.sdk.queued_calls.list_ids().calls == []
    live = world.sdk.live_calls.get("call-1")
    assert (live.call_status, live.direction, live.to) == ("in-progress", "inbound", NUMBER)
    with pytest.raises(ResourceNotFoundError):
        world.sdk.calls.get("call-1")
    assert world.sdk.calls.hangup("call-1") is None
    assert call.player.ending
    assert call.player.ending.source == "API Request"
    assert world.webhooks.asked[-1][2]["HangupSource"] == "API Request"
    assert world.sdk.live_calls.list_ids().calls == []
    for ask in (world.sdk.live_calls.get, world.sdk.calls.hangup, world.sdk.calls.cancel):
        with pytest.raises(ResourceNotFoundError):
            ask("call-1")


def test_a_finished_call_leaves_a_record(world: World) -> None:
    world.attach()
    world.switchboard.dial(NUMBER, CALLER).act("press", "1")
    world.switchboard.dial(NUMBER, "12025550199").act("hang_up")
    record = world.sdk.calls.get("call-1")
    assert (record.call_direction, record.from_number, record.to_number) == ("inbound", "12025550123", NUMBER)
    assert (record.hangup_cause_code, record.hangup_source, record.call_state) == (4000, "Answer XML", "ANSWER")
    assert record.initiation_time == "2026-11-23 10:00:00+00:00"
    assert record.call_duration == record.bill_duration > 0
    assert record.billed_duration == 60
    assert record.resource_uri == f"/v1/Account/{AUTH_ID}/Call/call-1/"


def test_records_are_listed_and_filtered(world: World) -> None:
    world.attach()
    for number in ("12025550101", "12025550102"):
        world.switchboard.dial(NUMBER, number).act("hang_up")
    world.sdk.calls.create(CALLER, "14155550111", f"{ROOT}/nodes/welcome")
    world.sdk.calls.hangup("call-3")

    def found(**filters: object) -> list[str]:
        return sorted(call["call_uuid"] for call in world.sdk.calls.list(**filters).objects)

    assert found() == ["call-1", "call-2", "call-3"]
    assert found(call_direction="outbound") == ["call-3"]
    assert found(from_number="+12025550102") == ["call-2"]
    assert found(hangup_source="API Request") == ["call-3"]
    assert found(hangup_cause_code=4000) == ["call-1", "call-2", "call-3"]
    assert found(hangup_cause_code=3010) == []
    assert found(end_time__lt="2026-11-23 10:00") == []
    assert found(end_time__gte="2026-11-23") == ["call-1", "call-2", "call-3"]
    assert found(limit=1, offset=2) != found(limit=1)
