"""The sandbox fails when it is told to: over its own address, beside Plivo's API."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

import plivo
import pytest
from plivo.exceptions import PlivoRestError, ValidationError

from flowbuilder.sandbox.faults import KINDS
from tests.sandbox.sdk import AUTH_ID, AUTH_TOKEN

if TYPE_CHECKING:
    from flask import Flask

PLACE = "/sandbox/v1/Faults/"
SIGNED_IN = {"Authorization": "Basic " + b64encode(f"{AUTH_ID}:{AUTH_TOKEN}".encode()).decode()}


@pytest.fixture
def command(app: Flask) -> Any:
    client = app.test_client()

    def ask(method: str = "POST", headers: Any = SIGNED_IN, **asked: Any) -> Any:
        return client.open(PLACE, method=method, headers=headers, json=asked if method == "POST" else None)

    return ask


def test_a_request_fails_as_often_as_told_and_then_works_again(command: Any, sdk: plivo.RestClient) -> None:
    told = command(kind="429", times=2, path="Number/")
    assert told.status_code == 200
    assert told.json["due"][0]["times"] == 2
    assert sdk.account.get().auth_id == AUTH_ID
    for _ in range(2):
        with pytest.raises(PlivoRestError, match="429"):
            sdk.numbers.get("14155550000")
    assert sdk.numbers.get("14155550000").number == "14155550000"
    assert command("GET").json["due"] == []


def test_what_is_due_can_be_taken_back(command: Any, sdk: plivo.RestClient) -> None:
    command(kind="500")
    assert command("DELETE").json["due"] == []
    assert sdk.account.get().auth_id == AUTH_ID


@pytest.mark.parametrize("asked", [{}, {"kind": "earthquake"}, {"kind": "500", "at": 0}, {"kind": "500", "times": "x"}])
def test_an_odd_command_is_refused(command: Any, asked: dict[str, Any]) -> None:
    refused = command(**asked)
    assert refused.status_code == 400
    assert refused.json["error"]


def test_only_who_is_signed_in_commands(command: Any, sdk: plivo.RestClient) -> None:
    assert command(headers={}, kind="500").status_code == 401
    assert sdk.account.get().auth_id == AUTH_ID


def test_every_kind_of_fault_can_be_asked_for(command: Any) -> None:
    for kind in KINDS:
        assert command(kind=kind).status_code == 200
    assert [due["kind"] for due in command("GET").json["due"]] == list(KINDS)


def test_a_validation_of_plivos_is_told_in_its_words(sdk: plivo.RestClient) -> None:
    with pytest.raises(ValidationError, match="answer_url"):
        sdk.request("POST", ("Application",), {"app_name": "first"})
