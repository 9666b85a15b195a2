"""Who may ask, and the shapes that every answer has (plivo-api.md 1 and 12.2)."""

from __future__ import annotations

import re
from typing import Any

import plivo
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from flowbuilder.sandbox.credentials import make_auth_id, make_auth_token
from flowbuilder.sandbox.faults import Faults
from tests.sandbox.sdk import AUTH_ID, AUTH_TOKEN, sdk_client

ROOT = f"/sandbox/v1/Account/{AUTH_ID}/"
SIGNED_IN = (AUTH_ID, AUTH_TOKEN)


@pytest.fixture
def http(app: Flask) -> FlaskClient:
    return app.test_client()


def told(answer: TestResponse) -> dict[str, Any]:
    body = answer.json
    assert isinstance(body, dict)
    return body


def test_the_account_is_read_and_changed(sdk: plivo.RestClient) -> None:
    account = sdk.account.get()
    assert account.auth_id == AUTH_ID
    assert account.resource_uri == f"/v1/Account/{AUTH_ID}/"
    assert account.cash_credits == "0.00000"
    assert sdk.account.update(city="Oslo").message == "changed"
    assert sdk.account.get().city == "Oslo"


@pytest.mark.parametrize(
    "auth", [None, (AUTH_ID, "wrong"), ("MAXXXXXXXXXXXXXXXXXX", AUTH_TOKEN), (AUTH_ID, AUTH_TOKEN + "x"), ("", "")]
)
def test_without_the_right_id_and_token_nothing_is_told(http: FlaskClient, auth: tuple[str, str] | None) -> None:
    answer = http.get(ROOT + "Application/", auth=auth)
    assert answer.status_code == 401
    assert isinstance(told(answer)["error"], str)
    assert "api_id" not in told(answer)


def test_the_id_in_the_path_must_be_who_asks(http: FlaskClient) -> None:
    assert http.get("/sandbox/v1/Account/MAXXXXXXXXXXXXXXXXXX/", auth=SIGNED_IN).status_code == 401


def test_a_wrong_token_is_the_sdk_s_authentication_error(app: Flask) -> None:
    with pytest.raises(plivo.exceptions.AuthenticationError):
        sdk_client(app, AUTH_ID, "wrong").account.get()


@pytest.mark.parametrize(
    "path", ["Application", "Number/14155550000", "Nothing/", "Application/1/Play/", "Application//"]
)
def test_a_path_without_its_slash_or_without_a_resource_is_not_found(http: FlaskClient, path: str) -> None:
    answer = http.get(ROOT + path, auth=SIGNED_IN)
    assert answer.status_code == 404


def test_the_account_itself_needs_its_slash(http: FlaskClient) -> None:
    assert http.get(ROOT[:-1], auth=SIGNED_IN).status_code == 404


@pytest.mark.parametrize(("method", "path"), [("PUT", "Application/1/"), ("DELETE", "Number/"), ("POST", "Request/")])
def test_a_method_that_a_resource_lacks_is_refused(http: FlaskClient, method: str, path: str) -> None:
    answer = http.open(ROOT + path, method=method, auth=SIGNED_IN)
    assert answer.status_code in (404, 405)
    assert set(told(answer)) == {"api_id", "error"}


@pytest.mark.parametrize("body", ["{", "[]", '"text"', "\x00"])
def test_a_body_that_is_not_a_json_object_is_refused(http: FlaskClient, body: str) -> None:
    answer = http.post(ROOT + "Application/", data=body, auth=SIGNED_IN)
    assert answer.status_code == 400
    assert told(answer)["error"]


def test_asking_for_an_asynchronous_answer_is_refused(http: FlaskClient) -> None:
    answer = http.get(ROOT + "Application/?callback_url=https://x.example/", auth=SIGNED_IN)
    assert answer.status_code == 400


@pytest.mark.parametrize("query", ["limit=21", "limit=0", "limit=x", "offset=-1"])
def test_a_page_beyond_the_limits_is_refused(http: FlaskClient, query: str) -> None:
    assert http.get(ROOT + f"Number/?{query}", auth=SIGNED_IN).status_code == 400


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("401", plivo.exceptions.AuthenticationError),
        ("404", plivo.exceptions.ResourceNotFoundError),
        ("429", plivo.exceptions.PlivoRestError),
        ("500", plivo.exceptions.PlivoServerError),
        ("503", plivo.exceptions.PlivoRestError),
    ],
)
def test_faults_come_on_command(sdk: plivo.RestClient, faults: Faults, fault: str, error: type[Exception]) -> None:
    faults.add(fault)
    with pytest.raises(error):
        sdk.numbers.get("14155550000")
    assert sdk.numbers.get("14155550000").number == "14155550000"
    assert faults.seen == [("GET", "Number/14155550000/")] * 2


def test_a_fault_that_is_none_is_refused(faults: Faults) -> None:
    with pytest.raises(ValueError, match="no such fault"):
        faults.add("200")


def test_credentials_are_of_plivo_s_kind_and_never_the_same() -> None:
    assert re.fullmatch(r"MA[A-Z0-9]{18}", make_auth_id())
    assert len(make_auth_token()) == 40
    assert make_auth_id() != make_auth_id()
    assert make_auth_token() != make_auth_token()


def test_a_slow_answer_is_slow_and_right(sdk: plivo.RestClient, faults: Faults) -> None:
    slept: list[float] = []
    faults.sleep = slept.append
    faults.add("slow")
    assert sdk.account.get().auth_id == AUTH_ID
    assert slept == [faults.seconds]


def test_a_connection_can_break_before_and_after_the_request_took_effect(sdk: plivo.RestClient, faults: Faults) -> None:
    for fault, names in (("reset", []), ("reset after", ["kept"])):
        faults.add(fault, method="POST")
        with pytest.raises(ConnectionResetError):
            sdk.applications.create("kept", "https://x.example/a")
        assert [app.app_name for app in sdk.applications.list()] == names
