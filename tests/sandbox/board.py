"""A switchboard, and a server of documents for it to ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import plivo
from flask import Flask, Response, request
from plivo.utils import validate_signature, validate_v3_signature

from flowbuilder.protocol.signatures import verify_v2, verify_v3
from flowbuilder.sandbox.api import sandbox_api
from flowbuilder.sandbox.calls import Switchboard
from flowbuilder.sandbox.webhook_requests import OwnServer
from flowbuilder.store import Store
from tests.sandbox.sdk import AUTH_ID, AUTH_TOKEN, NOW, sdk_client

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
        if path == "message":
            right = self._is_right_message(url)
        self.asked.append((request.method, path, params, right))
        page = self.pages.get(path, "")
        status, body = page if isinstance(page, tuple) else (200, page)
        return Response(f"<Response>{body}</Response>".replace("{root}", ROOT), status, content_type="application/xml")

    def _is_right_message(self, url: str) -> bool:
        nonce = request.headers.get("X-Plivo-Signature-V2-Nonce", "")
        given = [request.headers.get(f"X-Plivo-Signature-{name}", "") for name in ("V2", "Ma-V2")]
        return all(
            verify_v2(AUTH_TOKEN, url, nonce, one) and validate_signature(url, nonce, one, AUTH_TOKEN) for one in given
        )

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


def open_world(store: Store) -> World:
    """A sandbox whose calls are answered by a `Webhooks` of its own."""
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
