"""The sandbox's text messages over REST: sent, listed and read (plivo-api.md, section 6)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowbuilder.sandbox.answers import Answer, api_id, found, page
from flowbuilder.sandbox.arguments import Args, Refused, subaccount, text
from flowbuilder.sandbox.holdings import Holdings, Json
from flowbuilder.sandbox.messages import KIND, bare

if TYPE_CHECKING:
    from flowbuilder.sandbox.messages import TextMessages

SENDER = re.compile(r"[0-9]{1,14}|[A-Za-z0-9 ]{1,11}")
DESTINATION = re.compile(r"[0-9]{3,15}")
STATES = ("queued", "sent", "failed", "delivered", "undelivered", "rejected", "read")
DIRECTIONS = ("inbound", "outbound")
MOST_DESTINATIONS = 1000
SIGNS = ("", "__lt", "__lte", "__gt", "__gte")


def send_message(holdings: Holdings, args: Args) -> Answer:
    """Sends a text to each destination; here it arrives at once. Only text messages: the sandbox has no pictures."""
    messages = _messages(holdings)
    if text(args, "powerpack_uuid"):
        raise Refused(400, "powerpack_uuid not found")
    source = bare(text(args, "src", required=True) or "")
    destinations = [bare(part) for part in (text(args, "dst", required=True) or "").split("<")]
    if (text(args, "type") or "sms") != "sms":
        raise Refused(400, "type: the sandbox sends sms only")
    body = text(args, "text", required=True) or ""
    if not SENDER.fullmatch(source):
        raise Refused(400, "src must be a phone number or up to 11 letters and digits")
    if len(destinations) > MOST_DESTINATIONS:
        raise Refused(400, f"dst may hold at most {MOST_DESTINATIONS} destinations")
    if source in destinations:
        raise Refused(400, "destination number cannot be same as source number")
    wrong = [number for number in destinations if not DESTINATION.fullmatch(number)]
    if wrong:
        raise Refused(400, f"{wrong[0]} is not a valid phone number")
    sent = [messages.keep("outbound", source, number, body) for number in dict.fromkeys(destinations)]
    uuids = [record["message_uuid"] for record in sent]
    return Answer(202, {"api_id": api_id(), "message": "message(s) queued", "message_uuid": uuids})


def list_messages(holdings: Holdings, args: Args) -> Answer:
    """The account's messages, newest first."""
    subaccount(args, holdings.has_subaccount)
    for name, known in (("message_direction", DIRECTIONS), ("message_state", STATES)):
        if text(args, name) and text(args, name) not in known:
            raise Refused(400, f"{name} must be one of {', '.join(known)}")
    records = [record for record in holdings.documents.list(KIND) if _passes(record, args)]
    records.reverse()
    return page(holdings.uri("Message"), args, [_shown(holdings, record) for record in records])


def read_message(holdings: Holdings, args: Args, uuid: str) -> Answer:
    record = holdings.documents.get(KIND, uuid)
    if record is None:
        raise Refused(404, "not found")
    return found(_shown(holdings, record))


def _messages(holdings: Holdings) -> TextMessages:
    if holdings.switchboard is None:
        raise Refused(403, "this sandbox sends no messages")
    return holdings.switchboard.messages


def _passes(record: Json, args: Args) -> bool:
    equal = ("message_direction", "message_state", "message_type", "error_code", "powerpack_id")
    if any(text(args, name) and text(args, name) != record[name] for name in equal):
        return False
    if any(text(args, name) and bare(text(args, name) or "") != record[name] for name in ("from_number", "to_number")):
        return False
    return all(
        _compared(record["message_time"], sign, text(args, f"message_time{sign}") or "")
        for sign in SIGNS
        if args.get(f"message_time{sign}")
    )


def _compared(held: str, sign: str, given: str) -> bool:
    """Times compare as the text of their UTC form, as far as they are given."""
    left = held[: len(given)]
    order = (left > given) - (left < given)
    return {"": order == 0, "__lt": order < 0, "__lte": order <= 0, "__gt": order > 0, "__gte": order >= 0}[sign]


def _shown(holdings: Holdings, record: Json) -> Json:
    """The record as the API gives it: without the text, which Plivo's records do not hold either."""
    shown = {name: value for name, value in record.items() if name != "text"}
    return {**shown, "resource_uri": holdings.uri("Message", record["message_uuid"])}
