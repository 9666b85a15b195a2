"""The phone's text messages: to the draft, and to a live number, through the signed webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.app import create_app
from flowbuilder.config import Settings
from flowbuilder.flow.model import Flow
from flowbuilder.protocol.signatures import sign_v2
from flowbuilder.runtime import HttpAnswer
from flowbuilder.web import EXTENSION
from flowbuilder.web.access import Login
from flowbuilder.web.publishing_steps import Target, publish
from tests.web.conftest import NOW, Browser
from tests.web.pages import read_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from flowbuilder.web import Flowbuilder

HTMX = {"HX-Request": "true"}
NUMBERS = {"from": "+12025550123", "to": "+14155550000"}


def sms(text: str, exits: dict[str, str]) -> dict[str, Any]:
    return {"type": "message", "settings": {"text": text}, "exits": exits}


FLOW: dict[str, Any] = {
    "format": "flowbuilder/1",
    "name": "Shop",
    "entry": "hello",
    "message_entry": "open",
    "nodes": {
        "hello": {"type": "speak", "settings": {"text": "Hello."}, "exits": {"next": "bye"}},
        "bye": {"type": "hangup", "settings": {}, "exits": {}},
        "open": {
            "type": "hours",
            "settings": {"weekly": {"mon": [["09:00", "20:00"]]}},
            "exits": {"open": "lookup", "closed": "shut"},
        },
        "lookup": {
            "type": "http_request",
            "settings": {"url": "https://api.example.test/x", "save": {"who": "response.json.name"}},
            "exits": {"ok": "upper", "failed": "shut"},
        },
        "upper": {"type": "set", "settings": {"variables": {"name": "vars.who | upper"}}, "exits": {"next": "asks"}},
        "asks": {
            "type": "branch",
            "settings": {"rules": [{"exit": "price", "when": "'price' in message.text"}]},
            "exits": {"price": "price", "otherwise": "hi"},
        },
        "price": sms("It costs 5, {{ vars.name }}.", {}),
        "hi": sms("Hi {{ vars.name }}, you wrote <{{ message.text }}>.", {"next": "more"}),
        "more": sms("Write price for prices.", {"next": "hello"}),
        "shut": sms("We are closed.", {}),
    },
}


class World:
    def http(self, method: str, url: str, **request: Any) -> HttpAnswer:
        return HttpAnswer(200, '{"name": "Ada"}', {"name": "Ada"})


@pytest.fixture
def settings() -> Settings:
    return Settings("sqlite:///:memory:", public_url="http://flows.test", secret_key="for tests")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings, clock=lambda: NOW, login=Login("token"), services=World())
    app.test_client_class = Browser
    yield app
    app.extensions[EXTENSION].store.close()


def write(browser: Any, flow_id: str, text: str, **more: str) -> tuple[int, list[str], str]:
    """The status, what the conversation holds after it, and the refusal."""
    data = {**NUMBERS, "text": text, **more}
    answer = browser.post(f"/flows/{flow_id}/phone/text", data=data, headers=HTMX)
    page = read_page(answer)
    lines = [" ".join(line.text_content().split()) for line in page.xpath("//*[@role='log']/p")]
    return answer.status_code, lines, " ".join(page.xpath("string(//*[@role='alert'])").split())


def test_the_draft_answers_a_text(browser: Any, parts: Flowbuilder) -> None:
    flow_id = parts.store.flows.create(Flow.from_json(FLOW)).id
    browser.get("/")
    assert "Text messages" in browser.get(f"/flows/{flow_id}/phone/text").text
    status, lines, _ = write(browser, flow_id, "Hello & <Hangup/>")
    assert status == 200
    assert sorted(lines) == sorted(
        ["Hello & <Hangup/>", "Hi ADA, you wrote <Hello & <Hangup/>>.", "Write price for prices."]
    )
    _, lines, _ = write(browser, flow_id, "price?")
    assert "It costs 5, ADA." in lines
    assert parts.store.calls.recent() == []


def test_a_live_number_answers_by_its_application(browser: Any, parts: Flowbuilder) -> None:
    flow_id = parts.store.flows.create(Flow.from_json(FLOW)).id
    browser.get("/")
    assert write(browser, flow_id, "price", what="live")[0] == 422
    assert list(publish(parts, flow_id, Target(numbers=[NUMBERS["to"]])))[-1].ok
    [app] = [one for one in parts.store.sandbox.list("application") if one["message_url"]]
    assert app["message_url"] == f"http://flows.test/v1/flows/{flow_id}/1/message"
    assert "It costs 5, ADA." in write(browser, flow_id, "price", what="live")[1]


def test_a_flow_without_a_message_entry_says_so(browser: Any, parts: Flowbuilder) -> None:
    document = {name: value for name, value in FLOW.items() if name != "message_entry"}
    flow_id = parts.store.flows.create(Flow.from_json(document)).id
    browser.get("/")
    status, _, refusal = write(browser, flow_id, "Hello")
    assert (status, "names no node" in refusal) == (422, True)


@pytest.mark.parametrize(
    "wrong", [{"text": " "}, {"text": "x" * 1_601}, {"from": "somebody"}, {"what": "live", "to": "+1999"}]
)
def test_what_cannot_be_sent_is_refused_with_a_sentence(
    browser: Any, parts: Flowbuilder, wrong: dict[str, str]
) -> None:
    flow_id = parts.store.flows.create(Flow.from_json(FLOW)).id
    browser.get("/")
    status, _, refusal = write(browser, flow_id, **{"text": "Hello", **wrong})
    assert (status, bool(refusal)) == (422, True)
    assert parts.store.sandbox.list("message") == []


def test_a_message_webhook_wants_signature_v2_of_the_account_or_its_main_account(
    app: Flask, parts: Flowbuilder
) -> None:
    flow_id = parts.store.flows.create(Flow.from_json(FLOW)).id
    list(publish(parts, flow_id, Target(numbers=[NUMBERS["to"]])))
    path, form = f"/v1/flows/{flow_id}/1/message", {"From": "1", "To": "2", "Text": "price", "MessageUUID": "m-1"}
    right = sign_v2(parts.sandbox_token, f"http://flows.test{path}", "1")
    statuses = [
        app.test_client().post(path, data=form, headers={**headers, "X-Plivo-Signature-V2-Nonce": "1"}).status_code
        for headers in (
            {"X-Plivo-Signature-V2": right},
            {"X-Plivo-Signature-V2": "bm8=", "X-Plivo-Signature-Ma-V2": right},
            {"X-Plivo-Signature-V2": "bm8="},
            {"X-Plivo-Signature-V3": right},
        )
    ]
    assert statuses == [200, 200, 403, 403]


def test_the_flow_says_where_text_messages_start(browser: Any, parts: Flowbuilder) -> None:
    document = {name: value for name, value in FLOW.items() if name != "message_entry"}
    flow_id = parts.store.flows.create(Flow.from_json(document)).id
    browser.get("/")
    form = {"op": "set_details", "message_entry": "price", "description": "", "revision": "1"}
    assert browser.post(f"/flows/{flow_id}/edits", data=form, headers=HTMX).status_code == 200
    assert parts.store.flows.load(flow_id).extras["message_entry"] == "price"
    page = read_page(browser.get(f"/flows/{flow_id}/edit"))
    assert page.xpath("//select[@name='message_entry']/option[@selected]/text()") == ["price"]
    gone = {**form, "message_entry": "gone", "revision": "2"}
    assert browser.post(f"/flows/{flow_id}/edits", data=gone, headers=HTMX).status_code == 422
    nowhere = {**form, "message_entry": "", "revision": "2"}
    assert browser.post(f"/flows/{flow_id}/edits", data=nowhere, headers=HTMX).status_code == 200
    assert "message_entry" not in parts.store.flows.load(flow_id).extras
