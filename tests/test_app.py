"""create_app(): which parts it joins, and that two of them do not meet."""

from __future__ import annotations

import pytest

from flowbuilder.app import create_app
from flowbuilder.config import Settings
from flowbuilder.web import EXTENSION

MEMORY = "sqlite:///:memory:"


@pytest.fixture
def parts():
    def make(**settings):
        return create_app(Settings(MEMORY, **settings)).extensions[EXTENSION]

    return make


def test_without_credentials_the_sandbox_is_the_account(parts):
    made = parts()
    assert made.account.check_credentials()["auth_id"] == made.account.auth_id
    assert made.account.auth_id.startswith("MA")


def test_with_credentials_the_account_is_plivos(parts):
    made = parts(plivo_auth_id="MA123", plivo_auth_token="new, old")
    assert made.account.auth_id == "MA123"
    assert "new" not in repr(made.account)


def test_with_credentials_the_sandbox_still_places_calls_but_serves_no_rest_api():
    app = create_app(Settings(MEMORY, plivo_auth_id="MA123", plivo_auth_token="token"))
    assert app.extensions[EXTENSION].switchboard.live() == []
    assert app.test_client().get("/sandbox/v1/Account/MA123/").status_code == 404


def test_the_sandbox_asks_for_its_own_credentials_and_no_login():
    app = create_app(Settings(MEMORY))
    auth_id = app.extensions[EXTENSION].account.auth_id
    client = app.test_client()
    assert client.get(f"/sandbox/v1/Account/{auth_id}/").status_code == 401
    token = app.extensions[EXTENSION].sandbox_token
    assert client.get(f"/sandbox/v1/Account/{auth_id}/", auth=(auth_id, token)).status_code == 200


def test_two_applications_do_not_share_a_session(tmp_path):
    first = create_app(Settings(f"sqlite:///{tmp_path}/1.sqlite3"))
    second = create_app(Settings(f"sqlite:///{tmp_path}/2.sqlite3"))
    assert first.config["SESSION_COOKIE_NAME"] != second.config["SESSION_COOKIE_NAME"]
    assert first.secret_key != second.secret_key


def test_a_restart_keeps_sessions_and_the_sandbox(tmp_path):
    url = f"sqlite:///{tmp_path}/1.sqlite3"
    first, second = create_app(Settings(url)), create_app(Settings(url))
    assert first.secret_key == second.secret_key
    assert first.extensions[EXTENSION].sandbox_token == second.extensions[EXTENSION].sandbox_token
    assert first.extensions[EXTENSION].login.token != second.extensions[EXTENSION].login.token


def test_the_key_of_the_environment_comes_first():
    assert create_app(Settings(MEMORY, secret_key="given")).secret_key == "given"


def test_healthz_tells_when_the_database_is_gone(monkeypatch):
    app = create_app(Settings(MEMORY))

    def broken():
        raise OSError("gone")

    monkeypatch.setattr(app.extensions[EXTENSION].store, "check", broken)
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.content_type) == (503, "text/plain; charset=utf-8")
    assert "gone" not in answer.text
