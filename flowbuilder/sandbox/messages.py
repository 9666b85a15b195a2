"""The sandbox's text messages: one that comes in is answered by an Application, and every message is kept."""

from __future__ import annotations

import uuid as _uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flowbuilder.errors import FlowbuilderError, NotFound
from flowbuilder.protocol.elements import check_document
from flowbuilder.protocol.webhooks import write_message
from flowbuilder.sandbox.holdings import Holdings, Json
from flowbuilder.sandbox.numbers import find_number
from flowbuilder.simulator.documents import DocumentRefused, content, open_document, text_value

if TYPE_CHECKING:
    from lxml import etree

    from flowbuilder.sandbox.webhook_requests import WebhookRequests

KIND = "message"
UNIT_LETTERS, LATER_UNIT_LETTERS = 160, 153


@dataclass(frozen=True)
class Exchange:
    """A message that came in, the ones that were sent for it, and what is wrong with the answer, in sentences."""

    incoming: Json
    sent: list[Json] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


class TextMessages:
    """Delivers text messages to the account's numbers, and sends those that the answers hold.

    `requests` asks the message URL, signed V2 as Plivo does; `ids` gives message UUIDs.
    """

    def __init__(
        self, holdings: Holdings, requests: WebhookRequests, ids: Callable[[], str] = lambda: str(_uuid.uuid4())
    ) -> None:
        self._holdings = holdings
        self._requests = requests
        self._ids = ids

    def deliver(self, to_number: str, from_number: str, text: str) -> Exchange:
        """Somebody writes to one of the account's numbers; the Application attached to it answers.

        Raises NotFound for a number that is not the sandbox's, FlowbuilderError for one that answers no texts.
        """
        number = find_number(self._holdings, to_number)
        if number is None:
            raise NotFound(f"{to_number} is not a number of the sandbox. Write to one that the publish page lists.")
        shown = f"+{number['number']}"
        if not number["sms_enabled"]:
            raise FlowbuilderError(f"{shown} takes no text messages: SMS is not enabled. Write to another number.")
        app_id = number["application"]
        app = self._holdings.documents.get("application", app_id) if app_id else None
        if app is None or not app.get("message_url"):
            raise FlowbuilderError(f"Nothing answers text messages to {shown}. Publish a flow that does to it first.")
        return self.deliver_to_url(app["message_url"], number["number"], from_number, text, app["message_method"])

    def deliver_to_url(
        self, message_url: str, to_number: str, from_number: str, text: str, method: str = "POST"
    ) -> Exchange:
        """A message that this URL answers, no matter what is attached to the number."""
        incoming = self.keep("inbound", from_number, to_number, text)
        facts = {
            "uuid": incoming["message_uuid"],
            "from_number": incoming["from_number"],
            "to_number": incoming["to_number"],
            "text": text,
            "type": "sms",
        }
        result = self._requests.fetch_for_message(method or "POST", message_url, write_message(facts))
        if not result.reached:
            answer = f"answered {result.status}" if result.status else "did not answer"
            return Exchange(incoming, doubts=[f"The message URL {answer}."])
        try:
            root = open_document(result)
        except DocumentRefused as refusal:
            return Exchange(incoming, doubts=[str(refusal)])
        return self._perform(root, Exchange(incoming, doubts=list(check_document(root))))

    def _perform(self, root: etree._Element, exchange: Exchange) -> Exchange:
        """Sends what the Message elements say; any other element has no meaning in the answer to a text."""
        for node in root:
            if node.tag != "Message":
                exchange.doubts.append(f"Plivo ignores {node.tag} in the answer to a text message.")
                continue
            source, destination = bare(text_value(node, "src")), text_value(node, "dst")
            for to_number in map(bare, destination.split("<")):
                if to_number == source:
                    exchange.doubts.append("A message to the number that it comes from is refused.")
                else:
                    exchange.sent.append(self.keep("outbound", source, to_number, content(node)))
        return exchange

    def keep(self, direction: str, from_number: str, to_number: str, text: str) -> Json:
        """The record of a message (plivo-api.md 6), kept; here every message arrives at once and costs nothing."""
        record: Json = {
            "message_uuid": self._ids(),
            "message_direction": direction,
            "message_state": "delivered",
            "message_type": "sms",
            "message_time": self._holdings.clock().isoformat(sep=" ", timespec="seconds"),
            "from_number": bare(from_number),
            "to_number": bare(to_number),
            "text": text,
            "units": units_of(text),
            "error_code": None,
            "powerpack_id": None,
            "total_amount": "0.00000",
            "total_rate": "0.00000",
        }
        self._holdings.documents.put(KIND, record["message_uuid"], record)
        return record

    def around(self, number: str, most: int = 30) -> list[Json]:
        """The last messages from and to a number, the oldest first."""
        wanted = bare(number)
        kept = self._holdings.documents.list(KIND)
        return [item for item in kept if wanted in (item["from_number"], item["to_number"])][-most:]


def units_of(text: str) -> int:
    """How many messages a text is sent as: 160 letters fit into one, fewer into each of several."""
    wide = any(ord(letter) > 0xFF for letter in text)
    one, each = (70, 67) if wide else (UNIT_LETTERS, LATER_UNIT_LETTERS)
    return 1 if len(text) <= one else -(-len(text) // each)


def bare(number: str) -> str:
    """A number without what may stand around its digits; a sender's name as it is."""
    short = "".join(letter for letter in number.strip() if letter not in "/-.+() ")
    return short if short.isdecimal() else number.strip()
