"""The sandbox counts requests as Plivo does."""

from __future__ import annotations

import httpx
import pytest
from flask import Flask
from plivo.exceptions import PlivoRestError

from flowbuilder.publishing.account import Account
from flowbuilder.sandbox.api import sandbox_api
from flowbuilder.sandbox.rate_limit import RateLimit
from flowbuilder.store import Store
from tests.sandbox.sdk import AUTH_ID, AUTH_TOKEN, sdk_client


class Seconds:
    """A clock that a test turns."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def limited(store: Store, seconds: Seconds) -> Flask:
    app = Flask("sandbox")
    limit = RateLimit(3, 5.0, seconds)
    app.register_blueprint(sandbox_api(store, AUTH_ID, AUTH_TOKEN, None, rate_limit=limit), url_prefix="/sandbox")
    return app


def test_one_request_too_many_is_refused_until_time_has_passed(store: Store) -> None:
    seconds = Seconds()
    sdk = sdk_client(limited(store, seconds), AUTH_ID, AUTH_TOKEN)
    for _ in range(3):
        sdk.account.get()
    with pytest.raises(PlivoRestError, match="429"):
        sdk.account.get()
    seconds.now = 5.0
    assert sdk.account.get().auth_id == AUTH_ID


def test_publishing_waits_and_goes_on(store: Store) -> None:
    seconds = Seconds()

    def wait(pause: float) -> None:
        seconds.now += 5.0

    inside = httpx.WSGITransport(limited(store, seconds))
    account = Account(AUTH_ID, AUTH_TOKEN, "http://localhost/sandbox", inside, sleep=wait)
    assert [account.check_credentials()["auth_id"] for _ in range(5)] == [AUTH_ID] * 5
