"""Send a text message: during a call, or as the reply to one that came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowbuilder.steps import fields
from flowbuilder.steps.base import Card, Step
from flowbuilder.steps.values import CallerId, PhoneNumber, Url

if TYPE_CHECKING:
    from flowbuilder.steps.base import Here, Writer

MOST_CHARACTERS = 1_600


class Message(Step, type="message"):
    label = "Send SMS"
    group = "Connect"
    icon = "message-square"
    summary = "Sends a text message during a call, or answers one."
    can_start_message = True
    sends_message = True

    text: str = fields.text(
        "Text", max_length=MOST_CHARACTERS, kind="sms_text", required=True, example="We missed your call."
    )
    to: PhoneNumber | None = fields.phone_number("To", hint="Empty: whoever calls or writes.", example="+14155550100")
    sender: CallerId | None = fields.phone_number(
        "From", alias="from", hint="Empty: the number that was called or written to.", example="+14155550111"
    )
    report_url: Url | None = fields.url(
        "Tell this address of the delivery", default=None, advanced=True, example="https://hooks.example.com/sms"
    )

    def falls_through(self) -> str | None:
        return "next"

    def emit(self, document: Writer, here: Here) -> None:
        document.add(
            "Message",
            self.text,
            src=self.sender or "{{ call.to_number }}",
            dst=self.to or "{{ call.from_number }}",
            type="sms",
            callbackUrl=self.report_url,
        )

    def card(self) -> Card:
        return Card(f"to {self.to}" if self.to else "to the caller", [f"“{self.text}”"] if self.text else [])
