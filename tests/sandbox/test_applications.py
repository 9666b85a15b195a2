"""Applications through the official SDK, and what it cannot say through plain requests."""

from __future__ import annotations

import plivo
import pytest
from flask import Flask
from flask.testing import FlaskClient
from plivo.exceptions import ResourceNotFoundError, ValidationError

from tests.sandbox.sdk import AUTH_ID, AUTH_TOKEN

ROOT = f"/sandbox/v1/Account/{AUTH_ID}/Application/"
URL = "https://flows.example.com/answer"
FIELDS = {
    "answer_method",
    "answer_url",
    "app_id",
    "app_name",
    "default_app",
    "default_endpoint_app",
    "enabled",
    "fallback_answer_url",
    "fallback_method",
    "hangup_method",
    "hangup_url",
    "message_method",
    "message_url",
    "public_uri",
    "resource_uri",
    "sip_uri",
    "sub_account",
}


@pytest.fixture
def http(app: Flask) -> FlaskClient:
    return app.test_client()


def post(http: FlaskClient, app_id: str, **fields: object) -> int:
    return http.post(f"{ROOT}{app_id}/", json=fields, auth=(AUTH_ID, AUTH_TOKEN)).status_code


def test_a_new_application_has_every_default_made_plain(sdk: plivo.RestClient) -> None:
    made = sdk.applications.create("first-app", URL)
    assert made.message == "created"
    assert made.app_id.isdecimal()
    assert made.api_id
    app = sdk.applications.get(made.app_id)
    assert set(vars(app)) >= FIELDS
    assert app.hangup_url == URL
    assert (app.answer_method, app.hangup_method, app.fallback_method, app.message_method) == ("POST",) * 4
    assert (app.fallback_answer_url, app.message_url, app.sub_account) == ("", "", None)
    assert app.sip_uri == f"sip:{made.app_id}@app.plivo.com"
    assert app.resource_uri == f"/v1/Account/{AUTH_ID}/Application/{made.app_id}/"
    assert app.log_incoming_messages is True


@pytest.mark.parametrize("name", ["two words", "dot.ted", "ünicode", ""])
def test_a_name_holds_letters_digits_hyphens_and_underscores_only(sdk: plivo.RestClient, name: str) -> None:
    with pytest.raises(ValidationError, match="app_name"):
        sdk.applications.create(name, URL)


def test_an_answer_url_is_required_and_must_be_absolute(http: FlaskClient, sdk: plivo.RestClient) -> None:
    with pytest.raises(ValidationError, match="answer_url"):
        sdk.applications.create("no-url")
    for url in ("ftp://x", "/relative", "https://", "https://a b/", 7):
        answer = http.post(ROOT, json={"app_name": "a", "answer_url": url}, auth=(AUTH_ID, AUTH_TOKEN))
        assert answer.status_code == 400
        assert "answer_url" in answer.text
    assert len(sdk.applications.list()) == 0


def test_only_what_is_given_changes_and_a_name_never(http: FlaskClient, sdk: plivo.RestClient) -> None:
    app_id = sdk.applications.create("first-app", URL, answer_method="GET").app_id
    before = vars(sdk.applications.get(app_id))
    assert post(http, app_id, fallback_answer_url=URL + "/f", app_name="other", unknown=1) == 202
    after = vars(sdk.applications.get(app_id))
    assert {name for name in FIELDS if before[name] != after[name]} == {"fallback_answer_url"}


def test_the_sdk_resets_methods_as_it_does_with_plivo(sdk: plivo.RestClient) -> None:
    app_id = sdk.applications.create("first-app", URL, answer_method="GET").app_id
    assert sdk.applications.update(app_id, answer_url=URL + "/2").message == "changed"
    app = sdk.applications.get(app_id)
    assert (app.answer_url, app.answer_method) == (URL + "/2", "POST")


def test_an_empty_string_clears_a_url_but_not_the_answer_url(http: FlaskClient, sdk: plivo.RestClient) -> None:
    app_id = sdk.applications.create("first-app", URL, message_url=URL).app_id
    assert post(http, app_id, message_url="", hangup_url="") == 202
    assert post(http, app_id, answer_url="") == 400
    app = sdk.applications.get(app_id)
    assert (app.message_url, app.hangup_url, app.answer_url) == ("", "", URL)


def test_there_is_one_default_application_of_each_kind(sdk: plivo.RestClient) -> None:
    first = sdk.applications.create("first", URL, default_number_app=True).app_id
    second = sdk.applications.create("second", URL, default_number_app=True, default_endpoint_app=True).app_id
    assert [app.app_id for app in sdk.applications.list() if app.default_app] == [second]
    assert sdk.applications.get(first).default_endpoint_app is False


def test_sip_authentication_needs_and_clears_its_uuids(http: FlaskClient, sdk: plivo.RestClient) -> None:
    app_id = sdk.applications.create("first", URL).app_id
    uuid = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
    assert post(http, app_id, sip_auth_type="ip_acl") == 400
    assert post(http, app_id, sip_auth_type="sometimes") == 400
    assert post(http, app_id, sip_auth_type="ip_acl", ip_acl_uuid=uuid) == 202
    assert post(http, app_id, sip_auth_type="ip_acl_and_credential") == 400
    assert post(http, app_id, sip_auth_type="credential", credential_uuid=uuid) == 400
    given = {"username": "front.desk", "password": "Twelve-letters-1"}
    credential = sdk.request("POST", ("SipAuth", "Credential"), given).credential_uuid
    assert post(http, app_id, sip_auth_type="credential", credential_uuid=credential) == 202
    app = sdk.applications.get(app_id)
    assert (app.ip_acl_uuid, app.credential_uuid) == (None, credential)
    assert post(http, app_id, sip_auth_type="") == 202
    assert sdk.applications.get(app_id).credential_uuid is None


def test_lists_come_in_pages_with_relative_links(sdk: plivo.RestClient) -> None:
    ids = [sdk.applications.create(f"app-{n:02}", URL).app_id for n in range(23)]
    first = sdk.applications.list()
    assert (len(first), first.meta.total_count, first.meta.previous) == (20, 23, None)
    assert first.meta.next.startswith(f"/v1/Account/{AUTH_ID}/Application/?")
    middle = sdk.applications.list(limit=5, offset=10)
    assert "offset=15" in middle.meta.next
    assert "offset=5" in middle.meta.previous
    assert sorted(app.app_id for app in sdk.applications) == sorted(ids)


def test_a_name_filters_by_its_beginning(sdk: plivo.RestClient) -> None:
    for name in ("flow-a", "flow-ab", "other"):
        sdk.applications.create(name, URL)
    assert sorted(app.app_name for app in sdk.applications.list(app_name="flow-a")) == ["flow-a", "flow-ab"]


def test_an_unknown_application_is_not_found(sdk: plivo.RestClient) -> None:
    for ask in (sdk.applications.get, sdk.applications.update, sdk.applications.delete):
        with pytest.raises(ResourceNotFoundError, match="not found"):
            ask("123")


def test_deleting_takes_endpoints_along_unless_told_not_to(sdk: plivo.RestClient) -> None:
    """The SDK sends the arguments of a deletion in a body."""
    kept, gone, heir = (sdk.applications.create(name, URL).app_id for name in ("kept", "gone", "heir"))
    ours = sdk.endpoints.create("alice", "secret", "alice", kept).endpoint_id
    theirs = sdk.endpoints.create("bob", "secret", "bob", gone).endpoint_id
    sdk.numbers.update("14155550000", app_id=gone)
    assert sdk.applications.delete(kept, cascade=False, new_endpoint_application=heir) is None
    sdk.applications.delete(gone)
    assert sdk.endpoints.get(ours).application.endswith(f"/Application/{heir}/")
    with pytest.raises(ResourceNotFoundError):
        sdk.endpoints.get(theirs)
    assert sdk.numbers.get("14155550000").application is None


def test_deletion_arguments_count_in_the_query_too(http: FlaskClient, sdk: plivo.RestClient) -> None:
    app_id = sdk.applications.create("gone", URL).app_id
    endpoint = sdk.endpoints.create("bob", "secret", "bob", app_id).endpoint_id
    answer = http.delete(f"{ROOT}{app_id}/?cascade=false", auth=(AUTH_ID, AUTH_TOKEN))
    assert (answer.status_code, answer.data) == (204, b"")
    assert sdk.endpoints.get(endpoint).application is None
