"""What Plivo keeps of a number, an endpoint and a number for rent, as values (plivo-api.md 3 and 4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flowbuilder.errors import FlowbuilderError


def digits_of(number: str) -> str:
    """A phone number as Plivo's paths want it ('+1 415-555-0000' -> '14155550000')."""
    digits = re.sub(r"[\s().+\-/]", "", number)
    if not re.fullmatch(r"[0-9]{3,15}", digits):
        raise FlowbuilderError(f"'{number}' is not a phone number. Write it with its country code, like +14155550000.")
    return digits


def application_id_of(uri: str | None) -> str | None:
    """The id in an Application's URI ('/v1/Account/MA.../Application/123/' -> '123'), or None."""
    return (uri or "").rstrip("/").rpartition("/")[2] or None


@dataclass(frozen=True)
class PlivoNumber:
    """A rented number: digits only. `application_id` is None when nothing answers it, `monthly_rate` is in USD."""

    number: str
    application_id: str | None
    country: str
    type: str
    voice_enabled: bool
    alias: str | None
    sms_enabled: bool = False
    mms_enabled: bool = False
    region: str = ""
    city: str = ""
    monthly_rate: str = ""
    sub_account: str | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PlivoNumber:
        return cls(
            number=str(data.get("number", "")).lstrip("+"),
            application_id=application_id_of(data.get("application")),
            country=str(data.get("country") or ""),
            type=str(data.get("number_type") or data.get("type") or ""),
            voice_enabled=bool(data.get("voice_enabled", True)),
            alias=data.get("alias") or None,
            sms_enabled=bool(data.get("sms_enabled")),
            mms_enabled=bool(data.get("mms_enabled")),
            region=str(data.get("region") or ""),
            city=str(data.get("city") or ""),
            monthly_rate=str(data.get("monthly_rental_rate") or ""),
            sub_account=application_id_of(data.get("sub_account")),
        )


@dataclass(frozen=True)
class PlivoEndpoint:
    """A SIP endpoint. `username` is the whole one, with the digits that Plivo appends."""

    endpoint_id: str
    username: str
    alias: str
    application_id: str | None
    sip_uri: str
    registered: bool

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PlivoEndpoint:
        return cls(
            endpoint_id=str(data.get("endpoint_id", "")),
            username=str(data.get("username") or ""),
            alias=str(data.get("alias") or ""),
            application_id=application_id_of(data.get("application")),
            sip_uri=str(data.get("sip_uri") or ""),
            registered=str(data.get("sip_registered")).lower() == "true",
        )


@dataclass(frozen=True)
class Offer:
    """A number for rent. Rates are in USD as Plivo writes them; `restriction` says what its country asks for."""

    number: str
    country: str
    region: str
    city: str
    type: str
    voice_enabled: bool
    sms_enabled: bool
    setup_rate: str
    monthly_rate: str
    restriction: str

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Offer:
        return cls(
            number=str(data.get("number", "")).lstrip("+"),
            country=str(data.get("country") or ""),
            region=str(data.get("region") or ""),
            city=str(data.get("city") or ""),
            type=str(data.get("sub_type") or data.get("type") or ""),
            voice_enabled=bool(data.get("voice_enabled")),
            sms_enabled=bool(data.get("sms_enabled")),
            setup_rate=str(data.get("setup_rate") or ""),
            monthly_rate=str(data.get("monthly_rental_rate") or ""),
            restriction=str(data.get("restriction_text") or data.get("restriction") or ""),
        )
