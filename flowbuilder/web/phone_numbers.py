"""Phone numbers as people write and read them: national spellings get a country code, numbers their country's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import phonenumbers
from phonenumbers import PhoneNumberFormat

from flowbuilder.protocol.voices import DEFAULT_LANGUAGE
from flowbuilder.steps.values import is_phone_number
from flowbuilder.web.form_lists import plain_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowbuilder.flow.model import Flow
    from flowbuilder.steps import SettingSpec

WRITTEN = re.compile(r"\+?[0-9\s().\-/\u00a0]+\Z")
DOUBT = "As far as is known, no number there begins like this. Check it."


@dataclass(frozen=True)
class NumberReading:
    """A number as people read it: “United States · (415) 555-0100”; `doubt` says why it may not be right."""

    words: str
    doubt: str = ""


@dataclass(frozen=True)
class NumberOffer:
    """What a number without its country code may be, for its author to say: `number` in E.164, and how it is read."""

    number: str
    words: str


def country_of(flow: Flow) -> str | None:
    """The country, as ISO 3166 has it, on which all numbers of the flow and its language agree; else None."""
    found = {_region(number) for number in _numbers_in([node.settings for node in flow.nodes.values()])}
    spoken = _country_in(flow.language)
    found |= {spoken} if spoken else set()
    return found.pop() if len(found) == 1 else None


def with_country_codes(
    specs: list[SettingSpec], typed: dict[str, Any], before: Mapping[str, Any], flow: Flow
) -> dict[str, Any]:
    """Settings in which each number that was not there `before` stands in E.164, where it is sure which one it is."""
    result = dict(typed)
    for spec in specs:
        value, was = typed.get(spec.name), before.get(spec.name)
        if value == was:
            continue
        if spec.kind == "phone_number" and isinstance(value, str):
            result[spec.name] = in_full(value, country_of(flow))
        elif spec.kind == "dial_targets" and isinstance(value, list):
            kept = [item.get("number") for item in was if isinstance(item, dict)] if isinstance(was, list) else []
            country = country_of(flow)
            result[spec.name] = [
                {**item, "number": in_full(item["number"], country)}
                if isinstance(item, dict) and isinstance(item.get("number"), str) and item["number"] not in kept
                else item
                for item in value
            ]
    return result


def in_full(written: str, country: str | None) -> str:
    """The number in E.164 where it is one that the country has; else as it was written."""
    if not WRITTEN.match(written):
        return written
    try:
        number = phonenumbers.parse(written, country)
    except phonenumbers.NumberParseException:
        return plain_number(written)
    if written.strip().startswith("+"):
        return _e164(number) if phonenumbers.is_possible_number(number) else plain_number(written)
    return _e164(number) if _is_written_whole(written, number) else plain_number(written)


def _is_written_whole(written: str, number: phonenumbers.PhoneNumber) -> bool:
    """Whether it is a number of the country, with all the digits that people there write: a 0 in front, for one."""
    digits = phonenumbers.normalize_digits_only(written)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    as_dialled = (phonenumbers.normalize_digits_only(national), _e164(number)[1:])
    is_whole = digits in as_dialled or digits.removeprefix("00").removeprefix("011") == as_dialled[1]
    return is_whole and phonenumbers.is_valid_number(number)


def read_number(text: str) -> NumberReading | None:
    """A number in E.164, its + written or not, as people read it; None for anything else."""
    full = text if text.startswith("+") else f"+{text}"
    if not is_phone_number(full):
        return None
    number = phonenumbers.parse(full)
    country = country_name(_region(full))
    style = PhoneNumberFormat.NATIONAL if country else PhoneNumberFormat.INTERNATIONAL
    shown = " · ".join(filter(None, (country, phonenumbers.format_number(number, style))))
    return NumberReading(shown, "" if phonenumbers.is_valid_number(number) else DOUBT)


def offer_number(text: str, flow: Flow) -> NumberOffer | None:
    """What a number without its country code is in the country of the flow's language; None where it is none there."""
    country = _country_in(flow.language or DEFAULT_LANGUAGE)
    if text.startswith("+") or country is None:
        return None
    full = in_full(text, country)
    reading = read_number(full) if full.startswith("+") else None
    return NumberOffer(full, reading.words) if reading else None


@cache
def _country_names() -> dict[str, str]:
    listed = files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text(encoding="utf-8")
    rows = ((line[:2], line[3:]) for line in listed.splitlines() if line and not line.startswith("#"))
    return dict(rows) | {"GB": "United Kingdom"}


def country_name(country: str | None) -> str:
    """`US` -> `United States`; empty for what is no country, such as the numbers of +800."""
    return _country_names().get(country or "", "")


def _country_in(language: str | None) -> str | None:
    region = (language or "").split("-")[1:2]
    return region[0] if region and region[0] in phonenumbers.SUPPORTED_REGIONS else None


def _region(number: str) -> str | None:
    read = phonenumbers.parse(number)
    return phonenumbers.region_code_for_number(read) or phonenumbers.region_code_for_country_code(
        read.country_code or 0
    )


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _numbers_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _numbers_in(inner)
    elif isinstance(value, str) and value.startswith("+") and is_phone_number(value):
        yield value
