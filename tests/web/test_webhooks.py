"""The webhooks: signatures, repeats, races and failures; the caller gets XML whatever happens."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest
from lxml import etree

from flowbuilder.app import create_app
from flowbuilder.compiler import compile_flow
from flowbuilder.flow.model import Flow
from flowbuilder.protocol.signatures import sign_v2, sign_v3
from flowbuilder.runtime import HttpAnswer, apology, empty_response
from flowbuilder.web import EXTENSION
from flowbuilder.web.call_world import CallWorld
from tests.web.conftest import Plivo
from tests.web.test_accounts import ID, TOKEN, FakePlivo

FLOW = {
    "format": "flowbuilder/1",
    "name": "Shop",
    "entry": "menu",
    "nodes": {
        "menu": {
            "type": "get_input",
            "settings": {
                "prompts": [{"speak": "Press 1 for the desk."}],
                "input_type": "dtmf",
                "num_digits": 1,
                "attempts": 2,
                "choices": [{"exit": "desk", "digits": "1"}],
            },
            "exits": {"desk": "lookup", "no_input": "bye", "no_match": "bye"},
        },
        "lookup": {
            "type": "http_request",
            "settings": {"url": "https://api.example.test/x", "save": {"who": "response.json.name"}},
            "exits": {"ok": "hello", "failed": "bye"},
        },
        "hello": {"type": "speak", "settings": {"text": "Hello {{ vars.who }}."}, "exits": {"next": "ring"}},
        "ring": {
            "type": "dial",
            "settings": {"to": [{"number": "+14155550100"}], "report_url": "https://report.example.test/d"},
            "exits": {"otherwise": "bye"},
        },
        "bye": {"type": "hangup", "settings": {}, "exits": {}},
    },
}


class World:
    """What steps may ask: counts, and answers with a name."""

    def __init__(self):
        self.asked = []

    def http(self, method, url, **request):
        self.asked.append((method, url, request))
        return HttpAnswer(200, '{"name": "Ada"}', {"name": "Ada"})


@pytest.fixture
def world():
    return World()


@pytest.fixture
def app(settings, world):
    app = create_app(settings, services=world)
    yield app
    app.extensions[EXTENSION].store.close()


@pytest.fixture
def base(parts):
    """The address of a published version, as a path."""
    return publish(parts)


def publish(parts, document=FLOW):
    flow = Flow.from_json(document)
    row = parts.store.flows.create(flow)
    number = parts.store.versions.add(row.id, row.revision, flow, json.dumps(compile_flow(flow).to_json()))
    return f"/v1/flows/{row.id}/{number}"


def xml(answer):
    assert answer.status_code == 200
    assert answer.content_type == "application/xml"
    return etree.fromstring(answer.data)


def action(answer, element="GetInput"):
    return xml(answer).find(element).get("action")


def test_a_call_goes_through_the_flow(plivo, base, parts, world):
    menu = plivo.ask(f"{base}/nodes/menu")
    assert action(menu).startswith(f"http://localhost{base}/nodes/menu/input?")
    desk = plivo.ask(action(menu), Digits="1")
    assert xml(desk).findtext("Speak") == "Hello Ada."
    bye = plivo.ask(action(desk, "Dial"), DialStatus="busy")
    assert xml(bye).find("Hangup") is not None

    call = parts.store.calls.load("call-1")
    assert (call.turn, call.from_number, call.to_number) == (3, "12025550123", "14155550000")
    assert [event["kind"] for event in parts.store.calls.events("call-1")].count("served") == 3


def test_get_is_answered_like_post(plivo, base):
    menu = plivo.ask(f"{base}/nodes/menu", "GET")
    desk = plivo.ask(action(menu), "GET", Digits="1")
    assert xml(desk).findtext("Speak") == "Hello Ada."


@pytest.mark.parametrize("kind", ["nodes/menu", "nodes/menu/input", "hangup", "fallback", "message", "dial-events"])
def test_without_a_right_signature_there_is_no_xml(plivo, base, kind):
    for answer in (
        plivo.client.post(f"{base}/{kind}", data={"CallUUID": "call-1"}),
        plivo.client.get(f"{base}/{kind}"),
        plivo.ask(f"{base}/{kind}", token="another token"),
        plivo.ask(f"{base}/{kind}", origin="https://elsewhere.test"),
    ):
        assert answer.status_code == 403
        assert answer.content_type == "text/plain"
        assert b"<" not in answer.data


def test_a_changed_parameter_breaks_the_signature(plivo, base):
    nonce = "1"
    signed = sign_v3(plivo.token, "POST", f"http://localhost{base}/nodes/menu", nonce, {"CallUUID": "a"})
    headers = {"X-Plivo-Signature-V3": signed, "X-Plivo-Signature-V3-Nonce": nonce}
    assert plivo.client.post(f"{base}/nodes/menu", data={"CallUUID": "a"}, headers=headers).status_code == 200
    assert plivo.client.post(f"{base}/nodes/menu", data={"CallUUID": "b"}, headers=headers).status_code == 403
    assert plivo.client.post(f"{base}/nodes/menu?x=1", data={"CallUUID": "a"}, headers=headers).status_code == 403


def test_behind_a_proxy_the_public_address_is_what_was_signed(settings, world):
    public = "https://flows.example.test/phone"
    real = replace(
        settings,
        public_url=public,
        plivo_auth_id="MA1",
        plivo_auth_token="old, new",
        plivo_api_url="http://127.0.0.1:1",
    )
    app = create_app(real, services=world)
    base = publish(app.extensions[EXTENSION])
    client = app.test_client()
    for token in ("old", "new", app.extensions[EXTENSION].sandbox_token):
        answer = Plivo(client, token, public).ask(f"{base}/nodes/menu", CallUUID=token)
        assert action(answer).startswith(f"{public}{base}/nodes/menu/input?")
    assert Plivo(client, "new", "http://localhost").ask(f"{base}/nodes/menu").status_code == 403
    assert Plivo(client, "other", public).ask(f"{base}/nodes/menu").status_code == 403


def test_the_token_of_an_account_added_while_we_run_signs_at_once(settings, world):
    """Its webhooks come the moment a number is attached; once it is removed they are a stranger's."""
    app = create_app(settings, services=world, plivo=FakePlivo())
    parts = app.extensions[EXTENSION]
    base = publish(parts)
    plivo = Plivo(app.test_client(), TOKEN)
    assert plivo.ask(f"{base}/nodes/menu").status_code == 403
    parts.accounts.add(ID, TOKEN)
    assert plivo.ask(f"{base}/nodes/menu").status_code == 200
    parts.accounts.remove(ID)
    assert plivo.ask(f"{base}/nodes/menu").status_code == 403


def test_several_signatures_and_the_main_accounts_are_accepted(plivo, base):
    url, nonce, form = f"http://localhost{base}/nodes/menu", "7", {"CallUUID": "call-1", "From": "Zoë"}
    right = sign_v3(plivo.token, "POST", url, nonce, form)
    for headers in (
        {"X-Plivo-Signature-V3": f"bm90IHRoaXM=, {right}"},
        {"X-Plivo-Signature-V3": "bm90IHRoaXM=", "X-Plivo-Signature-Ma-V3": right},
    ):
        headers["X-Plivo-Signature-V3-Nonce"] = nonce
        assert plivo.client.post(f"{base}/nodes/menu", data=form, headers=headers).status_code == 200


def test_a_draft_answers_the_sandbox_alone(settings, world):
    app = create_app(replace(settings, plivo_auth_id="MA1", plivo_auth_token="real"), services=world)
    parts = app.extensions[EXTENSION]
    row = parts.store.flows.create(Flow.from_json(FLOW))
    path = f"/v1/flows/{row.id}/draft-{row.revision}/nodes/menu"
    assert Plivo(app.test_client(), "real").ask(path).status_code == 403
    answer = Plivo(app.test_client(), parts.sandbox_token).ask(path)
    assert f"/draft-{row.revision}/" in action(answer)


def test_a_repeated_webhook_gets_the_same_answer_and_does_no_harm(app, plivo, base, parts, world):
    menu = plivo.ask(f"{base}/nodes/menu")
    assert plivo.ask(f"{base}/nodes/menu").data == menu.data
    first = plivo.ask(action(menu), Digits="1")
    assert plivo.ask(action(menu), Digits="1").data == first.data
    assert len(world.asked) == 1
    plivo.ask(action(first, "Dial"), DialStatus="busy")
    events = parts.store.calls.events("call-1")

    late = plivo.ask(action(menu), Digits="1")
    assert xml(late).find("Hangup") is not None
    app.wsgi_app.reports.close()
    assert [url for _, url, _ in world.asked] == ["https://api.example.test/x", "https://report.example.test/d"]
    assert parts.store.calls.load("call-1").turn == 3
    assert parts.store.calls.events("call-1") == events


def test_of_two_webhooks_at_once_both_get_what_the_first_one_did(plivo, base, parts, world):
    menu = plivo.ask(f"{base}/nodes/menu")
    answers = []

    def also_ask(method, url, **request):
        if len(world.asked) == 1:  # while the first is being answered
            answers.append(plivo.ask(action(menu), Digits="1").data)
        return HttpAnswer(200, "", {"name": "Bob" if answers else "Ada"})

    original, world.http = world.http, lambda *a, **k: (world.asked.append(a), also_ask(*a, **k))[1]
    answers.append(plivo.ask(action(menu), Digits="1").data)
    world.http = original
    assert len(answers) == 2
    assert answers[0] == answers[1]
    assert parts.store.calls.load("call-1").turn == 2


def test_all_web_requests_of_one_webhook_share_one_patience(parts, world):
    moments = iter([100.0, 110.0, 118.0, 124.5])
    patience = CallWorld(parts, "shop", monotonic=lambda: next(moments))
    replies = [patience.http("GET", "https://x.test", timeout=10.0, headers={}) for _ in range(4)]
    assert [reply.status for reply in replies] == [200, 200, 200, 0]
    assert [request["timeout"] for _, _, request in world.asked] == [10.0, 10.0, 7.0]


def test_a_dial_status_report_is_sent_once_the_caller_is_answered(plivo, base, app, world):
    menu = plivo.ask(f"{base}/nodes/menu")
    desk = plivo.ask(action(menu), Digits="1")
    plivo.ask(action(desk, "Dial"), DialStatus="busy", DialBLegUUID="leg")
    app.wsgi_app.reports.close()
    method, url, request = world.asked[-1]
    assert (method, url) == ("POST", "https://report.example.test/d")
    assert request["form"]["DialStatus"] == "busy"


def test_the_hangup_is_recorded_once(plivo, base, parts):
    plivo.ask(f"{base}/nodes/menu")
    for cause in ("Normal Hangup", "Something Else"):
        answer = plivo.ask(f"{base}/hangup", CallStatus="completed", HangupCauseName=cause, Duration="12")
        assert answer.data == empty_response()
    call = parts.store.calls.load("call-1")
    assert (call.status, call.hangup_cause) == ("completed", "Normal Hangup")
    assert call.ended_at is not None
    assert [event["kind"] for event in parts.store.calls.events("call-1")].count("hangup") == 1


def test_dial_events_join_the_trace(plivo, base, parts):
    plivo.ask(f"{base}/nodes/menu")
    assert plivo.ask(f"{base}/dial-events", DialAction="answer", DialBLegTo="1").data == empty_response()
    assert parts.store.calls.events("call-1")[-1]["action"] == "answer"


def test_the_fallback_apologises(plivo, base):
    assert plivo.ask(f"{base}/fallback").data == apology()


def test_a_text_message_is_taken_with_signature_v2(plivo, base):
    url = f"http://localhost{base}/message"
    headers = {"X-Plivo-Signature-V2": sign_v2(plivo.token, url, "1"), "X-Plivo-Signature-V2-Nonce": "1"}
    answer = plivo.client.post(f"{base}/message?x=1", data={"Text": "hello"}, headers=headers)
    assert (answer.status_code, answer.data) == (200, empty_response())


@pytest.mark.parametrize(
    "path",
    [
        "{base}/nodes/gone",
        "{base}/nodes/menu/recorded",
        "{base}/nodes/bye/input",
        "{base}9/nodes/menu",
        "{base}/other",
        "/v1/flows/gone-000000/1/nodes/menu",
        "/v1/flows/gone-000000/draft-1/nodes/menu",
        "/v1/flows/gone-000000/latest/nodes/menu",
        "/v1/flows/a b/é/nodes/menu",
    ],
)
def test_what_is_not_there_apologises(plivo, base, path):
    path = path.format(base=base).replace(" ", "%20").replace("é", "%C3%A9")
    assert plivo.ask(path).data == apology()


def test_a_request_about_no_call_apologises(plivo, base):
    assert plivo.ask(f"{base}/nodes/menu", CallUUID="").data == apology()


def test_a_broken_database_apologises(plivo, base, parts, monkeypatch, caplog):
    parts.store.close()
    monkeypatch.setattr(parts.store.calls, "load", broken)
    assert plivo.ask(f"{base}/nodes/menu").data == apology()
    assert "Call call-1" in caplog.text
    assert "database is gone" in caplog.text


def broken(*_):
    raise OSError("the database is gone")


def test_an_exception_in_a_step_apologises_and_is_kept_with_the_call(plivo, base, parts, world, caplog):
    menu = plivo.ask(f"{base}/nodes/menu")
    world.http = broken
    with caplog.at_level(logging.ERROR):
        assert plivo.ask(action(menu), Digits="1").data == apology()
    assert "Call call-1" in caplog.text
    assert "Traceback" in caplog.text
    assert plivo.token not in caplog.text
    assert parts.store.calls.events("call-1")[-1]["kind"] == "failed"


def test_too_much_is_refused(plivo, base):
    assert plivo.ask(f"{base}/nodes/menu", X="y" * 1_100_000).status_code == 413
    many = {f"p{number}": "" for number in range(1_001)}
    assert plivo.ask(f"{base}/nodes/menu", **many).status_code == 400


def test_other_methods_are_refused(plivo, base):
    for method in ("PUT", "DELETE", "HEAD", "OPTIONS"):
        assert plivo.client.open(f"{base}/nodes/menu", method=method).status_code == 405


def test_the_figures_count_what_happened(plivo, base, stranger):
    plivo.ask(f"{base}/nodes/menu")
    plivo.ask(f"{base}/nodes/menu")
    plivo.ask(f"{base}/nodes/menu", token="wrong")
    plivo.ask(f"{base}/hangup")
    text = stranger.get("/metrics").text
    for line in (
        'flowbuilder_webhook_requests_total{kind="node",outcome="answered"} 1',
        'flowbuilder_webhook_requests_total{kind="node",outcome="repeated"} 1',
        'flowbuilder_webhook_requests_total{kind="node",outcome="refused"} 1',
        "flowbuilder_calls_begun_total 1",
        "flowbuilder_calls_ended_total 1",
        "flowbuilder_webhook_seconds_count 4",
    ):
        assert line in text.splitlines()
