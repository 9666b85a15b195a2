"""One Flowbuilder with an empty database, and browsers that ask it things."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from flowbuilder.app import create_app
from flowbuilder.config import Settings
from flowbuilder.protocol.signatures import sign_v3
from flowbuilder.web import EXTENSION, Flowbuilder
from flowbuilder.web.access import Login

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


class Browser(FlaskClient):
    """A test client that sends the session's CSRF token with what it posts, as the pages do."""

    def log_in(self) -> None:
        token = self.application.extensions[EXTENSION].login.token
        assert self.get(f"/?token={token}").status_code == 302

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("method", "GET") not in ("GET", "HEAD"):
            with self.session_transaction() as session:
                token = session.get("csrf", "")
            headers = dict(kwargs.pop("headers", None) or {})
            headers.setdefault("X-CSRF-Token", token)
            kwargs["headers"] = headers
        return super().open(*args, **kwargs)


@pytest.fixture
def settings() -> Settings:
    """An empty database in memory, the sandbox for Plivo, no public address."""
    return Settings("sqlite:///:memory:", secret_key="for tests")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    tokens = (f"login-token-{number}" for number in range(1, 100))
    app = create_app(settings, clock=lambda: NOW, login=Login(next(tokens), make_token=lambda: next(tokens)))
    app.test_client_class = Browser
    yield app
    app.extensions[EXTENSION].store.close()


@pytest.fixture
def parts(app: Flask) -> Flowbuilder:
    """The parts that the application joined."""
    parts: Flowbuilder = app.extensions[EXTENSION]
    return parts


@pytest.fixture
def stranger(app: Flask) -> Any:
    """A browser that is not logged in."""
    return app.test_client()


@pytest.fixture
def browser(app: Flask) -> Any:
    """A browser that is logged in."""
    client: Any = app.test_client()
    client.log_in()
    return client


class Plivo:
    """Asks webhooks as Plivo does: a form, signed with V3 against the address it was given."""

    def __init__(self, client: Any, token: str, origin: str = "http://localhost") -> None:
        self.client, self.token, self.origin = client, token, origin

    def ask(self, url: str, method: str = "POST", *, token: str = "", origin: str = "", **params: str) -> Any:
        """The answer to one request; `url` is a path, or an absolute address under `origin`."""
        path = url.removeprefix(self.origin)
        signed_url, nonce = (origin or self.origin) + path, "12345678901234567890"
        params = {"CallUUID": "call-1", "From": "12025550123", "To": "14155550000", **params}
        if method == "GET":
            signed_url = path = f"{path}{'&' if '?' in path else '?'}{urlencode(params)}"
            signed_url = (origin or self.origin) + signed_url
        form = params if method == "POST" else None
        headers = {
            "X-Plivo-Signature-V3": sign_v3(token or self.token, method, signed_url, nonce, form),
            "X-Plivo-Signature-V3-Nonce": nonce,
        }
        return self.client.open(path, method=method, data=form, headers=headers)


@pytest.fixture
def plivo(app: Flask, parts: Flowbuilder) -> Plivo:
    """The sandbox's side of the line."""
    return Plivo(FlaskClient(app, response_wrapper=app.response_class), parts.sandbox_token)
