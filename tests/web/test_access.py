"""The login: one token for one browser, a cookie after it, and nothing but webhooks without it."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

import pytest

from flowbuilder.app import create_app
from flowbuilder.web.access import Login, TokenMask

OPEN = ("/healthz", "/static/css/base.css")


def test_every_page_asks_a_stranger_to_log_in(app, stranger):
    for rule in app.url_map.iter_rules():
        # The sandbox's addresses are guarded by its own credentials, as Plivo's are.
        is_guarded_otherwise = rule.rule == "/metrics" or rule.rule.startswith("/sandbox/v1/")
        if "GET" not in rule.methods or rule.arguments or rule.rule in OPEN or is_guarded_otherwise:
            continue
        answer = stranger.get(rule.rule)
        assert "Log in" in answer.text, rule.rule
        assert answer.status_code == (200 if rule.rule == "/login" else 401), rule.rule


def test_the_sandboxs_own_addresses_ask_a_stranger_for_its_credentials(app, stranger):
    guarded = [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/sandbox/v1/")]
    assert guarded
    for rule in guarded:
        assert stranger.get(rule.replace("<path:rest>", "MAX/Number/")).status_code == 401, rule


@pytest.mark.parametrize("path", OPEN)
def test_what_holds_no_secret_is_open(stranger, path):
    assert stranger.get(path).status_code == 200


def test_the_address_with_the_token_logs_in_once_and_leaves_the_address_bar(stranger, app):
    answer = stranger.get("/nowhere?a=1&token=login-token-1&b=%2F")
    assert (answer.status_code, answer.location) == (302, "/nowhere?a=1&b=%2F")
    assert stranger.get("/nowhere").status_code == 404

    other = app.test_client()
    assert other.get("/?token=login-token-1").status_code == 401
    assert "used already" in other.get("/?token=login-token-1").text
    assert other.get("/?token=login-token-2").status_code == 302
    assert other.get("/nowhere").status_code == 404


def test_a_browser_that_is_logged_in_does_not_spend_the_next_token(browser, parts):
    before = parts.login.token
    assert browser.get(f"/?token={before}").status_code == 302
    assert browser.get("/?token=nonsense").status_code == 302
    assert parts.login.token == before


def test_asking_only_for_the_head_does_not_spend_the_token(stranger):
    stranger.head("/?token=login-token-1")
    assert stranger.get("/?token=login-token-1").status_code == 302


@pytest.mark.parametrize("pasted", ["login-token-1", "http://localhost:8000/?token=login-token-1 "])
def test_the_login_page_takes_the_token_or_the_whole_address(stranger, pasted):
    stranger.get("/login")
    answer = stranger.post("/login", data={"token": pasted, "next": "/flows/x?tab=1"})
    assert (answer.status_code, answer.location) == (303, "/flows/x?tab=1")


def test_a_wrong_token_is_told_in_a_sentence(stranger):
    stranger.get("/login")
    answer = stranger.post("/login", data={"token": "wrong", "next": "/"})
    assert answer.status_code == 401
    assert "earlier start" in answer.text


@pytest.mark.parametrize("next", ["https://evil.test/", "//evil.test", "/\\evil.test", "/\t/evil.test", "/login"])
def test_a_login_never_leads_elsewhere(stranger, next):
    stranger.get("/login")
    answer = stranger.post("/login", data={"token": "login-token-1", "next": next})
    assert answer.location == "/"


def test_logging_out_ends_the_session(browser):
    assert browser.post("/logout").status_code == 303
    assert browser.get("/nowhere").status_code == 401


def test_the_cookie_is_for_the_server_alone(stranger):
    cookie = stranger.get("/?token=login-token-1").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "login-token-1" not in cookie


@pytest.mark.parametrize(
    ("base_url", "headers", "secure"),
    [
        ("https://flows.example.test", {}, True),
        ("http://localhost:8000", {"X-Forwarded-For": "192.0.2.1"}, True),
        ("http://localhost:8000", {}, False),
    ],
)
def test_over_the_public_https_address_the_cookie_is_secure(settings, base_url, headers, secure):
    app = create_app(replace(settings, public_url="https://flows.example.test"), login=Login("once"))
    answer = app.test_client().get("/?token=once", base_url=base_url, headers=headers)
    assert ("Secure" in answer.headers["Set-Cookie"]) is secure


def test_a_post_without_the_csrf_token_is_refused(browser):
    answer = browser.post("/logout", headers={"X-CSRF-Token": ""})
    assert answer.status_code == 403
    assert "out of date" in answer.text
    assert browser.post("/logout", headers={"X-CSRF-Token": "é"}).status_code == 403


def test_a_form_may_carry_the_csrf_token_in_a_field(browser):
    token = re.search(r'name="csrf-token" content="([^"]+)"', browser.get("/nowhere").text)[1]
    answer = browser.post("/logout", data={"csrf_token": token}, headers={"X-CSRF-Token": ""})
    assert answer.status_code == 303


def test_the_login_itself_needs_the_csrf_token(stranger):
    answer = stranger.post("/login", data={"token": "login-token-1"})
    assert answer.status_code == 403


def test_htmx_and_programs_are_told_briefly_that_the_login_is_over(stranger):
    fragment = stranger.get("/", headers={"HX-Request": "true"})
    assert fragment.status_code == 401
    assert "<html" not in fragment.text
    assert stranger.get("/", headers={"Accept": "application/json"}).json["error"].startswith("You are not logged in")


def test_the_figures_are_open_to_this_machine_alone(stranger):
    assert stranger.get("/metrics").status_code == 200
    assert stranger.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 401
    assert stranger.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 401
    assert stranger.get("/metrics", base_url="https://flows.example.test").status_code == 401


def test_a_used_token_is_followed_by_a_new_one_that_is_announced():
    announced = []
    login = Login("first", announced.append, make_token=lambda: "second")
    assert not login.redeem("nonsense")
    assert not announced
    assert login.redeem("first")
    assert announced == ["second"]
    assert not login.redeem("first")


def test_access_logs_do_not_show_tokens():
    record = logging.LogRecord("werkzeug", 20, "", 0, '"%s" %d', ("GET /?token=abc-_1&x=2 HTTP/1.1", 302), None)
    TokenMask().filter(record)
    assert record.getMessage() == '"GET /?token=...&x=2 HTTP/1.1" 302'
