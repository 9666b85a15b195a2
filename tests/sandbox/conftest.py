"""A sandbox in an application of its own, and the official SDK pointed at it."""

from __future__ import annotations

from collections.abc import Iterator

import plivo
import pytest
from flask import Flask

from flowbuilder.sandbox.api import sandbox_api
from flowbuilder.sandbox.faults import Faults
from flowbuilder.store import Store, open_store
from tests.sandbox.board import World, open_world
from tests.sandbox.sdk import AUTH_ID, AUTH_TOKEN, NOW, sdk_client


@pytest.fixture
def store() -> Iterator[Store]:
    store = open_store("sqlite://", clock=lambda: NOW)
    yield store
    store.close()


@pytest.fixture
def faults() -> Faults:
    return Faults(sleep=lambda seconds: None)


@pytest.fixture
def app(store: Store, faults: Faults) -> Flask:
    app = Flask("sandbox")
    app.register_blueprint(
        sandbox_api(store, AUTH_ID, AUTH_TOKEN, None, faults, clock=lambda: NOW), url_prefix="/sandbox"
    )
    return app


@pytest.fixture
def sdk(app: Flask) -> plivo.RestClient:
    return sdk_client(app, AUTH_ID, AUTH_TOKEN)


@pytest.fixture
def world(store: Store) -> World:
    return open_world(store)
