"""Refusals and failures: always a sentence, in the form that who asks can show."""

from __future__ import annotations

import pytest

from flowbuilder.errors import EditRefused, FlowHasErrors, NotFound, PlivoRefused, StaleEdit
from flowbuilder.flow.problems import Problem

REFUSALS = [
    (NotFound("There is no flow x."), 404),
    (StaleEdit("Somebody was quicker."), 409),
    (EditRefused("A node cannot be joined to itself."), 422),
    (FlowHasErrors([Problem("no-entry", "Choose where a call starts.")]), 422),
    (PlivoRefused("Plivo says no.", 403), 502),
]


@pytest.fixture
def failing(app):
    """A page that fails with the exception it is given."""
    errors = []

    @app.route("/failing")
    def page():
        raise errors[-1]

    return errors.append


@pytest.mark.parametrize(("refusal", "status"), REFUSALS)
def test_a_refusal_is_a_sentence_with_its_status(failing, browser, refusal, status):
    failing(refusal)
    page = browser.get("/failing")
    assert page.status_code == status
    assert str(refusal) in page.text
    assert "<html" in page.text

    fragment = browser.get("/failing", headers={"HX-Request": "true"})
    assert fragment.status_code == status
    assert str(refusal) in fragment.text
    assert "<html" not in fragment.text

    body = browser.get("/failing", headers={"Accept": "application/json"})
    assert body.status_code == status
    assert body.json["error"] == str(refusal)


def test_a_bug_is_logged_and_told_without_its_details(failing, browser, caplog):
    failing(RuntimeError("auth token 0123456789"))
    answer = browser.get("/failing")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert "0123456789" not in answer.text
    assert "RuntimeError" in caplog.text


def test_a_sentence_cannot_add_markup(failing, browser):
    failing(NotFound("There is no <b>flow</b>."))
    assert "<b>flow" not in browser.get("/failing").text


def test_what_is_not_there_and_what_cannot_be_done_have_sentences(browser):
    assert "nothing at this address" in browser.get("/nowhere").text
    answer = browser.post("/healthz")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_what_is_too_large_is_refused_before_it_is_read(browser, app):
    app.config["MAX_CONTENT_LENGTH"] = 100
    answer = browser.post("/logout", data={"x": "y" * 200}, headers={"X-CSRF-Token": ""})
    assert answer.status_code == 413
    assert "larger" in answer.text


def test_every_page_carries_the_security_headers(stranger):
    for path in ("/", "/login", "/nowhere", "/static/css/base.css"):
        headers = stranger.get(path).headers
        assert headers["Content-Security-Policy"] == (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
            "media-src https:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
