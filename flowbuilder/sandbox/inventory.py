"""The sandbox's numbers for rent (plivo-api.md 3.7 and 3.8): from ranges kept for fiction, at made-up prices."""

from __future__ import annotations

from collections.abc import Iterator

from flowbuilder.sandbox.answers import Answer, created, page
from flowbuilder.sandbox.applications import default_application
from flowbuilder.sandbox.arguments import Args, Refused, flag, text
from flowbuilder.sandbox.holdings import Holdings, Json
from flowbuilder.sandbox.numbers import SERVICES, find_number, keep_new_number

TYPES = ("local", "national", "fixed", "mobile", "tollfree", "any")
COUNT = 30
# Country, type and subtype, the digits before the last two, region, city, voice, SMS, monthly rate, what is asked for.
RANGES = (
    ("US", "United States", "fixed", "local", "141555501", "California, UNITED STATES", "San Francisco", "0.80000", ""),
    ("US", "United States", "fixed", "local", "121255501", "New York, UNITED STATES", "New York", "0.80000", ""),
    ("US", "United States", "tollfree", "tollfree", "180055501", "UNITED STATES", "", "1.00000", ""),
    ("GB", "United Kingdom", "fixed", "local", "4420794601", "London, UNITED KINGDOM", "London", "0.80000", ""),
    ("GB", "United Kingdom", "mobile", "mobile", "4477009001", "UNITED KINGDOM", "", "2.00000", ""),
    ("DE", "Germany", "fixed", "local", "4930231251", "Berlin, GERMANY", "Berlin", "1.50000", "city-address"),
    ("FR", "France", "fixed", "national", "331990021", "Paris, FRANCE", "Paris", "2.00000", "country-address"),
    ("AU", "Australia", "fixed", "local", "612555001", "New South Wales, AUSTRALIA", "Sydney", "3.00000", ""),
)
ASKED_FOR = {
    "city-address": "An address in the number's city has to be shown.",
    "country-address": "An address in the number's country has to be shown.",
}
PREFIXES = {"US": "1", "GB": "44", "DE": "49", "FR": "33", "AU": "61"}


def search_numbers(holdings: Holdings, args: Args) -> Answer:
    """Numbers for rent in a country; those that the account has already are not among them."""
    country = (text(args, "country_iso", required=True) or "").upper()
    if len(country) != 2 or not country.isalpha():
        raise Refused(400, "country_iso must be a two-letter country code")
    kind = text(args, "type") or "any"
    if kind not in TYPES:
        raise Refused(400, "type must be one of " + ", ".join(TYPES))
    services = [word.strip() for word in (text(args, "services") or "").split(",") if word.strip()]
    if not set(services) <= set(SERVICES):
        raise Refused(400, "services may hold voice, sms and mms only")
    pattern = PREFIXES.get(country, "") + (text(args, "pattern") or "")
    region, city = (text(args, name) or "" for name in ("region", "city"))
    eligible = flag(args, "eligible")
    offers = [
        offer
        for offer in _offers(country)
        if kind in ("any", offer["type"], offer["sub_type"])
        and offer["number"].startswith(pattern)
        and region.lower() in offer["region"].lower()
        and city.lower() in offer["city"].lower()
        and all(offer[f"{service}_enabled"] for service in services)
        and not (eligible and offer["restriction"])
        and find_number(holdings, offer["number"]) is None
    ]
    shown = [{**offer, "resource_uri": holdings.uri("PhoneNumber", offer["number"])} for offer in offers]
    return page(holdings.uri("PhoneNumber"), args, shown)


def rent_number(holdings: Holdings, args: Args, number: str) -> Answer:
    """Rents a number of the inventory. One that needs an address is `pending` and not active, as with Plivo."""
    digits = number.strip().lstrip("+")
    offer = next((item for country in PREFIXES for item in _offers(country) if item["number"] == digits), None)
    if offer is None or find_number(holdings, digits) is not None:
        raise Refused(404, "number not found in the inventory")
    app_id = text(args, "app_id")
    if app_id and holdings.documents.get("application", app_id) is None:
        raise Refused(400, "app_id not found")
    if app_id is None:
        app_id = default_application(holdings, "default_app")
    pending = bool(offer["restriction"])
    keep_new_number(
        holdings,
        (
            digits,
            offer["country"],
            offer["region"],
            offer["city"],
            offer["sub_type"],
            offer["voice_enabled"],
            offer["sms_enabled"],
        ),
        application=app_id or None,
        active=not pending,
        monthly_rental_rate=offer["monthly_rental_rate"],
    )
    status = "pending" if pending else "Success"
    return created(status="fulfilled", numbers=[{"number": digits, "status": status}])


def _offers(country: str) -> Iterator[Json]:
    for iso, name, kind, sub_type, start, region, city, rate, restriction in RANGES:
        if iso != country:
            continue
        mobile_or_us = iso == "US" or sub_type == "mobile"
        for last in range(100 - COUNT, 100):
            yield {
                "number": f"{start}{last:02d}",
                "prefix": start[len(PREFIXES[iso]) :][:3],
                "country": name,
                "region": region,
                "city": city,
                "rate_center": None,
                "lata": None,
                "type": kind,
                "sub_type": sub_type,
                "setup_rate": "0.00000",
                "monthly_rental_rate": rate,
                "voice_enabled": sub_type != "mobile",
                "voice_rate": "0.00550" if sub_type != "mobile" else None,
                "sms_enabled": mobile_or_us,
                "sms_rate": "0.00500" if mobile_or_us else None,
                "mms_enabled": False,
                "mms_rate": None,
                "restriction": restriction or None,
                "restriction_text": ASKED_FOR.get(restriction),
                "prerequisites": [],
            }
