"""The sandbox's rented numbers (plivo-api.md 3.1 to 3.5). It makes a few of its own when it is first asked."""

from __future__ import annotations

from datetime import timedelta

from flowbuilder.sandbox.answers import Answer, changed, deleted, found, page
from flowbuilder.sandbox.applications import default_application
from flowbuilder.sandbox.arguments import Args, Refused, flag, subaccount, text
from flowbuilder.sandbox.holdings import Holdings, Json

# Number, country, region, city, type, voice, SMS; all from ranges that are kept for fiction, or cannot be assigned.
OWN_NUMBERS = (
    ("14155550000", "United States", "California, UNITED STATES", "San Francisco", "local", True, True),
    ("12025550142", "United States", "District of Columbia, UNITED STATES", "Washington", "local", True, True),
    ("18005550199", "United States", "UNITED STATES", "", "tollfree", True, True),
    ("442079460123", "United Kingdom", "London, UNITED KINGDOM", "London", "local", True, False),
    ("447700900123", "United Kingdom", "UNITED KINGDOM", "", "mobile", False, True),
    ("493023125042", "Germany", "Berlin, GERMANY", "Berlin", "local", True, False),
    ("33199001234", "France", "Paris, FRANCE", "Paris", "national", True, False),
    ("61255500123", "Australia", "New South Wales, AUSTRALIA", "Sydney", "local", True, False),
)
SERVICES = ("voice", "sms", "mms")
EQUAL = (
    "alias",
    "cnam_lookup",
    "tendlc_registration_status",
    "tendlc_campaign_id",
    "toll_free_sms_verification",
    "toll_free_sms_verification_order_status",
)
CNAM = ("enabled", "disabled")


def list_numbers(holdings: Holdings, args: Args) -> Answer:
    owner = subaccount(args, holdings.has_subaccount)
    wanted = _filter(args)
    documents = [item for item in all_numbers(holdings) if _passes(item, wanted)]
    documents = [item for item in documents if not owner or item["sub_account"] == owner]
    return page(holdings.uri("Number"), args, [_shown(holdings, item) for item in documents])


def read_number(holdings: Holdings, args: Args, number: str) -> Answer:
    return found(_shown(holdings, _number(holdings, number)))


def update_number(holdings: Holdings, args: Args, number: str) -> Answer:
    """Attaches the number to `app_id`, an empty one leaves it without; changes alias and CNAM look-up.

    An `app_id` that does not exist is refused (400). Null is answered with "changed" and changes nothing, as
    was seen of Plivo. Without `app_id` nothing moves, unless the sandbox `assigns_default`.
    """
    document = _number(holdings, number)
    owner = subaccount(args, holdings.has_subaccount)
    changes: Json = {}
    if owner is not None:
        if holdings.auth_id.startswith("SA"):
            raise Refused(403, "only the main account moves numbers between subaccounts")
        changes["sub_account"] = owner or None
    app_id = text(args, "app_id")
    if app_id is not None:
        if app_id and holdings.documents.get("application", app_id) is None:
            raise Refused(400, "app_id not found")
        changes["application"] = app_id or None
    elif "app_id" not in args and holdings.assigns_default:
        changes["application"] = default_application(holdings, "default_app")
    alias, cnam = text(args, "alias"), text(args, "cnam_lookup")
    if alias is not None:
        changes["alias"] = alias
    if cnam is not None:
        if cnam not in CNAM:
            raise Refused(400, "cnam_lookup must be enabled or disabled")
        changes["cnam_lookup"] = cnam
    holdings.documents.put("number", document["number"], {**document, **changes})
    return changed()


def delete_number(holdings: Holdings, args: Args, number: str) -> Answer:
    """Gives the number up for good."""
    document = _number(holdings, number)
    holdings.documents.delete("number", document["number"])
    return deleted()


def all_numbers(holdings: Holdings) -> list[Json]:
    """Every number of the account, our own first."""
    _make_numbers(holdings)
    order = {row[0]: place for place, row in enumerate(OWN_NUMBERS)}
    return sorted(holdings.documents.list("number"), key=lambda item: order.get(item["number"], len(order)))


def _make_numbers(holdings: Holdings) -> None:
    """Makes the sandbox's own numbers, the first time that somebody asks for one."""
    if holdings.documents.get("account", "numbers") is not None:
        return
    for row in OWN_NUMBERS:
        if holdings.documents.get("number", row[0]) is None:
            holdings.documents.put("number", row[0], _new_number(holdings, row))
    holdings.documents.put("account", "numbers", {"made": True})


def find_number(holdings: Holdings, number: str) -> Json | None:
    """The document of one number, with or without its plus; None when the account has no such number."""
    _make_numbers(holdings)
    return holdings.documents.get("number", number.strip().lstrip("+"))


def keep_new_number(holdings: Holdings, row: tuple[str, str, str, str, str, bool, bool], **facts: object) -> None:
    """Adds a number to the account: its row as in OWN_NUMBERS, and whatever else is known of it."""
    holdings.documents.put("number", row[0], {**_new_number(holdings, row), **facts})


def _number(holdings: Holdings, number: str) -> Json:
    document = find_number(holdings, number)
    if document is None:
        raise Refused(404, "not found")
    return document


def _new_number(holdings: Holdings, row: tuple[str, str, str, str, str, bool, bool]) -> Json:
    number, country, region, city, kind, voice, sms = row
    added = holdings.clock().date()
    return {
        "number": number,
        "alias": None,
        "application": None,
        "sub_account": None,
        "added_on": added.isoformat(),
        "renewal_date": (added + timedelta(days=30)).isoformat(),
        "carrier": "Plivo",
        "country": country,
        "region": region,
        "city": city,
        "number_type": kind,
        "active": True,
        "voice_enabled": voice,
        "voice_rate": "0.00550" if voice else None,
        "sms_enabled": sms,
        "sms_rate": "0.00500" if sms else None,
        "mms_enabled": False,
        "mms_rate": None,
        "monthly_rental_rate": "0.80000",
        "cnam_lookup": "disabled" if country == "United States" else None,
        "compliance_application_id": None,
        "compliance_status": None,
        "tendlc_campaign_id": None,
        "tendlc_registration_status": None,
        "toll_free_sms_verification": None,
        "toll_free_sms_verification_id": None,
        "toll_free_sms_verification_order_status": None,
    }


def _filter(args: Args) -> Json:
    """The filters that were given; the current name of the type and the old one are both taken."""
    wanted: Json = {name: text(args, name) for name in EQUAL}
    wanted["number_type"] = text(args, "type") or text(args, "number_type")
    wanted["startswith"] = text(args, "number_startswith")
    services = [word.strip() for word in (text(args, "services") or "").split(",") if word.strip()]
    if not set(services) <= set(SERVICES):
        raise Refused(400, "services may hold voice, sms and mms only")
    wanted["services"] = services
    wanted["renewal"] = {
        sign: text(args, name) for sign in ("", "lt", "lte", "gt", "gte") if (name := _renewal(sign)) in args
    }
    flag(args, "active")
    return {name: value for name, value in wanted.items() if value}


def _renewal(sign: str) -> str:
    return f"renewal_date__{sign}" if sign else "renewal_date"


def _passes(number: Json, wanted: Json) -> bool:
    date = number["renewal_date"]
    compare = {
        "": lambda other: date == other,
        "lt": lambda other: date < other,
        "lte": lambda other: date <= other,
        "gt": lambda other: date > other,
        "gte": lambda other: date >= other,
    }
    return (
        all(number[name] == wanted[name] for name in (*EQUAL, "number_type") if name in wanted)
        and number["number"].startswith(wanted.get("startswith", "").lstrip("+"))
        and all(number[f"{service}_enabled"] for service in wanted.get("services", []))
        and all(compare[sign](other) for sign, other in wanted.get("renewal", {}).items())
    )


def _shown(holdings: Holdings, document: Json) -> Json:
    return {
        **document,
        "application": holdings.application_uri(document["application"]),
        "resource_uri": holdings.uri("Number", document["number"]),
    }
