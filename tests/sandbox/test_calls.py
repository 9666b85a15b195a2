"""Calls of the sandbox: signed requests to webhooks, the XML performed, and what REST tells of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from threading import Thread

import httpx
import plivo
import pytest
from flask import Flask, Response, request
from plivo.exceptions import GeoPermissionError, ResourceNotFoundError, ValidationError
from plivo.utils import validate_v3_signature

from flowbuilder.errors import FlowbuilderError, NotFound
from flowbuilder.protocol.signatures import verify_v3
from flowbuilder.sandbox.api import sandbox_api
from flowbuilder.sandbox.calls import MOST_CALLS, Switchboard
from flowbuilder.sandbox.webhook_requests import OwnServer
from flowbuilder.simulator.events import NotNow
from flowbuilder.store import Store
from tests.sandbox.conftest import AUTH_ID, AUTH_TOKEN, NOW
from tests.sandbox.sdk import sdk_client

PUBLIC = "https://flows.example.com/base"
ROOT = f"{PUBLIC}/v1/flows/f/1"
CALLER, NUMBER = "+12025550123", "14155550000"
MENU = (
    '<GetInput action="{root}/nodes/menu/input" inputType="dtmf" numDigits="1"><Speak>Press 1</Speak></GetInput>'
    "<Speak>Nothing heard</Speak>"
)


@dataclass
class Webhooks:
    """A server of documents by path; keeps each request with whether its signature was right."""

    pages: dict[str, str | tuple[int, str]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str], bool]] = field(default_factory=list)

    def answer(self, path: str) -> Response:
        params = {**request.args.to_dict(), **request.form.to_dict()}
        query = request.query_string.decode()
        url = f"{PUBLIC}/v1/flows/f/1/{path}" + (f"?{query}" if query else "")
        headers = request.headers
        nonce = headers.get("X-Plivo-Signature-V3-Nonce")
        posted = request.form.to_dict() if request.method == "POST" else {}
        right = all(
            verify_v3(AUTH_TOKEN, request.method, url, nonce, headers.get(f"X-Plivo-Signature-{name}"), posted)
            for name in ("V3", "Ma-V3")
        ) and validate_v3_signature(request.method, url, nonce, AUTH_TOKEN, headers.get("X-Plivo-Signature-V3"), posted)
        self.asked.append((request.method, path, params, right))
        page = self.pages.get(path, "")
        status, body = page if isinstance(page, tuple) else (200, page)
        return Response(f"<Response>{body}</Response>".replace("{root}", ROOT), status, content_type="application/xml")

    def paths(self) -> list[str]:
        return [path for _, path, _, _ in self.asked]


@dataclass
class World:
    webhooks: Webhooks
    switchboard: Switchboard
    sdk: plivo.RestClient
    store: Store
    board: Callable[..., Switchboard]

    def attach(self, **fields: str) -> str:
        urls = {"hangup_url": f"{ROOT}/hangup", "fallback_answer_url": f"{ROOT}/fallback", **fields}
        urls = {"answer_url": f"{ROOT}/nodes/welcome", **urls}
        app_id: str = self.sdk.applications.create("flow", **urls).app_id
        self.sdk.numbers.update(NUMBER, app_id=app_id)
        return app_id


@pytest.fixture
def world(store: Store) -> World:
    webhooks = Webhooks({"nodes/welcome": MENU, "nodes/menu/input": "<Speak>Goodbye</Speak><Hangup/>"})
    server = Flask("server")
    server.add_url_rule("/v1/flows/f/1/<path:path>", view_func=webhooks.answer, methods=["GET", "POST"])
    numbers = count(1)

    def board(deliveries: int = 1) -> Switchboard:
        transport = OwnServer(server, PUBLIC)
        return Switchboard(
            store,
            transport,
            AUTH_ID,
            AUTH_TOKEN,
            lambda: NOW,
            lambda: f"call-{next(numbers)}",
            deliveries=deliveries,
        )

    switchboard = board()
    api = Flask("api")
    api.register_blueprint(
        sandbox_api(store, AUTH_ID, AUTH_TOKEN, switchboard, clock=lambda: NOW), url_prefix="/sandbox"
    )
    return World(webhooks, switchboard, sdk_client(api, AUTH_ID, AUTH_TOKEN), store, board)


def test_a_call_to_a_number_is_answered_by_its_application(world: World) -> None:
    world.attach()
    call = world.switchboard.dial(f"+{NUMBER}", CALLER, {"Account": "42"})
    assert call.session.lines()[-1] == "> Press 1"
    assert (call.status, call.is_over, call.player.awaiting and call.player.awaiting.kind) == (
        "in-progress",
        False,
        "input",
    )
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
