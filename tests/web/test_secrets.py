"""The page of secrets: added, replaced, deleted, never shown; and what a web request makes of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from flowbuilder.app import create_app
from flowbuilder.compiler import compile_flow
from flowbuilder.flow.model import Flow
from flowbuilder.runtime import HttpAnswer
from flowbuilder.web import EXTENSION
from flowbuilder.web.access import Login
from flowbuilder.web.call_world import CallWorld
from tests.web.conftest import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from flowbuilder.config import Settings
    from flowbuilder.web import Flowbuilder
    from tests.web.conftest import Plivo

FLOW: dict[str, Any] = {
    "format": "flowbuilder/1",
    "name": "Asks",
    "entry": "ask",
    "nodes": {
        "ask": {
            "type": "http_request",
            "settings": {"url": "https://api.example.test/x", "headers": {"Authorization": "Bearer {{ secrets.CRM }}"}},
            "exits": {"ok": "hello", "failed": "hello"},
        },
        "hello": {"type": "speak", "settings": {"text": "{{ ask.text }} {{ secrets.CRM }}"}, "exits": {}},
    },
}


class World:
    """Keeps the headers it was asked with, and gives them back in its answer."""

    def __init__(self) -> None:
        self.headers: list[dict[str, str]] = []

    def http(self, method: str, url: str, **request: Any) -> HttpAnswer:
        self.headers.append(dict(request["headers"]))
        return HttpAnswer(200, f"You sent {request['headers']}")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def app(settings: Settings, world: World) -> Iterator[Flask]:
    app = create_app(settings, login=Login("token"), services=world)
    app.test_client_class = Browser
    yield app
    app.extensions[EXTENSION].store.close()


def test_a_secret_is_kept_and_never_shown(browser: Any, parts: Flowbuilder) -> None:
    browser.get("/")
    assert "No secret yet." in browser.get("/settings/secrets").text
    answer = browser.post("/settings/secrets", data={"name": " CRM ", "secret": "hunter2"})
    assert (answer.status_code, answer.location) == (303, "/settings/secrets")
    assert "CRM" in browser.get("/settings/secrets").text
    assert "hunter2" not in browser.get("/settings/secrets").text
    browser.post("/settings/secrets", data={"name": "CRM", "secret": "hunter3"})
    assert CallWorld(parts, "any").secret("CRM") == "hunter3"
    browser.post("/settings/secrets/CRM/delete")
    assert CallWorld(parts, "any").secret("CRM") is None
    assert browser.post("/settings/secrets/CRM/delete").status_code == 404


def test_a_refused_secret_is_not_shown_either(browser: Any) -> None:
    browser.get("/")
    answer = browser.post("/settings/secrets", data={"name": "no name", "secret": "hunter2"})
    assert (answer.status_code, "hunter2" in answer.text, "no name" in answer.text) == (422, False, True)


def test_a_stranger_sees_no_names(stranger: Any) -> None:
    assert stranger.get("/settings/secrets").status_code in (302, 303, 401)


def test_a_web_request_carries_the_secret_and_nothing_else_does(parts: Flowbuilder, plivo: Plivo, world: World) -> None:
    parts.vault.put("CRM", "hunter2-long")
    flow = Flow.from_json(FLOW)
    row = parts.store.flows.create(flow)
    parts.store.versions.add(row.id, row.revision, flow, json.dumps(compile_flow(flow).to_json()))
    answer = plivo.ask(f"/v1/flows/{row.id}/1/nodes/ask")
    assert [one["Authorization"] for one in world.headers] == ["Bearer hunter2-long"]
    kept = parts.store.calls.load("call-1")
    assert kept is not None
    everything = answer.text + kept.state + json.dumps(parts.store.calls.events("call-1"))
    assert "hunter2-long" not in everything
