"""Numbers for rent in the sandbox, searched and rented through the official SDK."""

from __future__ import annotations

import plivo
import pytest
from plivo.exceptions import ResourceNotFoundError, ValidationError

# What a search result has in the fixtures that the SDK is tested with.
FIELDS = {
    "city",
    "country",
    "lata",
    "monthly_rental_rate",
    "number",
    "prefix",
    "rate_center",
    "region",
    "resource_uri",
    "restriction",
    "restriction_text",
    "setup_rate",
    "sms_enabled",
    "sms_rate",
    "sub_type",
    "type",
    "voice_enabled",
    "voice_rate",
}


def test_numbers_for_rent_have_a_price_and_say_what_they_can_do(sdk: plivo.RestClient) -> None:
    offers = sdk.numbers.search("US")
    # Three ranges of thirty, less the one that the account has.
    assert offers.meta.total_count == 89
    assert set(vars(offers.objects[0])) >= FIELDS
    assert offers.objects[0].number.startswith("1415555")
    assert float(offers.objects[0].monthly_rental_rate) > 0


@pytest.mark.parametrize(
    ("filters", "starts"),
    [
        ({"country_iso": "US", "pattern": "212"}, "1212"),
        ({"country_iso": "US", "type": "tollfree"}, "1800"),
        ({"country_iso": "GB", "services": "voice"}, "44207"),
        ({"country_iso": "GB", "services": "sms"}, "447700"),
        ({"country_iso": "US", "city": "new york"}, "1212"),
        ({"country_iso": "US", "region": "California"}, "1415"),
    ],
)
def test_a_search_is_narrowed(sdk: plivo.RestClient, filters: dict[str, str], starts: str) -> None:
    offers = sdk.numbers.search(**filters).objects
    assert offers
    assert all(offer.number.startswith(starts) for offer in offers)


def test_only_what_may_be_rented_at_once(sdk: plivo.RestClient) -> None:
    assert {offer.restriction for offer in sdk.numbers.search("DE").objects} == {"city-address"}
    assert sdk.numbers.search("DE", eligible=True).objects == []


@pytest.mark.parametrize("country", ["", "USA", "U1"])
def test_a_country_has_two_letters(sdk: plivo.RestClient, country: str) -> None:
    with pytest.raises(ValidationError):
        sdk.numbers.search(country)


def test_a_rented_number_is_in_the_account_and_no_longer_for_rent(sdk: plivo.RestClient) -> None:
    app_id = sdk.applications.create("first", "https://flows.example.com/answer").app_id
    answer = sdk.numbers.buy("14155550170", app_id=app_id)
    assert (answer.status, answer.numbers[0]["status"]) == ("fulfilled", "Success")
    number = sdk.numbers.get("14155550170")
    assert (number.application.split("/")[-2], number.number_type, number.active) == (app_id, "local", True)
    assert sdk.numbers.search("US", pattern="4155550170").meta.total_count == 0
    with pytest.raises(ResourceNotFoundError):
        sdk.numbers.buy("14155550170")
    sdk.numbers.delete("14155550170")
    assert sdk.numbers.search("US", pattern="4155550170").meta.total_count == 1


def test_a_number_that_needs_an_address_is_pending(sdk: plivo.RestClient) -> None:
    assert sdk.numbers.buy("493023125170").numbers[0]["status"] == "pending"
    assert sdk.numbers.get("493023125170").active is False


def test_a_rented_number_goes_to_the_default_application(sdk: plivo.RestClient) -> None:
    app_id = sdk.applications.create("first", "https://flows.example.com/answer", default_number_app=True).app_id
    sdk.numbers.buy("12125550171")
    assert sdk.numbers.get("12125550171").application.split("/")[-2] == app_id


def test_what_cannot_be_rented_is_refused(sdk: plivo.RestClient) -> None:
    with pytest.raises(ResourceNotFoundError):
        sdk.numbers.buy("15005550100")
    with pytest.raises(ValidationError, match="app_id"):
        sdk.numbers.buy("14155550170", app_id="123")
