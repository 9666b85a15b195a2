"""Phone numbers: national spellings where the country is sure, and how people read them."""

from __future__ import annotations

from typing import Any

import pytest

from flowbuilder.flow.model import Flow, Node
from flowbuilder.steps import CATALOGUE
from flowbuilder.steps.values import number_fault
from flowbuilder.web.phone_numbers import country_of, in_full, offer_number, read_number, with_country_codes


def ringing(*numbers: str, **extras: Any) -> Flow:
    to = [{"number": number} for number in numbers]
    return Flow("Ring", "ring", {"ring": Node("dial", {"to": to}, {}, (0, 0))}, extras)


@pytest.mark.parametrize(
    ("written", "country", "saved"),
    [
        ("(415) 555-0100", "US", "+14155550100"),
        ("1 415 555 0100", "US", "+14155550100"),
        ("011 44 20 7946 0123", "US", "+442079460123"),
        ("020 7946 0123", "GB", "+442079460123"),
        ("+44 (0)20 7946 0123", None, "+442079460123"),
        ("0049 89 123456", "DE", "+4989123456"),
        ("(415) 555-0100", None, "4155550100"),
        ("415 555 0100", "DE", "4155550100"),
        ("911", "US", "911"),
        ("{{ vars.number }}", "US", "{{ vars.number }}"),
        ("1 800 FLOWERS", "US", "1 800 FLOWERS"),
        ("+1 415", "US", "+1415"),
    ],
)
def test_a_number_gets_its_country_code_only_where_it_is_sure_which_one(
    written: str, country: str | None, saved: str
) -> None:
    assert in_full(written, country) == saved


@pytest.mark.parametrize(
    ("flow", "country"),
    [
        (ringing("+14155550142", "+12025550123"), "US"),
        (ringing("+442079460123", language="en-GB"), "GB"),
        (ringing(language="de-DE"), "DE"),
        (ringing("+442079460123", language="de-DE"), None),
        (ringing("+442079460123", "+14155550142"), None),
        (ringing("{{ vars.number }}", "12"), None),
        (ringing(language="arb"), None),
    ],
)
def test_the_country_is_sure_where_numbers_and_language_agree(flow: Flow, country: str | None) -> None:
    assert country_of(flow) == country


def test_only_numbers_that_were_just_typed_are_spelled_out() -> None:
    specs = CATALOGUE["dial"].settings_specs()
    before = {"to": [{"number": "4155550100"}], "caller_id": "4155550100"}
    typed = {"to": [{"number": "4155550100"}, {"number": "4155550101", "send_digits": "1"}], "caller_id": "4155550102"}
    to = [{"number": "4155550100"}, {"number": "+14155550101", "send_digits": "1"}]
    assert with_country_codes(specs, typed, before, ringing("+14155550142")) == {"to": to, "caller_id": "+14155550102"}


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("+14155550100", "United States · (415) 555-0100"),
        ("14155550100", "United States · (415) 555-0100"),
        ("+442079460123", "United Kingdom · 020 7946 0123"),
        ("+80012345678", "+800 1234 5678"),
    ],
)
def test_a_number_is_read_as_people_write_it_at_home(number: str, words: str) -> None:
    reading = read_number(number)
    assert reading is not None
    assert (reading.words, reading.doubt) == (words, "")


def test_a_number_that_nobody_can_have_is_doubted_and_none_is_not_read() -> None:
    doubted = read_number("+19995550100")
    assert doubted is not None
    assert doubted.doubt == "As far as is known, no number there begins like this. Check it."
    assert read_number("+1415") is None
    assert read_number("12 monkeys") is None


def test_a_number_without_its_country_code_is_offered_with_the_one_of_the_language() -> None:
    offer = offer_number("4155550100", ringing())
    assert offer is not None
    assert (offer.number, offer.words) == ("+14155550100", "United States · (415) 555-0100")
    german = offer_number("089123456", ringing(language="de-DE"))
    assert german is not None
    assert german.number == "+4989123456"
    assert offer_number("089123456", ringing()) is None
    assert offer_number("+1415", ringing()) is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("911", "Plivo does not dial 911 or other short numbers. Write a whole number like +14155550100."),
        ("112", "Plivo does not dial 112 or other short numbers. Write a whole number like +14155550100."),
        ("+1415", "“+1415” is too short for a number of +1. Check its digits."),
        ("+141555501001", "“+141555501001” is too long for a number of +1. Check its digits."),
        ("+999123456", "“+999123456” begins with the code of no country. Write it like +14155550100."),
        ("desk", "“desk” is not a phone number with its country code. Write it like +14155550100."),
    ],
)
def test_what_is_wrong_with_a_number_is_said_plainly(text: str, sentence: str) -> None:
    assert number_fault(text) == sentence
