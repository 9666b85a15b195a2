"""The sandbox's account object (plivo-api.md 5.5)."""

from __future__ import annotations

from flowbuilder.sandbox.answers import Answer, changed, found
from flowbuilder.sandbox.arguments import Args, Refused, text
from flowbuilder.sandbox.holdings import Holdings

CHANGEABLE = ("name", "city", "address")


def read_account(holdings: Holdings, args: Args) -> Answer:
    kept = holdings.documents.get("account", "details") or {}
    return found(
        {
            "account_type": "standard",
            "address": "",
            "auth_id": holdings.auth_id,
            "auto_recharge": False,
            "billing_mode": "prepaid",
            "cash_credits": "0.00000",
            "city": "",
            "name": "Flowbuilder sandbox",
            "resource_uri": holdings.uri(),
            "state": "",
            "timezone": "UTC",
            **kept,
        }
    )


def update_account(holdings: Holdings, args: Args) -> Answer:
    changes = {name: value for name in CHANGEABLE if (value := text(args, name)) is not None}
    if not changes:
        raise Refused(400, "one of name, city and address is required")
    kept = holdings.documents.get("account", "details") or {}
    holdings.documents.put("account", "details", {**kept, **changes})
    return changed()
