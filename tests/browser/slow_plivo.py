"""A Plivo, played by a sandbox, that makes each change only when it is let."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Semaphore
from typing import TYPE_CHECKING

import httpx
from flask import Flask

from flowbuilder.sandbox.api import sandbox_api
from flowbuilder.sandbox.faults import Faults
from flowbuilder.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

AUTH_ID, TOKEN = "MA" + "P" * 18, "the-token-of-head-office"
API_URL = "https://api.plivo.com/api"
NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
LONGEST_WAIT_SECONDS = 20.0


class SlowPlivo(httpx.BaseTransport):
    """Answers what is read at once; what changes something waits for `let`."""

    def __init__(self, inner: httpx.BaseTransport, faults: Faults) -> None:
        self._inner = inner
        self._allowed = Semaphore(0)
        self.faults = faults

    def let(self, changes: int = 1) -> None:
        self._allowed.release(changes)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            assert self._allowed.acquire(timeout=LONGEST_WAIT_SECONDS), "nobody let it go on"
        return self._inner.handle_request(request)


@contextmanager
def slow_plivo() -> Iterator[SlowPlivo]:
    """One that knows the account AUTH_ID with its TOKEN."""
    store = open_store("sqlite://", clock=lambda: NOW)
    faults = Faults(sleep=lambda seconds: None)
    app = Flask("plivo")
    app.register_blueprint(sandbox_api(store, AUTH_ID, TOKEN, None, faults, clock=lambda: NOW), url_prefix="/api")
    yield SlowPlivo(httpx.WSGITransport(app), faults)
    store.close()
