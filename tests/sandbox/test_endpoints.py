"""SIP endpoints through the official SDK."""

from __future__ import annotations

import hashlib

import plivo
import pytest
from plivo.exceptions import ResourceNotFoundError, ValidationError

URL = "https://flows.example.com/answer"


def test_an_endpoint_gets_twelve_digits_and_keeps_its_password_as_md5(sdk: plivo.RestClient) -> None:
    made = sdk.endpoints.create("alice", "secret", "Alice_1")
    assert made.username == "alice261123100000"
    assert (made.alias, made.message) == ("Alice_1", "created")
    endpoint = sdk.endpoints.get(made.endpoint_id)
    assert endpoint.password == hashlib.md5(b"secret").hexdigest()
    assert endpoint.sip_uri == f"sip:{made.username}@phone.plivo.com"
    assert (endpoint.sip_registered, endpoint.application) == ("false", None)


def test_lists_do_not_show_passwords(sdk: plivo.RestClient) -> None:
    sdk.endpoints.create("alice", "secret", "alice")
    (endpoint,) = sdk.endpoints.list()
    assert not hasattr(endpoint, "password")


def test_an_endpoint_is_attached_and_detached(sdk: plivo.RestClient) -> None:
    app_id = sdk.applications.create("first", URL).app_id
    endpoint_id = sdk.endpoints.create("alice", "secret", "alice").endpoint_id
    assert sdk.endpoints.update(endpoint_id, app_id=app_id, alias="desk").message == "changed"
    endpoint = sdk.endpoints.get(endpoint_id)
    assert (endpoint.application.split("/")[-2], endpoint.alias) == (app_id, "desk")
    sdk.endpoints.update(endpoint_id, app_id="")
    assert sdk.endpoints.get(endpoint_id).application is None


def test_without_an_application_the_default_one_answers(sdk: plivo.RestClient) -> None:
    app_id = sdk.applications.create("first", URL, default_endpoint_app=True).app_id
    endpoint_id = sdk.endpoints.create("alice", "secret", "alice").endpoint_id
    assert sdk.endpoints.get(endpoint_id).application.split("/")[-2] == app_id


@pytest.mark.parametrize(
    ("username", "password", "alias"),
    [
        ("1alice", "secret", "a"),
        ("a" * 26, "secret", "a"),
        ("al-ice", "secret", "a"),
        ("alice", "tiny", "a"),
        ("alice", "secret", "a b"),
    ],
)
def test_names_and_passwords_have_rules(sdk: plivo.RestClient, username: str, password: str, alias: str) -> None:
    with pytest.raises(ValidationError):
        sdk.endpoints.create(username, password, alias)
    assert len(sdk.endpoints.list()) == 0


def test_an_endpoint_is_deleted(sdk: plivo.RestClient) -> None:
    endpoint_id = sdk.endpoints.create("alice", "secret", "alice").endpoint_id
    sdk.endpoints.delete(endpoint_id)
    with pytest.raises(ResourceNotFoundError):
        sdk.endpoints.get(endpoint_id)
