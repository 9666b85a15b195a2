"""An account on the sandbox, over httpx and in this process; its requests can be made to fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from flask import Flask

from flowbuilder.publishing.account import Account
from flowbuilder.publishing.desired import Desired, desired_application
from flowbuilder.sandbox.api import sandbox_api
from flowbuilder.sandbox.faults import Faults
from flowbuilder.store import Store, open_store

AUTH_ID = "MAABCDEFGHIJKLMNOPQR"
AUTH_TOKEN = "token-of-the-sandbox-0123456789abcdefghi"
NOW = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)
NUMBER, OTHER, MUTE = "14155550000", "12025550142", "447700900123"
PUBLIC_URL = "https://flows.example.com"
FLOW = "clinic-main-line-k3x9qa"
NAME = f"flowbuilder-{FLOW}"


def wanted(version: int = 1, messages: bool = False) -> Desired:
    """The Application of that version of the tests' flow."""
    return desired_application(FLOW, version, "welcome", PUBLIC_URL, messages)


class Crash(BaseException):
    """The process has died: nothing that it would do after this happens."""


class Mortal(httpx.BaseTransport):
    """A transport whose process may die before any request, after it, and around each word to the journal."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner
        self.moments: int | None = None

    def live_for(self, moments: int | None) -> None:
        """Dies after that many moments from now; None for never."""
        self.moments = moments

    def moment(self) -> None:
        if self.moments is None:
            return
        if self.moments <= 0:
            raise Crash
        self.moments -= 1

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.moment()
        response = self.inner.handle_request(request)
        self.moment()
        return response


@dataclass
class World:
    """The sandbox's account, seen from both sides."""

    store: Store
    faults: Faults
    account: Account
    pauses: list[float]
    life: Mortal

    def journal(self, entries: list[dict[str, Any]]) -> Callable[[dict[str, Any]], None]:
        """A journal that keeps what it is told in `entries`, as long as the process lives."""

        def tell(entry: dict[str, Any]) -> None:
            self.life.moment()
            entries.append(entry)
            self.life.moment()

        return tell

    def reset(self) -> None:
        """The account as it was on its first day."""
        self.faults.clear()
        for document in self.store.sandbox.list("application"):
            self.store.sandbox.delete("application", document["app_id"])
        for document in self.store.sandbox.list("endpoint"):
            self.store.sandbox.delete("endpoint", document["endpoint_id"])
        for document in self.store.sandbox.list("number"):
            if document["application"]:
                self.store.sandbox.put("number", document["number"], {**document, "application": None})

    def save(self) -> list[tuple[str, str, dict[str, Any]]]:
        """All that the account holds, for `restore`."""
        keys = {"application": "app_id", "endpoint": "endpoint_id", "number": "number"}
        return [(kind, item[key], item) for kind, key in keys.items() for item in self.store.sandbox.list(kind)]

    def restore(self, saved: list[tuple[str, str, dict[str, Any]]]) -> None:
        """The account as it was when it was saved, ids and all."""
        self.faults.clear()
        now = {(kind, id): item for kind, id, item in self.save()}
        then = {(kind, id): item for kind, id, item in saved}
        for kind, id in now.keys() - then.keys():
            self.store.sandbox.delete(kind, id)
        for (kind, id), item in then.items():
            if now.get((kind, id)) != item:
                self.store.sandbox.put(kind, id, item)

    def snapshot(self) -> dict[str, Any]:
        """What the account holds, ids left out: Applications whole, numbers and endpoints with what answers."""
        applications = self.store.sandbox.list("application")
        names = {item["app_id"]: item["app_name"] for item in applications}
        held = sorted(
            tuple((name, str(value or "")) for name, value in sorted(item.items()) if name != "app_id")
            for item in applications
        )
        numbers = {item["number"]: names.get(item["application"]) for item in self.store.sandbox.list("number")}
        endpoints = {item["alias"]: names.get(item["application"]) for item in self.store.sandbox.list("endpoint")}
        return {"applications": held, "numbers": numbers, "endpoints": endpoints}

    def requests(self) -> list[tuple[str, str]]:
        """The requests since the last time, `method path` with ids left out."""
        seen = [(method, path.split("/")[0]) for method, path in self.faults.seen]
        self.faults.seen.clear()
        return seen


@contextmanager
def opened_world() -> Iterator[World]:
    store = open_store("sqlite://", clock=lambda: NOW)
    faults = Faults(sleep=lambda seconds: None)
    app = Flask("sandbox")
    app.register_blueprint(
        sandbox_api(store, AUTH_ID, AUTH_TOKEN, None, faults, clock=lambda: NOW), url_prefix="/sandbox"
    )
    pauses: list[float] = []
    life = Mortal(httpx.WSGITransport(app))
    account = Account(
        AUTH_ID,
        AUTH_TOKEN,
        "http://sandbox.internal/sandbox",
        transport=life,
        sleep=pauses.append,
        random=lambda: 1.0,
    )
    yield World(store, faults, account, pauses, life)
    account.close()
    store.close()


@pytest.fixture
def world() -> Iterator[World]:
    with opened_world() as world:
        yield world


@pytest.fixture
def account(world: World) -> Account:
    return world.account
