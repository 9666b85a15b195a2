"""The sandbox's SIP credentials: the SDK has no class for them, its client sends and reads them all the same."""

from __future__ import annotations

import plivo
import pytest
from plivo.exceptions import InvalidRequestError, PlivoRestError, ResourceNotFoundError, ValidationError

FOLDER = ("SipAuth", "Credential")
GOOD = {"username": "front.desk", "password": "Twelve-letters-1"}


def test_a_credential_is_kept_without_its_password(sdk: plivo.RestClient) -> None:
    made = sdk.request("POST", FOLDER, GOOD)
    kept = sdk.request("GET", (*FOLDER, made.credential_uuid))
    assert (kept.username, kept.realm) == ("front.desk", "app.plivo.com")
    listed = sdk.request("GET", FOLDER)
    assert listed.meta["total_count"] == 1
    assert "password" not in str(listed.objects)
    sdk.request("DELETE", (*FOLDER, made.credential_uuid))
    with pytest.raises(ResourceNotFoundError):
        sdk.request("GET", (*FOLDER, made.credential_uuid))


@pytest.mark.parametrize(
    "wrong",
    [{"username": "ab"}, {"username": "front desk"}, {"password": "Short-1"}, {"password": "no-upper-case-letter-1"}],
)
def test_a_name_or_password_that_plivo_would_refuse_is_refused(sdk: plivo.RestClient, wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        sdk.request("POST", FOLDER, GOOD | wrong)


def test_a_name_is_taken_once(sdk: plivo.RestClient) -> None:
    sdk.request("POST", FOLDER, GOOD)
    with pytest.raises(InvalidRequestError):
        sdk.request("POST", FOLDER, GOOD)


def test_a_credential_in_use_stays_until_the_application_lets_it_go(sdk: plivo.RestClient) -> None:
    credential = sdk.request("POST", FOLDER, GOOD).credential_uuid
    app_id = sdk.applications.create("first", "https://flows.example.com/answer").app_id
    sdk.request("POST", ("Application", app_id), {"sip_auth_type": "credential", "credential_uuid": credential})
    with pytest.raises(InvalidRequestError):
        sdk.request("DELETE", (*FOLDER, credential))
    sdk.request("POST", ("Application", app_id), {"sip_auth_type": ""})
    sdk.request("DELETE", (*FOLDER, credential))


def test_there_is_room_for_two_hundred(sdk: plivo.RestClient) -> None:
    for number in range(200):
        sdk.request("POST", FOLDER, GOOD | {"username": f"desk-{number}"})
    with pytest.raises(PlivoRestError, match="429"):
        sdk.request("POST", FOLDER, GOOD)
