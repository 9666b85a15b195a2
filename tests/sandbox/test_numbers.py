"""The sandbox's numbers through the official SDK."""

from __future__ import annotations

import plivo
import pytest
from flask import Flask
from plivo.exceptions import ResourceNotFoundError, ValidationError

from flowbuilder.sandbox.api import sandbox_api
from flowbuilder.store import Store
from tests.sandbox.sdk import AUTH_ID, AUTH_TOKEN, NOW, sdk_client

URL = "https://flows.example.com/answer"
FIELDS = {
    "active",
    "added_on",
    "alias",
    "application",
    "carrier",
    "city",
    "cnam_lookup",
    "compliance_application_id",
    "compliance_status",
    "country",
    "mms_enabled",
    "mms_rate",
    "monthly_rental_rate",
    "number",
    "number_type",
    "region",
    "renewal_date",
    "resource_uri",
    "sms_enabled",
    "sms_rate",
    "sub_account",
    "tendlc_campaign_id",
    "tendlc_registration_status",
    "toll_free_sms_verification",
    "voice_enabled",
    "voice_rate",
}


def test_a_new_sandbox_has_numbers_in_several_countries_and_one_without_voice(sdk: plivo.RestClient) -> None:
    numbers = list(sdk.numbers)
    assert set(vars(numbers[0])) >= FIELDS
    assert numbers[0].number == "14155550000"
    assert len({number.country for number in numbers}) >= 4
    assert [number.number_type for number in numbers if not number.voice_enabled] == ["mobile"]
    assert all(number.application is None for number in numbers)


def test_a_number_is_attached_moved_and_left_alone(sdk: plivo.RestClient) -> None:
    first, second = (sdk.applications.create(name, URL).app_id for name in ("first", "second"))
    assert sdk.numbers.update("14155550000", app_id=first).message == "changed"
    assert sdk.numbers.get("+14155550000").application == f"/v1/Account/{AUTH_ID}/Application/{first}/"
    sdk.numbers.update("14155550000", alias="main line")
    sdk.numbers.update("14155550000", app_id=second)
    number = sdk.numbers.get("14155550000")
    assert (number.application.split("/")[-2], number.alias) == (second, "main line")
    sdk.numbers.update("14155550000", app_id="")
    assert sdk.numbers.get("14155550000").application is None


def test_null_says_changed_and_leaves_the_application(sdk: plivo.RestClient) -> None:
    app_id = sdk.applications.create("first", URL).app_id
    sdk.numbers.update("14155550000", app_id=app_id)
    answer = sdk.request("POST", ("Number", "14155550000"), {"app_id": None})
    assert answer.message == "changed"
    assert sdk.numbers.get("14155550000").application is not None


def test_an_unknown_application_or_number_is_refused(sdk: plivo.RestClient) -> None:
    with pytest.raises(ValidationError, match="app_id"):
        sdk.numbers.update("14155550000", app_id="123")
    for ask in (sdk.numbers.get, sdk.numbers.update, sdk.numbers.delete):
        with pytest.raises(ResourceNotFoundError):
            ask("14155559999")


def test_filters_narrow_the_list(sdk: plivo.RestClient) -> None:
    sdk.numbers.update("12025550142", alias="office")
    found = {
        name: [number.number for number in sdk.numbers.list(**{name: value})]
        for name, value in (
            ("type", "tollfree"),
            ("number_startswith", "44"),
            ("alias", "office"),
            ("services", ["voice", "sms"]),
            ("renewal_date__lt", "2026-11-01"),
            ("renewal_date__gte", "2026-12-23"),
        )
    }
    assert found["type"] == ["18005550199"]
    assert found["number_startswith"] == ["442079460123", "447700900123"]
    assert found["alias"] == ["12025550142"]
    assert "447700900123" not in found["services"]
    assert found["renewal_date__lt"] == []
    assert len(found["renewal_date__gte"]) == 8


def test_pages_follow_each_other(sdk: plivo.RestClient) -> None:
    page = sdk.numbers.list(limit=3, offset=3)
    assert len(page) == 3
    assert page.meta.next == f"/v1/Account/{AUTH_ID}/Number/?limit=3&offset=6"
    assert page.meta.previous == f"/v1/Account/{AUTH_ID}/Number/?limit=3&offset=0"


def test_a_number_given_up_is_gone_and_not_made_again(sdk: plivo.RestClient) -> None:
    for number in list(sdk.numbers):
        sdk.numbers.delete(number.number)
    assert list(sdk.numbers) == []


def test_leaving_app_id_out_can_assign_the_default(store: Store) -> None:
    app = Flask("assigning")
    blueprint = sandbox_api(store, AUTH_ID, AUTH_TOKEN, None, clock=lambda: NOW, assigns_default=True)
    app.register_blueprint(blueprint, url_prefix="/sandbox")
    sdk = sdk_client(app, AUTH_ID, AUTH_TOKEN)
    app_id = sdk.applications.create("default", URL, default_number_app=True).app_id
    sdk.numbers.update("14155550000", alias="x")
    assert sdk.numbers.get("14155550000").application.split("/")[-2] == app_id
